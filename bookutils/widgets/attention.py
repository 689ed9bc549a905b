"""Attention to play with: queries to drag, sizes, the heads of a real encoder, and a test of what weights explain.

Each function displays itself as the last expression of a cell. Taught in chapter 09.
"""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.figure import Figure

from bookutils.core.messages import _
from bookutils.core.settings import is_static
from bookutils.plots.attention import heads as plots
from bookutils.plots.attention.experiments import one_reading
from bookutils.plots.figure import show
from bookutils.widgets.controls import ChoiceControl, Control, Explorer, NumberControl

if TYPE_CHECKING:
    from bookutils.models.attention import AttentionReader, ExplanationExperiment

SENTENCE = "The animal did not cross the street because it was too tired."
VALUES = np.array([[0.0, 1.0], [-0.9, -0.6], [0.9, -0.6]])


def _at(angle: float, length: float) -> np.ndarray:
    radians = np.deg2rad(angle)
    return length * np.array([np.cos(radians), np.sin(radians)])


def explore_query(
    angle: float = 60.0, length: float = 2.0, key_angle: float = 90.0, key_length: float = 2.0
) -> Explorer:
    """Turn and stretch a query and one of three keys, watch the weights and the mean of the values.

    Parameters
    ----------
    angle, length : of the query; degrees from −180 to 180, and 0 to 4
    key_angle, key_length : of key A; the other two keys stay at 210° and 330°

    Returns
    -------
    Explorer, with the controls ``angle``, ``length``, ``key_angle`` and ``key_length``
    """

    def draw(angle: float, length: float, key_angle: float, key_length: float) -> Figure:
        keys = np.stack([_at(key_angle, key_length), _at(210, 2.0), _at(330, 2.0)])
        return plots.query_and_keys(_at(angle, length), keys, VALUES)

    return Explorer(
        draw,
        {
            "angle": NumberControl(_("angle of the query"), angle, -180.0, 180.0, 5.0),
            "length": NumberControl(_("length of the query"), length, 0.0, 4.0, 0.1),
            "key_angle": NumberControl(_("angle of key A"), key_angle, -180.0, 180.0, 5.0),
            "key_length": NumberControl(_("length of key A"), key_length, 0.0, 4.0, 0.1),
        },
    )


def explore_size(power: int = 6, divide_by: str = "none") -> Explorer:
    """Choose how long queries and keys are and what scores are divided by, watch scores and weights.

    Parameters
    ----------
    power : the size is 2 to the power of this, from 0 to 10
    divide_by : "none", "root" or "size"

    Returns
    -------
    Explorer, with the controls ``power`` and ``divide_by``
    """

    def draw(power: float, divide_by: str) -> Figure:
        return plots.one_draw(2 ** int(power), divide_by)

    ways = {"none": _("nothing"), "root": _("√d"), "size": _("d")}
    return Explorer(
        draw,
        {
            "power": NumberControl(_("log₂ of the size d"), power, 0, 10, 1, whole=True),
            "divide_by": ChoiceControl(_("divided by"), ways, divide_by),
        },
    )


class SentenceExplorer:
    """A box for a sentence, and an `Explorer` that shows something about it; Enter or the button takes the sentence.

    Parameters
    ----------
    draw : gets the sentence and the value of each control, and returns a figure with alt text
    controls : as in `Explorer`
    sentence : stands in the box at first
    """

    def __init__(self, draw: Callable[..., Figure], controls: dict[str, Control], sentence: str) -> None:
        import ipywidgets as widgets

        self.sentence = sentence
        self.text = widgets.Text(
            value=sentence,
            description=_("Sentence:"),
            continuous_update=False,
            layout={"width": "min(100%, 560px)"},
            placeholder=_("A sentence of your own"),
        )
        self.button = widgets.Button(description=_("Look"), tooltip=_("Show this sentence"))
        self.note = widgets.HTML()
        self.explorer = Explorer(lambda **values: draw(self.sentence, **values), controls)
        self.text.observe(self.take, names="value")  # Enter, or leaving the box
        self.button.on_click(self.take)
        row = widgets.HBox([self.text, self.button], layout={"flex_flow": "row wrap"})
        self.view = widgets.VBox([row, self.note, self.explorer.view])

    def take(self, _change: Any = None) -> None:
        """Show the sentence in the box."""
        sentence = self.text.value.strip()
        if len(sentence.split()) < 2:
            said = html.escape(_("Type a sentence of two words or more and press Enter."))
            self.note.value = f'<p role="alert">{said}</p>'
            return
        self.note.value = ""
        self.sentence = sentence
        self.explorer._layout = []  # another sentence has other labels, which need other room
        self.explorer.redraw()

    def _ipython_display_(self) -> None:
        if is_static():
            show(self.explorer.figure())
            return
        from IPython.display import display

        display(self.view)


def attention_box(reader: AttentionReader, sentence: str = SENTENCE, layer: int = 1, head: int = 1) -> SentenceExplorer:
    """Type a sentence, choose a layer and a head of the real encoder, see who looks at whom.

    Parameters
    ----------
    reader : computes the weights, and keeps those of the sentences that it has seen
    sentence : stands in the box at first
    layer, head : counted from 1

    Returns
    -------
    SentenceExplorer, with the controls ``layer`` and ``head``
    """
    layers, heads = reader.maps(sentence)[1].shape[:2]

    def draw(sentence: str, layer: float, head: float) -> Figure:
        pieces, maps = reader.maps(sentence)
        return plots.attention_map(pieces, maps[int(layer) - 1, int(head) - 1], int(layer), int(head))

    controls: dict[str, Control] = {
        "layer": NumberControl(_("layer"), layer, 1, layers, 1, whole=True),
        "head": NumberControl(_("head"), head, 1, heads, 1, whole=True),
    }
    return SentenceExplorer(draw, controls, sentence)


def explanation_box(
    experiment: ExplanationExperiment,
    sentence: str = "it is too long , and i did not laugh once",
    kind: str = "context",
) -> SentenceExplorer:
    """Type a sentence, compare attention weights with what leaving out each word does, for both classifiers.

    Parameters
    ----------
    experiment : what `run_explanation_experiment` returned
    sentence : stands in the box at first
    kind : "context" or "words"

    Returns
    -------
    SentenceExplorer, with the control ``kind``
    """

    def draw(sentence: str, kind: str) -> Figure:
        reading = experiment.read(sentence, kind)
        return one_reading(reading.pieces, reading.weights, reading.effects, reading.probability, reading.shuffled)

    kinds = {"context": _("the encoder's last layer"), "words": _("word vectors alone")}
    return SentenceExplorer(draw, {"kind": ChoiceControl(_("the classifier reads"), kinds, kind)}, sentence)
