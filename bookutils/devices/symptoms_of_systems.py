"""Causes that lie with the system below Python: its C libraries, its processor, Windows and macOS."""

from __future__ import annotations

from functools import partial

from bookutils.core.messages import _
from bookutils.devices.symptom_rules import Symptom, symptom

_symptom = partial(symptom, subject="packages")

_QUOTE = r"[`']{0,2}"
_OF_TENSORFLOW = (
    r"_pywrap_tensorflow|python[\\/]pywrap_tensorflow|pywrap_tensorflow_internal|_pywrap_tf|_pywrap_py|"
    r"Failed to load the native TensorFlow runtime"
)

SYSTEMS: tuple[Symptom, ...] = (
    _symptom(
        "glibc-too-old",
        (rf"version {_QUOTE}GLIBC_2\.\d+{_QUOTE} not found",),
        _("The system's C library (glibc) is older than the one that the package was built for."),
        _("Use a newer system (Ubuntu 20.04 or later), a container of one, or Colab; pip cannot bring a glibc."),
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
        "processor-too-old",
        (
            r"compiled to use [\w. ,]{2,80} instructions, but these aren't available on your machine",
            r"^(?:[\w/.:-]{0,80}:? ?(?:line )?\d{0,6}:? ?\d{0,8})? ?Illegal instruction\b",
            r"Illegal instruction ?(?:: 4|\(core dumped\))",
            r"illegal hardware instruction",
            r"interrupted by signal 4: SIGILL",
            r"(?:error|exit|return) code:? -1073741795\b",
            r"\b0xC000001D\b",
        ),
        _("The processor lacks an instruction that TensorFlow was compiled with, such as AVX. On a Mac with a "
          "processor of Apple's it is a TensorFlow for Intel."),
        _("Use Colab or another machine; in a virtual machine pass the host's processor through; on such a Mac install "
          "a Python for arm64."),
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
        _("Windows could not load TensorFlow's own library. Mostly the Visual C++ runtime is missing or old; a "
          "processor without AVX is the other reason."),
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
        ),
        _("A path is longer than the 260 characters that Windows allows."),
        _("Switch on long paths (LongPathsEnabled, see pip.pypa.io/warnings/enable-long-paths) or install into a "
          "shorter folder."),
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
            r"libmetal_plugin\.dylib[^\n]{0,200}(?:symbol not found|Library not loaded|image not found)",
            r"(?:symbol not found|Library not loaded)[^\n]{0,200}libmetal_plugin\.dylib",
        ),
        _("tensorflow-metal was built for another TensorFlow than the one that is installed."),
        _("Type: pip uninstall tensorflow-metal   The chapters use the CPU on macOS."),
    ),
)  # fmt: skip
