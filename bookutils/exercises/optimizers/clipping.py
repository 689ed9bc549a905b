"""Exercises of chapter 05: gradients clipped by their global norm."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from bookutils.core.messages import _
from bookutils.judging.model import Case, Exercise, Part, Rng, Tolerance, case, edge
from bookutils.judging.switches import Switches, combiner, mistakes_of, switched
from bookutils.numerics.optimizers import steps as book

SHAPES: tuple[tuple[tuple[int, ...], ...], ...] = (((2,), (3,)), ((2, 2), (2,)), ((3,), (2, 2), (1,)))


def _tensors(rng: Rng, shapes: Sequence[tuple[int, ...]], norm: float) -> list[np.ndarray]:
    """Gradients of several tensors that are `norm` long together; the first holds a fifth or more of it."""
    tensors = [rng.choice([-1.0, 1.0], shape) * rng.uniform(0.5, 1.0, shape) for shape in shapes]
    length = np.sqrt(sum(np.sum(tensor**2) for tensor in tensors))
    return [tensor * norm / length for tensor in tensors]


def _long(rng: Rng) -> Iterable[Case]:
    for shapes in SHAPES:
        max_norm = rng.uniform(0.5, 2.0)
        yield case(_tensors(rng, shapes, max_norm * rng.uniform(4.0, 9.0)), max_norm)
    yield edge([np.array([3.0]), np.array([4.0])], 1.0)
    yield edge([np.array([3e8, 4e8])], 1.0)


def _short(rng: Rng) -> Iterable[Case]:
    for shapes in SHAPES:
        max_norm = rng.uniform(0.5, 2.0)
        yield case(_tensors(rng, shapes, max_norm * rng.uniform(0.3, 0.5)), max_norm)
    # Short together, long when lengths are added.
    for shapes in SHAPES:
        max_norm = rng.uniform(0.5, 2.0)
        yield case(_tensors(rng, shapes, max_norm * 0.97), max_norm)
    yield edge([np.array([3.0]), np.array([4.0])], 5.0)
    yield edge([], 1.0)


def _zero(rng: Rng) -> Iterable[Case]:
    for shapes in SHAPES:
        yield case([np.zeros(shape) for shape in shapes], rng.uniform(0.5, 2.0))
    yield edge([np.zeros(2), np.zeros((0, 3))], 1.0)


def _buggy_clip(bugs: Switches, gradients: Sequence[np.ndarray], max_norm: float, quiet: bool = True) -> list:
    if "per_element" in bugs:
        return [np.clip(grad, -max_norm, max_norm) for grad in gradients]
    if "per_tensor" in bugs:
        rest = bugs - {"per_tensor"}
        return [_buggy_clip(rest, [grad], max_norm, quiet)[0] for grad in gradients]
    norms = [np.sqrt(np.sum(np.asarray(grad) ** 2)) for grad in gradients]
    norm = sum(norms) if "sum_of_norms" in bugs else np.sqrt(sum(one**2 for one in norms))
    norm = np.float64(norm)
    with np.errstate(divide="ignore", invalid="ignore"):
        if "scales_up" in bugs:
            if norm == 0 and quiet and "zero_by_zero" not in bugs:
                return list(gradients)
            scale = max_norm / norm
        elif "zero_by_zero" in bugs:
            scale = np.minimum(norm, max_norm) / norm
        else:
            scale = max_norm / norm if norm > max_norm else np.float64(1.0)
        return [scale * grad for grad in gradients]


CLIP_GLOBAL = Exercise(
    id="clip_global",
    answer="clip_global",
    asks=_("Gradients of all tensors, shortened by one factor where they are too long together."),
    reference=book.clip_global,
    parts=(
        Part(_("gradients that are too long"), 1, _long),
        Part(_("gradients that are short enough"), 1, _short, alone=False),  # they come back as they were
        Part(_("gradients of 0"), 1, _zero, alone=False),
        Part(_("inputs left as they were"), 1, _long, compares="inputs"),
    ),
    tolerance=Tolerance(rtol=1e-5, atol=1e-7),
    mistakes=mistakes_of(
        _buggy_clip,
        (
            "per_tensor",
            _("You clipped each tensor by a length of its own, so the gradient as a whole points elsewhere."),
            _("How many factors do you need, so that the direction stays?"),
            _("Work out one length for all tensors together, then multiply all of them by one factor."),
        ),
        (
            "per_element",
            _("You cut single entries off at ±`max_norm`."),
            _("Take the gradient (10, 1) and cut at 1. Where did it point before, and where does it point now?"),
            _("Do not cut; multiply everything by `max_norm / norm`."),
        ),
        (
            "scales_up",
            _("Short gradients come back longer than they were."),
            _("Near a minimum gradients become short. What would your steps do there?"),
            _("Multiply only when `norm > max_norm`; otherwise the factor is 1."),
        ),
        (
            "sum_of_norms",
            _("Your gradients come back too short: you added the lengths of the tensors."),
            _("A vector of 3 to the east and 4 to the north: is it 7 long?"),
            _("Add the squares of all entries of all tensors, and take one root at the end."),
        ),
        (
            "zero_by_zero",
            _("When all gradients are 0 you return what is not a number."),
            _("What is the length of nothing, and what do you divide by?"),
            _("Divide by the norm only when it is above `max_norm`."),
        ),
        also={"scales_up": (switched(_buggy_clip, "scales_up", quiet=False),)},
    ),
    combine=combiner(_buggy_clip),
    hints=(
        _("Lay all entries of all tensors into one long vector. How long is it?"),
        _("The length is the root of the sum of all squares. If it is at most `max_norm`, nothing changes."),
        _(
            "`norm = np.sqrt(sum(np.sum(g**2) for g in gradients))`; the factor is `max_norm / norm` where "
            "`norm > max_norm`, else 1; return `[factor * g for g in gradients]`."
        ),
    ),
)
