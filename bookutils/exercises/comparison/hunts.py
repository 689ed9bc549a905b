"""The error hunts of chapter 06: a sentence about size, and a listing that looks before it splits."""

from __future__ import annotations

from bookutils.core.messages import _
from bookutils.judging.model import Option, choice

SIZE_HUNT = choice(
    "size_hunt",
    _("Which sentence of the printed paragraph is wrong?"),
    {
        "a": Option(
            _("sentence a"),
            _("Sentence a is right: one weight for each column of the TF-IDF matrix, and a bias."),
        ),
        "b": Option(
            _("sentence b"),
            _("Sentence b is off by a factor of nine or more: BERT-base has 109 million parameters, BERT-large "
              "335 million. You counted them. GPT-3 has 175 billion."),
            right=True,
        ),
        "c": Option(
            _("sentence c"),
            _("Sentence c is right: 8H² of 12H² weights of a layer are the feed-forward part's."),
        ),
        "d": Option(_("sentence d"), _("Sentence d is right: the heads share the width, so their number drops out.")),
        "e": Option(
            _("sentence e"),
            _("Sentence e is right: two operations on the way forward, four on the way back."),
        ),
    },
    hints=(
        _("Two of the sentences give a number that you have computed in this chapter. Compare."),
        _("What did `bert_params` give for BERT-base? How many of those make a billion?"),
    ),
)  # fmt: skip

PIPELINE_HUNT = choice(
    "pipeline_hunt",
    _("Which line of the printed listing lets the model look where it must not?"),
    {
        "a": Option(_("line a"), _("Line a only says what will be counted; nothing is learnt yet.")),
        "b": Option(
            _("line b"),
            _("Line b learns words and IDF from all sentences, also from those that line c sets aside as unseen. "
              "Split first, then `fit` on train and `transform` dev; or put both steps into one pipeline."),
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
)  # fmt: skip
