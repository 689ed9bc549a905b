"""An encoder to play with: its positions, what it costs, and a small one that guesses hidden words. Chapter 10.

Each function displays itself as the last expression of a cell. All numbers come from `bookutils.numerics`.
"""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any

from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from bookutils.core.errors import UsageError
from bookutils.core.messages import _
from bookutils.core.settings import is_static
from bookutils.numerics.transformer.costs import Sizes, flop_parts, parameter_parts
from bookutils.numerics.transformer.experiments import position_likeness
from bookutils.plots.figure import show
from bookutils.plots.transformer.encoder import cost_bars, position_map
from bookutils.plots.transformer.pretraining import guesses
from bookutils.widgets.controls import Explorer, NumberControl, main_sentence, picture_html

if TYPE_CHECKING:
    from bookutils.models.transformer.pretraining import Pretraining


def explore_positions(positions: ArrayLike, chosen: int = 100) -> Explorer:
    """Choose a position, watch which others have a vector that points the same way.

    Parameters
    ----------
    positions : array of float, ``(positions, hidden)``, an encoder's table
    chosen : the position to begin with

    Returns
    -------
    Explorer, with the control ``chosen``
    """
    likeness = position_likeness(positions)

    def draw(chosen: float) -> Figure:
        return position_map(likeness, int(chosen))

    return Explorer(draw, {"chosen": NumberControl(_("position"), chosen, 0, len(likeness) - 1, 1, whole=True)})


def explore_costs(layers: int = 12, hidden: int = 768, tokens: int = 128, vocabulary: int = 30522) -> Explorer:
    """Choose an encoder's sizes and a length, watch where its parameters are and where its arithmetic goes.

    Parameters
    ----------
    layers, hidden, vocabulary : of the encoder; the defaults are BERT-base
    tokens : length of the sequence

    Returns
    -------
    Explorer, with the controls ``layers``, ``hidden``, ``vocabulary`` and ``tokens``
    """

    def draw(layers: float, hidden: float, vocabulary: float, tokens: float) -> Figure:
        sizes = Sizes(int(layers), int(hidden), vocabulary=int(vocabulary))
        return cost_bars(parameter_parts(sizes), flop_parts(sizes, int(tokens)), int(tokens))

    return Explorer(
        draw,
        {
            "layers": NumberControl(_("blocks"), layers, 1, 96, 1, whole=True),
            "hidden": NumberControl(_("hidden size"), hidden, 64, 12288, 64, whole=True),
            "vocabulary": NumberControl(_("vocabulary"), vocabulary, 1000, 250000, 1, whole=True),
            "tokens": NumberControl(_("tokens"), tokens, 1, 32768, 1, whole=True),
        },
    )


def guess_box(run: Pretraining, first: str = "how does a gradient travel ___") -> None:
    """Show a box for a sentence with a gap; Enter says what the small encoder puts there.

    Parameters
    ----------
    run : its `guess` is asked
    first : the sentence that stands in the box, its gap written ``___``

    Notes
    -----
    Taught in chapter 10.
    """
    if is_static():
        show(guesses(first, run.guess(first)))
        return
    from IPython.display import display

    display(_make_guess_box(run, first))


def _make_guess_box(run: Pretraining, first: str) -> Any:
    import ipywidgets as widgets

    text = widgets.Text(
        value=first,
        description=_("Sentence:"),
        continuous_update=False,
        layout={"width": "min(100%, 560px)"},
        placeholder=_("a sentence with one ___"),
    )
    picture, words = widgets.HTML(), widgets.HTML()

    def ask(_change: Any = None) -> None:
        line = text.value.strip()
        try:
            figure = guesses(line, run.guess(line))
            picture.value, said = picture_html(figure), main_sentence(figure)
        except UsageError as error:
            picture.value, said = "", str(error)
        words.value = f'<p role="status" aria-live="polite" style="margin:0.3em 0">{html.escape(said)}</p>'

    text.observe(ask, names="value")  # Enter, or leaving the box
    ask()
    return widgets.VBox([text, picture, words])
