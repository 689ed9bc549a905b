"""Causes that lie with CUDA's libraries and cuDNN: are they there, and do they fit?"""

from __future__ import annotations

from bookutils.core.messages import _
from bookutils.devices.symptoms.numbers import is_falling, is_rising
from bookutils.devices.symptoms.rules import OTHER_LIBRARIES, Symptom, symptom

_LIBRARY = r"lib(?:cudart|cublas|cublasLt|cudnn|cufft|curand|cusolver|cusparse|cupti|nccl|nvJitLink|nvrtc)"
_CANNOT_OPEN = r"cannot open shared object file"
# The library that was to be loaded may be there, and one that it loads in its turn be missing: dlerror names that one.
_NAMED = (
    rf"Could not load dynamic library (?:'{_LIBRARY}[\w.]*'; dlerror: (?:[\w./-]*/)?(lib[\w+-]+\.so[\w.]*): "
    rf"{_CANNOT_OPEN}|'({_LIBRARY}[\w.]*)'(?!; dlerror))"
)
_NAMES = _("The log names {detail}.")
_IGNORE_CUDART = r"Ignore above cudart dlerror if you do not have a GPU"
_WITH_CUDA = _(
    'In a clean environment type: pip install "tensorflow[and-cuda]==2.21.0"   and unset an old LD_LIBRARY_PATH. '
    "TF_CPP_MAX_VLOG_LEVEL=3 makes TensorFlow name the library."
)
_CUDNN_SAYS = _("Another cuDNN is loaded than the one that the program was compiled for, and it is older.")
_CUDNN_VERSION = r"(\d+\.\d+\.\d+|\d{4,6})"
_CUDNN_LOADED = (
    rf"Loaded runtime CuDNN library: {_CUDNN_VERSION}(?: \(compatibility version \d+\))? but source was compiled "
    r"with:? "
)
_CUDNN_SEEN = r"Loaded runtime CuDNN library: (\d[\d.]*\d .{0,60}?but source was compiled with:? \d[\d.]*\d)"
_CUDNN_TODO = _(
    'In a clean environment type: pip install "tensorflow[and-cuda]==2.21.0"   An older TensorFlow wants the cuDNN of '
    "its years: see the tested versions at tensorflow.org/install/source."
)

CUDA: tuple[Symptom, ...] = (
    symptom(
        "cuda-libraries-mixed",
        (
            rf"Could not load dynamic library '{_LIBRARY}[\w.]*'; dlerror: [^\n]{{0,300}}?(?:undefined symbol|"
            r"not defined in file|version [`'][\w.]{1,60}' not found)",
        ),
        _("A library of CUDA is there, and another one that it loads does not fit it: two versions of CUDA are mixed."),
        _WITH_CUDA,
        detail=rf"Could not load dynamic library '({_LIBRARY}[\w.]*)'; dlerror: [^\n]{{0,300}}?(?:undefined symbol|"
               r"not defined in file|version [`'][\w.]{1,60}' not found)",
        detail_says=_NAMES,
        note=True,
    ),
    symptom(
        "missing-libraries",
        (rf"Could not load dynamic library '{_LIBRARY}[\w.]*'; dlerror: (?!\S{{0,200}}(?:{_LIBRARY}|libcuda\.))"
         rf"[\w./-]*lib[\w.+-]+: {_CANNOT_OPEN}",),
        _("A library of CUDA is there, and one of the system's that it loads in its turn is missing."),
        _("Install the system's package that holds that file, such as libgomp1 for libgomp.so.1."),
        unless=("cuda-libraries-mixed",),
        detail=_NAMED,
        detail_says=_NAMES,
        note=True,
    ),
    symptom(
        "driver-library-not-found",
        (rf"Could not load library {_LIBRARY}[\w.]*\. Error: [\w./-]*libcuda\.so[\w.]*: {_CANNOT_OPEN}",),
        _("cuDNN looks for the driver's library by the name libcuda.so and does not find it; mostly that is in WSL2, "
          "or where the library has its other name alone, libcuda.so.1."),
        _("In WSL2 type: export LD_LIBRARY_PATH=/usr/lib/wsl/lib:$LD_LIBRARY_PATH   elsewhere make a link of the name "
          "libcuda.so beside libcuda.so.1."),
    ),
    symptom(
        "missing-libraries",
        (r"Cannot dlopen some GPU libraries",),
        _("TensorFlow found the driver, and not all the CUDA libraries that it needs beside it."),
        _WITH_CUDA,
        unless=("cuda-libraries-mixed", "missing-libraries"),
        detail=_NAMED,
        detail_says=_NAMES,
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
        unless=("cuda-libraries-mixed", "missing-libraries"),
        detail=_NAMED,
        detail_says=_NAMES,
        note=True,
    ),
    symptom(
        "missing-libraries",
        (r"Could not load dynamic library 'libcudart\.so",),
        _("The CUDA library libcudart was not found that this TensorFlow looks for."),
        _WITH_CUDA,
        against=(_IGNORE_CUDART,),
        unless=("cuda-libraries-mixed", "missing-libraries"),
        note=True,
    ),
    symptom(
        "missing-libraries",
        (
            rf"ImportError: {_LIBRARY}[\w.]*: {_CANNOT_OPEN}",
            rf"Could not load library {_LIBRARY}[\w.]*\. Error: (?!\S{{0,200}}libcuda\.so)[\w./-]*: {_CANNOT_OPEN}",
            r"Unable to load any of \{libcudnn",
            rf"OSError: libcudnn[\w.]*: {_CANNOT_OPEN}",
        ),
        _("A library that belongs to CUDA is not where it is looked for."),
        _WITH_CUDA,
        against=(OTHER_LIBRARIES,),
        unless=("missing-libraries",),
        detail=rf"(?:(?:Import|OS)Error: ({_LIBRARY}[\w.]*)|Could not load library {_LIBRARY}[\w.]*\. Error: "
               rf"(?:[\w./-]*/)?(lib[\w+-]+\.so[\w.]*)): {_CANNOT_OPEN}",
        detail_says=_NAMES,
    ),
    symptom(
        "cudnn-too-old",
        (rf"{_CUDNN_LOADED}(9\.\d+\.\d+)",),
        _CUDNN_SAYS,
        _("Type: pip install --upgrade nvidia-cudnn-cu12   and keep PyTorch in an environment of its own."),
        fits=is_rising,
        detail=_CUDNN_SEEN,
        detail_says=_("The log says: loaded {detail}."),
    ),
    symptom(
        "cudnn-too-old",
        (rf"{_CUDNN_LOADED}{_CUDNN_VERSION}",),
        _CUDNN_SAYS,
        _CUDNN_TODO,
        fits=is_rising,
        against=(OTHER_LIBRARIES,),
        unless=("cudnn-too-old",),
        detail=_CUDNN_SEEN,
        detail_says=_("The log says: loaded {detail}."),
    ),
    symptom(
        "cudnn-too-old",
        (r"Cudnn version is too old",),
        _CUDNN_SAYS,
        _CUDNN_TODO,
        against=(OTHER_LIBRARIES,),
        unless=("cudnn-too-old",),
    ),
    symptom(
        "cudnn-too-new",
        (rf"{_CUDNN_LOADED}{_CUDNN_VERSION}",),
        _("Another cuDNN is loaded than the one that the program was compiled for, and it is too new to stand in for "
          "it."),
        _("Take that cuDNN off LD_LIBRARY_PATH, and install the one that the program was compiled for, or a TensorFlow "
          'of today in a clean environment: pip install "tensorflow[and-cuda]==2.21.0"'),
        fits=is_falling,
        against=(OTHER_LIBRARIES,),
        unless=("cudnn-too-old",),
        detail=_CUDNN_SEEN,
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
        unless=("cudnn-too-old", "cudnn-too-new"),
    ),
)  # fmt: skip
