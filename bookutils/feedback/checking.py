"""`check` judges an answer where it was written; `hint` helps a step at a time."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bookutils.core.errors import BookError
from bookutils.core.messages import _, ngettext
from bookutils.core.starters import why_no_answer
from bookutils.exercises.catalogue import find_exercise
from bookutils.feedback import store
from bookutils.feedback.namespace import learner_namespace, preserved
from bookutils.feedback.rendering import Card, clear_cell
from bookutils.judging import judge as judging
from bookutils.judging.model import Exercise

_recognised: dict[str, str] = {}  # exercise -> the mistake that the last check recognised, for its last hint


@dataclass(frozen=True)
class CheckResult:
    """What `check` returns: it shows itself, and `.function` is the code that the chapter goes on with."""

    exercise: Exercise | None
    verdict: judging.Verdict | None
    answer: Any
    card: Card

    @property
    def passed(self) -> bool:
        """True when every part passed."""
        return self.verdict is not None and self.verdict.status == judging.PASSED

    @property
    def function(self) -> Callable[..., Any]:
        """The learner's function once it passes, the book's until then; says which of the two runs."""
        if self.exercise is None:
            raise BookError(self.card.text())
        name = self.exercise.answer
        if self.passed:
            print(_("From here on, your {name} runs.").format(name=name))
            return self.answer
        print(_("From here on, the book's {name} runs; yours is not passing yet.").format(name=name))
        return self.exercise.reference

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        bundle = self.card.bundle()
        if _nbgrader_runs():
            clear_cell()  # where a warning stands above the points, it gives none
            # It takes a number as points, and any other text as all of them.
            bundle["text/plain"] = str(self.verdict.earned if self.verdict else 0)
        if _nbgrader_runs() == "validate" and not self.passed:
            print(self.card.text(), file=sys.stderr)  # what it quotes of a check that failed
            if self.exercise is not None and self.exercise.optional:
                print(_("It is optional: no points are lost."), file=sys.stderr)
        return bundle

    def __repr__(self) -> str:
        return self.card.text()


def check(id: str, namespace: dict[str, Any] | None = None) -> CheckResult:
    """Judge your answer to an exercise and say what was seen. Taught in chapter 00.

    Parameters
    ----------
    id : the exercise's name, as the cell above shows it
    namespace : where to look for the answer; default: the notebook's variables

    Returns
    -------
    CheckResult, which displays itself. No answer makes `check` raise or changes your variables.
    """
    try:
        _chapter, exercise = find_exercise(id)
    except BookError as error:
        return CheckResult(None, None, None, Card(str(error), tone="bad"))
    names = learner_namespace() if namespace is None else namespace
    answer = names.get(exercise.answer, ...)
    verdict = _judge_answer(exercise, answer, names)
    _remember(exercise, verdict)
    return CheckResult(exercise, verdict, answer, _card(exercise, verdict))


def _judge_answer(exercise: Exercise, answer: Any, names: dict[str, Any]) -> judging.Verdict:
    why = why_no_answer(answer, exercise.kind == "function", exercise.reference)
    if why:
        return judging.no_answer(exercise, why, type(answer).__name__)
    calls = judging.plan_calls(exercise, judging.CHECK_SEED)
    with preserved(names, answer):
        outcomes = judging.make_calls(exercise, calls, answer)
    return judging.judge(exercise, calls, outcomes)


def _nbgrader_runs() -> str:
    """Return "autograde" or "validate" while nbgrader runs the notebook, else nothing."""
    return os.environ.get("NBGRADER_EXECUTION", "")


def _remember(exercise: Exercise, verdict: judging.Verdict) -> None:
    if verdict.mistake:
        _recognised[exercise.id] = verdict.mistake
    if verdict.status == judging.NOT_STARTED or _nbgrader_runs():  # a class's answers are not the instructor's
        return
    before = store.load()["exercises"].get(exercise.id, {})
    if not isinstance(before, dict) or before.get("status") != judging.PASSED:  # what was reached stays reached
        store.remember("exercises", exercise.id, {"status": verdict.status, "earned": verdict.earned})


def _card(exercise: Exercise, verdict: judging.Verdict) -> Card:
    data = {"exercise": exercise.id, "status": verdict.status, "earned": verdict.earned, "points": verdict.points}
    status = verdict.status
    if status == judging.PASSED:
        praise = exercise.options[_right(exercise)].says if exercise.options else ""
        return Card(_heading(exercise, verdict), (praise,), tone="good", data=data)
    items: tuple[str, ...] = ()
    if status != judging.NOT_STARTED and len(verdict.parts) > 1:
        items = tuple(("✓ " if part.passed else "✗ ") + part.name for part in verdict.parts)
    more = ""
    if status != judging.NOT_STARTED and _steps(exercise):
        more = _("Stuck? `hint({id!r})` helps a step at a time.").format(id=exercise.id)
    tone = "open" if status == judging.NOT_STARTED else "bad"
    return Card(_heading(exercise, verdict), (verdict.evidence, verdict.question, more), items, tone, data)


def _heading(exercise: Exercise, verdict: judging.Verdict) -> str:
    """Say the verdict in a line, with the points where there are any to be had."""
    headings = {
        judging.NOT_STARTED: _("○ {id}: not started."),
        judging.NOT_YET: _("✗ {id}: not yet."),
        judging.ERROR: _("✗ {id}: it stops with an error."),
        judging.PASSED: _("✓ {id}: right."),
        judging.PARTLY: _("◐ {id}: partly right."),
    }
    if exercise.points:
        headings |= {
            judging.PASSED: ngettext(
                "✓ {id}: right. {earned} of {points} point.",
                "✓ {id}: right. {earned} of {points} points.",
                verdict.points,
            ),
            judging.PARTLY: ngettext(
                "◐ {id}: partly right, {earned} of {points} point.",
                "◐ {id}: partly right, {earned} of {points} points.",
                verdict.points,
            ),
        }
    return headings[verdict.status].format(id=exercise.id, earned=verdict.earned, points=verdict.points)


def _right(exercise: Exercise) -> str:
    return next(key for key, option in exercise.options.items() if option.right)


def _steps(exercise: Exercise) -> list[str]:
    """Return the hints; the fix of the mistake that was recognised comes last."""
    known = {mistake.id: mistake.fix for mistake in exercise.mistakes}
    fix = known.get(_recognised.get(exercise.id, ""))
    return [*exercise.hints, *([fix] if fix else [])]


def hint(id: str) -> None:
    """Show the next hint for an exercise; the last one stays. Taught in chapter 00.

    Parameters
    ----------
    id : the exercise's name
    """
    try:
        _chapter, exercise = find_exercise(id)
    except BookError as error:
        Card(str(error), tone="bad").show()
        return
    steps = _steps(exercise)
    if not steps:
        Card(_("There is no hint for {id}: the question is short enough.").format(id=id)).show()
        return
    taken = store.load()["hints"].get(id, 0)
    number = min(taken if isinstance(taken, int) else 0, len(steps) - 1)
    heading = _("Hint {number} of {total} for {id}").format(number=number + 1, total=len(steps), id=id)
    store.remember("hints", id, number + 1)
    Card(heading, (steps[number],)).show()
