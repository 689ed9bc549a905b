"""Exercises of chapter 08: five slips, one of which is heard, optional."""

from __future__ import annotations

from bookutils.core.messages import _
from bookutils.judging.model import Option, choice

TOKENIZER_HUNT = choice(
    "tokenizer_hunt",
    _("Which line of the printed listing stops the program by itself?"),
    {
        "a": Option(
            _("line a"),
            _(
                "Keras has a class Tokenizer, and it has no `from_vocabulary_file`: an AttributeError. Of the five "
                "slips this is the only one that is heard, and the cheapest."
            ),
            right=True,
        ),
        "b": Option(
            _("line b"),
            _(
                "`fit_on_texts` runs, and gives each word its rank as an id. The encoder reads rank 101 as [CLS] and "
                "most of the common words as unused entries. Nothing complains: each id is a row of its table."
            ),
        ),
        "c": Option(
            _("line c"),
            _(
                "Lower-casing is right for an uncased vocabulary and wrong for the cased one that this listing names: "
                "“paris” is in the one and “Paris” in the other. The line runs."
            ),
        ),
        "d": Option(
            _("line d"),
            _("`pad_sequences` runs. It pads and cuts at the front by default, and nobody has added [CLS] and [SEP]."),
        ),
        "e": Option(
            _("line e"),
            _(
                "The encoder accepts a mask of ones. It then reads padding as if it were text; the numbers change and "
                "no error appears."
            ),
        ),
    },
    hints=(
        _("Ask of each line: does Python know that something is wrong, or only you?"),
        _("A wrong id is still an id. A method that does not exist is something else."),
    ),
)
