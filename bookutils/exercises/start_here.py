"""The exercises and predictions of chapter 00: small ones, on which check, hint and predict are learnt."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from bookutils.core.messages import _
from bookutils.judging.model import Case, Exercise, Option, Part, Prediction, Rng, Tolerance, case, edge
from bookutils.judging.switches import Switches, combiner, mistakes_of
from bookutils.numerics.arrays import Doubles
from bookutils.numerics.start_here import weighted_sum


def _buggy_sum(bugs: Switches, inputs: Doubles, weights: Doubles, bias: float) -> float:
    terms = inputs + weights if "terms_added" in bugs else inputs * weights
    total = np.sum(terms) / max(len(terms), 1) if "mean" in bugs else np.sum(terms)
    if "bias_for_each" in bugs:
        bias = bias * len(terms)
    if "bias_subtracted" in bugs:
        bias = -bias
    return float(total if "no_bias" in bugs else total + bias)


def _cases(rng: Rng) -> Iterable[Case]:
    yield case(np.array([1.0, 2.0]), np.array([3.0, -1.0]), 0.5)
    for size in (2, 3, 2, 4, 3, 5, 2):
        bias = rng.choice([-1.0, 1.0]) * rng.uniform(0.5, 3.0)
        yield case(rng.uniform(-4, 4, size).round(1), rng.uniform(-4, 4, size).round(1), float(bias.round(1)))
    yield edge(np.array([]), np.array([]), 2.0)
    yield edge(np.array([1e6, 1.0]), np.array([1e6, 1.0]), -1.0)


FIRST_ANSWER = Exercise(
    id="first_answer",
    answer="weighted_sum",
    asks=_("What one unit adds up: each input times its weight, and the bias."),
    reference=weighted_sum,
    parts=(
        Part(_("the weighted sum"), 0, _cases),
        Part(_("inputs unchanged"), 0, _cases, compares="inputs"),
    ),
    tolerance=Tolerance(rtol=1e-5, atol=1e-4),  # sums of float32 products that nearly cancel
    mistakes=mistakes_of(
        _buggy_sum,
        (
            "no_bias",
            _("Your result is the sum of the products, whatever the bias is."),
            _("What does the unit give when all inputs are 0?"),
            _("Add the bias to the sum: `np.sum(inputs * weights) + bias`."),
        ),
        (
            "bias_subtracted",
            _("Your result falls when the bias grows."),
            _("A larger bias should lift the result. Which sign does it have in your line?"),
            _("Add the bias; do not subtract it: `np.sum(inputs * weights) + bias`."),
        ),
        (
            "bias_for_each",
            _("With more inputs your result contains the bias more often: once for each of them."),
            _("Is the bias inside the sum or outside it?"),
            _("Close the bracket of the sum before the bias: `np.sum(inputs * weights) + bias`."),
        ),
        (
            "mean",
            _("Your products are divided by the number of inputs."),
            _("Should a unit with twice as many inputs weigh each of them half as much?"),
            _("Take the sum, not the mean: `np.sum(inputs * weights) + bias`."),
        ),
        (
            "terms_added",
            _("Your result adds inputs and weights to each other; a weight of 0 does not switch its input off."),
            _("What should an input contribute when its weight is 0?"),
            _("Multiply before you add: `np.sum(inputs * weights) + bias`."),
        ),
    ),
    combine=combiner(_buggy_sum),
    hints=(
        _("Do it by hand first: the inputs 1 and 2, the weights 3 and −1, the bias 0.5. Which numbers do you add?"),
        _("NumPy multiplies two arrays entry by entry with `*`, and `np.sum` adds the entries of one."),
        _("Multiply inputs and weights, add the products up, then add the bias once."),
    ),
    optional=True,
)

DOUBLED_INPUT = Prediction(
    "doubled_input",
    _(
        "A unit has the weights 2 and −1 and the bias 1. For the inputs 3 and 3 it adds up to 4. "
        "Both inputs are doubled. What happens to the sum?"
    ),
    {
        "doubles": Option(
            _("It doubles, to 8."),
            _("It would, if everything in it doubled. The bias does not: it does not look at the inputs."),
        ),
        "less": Option(
            _("It grows, to less than 8."),
            _("The part that comes from the inputs doubles, from 3 to 6. The bias stays 1, which makes 7."),
            right=True,
        ),
        "same": Option(
            _("It stays 4, since the weights have opposite signs."),
            _("The two signs take from each other, but not equally: 2 · 6 − 1 · 6 is 6."),
        ),
    },
)

EXERCISES = (FIRST_ANSWER,)
PREDICTIONS = (DOUBLED_INPUT,)
