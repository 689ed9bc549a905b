"""Exercises of chapter 09: what attention costs, who may see whom, and how widely attention is spread."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from bookutils.core.messages import _
from bookutils.judging.model import Case, Exercise, Part, Rng, Tolerance, case, edge
from bookutils.judging.switches import Switches, combiner, mistakes_of
from bookutils.numerics.arrays import Doubles
from bookutils.numerics.attention import heads as book
from bookutils.numerics.losses.classification import softmax


def _small(rng: Rng) -> Iterable[Case]:
    for heads, size in ((2, 4), (3, 5), (4, 2), (5, 3)):
        yield case(int(rng.integers(9, 200)), heads * size, heads)


def _real(rng: Rng) -> Iterable[Case]:
    for hidden, heads in ((384, 12), (768, 12), (1024, 16)):
        yield case(int(rng.integers(100, 2000)), hidden, heads)
    yield edge(1, 8, 1)


def _buggy_cost(bugs: Switches, tokens: int, hidden: int, num_heads: int) -> dict[str, int]:
    flops = 1 if "one_operation" in bugs else 2
    size = hidden if "hidden_for_head" in bugs else hidden // num_heads
    pairs = tokens if "linear_scores" in bugs else tokens * tokens
    kernels = 3 if "three_projections" in bugs else 4
    return {
        "projections": kernels * flops * tokens * hidden * (hidden // num_heads if "head_kernels" in bugs else hidden),
        "scores": num_heads * flops * pairs * size,
        "mixing": num_heads * flops * pairs * size,
        "weights": tokens * tokens if "one_map" in bugs else num_heads * tokens * tokens,
    }


ATTENTION_COST = Exercise(
    id="attention_cost",
    answer="attention_cost",
    asks=_("FLOPs and weights of one layer of self-attention for one sequence."),
    reference=book.attention_cost,
    parts=(Part(_("small layers"), 2, _small), Part(_("layers of real encoders"), 1, _real)),
    mistakes=mistakes_of(
        _buggy_cost,
        (
            "one_operation",
            _("Your FLOPs are half of what is expected; the number of weights is right."),
            _("A dot product of n terms: how many multiplications, and how many additions, with one to spare?"),
            _("Count two operations for each term: 2·a·b·c for a product of (a, b) by (b, c)."),
        ),
        (
            "three_projections",
            _("Your projections are three quarters of what is expected."),
            _("Queries, keys, values. Which product comes after the heads are merged?"),
            _("Count four kernels of (hidden, hidden): the output has one too."),
        ),
        (
            "hidden_for_head",
            _("Your scores and mixing grow with the number of heads."),
            _("Twice as many heads: how long are the vectors that each of them compares?"),
            _("Each head works on hidden / num_heads entries, so that heads · size is hidden again."),
        ),
        (
            "linear_scores",
            _("Your scores and mixing grow with the length as they would if each query saw one key."),
            _("How many pairs of a query and a key are there among T tokens?"),
            _("Count tokens · tokens pairs."),
        ),
        (
            "one_map",
            _("Your number of weights is that of a single head."),
            _("Do two heads share one table of weights?"),
            _("Each head has a table of its own: num_heads · tokens · tokens."),
        ),
        (
            "head_kernels",
            _("Your projections shrink as heads are added."),
            _("All heads together: how wide is what the query's kernel gives?"),
            _("A kernel is (hidden, hidden): it makes the queries of all heads at once."),
        ),
    ),
    combine=combiner(_buggy_cost),
    hints=(
        _("Name the two matrices of each product and their shapes: (tokens, hidden) by (hidden, hidden), and so on."),
        _("A product of (a, b) by (b, c) takes 2·a·b·c FLOPs. One head's scores: (tokens, size) by (size, tokens)."),
        _("Four projections; then, for all heads together, 2·T²·hidden for the scores and as much for mixing."),
    ),
)


def _key_masks(rng: Rng) -> list[NDArray[np.int64]]:
    masks = []
    for rows, tokens in ((1, 4), (2, 7), (4, 8), (5, 9)):
        lengths = rng.integers(2, tokens, rows)  # at least one place of padding in each row, and two tokens
        masks.append((np.arange(tokens) < lengths[:, None]).astype(int))
    return masks


def _padding_only(rng: Rng) -> Iterable[Case]:
    yield from (case(mask, False) for mask in _key_masks(rng))
    yield edge(np.ones((2, 3), int), False)


def _causal(rng: Rng) -> Iterable[Case]:
    yield from (case(mask, True) for mask in _key_masks(rng))
    yield edge(np.ones((1, 1), int), True)


def _buggy_mask(bugs: Switches, key_mask: NDArray, causal: bool = False) -> NDArray[np.int32]:
    real = np.asarray(key_mask) != 0
    tokens = real.shape[1]
    allowed = np.ones((tokens, tokens), bool)
    if causal and "causal_ignored" not in bugs:
        allowed = np.tril(allowed, -1 if "no_diagonal" in bugs else 0)
        allowed = allowed.T if "future" in bugs else allowed
    shown = real[:, np.newaxis, :, np.newaxis] if "queries_masked" in bugs else real[:, np.newaxis, np.newaxis, :]
    mask = (shown | allowed) if "either" in bugs else (shown & allowed)
    return (~mask if "inverted" in bugs else mask).astype(np.int32)


COMBINE_MASKS = Exercise(
    id="combine_masks",
    answer="combine_masks",
    asks=_("Which keys each query may see: real ones, and none that come later."),
    reference=book.attention_mask,
    parts=(Part(_("padding"), 0, _padding_only), Part(_("padding, and nothing that comes later"), 0, _causal)),
    mistakes=mistakes_of(
        _buggy_mask,
        (
            "queries_masked",
            _("Your mask has rows of zeros where the padding is; it should have columns of zeros."),
            _("Rows are queries, columns are keys. Which of them must nobody look at?"),
            _("Let the key mask run along the last axis: `key_mask[:, None, None, :]`."),
        ),
        (
            "inverted",
            _("Your mask is 1 where a key is hidden."),
            _("What does a 1 say in `key_mask`?"),
            _("Keep the meaning: 1 for a key that may be seen."),
        ),
        (
            "future",
            _("Under `causal` your tokens see what comes after them, and nothing that came before."),
            _("In row 0, that of the first token, which columns may be 1?"),
            _("Take the lower triangle, `np.tril`."),
        ),
        (
            "no_diagonal",
            _("Under `causal` your tokens do not see themselves."),
            _("What would be left for the first token to look at?"),
            _("Keep the diagonal: `np.tril(np.ones((tokens, tokens)))`."),
        ),
        (
            "either",
            _("Your query sees a key as soon as one of the two masks allows it."),
            _("Should padding come into view because it stands to the left?"),
            _("Both must allow it: multiply the two masks."),
        ),
        (
            "causal_ignored",
            _("Your mask is the same with `causal` and without."),
            _("Where in your function is `causal` used?"),
            _("Multiply by `np.tril(np.ones((tokens, tokens)))` when `causal` is True."),
        ),
    ),
    combine=combiner(_buggy_mask),
    hints=(
        _("Draw the table for three tokens, the last of which is padding. Which column is 0 throughout?"),
        _("`key_mask[:, None, None, :]` has the shape (batch, 1, 1, tokens) and stretches over all queries."),
        _("Multiply it by `np.tril(np.ones((tokens, tokens)))`, or by ones where `causal` is False."),
    ),
    optional=True,
)


def _rows(rng: Rng, shapes: tuple[tuple[int, ...], ...], hidden: int) -> Iterable[Case]:
    for shape in shapes:
        scores = rng.normal(0, 1.5, shape)
        if hidden:
            scores[..., -hidden:] = -1e9
        yield case(softmax(scores))


def _open_rows(rng: Rng) -> Iterable[Case]:
    yield from _rows(rng, ((3, 4), (2, 5), (2, 3, 4), (4, 6)), 0)
    yield edge(np.full((1, 8), 0.125))


def _rows_with_zeros(rng: Rng) -> Iterable[Case]:
    yield from _rows(rng, ((3, 4), (2, 5), (2, 3, 5), (4, 6)), 2)
    yield edge(np.eye(3))


def _buggy_entropy(bugs: Switches, weights: Doubles) -> Doubles:
    weights = np.asarray(weights)
    with np.errstate(all="ignore"):
        logs = np.log(weights if "nan_at_zero" in bugs else np.where(weights > 0, weights, 1))
        if "log2" in bugs:
            logs = logs / np.log(2)
        terms = weights * logs
    if "no_weights" in bugs:
        terms = logs
    axis = -2 if "over_queries" in bugs else -1
    total = terms.mean(axis=axis) if "mean" in bugs else terms.sum(axis=axis)
    return total if "sign" in bugs else -total


WEIGHTS_ENTROPY = Exercise(
    id="weights_entropy",
    answer="weights_entropy",
    asks=_("How widely each query spreads its attention: the entropy of each row of weights."),
    reference=book.weights_entropy,
    parts=(Part(_("every weight above 0"), 0, _open_rows), Part(_("some weights are 0"), 0, _rows_with_zeros)),
    tolerance=Tolerance(rtol=1e-4, atol=1e-5),
    mistakes=mistakes_of(
        _buggy_entropy,
        (
            "sign",
            _("Your entropies are negative."),
            _("Which sign does the logarithm of a number below 1 have?"),
            _("Put a minus before the sum."),
        ),
        (
            "log2",
            _("Your entropies are 1.44 times what is expected."),
            _("Which logarithm makes the entropy of a uniform row `np.log(keys)`?"),
            _("Use `np.log`, the natural one."),
        ),
        (
            "mean",
            _("Your entropies are divided by the number of keys."),
            _("The weights already add up to 1. What would you divide by?"),
            _("Take the sum along the keys, not the mean."),
        ),
        (
            "over_queries",
            _("You give one number for each key; one for each query was asked for."),
            _("Along which axis do the weights add up to 1?"),
            _("Sum along the last axis."),
        ),
        (
            "nan_at_zero",
            _("Where a weight is 0, nan comes back."),
            _("What is 0 · log 0 for a computer, and what does a · log a approach as a goes to 0?"),
            _("Take the logarithm of 1 where the weight is 0: `np.log(np.where(weights > 0, weights, 1))`."),
        ),
        (
            "no_weights",
            _("Your number grows without bound when a weight is tiny; an entropy is at most `np.log(keys)`."),
            _("How often does a key with a tiny weight come up?"),
            _("Weigh each logarithm by its own weight: `weights * np.log(…)`."),
        ),
    ),
    combine=combiner(_buggy_entropy),
    hints=(
        _("A row [0.5, 0.5] must give log 2, and a row [1, 0] must give 0."),
        _("The entropy is the mean of −log a, weighed by a itself."),
        _("`-np.sum(weights * np.log(safe), axis=-1)`, with `safe` equal to 1 where a weight is 0."),
    ),
    optional=True,
)
