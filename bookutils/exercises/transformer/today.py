"""Optional exercises of chapter 10: two parts of the block that today's models have."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from bookutils.core.messages import _
from bookutils.judging.model import Case, Exercise, Part, Rng, Tolerance, case, edge
from bookutils.judging.switches import Switches, combiner, mistakes_of
from bookutils.numerics.arrays import Doubles, Ints
from bookutils.numerics.transformer import today as book


def _buggy_rms(bugs: Switches, x: Doubles, gamma: Doubles, epsilon: float) -> Doubles:
    centred = x - x.mean(axis=-1, keepdims=True) if "mean_subtracted" in bugs else x
    axis = 0 if "over_batch" in bugs else -1
    total = np.sum(centred**2, axis=axis, keepdims=True)
    square = total if "sum_of_squares" in bugs else total / x.shape[axis]
    if "no_root" in bugs:
        size = square + epsilon
    else:
        size = np.sqrt(square) + epsilon if "epsilon_outside" in bugs else np.sqrt(square + epsilon)
    return np.asarray(centred / size * (1.0 if "no_gamma" in bugs else gamma))


def _vectors(rng: Rng) -> Iterable[Case]:
    for shape, spread, epsilon in (((2, 2, 4), 1.0, 0.01), ((3, 2, 5), 2.0, 0.1), ((2, 3, 6), 0.1, 0.001)):
        scale = spread * rng.uniform(0.5, 2.0, (*shape[:-1], 1))
        x = np.round(scale * (rng.uniform(0.5, 1.5, (*shape[:-1], 1)) + rng.normal(size=shape)), 4)
        gamma = rng.choice([-1.0, 1.0], shape[-1]) * np.round(rng.uniform(1.2, 2, shape[-1]), 2)
        yield case(x, gamma, epsilon)
    yield edge(np.zeros((1, 2, 3)), np.ones(3), 1e-6)
    yield edge(np.array([3.0, 4.0]), np.ones(2), 1e-6)


RMS_NORM = Exercise(
    id="rms_norm",
    answer="rms_norm",
    asks=_("Each token's vector, divided by the root of the mean of its squares and stretched by gamma."),
    reference=book.rms_norm,
    parts=(Part(_("batches of vectors"), 0, _vectors), Part(_("inputs unchanged"), 0, _vectors, compares="inputs")),
    tolerance=Tolerance(rtol=1e-4, atol=1e-5),
    mistakes=mistakes_of(
        _buggy_rms,
        (
            "mean_subtracted",
            _("What you divide has the mean 0: you subtract the mean first, as layer normalisation does."),
            _("Which of the two statistics does the name RMS leave out?"),
            _("Divide x itself, and take the mean of `x**2`."),
        ),
        (
            "sum_of_squares",
            _("Your vectors are too short, by the root of the number of their entries."),
            _("What does the M in RMS stand for?"),
            _("Take the mean of the squares, not their sum."),
        ),
        (
            "no_root",
            _("Twice as long a vector comes out half as long."),
            _("What does the R in RMS stand for?"),
            _("Divide by `np.sqrt(mean of squares + epsilon)`."),
        ),
        (
            "epsilon_outside",
            _("For short vectors your divisor is off: epsilon stands beside the root."),
            _("Is epsilon added to the mean of the squares, or to its root?"),
            _("Add epsilon first, then take the root."),
        ),
        (
            "over_batch",
            _("The result for one sentence depends on the other sentences of the batch."),
            _("The axes are (batch, tokens, hidden). Along which one does a token's vector lie?"),
            _("Use `axis=-1, keepdims=True`."),
        ),
        (
            "no_gamma",
            _("`gamma` has no effect on what you return."),
            _("What is the learnt vector for?"),
            _("Multiply the result by `gamma`, entry by entry."),
        ),
    ),
    combine=combiner(_buggy_rms),
    hints=(
        _("Do it for [3, 4]: the squares are 9 and 16, their mean is 12.5. What do you divide by?"),
        _("`np.mean(x**2, axis=-1, keepdims=True)` has the shape (batch, tokens, 1)."),
        _("Divide `x` by `np.sqrt(that + epsilon)`, and multiply by `gamma`."),
    ),
    optional=True,
)


def _buggy_rotation(bugs: Switches, x: Doubles, positions: Ints) -> Doubles:
    d = x.shape[1]
    pairs = d // 2
    exponents = np.arange(pairs) / (d if "exponent_halved" in bugs else pairs)
    rates = np.ones(pairs) if "one_speed" in bugs else 10000.0**-exponents
    places = np.arange(len(x)) if "rows_for_positions" in bugs else positions
    angles = places[:, np.newaxis] * rates
    if "backwards" in bugs:
        angles = -angles
    if "halves" in bugs:
        even, odd = np.arange(pairs), np.arange(pairs, d)
    else:
        even, odd = np.arange(0, d, 2), np.arange(1, d, 2)
    first, second = x[:, even], x[:, odd]
    turned = np.array(x, float)
    turned[:, even] = first * np.cos(angles) - second * np.sin(angles)
    base = turned[:, even] if "first_overwritten" in bugs else first
    turned[:, odd] = base * np.sin(angles) + second * np.cos(angles)
    return turned


def _heads(rng: Rng) -> Iterable[Case]:
    for tokens, d in ((2, 4), (3, 6), (4, 8)):
        positions = rng.permutation(np.arange(1, 9))[:tokens] + tokens  # never the rows' own numbers
        yield case(np.round(rng.choice([-1, 1], (tokens, d)) * rng.uniform(0.5, 2, (tokens, d)), 2), positions)
    yield edge(np.array([[1.0, 2.0]]), np.array([0]))


ROTATE_PAIRS = Exercise(
    id="rotate_pairs",
    answer="rotate_pairs",
    asks=_("Queries or keys of one head, each pair of entries turned by an angle that grows with the position."),
    reference=book.rotate_pairs,
    parts=(Part(_("several positions"), 0, _heads), Part(_("inputs unchanged"), 0, _heads, compares="inputs")),
    tolerance=Tolerance(rtol=1e-4, atol=1e-5),
    mistakes=mistakes_of(
        _buggy_rotation,
        (
            "backwards",
            _("Your pairs turn the other way round."),
            _("The pair (1, 0) is turned by a small angle. Is its second entry positive or negative then?"),
            _("First entry: a cos − b sin. Second entry: a sin + b cos."),
        ),
        (
            "one_speed",
            _("All pairs of a token turn by the same angle."),
            _("On what does the angle depend beside the position?"),
            _("Multiply the position by 10000 ** (−2i/d), where i is the number of the pair."),
        ),
        (
            "exponent_halved",
            _("The first pair is right, and the later ones turn too fast."),
            _("There are d/2 pairs. What is the exponent of pair i?"),
            _("The exponent is −2i/d, with i from 0 to d/2 − 1."),
        ),
        (
            "halves",
            _("You pair entry i with entry i + d/2. Some models do; here neighbours are pairs."),
            _("Which two entries make pair 0 here?"),
            _("Take `x[:, 0::2]` and `x[:, 1::2]`."),
        ),
        (
            "first_overwritten",
            _("The first entry of each pair is right, the second is not, and the pair's length changes."),
            _("When you compute the second entry, which value of the first one do you use?"),
            _("Keep the old first entries until both new ones are computed."),
        ),
        (
            "rows_for_positions",
            _("Your result does not depend on `positions`."),
            _("May the first row stand for a token at place 7?"),
            _("Use `positions[:, np.newaxis]`, not the numbers of the rows."),
        ),
    ),
    combine=combiner(_buggy_rotation),
    hints=(
        _("One pair (1, 0) at position 1: it is turned by 1 radian. What are its new entries?"),
        _("`angles = positions[:, np.newaxis] * 10000.0 ** (-np.arange(d // 2) / (d // 2))` is (tokens, pairs)."),
        _("The new entries of (a, b) are a cos − b sin and a sin + b cos. Write them into a new array."),
    ),
    optional=True,
)
