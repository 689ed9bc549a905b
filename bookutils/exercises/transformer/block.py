"""Exercises of chapter 10: the block, put together from attention, normalisation and the feed-forward part."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bookutils.core.messages import _
from bookutils.judging.model import Case, Exercise, Part, Rng, Tolerance, case, edge
from bookutils.judging.switches import Switches, combiner, mistakes_of
from bookutils.numerics.arrays import Doubles
from bookutils.numerics.transformer.encoder import encoder_block, feed_forward, layer_norm, self_attention

Weights = dict[str, Doubles]


def _feed(x: Doubles, weights: Weights, relu: bool) -> Doubles:
    if not relu:
        return np.asarray(feed_forward(x, weights))  # type: ignore[arg-type]
    inner = np.maximum(x @ weights["inner_kernel"] + weights["inner_bias"], 0)
    return np.asarray(inner @ weights["output_kernel"] + weights["output_bias"])


def _buggy_block(bugs: Switches, x: Doubles, weights: Weights, num_heads: int, mask: NDArray[np.int32]) -> Doubles:
    def attend(vectors: Doubles) -> Doubles:
        shown = None if "no_mask" in bugs else mask
        return np.asarray(self_attention(vectors, weights, num_heads, shown))  # type: ignore[arg-type]

    def feed(vectors: Doubles) -> Doubles:
        return _feed(vectors, weights, "relu" in bugs)

    def half(vectors: Doubles, sublayer: Any, name: str, added: bool, normalised: bool) -> Doubles:
        gamma, beta = weights[f"{name}_gamma"], weights[f"{name}_beta"]

        def norm(values: Doubles) -> Doubles:
            return np.asarray(layer_norm(values, gamma, beta)) if normalised else values

        if "pre_norm" in bugs:
            return np.asarray(sublayer(norm(vectors)) + (vectors if added else 0))
        if "residual_after_norm" in bugs:
            return np.asarray(norm(sublayer(vectors)) + (vectors if added else 0))
        return norm(sublayer(vectors) + (vectors if added else 0))

    middle = half(x, attend, "attention", "no_first_residual" not in bugs, True)
    return half(middle, feed, "output", "no_second_residual" not in bugs, "no_second_norm" not in bugs)


def _draw_block(rng: Rng, hidden: int, inner: int) -> dict[str, Any]:
    """Draw the weights of a block, with gamma and beta that are not 1 and 0."""

    def draw(*shape: int) -> Doubles:
        return np.round(rng.normal(0, 0.7, shape), 3)

    def away(size: int) -> Doubles:
        return rng.choice([-1.0, 1.0], size) * np.round(rng.uniform(0.6, 1.4, size), 3)

    weights: dict[str, Any] = {}
    for part in ("query", "key", "value", "attention"):
        weights |= {f"{part}_kernel": draw(hidden, hidden), f"{part}_bias": draw(hidden)}
    weights |= {"attention_gamma": away(hidden), "attention_beta": away(hidden)}
    weights |= {"inner_kernel": draw(hidden, inner), "inner_bias": draw(inner)}
    weights |= {"output_kernel": draw(inner, hidden), "output_bias": draw(hidden)}
    return weights | {"output_gamma": away(hidden), "output_beta": away(hidden)}


def _draw(rng: Rng, lengths: list[int], width: int, hidden: int, num_heads: int) -> Case:
    mask = (np.arange(width) < np.array(lengths)[:, np.newaxis]).astype(np.int32)[:, np.newaxis, np.newaxis, :]
    x = np.round(rng.normal(size=(len(lengths), width, hidden)), 3)
    return case(x, _draw_block(rng, hidden, 2 * hidden), num_heads, mask)


def _whole(rng: Rng) -> Iterable[Case]:
    """Sequences without padding."""
    for lengths, hidden, heads in (([2], 4, 2), ([3, 3], 4, 1), ([2, 2], 6, 3)):
        yield _draw(rng, lengths, max(lengths), hidden, heads)


def _one(rng: Rng) -> Iterable[Case]:
    yield _draw(rng, [2, 3], 4, 4, 2)


def _padded(rng: Rng) -> Iterable[Case]:
    for lengths, hidden, heads in (([2, 4], 4, 2), ([1, 3], 6, 3), ([2, 3, 1], 4, 1), ([3, 1], 4, 2)):
        yield _draw(rng, lengths, max(lengths) + 1, hidden, heads)
    drawn = _draw(rng, [1], 1, 4, 2)
    yield edge(*drawn.args)  # one token: it attends to itself


ENCODER_BLOCK = Exercise(
    id="encoder_block",
    answer="encoder_block",
    asks=_("One block as BERT has it: attention, add, normalise; feed-forward, add, normalise."),
    reference=encoder_block,
    parts=(
        Part(_("whole sequences"), 2, _whole),
        Part(_("padded sequences"), 1, _padded),
        Part(_("inputs unchanged"), 1, _one, compares="inputs"),
    ),
    tolerance=Tolerance(rtol=1e-4, atol=1e-4),
    mistakes=mistakes_of(
        _buggy_block,
        (
            "pre_norm",
            _("You normalise what goes into each half, and add the result to vectors that are not normalised."),
            _("That is a pre-norm block, as GPT-2 has it. Where does BERT normalise: before a half or after the sum?"),
            _("`layer_norm(x + attended, …)`, with `attended` computed from x as it comes; the second half likewise."),
        ),
        (
            "no_first_residual",
            _("What came into the block is lost after attention: your vectors hold only what attention gave."),
            _("What should a token's vector still contain when attention has nothing to say about it?"),
            _("Normalise the sum: `layer_norm(x + attended, …)`."),
        ),
        (
            "no_second_residual",
            _("What came into the feed-forward part is lost after it."),
            _("How many of the two halves are wrapped in a residual?"),
            _("Normalise the sum here too: `layer_norm(x + fed, …)`."),
        ),
        (
            "residual_after_norm",
            _("You normalise the half's result alone and add x afterwards, so the sum leaves without normalisation."),
            _("Which comes first in LayerNorm(x + half(x)), the sum or the normalisation?"),
            _("Put the sum inside: `layer_norm(x + attended, …)`, not `x + layer_norm(attended, …)`."),
        ),
        (
            "relu",
            _("Your feed-forward part uses ReLU."),
            _("Which bend does BERT use?"),
            _("Call `feed_forward(x, weights, False)`, which uses GELU, and let nothing else bend."),
        ),
        (
            "no_second_norm",
            _("The vectors that leave your block are not normalised."),
            _("How many layer normalisations does a block have, and where does each stand?"),
            _('End with `layer_norm(x + fed, weights["output_gamma"], weights["output_beta"])`.'),
        ),
        (
            "no_mask",
            _("Sequences without padding are right, and padded ones are not: your tokens attend to the padding."),
            _("What does your block do with `mask`?"),
            _("Hand it on: `self_attention(x, weights, num_heads, mask)`."),
        ),
    ),
    combine=combiner(_buggy_block),
    hints=(
        _("Draw it first: two halves. Each half computes something from x, adds it to x, and normalises the sum."),
        _("The first half is `self_attention(x, weights, num_heads, mask)`, with attention_gamma and attention_beta."),
        _(
            "The second half starts from the first one's result: `feed_forward(x, weights, False)`, with output_gamma "
            "and output_beta."
        ),
    ),
)
