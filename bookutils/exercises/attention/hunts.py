"""Exercises of chapter 09: a printed listing with one wrong line, optional."""

from __future__ import annotations

from bookutils.core.messages import _
from bookutils.judging.model import Option, choice

ATTENTION_HUNT = choice(
    "attention_hunt",
    _("Which line of the printed listing is wrong?"),
    {
        "a": Option(
            _("line a"),
            _(
                "Line a makes all three projections at once and cuts them apart; many programs do, since one large "
                "product is quicker than three."
            ),
        ),
        "b": Option(
            _("line b"),
            _("Line b cuts the last axis into heads and brings the heads in front of the tokens, as it should."),
        ),
        "c": Option(
            _("line c"),
            _("Line c divides by the root of a head's size; q.shape[-1] is that size, after the cut."),
        ),
        "d": Option(
            _("line d"),
            _("Line d replaces the scores of hidden keys before the softmax; the mask's last axis is that of keys."),
        ),
        "e": Option(
            _("line e"),
            _(
                "Line e reshapes (batch, heads, tokens, size) straight into (batch, tokens, hidden). The shape is "
                "right, and each row mixes pieces of several tokens. The transpose of line b must be undone first."
            ),
            right=True,
        ),
        "f": Option(
            _("line f"),
            _("Line f mixes the merged heads; it can only work with what it gets."),
        ),
    },
    hints=(
        _(
            "A token whose own vector changes may change every result. But what if only its value reached others with "
            "a weight of 0?"
        ),
        _("Follow the shapes: which lines change the order of axes, and is each change undone?"),
    ),
)
