"""Causes that lie with memory: the machine's, and the GPU's."""

from __future__ import annotations

from bookutils.core.messages import _
from bookutils.devices.symptom_rules import Symptom, symptom

_SMALLER = _("Take a smaller batch, shorter sequences or a smaller encoder, and close other kernels that use the GPU.")
_ON_CPU = r"device:CPU:\d|by allocator (?:cpu|mklcpu|mkl_cpu)\b"
_SHAPE = r"OOM when allocating tensor with shape\s{0,9}(\[[\d, ]{0,80}\])"
_SHAPE_SAYS = _("The tensor had the shape {detail}.")

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
        context=(r"exceeds 10% of free system memory",),
        unless=("main-memory-full",),
    ),
    symptom(
        "out-of-memory",
        (
            r"OOM when allocating [^\n]{0,300}(?:device:GPU:\d|GPU_\d_bfc|cuda_malloc)",
            r"Out of memory while trying to allocate \d",
            r"CUDA out of memory\. Tried to allocate",
            r"Dst tensor is not initialized",
        ),
        _("The GPU's memory is full."),
        _SMALLER,
        unless=("main-memory-full",),
        detail=_SHAPE,
        detail_says=_SHAPE_SAYS,
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
