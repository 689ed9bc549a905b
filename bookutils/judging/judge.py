"""The one judge. `check` and `grade` both plan calls, have them made elsewhere, and hand the outcomes to `judge`."""

from __future__ import annotations

import inspect
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from bookutils.core.calling import Outcome, Raised, run_calls
from bookutils.core.errors import BookError
from bookutils.core.messages import _
from bookutils.core.plain import Plain, as_numbers, to_plain
from bookutils.core.starters import NOT_CALLABLE
from bookutils.core.verdicts import ERROR, NOT_STARTED, NOT_YET, PARTLY, PASSED
from bookutils.judging import slips
from bookutils.judging.compare import difference, is_close, show
from bookutils.judging.diagnosis import name_mistake, views
from bookutils.judging.model import Case, Exercise

# Published, so that everybody sees the same inputs in `check`; grading draws its own from a secret.
CHECK_SEED = 2024
_SHOWN_INPUT = 120


@dataclass(frozen=True)
class Call:
    """One planned call: its part, its arguments, whether it is an ordinary case, its place in the author's order."""

    part: int
    arguments: tuple[Plain, ...]
    ordinary: bool
    place: int = 0


@dataclass(frozen=True)
class PartResult:
    """A part, whether it passed, and the points that it earned."""

    name: str
    passed: bool
    earned: int
    points: int


@dataclass(frozen=True)
class Verdict:
    """What the judge says of an answer.

    Parameters
    ----------
    exercise : the exercise's id
    status : "not started", "passed", "partly", "not yet" or "error"
    earned, points : points reached, and points to be had
    parts : one result a part
    evidence : what was seen, in a sentence or two
    question : the question that leads on; may be empty
    closed : the evidence without any value that was expected, for reports that others may see
    mistake : the id of the mistake that was recognised, or None
    """

    exercise: str
    status: str
    earned: int
    points: int
    parts: tuple[PartResult, ...] = ()
    evidence: str = ""
    question: str = ""
    mistake: str | None = None
    closed: str = ""


def plan_calls(exercise: Exercise, seed: int) -> list[Call]:
    """Draw the calls of all parts. The same seed gives the same calls, in the same order.

    Within a part the order is drawn too, so that being called for the n-th time says nothing about the case. The parts
    stay in their order: what an endless loop in a later one leaves untried must not be an earlier one's case.
    """
    calls: list[Call] = []
    for index, part in enumerate(exercise.parts):
        rng = np.random.default_rng([seed, zlib.crc32(exercise.id.encode()), index])
        cases = list(part.cases(rng))
        slips.need_cases(exercise.where, part.name, Case, cases)
        drawn = [
            Call(index, tuple(to_plain(item) for item in one.args), one.ordinary, len(calls) + place)
            for place, one in enumerate(cases)
        ]
        calls += [drawn[place] for place in rng.permutation(len(drawn))]
    return calls


def make_calls(exercise: Exercise, calls: Sequence[Call], answer: object) -> list[Outcome]:
    """Make the planned calls in this process. A value is read once a call."""
    if exercise.kind == "value":
        value = to_plain(answer)
        return [Outcome("returned", value) for _call in calls]
    return run_calls(answer, [call.arguments for call in calls], exercise.seconds, exercise.probe)


def not_started(exercise: Exercise) -> Verdict:
    """Make the verdict on an answer that is not there yet."""
    kind = _("function") if exercise.kind == "function" else _("variable")
    says = _("Nothing to check yet: fill in the {kind} `{name}` in the cell above and run it.")
    return Verdict(exercise.id, NOT_STARTED, 0, exercise.points, evidence=says.format(kind=kind, name=exercise.answer))


def no_answer(exercise: Exercise, why: str, kind: str) -> Verdict:
    """Make the verdict on what is no answer.

    Parameters
    ----------
    why : from `bookutils.core.starters.why_no_answer`
    kind : the name of its type
    """
    if why != NOT_CALLABLE:
        return not_started(exercise)
    says = _("`{name}` is {kind}, not a function. Is there a line `{name} = …` further down?")
    return Verdict(exercise.id, NOT_YET, 0, exercise.points, evidence=says.format(name=exercise.answer, kind=kind))


def judge(
    exercise: Exercise,
    calls: Sequence[Call],
    outcomes: Sequence[Outcome],
    *,
    expected: Sequence[Plain] | None = None,
    explain: bool = True,
) -> Verdict:
    """Judge what the answer did.

    Parameters
    ----------
    exercise : the exercise
    calls : from `plan_calls`
    outcomes : from `make_calls`, or from a sandbox: one for each call
    expected : from `reference_values`, where they are there already
    explain : False leaves out evidence, question and mistake, which take most of the time

    Raises
    ------
    BookError
        When the reference itself fails on a case: the fault is the book's, never the learner's.
    """
    if expected is None:
        expected = reference_values(exercise, calls)
    outcomes = views(exercise, [call.arguments for call in calls], outcomes)
    failures = [
        _failure(exercise, call, outcome, right, brief=True)
        for call, outcome, right in zip(calls, outcomes, expected, strict=True)
    ]
    parts = _judge_parts(exercise, calls, failures)
    earned = sum(part.earned for part in parts)
    if all(part.passed for part in parts):
        return Verdict(exercise.id, PASSED, earned, exercise.points, parts)
    wrong = [index for index, failure in enumerate(failures) if failure]
    if not any(outcome.status == "returned" for outcome in outcomes):
        status = ERROR
    else:
        telling = [result for part, result in zip(exercise.parts, parts, strict=True) if part.stands_alone]
        status = PARTLY if any(result.passed for result in telling) else NOT_YET
    verdict = Verdict(exercise.id, status, earned, exercise.points, parts)
    if not explain:
        return verdict
    evidence, question, mistake, closed = _explain(exercise, calls, outcomes, expected, wrong)
    return replace(verdict, evidence=evidence, question=question, mistake=mistake, closed=closed)


def reference_values(exercise: Exercise, calls: Sequence[Call]) -> list[Plain]:
    """Return what the reference gives for each call; BookError when it fails on one."""
    outcomes = (
        run_calls(exercise.reference, [call.arguments for call in calls], 60.0, exercise.probe)
        if exercise.kind == "function"
        else make_calls(exercise, calls, exercise.reference())
    )
    for outcome in outcomes:
        if outcome.status != "returned":
            raise BookError(
                f"The book's own answer to {exercise.id!r} failed: {outcome.error or outcome.status}.",
                "This is our fault, not yours; please report it.",
            )
    return [outcome.value for outcome in views(exercise, [call.arguments for call in calls], outcomes)]


def _failure(
    exercise: Exercise, call: Call, outcome: Outcome, expected: Plain, reveal: bool = True, brief: bool = False
) -> str:
    """Say what is wrong with one outcome, and what was expected if that may be revealed; empty when nothing is."""
    if outcome.status == "raised":
        assert outcome.error is not None
        return _say_error(exercise, outcome.error)
    if outcome.status == "timeout":
        says = _("It was still running after {seconds:g} seconds and was stopped. Is there a loop that never ends?")
        return says.format(seconds=exercise.seconds)
    if outcome.status == "flooded":
        return _("It printed millions of letters and was stopped. Is there a loop that never ends?")
    if outcome.status == "interrupted":
        return _("It was interrupted.")
    if outcome.status == "skipped":
        return _("It was not tried.")
    if exercise.parts[call.part].compares == "inputs":
        return _say_changed(exercise, call, outcome)
    value = _option_key(outcome.value) if exercise.options else outcome.value
    return difference(value, expected, exercise.tolerance, reveal, brief) or ""


def _say_error(exercise: Exercise, error: Raised) -> str:
    where = ""
    if error.line_number:
        where = _(" in line {number} of your cell").format(number=error.line_number)
        if error.line:
            where += f": `{error.line}`"
    if error.kind == "RecursionError":
        return _("It calls itself without end{where}. Which case should stop it?").format(where=where)
    text = f"{error.kind}: {error.text}" if error.text else error.kind
    return _("It raised {text}{where}").format(text=text, where=where or ".")


def _say_changed(exercise: Exercise, call: Call, outcome: Outcome) -> str:
    names = _argument_names(exercise, len(call.arguments))
    for name, before, after in zip(names, call.arguments, outcome.inputs, strict=False):
        if not _identical(before, after):
            return _("It changed its own input `{name}`. Work on a copy, or make a new array.").format(name=name)
    return ""


def _identical(before: Plain, after: Plain) -> bool:
    if type(before) is dict and type(after) is dict:
        return before.keys() == after.keys() and all(_identical(before[key], after[key]) for key in before)
    one, other = as_numbers(before), as_numbers(after)
    if one is not None and other is not None:
        return one.shape == other.shape and bool(np.array_equal(one, other, equal_nan=one.dtype.kind == "f"))
    if type(before) is not type(after):
        return False
    if type(before) is list:  # arrays of several shapes: their comparison is an array, not a yes or no
        return len(before) == len(after) and all(map(_identical, before, after))
    if type(before) is np.ndarray:  # words, or words for numbers: what has another shape cannot be compared
        return before.shape == after.shape and bool(np.all(before == after))
    return bool(before == after)


def _judge_parts(exercise: Exercise, calls: Sequence[Call], failures: Sequence[str]) -> tuple[PartResult, ...]:
    def passes(index: int) -> bool:
        return not any(failure for call, failure in zip(calls, failures, strict=True) if call.part == index)

    passed = {index for index in range(len(exercise.parts)) if passes(index)}
    # What doing nothing or one constant gets right, such as leaving the inputs alone, is worth nothing by itself.
    counts = any(exercise.parts[index].stands_alone for index in passed)
    return tuple(
        PartResult(part.name, index in passed, part.points if counts and index in passed else 0, part.points)
        for index, part in enumerate(exercise.parts)
    )


def _explain(
    exercise: Exercise,
    calls: Sequence[Call],
    outcomes: Sequence[Outcome],
    expected: Sequence[Plain],
    wrong: Sequence[int],
) -> tuple[str, str, str | None, str]:
    """Choose what to say: evidence, question, the mistake's id, and the evidence without what was expected."""
    if exercise.options:
        evidence, question, option = _explain_choice(exercise, outcomes[0].value)
        return evidence, question, option, evidence
    # The smallest input tells most; an edge only where it is much smaller, a skipped call only where all are.
    first = min(wrong, key=lambda i: (outcomes[i].status == "skipped", _weight(calls[i]), calls[i].place))
    evidence, closed = (
        _evidence(exercise, calls[first], _failure(exercise, calls[first], outcomes[first], expected[first], reveal))
        for reveal in (True, False)
    )
    if exercise.kind == "function":
        base = [i for i, call in enumerate(calls) if call.ordinary and exercise.parts[call.part].compares == "values"]
    else:
        base = list(range(len(calls)))
    mistake = name_mistake(
        exercise, [calls[i].arguments for i in base], [outcomes[i] for i in base], [expected[i] for i in base]
    )
    if mistake is None:
        return evidence, "", None, closed
    return f"{mistake.evidence} {evidence}", mistake.question, mistake.id, f"{mistake.evidence} {closed}"


def _option_key(value: Plain) -> Plain:
    """Forgive capitals, blanks and brackets in the key of an option."""
    return value.strip(" ()").lower() if type(value) is str else value


def _explain_choice(exercise: Exercise, value: Plain) -> tuple[str, str, str | None]:
    key = _option_key(value)
    if type(key) is str and key in exercise.options:
        return exercise.options[key].says, "", key
    keys = ", ".join(repr(option) for option in exercise.options)
    says = _("`{name}` is {value}; choose one of {keys}.")
    return says.format(name=exercise.answer, value=show(value), keys=keys), "", None


def _weight(call: Call) -> float:
    """How much a reader has to take in; nothing at all tells nothing."""
    size = _size(call)
    return (size or 1_000) * (1 if call.ordinary else 2)


def _size(call: Call) -> int:
    return sum(map(_size_of, call.arguments))


def _size_of(argument: Plain) -> int:
    numbers = as_numbers(argument)
    if numbers is not None:
        return numbers.size
    if type(argument) is dict:  # of an encoder's weights, say: to write them all out would take long
        return sum(map(_size_of, argument.values()))
    return len(repr(argument))


def _argument_names(exercise: Exercise, count: int) -> list[str]:
    if exercise.probe is None:
        names = list(inspect.signature(exercise.reference).parameters)
    else:  # it is the probe that gets the case, after the answer
        names = list(inspect.signature(exercise.probe).parameters)[1:]
    return (names + [_("argument {n}").format(n=n + 1) for n in range(len(names), count)])[:count]


def _evidence(exercise: Exercise, call: Call, failure: str) -> str:
    part = exercise.parts[call.part]
    if exercise.kind == "value":
        return failure.replace(_("What came back"), f"`{exercise.answer}`", 1)
    names = _argument_names(exercise, len(call.arguments))
    given = ", ".join(
        f"{name} = {show(value, _SHOWN_INPUT)}" for name, value in zip(names, call.arguments, strict=True)
    )
    says = _("In the part “{part}”, with {given}: {failure}")
    return says.format(part=part.name, given=given, failure=failure[:1].lower() + failure[1:])


__all__ = [
    "CHECK_SEED",
    "ERROR",
    "NOT_STARTED",
    "NOT_YET",
    "PARTLY",
    "PASSED",
    "Call",
    "PartResult",
    "Verdict",
    "is_close",
    "judge",
    "make_calls",
    "no_answer",
    "not_started",
    "plan_calls",
    "reference_values",
]
