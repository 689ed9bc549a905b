"""The command line that starts a sandbox: bubblewrap, and what it shows to those inside."""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

from bookutils.core.errors import MissingPartError
from bookutils.core.messages import _

PACKAGE = Path(__file__).resolve().parents[2]
SHOWN = (
    "core",
    "numerics",
    "data",
    "text",
    "bert",
    "devices",
    "plots",
    "widgets",
)  # no exercises, no results, no tests
INSIDE = "bookutils.grading.sandbox.inside"
_COURSE = Path("/course")  # where the package stands inside
_SYSTEM = ("/usr", "/lib", "/lib64", "/lib32", "/bin", "/sbin", "/etc/ld.so.cache", "/etc/alternatives")


def sandbox_command(files: int) -> list[str]:
    """Return the command that starts one sandbox.

    Parameters
    ----------
    files : bytes of all files that may be written inside

    Raises
    ------
    MissingPartError
        When bubblewrap is not installed.

    Notes
    -----
    Inside there is: Python with its libraries, the system's libraries, the course's package without what judges, an
    empty /tmp, its own processes alone; no network, no home, no environment variable of this machine. The user is
    nobody (65534), and all ends when the grader does.
    """
    bubblewrap = shutil.which("bwrap")
    if bubblewrap is None:
        raise MissingPartError(_("bubblewrap, which isolates submissions, is not installed."), _("Type: make system"))
    command = [
        bubblewrap, "--unshare-all", "--die-with-parent", "--new-session", "--clearenv", "--cap-drop", "ALL",
        "--uid", "65534", "--gid", "65534", "--hostname", "sandbox",
    ]  # fmt: skip
    # First what is empty: Python itself may live below /tmp, and must not be covered.
    command += ["--proc", "/proc", "--dev", "/dev", "--size", str(files), "--tmpfs", "/tmp"]
    for path in _SYSTEM:
        command += ["--ro-bind-try", path, path]
    for path in sorted({sys.base_prefix, sys.prefix}):
        command += ["--ro-bind", path, path]
    command += ["--dir", "/tmp/home", "--chdir", "/tmp"]
    installed = Path(sysconfig.get_paths()["purelib"]) / "bookutils"
    if installed.is_dir():  # a wheel: what judges must not be seen there either
        command += ["--tmpfs", str(installed)]
    for source, target in _parts():
        command += ["--ro-bind", str(source), str(_COURSE / "bookutils" / target)]
    for name, value in _environment().items():
        command += ["--setenv", name, value]
    return [*command, "--", sys.executable, "-m", INSIDE]


def _parts() -> Iterator[tuple[Path, str]]:
    yield PACKAGE / "__init__.py", "__init__.py"
    for name in SHOWN:
        if (PACKAGE / name).is_dir():
            yield PACKAGE / name, name
    here = PACKAGE / "grading"
    yield here / "sandbox" / "inert.py", "feedback.py"
    for name in ("__init__.py", "wire.py", "sandbox/__init__.py", "sandbox/inside.py"):
        yield here / name, f"grading/{name}"


def _environment() -> dict[str, str]:
    return {
        "HOME": "/tmp/home", "PATH": "/usr/bin:/bin", "PYTHONPATH": str(_COURSE), "LANG": "C.UTF-8",
        "MPLBACKEND": "Agg", "MPLCONFIGDIR": "/tmp/home", "IPYTHONDIR": "/tmp/home", "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1", "TF_CPP_MIN_LOG_LEVEL": "3", "BOOKUTILS_STATIC": "1", "BOOKUTILS_OFFLINE": "1",
        "PYTHONDONTWRITEBYTECODE": "1", "BOOKUTILS_HOME": "/tmp/home", "BOOKUTILS_CACHE_DIR": "/tmp/home",
    }  # fmt: skip


def works() -> tuple[bool, str]:
    """Say whether a sandbox starts on this machine, and what it said when it does not."""
    try:
        command = sandbox_command(2**20)
    except MissingPartError as error:
        return False, str(error)
    command[command.index("--") + 1 :] = [sys.executable, "-c", "pass"]
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=30)
    return done.returncode == 0, done.stderr.strip()[:300]
