"""Causes that lie with the system below Python: its C libraries, its processor, Windows and macOS."""

from __future__ import annotations

from functools import partial

from bookutils.core.messages import _
from bookutils.devices.symptoms.rules import Symptom, symptom

_symptom = partial(symptom, subject="packages")

_QUOTE = r"[`']{0,2}"
_BUILT_FOR_A_NEWER_MACOS = (  # macOS says it only where the system is older
    r"\((?:which was )?built for (?:Mac OS X|macOS) (\d[\d.]*)(?: which is newer than running OS)?\)"
)
_NO_MODULE = r"^[ \t]{0,20}(?:E[ \t]{1,8})?(?:ModuleNotFound|Import)Error: No module named"
_LAST = r"\s{0,9}$(?! During handling)"  # what was caught, and went on in another way, is not why
_OF_TENSORFLOW = (
    r"_pywrap_tensorflow|python[\\/]pywrap_tensorflow|pywrap_tensorflow_internal|_pywrap_tf|_pywrap_py|"
    r"Failed to load the native TensorFlow runtime"
)

SYSTEMS: tuple[Symptom, ...] = (
    _symptom(
        "glibc-too-old",
        (rf"version {_QUOTE}GLIBC_2\.\d+{_QUOTE} not found",),
        _("The system's C library (glibc) is older than the one that the package was built for."),
        _("Use a newer system, a container of one, or Colab; pip cannot bring a glibc."),
        detail=rf"version {_QUOTE}(GLIBC_2\.\d+){_QUOTE} not found",
        detail_says=_("It wants {detail}."),
    ),
    _symptom(
        "libstdcxx-too-old",
        (rf"version {_QUOTE}(?:GLIBCXX|CXXABI)_[\d.]+{_QUOTE} not found",),
        _("An older libstdc++ is loaded than the one that the package was built for."),
        _("In a conda environment type: conda install -c conda-forge libstdcxx-ng   elsewhere update libstdc++6."),
        unless=("glibc-too-old",),
        detail=rf"version {_QUOTE}((?:GLIBCXX|CXXABI)_[\d.]+){_QUOTE} not found",
        detail_says=_("It wants {detail}."),
    ),
    _symptom(
        "processor-lacks-instruction",
        (
            r"compiled to use [\w. ,]{2,80} instructions, but these aren't available on your machine",
            r"^(?:[\w/.:-]{0,80}:? ?(?:line )?\d{0,6}:? ?\d{0,8})? ?Illegal instruction\b",
            r"Illegal instruction ?(?:: 4|\(core dumped\))",
            r"illegal hardware instruction",
            r"interrupted by signal 4: SIGILL",
            r"(?:error|exit|return) code:? -1073741795\b",
            r"\b0xC000001D\b",
        ),
        _("The processor lacks an instruction that the program was compiled with: mostly TensorFlow's AVX. On a Mac "
          "with a processor of Apple's it is a TensorFlow for Intel."),
        _("Use Colab or another machine; in a virtual machine pass the host's processor through; on such a Mac install "
          "a Python for arm64."),
        against=(r"aarch64|\barmv[78]|jetson|raspberry", r"import (?:numpy|torch|cv2) ?\n ?Illegal instruction"),
    ),
    _symptom(
        "wrong-word-size",
        (r"DLL load failed[^\n]{0,80}%1 is not a valid Win32 application", r"wrong ELF class: ELFCLASS(?:32|64)"),
        _("A library of 64 bits and a program of 32 bits, or the other way round, were put together."),
        _("Install a Python of 64 bits and make the environment anew with it."),
    ),
    _symptom(
        "wrong-architecture",
        (
            r"mach-o, but wrong architecture",
            r"mach-o file, but is an incompatible architecture",
            r"cannot open shared object file: Exec format error",
        ),
        _("The package was built for another kind of processor than this Python: Intel's (x86_64) or Arm's (arm64)."),
        _("Install a Python for this machine's own processor, and make the environment anew with it."),
    ),
    _symptom(
        "static-tls",
        (r"cannot allocate memory in static TLS block",),
        _("A library was loaded too late: the small memory that the system keeps for such ones was used up. It is "
          "seen on Arm processors."),
        _("Before Python starts type: export LD_PRELOAD=FILE   with the file that the message names."),
        detail=r"([\w./-]{3,300}\.so[\w.]{0,20}): cannot allocate memory in static TLS block",
        detail_says=_("The log names {detail}."),
    ),
    _symptom(
        "windows-runtime-missing",
        (r"Could not find the DLL\(s\) '?msvcp140", r"Could not find '?\"?msvcp140\w*\.dll"),
        _("The Visual C++ runtime of Microsoft is missing, which TensorFlow for Windows is built with."),
        _("Install the newest Visual C++ Redistributable for x64 (vc_redist.x64.exe) and restart Windows."),
    ),
    _symptom(
        "windows-runtime-missing",
        (r"DLL load failed while importing _pywrap_\w+", r"DLL load failed: "),
        _("Windows could not load TensorFlow's own library. Mostly the Visual C++ runtime is missing or old; other "
          "reasons are a processor without AVX and, for TensorFlow 1 with GPUs, a missing CUDA."),
        _("Install the newest Visual C++ Redistributable for x64 (vc_redist.x64.exe) and restart Windows."),
        context=(_OF_TENSORFLOW,),
        against=(r"Could not find '(?:cudart|cudnn|nvcuda|cublas)\w*\.dll'", r"directml"),
        unless=("windows-runtime-missing", "wrong-word-size"),
    ),
    _symptom(
        "windows-long-paths",
        (
            r"system does not have Windows Long Path support enabled",
            # A path of 260 characters has some more here: each backslash is written twice.
            r"Could not install packages due to an (?:EnvironmentError|OSError): \[Errno 2\] "
            r"No such file or directory: ' ?[A-Z]:\\[^'\n]{265,600}'",
            # TensorFlow's deepest folders; whoever posts a path shortens its beginning.
            r"Could not install packages due to an (?:EnvironmentError|OSError): \[Errno 2\] "
            r"No such file or directory: ' ?[A-Z]:\\[^'\n]{10,300}tensorflow\\{1,2}include\\{1,2}external\\"
            r"[^'\n]{60,400}'",
        ),
        _("A path is longer than the 260 characters that Windows allows."),
        _("Switch on long paths (LongPathsEnabled, see pip.pypa.io/warnings/enable-long-paths) or install into a "
          "shorter folder."),
    ),
    _symptom(
        "file-cut-off",
        (r"OSError: Unable to (?:synchronously )?open file \(truncated file: eof = \d",),
        _("A file of weights or data ends before its end: a download or a copy broke off."),
        _("Delete it and fetch it again; where it came in parts, join all of them."),
    ),
    _symptom(
        "file-cannot-be-locked",
        (r"OSError: Unable to (?:synchronously )?open file \(unable to lock file, errno = \d",),
        _("HDF5 could not lock the file: the file system, mostly one of a network, gives no locks, or another program "
          "has the file open."),
        _("Close other programs that use it, or copy it to a disk of this machine; else start Python with "
          "HDF5_USE_FILE_LOCKING=FALSE in its environment."),
    ),
    _symptom(
        "openmp-loaded-twice",
        (r"OMP: Error #15: Initializing \w*iomp5\w*\S{0,9},? but found \w*omp\w*\S{0,9} already initialized",),
        _("Two copies of the OpenMP runtime were loaded, and the second ends the program: mostly packages of conda and "
          "of pip in one environment."),
        _("Make a new environment and install all of it with pip. KMP_DUPLICATE_LIB_OK=TRUE lets it run on, and it may "
          "compute wrongly."),
    ),
    _symptom(
        "metal-plugin",
        (
            rf"libmetal_plugin\.dylib'? {_BUILT_FOR_A_NEWER_MACOS}",
            r"libmetal_plugin\.dylib[^\n]{0,40}symbol not found: _OBJC_CLASS_\$_(?:MPS|MTL)\w+",
        ),
        _("tensorflow-metal was built for a newer macOS than the one of this machine."),
        _("Type: pip uninstall tensorflow-metal   The chapters use the CPU on macOS. Or update macOS."),
        detail=rf"libmetal_plugin\.dylib'? {_BUILT_FOR_A_NEWER_MACOS}",
        detail_says=_("It was built for macOS {detail}."),
    ),
    _symptom(
        "metal-plugin",
        (
            r"libmetal_plugin\.dylib[^\n]{0,200}(?:symbol not found|Library not loaded|image not found)",
            r"(?:symbol not found|Library not loaded)[^\n]{0,200}libmetal_plugin\.dylib",
        ),
        _("tensorflow-metal was built for another TensorFlow than the one that is installed."),
        _("Type: pip uninstall tensorflow-metal   The chapters use the CPU on macOS."),
        unless=("metal-plugin",),
    ),
    _symptom(
        "macos-too-old",
        (rf"Symbol not found: \S{{1,300}} Referenced from: [^\n]{{0,200}}tensorflow[^\n]{{0,200}} "
         rf"{_BUILT_FOR_A_NEWER_MACOS}",
         r"Symbol not found: \S{1,300} Referenced from: [^\n]{0,200}tensorflow[^\n]{0,200} Expected in: [^\n]{0,60}?"
         r"(?:/usr/lib/lib(?:System|c\+\+)|/System/Library/)"),
        _("This TensorFlow was built for a newer macOS than the one of this machine."),
        _("Update macOS, or install a TensorFlow of this macOS's years; Colab runs the course too."),
        unless=("metal-plugin",),
        detail=_BUILT_FOR_A_NEWER_MACOS,
        detail_says=_("It was built for macOS {detail}."),
    ),
    _symptom(
        "zlibwapi-missing",
        (r"^[^\n\"'`]{0,60}Could not locate zlibwapi\.dll\. Please make sure it is in your library path",),
        _("cuDNN 8 on Windows needs zlibwapi.dll, which it does not bring, and did not find it."),
        _("Put a zlibwapi.dll of 64 bits into a folder that is on PATH: NVIDIA's guide to installing cuDNN 8 on "
          "Windows says where it comes from."),
    ),
    _symptom(
        "cudnn-not-loaded",
        (r"^Could not load library cudnn\w{0,30}64_\d\.dll\. Error code 126\b",),
        _("Windows could not load that part of cuDNN: it, or a library that it needs itself, mostly zlibwapi.dll, is "
          "in no folder that is searched."),
        _("Put cuDNN's folder bin, and for cuDNN 8 a zlibwapi.dll of 64 bits, on PATH; NVIDIA's guide to installing "
          "cuDNN on Windows says where both come from."),
        unless=("zlibwapi-missing",),
    ),
    _symptom(
        "distutils-missing",
        (rf"{_NO_MODULE} 'distutils'{_LAST}",),
        _("An older package imports distutils, which Python has not had since 3.12; before that, Debian and Ubuntu "
          "kept it apart."),
        _("Upgrade the package that the traceback names last; where it must stay, type: pip install setuptools   which "
          "brings a distutils, or take an older Python."),
    ),
    _symptom(
        "distutils-missing",
        (rf"{_NO_MODULE} 'distutils\.(?:util|cmd|core|sysconfig)'{_LAST}",),
        _("A part of distutils is missing: Debian and Ubuntu put it into a package of its own, and Python has had none "
          "since 3.12."),
        _("Up to Python 3.11 on Debian and Ubuntu type: sudo apt install python3-distutils   else: pip install "
          "setuptools"),
        unless=("distutils-missing",),
    ),
)  # fmt: skip
