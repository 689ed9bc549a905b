"""Exercises of chapter 10: layer normalisation."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from bookutils.core.messages import _
from bookutils.judging.model import Case, Exercise, Part, Rng, Tolerance, case, edge
from bookutils.judging.switches import Switches, combiner, mistakes_of
from bookutils.numerics.arrays import Doubles
from bookutils.numerics.transformer.encoder import layer_norm


def _buggy_norm(bugs: Switches, x: Doubles, gamma: Doubles, beta: Doubles, epsilon: float) -> Doubles:
    axes: tuple[int, ...] = (0,) if "over_batch" in bugs else (-1,)
    if "tokens_included" in bugs:
        axes = (*axes, x.ndim - 2)
    axes = tuple({axis % x.ndim for axis in axes})
    mean = np.mean(x, axis=axes, keepdims=True)
    count = np.prod([x.shape[axis] for axis in axes])
    ddof = 1 if "ddof_one" in bugs and count > 1 else 0
    variance = np.var(x, axis=axes, keepdims=True, ddof=ddof)
    if "no_root" in bugs:
        spread = variance + epsilon
    elif "epsilon_outside" in bugs:
        spread = np.sqrt(variance) + epsilon
    else:
        spread = np.sqrt(variance + epsilon)
    normalised = (x - mean) / spread
    return normalised if "no_gamma_beta" in bugs else normalised * gamma + beta


def _draw(rng: Rng, shape: tuple[int, ...], spread: float, epsilon: float) -> Case:
    # Tokens differ in where they lie and in how far they spread, so that sharing a mean or a spread shows.
    middle = rng.uniform(-3, 3, (*shape[:-1], 1)) * spread
    scale = spread * rng.uniform(0.5, 2.0, (*shape[:-1], 1))
    x = np.round(middle + scale * rng.normal(size=shape), 6)
    gamma = rng.choice([-1.0, 1.0], shape[-1]) * np.round(rng.uniform(0.5, 2, shape[-1]), 2)
    return case(x, gamma, np.round(rng.uniform(-1, 1, shape[-1]), 2), epsilon)


def _batches(rng: Rng) -> Iterable[Case]:
    yield _draw(rng, (2, 2, 4), 1.0, 0.01)
    yield _draw(rng, (3, 2, 5), 2.0, 0.1)
    yield _draw(rng, (2, 3, 6), 0.1, 0.001)
    yield _draw(rng, (3, 4, 4), 0.05, 0.001)
    yield _draw(rng, (2, 4, 3), 0.3, 0.02)


def _one(rng: Rng) -> Iterable[Case]:
    yield _draw(rng, (2, 3, 4), 1.0, 0.01)


def _quiet(rng: Rng) -> Iterable[Case]:
    """Vectors that hardly vary: here epsilon decides."""
    for shape in ((2, 2, 4), (2, 3, 5), (3, 2, 4)):
        yield _draw(rng, shape, 0.02, 0.001)
    flat = np.full((2, 2, 3), 1.5)
    yield edge(flat, np.array([1.0, 2.0, -1.0]), np.array([0.5, 0.0, -0.25]), 1e-3)
    yield edge(rng.normal(size=(1, 1, 6)), np.ones(6), np.zeros(6), 1e-12)
    yield edge(rng.normal(size=5) * 10, np.ones(5), np.full(5, 0.5), 1e-12)  # one vector alone


LAYER_NORM = Exercise(
    id="layer_norm",
    answer="layer_norm",
    asks=_("Layer normalisation: each token's vector gets mean 0 and variance 1, then gamma and beta."),
    reference=layer_norm,
    parts=(
        Part(_("batches of vectors"), 2, _batches),
        Part(_("vectors that hardly vary"), 1, _quiet),
        Part(_("inputs unchanged"), 1, _one, compares="inputs"),
    ),
    tolerance=Tolerance(rtol=1e-4, atol=2e-5),
    mistakes=mistakes_of(
        _buggy_norm,
        (
            "over_batch",
            _("Your means are taken over the sentences of the batch, place by place: that is batch normalisation."),
            _("The axes are (batch, tokens, hidden). May the result for a sentence depend on its neighbours?"),
            _("Use `axis=-1, keepdims=True` for the mean and for the variance."),
        ),
        (
            "tokens_included",
            _("Your mean and variance are shared by all tokens of a sentence."),
            _("What should happen to a token's vector when another word of the sentence is exchanged?"),
            _("Take mean and variance along the last axis alone: `axis=-1, keepdims=True`."),
        ),
        (
            "ddof_one",
            _("Your result is a little too small everywhere, as if the variance were divided by hidden − 1."),
            _("Is the vector a sample from which you estimate something, or all there is?"),
            _("Divide by the number of entries: `np.var(x, axis=-1, keepdims=True)`, without `ddof=1`."),
        ),
        (
            "epsilon_outside",
            _("For vectors that hardly vary you divide by too little: your epsilon stands beside the root."),
            _("In the formula, is epsilon added to the variance or to its root?"),
            _("Divide by `np.sqrt(variance + epsilon)`."),
        ),
        (
            "no_gamma_beta",
            _("Every vector that you return has mean 0: gamma and beta have no effect."),
            _("What are the two learnt vectors for?"),
            _("Multiply the normalised vector by `gamma` and add `beta`, entry by entry."),
        ),
        (
            "no_root",
            _("You divide by the variance, so what you return does not have the variance 1."),
            _("A vector is made twice as long. By which factor does its variance grow, by which its spread?"),
            _("Divide by the root: `np.sqrt(variance + epsilon)`."),
        ),
    ),
    combine=combiner(_buggy_norm),
    hints=(
        _("Do it for one vector first, [1, 3]: its mean is 2, its variance 1. What comes out with gamma 1 and beta 0?"),
        _("`np.mean(x, axis=-1, keepdims=True)` has the shape (batch, tokens, 1) and can be subtracted from x."),
        _(
            "The variance is the mean of `(x - mean) ** 2` along the last axis. Add epsilon, take the root, divide; "
            "then gamma and beta."
        ),
    ),
)
