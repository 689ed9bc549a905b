"""Fine-tuning to look at while it runs, and a box for one's own sentence. Taught in chapter 11."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from matplotlib.figure import Figure

from bookutils.core.messages import _
from bookutils.core.progress import say
from bookutils.core.settings import is_static
from bookutils.plots.bert import training as plots
from bookutils.plots.figure import BLUE, VERMILLION, show
from bookutils.widgets.live import live_view, status_line

if TYPE_CHECKING:
    from bookutils.data.dataset import Dataset
    from bookutils.models.classifier.batching import MakeMask
    from bookutils.models.classifier.model import SentenceClassifier
    from bookutils.models.classifier.training import Schedule
    from bookutils.models.training.history import History, Progress
    from bookutils.models.training.settings import Settings

EXAMPLES = (
    "a charming film that made me laugh and think",
    "two hours of my life that nobody will give back",
    "not bad at all",
    "it has its moments , but they are few",
)


def train_live(
    classifier: SentenceClassifier,
    data: Dataset,
    settings: Settings | None = None,
    *,
    again: bool = False,
    schedule: Schedule | None = None,
    make_mask: MakeMask | None = None,
) -> History:
    """Fine-tune before one's eyes, or bring back the run that is remembered.

    Parameters
    ----------
    classifier : its model is trained in place
    data : the training sentences with their labels
    settings, schedule, make_mask : as in `bookutils.models.classifier.training.fine_tune`; in a test
        (``BOOKUTILS_QUICK``) one epoch on a slice
    again : train even when there is a remembered run

    Returns
    -------
    History. While it runs, curves, speed and time left are shown. Interrupting the kernel stops the run and
    keeps what was learnt; the same call goes on from there. What stays in the cell is the picture alone.

    Notes
    -----
    Taught in chapter 11.
    """
    from bookutils.models.classifier.training import fine_tune_or_recall
    from bookutils.models.training.settings import Settings
    from bookutils.numerics.optimizers.schedules import warmup_linear

    settings = (settings or Settings()).for_this_run()
    epochs = settings.epochs
    with live_view(_curves, lambda progress: status(progress, epochs)) as report:
        history, remembered = fine_tune_or_recall(
            classifier,
            data.sentences,
            data.labels,
            settings,
            again=again,
            make_mask=make_mask,
            schedule=schedule or warmup_linear,
            report=report,
        )
        picture = _curves(history)
    show(picture)
    if remembered:
        say(_("This run was remembered from an earlier start; train_live(…, again=True) trains anew."))
    say(history.sentence())
    return history


def _curves(history: History) -> Figure:
    return plots.training_curves(
        history.losses, history.learning_rates, history.epoch_ends, history.accuracies, history.total_steps
    )


def status(progress: Progress, epochs: int) -> str:
    """Say where a run stands, in a line."""
    where = _("Step {step} of {total}, epoch {epoch} of {epochs}.").format(
        step=progress.step, total=progress.total_steps, epoch=progress.epoch, epochs=epochs
    )
    return status_line(progress, where, _("{speed:.0f} sentences a second."))


def sentence_box(classifier: SentenceClassifier, examples: Sequence[str] = EXAMPLES) -> None:
    """Show a box for a sentence of one's own; Enter or the button says how positive the classifier finds it.

    Parameters
    ----------
    classifier : its `predict_proba` is asked
    examples : shown as a picture while notebooks are built; the first one stands in the box

    Notes
    -----
    Taught in chapter 11.
    """
    if is_static():
        show(plots.probability_bars(examples, classifier.predict_proba(examples)))
        return
    from IPython.display import display

    display(_make_sentence_box(classifier, examples[0] if examples else ""))


def _make_sentence_box(classifier: SentenceClassifier, first: str) -> Any:
    import ipywidgets as widgets

    text = widgets.Text(
        value=first,
        description=_("Sentence:"),
        continuous_update=False,
        layout={"width": "min(100%, 560px)"},
        placeholder=_("What did you think of the film?"),
    )
    button = widgets.Button(description=_("Ask"), tooltip=_("Ask the classifier about this sentence"))
    answer = widgets.HTML()

    def ask(_change: Any = None) -> None:
        sentence = text.value.strip()
        if not sentence:
            answer.value = html.escape(_("Type a sentence and press Enter."))
            return
        probability = float(classifier.predict_proba([sentence])[0])
        answer.value = answer_html(probability, classifier.tokenizer.pieces(sentence))

    text.observe(ask, names="value")  # Enter, or leaving the box
    button.on_click(ask)
    ask()
    return widgets.VBox([widgets.HBox([text, button], layout={"flex_flow": "row wrap"}), answer])


def answer_html(probability: float, pieces: Sequence[str]) -> str:
    """Return the classifier's answer: words first, a bar beside them, then what it has read."""
    share = round(100 * probability)
    words = verdict_words(probability)
    read = html.escape(" ".join(pieces))
    colour = BLUE if probability > 0.5 else VERMILLION
    return (
        f'<div role="status" style="max-width:560px;line-height:1.5"><strong>{html.escape(words)}</strong>'
        f'<div aria-hidden="true" style="border:1px solid currentColor;border-radius:4px;height:14px;margin:4px 0">'
        f'<div style="width:{share}%;height:100%;background:{colour};border-radius:3px 0 0 3px"></div></div>'
        f'<span style="opacity:.8">{html.escape(_("It read:"))} <code>{read}</code></span></div>'
    )


def verdict_words(probability: float) -> str:
    """Put a probability into words.

    >>> verdict_words(0.97)
    'Positive: 97 in 100 that this is praise.'
    >>> verdict_words(0.52)
    'Undecided: 52 in 100 that this is praise.'
    """
    share = round(100 * probability)
    verdict = _("Undecided") if 40 <= share <= 60 else _("Positive") if share > 60 else _("Negative")
    return _("{verdict}: {share} in 100 that this is praise.").format(verdict=verdict, share=share)
