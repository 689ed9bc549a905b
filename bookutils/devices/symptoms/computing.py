"""What fails when cuDNN and cuBLAS start, or compute: mostly another program holds the GPU's memory."""

from __future__ import annotations

from bookutils.core.messages import _
from bookutils.devices.symptoms.rules import OTHER_LIBRARIES, Symptom, symptom

_GROWTH = _(
    "Close other kernels that use the GPU (nvidia-smi lists them), set TF_FORCE_GPU_ALLOW_GROWTH=true and start this "
    "one again."
)
_CUDNN_DIFFERS = ("cudnn-too-old", "cudnn-too-new")

COMPUTING: tuple[Symptom, ...] = (
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
        against=(OTHER_LIBRARIES,),
        unless=(*_CUDNN_DIFFERS, "cudnn-mixed", "missing-libraries", "out-of-memory"),
    ),
    symptom(
        "cudnn-not-found",
        (r"DNN library is not found",),
        _("The GPU was to compute a convolution, and no cuDNN was there that fits: it is missing, or of another "
          "version. Earlier lines of the log often say which."),
        _('In a clean environment, with LD_LIBRARY_PATH unset, type: pip install "tensorflow[and-cuda]==2.21.0"'),
        unless=(*_CUDNN_DIFFERS, "cudnn-mixed", "missing-libraries", "out-of-memory", "cudnn-not-started",
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
        against=(OTHER_LIBRARIES,),
        unless=(*_CUDNN_DIFFERS, "missing-libraries", "out-of-memory", "no-native-build", "fork-after-cuda"),
    ),
    symptom(
        "cublas-not-started",
        (r"Blas \w{0,20}GEM[MV]\w{0,20} launch failed",),
        _("cuBLAS could not multiply matrices on the GPU. Mostly another program holds its memory; where the card is "
          "newer than this TensorFlow, it is that."),
        _GROWTH,
        unless=("cublas-not-started", *_CUDNN_DIFFERS, "missing-libraries", "out-of-memory", "no-native-build",
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
        against=(OTHER_LIBRARIES,),
        unless=(*_CUDNN_DIFFERS, "cudnn-mixed", "missing-libraries", "out-of-memory", "cudnn-not-started",
                "cublas-not-started", "no-native-build", "main-memory-full", "fork-after-cuda"),
    ),
)  # fmt: skip
