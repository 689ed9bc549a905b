"""Exercises of chapter 10: the feed-forward part of a block."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from bookutils.core.messages import _
from bookutils.judging.model import Case, Exercise, Part, Rng, Tolerance, case, edge
from bookutils.judging.switches import Switches, combiner, mistakes_of
from bookutils.numerics.activations.functions import gelu
from bookutils.numerics.arrays import Doubles
from bookutils.numerics.transformer.encoder import feed_forward

NAMES = ("inner_kernel", "inner_bias", "output_kernel", "output_bias")


def _buggy_feed_forward(bugs: Switches, x: Doubles, weights: dict[str, Doubles], approximate: bool) -> Doubles:
    inner = x @ weights["inner_kernel"]
    if "no_inner_bias" not in bugs:
        inner = inner + weights["inner_bias"]
    if "form_ignored" in bugs:
        approximate = False
    if "forms_exchanged" in bugs:
        approximate = not approximate
    if "relu" in bugs:
        inner = np.maximum(inner, 0)
    elif "no_bend" not in bugs:
        inner = np.asarray(gelu(inner, approximate), float)
    out = inner @ weights["output_kernel"] + weights["output_bias"]
    return out + x if "residual_inside" in bugs else out


def _draw_feed(rng: Rng, hidden: int, inner: int) -> dict[str, Any]:
    """Draw the weights of a feed-forward part; pre-activations come to lie where the two forms of GELU differ."""

    def away(*shape: int) -> Doubles:
        return rng.choice([-1.0, 1.0], shape) * np.round(rng.uniform(0.4, 1.2, shape), 2)

    return dict(zip(NAMES, (away(hidden, inner), away(inner), away(inner, hidden), away(hidden)), strict=True))


def _draw(rng: Rng, shape: tuple[int, ...], inner: int, approximate: bool) -> Case:
    x = rng.choice([-1.0, 1.0], shape) * np.round(rng.uniform(0.4, 1.2, shape), 2)
    return case(x, _draw_feed(rng, shape[-1], inner), approximate)


def _exact(rng: Rng) -> Iterable[Case]:
    for shape, inner in (((1, 2, 3), 6), ((2, 3, 3), 8), ((2, 2, 4), 10), ((3, 2, 3), 12)):
        yield _draw(rng, shape, inner, False)
    yield edge(np.zeros((1, 1, 3)), _draw_feed(rng, 3, 4), False)


def _tanh(rng: Rng) -> Iterable[Case]:
    for shape, inner in (((1, 2, 3), 8), ((2, 3, 3), 10), ((2, 2, 4), 12), ((3, 2, 3), 12)):
        yield _draw(rng, shape, inner, True)
    yield edge(np.zeros((1, 1, 3)), _draw_feed(rng, 3, 4), True)


FEED_FORWARD = Exercise(
    id="feed_forward",
    answer="feed_forward",
    asks=_("The feed-forward part: widen each token's vector, bend it by GELU, narrow it again."),
    reference=feed_forward,
    parts=(
        Part(_("GELU's exact form"), 2, _exact),
        Part(_("GELU's tanh form"), 1, _tanh),
    ),
    tolerance=Tolerance(rtol=1e-6, atol=5e-6),
    mistakes=mistakes_of(
        _buggy_feed_forward,
        (
            "form_ignored",
            _(
                "Your result is right for the exact form, and a few ten-thousandths off where the tanh form is asked "
                "for."
            ),
            _("What does your function do with `approximate`?"),
            _("Hand it on: `gelu(…, approximate)`."),
        ),
        (
            "forms_exchanged",
            _("You use the tanh form where the exact one is asked for, and the exact one for the tanh form."),
            _("What does `approximate=True` ask for?"),
            _("Hand `approximate` on as it comes: `gelu(…, approximate)`."),
        ),
        (
            "relu",
            _("Your middle is exactly 0 wherever a sum is negative: that is ReLU."),
            _("Which bend were these weights trained with?"),
            _("Use `gelu(…, approximate)` in the place of `np.maximum(0, …)`."),
        ),
        (
            "no_bend",
            _("Your result is a linear function of x: two dense layers in a row, and no bend between them."),
            _("What could the two layers do together that one could not?"),
            _("Apply `gelu(…, approximate)` to the first layer's result."),
        ),
        (
            "no_inner_bias",
            _("The first layer's bias has no effect on your result."),
            _("Which of the four arrays have you not used?"),
            _('Add `weights["inner_bias"]` before the bend.'),
        ),
        (
            "residual_inside",
            _("Your result contains x itself: you have added the residual already."),
            _("Who adds the residual: the feed-forward part, or the block around it?"),
            _("Return the second dense layer's result alone; the block adds x."),
        ),
    ),
    combine=combiner(_buggy_feed_forward),
    hints=(
        _("A dense layer is `x @ kernel + bias`. There are two of them."),
        _("The bend stands between the two, not after the second: `gelu(…, approximate)`."),
        _("`x @ inner_kernel + inner_bias`, then GELU, then `@ output_kernel + output_bias`."),
    ),
)
