"""What an exercise is: data that says what is asked, how an answer is judged, and which mistakes are known."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from bookutils.core.plain import Plain
from bookutils.judging import slips

Rng = np.random.Generator
Cases = Callable[[Rng], Iterable["Case"]]


@dataclass(frozen=True)
class Case:
    """One call of the answer: plain data in.

    Parameters
    ----------
    args : the positional arguments, in the order of the signature
    ordinary : False for an edge (empty, huge, exactly at a kink): judged, but no ground for naming a mistake
    """

    args: tuple[Any, ...]
    ordinary: bool = True

    def __post_init__(self) -> None:
        if type(self.args) is not tuple:
            slips.refuse("The arguments of a case are no tuple.", "Write case(x, y), or Case((x, y)).")


def edge(*args: Any) -> Case:
    """Make a case that is judged but never used to name a mistake."""
    return Case(args, ordinary=False)


def case(*args: Any) -> Case:
    """Make an ordinary case."""
    return Case(args)


@dataclass(frozen=True)
class Part:
    """A part of an exercise with points of its own.

    Parameters
    ----------
    name : what this part is about, as a learner reads it
    points : points of this part; 0 in an optional exercise
    cases : draws the part's cases from a random generator
    compares : "values" of the answer with the reference's, or whether the answer left its "inputs" as they were
    alone : False where doing nothing, one constant, or an input handed back is right in all of its cases: such a part
        earns its points only beside a part that stands alone
    """

    name: str
    points: int
    cases: Cases
    compares: str = "values"
    alone: bool = True

    def __post_init__(self) -> None:
        slips.need_text("A Part", name=self.name)
        where = f"Part {self.name!r}"
        if type(self.points) is not int or self.points < 0:
            slips.refuse(f"{where} has {self.points!r} points.", "Write a whole number, or 0.")
        slips.need_callable(where, cases=self.cases)
        if self.compares not in {"values", "inputs"}:
            slips.refuse(f"{where} compares {self.compares!r}.", 'Use "values" or "inputs".')

    @property
    def stands_alone(self) -> bool:
        """Whether passing this part shows by itself that the answer does what is asked."""
        return self.alone and self.compares == "values"


@dataclass(frozen=True)
class Tolerance:
    """|answer − expected| ≤ atol + rtol·|expected|; the defaults let float32 answers pass."""

    rtol: float = 1e-5
    atol: float = 1e-8

    def __post_init__(self) -> None:
        for name, value in (("rtol", self.rtol), ("atol", self.atol)):
            if not isinstance(value, (int, float)) or not value >= 0:
                slips.refuse(f"The tolerance has {name}={value!r}.", "Write a number that is not negative.")


@dataclass(frozen=True)
class Mistake:
    """A typical error, as a rule that can be run (the idea of buggy rules, Brown and Burton 1978).

    Parameters
    ----------
    id : short name, unique in the exercise
    function : the answer with this error in it: same arguments as the reference
    evidence : one sentence on what can be seen in the answer's output
    question : one question that leads on
    fix : what to change; shown as the last hint only
    also : the same error with other constants or another spelling, told by the same sentences
    """

    id: str
    function: Callable[..., Any]
    evidence: str
    question: str
    fix: str
    also: tuple[Callable[..., Any], ...] = ()

    def __post_init__(self) -> None:
        slips.need_text("A Mistake", id=self.id)
        where = f"Mistake {self.id!r}"
        slips.need_callable(where, function=self.function)
        slips.need_text(where, evidence=self.evidence, question=self.question, fix=self.fix)
        slips.need_tuple(where, Callable, also=self.also)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Option:
    """One option of a choice: its text, and what is said to whoever takes it."""

    text: str
    says: str
    right: bool = False

    def __post_init__(self) -> None:
        slips.need_text("An Option", text=self.text, says=self.says)


@dataclass(frozen=True)
class Exercise:
    """An exercise: one identity in the cell, the message, the test and the gradebook.

    Parameters
    ----------
    id : unique in the course
    answer : the name that the learner defines: a function, or a variable when `kind` is "value"
    asks : one sentence
    reference : the book's own function; for a value, a function without arguments
    parts : what is judged, with points
    mistakes : known errors, each told apart from the reference and from the others
    combine : makes the function that has several of the mistakes at once, from their ids; None where that makes no
        sense. The judge tries pairs before it names a single mistake.
    hints : steps, the vaguest first
    optional : checked the same way, without points
    kind : "function" or "value"
    options : for a choice: key -> Option; the answer is a key
    probe : runs beside the answer and turns what it returns into plain data; lives outside `exercises`
    view : what the judge looks at, made of what came back and of the arguments; whatever a probe finds out, the answer
        beside it can say, too, so what several right answers share is found out here
    seconds : time limit for all calls together
    where : the file and the line of the description, for messages to authors; found out, not given
    """

    id: str
    answer: str
    asks: str
    reference: Callable[..., Any]
    parts: tuple[Part, ...]
    mistakes: tuple[Mistake, ...] = ()
    combine: Callable[[frozenset[str]], Callable[..., Any]] | None = None
    tolerance: Tolerance = Tolerance()
    hints: tuple[str, ...] = ()
    optional: bool = False
    kind: str = "function"
    options: Mapping[str, Option] = field(default_factory=dict)
    probe: Callable[..., Any] | None = None
    view: Callable[..., Plain] | None = None
    seconds: float = 10.0
    where: str = field(default="", init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "where", slips.place())
        slips.need_text("An Exercise", id=self.id)
        where = f"Exercise {self.id!r}"
        slips.need_text(where, answer=self.answer)
        slips.need_text(where, or_nothing=True, asks=self.asks)
        slips.need_callable(where, reference=self.reference)
        for name in ("combine", "probe", "view"):
            if getattr(self, name) is not None:
                slips.need_callable(where, **{name: getattr(self, name)})
        slips.need_tuple(where, Part, parts=self.parts)
        slips.need_tuple(where, Mistake, mistakes=self.mistakes)
        slips.need_tuple(where, str, hints=self.hints)
        slips.need_options(where, Option, self.options)
        if not isinstance(self.tolerance, Tolerance):
            slips.refuse(f"{where}: `tolerance` is {self.tolerance!r}.", "Write tolerance=Tolerance(rtol=…, atol=…).")
        if self.kind not in {"function", "value"}:
            slips.refuse(f"{where} is of the kind {self.kind!r}.", 'Use "function" or "value".')
        if not self.parts:
            slips.refuse(f"{where} has no parts.", "Give it at least one.")
        if not any(part.stands_alone for part in self.parts):
            slips.refuse(f"{where} has no part that stands alone.", "Give it one whose values are drawn.")
        if self.optional and self.points:
            slips.refuse(f"{where} is optional and has points.", "Set the points of its parts to 0.")
        if not self.optional and any(part.points <= 0 for part in self.parts):
            slips.refuse(f"{where} has a part without points.", "Give each part at least one point.")
        ids = [mistake.id for mistake in self.mistakes]
        if len(set(ids)) < len(ids):
            slips.refuse(f"{where} describes a mistake twice.", "Give each mistake an id of its own.")
        if self.options and sum(option.right for option in self.options.values()) != 1:
            slips.refuse(f"{where} is a choice.", "Mark exactly one option as right.")

    @property
    def points(self) -> int:
        """The points that a right answer earns."""
        return sum(part.points for part in self.parts)


def choice(
    id: str, asks: str, options: Mapping[str, Option], *, points: int = 0, hints: tuple[str, ...] = ()
) -> Exercise:
    """Make an exercise whose answer is the key of one option, kept in a variable named like the exercise."""
    slips.need_options(f"Choice {id!r}", Option, options)
    right = next((key for key, option in options.items() if option.right), None)
    return Exercise(
        id=id,
        answer=id,
        asks=asks,
        reference=lambda: right,
        kind="value",
        options=options,
        hints=hints,
        parts=(Part("the choice", points, lambda rng: [case()]),),
        optional=points == 0,
    )


@dataclass(frozen=True)
class Prediction:
    """A question before an experiment: kept, never graded, quoted back when the answer is seen."""

    id: str
    question: str
    options: Mapping[str, Option]

    def __post_init__(self) -> None:
        slips.need_text("A Prediction", id=self.id)
        where = f"Prediction {self.id!r}"
        slips.need_text(where, question=self.question)
        slips.need_options(where, Option, self.options)
        if sum(option.right for option in self.options.values()) != 1:
            slips.refuse(f"{where} needs exactly one right option.", "Mark one with right=True.")
