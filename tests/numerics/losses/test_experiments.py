"""Do the experiments of chapter 02 show what the chapter says?"""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookutils.core.errors import UsageError
from bookutils.numerics.losses import experiments as e
from bookutils.numerics.losses.regression import fit_line


def test_one_point_turns_only_the_line_of_squared_error():
    """Does the slope change its sign with the square, and hardly move with the others?"""
    slopes = {
        name: fit_line(*e.points_with_one_moved(9.0, -20.0), name)[1] for name in ("squared", "absolute", "huber")
    }
    assert slopes["squared"] < 0
    assert abs(slopes["absolute"] - 0.5) < 0.06
    assert abs(slopes["huber"] - 0.5) < 0.06


def test_cross_entropy_escapes_and_squared_error_does_not():
    """After 100 steps from −8, is one logit above 0 and the other where it was?"""
    assert e.escape_path("cross-entropy")[-1] > 0
    assert e.escape_path("squared")[-1] < -7.9


@given(st.floats(0.02, 0.98))
def test_proper_losses_are_cheapest_at_the_truth(truth):
    """Is the best report the truth for cross-entropy and squared error, and something else for the others?"""
    assert e.best_reports("log", truth) == pytest.approx((truth, truth), abs=0.001)
    assert e.best_reports("squared", truth) == pytest.approx((truth, truth), abs=0.001)
    if abs(truth - 0.5) > 0.01:
        end, score_of_one = (1.0, 0.731) if truth > 0.5 else (0.0, 0.269)
        assert e.best_reports("absolute", truth) == (end, end)
        assert e.best_reports("hinge", truth) == pytest.approx((score_of_one, score_of_one), abs=0.002)


def test_a_report_of_zero_costs_nothing_where_the_truth_is_zero():
    """Is 0 · ∞ no trouble?"""
    assert e.expected_loss("log", 0.0, [0.0, 1.0]).tolist() == [0.0, math.inf]


def test_margins():
    """Is hinge 0 from 1 on, and the log loss never?"""
    losses = e.margin_losses(np.array([-1.0, 1.0, 30.0]))
    assert losses["hinge"].tolist() == [2.0, 0.0, 0.0]
    assert losses["wrong"].tolist() == [1.0, 0.0, 0.0]
    assert (losses["log"] > 0).all()


def test_unknown_losses_are_refused():
    """Does the message list what there is?"""
    with pytest.raises(UsageError, match="cross-entropy"):
        e.escape_path("hinge")
    with pytest.raises(UsageError, match="absolute"):
        e.expected_loss("brier", 0.5, 0.5)
