"""The libraries that the chapters stand on: which versions are here, and which of them do not go together."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator, Mapping
from importlib import metadata

from bookutils.core.findings import NOTE, OK, PROBLEM, Finding
from bookutils.core.messages import _
from bookutils.devices.system import COLAB, LINUX, MACOS_ARM, MACOS_INTEL, MACOS_ROSETTA, WINDOWS, WSL1, WSL2, System

NAMED = (
    "tensorflow", "keras", "tensorflow-text", "tf-keras", "tensorflow-hub", "numpy", "ipywidgets", "setuptools",
)  # fmt: skip
_ALSO = (
    "jupyterlab", "nvidia-cudnn-cu12", "tensorflow-metal", "tensorflow-gpu", "tensorflow-cpu", "tf-nightly",
)  # fmt: skip
_BESIDE = ("tensorflow-gpu", "tensorflow-cpu", "tf-nightly")
Versions = Mapping[str, str | None]


def installed_versions() -> dict[str, str | None]:
    """Return the versions of the libraries that matter here, None for those that are not installed."""
    versions: dict[str, str | None] = {}
    for name in (*NAMED, *_ALSO):
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            versions[name] = None
    return versions


def has_pkg_resources() -> bool:
    """Whether `pkg_resources` is there, which tensorflow_hub imports and newer setuptools lack."""
    return importlib.util.find_spec("pkg_resources") is not None


def package_findings(versions: Versions, system: System, pkg_resources: bool) -> list[Finding]:
    """Name the versions in one line, and each combination that does not work in a line of its own."""
    named = [f"{name} {versions.get(name) or _('not installed')}" for name in NAMED]
    facts = {name: version for name, version in versions.items() if version}
    bad = [*_tensorflow(versions, system), *_beside_tensorflow(versions, system), *_hub(versions, pkg_resources),
           *_notebook(versions, system)]  # fmt: skip
    return [Finding("packages", OK, ", ".join(named) + ".", facts=facts), *bad]


def _tensorflow(versions: Versions, system: System) -> Iterator[Finding]:
    tensorflow = versions.get("tensorflow")
    if tensorflow is None:
        yield Finding(
            "tensorflow", NOTE, _("It is not installed: the chapters that need none run, the others do not."),
            _install(system),
        )  # fmt: skip
    elif _parts(tensorflow) < (2, 20):
        says = _("{version} is older than 2.20, the oldest one that the chapters are written for.")
        yield Finding("tensorflow version", PROBLEM, says.format(version=tensorflow), _install(system))
    elif _parts(tensorflow) >= (2, 22):
        says = _("{version} is newer than 2.21, the newest one that the chapters were tested with.")
        yield Finding("tensorflow version", NOTE, says.format(version=tensorflow))
    numpy, keras = versions.get("numpy"), versions.get("keras")
    if numpy and _parts(numpy) < (2, 0):
        says = _("{version} is older than 2.0, which the chapters are written for.")
        yield Finding("numpy", PROBLEM, says.format(version=numpy), 'Type: pip install "numpy>=2,<3"')
    if tensorflow and keras and _parts(keras) < (3, 0):
        says = _("{version} is Keras 2; the chapters are written for Keras 3.")
        yield Finding("keras", PROBLEM, says.format(version=keras), 'Type: pip install "keras>=3"')


def _beside_tensorflow(versions: Versions, system: System) -> Iterator[Finding]:
    tensorflow, text, metal = (versions.get(name) for name in ("tensorflow", "tensorflow-text", "tensorflow-metal"))
    if tensorflow is None:
        return
    minor = ".".join(map(str, _parts(tensorflow)))
    if text is None and system.kind == WINDOWS:
        says = _("It has no build for Windows: the chapters on BERT do not run here.")
        yield Finding("tensorflow-text", NOTE, says, _("Use WSL2 for them. In PowerShell type: wsl --install"))
    elif text is None:
        says = _("It is not installed: the chapters on BERT do not run.")
        yield Finding("tensorflow-text", PROBLEM, says, f'Type: pip install "tensorflow-text=={minor}.*"')
    elif _parts(text) != _parts(tensorflow):
        says = _("{text} belongs to another TensorFlow than {tensorflow}: it does not load beside it.").format(
            text=text, tensorflow=tensorflow
        )
        yield Finding("tensorflow-text", PROBLEM, says, f'Type: pip install "tensorflow-text=={minor}.*"')
    if metal and system.kind == MACOS_ARM:
        says = _("{version} does not load beside TensorFlow 2.20 or 2.21.").format(version=metal)
        yield Finding("tensorflow-metal", PROBLEM, says, "Type: pip uninstall tensorflow-metal")
    for other in filter(versions.get, _BESIDE):
        says = _("{name} {version} is installed beside tensorflow; which one is imported is chance.")
        todo = f'Type: pip uninstall {other}   pip install --force-reinstall --no-deps "tensorflow=={tensorflow}"'
        yield Finding(other, PROBLEM, says.format(name=other, version=versions[other]), todo)
    cudnn = versions.get("nvidia-cudnn-cu12")
    if cudnn and _parts(cudnn) < (9, 3):
        says = _("cuDNN {version} is older than the 9.3 that TensorFlow is compiled with; PyTorch brings such ones.")
        todo = _("Type: pip install --upgrade nvidia-cudnn-cu12   and keep PyTorch in an environment of its own.")
        yield Finding("cudnn", NOTE, says.format(version=cudnn), todo)


def _hub(versions: Versions, pkg_resources: bool) -> Iterator[Finding]:
    if versions.get("tensorflow") is None or versions.get("tensorflow-hub") is None:
        return
    setuptools, tf_keras = versions.get("setuptools"), versions.get("tf-keras")
    if not pkg_resources:
        says = _("There is no pkg_resources (setuptools {version}), so tensorflow_hub cannot be imported.")
        says = says.format(version=setuptools or _("not installed"))
        yield Finding("setuptools", NOTE, says, 'Type: pip install "setuptools<80.9"')
    elif setuptools and _parts(setuptools) >= (80, 9):
        says = _("{version} warns at every import of tensorflow_hub, and later ones break it.")
        yield Finding("setuptools", NOTE, says.format(version=setuptools), 'Type: pip install "setuptools<80.9"')
    minor = ".".join(map(str, _parts(versions["tensorflow"] or "")))
    if tf_keras is None or f"{minor}." != f"{'.'.join(map(str, _parts(tf_keras)))}.":
        says = _("tensorflow_hub needs tf-keras in TensorFlow's version; here is {version}.")
        yield Finding(
            "tf-keras", NOTE, says.format(version=tf_keras or _("none")), f'Type: pip install "tf-keras=={minor}.*"'
        )


def _notebook(versions: Versions, system: System) -> Iterator[Finding]:
    widgets, lab = versions.get("ipywidgets"), versions.get("jupyterlab")
    if widgets and _parts(widgets) < (7, 7):
        says = _("{version} is older than 7.7, which the sliders need.").format(version=widgets)
        yield Finding("ipywidgets", PROBLEM, says, 'Type: pip install "ipywidgets>=8"')
    elif widgets and lab and _parts(widgets) < (8, 0) and _parts(lab) >= (4, 0) and system.kind != COLAB:
        says = _("{version} shows no sliders in JupyterLab {lab}.").format(version=widgets, lab=lab)
        yield Finding("ipywidgets", PROBLEM, says, 'Type: pip install "ipywidgets>=8"')


def _install(system: System) -> str:
    if system.kind == COLAB:
        return _("Start a new session: Colab brings it.")
    if system.kind in {MACOS_INTEL, MACOS_ROSETTA}:
        return ""  # the line on the system says it
    if system.kind in {LINUX, WSL1, WSL2}:
        return _('Type: pip install "tensorflow[and-cuda]==2.21.0" "tensorflow-text==2.21.*"   (a CPU: without [...])')
    return _('Type: pip install "tensorflow==2.21.0"')


def _parts(version: str) -> tuple[int, int]:
    """Return major and minor version; what is no number counts as zero.

    >>> _parts("2.21.0"), _parts("2.22.0.dev20260101"), _parts("9"), _parts("80.9.0")
    ((2, 21), (2, 22), (9, 0), (80, 9))
    """
    numbers = [int("".join(filter(str.isdigit, part)) or 0) for part in version.split(".")[:2]]
    major, minor = [*numbers, 0, 0][:2]
    return major, minor
