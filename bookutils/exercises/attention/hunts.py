"""Exercises of chapter 09: a printed listing with one wrong line, to be mended, optional."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from bookutils.core.messages import _
from bookutils.judging.model import Case, Exercise, Part, Rng, Tolerance, case, edge
from bookutils.judging.switches import Switches, combiner, mistakes_of
from bookutils.numerics.arrays import Doubles
from bookutils.numerics.attention import heads as book
from bookutils.numerics.losses.classification import softmax


def _layer(rng: Rng, batch: int, tokens: int, heads: int, size: int, padding: int = 0) -> Case:
    hidden = heads * size
    mask = np.ones((batch, 1, 1, tokens), int)
    if padding:
        mask[-1, ..., -padding:] = 0
    kernel, output = (rng.normal(0, 1.1 / np.sqrt(hidden), (hidden, width)) for width in (3 * hidden, hidden))
    return case(rng.normal(0, 1.5, (batch, tokens, hidden)), kernel, output, heads, mask)


def _several_heads(rng: Rng) -> Iterable[Case]:
    for shape in ((1, 4, 2, 3), (1, 3, 4, 2), (2, 5, 3, 2), (2, 3, 2, 4)):
        yield _layer(rng, *shape)
    yield edge(*_layer(rng, 1, 3, 1, 4).args)  # with one head the listing is right
    yield edge(*_layer(rng, 1, 1, 2, 3).args)


def _padded(rng: Rng) -> Iterable[Case]:
    for shape in ((2, 5, 2, 3), (3, 4, 3, 2), (2, 6, 2, 2)):
        yield _layer(rng, *shape, padding=2)


def _buggy_listing(bugs: Switches, x: Doubles, w_qkv: Doubles, w_o: Doubles, num_heads: int, mask: Doubles) -> Doubles:
    batch, tokens, hidden = x.shape
    size = hidden // num_heads
    parts = np.split(x @ w_qkv, 3, axis=-1)
    if "mixed_split" in bugs:
        q, k, v = (part.reshape(batch, num_heads, tokens, size) for part in parts)
    else:
        q, k, v = (part.reshape(batch, tokens, num_heads, size).transpose(0, 2, 1, 3) for part in parts)
    scores = q @ k.transpose(0, 1, 3, 2) / np.sqrt(hidden if "root_of_hidden" in bugs else size)
    if "mask_after" in bugs:
        weights = softmax(scores) * (np.asarray(mask) != 0)
    else:
        weights = softmax(np.where(np.asarray(mask) != 0, scores, book.LOWEST))
    context = weights @ v
    if "heads_summed" in bugs:
        merged = np.tile(context.sum(axis=1), num_heads)
    elif "as_printed" in bugs:
        merged = context.reshape(batch, tokens, hidden)
    else:
        merged = context.transpose(0, 2, 1, 3).reshape(batch, tokens, hidden)
    return merged @ w_o


ATTENTION_HUNT = Exercise(
    id="attention_hunt",
    answer="attention_hunt",
    asks=_("The printed self-attention, mended: each token gets the results of its own heads."),
    reference=book.joint_self_attention,
    parts=(Part(_("several heads"), 0, _several_heads), Part(_("with padding"), 0, _padded)),
    tolerance=Tolerance(rtol=1e-4, atol=1e-5),
    optional=True,
    mistakes=mistakes_of(
        _buggy_listing,
        (
            "as_printed",
            _("With one head you are right; with several, tokens still get pieces of one another's results."),
            _("`weights @ v` is (batch, heads, tokens, size). Which two axes must lie side by side to be merged?"),
            _("Undo the transpose first: `(weights @ v).transpose(0, 2, 1, 3).reshape(b, t, h)`."),
        ),
        (
            "mixed_split",
            _("Your heads read pieces of several tokens: the cut itself is now without its transpose."),
            _("The printed cut was right. What does it do after `reshape`?"),
            _("Leave the cut as printed: `reshape(b, t, heads, h // heads).transpose(0, 2, 1, 3)`."),
        ),
        (
            "root_of_hidden",
            _("Your weights are flatter than they should be as soon as there are several heads."),
            _("How many entries do the vectors have that one head compares?"),
            _("Divide by `np.sqrt(q.shape[-1])`, the root of a head's size, as printed."),
        ),
        (
            "mask_after",
            _("Where keys are hidden, your remaining weights add up to less than 1."),
            _("The softmax divides by a sum. Were the hidden keys still in it?"),
            _("Hide the scores before the softmax, as printed."),
        ),
        (
            "heads_summed",
            _("Your heads are added up; each of them gets the same sum."),
            _("What would a token lose if its heads could not be told apart?"),
            _("Put the heads side by side: transpose, then reshape to (batch, tokens, hidden)."),
        ),
    ),
    combine=combiner(_buggy_listing),
    hints=(
        _("Each token sees itself alone under `np.eye(4)`. Through which line can a change still reach another token?"),
        _("Follow the shapes: which lines change the order of the axes, and is each change undone?"),
        _("`weights @ v` is (batch, heads, tokens, size). Bring the tokens in front of the heads before you reshape."),
    ),
)
