"""Exercises of chapter 05: two error hunts, both optional."""

from __future__ import annotations

from bookutils.core.messages import _
from bookutils.judging.model import Option, choice

ADAM_HUNT = choice(
    "adam_hunt",
    _("Which line of the printed Adam is wrong?"),
    {
        "a": Option(_("line a"), _("Line a is the running mean of the gradients, as it should be.")),
        "b": Option(_("line b"), _("Line b is the running mean of the squared gradients, as it should be.")),
        "c": Option(_("line c"), _("Line c undoes the start at 0: in the first step m̂ is the gradient itself.")),
        "d": Option(_("line d"), _("Line d undoes the start at 0: in the first step v̂ is the squared gradient.")),
        "e": Option(
            _("line e"),
            _(
                "Line e divides a gradient by a squared gradient: the root of v̂ is missing. The first step is α/g, so "
                "the steepest parameter moves least."
            ),
            right=True,
        ),
    },
    hints=(
        _("Work out the first step for one gradient g by hand, line by line. What is m̂, and what is v̂?"),
        _("The first step of Adam has the length α for every gradient. Which line makes it depend on g?"),
    ),
)

BATCH_HUNT = choice(
    "batch_hunt",
    _("Which sentence of the printed text does not fit its listing?"),
    {
        "a": Option(_("sentence a"), _("True: this is gradient descent on all examples, and line 1 does that.")),
        "b": Option(
            _("sentence b"),
            _(
                "It describes a mini-batch, a part of the examples. Line 2 draws one single example, which is what "
                "stochastic gradient descent meant at first."
            ),
            right=True,
        ),
        "c": Option(_("sentence c"), _("True for a single example: its gradient is the whole one plus noise.")),
        "d": Option(_("sentence d"), _("True: one gradient of one example costs a share 1/N of all N.")),
    },
    hints=(_("How many examples does line 2 draw? What does each sentence say about that?"),),
)
