"""Which system this is, and which Python runs on it."""

from __future__ import annotations

import importlib.util
import os
import platform
import sys
from dataclasses import dataclass
from pathlib import Path

from bookutils.core.findings import NOTE, OK, PROBLEM, Finding
from bookutils.core.messages import _

LINUX, WSL2, WSL1, COLAB = "linux", "wsl2", "wsl1", "colab"
MACOS_ARM, MACOS_INTEL, MACOS_ROSETTA, WINDOWS, OTHER = "macos-arm", "macos-intel", "macos-rosetta", "windows", "other"
_PROC_VERSION = Path("/proc/version")


@dataclass(frozen=True)
class System:
    """What is known of the machine before anything is tried.

    Attributes
    ----------
    kind : one of the names above
    release : the kernel's or the system's own version
    machine : the processor's architecture
    python : the version of Python, such as (3, 12, 4)
    environment : "venv", "conda", "colab", or "none" for the system's own Python
    prefix : the folder of that environment
    """

    kind: str
    release: str = ""
    machine: str = "x86_64"
    python: tuple[int, int, int] = (3, 12, 0)
    environment: str = "venv"
    prefix: str = ""


def this_system() -> System:
    """Look at the machine that this runs on."""
    proc_version = _PROC_VERSION.read_text(encoding="utf-8", errors="replace") if _PROC_VERSION.is_file() else ""
    colab = _is_colab()
    kind = tell_system(platform.system(), platform.machine(), proc_version, platform.version(), colab)
    return System(
        kind, platform.release(), platform.machine(), sys.version_info[:3], _environment(colab), sys.prefix
    )  # fmt: skip


def tell_system(name: str, machine: str, proc_version: str = "", version: str = "", colab: bool = False) -> str:
    """Tell systems apart by what they say of themselves.

    Parameters
    ----------
    name, machine, version : what `platform.system()`, `.machine()` and `.version()` return
    proc_version : the text of ``/proc/version``
    colab : whether the module ``google.colab`` is there

    Examples
    --------
    >>> tell_system("Linux", "x86_64", "Linux version 5.15.167.4-microsoft-standard-WSL2 (root@f9c826d3017f)")
    'wsl2'
    >>> tell_system("Darwin", "x86_64", version="Darwin Kernel Version 23.6.0: root:xnu/RELEASE_ARM64_T6000")
    'macos-rosetta'
    """
    if colab:
        return COLAB
    if name == "Linux":
        if "-Microsoft" in proc_version:  # the first WSL writes itself so; the second has a kernel of its own
            return WSL1
        return WSL2 if "microsoft" in proc_version.lower() else LINUX
    if name == "Darwin":
        if machine == "arm64":
            return MACOS_ARM
        return MACOS_ROSETTA if "ARM64" in version else MACOS_INTEL
    return WINDOWS if name == "Windows" else OTHER


def system_finding(system: System) -> Finding:
    """Say which system this is, and what is true of it for these chapters."""
    facts = {"kind": system.kind, "release": system.release, "machine": system.machine}
    says = {
        LINUX: _("Linux {release} on {machine}."),
        WSL2: _("Linux in WSL2 ({release}): the GPU's driver is the one of Windows."),
        WSL1: _("Linux in the first WSL ({release}), which cannot reach a GPU."),
        COLAB: _("Colab: its own TensorFlow is used, and nothing of it should be upgraded."),
        MACOS_ARM: _("macOS on Apple silicon: TensorFlow computes on the CPU."),
        MACOS_INTEL: _("macOS on Intel: there is no TensorFlow of this version; chapters that need none run."),
        MACOS_ROSETTA: _("A Python for Intel on Apple silicon: there is no TensorFlow for it."),
        WINDOWS: _("Windows itself: TensorFlow computes on the CPU, and its text library has no build."),
    }.get(system.kind, _("An unknown system, {release} on {machine}."))
    todo = {
        WSL1: _("In PowerShell type: wsl --set-version NAME 2   (wsl --list shows the names)"),
        MACOS_INTEL: _("For chapters with TensorFlow use Colab or a Linux machine."),
        MACOS_ROSETTA: _("Install a Python for arm64 and make the environment again with it."),
        WINDOWS: _("For chapters with TensorFlow use WSL2. In PowerShell type: wsl --install"),
    }.get(system.kind, "")
    state = NOTE if todo or system.kind == OTHER else OK
    return Finding("system", state, says.format(release=system.release, machine=system.machine), todo, facts)


def python_finding(system: System) -> Finding:
    """Say which Python this is, and whether the course runs on it."""
    version = ".".join(map(str, system.python))
    where = {
        "venv": _("in the environment {prefix}"),
        "conda": _("in the conda environment {prefix}"),
        "colab": _("Colab's own"),
    }.get(system.environment, _("in no environment of its own"))
    says = f"{version}, {where.format(prefix=system.prefix)}."
    facts = {"version": version, "environment": system.environment}
    if system.python >= (3, 14):
        todo = _("Make the environment with Python 3.12: TensorFlow has no build for {version} yet.")
        return Finding("python", PROBLEM, says, todo.format(version=".".join(map(str, system.python[:2]))), facts)
    if system.python < (3, 11):
        return Finding("python", PROBLEM, says, _("Make the environment with Python 3.11, 3.12 or 3.13."), facts)
    if system.environment == "none":
        todo = _("Make an environment, so that nothing else changes these versions. In the clone type: make lab")
        return Finding("python", NOTE, says, todo, facts)
    return Finding("python", OK, says, facts=facts)


def _is_colab() -> bool:
    try:
        return importlib.util.find_spec("google.colab") is not None
    except (ImportError, ValueError):
        return False


def _environment(colab: bool) -> str:
    if colab:
        return "colab"
    if (Path(sys.prefix) / "conda-meta").is_dir():
        return "conda"
    if sys.prefix != sys.base_prefix or os.environ.get("VIRTUAL_ENV") == sys.prefix:
        return "venv"
    return "none"
