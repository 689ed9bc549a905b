"""Are parameters, operations and splits of chapter 15 those that others count and publish?"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bookutils.core.errors import UsageError
from bookutils.numerics.scaling import compute, parameters
from bookutils.numerics.scaling import laws as scaling

# keras-hub's presets, the models' own config files, and Brown et al. 2020, table D.1 (in millions there).
PUBLISHED = {
    "BERT-tiny": 4_385_920, "BERT-mini": 11_170_560, "BERT-small": 28_763_648, "BERT-medium": 41_373_184,
    "BERT-base": 109_482_240, "BERT-base, cased": 108_310_272, "BERT-base, Chinese": 102_267_648,
    "BERT-base, multilingual": 177_853_440, "BERT-large": 335_141_888, "BERT-large, cased": 333_579_264,
    "MiniLM-L6": 22_713_216, "MiniLM-L12": 33_360_000, "DistilBERT": 66_362_880, "GPT-2 small": 124_439_808,
}  # fmt: skip
IN_MILLIONS = {"GPT-3 small": 125, "GPT-3 2.7B": 2650, "GPT-3 13B": 12_850, "GPT-3": 174_600}


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_encoders_are_counted_exactly(name):
    """Is the count the published one, to the last parameter, and do its parts add up to it?"""
    a = parameters.ARCHITECTURES[name]
    assert parameters.count_parameters(a) == PUBLISHED[name] == sum(parameters.parameter_parts(a).values())
    if a.kind == "bert" and a.pooler:
        assert parameters.bert_params(a.vocabulary, a.hidden, a.layers, a.heads) == PUBLISHED[name]


@pytest.mark.parametrize("name", IN_MILLIONS)
def test_gpt_is_counted_as_published(name):
    """Is the count the published one within its rounding?"""
    count = parameters.count_parameters(parameters.ARCHITECTURES[name])
    assert count == pytest.approx(IN_MILLIONS[name] * 1e6, rel=2e-3)


def test_every_architecture_has_a_published_count():
    """Is none in the list that no test compares?"""
    assert set(parameters.ARCHITECTURES) == {*PUBLISHED, *IN_MILLIONS}


def test_a_size_below_one_is_refused():
    """Does an impossible transformer raise a sentence?"""
    with pytest.raises(UsageError):
        parameters.Architecture("none", 10, 0, 1, 1)


PF_DAY = 1e15 * 24 * 3600  # floating-point operations of a machine that does 10¹⁵ a second, in a day


@pytest.mark.parametrize("run", compute.TABLE_D1, ids=lambda run: run.name)
def test_six_n_d_gives_the_published_table(run):
    """Are operations and PF-days of table D.1 within 0.4 % of 6ND (of 3ND for T5)?"""
    ours = compute.training_operations(run.parameters, run.tokens, run.per_weight)
    assert ours == pytest.approx(run.operations, rel=4e-3)
    assert ours / PF_DAY == pytest.approx(run.pf_days, rel=4e-3)
    whole = compute.train_flops(run.parameters, 1, run.tokens, 1, 1)
    assert whole == pytest.approx(run.pf_days * 6 / run.per_weight, rel=4e-3)


@given(st.integers(1, 6), st.integers(1, 3), st.lists(st.integers(1, 9), min_size=1, max_size=4))
@settings(max_examples=30)
def test_an_encoder_is_counted_product_by_product(hidden, layers, lengths):
    """Is it twice the number of multiplications when every matrix product is written down?"""
    inner, total = 4 * hidden, 0
    for t in lengths:
        products = [(t, hidden, hidden)] * 4 + [(t, hidden, inner), (t, inner, hidden), (t, hidden, t), (t, t, hidden)]
        total += layers * sum(2 * n * k * m for n, k, m in products)
    assert compute.encoder_operations(hidden, layers, inner, lengths) == pytest.approx(total / len(lengths))
    assert compute.encoder_operations(hidden, layers, inner, []) == 0


@given(st.floats(1e17, 1e27), st.floats(100, 900), st.floats(0.2, 0.5), st.floats(100, 2500), st.floats(0.2, 0.5))
@settings(max_examples=40)
def test_no_other_split_of_a_budget_has_a_smaller_loss(flops, a, alpha, b, beta):
    """Is the formula's N the minimum on a fine grid, and is the whole budget used?"""
    n, d = scaling.compute_split(flops, a, alpha, b, beta)
    assert 6 * n * d == pytest.approx(flops, rel=1e-9)
    grid = n * np.logspace(-2, 2, 401)
    fit = scaling.ScalingFit(0.0, a, alpha, b, beta)
    losses = scaling.scaling_loss(grid, flops / 6 / grid, fit)
    assert int(np.argmin(losses)) == 200


def test_chinchilla_as_printed_and_its_trap():
    """Are the losses those of the references, and does the printed law give 32 billion where the rule gives 69?"""
    for run, loss in (("Chinchilla", 1.937), ("Gopher", 1.993), ("GPT-3", 2.002)):
        assert float(scaling.scaling_loss(*scaling.RUNS[run])) == pytest.approx(loss, abs=6e-4)
    assert scaling.best_split(5.76e23)[0] == pytest.approx(32e9, rel=0.02)
    n, d = scaling.rule_of_twenty(5.76e23)
    assert n == pytest.approx(69e9, rel=0.01)
    assert 6 * n * d == pytest.approx(5.76e23)
    with pytest.raises(UsageError):
        scaling.best_split(0)


def test_kaplan_is_a_straight_line():
    """Does each law fall by the same factor for each factor of ten, and is an unknown one refused?"""
    for of, exponent in (("parameters", 0.076), ("tokens", 0.095), ("compute", 0.050)):
        losses = scaling.kaplan_loss([1e3, 1e4, 1e5], of)
        np.testing.assert_allclose(losses[1:] / losses[:-1], 10**-exponent)
    with pytest.raises(UsageError):
        scaling.kaplan_loss(1.0, "money")
