"""Exercises of chapter 13: a listing that looks before it splits, optional."""

from __future__ import annotations

from bookutils.core.messages import _
from bookutils.judging.model import Option, choice

PIPELINE_HUNT = choice(
    "pipeline_hunt",
    _("Which line of the printed listing lets the model look where it must not?"),
    {
        "a": Option(_("line a"), _("Line a only says what will be counted; nothing is learnt yet.")),
        "b": Option(
            _("line b"),
            _(
                "Line b learns words and IDF from all sentences, also from those that line c sets aside as unseen. "
                "Split first, then `fit` on train and `transform` dev; or put both steps into one pipeline."
            ),
            right=True,
        ),
        "c": Option(
            _("line c"),
            _("Line c splits by chance, with a fixed seed, as it should. The question is what has happened before it."),
        ),
        "d": Option(_("line d"), _("Line d fits on train alone. What it is given was made one line too early.")),
        "e": Option(
            _("line e"),
            _("Line e counts on sentences that line d has not seen. Another line has."),
        ),
    },
    hints=(
        _("Which of the calls learn something from the sentences that they are given?"),
        _("`fit` and `fit_transform` learn. Which of the two in the listing is given sentences of dev?"),
    ),
)
