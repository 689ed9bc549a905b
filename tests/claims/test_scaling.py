"""Is what chapter 15 says true? Each sentence that a reader could doubt, computed."""

import numpy as np
import pytest

from bookutils.numerics.scaling.compute import TABLE_D1
from bookutils.numerics.scaling.laws import RUNS, kaplan_loss, rule_of_twenty, scaling_loss
from bookutils.numerics.scaling.parameters import ARCHITECTURES, count_parameters
from bookutils.plots.scaling import rounded_candidates
from tests.claims.quotation import says


@says("15-scaling", "one law says 2.83 and the other 2.46", "is 0.45", "cannot be read on one axis")
def test_the_two_laws_differ_where_both_were_measured():
    """Are the losses at 10⁸ parameters 2.83 and 2.46 nats, and is Kaplan's gain to 10⁹ 0.45?"""
    assert float(kaplan_loss(1e8, "parameters")) == pytest.approx(2.83, abs=0.005)
    assert float(scaling_loss(1e8, np.inf)) == pytest.approx(2.46, abs=0.005)
    assert float(kaplan_loss(1e8, "parameters") - kaplan_loss(1e9, "parameters")) == pytest.approx(0.45, abs=0.01)


@says("15-scaling", "One law is a straight line, the other bends towards a floor", "goes below any floor in the end")
def test_one_law_ends_at_a_floor():
    """Is Kaplan's slope constant on logarithmic axes and below 1.69 in the end, and Chinchilla's never below?"""
    n = np.logspace(7, 15, 9)
    steps = np.diff(np.log(kaplan_loss(n, "parameters")))
    assert np.allclose(steps, steps[0])
    assert float(kaplan_loss(1e12, "parameters")) < 1.69
    bends = np.diff(np.log(scaling_loss(n, np.inf)))
    assert np.all(np.diff(bends) > 0)
    assert np.all(scaling_loss(n, np.inf) > 1.69)


@says("15-scaling", "Gopher has four times the parameters of Chinchilla", "and has a higher expected loss")
def test_gopher_read_too_little():
    """Four times the parameters, a budget within 20 %, and a higher loss?"""
    (n, d), (small, read) = RUNS["Gopher"], RUNS["Chinchilla"]
    assert n / small == 4
    assert 0.8 < n * d / (small * read) < 1.2
    assert float(scaling_loss(n, d)) > float(scaling_loss(small, read))


@says("15-scaling", "between 12.8 and 82.4 billion parameters the expected loss stays within 0.01")
def test_the_minimum_is_flat():
    """Where is the expected loss within 0.01 of the best, for Chinchilla's budget?"""
    n = np.geomspace(1e9, 1e12, 200_001)
    losses = scaling_loss(n, 5.76e23 / 6 / n)
    near = n[losses <= losses.min() + 0.01]
    assert near[0] / 1e9 == pytest.approx(12.8, abs=0.05)
    assert near[-1] / 1e9 == pytest.approx(82.4, abs=0.05)


@says("15-scaling", "moves it to 22 or to 47 billion. That alone does not reach 70.", "which gives 69 billion here")
def test_rounding_moves_the_minimum():
    """Do the exponents' rounded digits give 22 and 47 billion, and the rule of twenty 69?"""
    assert sorted(round(n / 1e9) for n in rounded_candidates(5.76e23).values()) == [22, 32, 47]
    assert round(rule_of_twenty(5.76e23)[0] / 1e9) == 69


@says(
    "15-scaling",
    "BERT-base, which one machine can fine-tune, and GPT-3 lie three powers of ten apart",
    "No BERT has a billion.",
)
def test_sizes():
    """Is GPT-3 between 1,000 and 3,000 times BERT-base, and every BERT below a billion?"""
    sizes = {name: count_parameters(a) for name, a in ARCHITECTURES.items()}
    assert 1000 < sizes["GPT-3"] / sizes["BERT-base"] < 3000
    assert all(sizes[name] < 1e9 for name, a in ARCHITECTURES.items() if a.kind == "bert")


@says("15-scaling", "One row is out by a factor of 2.", "so the right count is $3ND$")
def test_six_operations_but_for_t5():
    """Is 6ND within 1 % of each published row but T5's, where it is twice too much?"""
    for run in TABLE_D1:
        ratio = 6 * run.parameters * run.tokens / 8.64e19 / run.pf_days
        assert ratio == pytest.approx(2 if "T5" in run.name else 1, rel=0.01)
