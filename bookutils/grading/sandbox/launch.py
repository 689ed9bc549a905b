"""The command line that starts a sandbox: bubblewrap, and what it shows to those inside."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bookutils.core.errors import MissingPartError
from bookutils.core.floors import SHOWN
from bookutils.core.messages import _
from bookutils.grading.sandbox.interpreter import find_python

PACKAGE = Path(__file__).resolve().parents[2]
SERVER = "bookutils.grading.sandbox.server"
# Of the grader only what runs in there.
_OF_GRADING = ("__init__.py", "wire.py", *(
    f"sandbox/{name}.py"
    for name in ("__init__", "entering", "failing", "inside", "namespaces", "server", "surroundings", "syscalls")
))  # fmt: skip
_COURSE = Path("/course")  # where the package stands inside
_SYSTEM = ("/usr", "/lib", "/lib64", "/lib32", "/bin", "/sbin", "/etc/ld.so.cache", "/etc/alternatives")
_MADE = ("/", "/tmp", "/dev", "/dev/shm", "/proc")  # there already, and some of them for everybody
_NOBODY = 65534
_OWN_USERS = 1_900_000_000  # no system gives these numbers to a person
_TRY_SECONDS = 30
_CAP_SYS_ADMIN = 21


def server_command(mode: str, descriptor: int, files: int, modules: Sequence[str], isolated: bool = True) -> list[str]:
    """Return the command that starts what runs inside; see `bookutils.grading.sandbox.server` for the arguments.

    Parameters
    ----------
    isolated : False starts it without any sandbox

    Raises
    ------
    MissingPartError
        When bubblewrap is not installed.
    """
    # Alone, each has a user of its own where that is possible: the system counts processes by user.
    user = str((_OWN_USERS + os.getpid() if mode == "single" else _NOBODY) if isolated else 0)
    inside = [sys.executable, "-m", SERVER, mode, str(descriptor), str(files), user, *modules]
    return [*sandbox_command(files), *inside] if isolated else inside


def sandbox_command(files: int) -> list[str]:
    """Return bubblewrap's command line; what runs inside is to be appended.

    Parameters
    ----------
    files : bytes of all files that may be written inside, in /tmp and in /dev/shm each

    Raises
    ------
    MissingPartError
        When bubblewrap is not installed.

    Notes
    -----
    Inside there is: Python with its libraries, the system's libraries, the course's package without what judges, an
    empty /tmp, its own processes alone; no network, no home, no environment variable of this machine. The user is
    nobody, and all ends when the grader does. Root needs no user namespace for that, and then what runs inside
    becomes a user who is nobody outside too: some limits do not hold for root.
    """
    bubblewrap = shutil.which("bwrap")
    if bubblewrap is None:
        raise MissingPartError(
            _("bubblewrap, which isolates submissions, is not installed."),
            _("Type: make system   (or: sudo apt-get install bubblewrap)"),
        )
    command = [
        bubblewrap, "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try",
        "--die-with-parent", "--new-session", "--clearenv", "--hostname", "sandbox", "--cap-drop", "ALL",
    ]  # fmt: skip
    if _is_privileged():
        command += ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    else:
        command += ["--unshare-user", "--uid", str(_NOBODY), "--gid", str(_NOBODY)]
    # First what is empty: Python itself may live below /tmp, and must not be covered.
    command += ["--proc", "/proc", "--dev", "/dev"]
    for empty in ("/tmp", "/dev/shm"):
        command += ["--perms", "1777", "--size", str(files), "--tmpfs", empty]
    for path in _SYSTEM:
        command += ["--ro-bind-try", path, path]
    python = find_python(_SYSTEM)
    # The folders on the way would be for root's eyes only.
    on_the_way = {parent for path in (*python.paths, *python.links, _COURSE / "bookutils" / "x")
                  for parent in path.parents}  # fmt: skip
    for folder in sorted(on_the_way - set(map(Path, _MADE))):
        command += ["--perms", "0755", "--dir", str(folder)]
    for needed in python.paths:
        command += ["--ro-bind", str(needed), str(needed)]
    for link, target in python.links.items():
        command += ["--symlink", target, str(link)]
    command += ["--perms", "0777", "--dir", "/tmp/home", "--chdir", "/tmp/home"]
    for library in {sysconfig.get_paths()[name] for name in ("purelib", "platlib")}:
        if (Path(library) / "bookutils").is_dir():  # a wheel: what judges must not be seen there either
            command += ["--tmpfs", str(Path(library) / "bookutils")]
    for source, target in _parts():
        place = _COURSE / "bookutils" / target
        command += ["--perms", "0755", "--dir", str(place.parent), "--ro-bind", str(source), str(place)]
    # What is left of bubblewrap's own folders would be room for everybody, without a limit.
    command += ["--remount-ro", "/dev", "--remount-ro", "/"]
    variables = environment(_COURSE)
    if python.libraries:
        variables["LD_LIBRARY_PATH"] = ":".join(python.libraries)
    for name, value in variables.items():
        command += ["--setenv", name, value]
    return [*command, "--"]


def _is_privileged() -> bool:
    """Whether this is root with root's powers, which root in a container may lack."""
    if os.getuid() != 0:
        return False
    status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    effective = next((line.split()[1] for line in status.splitlines() if line.startswith("CapEff:")), "0")
    return bool(int(effective, 16) >> _CAP_SYS_ADMIN & 1)


def _parts() -> Iterator[tuple[Path, str]]:
    yield PACKAGE / "__init__.py", "__init__.py"
    for name in SHOWN:
        if (PACKAGE / name).is_dir():
            yield PACKAGE / name, name
    yield PACKAGE / "grading" / "sandbox" / "inert.py", "feedback.py"
    for name in _OF_GRADING:
        yield PACKAGE / "grading" / name, f"grading/{name}"


def environment(course: Path, home: str = "/tmp/home") -> dict[str, str]:
    """Return all variables that exist inside; each library computes with one thread, since there are many workers.

    Parameters
    ----------
    course : the folder that holds the package
    home : the folder for what is written
    """
    return {
        "HOME": home, "PATH": "/usr/bin:/bin", "PYTHONPATH": str(course), "LANG": "C.UTF-8", "USER": "learner",
        "LOGNAME": "learner", "MPLBACKEND": "Agg", "MPLCONFIGDIR": home, "IPYTHONDIR": home, "KERAS_HOME": home,
        "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2",
        "TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1", "TF_CPP_MIN_LOG_LEVEL": "3",
        "PYTHONDONTWRITEBYTECODE": "1", "PYTHONHASHSEED": "0", "PYTHONNOUSERSITE": "1", "PYTHONSAFEPATH": "1",
        "BOOKUTILS_STATIC": "1", "BOOKUTILS_OFFLINE": "1", "BOOKUTILS_HOME": home, "BOOKUTILS_CACHE_DIR": home,
    }  # fmt: skip


@dataclass(frozen=True)
class Layers:
    """What a sandbox has on this machine.

    Parameters
    ----------
    starts : bubblewrap starts
    nests : processes inside can get namespaces of their own, so that one server serves many submissions
    filters : system calls can be filtered
    said : what bubblewrap or the kernel said where something does not work
    """

    starts: bool
    nests: bool = False
    filters: bool = False
    said: str = ""


def try_layers() -> Layers:
    """Start a sandbox and see which layers it has; about a quarter of a second.

    Raises
    ------
    MissingPartError
        When bubblewrap is not installed.
    """
    command = server_command("try", 0, 2**20, ())
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, errors="replace", stdin=subprocess.DEVNULL,
            timeout=_TRY_SECONDS, check=False, env={},
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return Layers(False, said=_("It did not start within {seconds} seconds.").format(seconds=_TRY_SECONDS))
    words = done.stdout.splitlines()
    refused = next((line.removeprefix("no namespaces: ") for line in words if line.startswith("no namespaces")), "")
    said = refused or done.stderr.strip()[-300:]
    if not said and done.returncode:
        said = _("{program} ended with the exit code {code}").format(program=command[0], code=done.returncode)
    return Layers("started" in words, "namespaces" in words, "seccomp" in words, said)
