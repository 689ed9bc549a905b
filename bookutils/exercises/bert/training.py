"""Exercises of chapter 11: how the learning rate moves."""

from __future__ import annotations

from collections.abc import Iterable

from bookutils.core.messages import _
from bookutils.judging.model import Case, Exercise, Part, Rng, Tolerance, case, edge
from bookutils.judging.switches import Switches, combiner, mistakes_of
from bookutils.numerics.optimizers import schedules as optimizer_schedules


def _buggy_rate(bugs: Switches, step: int, peak: float, warmup_steps: int, total_steps: int) -> float:
    if "off_by_one" in bugs:
        step = step + 1
    if step < warmup_steps:
        factor = step / warmup_steps
    else:
        begin, span = warmup_steps, total_steps - warmup_steps
        if "never_zero" in bugs:
            span = total_steps
        if "decay_from_start" in bugs:
            begin, span = 0, total_steps
        factor = 1 - (step - begin) / span
    if "negative" not in bugs:
        factor = max(factor, 0.0)
    return factor if "no_peak" in bugs else peak * factor


def _run(rng: Rng) -> tuple[float, int, int]:
    """Draw peak, warm-up and total: a tenth to a third of the steps warm up."""
    total = int(rng.integers(40, 200))
    return float(rng.choice([1e-3, 5e-4, 2e-3, 5e-3])), int(rng.integers(max(6, total // 10), total // 3)), total


def _rising(rng: Rng) -> Iterable[Case]:
    yield case(2, 0.001, 10, 100)
    for _number in range(4):
        peak, warmup, total = _run(rng)
        yield case(int(rng.integers(1, warmup - 1)), peak, warmup, total)
    yield edge(0, 0.001, 10, 100)


def _falling(rng: Rng) -> Iterable[Case]:
    yield case(55, 0.001, 10, 100)
    for _number in range(5):
        peak, warmup, total = _run(rng)
        yield case(int(rng.integers(warmup + 2, total - 2)), peak, warmup, total)
    yield edge(10, 0.001, 10, 100)  # the peak itself
    yield edge(9, 5e-5, 10, 100)
    yield edge(0, 0.001, 0, 100)  # no warm-up: the first step has the whole rate
    yield edge(50, 0.001, 0, 100)
    yield edge(1, 0.001, 1, 2)


def _ended(rng: Rng) -> Iterable[Case]:
    yield case(100, 0.001, 10, 100)
    for _number in range(4):
        peak, warmup, total = _run(rng)
        yield case(total + warmup + int(rng.integers(1, total)), peak, warmup, total)
    yield edge(99, 0.001, 10, 100)
    yield edge(10**6, 0.001, 10, 100)


WARMUP_LINEAR = Exercise(
    id="warmup_linear",
    answer="warmup_linear",
    asks=_("The learning rate of a step: up in a straight line, then down to 0 in another one."),
    reference=optimizer_schedules.warmup_linear,
    parts=(
        Part(_("the way up"), 1, _rising),
        Part(_("the peak and the way down"), 2, _falling),
        Part(_("from the last step on"), 1, _ended, alone=False),  # 0, but for a step
    ),
    tolerance=Tolerance(rtol=1e-5, atol=1e-9),
    mistakes=mistakes_of(
        _buggy_rate,
        (
            "decay_from_start",
            _("Your rate jumps down when warm-up ends: the way down has already begun at step 0."),
            _("At `step == warmup_steps`, how many steps of the way down should be behind you?"),
            _(
                "Measure the way down from the end of warm-up: "
                "`peak * (total_steps - step) / (total_steps - warmup_steps)`."
            ),
        ),
        (
            "off_by_one",
            _("Your rates come one step early: at step 0 you are at what belongs to step 1."),
            _("Steps are counted from 0. What should the rate be before anything has been learnt?"),
            _("Use `step` as it comes, not `step + 1`."),
        ),
        (
            "never_zero",
            _("Your way down is too flat: at `total_steps` the rate is still above 0."),
            _("How many steps are there between the peak and the end?"),
            _("Divide by the length of the way down, `total_steps - warmup_steps`, not by `total_steps`."),
        ),
        (
            "negative",
            _("After `total_steps` your rate is negative."),
            _("What does a step with a negative learning rate do to the loss?"),
            _("Let the rate end at 0: `max(0, …)` around the way down."),
        ),
        (
            "no_peak",
            _("Your rate climbs to 1, whatever `peak` is."),
            _("You have the right shape. What is its height?"),
            _("Multiply what you return by `peak`."),
        ),
    ),
    combine=combiner(_buggy_rate),
    hints=(
        _("Draw it: `warmup_steps` is 10, `total_steps` 100, `peak` 1. What is the rate at steps 0, 5, 10, 55, 100?"),
        _(
            "Two straight lines, so two cases. On the way up, which share of `warmup_steps` is done? On the way down, "
            "which share of the steps between peak and end is still to come?"
        ),
        _(
            "Up: `peak * step / warmup_steps` while `step < warmup_steps`. Down: `peak` times the steps that are left, "
            "divided by `total_steps - warmup_steps`; 0 when none are left."
        ),
    ),
)
