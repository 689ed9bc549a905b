"""Causes that lie with the code that a GPU is given: is it there, does it fit, and can it be compiled?"""

from __future__ import annotations

from bookutils.core.messages import _
from bookutils.devices.symptoms.rules import OTHER_LIBRARIES, Symptom, symptom

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
_NEWER_PTXAS = _(
    'Type: pip install "tensorflow[and-cuda]==2.21.0"   or put the folder with a newer ptxas first on PATH; until then '
    "compile with jit_compile=False."
)
_LEFT_TO_THE_DRIVER = (
    r"Relying on driver to perform ptx compilation", r"We fallback to the NVIDIA driver", r"Falling back to the driver",
)  # fmt: skip
_BEFORE_PTXAS = ("no-native-build", "libdevice-not-found", "driver-too-old")

COMPILING: tuple[Symptom, ...] = (
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
        against=(OTHER_LIBRARIES,),
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
        _("Set XLA_FLAGS=--xla_gpu_cuda_data_dir=FOLDER, the folder of CUDA that holds nvvm/libdevice."),
        context=(r"jaxlib|[/\\]jax[/\\]|\bjax\.|import jax|XlaRuntimeError",),
        against=(r"[/\\](?:tensorflow|keras)[/\\][\w/\\]{1,80}\.py",),
    ),
    symptom(
        "libdevice-not-found",
        (r"libdevice not found at", r"libdevice is required by this HLO module but was not found"),
        _LIBDEVICE_SAYS,
        _LIBDEVICE_TODO,
        unless=("libdevice-not-found",),
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
        "ptxas-does-not-fit",
        (
            r"You are using ptxas \d[^\n]{0,40}but TF requires ptxas",
            r"ptxas fatal\s{0,9}: Unsupported \.version [\d.]+; current version is",
            r"ptxas fatal\s{0,9}: Value 'sm_(?:7[5-9]|[89]\d|1\d\d)\w?' is not defined for option 'gpu-name'",
        ),
        _("XLA found a ptxas, CUDA's assembler, that is too old for what it compiles, or for this GPU."),
        _NEWER_PTXAS,
        against=(*_LEFT_TO_THE_DRIVER, OTHER_LIBRARIES),
        unless=_BEFORE_PTXAS,
    ),
    symptom(
        "ptxas-does-not-fit",
        (r"ptxas fatal\s{0,9}: Value 'sm_[3-7]\d' is not defined for option 'gpu-name'",),
        _("XLA found a ptxas, CUDA's assembler, that does not know this GPU: it is too old for it, or so new that it "
          "makes nothing for such a card any more."),
        _("Put the folder with a ptxas of the CUDA that this TensorFlow was built with first on PATH; until then "
          "compile with jit_compile=False."),
        against=(*_LEFT_TO_THE_DRIVER, OTHER_LIBRARIES),
        unless=("ptxas-does-not-fit", *_BEFORE_PTXAS),
    ),
    symptom(
        "ptxas-does-not-fit",
        (r"ptxas too old\. Falling back to the driver", r"for PTX compilation; ptxas does not support CC \d",
         r"CUDA software stack is old\. We fallback to the NVIDIA driver for some compilation"),
        _("XLA found a ptxas, CUDA's assembler, that is too old for this GPU, and lets the driver do it. That runs, "
          "and compiles more slowly."),
        _('It may stay so. To have a newer one: pip install "tensorflow[and-cuda]==2.21.0"   or put its folder first '
          "on PATH."),
        unless=("ptxas-does-not-fit", *_BEFORE_PTXAS),
        note=True,
    ),
    symptom(
        "ptxas-not-found",
        (
            r"bin/ptxas not found",
            r"Couldn't invoke ptxas",
            r"Couldn't get ptxas version",
            r"No PTX compilation provider is available",
            r"ptxas exited with non-zero error code (?:-1|127|32512)\b",
        ),
        _("XLA needs ptxas, CUDA's assembler, and found none that it could start."),
        _NEWER_PTXAS,
        against=(*_LEFT_TO_THE_DRIVER, OTHER_LIBRARIES),
        unless=("ptxas-does-not-fit", *_BEFORE_PTXAS),
    ),
    symptom(
        "ptxas-failed",
        (
            r"ptxas exited with non-zero error code (?!139|-1\b|127\b|32512\b)",  # 139: it crashed
            r"ptxas returned an error during compilation of ptx to sass",
        ),
        _("ptxas, CUDA's assembler, refused what XLA gave it. Mostly it is too old for this GPU or for what is "
          "compiled; its own words follow in the log."),
        _NEWER_PTXAS,
        against=(*_LEFT_TO_THE_DRIVER, OTHER_LIBRARIES),
        unless=("ptxas-does-not-fit", "ptxas-not-found", *_BEFORE_PTXAS),
    ),
    symptom(
        "ptxas-not-found",
        (r"Relying on driver to perform ptx compilation", r"Can't find ptxas binary"),
        _("XLA found no ptxas, CUDA's assembler, that works, and lets the driver do it. That runs, and compiles more "
          "slowly."),
        _('It may stay so. To have it: pip install "tensorflow[and-cuda]==2.21.0"   or put its folder on PATH.'),
        unless=("ptxas-does-not-fit", "ptxas-failed", "ptxas-not-found", *_BEFORE_PTXAS),
        note=True,
    ),
)  # fmt: skip
