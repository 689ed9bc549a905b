"""What a classifier of sentences does, to play with: its threshold, its promises, its words.

Each function displays itself as the last expression of a cell. Taught in chapter 12.
"""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from bookutils.core.messages import _
from bookutils.core.settings import is_static
from bookutils.numerics.evaluation.classification import calibration, leave_one_out, precision_recall
from bookutils.numerics.evaluation.luck import luck_alone
from bookutils.plots.evaluation import answers as plots
from bookutils.plots.figure import show
from bookutils.widgets.controls import Explorer, NumberControl, main_sentence, picture_html

if TYPE_CHECKING:
    from bookutils.models.classifier.model import SentenceClassifier

MOST_WORDS = 40


def threshold_explorer(probabilities: ArrayLike, labels: ArrayLike, threshold: float = 0.5) -> Explorer:
    """Drag the threshold, watch precision and recall.

    Parameters
    ----------
    probabilities : array, shape (examples,), in [0, 1]
    labels : array of 0 and 1, shape (examples,)
    threshold : to begin with

    Returns
    -------
    Explorer, with the control ``threshold``
    """
    grid = np.linspace(0, 1, 101)
    precision, recall = precision_recall(probabilities, labels, grid)

    def draw(threshold: float) -> Figure:
        here = precision_recall(probabilities, labels, [threshold])
        at = float(here[0][0]), float(here[1][0])
        return plots.threshold_curves(grid, precision, recall, threshold, at)

    return Explorer(draw, {"threshold": NumberControl(_("threshold"), threshold, 0.0, 1.0, 0.01)})


def reliability_explorer(logits: ArrayLike, labels: ArrayLike, bins: int = 10, temperature: float = 1.0) -> Explorer:
    """Change the number of bins and the temperature, watch promises, outcomes, and what luck alone would do.

    Parameters
    ----------
    logits : array, shape (examples,)
    labels : array of 0 and 1, shape (examples,)
    bins, temperature : to begin with

    Returns
    -------
    Explorer, with the controls ``bins`` and ``temperature``
    """
    scores = np.asarray(logits, np.float64)

    def draw(bins: float, temperature: float) -> Figure:
        probabilities = 1 / (1 + np.exp(-scores / temperature))
        seen = calibration(probabilities, labels, int(bins))
        luck = luck_alone(probabilities, int(bins), draws=200)
        return plots.reliability(seen.promised, seen.observed, seen.counts, seen.error, luck, temperature)

    return Explorer(
        draw,
        {
            "bins": NumberControl(_("bins"), bins, 2, 30, 1, whole=True),
            "temperature": NumberControl(_("temperature"), temperature, 0.25, 5.0, 0.05),
        },
    )


def word_figure(classifier: SentenceClassifier, sentence: str) -> Figure:
    """Draw which words of a sentence carry the classifier's answer; only the first 40 words are asked about."""
    words = sentence.split()[:MOST_WORDS]
    logit, effects = leave_one_out(classifier.logits, words)
    return plots.word_effects(words, effects, float(1 / (1 + np.exp(-logit))))


def word_box(
    classifier: SentenceClassifier, sentence: str = "the actors are wonderful , but the film is not worth your time"
) -> None:
    """Show a box for a sentence; Enter or the button says which of its words carry the classifier's answer.

    Parameters
    ----------
    classifier : its `logits` are asked, once for the sentence and once without each word
    sentence : stands in the box at first, and in the picture while notebooks are built
    """
    if is_static():
        show(word_figure(classifier, sentence))
        return
    from IPython.display import display

    display(_make_word_box(classifier, sentence))


def _make_word_box(classifier: SentenceClassifier, sentence: str) -> Any:
    import ipywidgets as widgets

    text = widgets.Text(
        value=sentence,
        description=_("Sentence:"),
        continuous_update=False,
        layout={"width": "min(100%, 560px)"},
        placeholder=_("What did you think of the film?"),
    )
    button = widgets.Button(description=_("Leave one out"), tooltip=_("Ask again without each word"))
    picture, summary = widgets.HTML(), widgets.HTML()

    def ask(_change: Any = None) -> None:
        if not text.value.strip():
            picture.value, said = "", _("Type a sentence and press Enter.")
        else:
            fig = word_figure(classifier, text.value)
            picture.value, said = picture_html(fig), main_sentence(fig)
        summary.value = f'<p role="status" aria-live="polite">{html.escape(said)}</p>'

    text.observe(ask, names="value")  # Enter, or leaving the box
    button.on_click(ask)
    ask()
    row = widgets.HBox([text, button], layout={"flex_flow": "row wrap"})
    return widgets.VBox([row, picture, summary])
