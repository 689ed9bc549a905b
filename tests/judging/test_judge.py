"""What the judge says: evidence first, parts with points, a mistake only when it is the one explanation."""

from dataclasses import replace

import numpy as np
import pytest

from bookutils.core.errors import ExerciseError
from bookutils.exercises.catalogue import find_exercise
from bookutils.judging.compare import difference
from bookutils.judging.judge import judge, make_calls, plan_calls
from bookutils.judging.model import Exercise, Mistake, Part, Tolerance, case, edge


def doubled(x):
    return x * 2.0


def squared(x):
    return x**2


def vectors(rng):
    for size in (2, 3, 4):
        yield case(rng.uniform(2.5, 5.0, size))
    yield edge(np.zeros(0))


def one_number(rng):
    yield case(float(rng.uniform(3, 4)))


EXERCISE = Exercise(
    "double", "double", "Twice x.", doubled,
    parts=(Part("vectors", 2, vectors), Part("one number", 1, one_number), Part("unchanged", 1, vectors, "inputs")),
    mistakes=(Mistake("square", squared, "It grows too fast.", "Is a square a double?", "Multiply by 2."),),
)  # fmt: skip


def verdict_on(answer, exercise=EXERCISE):
    calls = plan_calls(exercise, 5)
    return judge(exercise, calls, make_calls(exercise, calls, answer))


def test_right_earns_everything():
    """Does a right answer get all points, as a list too?"""
    assert verdict_on(doubled).earned == 4
    assert verdict_on(lambda x: (np.asarray(x) * 2).tolist()).status == "passed"


def test_a_known_mistake_is_named_with_evidence_before_the_question():
    """Does the verdict carry the mistake's own sentences and the case?"""
    verdict = verdict_on(squared)
    assert verdict.mistake == "square"
    assert verdict.evidence.startswith("It grows too fast. In the part “one number”, with x = ")
    assert "Multiply by 2" not in verdict.evidence + verdict.question


def test_parts_earn_their_own_points():
    """Does an answer that only manages vectors get the points for vectors?"""
    verdict = verdict_on(lambda x: x * 2 if np.ndim(x) else 0.0)
    assert (verdict.status, verdict.earned) == ("partly", 3)
    assert [part.passed for part in verdict.parts] == [True, False, True]


def test_changing_the_input_costs_its_part():
    """Is a right result reached by overwriting the input told apart?"""

    def answer(x):
        x *= 2
        return x

    verdict = verdict_on(answer)
    assert (verdict.status, verdict.earned) == ("partly", 3)
    assert "changed its own input `x`" in verdict.evidence


def test_doing_nothing_earns_nothing():
    """Does leaving the inputs alone bring points by itself?"""
    verdict = verdict_on(lambda x: None)
    assert (verdict.status, verdict.earned) == ("not yet", 0)
    assert "nothing (None)" in verdict.evidence
    assert "`return`" in verdict.evidence


def zeros(rng):
    for size in (2, 3):
        yield case(np.zeros(size))


def test_what_a_constant_gets_right_earns_nothing_by_itself():
    """Does a part that does not stand alone earn its points beside one that does, and none without?"""
    exercise = Exercise(
        "double", "double", "Twice x.", doubled,
        parts=(
            Part("vectors", 2, vectors), Part("zeros", 1, zeros, alone=False), Part("unchanged", 1, zeros, "inputs"),
        ),
    )  # fmt: skip
    handed_back = verdict_on(lambda x: x, exercise)
    assert (handed_back.status, handed_back.earned) == ("not yet", 0)
    assert [part.passed for part in handed_back.parts] == [False, True, True]
    assert verdict_on(lambda x: x * 2 if np.any(x) or not x.size else x + 1, exercise).earned == 3
    assert verdict_on(doubled, exercise).earned == 4


def test_an_exercise_has_a_part_that_stands_alone():
    """Is an exercise refused none of whose parts could earn anything?"""
    with pytest.raises(ExerciseError):
        Exercise("double", "double", "Twice x.", doubled, parts=(Part("zeros", 1, zeros, alone=False),))


@pytest.mark.parametrize("seed", range(8))
def test_an_endless_loop_in_a_later_part_costs_no_earlier_one(seed):
    """Whatever order is drawn: does what is left untried belong to the same parts?"""

    def answer(x):
        while not np.ndim(x):
            pass
        return x * 2

    exercise = replace(EXERCISE, seconds=0.2)
    calls = plan_calls(exercise, seed)
    verdict = judge(exercise, calls, make_calls(exercise, calls, answer))
    assert [part.passed for part in verdict.parts] == [True, False, False]
    assert "still running" in verdict.evidence


def test_of_two_cases_of_one_size_the_first_is_shown():
    """Does the evidence name the same case, whatever order the calls are made in?"""

    def alike(rng):
        for number in (7.0, 5.0, 9.0):
            yield case(number)

    exercise = Exercise("double", "double", "Twice x.", doubled, parts=(Part("numbers", 1, alike),))
    for seed in range(6):
        calls = plan_calls(exercise, seed)
        assert "with x = 7:" in judge(exercise, calls, make_calls(exercise, calls, lambda x: x)).evidence


def test_an_error_shows_the_learners_own_line():
    """Is the line named in which the answer failed?"""

    def answer(x):
        return x.no_such_thing

    verdict = verdict_on(answer)
    assert verdict.status == "error"
    assert "AttributeError" in verdict.evidence
    assert "return x.no_such_thing" in verdict.evidence


def test_the_wrong_number_of_arguments_is_an_error_not_a_crash():
    """What does a function get that takes other arguments?"""
    verdict = verdict_on(lambda: 1)
    assert verdict.status == "error"
    assert "TypeError" in verdict.evidence


def test_the_smallest_failing_input_is_shown():
    """Which of several failing cases is shown?"""
    verdict = verdict_on(lambda x: np.asarray(x) * 2 + 1)
    assert "one number" in verdict.evidence
    assert verdict.mistake is None


@pytest.mark.parametrize(
    ("actual", "expected", "says"),
    [
        (np.zeros((2, 1)), np.zeros(2), "the shape (2, 1); the shape (2,) was expected"),
        ([[1, 2], [3]], np.zeros(2), "rows of different lengths"),
        ("no", np.zeros(2), "a text; it should be an array of shape (2,)"),
        (np.array([1 + 2j]), np.array([1.0]), "complex"),
        (None, 1.0, "`return`"),
        ({"a": 1}, {"a": 1, "b": 2}, "no entry 'b'"),
        ({"a": 1, "c": 3}, {"a": 1}, "an entry 'c'"),
        ([1.0, "x"], [1.0, "y"], "In entry 1"),
        (np.array([np.nan]), np.array([1.0]), "nan"),
    ],
)
def test_what_differs_is_said_in_words(actual, expected, says):
    """Type first, then shape, then values: is it in the sentence?"""
    assert says in difference(actual, expected, Tolerance())


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        ([1, 2], np.array([1.0, 2.0])),
        (np.float32(0.1), 0.1),
        (np.array(3), 3),
        (1, True),
        ([], np.zeros((0, 3))),
        (np.array([np.inf, np.nan]), np.array([np.inf, np.nan])),
        ({"a": [1, 2]}, {"a": np.array([1, 2])}),
        (np.array(["a", "b"]), ["a", "b"]),
        ((1, (2, 3)), [1, [2, 3]]),
    ],
)
def test_another_spelling_of_the_same_is_the_same(actual, expected):
    """Do lists, float32 and 0-d arrays cost nothing?"""
    from bookutils.core.plain import to_plain

    assert difference(to_plain(actual), to_plain(expected), Tolerance()) is None


def test_a_value_with_its_mistake():
    """Is a variable judged like a function, and its mistake named?"""
    exercise = Exercise(
        "answer", "answer", "A number.", lambda: 6.0, kind="value",
        parts=(Part("the number", 1, lambda rng: [case()]),),
        mistakes=(Mistake("half", lambda: 3.0, "That is half.", "Of what?", "Double it."),),
    )  # fmt: skip
    assert verdict_on(6, exercise).status == "passed"
    assert verdict_on(3.0, exercise).mistake == "half"
    assert verdict_on("six", exercise).evidence.startswith("`answer` is a text")


def test_inputs_inside_a_dict_are_watched_too():
    """Is an answer told that it changed an array inside a dict, and is one that leaves it alone let pass?"""

    def networks(rng):
        yield case({"w": rng.normal(size=3), "b": 0.5})

    exercise = Exercise(
        id="scaled", answer="scaled", asks="", reference=lambda network: 2 * network["w"],
        parts=(Part("values", 1, networks), Part("unchanged", 1, networks, "inputs")),
    )  # fmt: skip

    def changes(network):
        network["w"] *= 2
        return network["w"]

    for answer, earned in ((lambda network: network["w"] + network["w"], 2), (changes, 1)):
        calls = plan_calls(exercise, 0)
        verdict = judge(exercise, calls, make_calls(exercise, calls, answer))
        assert verdict.earned == earned
    assert "changed its own input `network`" in verdict.evidence


def test_what_a_probe_was_given_is_named_as_the_probe_names_it():
    """Does the evidence name the parts of a case by the probe's parameters?"""
    exercise = find_exercise("value_backward")[1]
    calls = plan_calls(exercise, 0)
    verdict = judge(exercise, calls, make_calls(exercise, calls, lambda loss: None))
    assert "leaves = [" in verdict.evidence
    assert "operations = [[" in verdict.evidence


def test_inputs_of_several_shapes_can_be_compared():
    """Is a list of arrays of different shapes, and a dict of them, told apart from one that was changed?"""
    from bookutils.judging.judge import _identical

    before = [np.ones(2), np.ones((2, 3))]
    assert _identical(before, [np.ones(2), np.ones((2, 3))])
    assert not _identical(before, [np.ones(2), np.zeros((2, 3))])
    assert not _identical(before, before[:1])
    assert _identical({"a": before}, {"a": list(before)})
    assert not _identical({"a": before}, {"b": before})
