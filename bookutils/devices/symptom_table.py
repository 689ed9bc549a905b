"""The causes that `diagnose` knows, and the words by which TensorFlow, CUDA and pip's packages give them away.

The order matters twice: a deeper cause comes first, and `unless` names the causes that already explain a later one.
The wording is TensorFlow's own, of 2.1 to 2.21; recorded logs in tests/devices/logs hold each of them to it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bookutils.core.messages import _


@dataclass(frozen=True)
class Symptom:
    """A cause, and how a log shows it.

    Attributes
    ----------
    name : the cause's name
    patterns : any one of them shows it; the first that is found is quoted
    says : what it means
    todo : the one thing to do
    context : all of them have to be in the log too
    against : none of them may be in the log
    unless : causes that already explain it
    detail : finds what may be said more closely, in its first group
    detail_says : the sentence for it, with {detail}
    """

    name: str
    patterns: tuple[re.Pattern[str], ...]
    says: str
    todo: str
    context: tuple[re.Pattern[str], ...] = ()
    against: tuple[re.Pattern[str], ...] = ()
    unless: frozenset[str] = frozenset()
    detail: re.Pattern[str] | None = None
    detail_says: str = ""


def _pattern(words: str) -> re.Pattern[str]:
    """Compile; a space stands for any white space, since terminals break long lines."""
    return re.compile(words.replace(" ", r"\s+"), re.IGNORECASE | re.MULTILINE)


def _symptom(
    name: str, patterns: Sequence[str], says: str, todo: str, *,
    context: Sequence[str] = (), against: Sequence[str] = (), unless: Sequence[str] = (), detail: str = "",
    detail_says: str = "",
) -> Symptom:  # fmt: skip
    return Symptom(
        name, tuple(map(_pattern, patterns)), says, todo, tuple(map(_pattern, context)), tuple(map(_pattern, against)),
        frozenset(unless),
        _pattern(detail) if detail else None, detail_says,
    )  # fmt: skip


# What a program prints that looks for GPUs and finds none.
_EMPTY_LIST = (
    r"^\s*\[\]\s*$",
    r"GPUs?(?:\s+is)?\s+available\W{0,4}(?:\[\]|0\b|False)",
    r"""\[PhysicalDevice\(name='/physical_device:CPU:0', device_type='CPU'\)\]""",
    r"list_physical_devices\([^)\n]*\)[^\n]{0,80}\[\]",
)
_ASKS_FOR_GPU = (
    r"PhysicalDevice\(|list_physical_devices|list_local_devices|is_gpu_available|built?_with_cuda|"
    r"GPUs?(?:\s+is)?\s+available"
)
_HAS_GPU = (r"PhysicalDevice\(name='/physical_device:GPU", r"Created device \S*GPU:\d+ with")
# Where one of these is known, the driver was reached or its own fault is named.
_REACHED = (
    "missing-libraries", "cudnn-too-old", "no-native-build", "compiled-at-start", "gpu-too-old", "driver-not-running",
    "driver-mismatch", "stub-library", "out-of-memory", "libdevice-not-found",
)  # fmt: skip
_NO_DRIVER = (
    r"failed call to cuInit[^\n]{0,200}(?:CUDA_ERROR_NO_DEVICE|CUDA_ERROR_UNKNOWN|UNKNOWN ERROR \((?:303|34|-1)\))",
    r"failed call to cuInit: UNKNOWN ERROR",
    r"Could not load dynamic library 'libcuda\.so\.1'",
    r"libcuda\.so\.1: cannot open shared object file",
    r"Could not find cuda drivers on your machine",
)
_CUDA_LIBRARY = r"lib(?:cudart|cublas|cublasLt|cudnn|cufft|curand|cusolver|cusparse|cupti|nccl|nvJitLink|nvrtc)"
_WSL = r"\bWSL\s?2?\b|microsoft-standard|/usr/lib/wsl|/mnt/c/"
_WINDOWS = r"\b[A-Z]:\\|\bWindows 1[01]\b|\bWDDM\b|platform: win32"

_WSL_SAYS = _("In WSL2 the driver is the one of Windows; a Linux driver inside hides it.")
_WSL_TODO = _(
    "Remove NVIDIA drivers from inside WSL2, install the newest on Windows, type: wsl --shutdown   and see that "
    "/usr/lib/wsl/lib is on the library path."
)
_WINDOWS_SAYS = _(
    "On native Windows TensorFlow has computed on the CPU alone since version 2.11, whatever CUDA is installed."
)
_WINDOWS_TODO = _("Install WSL2 (in PowerShell: wsl --install) and set the course up inside it.")

SYMPTOMS: tuple[Symptom, ...] = (
    _symptom(
        "driver-mismatch",
        (r"kernel version [\d.]+ does not match DSO version [\d.]+", r"Driver/library version mismatch"),
        _("The driver in the running kernel and the driver's library on the disk have different versions: an update."),
        _("Restart the machine."),
    ),
    _symptom(
        "driver-too-old",
        (
            r"CUDA driver version is insufficient for CUDA runtime version",
            r"CUDA_ERROR_UNSUPPORTED_PTX_VERSION",
            r"provided PTX was compiled with an unsupported toolchain",
        ),
        _("The NVIDIA driver is older than the CUDA libraries that TensorFlow brings."),
        _("Install a driver of at least 525.60.13; on WSL2 the Windows driver, on Windows itself."),
    ),
    _symptom(
        "driver-not-running",
        (r"NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver", r"NVML: Driver Not Loaded"),
        _("nvidia-smi is there, and no driver answers it."),
        _("Reinstall the driver and restart; on WSL2 install it on Windows only, then type: wsl --shutdown"),
    ),
    _symptom(
        "stub-library",
        (r"CUDA_ERROR_STUB_LIBRARY", r"stub library[^\n]{0,80}libcuda", r"libcuda[^\n]{0,80}stub library"),
        _("A stub was loaded in place of the driver's library. A stub is for compiling and can run nothing."),
        _("Take the folder that ends in /stubs out of LD_LIBRARY_PATH."),
    ),
    _symptom(
        "missing-libraries",
        (
            r"Cannot dlopen some GPU libraries",
            rf"Could not load dynamic library '{_CUDA_LIBRARY}[\w.]*'",
            r"Error loading CUDA libraries\. GPU will not be used",
        ),
        _("TensorFlow found the driver, and not all the CUDA libraries that it needs beside it."),
        _(
            'In a clean environment type: pip install "tensorflow[and-cuda]==2.21.0"   and unset an old '
            "LD_LIBRARY_PATH. TF_CPP_MAX_VLOG_LEVEL=3 makes TensorFlow name the library."
        ),
        detail=rf"Could not load dynamic library '({_CUDA_LIBRARY}[\w.]*)'",
        detail_says=_("The log names {detail}."),
    ),
    _symptom(
        "cudnn-too-old",
        (r"Loaded runtime CuDNN library: \d[\d.]* .{0,60}?but source was compiled with:? \d",
         r"Cudnn version is too old"),
        _("Another cuDNN is loaded than the one that this TensorFlow was compiled with."),
        _("Type: pip install --upgrade nvidia-cudnn-cu12   and keep PyTorch in an environment of its own."),
        detail=r"Loaded runtime CuDNN library: (\d[\d.]*\d .{0,60}?but source was compiled with:? \d[\d.]*\d)",
        detail_says=_("The log says: loaded {detail}."),
    ),
    _symptom(
        "no-native-build",
        (
            r"CUDA_ERROR_INVALID_PTX",
            r"CUDA_ERROR_INVALID_HANDLE",
            r"not built with CUDA kernel binaries compatible with compute capability (?:1\d|[2-9]\d)\.\d",
            r"no kernel image is available for execution on the device",
            r"CUDA_ERROR_NO_BINARY_FOR_GPU",
        ),
        _("TensorFlow holds no code for this generation of GPU. RTX 50 cards (compute capability 12.0) are such."),
        _("Use Colab, the CPU, or a container of the card's vendor that brings its own TensorFlow."),
        detail=r"compatible with compute capability (\d+\.\d)",
        detail_says=_("The log names compute capability {detail}."),
    ),
    _symptom(
        "compiled-at-start",
        (r"not built with CUDA kernel binaries compatible with compute capability [0-9]\.\d",),
        _("This TensorFlow holds the GPU's code in an intermediate form only; the driver translates it once."),
        _("Wait: the first run may take half an hour, later ones do not."),
        unless=("no-native-build",),
    ),
    _symptom(
        "gpu-too-old",
        (r"Ignoring (?:visible )?gpu device .{0,200}?The minimum required Cuda capability is \d",),
        _("The GPU is older than the oldest one that this TensorFlow was built for."),
        _("Use Colab or the CPU; TensorFlow 2.21 needs compute capability 6.0."),
    ),
    _symptom(
        "libdevice-not-found",
        (
            r"libdevice not found at",
            r"libdevice is required by this HLO module but was not found",
            r"Can't find libdevice directory",
        ),
        _("XLA compiles for the GPU and needs the file libdevice.10.bc, which belongs to the CUDA compiler."),
        _(
            'Type: pip install "tensorflow[and-cuda]==2.21.0"   or set XLA_FLAGS=--xla_gpu_cuda_data_dir=FOLDER, the '
            "folder that holds nvvm/libdevice; until then compile with jit_compile=False."
        ),
    ),
    _symptom(
        "disk-full",
        (r"No space left on device", r"\[Errno 28\]"),
        _("A disk is full."),
        _("Free some space, or set BOOKUTILS_CACHE_DIR and TFHUB_CACHE_DIR to folders on another disk."),
    ),
    _symptom(
        "main-memory-full",
        (r"OOM when allocating .{0,200}?device:CPU:\d", r"^MemoryError\b", r"numpy\S*MemoryError: Unable to allocate"),
        _("The machine's main memory is full: the tensor was to be made on the CPU."),
        _("Take a smaller batch, shorter sequences or a smaller encoder, and close other kernels."),
        detail=r"OOM when allocating tensor with shape\s*(\[[\d, ]*\])",
        detail_says=_("The tensor had the shape {detail}."),
    ),
    _symptom(
        "out-of-memory",
        (
            r"OOM when allocating",
            r"(?:RESOURCE_EXHAUSTED|Resource exhausted|ResourceExhaustedError)\b[^\n]{0,200}"
            r"(?:out of memory|failed to allocate memory)",
            r"CUDA_ERROR_OUT_OF_MEMORY",
            r"Out of memory while trying to allocate \d",
        ),
        _("The GPU's memory is full."),
        _("Take a smaller batch, shorter sequences or a smaller encoder, and close other kernels that use the GPU."),
        unless=("main-memory-full",),
        detail=r"OOM when allocating tensor with shape\s*(\[[\d, ]*\])",
        detail_says=_("The tensor had the shape {detail}."),
    ),
    _symptom(
        "cudnn-not-started",
        (
            r"could not create cudnn handle",
            r"DNN library initialization failed",
            r"cuDNN failed to initialize",
            r"CUDNN_STATUS_NOT_INITIALIZED",
        ),
        _("cuDNN did not start. Mostly another program holds the GPU's memory."),
        _("Close other kernels that use the GPU (nvidia-smi lists them) and start this one again."),
        unless=("cudnn-too-old", "missing-libraries", "out-of-memory"),
    ),
    _symptom(
        "wsl-sees-no-gpu",
        (r"GPU access blocked by the operating system",),  # what nvidia-smi says in WSL2, and there alone
        _WSL_SAYS, _WSL_TODO,
    ),
    _symptom(
        "wsl-sees-no-gpu", _NO_DRIVER, _WSL_SAYS, _WSL_TODO,
        context=(_WSL,), unless=("wsl-sees-no-gpu", *_REACHED),
    ),
    _symptom(
        "wsl-sees-no-gpu", _EMPTY_LIST, _WSL_SAYS, _WSL_TODO,
        context=(_WSL, _ASKS_FOR_GPU), against=_HAS_GPU, unless=("wsl-sees-no-gpu", *_REACHED),
    ),
    _symptom(
        "windows-has-no-gpu-build",
        (r"Could not load dynamic library '(?:cudart|cublas|cudnn|cufft|curand|cusolver|cusparse)\w*\.dll'",),
        _WINDOWS_SAYS, _WINDOWS_TODO,
    ),
    _symptom(
        "windows-has-no-gpu-build",
        _EMPTY_LIST,
        _WINDOWS_SAYS, _WINDOWS_TODO,
        context=(_WINDOWS, _ASKS_FOR_GPU),
        against=_HAS_GPU,
        unless=("windows-has-no-gpu-build", "wsl-sees-no-gpu", "missing-libraries"),
    ),
    _symptom(
        "no-driver",
        _NO_DRIVER,
        _("TensorFlow found no NVIDIA driver, or no GPU behind it. On a machine without a GPU this is harmless."),
        _("If there is a GPU: type nvidia-smi; where that fails, reinstall the driver and restart."),
        unless=("wsl-sees-no-gpu", "driver-mismatch", "stub-library"),
    ),
    _symptom(
        "no-pkg-resources",
        (r"No module named '?pkg_resources",),
        _("A new setuptools has no pkg_resources, which tensorflow_hub imports."),
        _('Type: pip install "setuptools<80.9"'),
    ),
    _symptom(
        "text-of-another-version",
        (r"tensorflow_text\S*\.so: undefined symbol", r"tensorflow_text\S*\.so[^\n]{0,200}undefined symbol"),
        _("tensorflow-text was built for another TensorFlow than the one that is installed."),
        _("Install both in one version, such as: pip install tensorflow==2.21.* tensorflow-text==2.21.*"),
    ),
    _symptom(
        "text-not-imported",
        (r"Op type not registered '(?:CaseFoldUTF8|NormalizeUTF8|\w*Wordpiece\w*|RegexSplitWithOffsets)'",),
        _("The module holds operations of tensorflow_text, which is not imported."),
        _("Put this before loading it: import tensorflow_text"),
    ),
    _symptom(
        "damaged-module",
        (r"does not appear to be a valid module",),
        _("What was downloaded from TensorFlow Hub is cut off, or is a web page: a proxy's or a login's."),
        _("Delete the module's folder in TFHUB_CACHE_DIR and fetch it again."),
    ),
    _symptom(
        "hub-layer-of-keras-2",
        (r"Only instances of `?keras\.Layer`? can be added[^\n]{0,200}tensorflow_hub", r"A KerasTensor is symbolic"),
        _("hub.KerasLayer belongs to Keras 2; in a model of Keras 3 it fails, or runs and trains nothing."),
        _("Load the module with bookutils.bert.sources.load_encoder, which makes a layer of Keras 3 of it."),
    ),
)  # fmt: skip
