"""Exercises of chapter 07: the memory of a training step, the largest batch, the next loss scale."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from bookutils.core.messages import _
from bookutils.judging.model import Case, Exercise, Part, Rng, Tolerance, case, edge
from bookutils.judging.switches import Switches, combiner, mistakes_of, switched
from bookutils.numerics.gpu import formats as gpu_formats
from bookutils.numerics.gpu import memory as gpu_memory


def _model(rng: Rng) -> tuple[int, int, int]:
    """Parameters, activations of an example and a batch for which both weigh alike."""
    parameters, batch = int(rng.integers(10**5, 10**7)), int(rng.integers(3, 64))
    return parameters, int(parameters * rng.uniform(1, 6) / batch), batch


def _single(rng: Rng) -> Iterable[Case]:
    for moments in (2, 0, 1, 2):
        yield case(*_model(rng), 32, moments)
    yield edge(1, 1, 1, 32, 2)
    yield edge(109_482_240, 23_592_960, 32, 32, 2)


def _mixed(rng: Rng) -> Iterable[Case]:
    for moments in (2, 0, 1, 2):
        yield case(*_model(rng), 16, moments)
    yield edge(1000, 10, 0, 16, 2)
    yield edge(109_482_240, 23_592_960, 32, 16, 2)


def _buggy_train_bytes(
    bugs: Switches, parameters: int, activations: int, batch: int, bits: int, moments: int, *, always: int = 1
) -> float:
    each = bits if "bits_for_bytes" in bugs else bits / 8
    wide: float = 32 if "bits_for_bytes" in bugs else 4
    if "all_halved" in bugs:
        wide = each
    copies = (1 if "no_gradients" in bugs else 2) + (always if "one_moment" in bugs else moments)
    held = float(copies * wide * parameters)
    if bits != 32 and "all_halved" not in bugs:
        held += each * parameters
    return held if "no_activations" in bugs else held + each * activations * batch


TRAIN_BYTES = Exercise(
    id="train_bytes",
    answer="train_bytes",
    asks=_("The bytes that a training step holds, in 32 bits and in mixed precision."),
    reference=gpu_memory.train_bytes,
    parts=(Part(_("32 bits"), 2, _single), Part(_("mixed precision"), 2, _mixed)),
    tolerance=Tolerance(rtol=1e-6),
    mistakes=mistakes_of(
        _buggy_train_bytes,
        (
            "one_moment",
            _("Your result is the same whatever `moments` is."),
            _("How many running means does Adam keep for each parameter, and how many does plain descent?"),
            _("Count `moments` numbers of 4 bytes for each parameter."),
        ),
        (
            "no_gradients",
            _("You are short of 4 bytes for each parameter, whatever the optimizer."),
            _("What does the optimizer receive from backpropagation, one number for each parameter?"),
            _("Count the gradients: 4 bytes for each parameter."),
        ),
        (
            "no_activations",
            _("Your result does not depend on the batch."),
            _("What does backpropagation need from the way forward, for each example?"),
            _("Add bits/8 bytes for each activation of each example."),
        ),
        (
            "bits_for_bytes",
            _("Your result is 8 times the right one."),
            _("How many bits are a byte?"),
            _("Divide bits by 8: a number of 32 bits takes 4 bytes."),
        ),
        (
            "all_halved",
            _("With 32 bits you are right; with 16 your result is exactly half of that."),
            _("Which of the five things stay 32 bits wide in mixed precision, and what is added?"),
            _(
                "Weights, gradients and moments keep 4 bytes; a copy of the weights adds bits/8; only the activations "
                "are halved."
            ),
        ),
        also={"one_moment": (switched(_buggy_train_bytes, "one_moment", always=2),)},  # for every optimizer
    ),
    combine=combiner(_buggy_train_bytes),
    hints=(
        _("Make two sums: what is held for each parameter, and what for each example."),
        _("For each parameter: the weight, its gradient, its moments, 4 bytes each; with 16 bits a copy of 2 bytes."),
        _("For each example: `activations` numbers of bits/8 bytes. Times `batch`, plus the first sum."),
    ),
)


def _memories(rng: Rng) -> Iterable[Case]:
    for bits in (32, 16, 32, 16, 16, 32):
        parameters, activations = int(rng.integers(10**5, 10**7)), int(rng.integers(10**5, 10**6))
        fits = int(rng.integers(3, 200))
        left = gpu_memory.train_bytes(parameters, activations, fits, bits, 2) + bits / 8 * activations * rng.uniform(
            0.55, 0.9
        )
        yield case(round(left), parameters, activations, bits)
    yield edge(1_000_000, 1_000_000, 1000, 32)
    yield edge(20_000, 1000, 50, 32)


def _buggy_largest_batch(bugs: Switches, memory: float, parameters: int, activations: int, bits: int) -> int:
    bits_each = 32 if "always_32" in bugs else bits
    fixed = 4.0 * parameters if "weights_alone" in bugs else gpu_memory.train_bytes(parameters, activations, 0, bits, 2)
    left = memory if "parameters_forgotten" in bugs else memory - fixed
    batch = left / (bits_each * activations if "bits_for_bytes" in bugs else bits_each / 8 * activations)
    whole = np.ceil(batch) if "rounded_up" in bugs else np.floor(batch)
    return max(0, int(whole))


LARGEST_BATCH = Exercise(
    id="largest_batch",
    answer="largest_batch",
    asks=_("The largest batch whose training step with Adam fits into a memory."),
    reference=gpu_memory.largest_batch,
    parts=(Part(_("batches that fit"), 0, _memories),),
    mistakes=mistakes_of(
        _buggy_largest_batch,
        (
            "rounded_up",
            _("Your batch is one example too large."),
            _("What happens to an example that fits by two thirds?"),
            _("Round down: `//` or `math.floor`."),
        ),
        (
            "parameters_forgotten",
            _("Your batch is too large, as if the memory held nothing but activations."),
            _("How much of the memory is taken before the first example comes?"),
            _("Take off what a batch of 0 needs: `train_bytes(parameters, activations, 0, bits, 2)`."),
        ),
        (
            "weights_alone",
            _("Your batch is too large, by what gradients and moments take."),
            _("Is the model loaded, or trained?"),
            _("Take off everything that is held for a parameter, not the weights alone."),
        ),
        (
            "bits_for_bytes",
            _("Your batch is about an eighth of the right one."),
            _("How many bytes does one activation take?"),
            _("Divide bits by 8."),
        ),
        (
            "always_32",
            _("With 32 bits you are right; with 16 your batch is too small."),
            _("How many bytes does one activation take in mixed precision?"),
            _("Divide the space by bits/8 · activations."),
        ),
    ),
    combine=combiner(_buggy_largest_batch),
    hints=(
        _("Solve the formula of `train_bytes` for the batch."),
        _("Take off what is held for the parameters, divide by the bytes of one example, round down, never below 0."),
    ),
    optional=True,
)


def _steps(rng: Rng) -> Iterable[Case]:
    def scaled(*bad: float) -> np.ndarray:
        values = rng.uniform(-100, 100, 4)
        return rng.permutation([*values, *bad])

    def step(before: int, patience: int, *bad: float) -> Case:
        return case(float(2 ** rng.integers(5, 15)), scaled(*bad), before, patience)

    for bad in (np.inf, np.nan, np.nan, np.nan):
        yield step(1, 5, bad)
    yield step(5, 6, -np.inf)  # patience would be reached
    for patience in (3, 5, 7):
        yield step(patience - 1, patience)
    yield step(patience - 2, patience)
    yield step(1, 5)
    yield edge(2.0, np.zeros(3), 0, 1)
    yield edge(1024.0, np.array([np.inf, -np.inf]), 0, 2)


def _buggy_next_scale(bugs: Switches, scale: float, gradients: np.ndarray, good: int, patience: int) -> list[float]:
    bad = np.isinf(gradients).any() if "nan_missed" in bugs else not np.isfinite(gradients).all()
    if "all_must_be_bad" in bugs:
        bad = not np.isfinite(gradients).any()
    if bad:
        return [scale / 2, good if "count_kept" in bugs else 0]
    if good + ("late" not in bugs) >= patience:
        return [scale + 2 if "added" in bugs else scale * 2, 0]
    return [scale, good + 1]


NEXT_LOSS_SCALE = Exercise(
    id="next_loss_scale",
    answer="next_loss_scale",
    asks=_("The loss scale for the next step, and the count of good steps."),
    reference=gpu_formats.next_loss_scale,
    parts=(Part(_("steps of a training"), 0, _steps),),
    mistakes=mistakes_of(
        _buggy_next_scale,
        (
            "nan_missed",
            _("A gradient that is nan is taken for a good one."),
            _("inf − inf and 0 · inf give nan. Which function knows both?"),
            _("Ask `np.isfinite`, which is False for inf and for nan."),
        ),
        (
            "all_must_be_bad",
            _("A single entry that overflowed does not lower your scale."),
            _("What does one infinite entry do to its weight?"),
            _("Lower the scale as soon as not all entries are finite."),
        ),
        (
            "count_kept",
            _("After an overflow you go on counting where you stood."),
            _("How long should the smaller scale be tried before it grows again?"),
            _("Set the count to 0 after an overflow."),
        ),
        (
            "late",
            _("Your scale grows one step too late."),
            _("`good_steps` counts the steps before this one. Does this one count?"),
            _("Double when `good_steps + 1 >= patience`."),
        ),
        (
            "added",
            _("Your scale grows by 2; it should double."),
            _("How many steps would it take from 1 to 65,536 in your way?"),
            _("Multiply by 2."),
        ),
    ),
    combine=combiner(_buggy_next_scale),
    hints=(
        _("Three outcomes: an entry is not finite; patience is reached with this step; neither."),
        _("`np.all(np.isfinite(gradients))` tells the first. In the second, `good_steps + 1 >= patience`."),
    ),
    optional=True,
)
