"""Tokens to play with: a box to type in, pairs that are cut, what padding costs. Taught in chapter 08.

Each function displays itself as the last expression of a cell.
"""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from bookutils.core.messages import _
from bookutils.core.settings import is_static
from bookutils.plots.figure import show
from bookutils.plots.tokenization.counts import padding_tradeoff
from bookutils.plots.tokenization.pieces import encoded_text, pair_cuts
from bookutils.text.tokenization.wordpiece import PAD, SEP, UNK, WordPiece
from bookutils.widgets.controls import ChoiceControl, Explorer, NumberControl

MOST_CHARACTERS = 2000


def encode_row(tokenizer: WordPiece, text: str, places: int) -> tuple[list[str], list[int], list[int], int]:
    """Encode one text into a row of `places`: pieces, ids, mask, and how many pieces were cut off.

    >>> tokenizer = WordPiece(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "a", "film"])
    >>> encode_row(tokenizer, "A film", 5)
    (['[CLS]', 'a', 'film', '[SEP]', '[PAD]'], [2, 4, 5, 3, 0], [1, 1, 1, 1, 0], 0)
    """
    pieces = tokenizer.pieces(text[:MOST_CHARACTERS])
    cut = max(len(pieces) - places, 0)
    if cut:
        pieces = [*pieces[: places - 1], SEP]
    mask = [1] * len(pieces) + [0] * (places - len(pieces))
    pieces += [PAD] * (places - len(pieces))
    return pieces, [tokenizer.ids[piece] for piece in pieces], mask, cut


def row_html(pieces: list[str], ids: list[int], mask: list[int], cut: int) -> str:
    """Return a row as cards, one a place: piece, id and mask; then one sentence that sums it up."""
    names = "<br>".join(f"<small>{html.escape(name)}</small>" for name in (_("piece"), _("id"), _("mask")))
    cards = [f'<li style="padding:3px 7px;text-align:right;opacity:.8" aria-hidden="true">{names}</li>']
    for piece, index, real in zip(pieces, ids, mask, strict=True):
        border = "2px solid #0072B2" if real else "1px dashed currentColor"
        cards.append(
            f'<li style="border:{border};border-radius:5px;padding:2px 7px;text-align:center;margin:0">'
            f"<code>{html.escape(piece)}</code><br><small>{index}</small><br><small>{real}</small></li>"
        )
    cards_html = "".join(cards)
    return (
        f'<ul aria-label="{html.escape(_("piece, id and mask of each position"), quote=True)}" style="display:flex;'
        f'flex-wrap:wrap;gap:4px;list-style:none;padding:0;margin:4px 0;max-width:900px">{cards_html}</ul>'
        f'<p role="status" aria-live="polite" style="margin:0.3em 0">{html.escape(row_words(pieces, mask, cut))}</p>'
    )


def row_words(pieces: list[str], mask: list[int], cut: int) -> str:
    """Sum up a row in a sentence.

    >>> row_words(["[CLS]", "[UNK]", "[SEP]", "[PAD]"], [1, 1, 1, 0], 0)
    '3 tokens and 1 of padding; 1 is [UNK].'
    """
    real = sum(mask)
    line = _("{real} tokens and {padding} of padding").format(real=real, padding=len(mask) - real)
    unknown = pieces.count(UNK)
    if unknown:
        line += (
            _("; {count} is [UNK]").format(count=unknown)
            if unknown == 1
            else _("; {count} are [UNK]").format(count=unknown)
        )
    if cut:
        line += _("; {count} cut off").format(count=cut)
    return line + "."


def tokenizer_box(
    tokenizer: WordPiece, text: str = "Unwatchable, despite the naïve café scene 😀", places: int = 16
) -> None:
    """Show a box to type in; pieces, ids and mask follow each letter.

    Parameters
    ----------
    tokenizer : what cuts the text
    text : stands in the box at first, and in the picture while notebooks are built
    places : of the row, from 4 to 64; what is too long is cut, what is too short is padded
    """
    if is_static():
        pieces, ids, mask, _cut = encode_row(tokenizer, text, places)
        show(encoded_text(pieces, ids, mask))
        return
    from IPython.display import display

    display(make_tokenizer_box(tokenizer, text, places))


def make_tokenizer_box(tokenizer: WordPiece, text: str, places: int) -> Any:
    """Make the box of `tokenizer_box`: a text field, a number, and what comes of them."""
    import ipywidgets as widgets

    field = widgets.Text(
        value=text,
        description=_("Text:"),
        continuous_update=True,
        layout={"width": "min(100%, 640px)"},
        placeholder=_("Type anything."),
    )
    number = NumberControl(_("positions"), places, 4, 64, 1, whole=True)
    answer = widgets.HTML()

    def update(_change: Any = None) -> None:
        answer.value = row_html(*encode_row(tokenizer, field.value, int(number.value)))

    field.observe(update, names="value")
    number.on_change(update)
    update()
    return widgets.VBox([field, number.widget, answer])


def explore_pair(first: int = 40, second: int = 12, length: int = 32) -> Explorer:
    """Drag the lengths of two texts and of the row, watch who loses how much under four rules.

    Parameters
    ----------
    first, second : pieces of the texts, from 0 to 120
    length : places of the row, from 4 to 128

    Returns
    -------
    Explorer, with the controls ``first``, ``second`` and ``length``
    """

    def draw(first: float, second: float, length: float) -> Figure:
        return pair_cuts(int(first), int(second), int(length))

    return Explorer(
        draw,
        {
            "first": NumberControl(_("pieces of the first"), first, 0, 120, 1, whole=True),
            "second": NumberControl(_("pieces of the second"), second, 0, 120, 1, whole=True),
            "length": NumberControl(_("positions of the row"), length, 4, 128, 1, whole=True),
        },
    )


def explore_padding(lengths: Mapping[str, ArrayLike], limit: int = 128, batch_size: int = 32) -> Explorer:
    """Choose a data set, drag the limit and the size of a batch, watch what is cut, padded and computed.

    Parameters
    ----------
    lengths : name of a data set -> tokens of each text, special ones included
    limit : the most places of a row, from 8 to 256
    batch_size : from 1 to 128

    Returns
    -------
    Explorer, with the controls ``data``, ``limit`` and ``batch_size``
    """
    counted = {name: np.asarray(values) for name, values in lengths.items()}

    def draw(data: str, limit: float, batch_size: float) -> Figure:
        return padding_tradeoff(counted[data], int(limit), int(batch_size), data)

    return Explorer(
        draw,
        {
            "data": ChoiceControl(_("texts"), {name: name for name in counted}, next(iter(counted))),
            "limit": NumberControl(_("most positions"), limit, 8, 256, 1, whole=True),
            "batch_size": NumberControl(_("texts in a batch"), batch_size, 1, 128, 1, whole=True),
        },
    )
