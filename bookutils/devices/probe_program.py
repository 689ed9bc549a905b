"""The program that tries TensorFlow out, in a process of its own, so that a crash or a hang stays in there.

It is handed to Python as text, imports nothing of the book, and writes a line of JSON after each step: what was seen
before a crash is not lost. `probe.py` starts it and reads its lines.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any

MARK = "@bookutils "
STARTED = time.monotonic()


def tell(step: str, **facts: Any) -> None:
    """Write one line, now."""
    facts = {"step": step, "seconds": round(time.monotonic() - STARTED, 2), **facts}
    sys.stdout.write(MARK + json.dumps(facts, default=str) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Import TensorFlow, ask it for its devices, and compute a little on each of them."""
    tell("started", python=sys.version.split()[0])
    import numpy as np
    import tensorflow as tf

    tell("imported", version=tf.__version__)
    tell("built", **dict(tf.sysconfig.get_build_info()))
    listed = tf.config.list_physical_devices()
    for device in listed:
        details = {}
        if device.device_type == "GPU":
            details = tf.config.experimental.get_device_details(device)
            tf.config.experimental.set_memory_growth(device, True)  # leave the rest to other kernels
        tell("listed", name=device.name, kind=device.device_type, details=details)
    tf.config.set_soft_device_placement(False)  # an operation that a GPU refuses must not move to the CPU
    names = [f"/{device.device_type}:{device.name.rsplit(':', 1)[1]}" for device in listed]
    random = np.random.default_rng(0)
    for name in names:
        for what, check in checks(tf, np, random).items():
            attempt(name, what, check, tf)
    best = next((name for name in names if name.startswith("/GPU")), "/CPU:0")
    for dtype in ("float16", "bfloat16"):
        attempt(best, dtype, partial(low_precision, tf, np, random, dtype), tf)
    attempt(best, "xla", partial(compiled, tf, np, random), tf)
    tell("finished")


def attempt(name: str, what: str, check: Callable[[], tuple[Any, Any, float]], tf: Any) -> None:
    """Run one check on one device and tell whether what came back is what NumPy says, and where it was computed."""
    tell("trying", device=name, what=what)
    begun = time.monotonic()
    try:
        with tf.device(name):
            got, expected, tolerance = check()
        place = str(getattr(got, "device", ""))
        error = float(abs(got.numpy().astype("float64") - expected).max() / abs(expected).max())
        facts = {"place": place, "error": error, "right": error <= tolerance}
    except Exception as raised:
        facts = {"raised": f"{type(raised).__name__}: {raised}"[:3000], "right": False}
    tell("tried", device=name, what=what, took=round(time.monotonic() - begun, 3), **facts)


def checks(tf: Any, np: Any, random: Any) -> dict[str, Callable[[], tuple[Any, Any, float]]]:
    """Return the checks for each device: a product (cuBLAS), a function (TensorFlow's own kernels), a convolution."""

    def product() -> tuple[Any, Any, float]:
        left, right = random.normal(size=(2, 96, 96))
        got = tf.matmul(tf.constant(left, tf.float32), tf.constant(right, tf.float32))
        return got, left @ right, 5e-3  # GPUs since 8.0 multiply in TF32, with 10 bits of mantissa

    def function() -> tuple[Any, Any, float]:
        values = random.normal(size=4096)
        x = tf.constant(values, tf.float32)
        return tf.tanh(x) * x + 1.0, np.tanh(values) * values + 1.0, 1e-4

    def convolution() -> tuple[Any, Any, float]:
        image, kernel = random.normal(size=(12, 12)), random.normal(size=(3, 3))
        got = tf.nn.conv2d(
            tf.constant(image[None, :, :, None], tf.float32), tf.constant(kernel[:, :, None, None], tf.float32), 1,
            "VALID",
        )  # fmt: skip
        windows = np.lib.stride_tricks.sliding_window_view(image, (3, 3))
        return got, np.einsum("ijkl,kl->ij", windows, kernel)[None, :, :, None], 5e-3

    return {"product": product, "function": function, "convolution": convolution}


def low_precision(tf: Any, np: Any, random: Any, dtype: str) -> tuple[Any, Any, float]:
    """Multiply in 16 bits; the inputs are rounded first, so that only the product is judged."""
    left, right = (tf.constant(values, dtype) for values in random.normal(size=(2, 64, 64)))
    with tf.device("/CPU:0"):
        expected = tf.cast(left, tf.float64).numpy() @ tf.cast(right, tf.float64).numpy()
    return tf.matmul(left, right), expected, 3e-2


def compiled(tf: Any, np: Any, random: Any) -> tuple[Any, Any, float]:
    """Compile a function with XLA and run it."""
    values = random.normal(size=256)

    def fused(x: Any) -> Any:
        return tf.exp(-x * x) * 2.0 + tf.sin(x)  # exp and sin are what needs libdevice on a GPU

    run = tf.function(fused, jit_compile=True, autograph=False)
    return run(tf.constant(values, tf.float32)), np.exp(-values * values) * 2.0 + np.sin(values), 1e-4


if __name__ == "__main__":
    main()
