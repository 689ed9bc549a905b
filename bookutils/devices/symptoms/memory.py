"""Causes that lie with memory: the machine's, and the GPU's."""

from __future__ import annotations

from functools import partial

from bookutils.core.messages import _
from bookutils.devices.symptoms.numbers import little_is_free
from bookutils.devices.symptoms.rules import Symptom, symptom

_SMALLER = _("Take a smaller batch, shorter sequences or a smaller encoder, and close other kernels that use the GPU.")
_ON_CPU = r"device:CPU:\d|by allocator (?:cpu|mklcpu|mkl_cpu)\b"
_SHAPE = r"OOM when allocating tensor with shape\s{0,9}(\[[\d, ]{0,80}\])"
_SHAPE_SAYS = _("The tensor had the shape {detail}.")

_HELD_BY_OTHERS = partial(  # what TensorFlow 1 writes at its start, before it takes any memory itself
    symptom,
    "out-of-memory",
    (r"total ?memory: (\d+\.?\d*)([KMG]?)i?B free ?memory: (\d+\.?\d*)([KMG]?)i?B",),
    _("The GPU's memory was nearly full before this program took any: another program holds it."),
    _("Type: nvidia-smi   and end the other program that it lists; shut down kernels that use the GPU."),
    fits=little_is_free,
    detail=r"total ?memory: \d+\.?\d*[KMG]?i?B free ?memory: (\d+\.?\d*[KMG]?i?B)",
    detail_says=_("Of the devices that it found these amounts were free: {detail}."),
)
_ALLOCATION_FAILED = (
    r"OOM when allocating [^\n]{0,300}(?:device:GPU:\d|GPU_\d_bfc|cuda_malloc)", r"Dst tensor is not initialized",
)  # fmt: skip

MEMORY: tuple[Symptom, ...] = (
    symptom(
        "main-memory-full",
        (
            rf"OOM when allocating [^\n]{{0,300}}(?:{_ON_CPU})",
            r"^MemoryError\b",
            r"MemoryError: Unable to allocate \d",
            r"std::bad_alloc",
            r"oom-kill:",
            r"invoked oom-killer",
            r"Out of memory: Killed process \d",
            r"\[Errno 12\] Cannot allocate memory",
        ),
        _("The machine's main memory is full: what was to be made there had no room."),
        _("Take a smaller batch, shorter sequences or a smaller encoder, and close other kernels."),
        detail=_SHAPE,
        detail_says=_SHAPE_SAYS,
    ),
    symptom(
        "main-memory-full",
        (r"^Killed\b", r"finished with exit code 137\b", r"exit(?:ed with)? code:? 137\b"),
        _("The system stopped the program because the main memory was full."),
        _("Take a smaller batch, shorter sequences or a smaller encoder, and close other kernels."),
        context=(r"exceeds 10% of (?:free )?system memory",),
        unless=("main-memory-full",),
    ),
    _HELD_BY_OTHERS(context=("|".join(_ALLOCATION_FAILED),), unless=("main-memory-full",)),
    symptom(
        "out-of-memory",
        (
            *_ALLOCATION_FAILED,
            r"Out of memory while trying to allocate \d",
            r"CUDA out of memory\. Tried to allocate",
        ),
        _("The GPU's memory is full."),
        _SMALLER,
        unless=("main-memory-full", "out-of-memory"),
        detail=_SHAPE,
        detail_says=_SHAPE_SAYS,
    ),
    _HELD_BY_OTHERS(
        context=(r"CUDA_ERROR_OUT_OF_MEMORY",), unless=("main-memory-full", "out-of-memory"), note=True
    ),
    symptom(
        "out-of-memory",
        (r"CUDA_ERROR_OUT_OF_MEMORY",),  # TensorFlow asks for less, and goes on where it gets that
        _("The GPU's memory is full."),
        _SMALLER,
        unless=("main-memory-full", "out-of-memory"),
        note=True,
    ),
    symptom(
        "out-of-memory",
        (
            r"OOM when allocating tensor",
            r"RESOURCE_EXHAUSTED\b[^\n]{0,200}(?:out of memory|failed to allocate memory)",
            r"Resource exhausted\b[^\n]{0,200}(?:out of memory|failed to allocate memory)",
            r"ResourceExhaustedError\b[^\n]{0,200}(?:out of memory|failed to allocate memory)",
        ),
        _("The memory is full: the GPU's, where one computes."),
        _SMALLER,
        unless=("main-memory-full", "out-of-memory"),
        detail=_SHAPE,
        detail_says=_SHAPE_SAYS,
    ),
)  # fmt: skip
