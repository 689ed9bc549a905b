"""Exercises of chapter 15: a paragraph about size, optional."""

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
            _(
                "Sentence b is off by a factor of nine or more: BERT-base has 109 million parameters, BERT-large "
                "335 million. You counted them. GPT-3 has 175 billion."
            ),
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
)
