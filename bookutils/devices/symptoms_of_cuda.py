"""Causes that lie with CUDA's libraries, with XLA, and with memory: the driver was reached, or never asked."""

from __future__ import annotations

from bookutils.core.messages import _
from bookutils.devices.symptom_rules import Symptom, symptom

_LIBRARY = r"lib(?:cudart|cublas|cublasLt|cudnn|cufft|curand|cusolver|cusparse|cupti|nccl|nvJitLink|nvrtc)"
_IGNORE_CUDART = r"Ignore above cudart dlerror if you do not have a GPU"
_WITH_CUDA = _(
    'In a clean environment type: pip install "tensorflow[and-cuda]==2.21.0"   and unset an old LD_LIBRARY_PATH. '
    "TF_CPP_MAX_VLOG_LEVEL=3 makes TensorFlow name the library."
)
_SMALLER = _("Take a smaller batch, shorter sequences or a smaller encoder, and close other kernels that use the GPU.")
_GROWTH = _(
    "Close other kernels that use the GPU (nvidia-smi lists them), set TF_FORCE_GPU_ALLOW_GROWTH=true and start this "
    "one again."
)
_ON_CPU = r"device:CPU:\d|by allocator (?:cpu|mklcpu|mkl_cpu)\b"
_SHAPE = r"OOM when allocating tensor with shape\s{0,9}(\[[\d, ]{0,80}\])"
_SHAPE_SAYS = _("The tensor had the shape {detail}.")

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
            r"not built with CUDA kernel binaries compatible with compute capability (?:1\d|[2-9]\d)\.\d",
            r"no kernel image is available for execution on the device",
            r"device kernel image is invalid",
            r"CUDA_ERROR_NO_BINARY_FOR_GPU",
            r"cuModule\w+\([^\n]{0,160}CUDA_ERROR_INVALID_(?:PTX|HANDLE)",
            r"cuLaunchKernel\([^\n]{0,200}CUDA_ERROR_INVALID_HANDLE",
        ),
        _("TensorFlow holds no code for this generation of GPU: it is newer than this build (RTX 50 cards, compute "
          "capability 12.0, are such), or too old for it."),
        _("Use Colab, the CPU, or a container of the card's vendor that brings its own TensorFlow."),
        against=(r"current PyTorch installation",),
        detail=r"compatible with compute capability (\d+\.\d)",
        detail_says=_("The log names compute capability {detail}."),
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
        ),
        _("XLA needs ptxas, CUDA's assembler, and found none, or one that is too old for what it compiles."),
        _('Type: pip install "tensorflow[and-cuda]==2.21.0"   or put the folder with a newer ptxas first on PATH; '
          "until then compile with jit_compile=False."),
        against=(r"Relying on driver to perform ptx compilation",),
        unless=("no-native-build", "libdevice-not-found", "driver-too-old"),
    ),
    symptom(
        "ptxas-not-found",
        (r"Relying on driver to perform ptx compilation", r"Can't find ptxas binary"),
        _("XLA found no ptxas, CUDA's assembler, that works, and lets the driver do it. That runs, and compiles more "
          "slowly."),
        _('It may stay so. To have it: pip install "tensorflow[and-cuda]==2.21.0"   or put its folder on PATH.'),
        unless=("ptxas-not-found", "no-native-build", "libdevice-not-found", "driver-too-old"),
        note=True,
    ),
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
            r"CUDA_ERROR_OUT_OF_MEMORY",
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
    symptom(
        "cudnn-refuses-shape",
        (r"cudnnSetTensor(?:Nd|4d)Descriptor\w*\([^\n]{0,120}CUDNN_STATUS_SUCCESS \(3 vs\. 0\)",),
        _("cuDNN refused the shape of a tensor: mostly a batch without any example, or one that is too large."),
        _("Make no empty batch: dataset.batch(size, drop_remainder=True); or take a smaller one."),
    ),
    symptom(
        "cudnn-not-started",
        (
            r"could not create cudnn handle",
            r"DNN library initialization failed",
            r"cuDNN failed to initialize",
            r"CUDNN_STATUS_NOT_INITIALIZED",
            r"CUDNN_STATUS_ALLOC_FAILED",
            r"cuDNN launch failure",
        ),
        _("cuDNN did not start. Mostly another program holds the GPU's memory."),
        _GROWTH,
        unless=("cudnn-too-old", "cudnn-mixed", "missing-libraries", "out-of-memory"),
    ),
    symptom(
        "cudnn-not-found",
        (r"DNN library is not found",),
        _("The GPU was to compute a convolution, and no cuDNN was there that fits: it is missing, or of another "
          "version. Earlier lines of the log often say which."),
        _('In a clean environment, with LD_LIBRARY_PATH unset, type: pip install "tensorflow[and-cuda]==2.21.0"'),
        unless=("cudnn-too-old", "cudnn-mixed", "missing-libraries", "out-of-memory", "cudnn-not-started",
                "no-native-build"),
    ),
    symptom(
        "cublas-not-started",
        (
            r"failed to create cublas handle",
            r"CUBLAS_STATUS_(?:NOT_INITIALIZED|ALLOC_FAILED)",
            r"Attempting to perform BLAS operation using StreamExecutor without BLAS support",
        ),
        _("cuBLAS, which multiplies matrices on the GPU, did not start. Mostly another program holds the memory."),
        _GROWTH,
        unless=("cudnn-too-old", "missing-libraries", "out-of-memory", "no-native-build", "fork-after-cuda"),
    ),
    symptom(
        "cublas-not-started",
        (r"Blas \w{0,20}GEM[MV]\w{0,20} launch failed",),
        _("cuBLAS could not multiply matrices on the GPU. Mostly another program holds its memory; where the card is "
          "newer than this TensorFlow, it is that."),
        _GROWTH,
        unless=("cublas-not-started", "cudnn-too-old", "missing-libraries", "out-of-memory", "no-native-build",
                "fork-after-cuda"),
    ),
    symptom(
        "cudnn-failed",
        (
            r"CUDNN_STATUS_(?:EXECUTION_FAILED|INTERNAL_ERROR|MAPPING_ERROR)",
            r"Failed to call Then(?:Rnn|RNN)(?:Forward|Backward)",
            r"No algorithm worked!",
            r"Check failed: stream->parent\(\)->GetConvolve\w{0,30}Algorithms",
        ),
        _("cuDNN failed while it computed. Mostly too little of the GPU's memory was left for it."),
        _GROWTH,
        unless=("cudnn-too-old", "cudnn-mixed", "missing-libraries", "out-of-memory", "cudnn-not-started",
                "cublas-not-started", "no-native-build", "main-memory-full", "fork-after-cuda"),
    ),
)  # fmt: skip
