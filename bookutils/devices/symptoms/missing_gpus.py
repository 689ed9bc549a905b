"""Causes why a log shows no GPU at all: none is there, the system has no way to it, or it is hidden."""

from __future__ import annotations

from bookutils.core.messages import _
from bookutils.devices.symptoms.numbers import has_kernels_for_gpus_alone
from bookutils.devices.symptoms.rules import Symptom, symptom

# What a program prints that looks for GPUs and finds none.
_EMPTY_LIST = (
    r"^\s{0,60}\[\]\s{0,60}$",
    r"GPUs?(?:\s+is)?\s+available\W{0,4}(?:\[\]|0\b|False)",
    r"""\[PhysicalDevice\(name='/physical_device:CPU:0', device_type='CPU'\)\]""",
    r"list_physical_devices\([^)\n]{0,40}\)[^\n]{0,80}\[\]",
)
_ASKS_FOR_GPU = (
    r"PhysicalDevice\(|list_physical_devices|list_local_devices|is_gpu_available|built?_with_cuda|"
    r"GPUs?(?:\s+is)?\s+available"
)
_HAS_GPU = (r"PhysicalDevice\(name='/physical_device:GPU", r"Created device \S*GPU:\d+ with")
# Where one of these is known, the driver was reached or its own fault is named.
_REACHED = (
    "missing-libraries", "cuda-libraries-mixed", "cudnn-too-old", "cudnn-too-new", "no-native-build",
    "compiled-at-start", "gpu-too-old", "driver-not-running", "driver-mismatch", "stub-library", "out-of-memory",
    "libdevice-not-found", "container-and-driver-differ", "container-newer-than-driver", "container-without-gpu",
    "driver-too-old", "fork-after-cuda",
)  # fmt: skip
_NO_DRIVER = (
    r"failed call to cuInit[^\n]{0,200}(?:CUDA_ERROR_NO_DEVICE|UNKNOWN ERROR \((?:303|34|-1|100)\))",
    r"failed call to cuInit: UNKNOWN ERROR",
    r"failed call to cuInit: CUresult\(-1\)",
    r"Could not load dynamic library 'libcuda\.so\.1'",
    r"libcuda\.so\.1: cannot open shared object file",
    r"Could not find cuda drivers on your machine",
)
_UNKNOWN_ERROR = (r"failed call to cuInit[^\n]{0,200}CUDA_ERROR_UNKNOWN",)
_WSL = r"\bWSL\s?2?\b|microsoft-standard|/usr/lib/wsl|/mnt/c/"
_WINDOWS = r"\b[A-Z]:\\|\bWindows 1[01]\b|\bWDDM\b|platform: win32"

_WITHOUT_GPU = (  # of an operation's message, after its name: the devices that there are
    r"(?:(?!No OpKernel was)[\s\S]){0,3000}?Registered devices: \[(?![^\]]{0,200}\bGPU\b)[^\]]{0,200}\],? "
    r"Registered kernels:"
)

_WSL_SAYS = _("In WSL2 the driver is the one of Windows; a Linux driver inside hides it.")
_WSL_TODO = _(
    "Remove NVIDIA drivers from inside WSL2, install the newest on Windows, type: wsl --shutdown   and see that "
    "/usr/lib/wsl/lib is on the library path."
)
_WINDOWS_SAYS = _(
    "On native Windows TensorFlow has computed on the CPU alone since version 2.11, whatever CUDA is installed."
)
_WINDOWS_TODO = _("Install WSL2 (in PowerShell: wsl --install) and set the course up inside it.")

MISSING_GPUS: tuple[Symptom, ...] = (
    symptom(
        "gpu-hidden",
        (
            r"CUDA_VISIBLE_DEVICES is set to [^\n]{1,60} - this hides all GPUs",
            r"""CUDA_VISIBLE_DEVICES['"\]]{0,3} ?= ?(?:-1|['"]-1['"]|['"]{2})(?=\s|$)""",
        ),
        _("CUDA_VISIBLE_DEVICES hides the GPUs from this program."),
        _("Unset CUDA_VISIBLE_DEVICES and restart the kernel; where it was meant so, nothing is wrong."),
        against=_HAS_GPU,
        unless=("missing-libraries", "driver-not-running", "driver-mismatch", "stub-library"),
        note=True,
    ),
    symptom(
        "wsl-sees-no-gpu",
        (r"GPU access blocked by the operating system",),  # what nvidia-smi says in WSL2, and there alone
        _WSL_SAYS, _WSL_TODO,
    ),
    symptom(
        "wsl-sees-no-gpu", (*_NO_DRIVER, *_UNKNOWN_ERROR), _WSL_SAYS, _WSL_TODO,
        context=(_WSL,), unless=("wsl-sees-no-gpu", "gpu-hidden", *_REACHED), note=True,
    ),
    symptom(
        "wsl-sees-no-gpu", _EMPTY_LIST, _WSL_SAYS, _WSL_TODO,
        context=(_WSL, _ASKS_FOR_GPU), against=_HAS_GPU, unless=("wsl-sees-no-gpu", "gpu-hidden", *_REACHED), note=True,
    ),
    symptom(
        "windows-has-no-gpu-build",
        (
            r"Could not load dynamic library '(?:cudart|cublas|cudnn|cufft|curand|cusolver|cusparse)\w*\.dll'",
            r"Could not find '(?:cudart|cudnn|nvcuda|cublas)\w*\.dll'",
        ),
        _("A TensorFlow of 2.10 or older looks for CUDA's libraries on Windows and does not find them; without a GPU "
          "that is harmless. Since 2.11 it has computed on the CPU alone there, whatever CUDA is installed."),
        _WINDOWS_TODO, note=True,
    ),
    symptom(
        "windows-has-no-gpu-build",
        _EMPTY_LIST,
        _WINDOWS_SAYS, _WINDOWS_TODO,
        context=(_WINDOWS, _ASKS_FOR_GPU),
        against=_HAS_GPU,
        unless=("windows-has-no-gpu-build", "wsl-sees-no-gpu", "gpu-hidden", "missing-libraries",
                "container-and-driver-differ", "container-without-gpu"),
        note=True,
    ),
    symptom(
        "no-driver",
        (*_NO_DRIVER, r"kernel driver does not appear to be running on this host"),
        _("No NVIDIA driver was found, or no GPU behind it. On a machine without a GPU this is harmless."),
        _("If there is a GPU: type nvidia-smi; where that fails, reinstall the driver and restart. A container has to "
          "be started with the GPU: docker run --gpus all ..."),
        against=_HAS_GPU,
        unless=("wsl-sees-no-gpu", "driver-mismatch", "stub-library", "gpu-hidden", "container-newer-than-driver",
                "container-without-gpu", "container-and-driver-differ", "driver-not-running", "fork-after-cuda"),
        note=True,
    ),
    symptom(
        "gpu-not-initialised",
        (*_UNKNOWN_ERROR, r"cuInit[^\n]{0,60}CUDA_ERROR_UNKNOWN"),
        _("The driver is there and could not start the GPU: often after the machine slept, or after an update."),
        _("Restart the machine; without one, type: sudo modprobe -r nvidia_uvm && sudo modprobe nvidia_uvm"),
        unless=("wsl-sees-no-gpu", "driver-mismatch", "stub-library", "container-newer-than-driver",
                "container-and-driver-differ", "gpu-lost", "no-driver"),
        note=True,
    ),
    symptom(
        "cudart-not-found",
        (r"Ignore above cudart dlerror if you do not have a GPU",),
        _("TensorFlow found no CUDA library (libcudart). On a machine without a GPU this is harmless."),
        _('If there is a GPU: pip install "tensorflow[and-cuda]==2.21.0"   in a clean environment.'),
        against=_HAS_GPU,
        unless=("missing-libraries", "no-driver", "wsl-sees-no-gpu", "windows-has-no-gpu-build", "gpu-hidden",
                "driver-mismatch", "container-newer-than-driver", "gpu-not-initialised"),
        note=True,
    ),
    symptom(
        "gpu-operation-without-gpu",
        (rf"No OpKernel was registered to support Op '\w+'{_WITHOUT_GPU}",),
        _("An operation was asked for that was written for GPUs alone, and TensorFlow sees no GPU."),
        _("Type: bookutils doctor   to see why no GPU is there; without one, take what runs on both, such as LSTM in "
          "place of CuDNNLSTM."),
        fits=has_kernels_for_gpus_alone,
        unless=("missing-libraries", "cuda-libraries-mixed", "no-driver", "wsl-sees-no-gpu", "gpu-hidden",
                "windows-has-no-gpu-build", "driver-mismatch", "container-newer-than-driver", "gpu-not-initialised",
                "container-without-gpu", "container-and-driver-differ", "stub-library", "driver-too-old"),
    ),
    symptom(
        "built-without-gpu",
        (rf"No OpKernel was registered to support Op 'Cudnn\w+'{_WITHOUT_GPU}\s{{0,60}}<no registered kernels>",),
        _("An operation of cuDNN was asked for, and this TensorFlow was built for the CPU alone."),
        _('On a machine with a GPU type: pip install "tensorflow[and-cuda]==2.21.0"   without one, take what runs on '
          "both, such as LSTM in place of CuDNNLSTM."),
    ),
)  # fmt: skip
