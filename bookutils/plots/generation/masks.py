"""Pictures of who may look at whom in the three kinds of models. Taught in chapter 14."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap, to_rgb
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from bookutils.core.messages import _
from bookutils.numerics.attention.heads import causal_mask
from bookutils.plots.figure import BLUE, CARD, GRID, VERMILLION, new_figure, set_alt, styled

SIGHTS = ("encoder", "decoder", "encoder-decoder")


def sight_mask(kind: str, read: int, written: int) -> NDArray[np.int32]:
    """Return who may look at whom in a model of this kind: 1 where the row's place sees the column's.

    Parameters
    ----------
    kind : "encoder", "decoder" or "encoder-decoder"
    read, written : how many places are given, and how many are written; only the third kind treats them differently

    Returns
    -------
    array of 0 and 1, ``(read + written, read + written)``

    Examples
    --------
    >>> sight_mask("encoder-decoder", 2, 2)
    array([[1, 1, 0, 0],
           [1, 1, 0, 0],
           [1, 1, 1, 0],
           [1, 1, 1, 1]], dtype=int32)
    """
    tokens = read + written
    if kind == "encoder":
        return np.ones((tokens, tokens), np.int32)
    mask = causal_mask(tokens)
    if kind == "encoder-decoder":
        mask[:read, :read] = 1
    return mask


@styled
def three_masks(words: Sequence[str], read: int) -> Figure:
    """Draw the masks of the three kinds of models side by side.

    Parameters
    ----------
    words : the tokens; the first `read` are given, the others are written
    read : how many are given, in the third kind
    """
    fig, axes = new_figure(_("One block, three masks: who may look at whom"), columns=3, width=760, height=330)
    titles = {
        "encoder": _("encoder: everybody"),
        "decoder": _("decoder: back only"),
        "encoder-decoder": _("encoder-decoder: both"),
    }
    for ax, kind in zip(axes, SIGHTS, strict=True):
        mask = sight_mask(kind, read, len(words) - read)
        _draw(ax, mask, words)
        ax.set_title(titles[kind])
        if kind == "encoder-decoder":
            ax.axhline(read - 0.5, color=VERMILLION, linewidth=1.6)
            ax.axvline(read - 0.5, color=VERMILLION, linewidth=1.6)
    axes[0].set_ylabel(_("this place …"))
    axes[0].set_xlabel(_("… looks at"))
    counts = [int(sight_mask(kind, read, len(words) - read).sum()) for kind in SIGHTS]
    return set_alt(
        fig,
        _(
            "Three squares of {n} by {n} fields, filled where a place may look. Encoder: all {a} fields. Decoder: the "
            "{b} on and below the diagonal. Encoder-decoder: {c}, the first {read} places see one another, the others "
            "see those and what was written before them."
        ).format(n=len(words), a=counts[0], b=counts[1], c=counts[2], read=read),
    )


@styled
def sight(words: Sequence[str], read: int, kind: str, place: int) -> Figure:
    """Draw one mask, and mark whom one place sees.

    Parameters
    ----------
    words, read : as in `three_masks`
    kind : one of `SIGHTS`
    place : counted from 1
    """
    mask = sight_mask(kind, read, len(words) - read)
    row = mask[place - 1]
    seen = [word for word, open_ in zip(words, row, strict=True) if open_]
    ahead = row[place:].any()
    task = (
        _("It can be trained to fill in a covered word, not to say the next one.")
        if ahead
        else _("It can be trained to say the word after it.")
    )
    title = _("“{word}” sees {n} of {all}").format(word=words[place - 1], n=len(seen), all=len(words))
    fig, (ax,) = new_figure(title, width=480, height=400)
    shades = mask.astype(float) * 0.35
    shades[place - 1] = row
    _draw(ax, shades, words)
    ax.set_title(_("It can learn to fill gaps") if ahead else _("It can learn to say the next word"))
    ax.set_ylabel(_("this place …"))
    ax.set_xlabel(_("… looks at"))
    ax.get_yticklabels()[place - 1].set_fontweight("bold")
    hidden = [word for word, open_ in zip(words, row, strict=True) if not open_]
    words_hidden = _("Hidden: {words}.").format(words=", ".join(hidden)) if hidden else _("Nothing is hidden.")
    return set_alt(
        fig,
        _("As {kind}, place {place}, “{word}”, sees {seen}. {hidden} {task}").format(
            kind=_("part of a decoder") if kind == "decoder" else _("part of an {kind}").format(kind=kind),
            place=place,
            word=words[place - 1],
            seen=", ".join(seen),
            hidden=words_hidden,
            task=task,
        ),
    )


def _draw(ax: Axes, shades: ArrayLike, words: Sequence[str]) -> None:
    """Draw a square of fields, from the card's colour at 0 to blue at 1, with the words on both sides."""
    card, blue = np.array(to_rgb(CARD)), np.array(to_rgb(BLUE))
    colours = ListedColormap([tuple(card + share * (blue - card)) for share in np.linspace(0, 1, 64)])
    ax.imshow(np.asarray(shades), cmap=colours, vmin=0, vmax=1)
    ax.set_xticks(range(len(words)), words, rotation=60, ha="right", fontsize=9)
    ax.set_yticks(range(len(words)), words, fontsize=9)
    ax.set_xticks(np.arange(-0.5, len(words)), minor=True)
    ax.set_yticks(np.arange(-0.5, len(words)), minor=True)
    ax.grid(visible=False)
    ax.grid(which="minor", color=GRID, linewidth=0.8)
    ax.tick_params(which="both", length=0)
