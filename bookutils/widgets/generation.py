"""A small language model to train, to prompt, and to draw from; and who sees whom. Taught in chapter 14."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.figure import Figure

from bookutils.core.messages import _
from bookutils.core.progress import say
from bookutils.core.settings import is_static
from bookutils.numerics.generation.decoder import Cache, DecoderWeights, decode_more
from bookutils.numerics.generation.writing import Sampling, write
from bookutils.plots.figure import show
from bookutils.plots.generation import masks
from bookutils.plots.generation import writing as plots
from bookutils.widgets.controls import ChoiceControl, Explorer, NumberControl
from bookutils.widgets.live import live_view, status_line

if TYPE_CHECKING:
    from bookutils.models.generation.decoder import CharacterModel, Characters
    from bookutils.models.generation.training import CharacterSettings, Texts
    from bookutils.models.training.history import History, Progress

WORDS = ("the", "soup", "was", "cold", "die", "Suppe", "war", "kalt")
SHOWN = 36  # characters written while a slider moves


def train_writer(
    texts: Texts,
    characters: Characters,
    settings: CharacterSettings | None = None,
    *,
    marks: Mapping[str, float] | None = None,
    again: bool = False,
) -> tuple[CharacterModel, History]:
    """Train the character model before one's eyes, or bring back the run that is remembered.

    Parameters
    ----------
    texts, characters, settings, again : as in `bookutils.models.generation.training.train_characters`; in a test
        (``BOOKUTILS_QUICK``) sixteen steps
    marks : name -> bits per character, drawn as lines to beat

    Returns
    -------
    (model, History). Interrupting the kernel stops the run and keeps what was learnt; the same call goes on from
    there. What stays in the cell is the picture alone.
    """
    from bookutils.models.generation.training import CharacterSettings, train_characters

    settings = (settings or CharacterSettings()).for_this_run()

    def curves(history: History) -> Figure:
        return plots.training_bits(
            history.losses, history.epoch_ends, history.held_out, history.total_steps, marks or {}
        )

    with live_view(curves, status) as report:
        model, history, remembered = train_characters(texts, characters, settings, again=again, report=report)
        picture = curves(history)
    show(picture)
    if remembered:
        say(_("This run was remembered from an earlier start; train_writer(…, again=True) trains anew."))
    say(history.sentence())
    return model, history


def status(progress: Progress) -> str:
    """Say where a run stands, in a line."""
    where = _("Step {step} of {total}.").format(step=progress.step, total=progress.total_steps)
    return status_line(progress, where, _("{speed:,.0f} characters a second."))


def explore_choice(
    weights: DecoderWeights,
    characters: Characters,
    prompt: str = "The loss of a ",
    *,
    temperature: float = 1.0,
    k: int | None = None,
    p: float = 1.0,
) -> Explorer:
    """Drag temperature, top-k and nucleus; watch what can come next, and what the model writes.

    Parameters
    ----------
    weights : of the decoder
    characters : its vocabulary
    prompt : what it reads first
    temperature : from 0 to 3
    k : from 1 to the whole vocabulary; None is the whole
    p : from 0.05 to 1

    Returns
    -------
    Explorer, with the controls ``temperature``, ``k``, ``p`` and ``seed``
    """
    ids = characters.ids(prompt)
    limit = len(weights["positions"])
    logits = decode_more(weights, ids[np.newaxis, -limit:], Cache(weights))[0].astype(np.float64)
    whole = len(characters.symbols)
    before = Sampling().distribution(logits)

    @lru_cache(maxsize=64)
    def written(sampling: Sampling, seed: int) -> str:
        return characters.text(write(weights, ids, SHOWN, sampling, seed=seed)[0])

    def draw(temperature: float, k: float, p: float, seed: float) -> Figure:
        sampling = Sampling(float(temperature), int(k) if k < whole else None, float(p))
        after = sampling.distribution(logits)
        return plots.choice(characters.symbols, before, after, prompt, written(sampling, int(seed)))

    return Explorer(
        draw,
        {
            "temperature": NumberControl(_("temperature"), temperature, 0.0, 3.0, 0.1),
            "k": NumberControl(_("top-k"), whole if k is None else k, 1, whole, 1, whole=True),
            "p": NumberControl(_("nucleus p"), p, 0.05, 1.0, 0.05),
            "seed": NumberControl(_("seed"), 0, 0, 20, 1, whole=True),
        },
    )


def explore_sight(
    words: Sequence[str] = WORDS, read: int = 4, *, kind: str = "encoder-decoder", place: int = 6
) -> Explorer:
    """Choose a kind of model and a place; see whom it may look at, and what it can be trained to say.

    Parameters
    ----------
    words : the tokens
    read : how many of them are given, in an encoder-decoder
    kind : "encoder", "decoder" or "encoder-decoder"
    place : counted from 1

    Returns
    -------
    Explorer, with the controls ``kind`` and ``place``
    """

    def draw(kind: str, place: float) -> Figure:
        return masks.sight(words, read, kind, int(place))

    return Explorer(
        draw,
        {
            "kind": ChoiceControl(_("kind of model"), {name: name for name in masks.SIGHTS}, kind),
            "place": NumberControl(_("place"), place, 1, len(words), 1, whole=True),
        },
    )


def writing_box(
    weights: DecoderWeights,
    characters: Characters,
    prompt: str = "The film ",
    *,
    length: int = 160,
    sampling: Sampling | None = None,
) -> None:
    """Show a box for a prompt; Enter or the button lets the model write on.

    Parameters
    ----------
    weights, characters : the decoder and its vocabulary
    prompt : stands in the box at first
    length : how many characters are written
    sampling : a temperature of 0.7 and a nucleus of 0.95 when None
    """
    sampling = sampling or Sampling(0.7, None, 0.95)
    if is_static():
        say(prompt + characters.text(write(weights, characters.ids(prompt), length, sampling)[0]))
        return
    from IPython.display import display

    display(_make_writing_box(weights, characters, prompt, length, sampling))


def _make_writing_box(
    weights: DecoderWeights, characters: Characters, first: str, length: int, sampling: Sampling
) -> Any:
    import ipywidgets as widgets

    text = widgets.Text(
        value=first,
        description=_("Prompt:"),
        continuous_update=False,
        layout={"width": "min(100%, 560px)"},
        placeholder=_("The first words of a text"),
    )
    button = widgets.Button(description=_("Write"), tooltip=_("Let the model write on; each click draws anew"))
    answer = widgets.HTML()
    seeds = iter(range(10**9))

    def ask(_change: Any = None) -> None:
        ids = characters.ids(text.value)
        if not len(ids):
            answer.value = html.escape(_("Type the beginning of a text and press Enter."))
            return
        known = characters.text(ids)
        went_on = characters.text(write(weights, ids, length, sampling, seed=next(seeds))[0])
        left_out = _(" (Characters that the model has never seen were left out.)") if known != text.value else ""
        answer.value = (
            '<div role="status" style="max-width:560px;line-height:1.5;white-space:pre-wrap">'
            f"<strong>{html.escape(known)}</strong>{html.escape(went_on)}{html.escape(left_out)}</div>"
        )

    text.observe(ask, names="value")  # Enter, or leaving the box
    button.on_click(ask)
    ask()
    return widgets.VBox([widgets.HBox([text, button], layout={"flex_flow": "row wrap"}), answer])
