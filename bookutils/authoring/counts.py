"""The rules for what a chapter's text says of its exercises: how many, which are optional, what to choose from.

Such a sentence stays behind easily when an exercise comes or goes, and a learner who counts loses trust in the rest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bookutils.authoring.course import Catalogue
from bookutils.authoring.problems import Problem
from bookutils.authoring.prose import NEEDS
from bookutils.authoring.source import Cell, Chapter
from bookutils.judging.model import Exercise

WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_NUMBER = rf"(?P<number>{'|'.join(WORDS)}|an?|\d+)"
_GRADED = re.compile(rf"\b{_NUMBER}\s+graded\s+exercises?\b", re.IGNORECASE)
_AND_HUNTS = rf"(?:\s+and\s+{_NUMBER.replace('number', 'hunts')}\s+error\s+hunts?\b)?"
_OPTIONAL = re.compile(rf"\b{_NUMBER}\s+optional\s+(?:ones?|exercises?)\b{_AND_HUNTS}", re.IGNORECASE)
_HUNTS = re.compile(rf"^## (?:{_NUMBER} error hunts?\b)?", re.IGNORECASE | re.MULTILINE)
_PREDICTIONS = re.compile(rf"\b{_NUMBER}\s+predictions?\b", re.IGNORECASE)
_SET = re.compile(r"\bset\s+`(?P<name>\w+)`\s+to\s+(?P<keys>`\"[^`]*\"`(?:(?:,|\s+or)?\s+`\"[^`]*\"`)+)", re.IGNORECASE)
_CALLED_OPTIONAL = re.compile(r"\*\*Optional exercise|\bno points\b", re.IGNORECASE)


def count_problems(chapters: list[Chapter], catalogue: Catalogue) -> Iterator[Problem]:
    """Yield a problem for each sentence that does not say what the chapter's exercises say."""
    for chapter in chapters:
        exercises, predictions = catalogue.get(chapter.name, ((), ()))
        optional = sum(exercise.optional for exercise in exercises)
        for cell in chapter.cells:
            if cell.kind == "markdown":
                yield from _compare(chapter, cell, _GRADED, len(exercises) - optional, "graded exercises")
                yield from _compare(chapter, cell, _OPTIONAL, optional, "optional exercises")
                for needs in NEEDS.finditer(cell.source):  # elsewhere a prediction is a model's
                    yield from _compare(chapter, cell, _PREDICTIONS, len(predictions), "predictions", needs)
        yield from _hunts(chapter)
        yield from _choices(chapter, {exercise.answer: exercise for exercise in exercises})
        yield from _kinds(chapter, {exercise.id: exercise for exercise in exercises})


def _compare(
    chapter: Chapter,
    cell: Cell,
    pattern: re.Pattern[str],
    there: int,
    of_what: str,
    within: re.Match[str] | None = None,
) -> Iterator[Problem]:
    for match in pattern.finditer(cell.source, *(within.span() if within else ())):
        if _said(match) != there:
            said = " ".join(match.group().split())
            what = f"The text says “{said}”; the chapter's exercises make {there} {of_what}."
            yield chapter.problem(cell.line_at(match.start()), what, "Mend the sentence.")


def _hunts(chapter: Chapter) -> Iterator[Problem]:
    """Yield a problem where a heading promises another number of error hunts than its section has."""
    sections: list[tuple[int, str, int]] = []  # line, number said, hunts
    for cell in chapter.cells:
        for heading in _HUNTS.finditer(cell.source) if cell.kind == "markdown" else ():
            sections.append((cell.line_at(heading.start()), heading["number"] or "", 0))
        if sections and (cell.exercise or "").endswith("_hunt"):
            line, said, there = sections.pop()
            sections.append((line, said, there + 1))
    for line, said, there in sections:
        if said.lower() not in {"", "an"} and _value(said) != there:  # “An error hunt” is a title
            what = f"The heading promises {said.lower()} error hunts; below it are {there}."
            yield chapter.problem(line, what, "Mend the heading.")


def _choices(chapter: Chapter, by_answer: dict[str, Exercise]) -> Iterator[Problem]:
    """Yield a problem where the keys to choose from are not those of the options."""
    for cell in chapter.cells:
        for match in _SET.finditer(cell.source) if cell.kind == "markdown" else ():
            exercise = by_answer.get(match["name"])
            keys = re.findall(r'"([^"]*)"', match["keys"])
            if exercise is not None and exercise.options and sorted(keys) != sorted(exercise.options):
                what = f"The text offers {', '.join(keys)} for `{exercise.id}`; its options are "
                options = ", ".join(exercise.options)
                yield chapter.problem(cell.line_at(match.start()), f"{what}{options}.", "Mend the sentence.")


def _kinds(chapter: Chapter, by_id: dict[str, Exercise]) -> Iterator[Problem]:
    """Yield a problem where the text above an exercise calls it optional and it is not, or the other way round."""
    above = ""
    for cell in chapter.cells:
        if cell.kind == "markdown":
            above = cell.source
        elif cell.exercise in by_id:
            optional, called = by_id[cell.exercise].optional, bool(_CALLED_OPTIONAL.search(above))
            if optional and not called:
                what = f"The exercise `{cell.exercise}` is optional, and the text above does not say so."
                yield chapter.problem(cell.line, what, "Begin its sentence with **Optional exercise.**")
            elif called and not optional:
                what = f"The exercise `{cell.exercise}` is graded, and the text above calls it optional."
                yield chapter.problem(cell.line, what, "Mend the sentence, or set its points to 0.")


def _said(match: re.Match[str]) -> int:
    return sum(map(_value, filter(None, match.groupdict().values())))


def _value(word: str) -> int:
    word = word.lower()
    return 1 if word in {"a", "an"} else int(word) if word.isdigit() else WORDS.index(word)
