"""Causes that lie with what is installed: pip, NumPy, protobuf, extensions of TensorFlow."""

from __future__ import annotations

from functools import partial

from bookutils.core.messages import _
from bookutils.devices.symptoms.numbers import is_falling, is_rising
from bookutils.devices.symptoms.rules import Symptom, symptom

_symptom = partial(symptom, subject="packages")

_OURS = r"(?:tensorflow(?:[-_](?:cpu|intel))?|keras|tf[-_]keras)(?![\w-])"
_OF_OURS = r"(?:tensorflow|tf|keras)[\w.-]{0,40}"
_PACKAGE = r"(?:tensorflow|tensorflow_hub|tensorflow_text|tf_keras|keras|numpy)"
_GONE_FROM_NUMPY = r"(?:bool8|bool|int|float|object|complex|str|long|unicode|typeDict)"
_OFFLINE = (
    r"Retrying \(Retry\(",
    r"NewConnectionError|NameResolutionError|Temporary failure in name resolution|getaddrinfo failed",
    r"CERTIFICATE_VERIFY_FAILED",
    r"ProxyError|ConnectTimeoutError|ReadTimeoutError",
)
_OLDER_NUMPY = _("The installed NumPy is older than the one that a package was compiled with.")
_NEWER_NUMPY = _(
    "Type: pip install --upgrade numpy   and restart the kernel; where NumPy has to stay, take an older version of the "
    "package that the traceback names."
)
_GENCODE = (
    r"Detected (?:incompatible|mismatched) Protobuf Gencode/Runtime [\s\S]{0,300}?gencode (\d+\.\d+\.\d+) runtime "
    r"(\d+\.\d+\.\d+)"
)
_PROTOBUF_SAYS = _("protobuf has another version than the one that the generated files (_pb2.py) were made for.")

PACKAGES: tuple[Symptom, ...] = (
    _symptom(
        "own-file-hides-package",
        (
            r'File "(?![^"\n]{0,300}(?:site|dist)-packages)(?:[^"\n]{0,300}[/\\])?'
            rf'{_PACKAGE}\.py", line',
        ),
        _("A file of yours has a package's name, so Python imports it in the package's place."),
        _("Rename the file that the traceback names, and delete the folder __pycache__ beside it."),
        context=(
            rf"module '{_PACKAGE}' has no attribute(?! '{_GONE_FROM_NUMPY}')|"
            rf"from (?:partially initialized module )?'{_PACKAGE}|"
            rf"No module named '{_PACKAGE}\.[\w.]+'; '\w+' is not a package",
        ),
        detail=r'File "(?![^"\n]{0,300}(?:site|dist)-packages)([^"\n]{0,300}'
               r'(?<![\w-])(?:tensorflow|tensorflow_hub|tensorflow_text|tf_keras|keras|numpy)\.py)", line',
        detail_says=_("It is {detail}."),
    ),
    _symptom(
        "download-damaged",
        (r"THESE PACKAGES DO NOT MATCH THE HASHES", r"[/\\]pip[/\\][\s\S]{0,6000}zipfile\.BadZipFile: Bad CRC-32"),
        _("What pip downloaded, or kept in its cache, is not the package that it expected: mostly a download that "
          "broke off."),
        _("Type the command again with: pip install --no-cache-dir ..."),
    ),
    _symptom(
        "numpy-of-another-version",
        (  # NumPy says it of older ones
            r"module compiled against API version \w+ but this version of numpy is \w+",
            r"module was compiled against NumPy C-API version \w+ [^\n]{0,40}but the running NumPy has C-API version",
        ),
        _OLDER_NUMPY,
        _("Let pip choose two that fit: pip install --upgrade numpy tensorflow   (with the package that the traceback "
          "names, where it is another)."),
    ),
    _symptom(
        "numpy-of-another-version",
        (r"numpy\.dtype size changed, may indicate binary incompatibility\. Expected 96 from C header, got 88",),
        _("Two versions of NumPy are mixed: one was loaded, and then another was installed over it."),
        _("Restart the kernel. Where the error comes again type: pip install --force-reinstall numpy"),
        context=(r"numpy[/\\]random|numpy\.random\.mtrand",),  # a part of NumPy itself
        unless=("numpy-of-another-version",),
    ),
    _symptom(
        "numpy-of-another-version",
        (  # a dtype has 96 bytes in NumPy 1 and 88 in NumPy 2; the other types have only grown
            r"ValueError: numpy\.(?!dtype)\w+ size changed, may indicate binary incompatibility(?!\. Expected \d{1,4})",
            r"numpy\.dtype size changed, may indicate binary incompatibility\. Expected 88 from C header, got 96",
        ),
        _OLDER_NUMPY,
        _NEWER_NUMPY,
        unless=("numpy-of-another-version",),
    ),
    _symptom(
        "numpy-of-another-version",
        (r"ValueError: numpy\.(?!dtype)\w+ size changed, may indicate binary incompatibility\. Expected (\d{1,4}) from "
         r"C header, got (\d{1,4}) from",),
        _OLDER_NUMPY,
        _NEWER_NUMPY,
        fits=is_falling,
        unless=("numpy-of-another-version",),
    ),
    _symptom(
        "numpy-of-another-version",
        (
            r"ValueError: numpy\.\w+ size changed, may indicate binary incompatibility",
            r"A module that was compiled using NumPy 1\.x cannot be run in",
            r"_ARRAY_API not found",
            r"module compiled against ABI version \w+ but this version of numpy is \w+",
        ),
        _("A package was compiled for another generation of NumPy than the one that is installed."),
        _('Upgrade the package that the lines above the error name; where it has no newer version type: pip install '
          '"numpy<2"'),
        unless=("numpy-of-another-version",),
    ),
    _symptom(
        "numpy-of-another-version",
        (r"numpy\.core\.(?:multiarray|umath|_multiarray_umath) failed to import",),
        _("A package was compiled with another version of NumPy than the one that is installed: mostly NumPy 1 and 2."),
        _('Upgrade both: pip install --upgrade numpy PACKAGE   with the one that the traceback names; where it has no '
          'newer version type: pip install "numpy<2"'),
        unless=("numpy-of-another-version",),
    ),
    _symptom(
        "numpy-of-another-version",
        (
            r"Unable to convert function return value to a Python type! The signature was \(\) -> handle",
            r"Cannot convert a symbolic Tensor \([\w/]{0,80}(?:lstm|gru|rnn|bidirectional)[\w/]{0,80}strided_slice:0\) "
            r"to a numpy array",
        ),
        _("This TensorFlow is of other years than the NumPy beside it, and the two do not work together."),
        _('In a new environment type: pip install "tensorflow==2.21.0"   ; where an old one must stay, install the '
          "NumPy of its year."),
        unless=("numpy-of-another-version",),
    ),
    _symptom(
        "numpy-of-another-version",
        (r"No module named 'numpy\._core\b",),
        _("The installed NumPy is older than the one that a package, or a stored file, was made with: numpy._core came "
          "with NumPy 2."),
        _("Type: pip install --upgrade numpy   and restart the kernel; where NumPy has to stay, store the file anew "
          "with it."),
        unless=("numpy-of-another-version",),
    ),
    _symptom(
        "numpy-name-gone",
        (
            rf"module 'numpy' has no attribute '{_GONE_FROM_NUMPY}'",
            r"`?np\.\w{1,40}`? was removed in the NumPy 2\.0 release",
        ),
        _("Code uses a name that the installed NumPy has no more: it was written for an older version."),
        _("Upgrade the package that the traceback names last; in code of your own write what the message proposes."),
        unless=("numpy-of-another-version",),
    ),
    _symptom(
        "protobuf-of-another-version",
        (r"Descriptors cannot (?:not )?be created directly",),
        _PROTOBUF_SAYS,
        _('Upgrade the package whose _pb2.py file the traceback names; where it must stay type: pip install '
          '"protobuf<3.21"'),
    ),
    _symptom(
        "protobuf-of-another-version",
        (r"Descriptors should not be created directly, but only retrieved from their parent",),
        _PROTOBUF_SAYS,
        _("Upgrade the package whose _pb2.py file the traceback names; make one of your own anew with protoc."),
        unless=("protobuf-of-another-version",),
    ),
    _symptom(
        "protobuf-of-another-version",
        (r"'MessageFactory' object has no attribute 'GetPrototype'",),
        _("protobuf is newer than this TensorFlow knows it: a name is gone since protobuf 6.30."),
        _('Type: pip install --upgrade tensorflow   or, where it must stay: pip install "protobuf<6.30"'),
        unless=("protobuf-of-another-version",),
    ),
    _symptom(
        "protobuf-of-another-version",
        (_GENCODE,),
        _("protobuf is newer than the generated files (_pb2.py) that use it, by more than it bears."),
        _("Upgrade the package whose _pb2.py file the traceback names; where it must stay, install the protobuf whose "
          "first number is that of the gencode."),
        fits=is_rising,
        unless=("protobuf-of-another-version",),
        detail=r"Protobuf Gencode/Runtime [\s\S]{0,300}?(gencode \d+\.\d+\.\d+ runtime \d+\.\d+\.\d+)",
        detail_says=_("The log says: {detail}."),
    ),
    _symptom(
        "protobuf-of-another-version",
        (_GENCODE,),
        _("protobuf is older than the generated files (_pb2.py) that use it."),
        _("Type: pip install --upgrade protobuf"),
        fits=is_falling,
        unless=("protobuf-of-another-version",),
    ),
    _symptom(
        "protobuf-of-another-version",
        (
            r"cannot import name '(?:builder|runtime_version)' from 'google\.protobuf",
            r"module 'google\.protobuf[\w.]*' has no attribute '(?:GetMessageClass|ValidateProtobufRuntimeVersion|"
            r"runtime_version)",
        ),
        _("protobuf is older than the generated files (_pb2.py) that use it."),
        _("Type: pip install --upgrade protobuf"),
        unless=("protobuf-of-another-version",),
    ),
    _symptom(
        "protobuf-of-another-version",
        (r"compiled against version [\d.]+ of the Protocol Buffer runtime library, which is not compatible",),
        _("Two packages that are loaded together were built with different versions of protobuf."),
        _("Keep TensorFlow in an environment of its own, without the other package."),
        unless=("protobuf-of-another-version",),
    ),
    _symptom(
        "tensorflow-gpu-is-gone",
        (r"The \"tensorflow-gpu\" package has been removed", r"tensorflow-gpu\" package has been removed",
         r"No matching distribution found for tensorflow-gpu\b"),
        _("The package tensorflow-gpu does not exist any more; tensorflow holds both."),
        _('Type: pip install "tensorflow[and-cuda]==2.21.0"'),
        against=(r"tensorflow-gpu[^\n]{0,80}\(from versions: ?\d",),  # it is there, in other versions
    ),
    _symptom(
        "environment-is-the-systems",
        (r"error: externally-managed-environment",),
        _("This Python belongs to the system, which lets pip change nothing in it."),
        _("Make an environment: python3 -m venv .venv   and then: source .venv/bin/activate"),
    ),
    _symptom(
        "nothing-to-install",
        (
            rf"No matching distribution found for {_OURS}",
            rf"Could not find a version that satisfies the requirement {_OURS}",
            rf"Could not find any downloads that satisfy the requirement {_OURS}",
            r"tensorflow[\w.-]*\.whl is not a supported wheel on this platform",
            rf"{_OURS}==[\w.]+ has no wheels with a matching (?:Python|platform)",
        ),
        _("pip found no such version of the package for this Python and this system. TensorFlow 2.21 has wheels for "
          "Python 3.10 to 3.13 of 64 bits: Linux with glibc (not Alpine), macOS on Apple's processors, Windows."),
        _("Make an environment with Python 3.12 of 64 bits, and install there, without asking for an old version."),
        against=_OFFLINE,
        unless=("tensorflow-gpu-is-gone",),
    ),
    _symptom(
        "nothing-to-install",
        (rf"No matching distribution found for {_OF_OURS}",
         rf"Could not find a version that satisfies the requirement {_OF_OURS}"),
        _("pip found no such version of that package for this Python and this system."),
        _("Its page on PyPI says under Download files for which Pythons and systems it is made; make an environment "
          "with one of them; tensorflow-text has nothing new for Windows, only for WSL2."),
        against=_OFFLINE,
        unless=("tensorflow-gpu-is-gone", "nothing-to-install"),
    ),
    _symptom(
        "nothing-to-install",
        (
            r"incompatible with the existing python installation in your environment:(?: Specifications:)?"
            r"(?:(?!Your python)[\s\S]){0,2000}?- tensorflow[^\n]{0,60} -> python\[version=",
            r"package tensorflow-\d[\w.+-]{0,80} requires python [<>=\d., a]{3,40}, but none of the providers can be "
            r"installed",
        ),
        _("conda has no such version of TensorFlow for the Python of this environment."),
        _("Make an environment with a Python that it is made for, such as: conda create -n course python=3.12   and "
          "there install TensorFlow with pip."),
        detail=r"(?:- (tensorflow[^\n]{0,60} -> python\[version='[^'\n]{1,200}'\])|Your python: (python=[\d.]*\d)|"
               r"package (tensorflow-\d[\w.+-]{0,80} requires python [<>=\d., a]{3,40}), but)",
        detail_says=_("It says: {detail}."),
        unless=("tensorflow-gpu-is-gone", "nothing-to-install"),
    ),
    _symptom(
        "packages-contradict",
        (
            r"ERROR: ResolutionImpossible",
            r"because these package versions have conflicting dependencies",
            r"No solution found when resolving dependencies",
            r"UnsatisfiableError: ?The following specifications were found to be in conflict:",
            r"UnsatisfiableError: ?The following specifications were found to be incompatible with each other:"
            r"(?! Output in format: Requested package -> Available versions ?The following)",  # that one is conda's own
        ),
        _("Two of the packages that were asked for want different versions of a third."),
        _("Install in a new environment, and give fewer exact versions: pip chooses those that fit."),
        unless=("nothing-to-install",),
    ),
    _symptom(
        "not-installed",
        (r"No module named '?(?:tensorflow|keras|tensorflow_hub|tensorflow_text|bookutils)'?\s*$",),
        _("The Python that ran this has not got the package."),
        _("Choose the course's kernel or environment; where it lacks the package, set it up again: make setup"),
        unless=("own-file-hides-package",),
        detail=r"No module named '?((?:tensorflow|keras|tensorflow_hub|tensorflow_text|bookutils))'?\s*$",
        detail_says=_("It lacks {detail}."),
    ),
    _symptom(
        "xla-flag-unknown",
        (r"Unknown flags? in (?:TF_)?XLA_FLAGS: ",),
        _("XLA_FLAGS holds a flag that this TensorFlow does not know, and for that it stops at once."),
        _("Unset XLA_FLAGS, or take that flag out, and restart the kernel."),
        detail=r"Unknown flags? in (?:TF_)?XLA_FLAGS: (-[^\s]{1,200}(?: -[^\s]{1,200}){0,20})",
        detail_says=_("It is {detail}."),
    ),
    _symptom(
        "no-pkg-resources",
        (r"No module named '?pkg_resources",),
        _("setuptools is missing, or too new to have pkg_resources, which older packages such as tensorflow_hub "
          "import."),
        _('Type: pip install "setuptools<80.9"'),
    ),
    _symptom(
        "text-of-another-version",
        (
            r"tensorflow_text\S{0,200}\.(?:so|dylib): undefined symbol",
            r"tensorflow_text\S{0,200}\.(?:so|dylib)[^\n]{0,200}(?:undefined symbol|symbol not found|"
            r"Library not loaded: @rpath/libtensorflow_framework)",
        ),
        _("tensorflow-text was built for another TensorFlow than the one that is installed."),
        _("Install both in one version, such as: pip install tensorflow==2.21.* tensorflow-text==2.21.*"),
    ),
    _symptom(
        "extension-of-another-version",
        (
            r"tensorflow_(?:io|addons|decision_forests|ranking|model_optimization)\S{0,200}\.so[^\n]{0,200}"
            r"undefined symbol",
            r"tensorflow_(?:io|addons|decision_forests)\S{0,200}\.dylib[^\n]{0,200}symbol not found",
        ),
        _("An extension of TensorFlow was built for another version than the one that is installed."),
        _("Install the version of it that belongs to this TensorFlow, or uninstall it: the course uses none."),
    ),
    _symptom(
        "extension-of-another-version",
        (r"\.so[\w.]{0,20}: undefined symbol: _ZNK?\w{0,8}10tensorflow",),
        _("A compiled extension of TensorFlow was built for another version than the one that is installed."),
        _("Install the version of it that was built for this TensorFlow, or build it anew."),
        against=(r"_pywrap\w*\.so[\w.]{0,20}: undefined symbol", r"libtensorflow\w*\.so[\w.]{0,20}: undefined symbol"),
        unless=("text-of-another-version", "extension-of-another-version"),
    ),
    _symptom(
        "ml-dtypes-of-another-version",
        (r"module 'ml_dtypes' has no attribute 'float8_e4m3b11'",),
        _("ml_dtypes is newer than the TensorFlow, or other package, that uses it: this name is gone since 0.3."),
        _('Upgrade the package that the traceback names; where it must stay type: pip install "ml_dtypes<0.3"'),
    ),
    _symptom(
        "ml-dtypes-of-another-version",
        (
            r"module 'ml_dtypes' has no attribute '(?:float[468]_e\dm\d\w{0,6}|u?int[1248])'",
            r"cannot import name '(?:float[468]_e\dm\d\w{0,6}|u?int[1248])' from 'ml_dtypes'",
        ),
        _("ml_dtypes has another version than the package wants that uses it: mostly it is older."),
        _("Upgrade both: pip install --upgrade ml_dtypes PACKAGE   with the one that the traceback names."),
        unless=("ml-dtypes-of-another-version",),
    ),
)  # fmt: skip
