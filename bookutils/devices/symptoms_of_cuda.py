"""Causes that lie with CUDA's libraries, and with the code that a GPU is given: what is there, and does it fit?"""

from __future__ import annotations

from bookutils.core.messages import _
from bookutils.devices.symptom_rules import Symptom, symptom

_LIBRARY = r"lib(?:cudart|cublas|cublasLt|cudnn|cufft|curand|cusolver|cusparse|cupti|nccl|nvJitLink|nvrtc)"
_IGNORE_CUDART = r"Ignore above cudart dlerror if you do not have a GPU"
_WITH_CUDA = _(
    'In a clean environment type: pip install "tensorflow[and-cuda]==2.21.0"   and unset an old LD_LIBRARY_PATH. '
    "TF_CPP_MAX_VLOG_LEVEL=3 makes TensorFlow name the library."
)
_NO_CODE_SAYS = _(
    "TensorFlow holds no code for this generation of GPU: it is newer than this build (RTX 50 cards, compute "
    "capability 12.0, are such), or too old for it."
)
_NO_CODE_TODO = _("Use Colab, the CPU, or a container of the card's vendor that brings its own TensorFlow.")
_CAPABILITY = r"compatible with compute capability (\d+\.\d)"
_CAPABILITY_SAYS = _("The log names compute capability {detail}.")
_LIBDEVICE_SAYS = _("XLA compiles for the GPU and needs the file libdevice.10.bc, which belongs to the CUDA compiler.")
_LIBDEVICE_TODO = _(
    'Type: pip install "tensorflow[and-cuda]==2.21.0"   or set XLA_FLAGS=--xla_gpu_cuda_data_dir=FOLDER, the folder '
    "that holds nvvm/libdevice; until then compile with jit_compile=False."
)

CUDA: tuple[Symptom, ...] = (
    symptom(
        "missing-libraries",
        (r"Cannot dlopen some GPU libraries",),
        _("TensorFlow found the driver, and not all the CUDA libraries that it needs beside it."),
        _WITH_CUDA,
        detail=rf"Could not load dynamic library '({_LIBRARY}[\w.]*)'",
        detail_says=_("The log names {detail}."),
        note=True,
    ),
    symptom(
        "missing-libraries",
        (
            rf"Could not load dynamic library '{_LIBRARY}(?<!cudart)\.so",
            r"Error loading CUDA libraries\. GPU will not be used",
            rf"Couldn't open CUDA library {_LIBRARY}",
        ),
        _("Not all the CUDA libraries were found that this TensorFlow looks for."),
        _WITH_CUDA,
        unless=("missing-libraries",),
        detail=rf"Could not load dynamic library '({_LIBRARY}[\w.]*)'",
        detail_says=_("The log names {detail}."),
        note=True,
    ),
    symptom(
        "missing-libraries",
        (r"Could not load dynamic library 'libcudart\.so",),
        _("The CUDA library libcudart was not found that this TensorFlow looks for."),
        _WITH_CUDA,
        against=(_IGNORE_CUDART,),
        unless=("missing-libraries",),
        note=True,
    ),
    symptom(
        "missing-libraries",
        (
            rf"ImportError: {_LIBRARY}[\w.]*: cannot open shared object file",
            rf"Could not load library {_LIBRARY}[\w.]*\. Error: [\w./-]*: cannot open shared object file",
            r"Unable to load any of \{libcudnn",
            r"OSError: libcudnn[\w.]*: cannot open shared object file",
        ),
        _("A library that belongs to CUDA is not where it is looked for."),
        _WITH_CUDA,
        unless=("missing-libraries",),
        detail=r"(lib[\w-]+\.so[\w.]*): cannot open shared object file",
        detail_says=_("The log names {detail}."),
    ),
    symptom(
        "cudnn-too-old",
        (r"Loaded runtime CuDNN library: \d[\d.]* .{0,60}?but source was compiled with:? \d",
         r"Cudnn version is too old"),
        _("Another cuDNN is loaded than the one that this TensorFlow was compiled with."),
        _("Type: pip install --upgrade nvidia-cudnn-cu12   and keep PyTorch in an environment of its own."),
        detail=r"Loaded runtime CuDNN library: (\d[\d.]*\d .{0,60}?but source was compiled with:? \d[\d.]*\d)",
        detail_says=_("The log says: loaded {detail}."),
    ),
    symptom(
        "cudnn-mixed",
        (
            r"libcudnn[\w.]*: undefined symbol: ",
            r"CUDNN_STATUS_(?:SUBLIBRARY_)?VERSION_MISMATCH",
            r"CUDNN_STATUS_SUBLIBRARY_LOADING_FAILED",
        ),
        _("Parts of two versions of cuDNN were loaded together."),
        _("Unset LD_LIBRARY_PATH and type: pip install --force-reinstall nvidia-cudnn-cu12"),
        unless=("cudnn-too-old",),
    ),
    symptom(
        "no-native-build",
        (
            r"no kernel image is available for execution on the device",
            r"device kernel image is invalid",
            r"CUDA_ERROR_NO_BINARY_FOR_GPU",
            r"cuModule\w+\([^\n]{0,160}CUDA_ERROR_INVALID_(?:PTX|HANDLE)",
            r"cuLaunchKernel\([^\n]{0,200}CUDA_ERROR_INVALID_HANDLE",
        ),
        _NO_CODE_SAYS,
        _NO_CODE_TODO,
        against=(r"current PyTorch installation",),
        detail=_CAPABILITY,
        detail_says=_CAPABILITY_SAYS,
    ),
    symptom(
        "no-native-build",
        (r"not built with CUDA kernel binaries compatible with compute capability (?:1\d|[2-9]\d)\.\d",),
        _NO_CODE_SAYS,
        _NO_CODE_TODO,
        unless=("no-native-build",),
        detail=_CAPABILITY,
        detail_says=_CAPABILITY_SAYS,
        note=True,
    ),
    symptom(
        "compiled-at-start",
        (r"not built with CUDA kernel binaries compatible with compute capability [0-9]\.\d",),
        _("This TensorFlow holds the GPU's code in an intermediate form only; the driver translates it once."),
        _("Wait: the first run may take half an hour, later ones do not."),
        unless=("no-native-build",),
        note=True,
    ),
    symptom(
        "gpu-too-old",
        (r"Ignoring (?:visible )?gpu device .{0,200}?The minimum required Cuda capability is \d",),
        _("The GPU is older than the oldest one that this TensorFlow was built for."),
        _("Use Colab or the CPU; TensorFlow 2.21 needs compute capability 6.0."),
        note=True,
    ),
    symptom(
        "libdevice-not-found",
        (r"libdevice not found at", r"libdevice is required by this HLO module but was not found"),
        _LIBDEVICE_SAYS,
        _LIBDEVICE_TODO,
    ),
    symptom(
        "libdevice-not-found",
        (r"Can't find libdevice directory",),
        _LIBDEVICE_SAYS,
        _LIBDEVICE_TODO,
        unless=("libdevice-not-found",),
        note=True,
    ),
    symptom(
        "ptxas-not-found",
        (
            r"bin/ptxas not found",
            r"Couldn't invoke ptxas",
            r"Couldn't get ptxas version",
            r"No PTX compilation provider is available",
            r"You are using ptxas \d[^\n]{0,40}but TF requires ptxas",
            r"ptxas exited with non-zero error code",
            r"ptxas returned an error during compilation of ptx to sass",
            r"ptxas fatal\s{0,9}: Value 'sm_\w+' is not defined for option 'gpu-name'",
        ),
        _("XLA needs ptxas, CUDA's assembler, and found none, or one that is too old for what it compiles."),
        _('Type: pip install "tensorflow[and-cuda]==2.21.0"   or put the folder with a newer ptxas first on PATH; '
          "until then compile with jit_compile=False."),
        against=(r"Relying on driver to perform ptx compilation", r"We fallback to the NVIDIA driver"),
        unless=("no-native-build", "libdevice-not-found", "driver-too-old"),
    ),
    symptom(
        "ptxas-not-found",
        (
            r"Relying on driver to perform ptx compilation",
            r"Can't find ptxas binary",
            r"CUDA software stack is old\. We fallback to the NVIDIA driver for some compilation",
        ),
        _("XLA found no ptxas, CUDA's assembler, that works, and lets the driver do it. That runs, and compiles more "
          "slowly."),
        _('It may stay so. To have it: pip install "tensorflow[and-cuda]==2.21.0"   or put its folder on PATH.'),
        unless=("ptxas-not-found", "no-native-build", "libdevice-not-found", "driver-too-old"),
        note=True,
    ),
)  # fmt: skip
