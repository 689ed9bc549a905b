"""What a GPU is used for beyond its speed: numbers of 16 bits, and XLA, which fuses a step into a few kernels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from bookutils.core.messages import _


@dataclass(frozen=True)
class Acceleration:
    """How a training step is computed.

    Attributes
    ----------
    precision : the name of a Keras dtype policy
    jit : whether steps are compiled with XLA
    note : one sentence on why
    """

    precision: str
    jit: bool
    note: str


def choose_acceleration(capabilities: Sequence[tuple[int, int]]) -> Acceleration:
    """Choose for machines with these GPUs.

    Parameters
    ----------
    capabilities : the compute capability (major, minor) of each GPU; none means a CPU

    Notes
    -----
    Tensor cores for float16 came with 7.0, for bfloat16 with 8.0 (NVIDIA, CUDA C++ Programming Guide, "Compute
    Capabilities"). bfloat16 has float32's range, so that no loss has to be scaled. Of several GPUs the oldest decides.
    Taught in chapter 11.

    Examples
    --------
    >>> [choose_acceleration(gpus).precision for gpus in ([], [(6, 1)], [(7, 5)], [(8, 0), (9, 0)])]
    ['float32', 'float32', 'mixed_float16', 'mixed_bfloat16']
    """
    if not capabilities:
        return Acceleration("float32", False, _("No GPU: full precision, without XLA."))
    oldest = min(capabilities)
    if oldest >= (8, 0):
        return Acceleration("mixed_bfloat16", True, _("A GPU with tensor cores: bfloat16 and XLA."))
    if oldest >= (7, 0):
        return Acceleration("mixed_float16", True, _("A GPU with tensor cores: float16 with a scaled loss, and XLA."))
    return Acceleration("float32", True, _("A GPU without tensor cores: full precision, with XLA."))


@cache
def this_machine() -> Acceleration:
    """Choose for the GPUs that TensorFlow sees here; starts TensorFlow."""
    import tensorflow as tf

    details = [tf.config.experimental.get_device_details(gpu) for gpu in tf.config.list_physical_devices("GPU")]
    return choose_acceleration([detail.get("compute_capability", (0, 0)) for detail in details])
