"""The predictions of chapter 08."""

from __future__ import annotations

from bookutils.core.messages import _
from bookutils.judging.model import Option, Prediction

NEVER_SEEN_WORDS = Prediction(
    "never_seen_words",
    _(
        "You list every word of 6,920 sentences from film reviews. Then 872 sentences arrive that you have not "
        "seen. How many of their words are missing from your list?"
    ),
    {
        "none": Option(
            _("Next to none: nearly 14,000 different words cover such sentences."),
            _("The common words are covered. Rare ones are rare each, and there are very many of them."),
        ),
        "twentieth": Option(
            _("About one in twenty."),
            _("Language has a long tail: however much you have read, new text brings new words."),
            right=True,
        ),
        "half": Option(
            _("About half of them."),
            _("Half of the *different* words would be near; but the common words make up most of a text."),
        ),
    },
)

GREEDY_OR_CLEVER = Prediction(
    "greedy_or_clever",
    _("A vocabulary holds un, una, ##aff and ##able. What does greedy longest match make of “unaffable”?"),
    {
        "three": Option(
            _("un, ##aff, ##able"),
            _("A clever reader finds that. Greedy match takes una, because it is longer, and never takes it back."),
        ),
        "rest": Option(
            _("una, and [UNK] for the rest"),
            _("It does take una, and then finds nothing for “ffable”. But a word is cut as a whole or not at all."),
        ),
        "unknown": Option(
            _("[UNK] for the whole word"),
            _("It takes una, finds nothing for “ffable”, and gives up the word, though another cut exists."),
            right=True,
        ),
    },
)

TWICE_AS_WIDE = Prediction(
    "twice_as_wide",
    _(
        "Rows of 128 positions become rows of 256. MiniLM has vectors of 384 numbers. How much more does one pass "
        "through the encoder cost?"
    ),
    {
        "twice": Option(
            _("A little more than twice as much."),
            _("Most work is done token by token; the comparison of all pairs grows fourfold, and is small here."),
            right=True,
        ),
        "four": Option(
            _("Four times as much: every token looks at every other one."),
            _("That part does grow fourfold. At 128 positions it is a twentieth of the work."),
        ),
        "same": Option(
            _("The same: what is added is padding, and the mask leaves it out."),
            _("The mask changes what is read, and saves no multiplication."),
        ),
    },
)

OTHER_SCRIPTS = Prediction(
    "other_scripts",
    _("The vocabulary was made from English text. What does it do with a Russian sentence?"),
    {
        "unknown": Option(
            _("Every word becomes [UNK]: no Russian word was learnt."),
            _("Hardly any word was. But single letters were met often enough to be entries of the list."),
        ),
        "letters": Option(
            _("It cuts the words into very small pieces, nearly letter by letter."),
            _("The letters are in the list, with and without ##, and hardly any longer piece is."),
            right=True,
        ),
        "words": Option(
            _("About one piece a word, as in English."),
            _("That takes a vocabulary that was made from Russian text as well."),
        ),
    },
)
