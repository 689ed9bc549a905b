"""Mistakes as switches: is each alone in its function, and can two be on at once?"""

from bookutils.judging.switches import combiner, mistakes_of


def add(bugs, x):
    return (x if "no_sign" in bugs else -x) + (1 if "one_more" in bugs else 0)


ROWS = (("no_sign", "It grows.", "Which way?", "Take −x."), ("one_more", "It is one off.", "Where from?", "Drop it."))


def test_each_mistake_has_its_own_switch_on():
    """Does each row's function make its own mistake alone, with the row's sentences?"""
    mistakes = mistakes_of(add, *ROWS)
    assert [mistake.function(3) for mistake in mistakes] == [3, -2]
    assert [(one.id, one.evidence, one.question, one.fix) for one in mistakes] == list(ROWS)


def test_two_mistakes_can_be_on_at_once():
    """Does the combination make both, and without a switch none?"""
    combine = combiner(add)
    assert combine(frozenset({"no_sign", "one_more"}))(3) == 4
    assert combine(frozenset())(3) == -3
