"""Sentences that were made for a learner, as an instructor reads them: about the learner, and without the clutter."""

from __future__ import annotations

import re
from functools import cache

from bookutils.core.messages import _
from bookutils.grading.reports.text import without_stars

# "with you" is an object, "when you" a subject; English tells them apart by the word before.
_GOVERNS = {
    "with", "from", "for", "to", "of", "by", "on", "at", "about", "without", "than", "against", "behind", "beside",
    "between", "cost", "costs", "give", "gives", "gave", "tell", "tells", "let", "lets", "take", "takes", "leave",
    "leaves", "leads", "lead", "make", "makes", "show", "shows", "help", "helps", "save", "saves", "keep", "keeps",
}  # fmt: skip
_FORMS = {
    "your": "their", "yours": "theirs", "yourself": "themselves", "yourselves": "themselves",
}  # fmt: skip
_ADDRESS = re.compile(r"(?:\b(\w+)(\s+))?\b(you|your|yours|yourself|yourselves)\b", re.IGNORECASE)


def about_learners(sentence: str) -> str:
    """Turn a sentence that speaks to a learner into one that speaks of learners; code between backticks stays.

    Examples
    --------
    >>> about_learners("You counted entries: your mask is wrong, and one row costs you nothing.")
    'They counted entries: their mask is wrong, and one row costs them nothing.'
    >>> about_learners("Every place counts with you, where you take the mean of `your(x)`.")
    'Every place counts with them, where they take the mean of `your(x)`.'
    """
    pieces = re.split(r"(`[^`]+`)", sentence)
    return "".join(piece if odd % 2 else _ADDRESS.sub(_turned, piece) for odd, piece in enumerate(pieces))


def _turned(found: re.Match[str]) -> str:
    before, blank, word = found[1] or "", found[2] or "", found[3]
    if before.lower() in ("you", "your", "yours"):  # "you your": each in its turn
        before = _like(before, "they" if before.lower() == "you" else _FORMS[before.lower()])
    if word.lower() == "you":
        return before + blank + _like(word, "them" if before.lower() in _GOVERNS else "they")
    return before + blank + _like(word, _FORMS[word.lower()])


def _like(pattern: str, word: str) -> str:
    return word.capitalize() if pattern[:1].isupper() else word


def tidy(message: str) -> str:
    """Take out of a message what only Python or the learner's own notebook could explain.

    Examples
    --------
    >>> tidy("SyntaxError: invalid syntax (<ipython-input-1-0f>, line 2)")
    'SyntaxError: invalid syntax (line 2)'
    """
    return re.sub(r"<(?:ipython-input|cell|string|unknown|stdin)[^<>\n]{0,200}>, (?=line \d)", "", message)


def for_instructor(message: str) -> str:
    """Make the instructor's wording of a grade's message; text between backticks is still code."""
    return about_learners(_nothing_to_check().sub(_("No answer was found."), tidy(message)))


def without_ticks(sentence: str) -> str:
    """Leave out the backticks around code, for places that cannot set it, and the stars around what is stressed.

    Examples
    --------
    >>> without_ticks("Is `x` *small*?")
    'Is x small?'
    """
    pieces = re.split(r"`([^`\n]+)`", sentence)
    return "".join(piece if odd % 2 else without_stars(piece) for odd, piece in enumerate(pieces))


def is_not_started(message: str) -> bool:
    """Whether a message says nothing but that there is no answer, in words that need the notebook's own page."""
    return _nothing_to_check().fullmatch(message.strip()) is not None


@cache
def _nothing_to_check() -> re.Pattern[str]:
    """Recognise what the judge says of an answer that is not there: it speaks of "the cell above"."""
    says = _("Nothing to check yet: fill in the {kind} `{name}` in the cell above and run it.")
    return re.compile(re.escape(says).replace(r"\{kind\}", r"[^`]{1,40}").replace(r"\{name\}", r"[^`]{1,200}"))


__all__ = ["about_learners", "for_instructor", "is_not_started", "tidy", "without_ticks"]
