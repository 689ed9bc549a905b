"""Exercises of chapter 05: a learning rate that falls with the cosine, optional."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from bookutils.core.messages import _
from bookutils.judging.model import Case, Exercise, Part, Rng, Tolerance, case, edge
from bookutils.judging.switches import Switches, combiner, mistakes_of
from bookutils.numerics.optimizers import schedules as book


def _inside(rng: Rng) -> Iterable[Case]:
    for share in (0.2, 0.4, 0.7, 0.9):
        total = int(rng.integers(50, 200))
        yield case(int(share * total), float(rng.uniform(0.5, 3.0)), total)
    yield edge(0, 2.0, 10)
    yield edge(5, 2.0, 10)


def _at_the_end(rng: Rng) -> Iterable[Case]:
    yield edge(10, 2.0, 10)
    for _unused in range(3):
        total = int(rng.integers(50, 200))
        yield case(total + int(rng.integers(total // 4, total)), float(rng.uniform(0.5, 3.0)), total)


def _buggy_cosine(bugs: Switches, step: int, peak: float, total_steps: int) -> float:
    share = (step + 1 if "off_by_one" in bugs else step) / total_steps
    share = share if "comes_back" in bugs else min(share, 1.0)
    if "quarter_wave" in bugs:
        wave = np.cos(0.5 * np.pi * share)
    else:
        angle = share * (2 * np.pi if "whole_wave" in bugs else np.pi)
        wave = np.cos(angle) if "not_lifted" in bugs else 0.5 * (1 + np.cos(angle))
    return float(peak * wave)


COSINE_DECAY = Exercise(
    id="cosine_decay",
    answer="cosine_decay",
    asks=_("The learning rate of a step: from the peak to 0 along half a wave of the cosine."),
    reference=book.cosine_decay,
    parts=(Part(_("on the way down"), 0, _inside), Part(_("from the last step on"), 0, _at_the_end, alone=False)),
    tolerance=Tolerance(rtol=1e-5, atol=1e-6),
    mistakes=mistakes_of(
        _buggy_cosine,
        (
            "not_lifted",
            _("In the second half your rate is negative."),
            _("The cosine runs from 1 to −1. What must be done to it, so that it runs from 1 to 0?"),
            _("Use `0.5 * (1 + np.cos(...))`."),
        ),
        (
            "quarter_wave",
            _("Your rate stays high for too long and ends in a steep fall: it is a quarter of a wave."),
            _("What should the rate be half-way?"),
            _("Let the angle go to π, and use `0.5 * (1 + np.cos(angle))`."),
        ),
        (
            "whole_wave",
            _("Your rate is 0 half-way and back at the peak at the end."),
            _("Which angle belongs to the last step?"),
            _("Let the angle go to π, not to 2π."),
        ),
        (
            "comes_back",
            _("After `total_steps` your rate grows again."),
            _("What does the cosine do beyond π?"),
            _("Keep the share of steps that are done at 1: `min(step / total_steps, 1)`."),
        ),
        (
            "off_by_one",
            _("Your rates come one step early."),
            _("What should the rate be at step 0?"),
            _("Use `step` as it comes, not `step + 1`."),
        ),
    ),
    combine=combiner(_buggy_cosine),
    hints=(
        _("Which share of the steps is done? At 0 the factor is 1, half-way ½, at the end 0."),
        _("The cosine of share · π runs from 1 to −1. Add 1, take half."),
    ),
    optional=True,
)
