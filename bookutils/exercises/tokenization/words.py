"""Exercises of chapter 08: from a text to words, before anything is cut."""

from __future__ import annotations

import string
import unicodedata
from collections.abc import Iterable

from bookutils.core.messages import _
from bookutils.judging.model import Case, Exercise, Part, Rng, case, edge
from bookutils.judging.switches import Switches, combiner, mistakes_of
from bookutils.text.tokenization.wordpiece import is_chinese, is_punctuation, normalise_and_split

PLAIN = ("film", "long", "ending", "two", "plot", "actor", "scene", "movie", "quiet", "1999")
ACCENTS = ("café", "naïve", "über", "señor", "crème", "à", "élan", "Åse", "Noël", "fiancée")
CAPITALS = ("Paris", "NOT", "Film", "Binoche", "USA", "McKay")
SIGNS = (".", ",", "!", "?", "(", "'", "-", "$", "%")
WIDE_SIGNS = ("…", "«", "“", "’", "—", "。", "¿")
CHINESE = ("电影", "東京", "很长", "日本", "中文")


def _buggy_words(bugs: Switches, text: str) -> list[str]:
    if "letters_lost" in bugs:
        text = text.encode("ascii", "ignore").decode("ascii")
    if "accents_kept" not in bugs:
        text = "".join(c for c in unicodedata.normalize("NFD", text) if unicodedata.category(c) != "Mn")
    if "capitals_kept" not in bugs:
        text = text.lower()
    spaced = ""
    for character in text:
        sign = character in string.punctuation if "ascii_signs" in bugs else is_punctuation(character)
        if sign and "signs_dropped" in bugs:
            spaced += " "
        elif sign and "signs_attached" in bugs:
            spaced += character
        elif sign or (is_chinese(character) and "chinese_joined" not in bugs):
            spaced += f" {character} "
        else:
            spaced += character
    return spaced.split()


def _some(rng: Rng, words: tuple[str, ...], count: int) -> list[str]:
    return [str(word) for word in rng.choice(words, count, replace=False)]


def _sentence(rng: Rng, *, wide: bool) -> str:
    parts = [
        *_some(rng, PLAIN, 2),
        *_some(rng, CAPITALS, 1),
        *(word + sign for word, sign in zip(_some(rng, PLAIN, 2), _some(rng, SIGNS, 2), strict=True)),
    ]
    if wide:
        parts += [word + sign for word, sign in zip(_some(rng, ACCENTS, 2), _some(rng, WIDE_SIGNS, 2), strict=True)]
        parts += _some(rng, CHINESE, 1)
    return " ".join(str(part) for part in rng.permutation(parts))


def _letters_and_signs(rng: Rng) -> Iterable[Case]:
    yield case("Isn't this GOOD? Yes, it is.")
    for _number in range(4):
        yield case(_sentence(rng, wide=False))
    yield edge("")
    yield edge("   ")
    yield edge("two  blanks and\ta tab\n")
    yield edge("... !")
    yield edge("$5-10^2 ~ `x` <b> 1=1 a+b a|b")


def _other_alphabets(rng: Rng) -> Iterable[Case]:
    yield case("A naïve Café in 東京…")
    for _number in range(4):
        yield case(_sentence(rng, wide=True))
    yield edge("Ελλάδα и Россия, 한국")
    yield edge("€5 or £3")  # currency signs other than $ are no punctuation
    yield edge("cafe\u0301")  # the accent as a character of its own


SPLIT_WORDS = Exercise(
    id="split_words",
    answer="split_words",
    asks=_("A text in lower case, without accents, as a list of words, punctuation marks and Chinese characters."),
    reference=normalise_and_split,
    parts=(
        Part(_("capitals and punctuation"), 1, _letters_and_signs),
        Part(_("accents, other punctuation, Chinese characters"), 2, _other_alphabets),
    ),
    mistakes=mistakes_of(
        _buggy_words,
        (
            "capitals_kept",
            _("Capitals are still there."),
            _("Does the vocabulary of an uncased encoder hold “Film”, or “film”?"),
            _("Call `text.lower()` first."),
        ),
        (
            "accents_kept",
            _("Accents are still there."),
            _('After `unicodedata.normalize("NFD", text)` “é” is two characters. Which of them should stay?'),
            _('Leave out each character `c` of the NFD form for which `unicodedata.category(c) == "Mn"`.'),
        ),
        (
            "letters_lost",
            _("Everything outside ASCII is gone: not only accents, also the letters below them, and other scripts."),
            _("What should be left of “é”: nothing, or “e”?"),
            _('Split letters from accents with `unicodedata.normalize("NFD", text)`, and leave out the accents alone.'),
        ),
        (
            "signs_dropped",
            _("Punctuation marks do not come back at all."),
            _("Do “Good.” and “Good?” say the same?"),
            _('Put blanks around a punctuation mark instead of replacing it: `f" {c} "`.'),
        ),
        (
            "signs_attached",
            _("Punctuation marks still stick to the words beside them."),
            _("How often would the vocabulary have to hold “film”, if “film.” and “film,” were words?"),
            _("Put blanks around each character for which `is_punctuation` is true, then split."),
        ),
        (
            "ascii_signs",
            _("You split off punctuation marks of ASCII, and no others."),
            _("To which list do “…”, “«” and “。” belong?"),
            _("Use `is_punctuation(c)`, which also knows Unicode's punctuation, in place of `string.punctuation`."),
        ),
        (
            "chinese_joined",
            _("Chinese characters that stand side by side come back as one word."),
            _("Chinese is written without blanks. Where would a word end?"),
            _("Put blanks around each character for which `is_chinese` is true as well."),
        ),
    ),
    combine=combiner(_buggy_words),
    hints=(
        _("Three things, one after the other: lower case, accents away, split. Print what you have after each."),
        _(
            "Go through the text character by character, and build a new one in which every mark and every Chinese "
            "character has a blank on both sides. `split()` does the rest."
        ),
        _(
            '`for c in unicodedata.normalize("NFD", text.lower())`: leave out category "Mn"; add `f" {c} "` where '
            "`is_punctuation(c) or is_chinese(c)`, and `c` elsewhere."
        ),
    ),
)
