"""Wrong answers whose mistake has no name, grouped by what they do, so that a new common mistake can be seen."""

from __future__ import annotations

import re
from functools import cache

from bookutils.core.messages import _, join_words
from bookutils.grading.model import Grade
from bookutils.grading.reports.wording import for_instructor
from bookutils.judging import judge
from bookutils.judging.model import Exercise

_EXCEPTION = re.compile(r"\b([A-Z][A-Za-z0-9]*(?:Error|Exception|Exit|Interrupt|Iteration|Warning))\b")
_FEW_PARTS = 3  # named one by one


def behaviour(grade: Grade, exercise: Exercise | None) -> str:
    """Say in a sentence what an unnamed wrong answer does: which error stops it, or what of it is wrong.

    Answers with the same sentence belong together. Text between backticks is code.
    """
    if grade.status == judge.ERROR:
        return _error(grade.message)
    if exercise is not None and exercise.options:
        return _("Chosen: none of the options.")
    seen = next((says for pattern, says in _seen() if pattern.search(grade.message)), "")
    return " ".join(filter(None, [seen or _("No known mistake."), _parts(grade)]))


def _error(message: str) -> str:
    name = _EXCEPTION.search(message)
    if name is not None:
        return _("Stops with `{error}`.").format(error=name[1])
    message = _place().sub("", message.strip())
    if _endless().match(message):
        return _("Was still running when its time was up.")
    first = re.split(r"(?<=[.!?])\s", message, maxsplit=1)[0]
    # Numbers, code and names differ from one learner to the next.
    first = re.sub(r": ?`[^`]*`|`[^`]*`", "", first)
    first = re.sub(r"\d+(?:\.\d+)?", "…", first).strip()
    return for_instructor(first[:160]) if first else _("Stops with an error.")


def _parts(grade: Grade) -> str:
    """Say which parts are wrong, where that tells answers apart."""
    wrong = [name for name, passed, _points, _most in grade.parts if not passed]
    if not wrong or len(grade.parts) < 2:
        return ""
    if len(wrong) == len(grade.parts):
        return _("Every part is wrong.")
    named = [f"“{name}”" for name in wrong[:_FEW_PARTS]]
    if len(wrong) > _FEW_PARTS:
        named.append(_("{count} more").format(count=len(wrong) - _FEW_PARTS))
    return _("Wrong: {parts}.").format(parts=join_words(named, _("and")))


@cache
def _seen() -> list[tuple[re.Pattern[str], str]]:
    """Return what the judge's sentences begin with, and how to say it of a group."""
    sentences = [
        (_("What came back has the shape {got}; the shape {expected} was expected."), _("Returns another shape.")),
        (_("What came back is {got}; it should be {expected}.").replace("{got}", _("nothing (None)"), 1),
         _("Returns nothing.")),
        (_("What came back has {got} entries; it should have {expected}."), _("Returns another number of entries.")),
        (_("What came back has no entry {key!r}."), _("Leaves out an entry.")),
        (_("It changed its own input `{name}`. Work on a copy, or make a new array."), _("Changes its own input.")),
        (_("It passes the published inputs, and fails others of the same kind. Is it made to fit them?"),
         _("Passes the published inputs, and fails others.")),
        (_("It calls the book's own `{name}`. Here the work is to be your own."),
         _("Calls the course's own function.")),
    ]  # fmt: skip
    return [(_pattern(sentence), says) for sentence, says in sentences]


@cache
def _place() -> re.Pattern[str]:
    """Find how the judge begins where a case is named: its inputs differ, and say nothing of a group."""
    begin, middle, end = re.split(r"\{[^}]*\}", _("In the part “{part}”, with {given}: {failure}"))[:3]
    return re.compile(f"{re.escape(begin)}[^”]*{re.escape(middle)}.*?{re.escape(end)}", re.DOTALL)


@cache
def _endless() -> re.Pattern[str]:
    """Recognise a call that took too long."""
    says = _("It was still running after {seconds:g} seconds and was stopped. Is there a loop that never ends?")
    return re.compile(re.escape(says.partition("{")[0]), re.IGNORECASE)


def _pattern(sentence: str) -> re.Pattern[str]:
    """Find a sentence by its words up to what is no word, and past the first thing filled in."""
    pieces = [re.escape(piece) for piece in re.split(r"\{[^}]*\}", sentence)][:2]
    return re.compile(r".{1,300}?".join(pieces), re.IGNORECASE | re.DOTALL)
