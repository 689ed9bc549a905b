"""Exercises of chapter 09: vectors cut into heads, and many heads at work."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from bookutils.core.messages import _
from bookutils.judging.model import Case, Exercise, Part, Rng, Tolerance, case, edge
from bookutils.judging.switches import Switches, combiner, mistakes_of
from bookutils.numerics.arrays import Doubles
from bookutils.numerics.attention import heads as book
from bookutils.numerics.losses.classification import softmax
from bookutils.numerics.transformer import encoder as transformer

KINDS = ("query", "key", "value", "attention")


def _vectors(rng: Rng, shapes: tuple[tuple[int, int, int, int], ...]) -> Iterable[Case]:
    for batch, tokens, heads, size in shapes:
        yield case(rng.normal(size=(batch, tokens, heads * size)), heads)


def _one_sentence(rng: Rng) -> Iterable[Case]:
    yield case(np.arange(12.0).reshape(1, 3, 4) + rng.integers(10), 2)
    yield from _vectors(rng, ((1, 4, 3, 2), (1, 5, 2, 3), (1, 3, 2, 4)))
    yield edge(rng.normal(size=(1, 4, 3)), 1)
    yield edge(rng.normal(size=(1, 1, 4)), 4)


def _batch(rng: Rng) -> Iterable[Case]:
    yield from _vectors(rng, ((2, 4, 3, 2), (3, 2, 4, 2), (2, 3, 2, 5), (4, 3, 2, 2)))


def _buggy_split(bugs: Switches, x: Doubles, num_heads: int) -> Doubles:
    x = np.asarray(x)
    batch, tokens, hidden = x.shape
    size = hidden // num_heads
    if "straight" in bugs:
        heads = x.reshape(batch, num_heads, tokens, size)
    elif "interleaved" in bugs:
        heads = x.reshape(batch, tokens, size, num_heads).transpose(0, 3, 1, 2)
    else:
        heads = x.reshape(batch, tokens, num_heads, size).transpose(0, 2, 1, 3)
    if "no_transpose" in bugs:
        heads = heads.transpose(0, 2, 1, 3)
    if "size_before_tokens" in bugs:
        heads = heads.transpose(0, 1, 3, 2)
    if "heads_first" in bugs:
        heads = heads.transpose(1, 0, 2, 3)
    return heads.reshape(-1, *heads.shape[2:]) if "batch_merged" in bugs else heads


SPLIT_HEADS = Exercise(
    id="split_heads",
    answer="split_heads",
    asks=_("Each token's vector cut into the parts that the heads read."),
    reference=book.split_heads,
    parts=(Part(_("one sentence"), 1, _one_sentence), Part(_("a batch"), 2, _batch)),
    tolerance=Tolerance(rtol=1e-5, atol=1e-6),
    mistakes=mistakes_of(
        _buggy_split,
        (
            "no_transpose",
            _("Your second axis runs over tokens and your third over heads."),
            _("Scores come from the last two axes. Which two must these be, if a head compares tokens?"),
            _("After `reshape(batch, tokens, heads, size)` exchange the two in the middle: `.transpose(0, 2, 1, 3)`."),
        ),
        (
            "straight",
            _("The shape is right, and your heads hold pieces of other tokens' vectors."),
            _("`reshape` keeps the numbers in their order. Which axis must be cut for that order to be right?"),
            _(
                "Cut the last axis first, `reshape(batch, tokens, heads, size)`, then exchange heads and tokens by "
                "`.transpose(0, 2, 1, 3)`."
            ),
        ),
        (
            "interleaved",
            _("Your head 0 takes every so-many-th entry of a vector; it should take the first stretch."),
            _("In which order do heads and entries follow each other within one vector?"),
            _("Cut the last axis into (heads, size), not into (size, heads)."),
        ),
        (
            "batch_merged",
            _("Batch and heads have become one axis."),
            _("The mask has one row for each sentence. How would you tell whose head is whose?"),
            _("Keep four axes: (batch, heads, tokens, size)."),
        ),
        (
            "size_before_tokens",
            _("Your last two axes are exchanged: a vector's entries come before the tokens."),
            _("A head has one row for each token. Which axis comes last?"),
            _("The order is (batch, heads, tokens, size): `.transpose(0, 2, 1, 3)` after the reshape."),
        ),
        (
            "heads_first",
            _("Your first axis runs over heads; it should run over the sentences of the batch."),
            _("What does the rest of a network expect in front?"),
            _("Leave the batch where it is: `.transpose(0, 2, 1, 3)`."),
        ),
    ),
    combine=combiner(_buggy_split),
    hints=(
        _("Take one token with the vector [0, 1, 2, 3] and two heads. Head 0 reads [0, 1]. What does head 1 read?"),
        _("It takes two steps: one that cuts the last axis in two, and one that changes the order of the axes."),
        _("`x.reshape(batch, tokens, num_heads, size)`, then bring heads in front of tokens with `transpose`."),
    ),
)


def _weights(rng: Rng, hidden: int) -> dict[str, Doubles]:
    kernels = {f"{kind}_kernel": rng.normal(0, 1.1 / np.sqrt(hidden), (hidden, hidden)) for kind in KINDS}
    return kernels | {f"{kind}_bias": rng.uniform(0.3, 0.9, hidden) * rng.choice([-1, 1], hidden) for kind in KINDS}


def _layer(rng: Rng, batch: int, tokens: int, heads: int, size: int, padding: int = 0) -> tuple:
    hidden = heads * size
    mask = np.ones((batch, 1, 1, tokens), int)
    if padding:
        mask[-1, ..., -padding:] = 0
    return rng.normal(0, 1.5, (batch, tokens, hidden)), _weights(rng, hidden), heads, mask


def _one_head(rng: Rng) -> Iterable[Case]:
    for shape in ((1, 4, 1, 3), (2, 3, 1, 4), (1, 5, 1, 6)):
        yield case(*_layer(rng, *shape))


def _many_heads(rng: Rng) -> Iterable[Case]:
    for shape in ((1, 4, 2, 3), (2, 5, 3, 2), (2, 3, 2, 4)):
        yield case(*_layer(rng, *shape))


def _padded(rng: Rng) -> Iterable[Case]:
    for shape in ((2, 5, 2, 3), (3, 4, 3, 2), (2, 6, 2, 2)):
        yield case(*_layer(rng, *shape, padding=2))


def _buggy_multi_head(
    bugs: Switches, x: Doubles, weights: dict[str, Doubles], num_heads: int, mask: Doubles
) -> Doubles:
    def project(kind: str) -> Doubles:
        bias = 0 if "no_bias" in bugs else weights[f"{kind}_bias"]
        return x @ weights[f"{kind}_kernel"] + bias

    x = np.asarray(x)
    batch, tokens, hidden = x.shape
    size = hidden // num_heads
    keys_from = "query" if "queries_for_keys" in bugs else "key"
    queries, keys, values = (book.split_heads(project(kind), num_heads) for kind in ("query", keys_from, "value"))
    scale = np.sqrt(hidden if "root_of_hidden" in bugs else size)
    scores = queries @ keys.transpose(0, 1, 3, 2) / scale
    shown = np.ones_like(mask) if "mask_forgotten" in bugs else np.asarray(mask)
    context = softmax(np.where(shown != 0, scores, book.LOWEST)) @ values
    order = (0, 1, 2, 3) if "merged_without_transpose" in bugs else (0, 2, 1, 3)
    merged = context.transpose(order).reshape(batch, tokens, hidden)
    if "no_output" in bugs:
        return merged
    return merged @ weights["attention_kernel"] + (0 if "no_bias" in bugs else weights["attention_bias"])


MULTI_HEAD = Exercise(
    id="multi_head",
    answer="multi_head",
    asks=_("A whole layer of self-attention with several heads."),
    reference=transformer.self_attention,
    parts=(
        Part(_("one head"), 1, _one_head),
        Part(_("several heads"), 2, _many_heads),
        Part(_("with padding"), 1, _padded),
    ),
    tolerance=Tolerance(rtol=1e-4, atol=1e-5),
    mistakes=mistakes_of(
        _buggy_multi_head,
        (
            "root_of_hidden",
            _("With one head you are right; with several, your weights are too flat."),
            _("How long are the vectors that one head compares?"),
            _("Divide by the root of a head's size, `hidden // num_heads`."),
        ),
        (
            "merged_without_transpose",
            _("With one head you are right; with several, tokens get pieces of one another's results."),
            _("Before you reshape to (batch, tokens, hidden): which axis stands beside the last one?"),
            _("Undo the transpose of `split_heads` first: `.transpose(0, 2, 1, 3)`, then reshape."),
        ),
        (
            "no_output",
            _("Your result does not depend on `attention_kernel`."),
            _("The heads' results stand side by side. What mixes them?"),
            _("Multiply the merged heads by `attention_kernel`, and add `attention_bias`."),
        ),
        (
            "no_bias",
            _("Your result does not depend on the biases."),
            _("A dense layer has two parts. Which one is missing?"),
            _("Add the bias after each of the four products with a kernel."),
        ),
        (
            "queries_for_keys",
            _("Your result does not depend on `key_kernel`."),
            _("May what a token looks for differ from what it offers?"),
            _("Make the keys with `key_kernel` and `key_bias`."),
        ),
        (
            "mask_forgotten",
            _("Padding changes your result."),
            _("Where in your function is `mask` used?"),
            _("Hand `mask` on to `attention`."),
        ),
    ),
    combine=combiner(_buggy_multi_head),
    hints=(
        _("Draw the way of the shapes: (batch, tokens, hidden) at both ends, (batch, heads, tokens, size) between."),
        _(
            "Three projections, each cut by `split_heads`; then `attention`; then the heads side by side again; then "
            "the fourth product."
        ),
        _(
            "Side by side: `context.transpose(0, 2, 1, 3).reshape(x.shape)`. Then `@ weights['attention_kernel'] + "
            "weights['attention_bias']`."
        ),
    ),
)
