"""What stands around Python: variables that hide or fake a GPU, memory, the processor's units, the sandbox."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from bookutils.core.commands import to_type
from bookutils.core.findings import NOTE, OK, PROBLEM, Finding
from bookutils.core.messages import _
from bookutils.devices.commands import run
from bookutils.devices.driver import ANSWERS, Driver
from bookutils.devices.shadows import shadow_findings

_KERAS_SETTINGS = {"backend": "tensorflow", "floatx": "float32", "image_data_format": "channels_last"}
_LITTLE = 2 * 10**9  # bytes
_CPU_UNITS = {"avx512_bf16": "AVX512-BF16", "amx_bf16": "AMX", "bf16": "BF16"}
_CPUINFO, _MEMINFO, _CGROUPS, _SELF = map(
    Path, ("/proc/cpuinfo", "/proc/meminfo", "/sys/fs/cgroup", "/proc/self/cgroup")
)


def hides_gpus(environment: Mapping[str, str]) -> bool:
    """Whether CUDA_VISIBLE_DEVICES keeps every GPU out of sight.

    >>> hides_gpus({"CUDA_VISIBLE_DEVICES": "-1"}), hides_gpus({"CUDA_VISIBLE_DEVICES": "0"}), hides_gpus({})
    (True, False, False)
    """
    value = environment.get("CUDA_VISIBLE_DEVICES")
    return value is not None and (not value.strip() or value.strip().startswith("-") or "NoDevFiles" in value)


def environment_findings(environment: Mapping[str, str], folder: Path, driver: Driver) -> list[Finding]:
    """Name the variables and files that change what TensorFlow sees."""
    found = []
    visible = environment.get("CUDA_VISIBLE_DEVICES")
    if hides_gpus(environment):
        says = _("CUDA_VISIBLE_DEVICES={value!r} hides every GPU from TensorFlow.").format(value=visible)
        todo = _("Unset CUDA_VISIBLE_DEVICES and restart the kernel.") if driver.state == ANSWERS else ""
        found.append(_variable("CUDA_VISIBLE_DEVICES", NOTE if todo else OK, says, todo))
    elif visible is not None:
        says = _("CUDA_VISIBLE_DEVICES={value!r} shows TensorFlow these GPUs alone.").format(value=visible)
        found.append(_variable("CUDA_VISIBLE_DEVICES", OK, says))
    for entry in filter(None, environment.get("LD_LIBRARY_PATH", "").split(os.pathsep)):
        if "stubs" in Path(entry).parts and any(Path(entry).glob("libcuda.so*")):
            says = _("LD_LIBRARY_PATH names {entry}: a stub of the driver's library, which can run nothing.")
            todo = _("Take that folder out of LD_LIBRARY_PATH and restart the kernel.")
            found.append(_variable("LD_LIBRARY_PATH", NOTE, says.format(entry=entry), todo))
    if "xla_force_host_platform_device_count" in environment.get("XLA_FLAGS", ""):
        says = _("XLA_FLAGS makes one CPU look like several devices. They are no GPUs.")
        found.append(_variable("XLA_FLAGS", NOTE, says, _("Unset XLA_FLAGS and restart the kernel.")))
    backend = environment.get("KERAS_BACKEND")
    if backend not in {None, "", "tensorflow"}:
        says = _("KERAS_BACKEND={value}: Keras would compute with another library than the chapters.")
        todo = _("Unset KERAS_BACKEND and restart the kernel.")
        found.append(_variable("KERAS_BACKEND", PROBLEM, says.format(value=backend), todo))
    if environment.get("TF_USE_LEGACY_KERAS", "").lower() not in {"", "0", "false"}:
        says = _("TF_USE_LEGACY_KERAS puts Keras 2 in the place of Keras 3, which the chapters are written for.")
        todo = _("Unset TF_USE_LEGACY_KERAS and restart the kernel.")
        found.append(_variable("TF_USE_LEGACY_KERAS", PROBLEM, says, todo))
    found += _python_variables(environment)
    found += keras_findings(environment)
    found += shadow_findings(environment, [folder, *_beside(folder)])
    return found or [Finding("environment", OK, _("No variable hides or fakes a GPU, and no file hides a library."))]


def keras_findings(environment: Mapping[str, str]) -> list[Finding]:
    """Name a keras.json in the person's home that makes Keras compute otherwise than the chapters say."""
    try:
        file = Path(environment.get("KERAS_HOME") or Path.home() / ".keras") / "keras.json"
        settings = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, RuntimeError, ValueError):  # no file, no home, no JSON: Keras passes over it too
        return []
    if not isinstance(settings, dict):
        return []
    wrong = {
        name: settings[name]
        for name, expected in _KERAS_SETTINGS.items()
        if settings.get(name, expected) != expected and not (name == "backend" and environment.get("KERAS_BACKEND"))
    }
    if not wrong:
        return []
    named = ", ".join(f"{name} = {value!r}" for name, value in wrong.items())
    says = _("{file} says {settings}: Keras computes otherwise than the chapters expect.")
    todo = _("Rename that file and restart the kernel.")
    return [Finding("environment", PROBLEM, says.format(file=file, settings=named), todo, {"file": str(file)})]


def _python_variables(environment: Mapping[str, str]) -> Iterator[Finding]:
    """Name the variables with which another Python than the course's is meant."""
    home = environment.get("PYTHONHOME")
    if home:
        says = _("PYTHONHOME={value}: each Python takes its own modules from there, and may not start.")
        yield _variable("PYTHONHOME", PROBLEM, says.format(value=home), _("Unset PYTHONHOME and restart the kernel."))
    if any(part.split(":")[0] == "error" for part in environment.get("PYTHONWARNINGS", "").split(",")):
        says = _("PYTHONWARNINGS={value}: a warning, of which there are some at TensorFlow's start, ends a program.")
        says = says.format(value=environment["PYTHONWARNINGS"])
        yield _variable("PYTHONWARNINGS", PROBLEM, says, _("Unset PYTHONWARNINGS and restart the kernel."))
    if environment.get("PYTHONOPTIMIZE"):
        says = _("PYTHONOPTIMIZE leaves assertions out, and some libraries break without their docstrings.")
        yield _variable("PYTHONOPTIMIZE", NOTE, says, _("Unset PYTHONOPTIMIZE and restart the kernel."))
    startup = environment.get("PYTHONSTARTUP")
    if startup:
        says = _("PYTHONSTARTUP={value}: that file runs before each notebook.").format(value=startup)
        yield _variable("PYTHONSTARTUP", NOTE, says, _("Unset PYTHONSTARTUP and restart the kernel."))


def _beside(folder: Path) -> list[Path]:
    """Return the folders where a learner's notebooks lie, seen from here and from the clone of this package."""
    clone = Path(__file__).resolve().parents[2]
    return [place for place in (folder / "work", clone / "work") if place.is_dir()]


def memory_finding() -> Finding:
    """Say how much main memory there is; a container's limit counts where it is lower."""
    total, free = _memory()
    if total is None:
        return Finding("memory", NOTE, _("How much memory there is could not be read."))
    limit = cgroup_limit(_SELF.read_text(encoding="ascii") if _SELF.is_file() else "", _CGROUPS)
    facts = {"total": total, "free": free, "limit": limit}
    says = _("{total:.1f} GB").format(total=total / 1e9)
    if free is not None:
        says += _(", {free:.1f} GB of it free").format(free=free / 1e9)
    if limit is not None and limit < total:
        says += _("; this container may use {limit:.1f} GB").format(limit=limit / 1e9)
    least = min(size for size in (total, free, limit) if size is not None)
    if least < _LITTLE:
        return Finding("memory", NOTE, says + ".", _("Close other kernels and programs before you train."), facts)
    return Finding("memory", OK, says + ".", facts=facts)


def cgroup_limit(own: str, root: Path) -> int | None:
    """Return the memory in bytes that this process's control groups allow, None without a limit.

    Parameters
    ----------
    own : the text of ``/proc/self/cgroup``
    root : where control groups are mounted
    """
    limits = []
    for line in own.splitlines():
        _number, controllers, path = [*line.split(":", 2), "", ""][:3]
        if controllers == "":
            base, name = root, "memory.max"
        elif "memory" in controllers.split(","):
            base, name = root / "memory", "memory.limit_in_bytes"
        else:
            continue
        folder = base / path.lstrip("/")
        for place in (folder, *folder.parents):  # a limit further up holds too
            if not place.is_relative_to(base):
                break
            try:
                limits.append(int((place / name).read_text(encoding="ascii")))
            except (OSError, ValueError):  # not there, or "max"
                continue
    return min((limit for limit in limits if limit < 2**62), default=None)


def cpu_units(cpuinfo: str | None = None) -> frozenset[str]:
    """Return the processor's units for bfloat16, by the flags in ``/proc/cpuinfo``; empty where there is none to see.

    >>> sorted(cpu_units("flags\\t\\t: fpu avx2 avx512_bf16 amx_bf16 amx_tile"))
    ['AMX', 'AVX512-BF16']
    """
    if cpuinfo is None:
        cpuinfo = _CPUINFO.read_text(encoding="utf-8", errors="replace") if _CPUINFO.is_file() else ""
    lines = (line for line in cpuinfo.splitlines() if line.lower().startswith(("flags", "features")))
    flags = set(next(lines, "").split())
    return frozenset(title for flag, title in _CPU_UNITS.items() if flag in flags)


def sandbox_finding() -> Finding:
    """Say whether a sandbox for grading starts here; `bookutils doctor --grading` says more."""
    more = _("For graders: {command}").format(command=to_type("doctor --grading"))
    if sys.platform != "linux":
        return Finding("sandbox", OK, _("Only graders need one, and it needs Linux."), facts={"starts": False})
    bubblewrap = shutil.which("bwrap")
    if bubblewrap is None:
        says = _("There is no bubblewrap. Only graders need it.")
        return Finding("sandbox", OK, says, facts={"starts": False})
    ran = run([bubblewrap, "--unshare-all", "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "true"], 5.0)
    facts = {"starts": ran.code == 0}
    if ran.code == 0:
        return Finding("sandbox", OK, _("bubblewrap starts one."), facts=facts)
    said = " ".join((ran.errors or f"exit code {ran.code}").split())[:200]
    return Finding("sandbox", NOTE, _("bubblewrap starts none here: {said}").format(said=said), more, facts)


def _variable(name: str, state: str, says: str, todo: str = "") -> Finding:
    return Finding("environment", state, says, todo, {"variable": name})


def _memory() -> tuple[int | None, int | None]:
    """Return total and free memory in bytes, None where the system does not tell."""
    if _MEMINFO.is_file():
        sizes = {}
        for line in _MEMINFO.read_text(encoding="ascii").splitlines():
            name, _colon, size = line.partition(":")
            if size.split():
                sizes[name] = int(size.split()[0]) * 1024
        return sizes.get("MemTotal"), sizes.get("MemAvailable")
    if sys.platform == "win32":
        return _windows_memory()
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"), None
    except (AttributeError, OSError, ValueError):
        return None, None


def _windows_memory() -> tuple[int | None, int | None]:
    import ctypes

    class Status(ctypes.Structure):  # MEMORYSTATUSEX
        _fields_ = (
            ("length", ctypes.c_ulong), ("load", ctypes.c_ulong), ("total", ctypes.c_ulonglong),
            ("free", ctypes.c_ulonglong), ("rest", ctypes.c_ulonglong * 5),
        )  # fmt: skip

    status = Status(length=ctypes.sizeof(Status))
    windll = getattr(ctypes, "windll", None)
    if windll is None or not windll.kernel32.GlobalMemoryStatusEx(ctypes.byref(status)):
        return None, None
    return int(status.total), int(status.free)
