"""The proof of every exercise: what is right passes, what is wrong does not, and known mistakes are named.

A few dozen seeds every day; ``make proof`` sets PROOF_SEEDS=1000.
"""

import os
import runpy
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bookutils.core.course import all_chapters
from bookutils.core.plain import Foreign, to_plain
from bookutils.exercises.catalogue import all_exercises, load_chapter
from bookutils.judging import judge as judging
from bookutils.judging.judge import PASSED, Verdict, judge, make_calls, plan_calls
from bookutils.judging.model import Exercise
from tests.proof.mutants import mutants_of
from tests.proof.sentences import fail, need_mistakes, need_named

SEEDS = range(int(os.environ.get("PROOF_SEEDS", "24")))
MOST_EQUIVALENT = (
    0.4  # of all mutants; the short references have it, such as GELU's with its four casts of one argument
)
MUTANT_SEEDS = SEEDS[:: max(1, len(SEEDS) // 8)] if len(SEEDS) < 100 else SEEDS[::10]
ANSWERS = Path(__file__).parent / "answers"
# A word in the name of an answer, and what it needs.
LIBRARIES = {"scikit_learn": "sklearn", "sklearn": "sklearn", "tensorflow": "tensorflow"}

EXERCISES = [pytest.param(exercise, id=exercise.id) for _chapter, exercise in all_exercises()]
FUNCTIONS = [param for param in EXERCISES if param.values[0].kind == "function"]


@cache
def right_answers() -> dict[str, list]:
    found: dict[str, list] = {}
    for path in sorted(ANSWERS.glob("*.py")):
        found.update(runpy.run_path(str(path))["RIGHT"])
    return found


@lru_cache(maxsize=64)  # as many as one test asks about again and again; each answer gets copies of the inputs
def planned(id: str, seed: int) -> tuple[list[judging.Call], list]:
    """The calls of an exercise, and what the reference gives for them."""
    (exercise,) = (param.values[0] for param in EXERCISES if param.id == id)
    calls = plan_calls(exercise, seed)
    return calls, judging.reference_values(exercise, calls)


def verdict_on(exercise: Exercise, answer: object, seed: int, explain: bool = True) -> Verdict:
    calls, expected = planned(exercise.id, seed)
    return judge(exercise, calls, make_calls(exercise, calls, answer), expected=expected, explain=explain)


def as_answer(exercise: Exercise, function: object) -> object:
    """A mistake of a value is a function without arguments that gives it."""
    return function() if exercise.kind == "value" else function


def seeds_for(exercise: Exercise) -> range:
    return SEEDS if exercise.kind == "function" else range(1)


@pytest.mark.parametrize("exercise", EXERCISES)
def test_the_reference_passes(exercise):
    """Does the book's own answer earn all points, whatever the seed?"""
    for seed in seeds_for(exercise):
        verdict = verdict_on(exercise, as_answer(exercise, exercise.reference), seed)
        if (verdict.status, verdict.earned) != (PASSED, exercise.points):
            fail(exercise, f"the reference itself does not pass (seed {seed}): {verdict.evidence}")


@pytest.mark.parametrize("exercise", EXERCISES)
def test_each_mistake_is_rejected_and_named(exercise):
    """Is every known mistake told by its own sentence, with the same verdict whatever the seed?"""
    need_mistakes(exercise)
    for mistake in exercise.mistakes:
        statuses = set()
        for function in (mistake.function, *mistake.also):
            verdicts = [verdict_on(exercise, as_answer(exercise, function), seed) for seed in seeds_for(exercise)]
            for seed, verdict in zip(seeds_for(exercise), verdicts, strict=True):
                need_named(exercise, mistake, function, seed, verdict)
            if function is mistake.function:
                statuses = {(verdict.status, verdict.earned) for verdict in verdicts}
        assert len(statuses) == 1, (mistake.id, statuses)
        assert statuses.isdisjoint({(PASSED, exercise.points)})


@pytest.mark.parametrize("exercise", [p for p in EXERCISES if p.values[0].options])
def test_each_wrong_option_gets_its_own_sentence(exercise):
    """Does every option of a choice say something of its own?"""
    for key, option in exercise.options.items():
        verdict = verdict_on(exercise, key, 0)
        assert (verdict.status == PASSED) == option.right
        assert option.right or verdict.evidence == option.says
    assert len({option.says for option in exercise.options.values()}) == len(exercise.options)
    assert verdict_on(exercise, "no such option", 0).status != PASSED
    assert verdict_on(exercise, 7, 0).status != PASSED


@pytest.mark.parametrize("exercise", [p for p in FUNCTIONS if p.values[0].combine])
def test_two_mistakes_at_once_are_never_called_a_third(exercise):
    """Is an answer with two mistakes rejected, unless they cancel out, and never named as something else?"""
    for pair in combinations([mistake.id for mistake in exercise.mistakes], 2):
        function = exercise.combine(frozenset(pair))
        seen = set()
        for seed in SEEDS:
            verdict = verdict_on(exercise, function, seed)
            assert verdict.mistake is None or verdict.mistake in pair, (pair, seed, verdict)
            seen.add((verdict.status, verdict.earned, verdict.mistake))
        assert len(seen) == 1, (pair, seen)


@pytest.mark.parametrize("exercise", FUNCTIONS)
def test_every_mutant_that_behaves_differently_is_rejected(exercise, record_property, capsys):
    """Does any changed formula get the points?

    A mutant is equivalent when it agrees with the reference, within the tolerance, on all cases and edges of all
    seeds. So one that is accepted with some seeds and rejected with others is a hole in the cases.
    """
    rejected, equivalent = 0, []
    for mutant in mutants_of(exercise.reference):
        passed = [verdict_on(exercise, mutant.function, seed, explain=False).status == PASSED for seed in MUTANT_SEEDS]
        assert all(passed) or not any(passed), f"{mutant.what}: the verdict depends on the seed"
        rejected += not any(passed)
        if all(passed):
            equivalent.append(mutant.what)
    with capsys.disabled():
        print(f"\n{exercise.id}: {rejected} mutants rejected, {len(equivalent)} equivalent {equivalent}")
    record_property("mutants_rejected", rejected)
    assert rejected >= 2, "the reference has hardly a mutant; write it as a function whose source can be read"
    share = len(equivalent) / (rejected + len(equivalent))
    assert share <= MOST_EQUIVALENT, f"{share:.0%} of the mutants pass: the cases are too weak"


@pytest.mark.parametrize("exercise", EXERCISES)
def test_right_answers_written_differently_pass(exercise):
    """Are loops, lists, float32 and other libraries accepted?"""
    answers = right_answers().get(exercise.id, [])
    if len(answers) < 3:
        fail(exercise, f"tests/proof/answers needs three right answers to {exercise.id}, and has {len(answers)}.")
    for answer in answers:
        for word, library in LIBRARIES.items():
            if word in getattr(answer, "__name__", ""):
                pytest.importorskip(library)
        for seed in seeds_for(exercise):
            verdict = verdict_on(exercise, answer, seed)
            if verdict.status != PASSED:
                name = getattr(answer, "__name__", repr(answer))
                fail(exercise, f"the right answer {name} does not pass (seed {seed}): {verdict.evidence}")


class Liar:
    """Claims to equal everything, and fails at everything else."""

    def __eq__(self, other):
        return True

    def __ne__(self, other):
        return False

    __hash__ = None

    def __getattr__(self, name):
        raise SystemExit(name)

    def __array__(self, *args, **kwargs):
        raise MemoryError

    def __len__(self):
        return -1

    def __repr__(self):
        raise RuntimeError("no")

    def __iter__(self):
        raise KeyError


class LyingFloat(float):
    def __eq__(self, other):
        return True

    __hash__ = None

    def __sub__(self, other):
        return LyingFloat(0)

    __rsub__ = __abs__ = __sub__


class LyingArray(np.ndarray):
    def __eq__(self, other):
        return np.ones(self.shape, dtype=bool)

    def __array_function__(self, *args, **kwargs):
        return True

    def __array_ufunc__(self, *args, **kwargs):
        return True


def endless():
    while True:
        yield 1


def itself():
    held: list = []
    held.append(held)
    return held


def array_of(thing):
    array = np.empty(1, dtype=object)
    array[0] = thing
    return array


ODD_OBJECTS = [
    None, ..., Liar(), LyingFloat(0.5), np.zeros(3).view(LyingArray), endless(), itself(), object, print,
    lambda: 1, {"a": Liar()}, {1.5: 2}, [Liar()], array_of(Liar()), np.zeros((0, 3)), 10**400,
    float("nan"), np.datetime64("2020-01-01"), b"bytes", "text", {1, 2}, range(3), np.ma.masked, complex(1, 2),
    np.array(["a"]), [[1, 2], [3]], Exception("x"), np.zeros((2, 2, 2, 2)), True, memoryview(b"abc"),
    type("Sly", (), {"__class__": property(lambda self: np.ndarray)})(), np.array([1, 2], dtype=[("a", int)])[:0],
]  # fmt: skip


@dataclass(frozen=True)
class Odd:
    """Stands for an odd object, because hypothesis looks closely at what it draws."""

    index: int


def materialise(value):
    if isinstance(value, Odd):
        return ODD_OBJECTS[value.index]
    if isinstance(value, (list, tuple)):
        return type(value)(map(materialise, value))
    if isinstance(value, dict):
        return {key: materialise(item) for key, item in value.items()}
    return value


ANYTHING = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5), st.complex_numbers(),
        st.binary(max_size=5), st.builds(Odd, st.integers(0, len(ODD_OBJECTS) - 1)),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=3), inner, max_size=3), st.tuples(inner, inner)
    ),
    max_leaves=8,
)  # fmt: skip


@pytest.mark.parametrize("exercise", EXERCISES)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(value=ANYTHING)
def test_no_object_crashes_the_judge(exercise, value):
    """Whatever an answer returns: is there a verdict, and no points for it?"""
    value = materialise(value)
    answer = value if exercise.kind == "value" else (lambda *arguments: value)
    verdict = verdict_on(exercise, answer, 0)
    assert verdict.status in {PASSED, judging.PARTLY, judging.NOT_YET, judging.ERROR}
    if exercise.kind == "function":
        assert verdict.status != PASSED, "one and the same object cannot be right for every input"
        assert verdict.evidence


def test_plain_data_never_raises():
    """Is every object turned into plain data or named as foreign?"""
    plain = (type(None), bool, int, float, complex, str, list, dict, np.ndarray, Foreign)
    assert all(type(to_plain(odd)) in plain for odd in ODD_OBJECTS)


def test_every_chapter_module_is_loaded():
    """Are the exercises of all chapters proved?"""
    assert len(EXERCISES) == sum(len(load_chapter(chapter.name)[0]) for chapter in all_chapters()) > 0
