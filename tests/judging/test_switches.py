"""Mistakes made of rows and switches."""

import pytest

from bookutils.core.errors import ExerciseError
from bookutils.judging.switches import Switches, combiner, mistakes_of, switched

ROWS = (("raised", "It is too large.", "Why?", "Multiply."), ("kept", "It is what came in.", "Why?", "Double it."))


def buggy_double(bugs: Switches, x: int, power: int = 3) -> int:
    if "kept" in bugs:
        return x
    return x**power if "raised" in bugs else 2 * x


def test_each_row_is_a_mistake_with_its_own_switch_on():
    """Does the function of a row make that mistake, and no other?"""
    raised, kept = mistakes_of(buggy_double, *ROWS)
    assert (raised.id, raised.function(2), kept.id, kept.function(2)) == ("raised", 8, "kept", 2)
    assert (raised.evidence, raised.question, raised.fix, raised.also) == (*ROWS[0][1:], ())


def test_other_spellings_go_to_their_row():
    """Are further functions with the same error told by the sentences of their mistake alone?"""
    raised, kept = mistakes_of(buggy_double, *ROWS, also={"raised": (switched(buggy_double, "raised", power=4),)})
    assert [other(2) for other in raised.also] == [16]
    assert kept.also == ()


def test_a_spelling_without_a_row_is_a_slip():
    """Is a name in `also` that no row has said, instead of being left out in silence?"""
    with pytest.raises(ExerciseError, match="names tripled, and no row does"):
        mistakes_of(buggy_double, *ROWS, also={"tripled": (abs,)})


def test_two_mistakes_can_be_on_at_once():
    """Does the combination make both, and without a switch none?"""
    combine = combiner(buggy_double)
    assert combine(frozenset({"raised", "kept"}))(3) == 3
    assert combine(frozenset({"raised"}))(3) == 27
    assert combine(frozenset())(3) == 6
