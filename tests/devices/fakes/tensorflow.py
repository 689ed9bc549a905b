"""A TensorFlow that is none: it answers what the doctor's program asks for, and misbehaves as BOOKUTILS_FAKE_TF says.

It is put on PYTHONPATH of that program alone. Its "GPU" is NumPy, except where it fails as a real one was seen to fail.
"""

import contextlib
import os
import signal
import sys
import time
import types

import numpy as np

how = os.environ["BOOKUTILS_FAKE_TF"]
GPUS = {"rtx-50": ("NVIDIA GeForce RTX 5080", (12, 0)), "no-gpu": None, "missing-libraries": None, "cpu-build": None}
BUILT = ["sm_60", "sm_70", "sm_80", "sm_89", "compute_90"]

if how == "crash-import":
    print("Illegal words before the end", file=sys.stderr, flush=True)
    os.kill(os.getpid(), signal.SIGSEGV)
if how == "old-processor":
    os.kill(os.getpid(), signal.SIGILL)
if how == "hang-import":
    time.sleep(600)
if how == "other-text":
    raise ImportError("tensorflow_text/_ops.so: undefined symbol: _ZN10tensorflow8OpKernel11TraceStringE")
if how == "missing-libraries":
    print("gpu_device.cc:2342] Cannot dlopen some GPU libraries.\nSkipping registering", file=sys.stderr)

__version__ = "2.21.0"
float16, float32, float64 = "float16", "float32", "float64"
_place = ["/CPU:0"]


class InternalError(Exception):
    pass


class ResourceExhaustedError(Exception):
    pass


class Tensor:
    def __init__(self, values, place=None):
        self.values, self.device = values, f"/job:localhost/replica:0/task:0/device:{(place or _place[-1]).lstrip('/')}"

    def numpy(self):
        return self.values

    def __mul__(self, other):
        return Tensor(self.values * getattr(other, "values", other))

    def __add__(self, other):
        return Tensor(self.values + getattr(other, "values", other))

    def __neg__(self):
        return Tensor(-self.values)


def compute(what, values):
    """Where the misbehaving happens: an operation on the GPU."""
    if not _place[-1].startswith("/GPU"):
        return Tensor(values)
    if how == "moved":
        return Tensor(values, "/CPU:0")
    if how == "wrong":
        return Tensor(values * 0.5)
    if how == "crash-gpu":
        os.kill(os.getpid(), signal.SIGSEGV)
    if how == "hang-gpu":
        time.sleep(600)
    if how == "memory-in-use":
        raise ResourceExhaustedError("failed to allocate memory [Op:MatMul]")
    if how == "only-a-name":
        raise InternalError("Blas xGEMM launch failed : a.shape=[96,96]")
    if how == "rtx-50" and what == "tanh":
        raise InternalError("'cuLaunchKernel(function, gridX)' failed with 'CUDA_ERROR_INVALID_HANDLE' [Op:Tanh]")
    if how == "old-cudnn" and what == "conv2d":
        print(
            "cuda_dnn.cc:522] Loaded runtime CuDNN library: 9.1.0 but source was compiled with: 9.3.0.", file=sys.stderr
        )
        raise InternalError("DNN library initialization failed. Look at the errors above for more details.")
    if how == "no-libdevice" and what == "exp":
        raise InternalError("libdevice not found at ./libdevice.10.bc [Op:__inference_fused_9]")
    return Tensor(values)


def constant(values, dtype="float32"):
    return Tensor(np.asarray(values, "float32" if dtype == "bfloat16" else dtype))


def cast(tensor, dtype):
    return Tensor(tensor.values.astype(dtype))


def matmul(left, right):
    return compute("matmul", left.values @ right.values)


def tanh(x):
    return compute("tanh", np.tanh(x.values))


def exp(x):
    return compute("exp", np.exp(x.values))


def sin(x):
    return compute("sin", np.sin(x.values))


def _conv2d(image, kernel, strides, padding):
    windows = np.lib.stride_tricks.sliding_window_view(image.values[0, :, :, 0], (3, 3))
    return compute("conv2d", np.einsum("ijkl,kl->ij", windows, kernel.values[:, :, 0, 0])[None, :, :, None])


def function(run, jit_compile, autograph):
    return run


@contextlib.contextmanager
def device(name):
    _place.append(name)
    try:
        yield
    finally:
        _place.pop()


def _list():
    gpu = GPUS.get(how, ("NVIDIA A100-SXM4-40GB", (8, 0)))
    kinds = ["CPU"] if gpu is None else ["CPU", "GPU"]
    print("a line of somebody else's on the output")
    return [types.SimpleNamespace(name=f"/physical_device:{kind}:0", device_type=kind) for kind in kinds]


nn = types.SimpleNamespace(conv2d=_conv2d)
sysconfig = types.SimpleNamespace(
    get_build_info=lambda: {"is_cuda_build": False} if how == "cpu-build" else
    {"is_cuda_build": True, "cuda_version": "12.5.1", "cudnn_version": "9", "cuda_compute_capabilities": BUILT}
)  # fmt: skip
config = types.SimpleNamespace(
    list_physical_devices=_list,
    set_soft_device_placement=lambda allowed: None,
    experimental=types.SimpleNamespace(
        set_memory_growth=lambda gpu, grow: None,
        get_device_details=lambda gpu: dict(
            zip(("device_name", "compute_capability"), GPUS.get(how, ("NVIDIA A100-SXM4-40GB", (8, 0))), strict=True)
        ),
    ),
)
