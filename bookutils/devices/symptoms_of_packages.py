"""Causes that lie with what is installed: pip, NumPy, protobuf, extensions of TensorFlow."""

from __future__ import annotations

from functools import partial

from bookutils.core.messages import _
from bookutils.devices.symptom_rules import Symptom, symptom

_symptom = partial(symptom, subject="packages")

_OURS = r"(?:tensorflow|tf|keras)[\w.-]{0,40}"
_PACKAGE = r"(?:tensorflow|tensorflow_hub|tensorflow_text|tf_keras|keras|numpy)"
_OFFLINE = (
    r"Retrying \(Retry\(",
    r"NewConnectionError|NameResolutionError|Temporary failure in name resolution|getaddrinfo failed",
    r"CERTIFICATE_VERIFY_FAILED",
    r"ProxyError|ConnectTimeoutError|ReadTimeoutError",
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
            rf"module '{_PACKAGE}' has no attribute|from (?:partially initialized module )?'{_PACKAGE}|"
            rf"No module named '{_PACKAGE}\.[\w.]+'; '\w+' is not a package",
        ),
        detail=r'File "(?![^"\n]{0,300}(?:site|dist)-packages)([^"\n]{0,300}'
               r'(?<![\w-])(?:tensorflow|tensorflow_hub|tensorflow_text|tf_keras|keras|numpy)\.py)", line',
        detail_says=_("It is {detail}."),
    ),
    _symptom(
        "download-damaged",
        (r"THESE PACKAGES DO NOT MATCH THE HASHES", r"zipfile\.BadZipFile: Bad CRC-32"),
        _("What pip downloaded, or kept in its cache, is not the package that it expected: mostly a download that "
          "broke off."),
        _("Type the command again with: pip install --no-cache-dir ..."),
    ),
    _symptom(
        "numpy-of-another-version",
        (r"module compiled against API version \w+ but this version of numpy is \w+",),  # NumPy says it of older ones
        _("The installed NumPy is older than the one that a package was compiled with."),
        _("Let pip choose two that fit: pip install --upgrade numpy tensorflow   (with the package that the traceback "
          "names, where it is another)."),
    ),
    _symptom(
        "numpy-of-another-version",
        (r"numpy\.dtype size changed, may indicate binary incompatibility\. Expected 96 from C header, got 88",),
        _("A package was compiled for NumPy 2, and an older NumPy is loaded."),
        _("Type: pip install --upgrade numpy   and restart the kernel: a NumPy that was loaded before an installation "
          "stays until then."),
        against=(r"A module that was compiled using NumPy 1\.x",),
        unless=("numpy-of-another-version",),
    ),
    _symptom(
        "numpy-of-another-version",
        (
            r"ValueError: numpy\.\w+ size changed, may indicate binary incompatibility",
            r"A module that was compiled using NumPy 1\.x cannot be run in",
            r"_ARRAY_API not found",
            r"numpy\.core\.(?:multiarray|umath|_multiarray_umath) failed to import",
            r"module compiled against ABI version \w+ but this version of numpy is \w+",
        ),
        _("A package was compiled for another generation of NumPy than the one that is installed."),
        _('Upgrade the package that the lines above the error name; where it has no newer version type: pip install '
          '"numpy<2"'),
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
        "numpy-name-gone",
        (
            r"module 'numpy' has no attribute '(?:bool|int|float|object|complex|str|long|unicode|typeDict)'",
            r"`?np\.\w{1,40}`? was removed in the NumPy 2\.0 release",
            r"No module named 'numpy\._core\b",
        ),
        _("Code uses a name that the installed NumPy does not have: it was written for another version."),
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
        (
            r"Detected (?:incompatible|mismatched) Protobuf Gencode/Runtime",
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
        (r"The \"tensorflow-gpu\" package has been removed", r"tensorflow-gpu\" package has been removed"),
        _("The package tensorflow-gpu does not exist any more; tensorflow holds both."),
        _('Type: pip install "tensorflow[and-cuda]==2.21.0"'),
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
        "packages-contradict",
        (r"ERROR: ResolutionImpossible", r"because these package versions have conflicting dependencies",
         r"No solution found when resolving dependencies"),
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
        _("A new setuptools has no pkg_resources, which tensorflow_hub imports."),
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
)  # fmt: skip
