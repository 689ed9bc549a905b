"""Inside the sandbox: gives a forked process namespaces of its own, so that nothing is shared with the next one.

Python 3.11 has no `os.unshare`, and no Python has `mount` or `capset`; they are called in the C library.
"""

from __future__ import annotations

import ctypes
import os
import re
import stat
import sys
from collections.abc import Collection, Iterator
from pathlib import Path

HOME = Path("/tmp/home")
_NEW_MOUNTS, _NEW_UTS, _NEW_IPC, _NEW_USER, _NEW_PIDS, _NEW_NET = (
    0x00020000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000,
)  # fmt: skip
_NOSUID_NODEV, _NOSUID_NOEXEC = 2 | 4, 2 | 8
_BIND_ALL = 0x1000 | 0x4000
_MOUNTS = Path("/proc/self/mountinfo")
_NO_NEW_PRIVILEGES, _DUMPABLE = 38, 4
_CAPABILITY_VERSION = 0x20080522
_KEPT_OF_PROC = ("/proc/cpuinfo", "/proc/meminfo", "/proc/self/cmdline")
_INODES = 20_000  # files cost memory even when they are empty
_TERMINALS = 64

_libc = ctypes.CDLL(None, use_errno=True)


def become_nobody(uid: int) -> None:
    """Where the process is root outside too, become a user who owns nothing. Others are nobody already.

    Parameters
    ----------
    uid : the user's number; 0 changes nothing
    """
    if os.getuid() == 0 and uid:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
        _do("prctl", _DUMPABLE, 1, 0, 0, 0)  # else its own /proc/self belongs to root, and it cannot map its user


def isolate(files: int) -> None:
    """Leave the namespaces of the server; the next `fork` makes the first process of a new process namespace.

    Parameters
    ----------
    files : bytes that may be written, in /tmp and in /dev/shm each

    Raises
    ------
    OSError
        When the machine forbids it.

    Notes
    -----
    New users (so that the rest is allowed), processes, mounts, shared memory, network and host name. /proc shows the
    server's processes, and a fresh one cannot be mounted in here, so it is covered; so is what the server can write.
    What was mounted below a covered folder, Python itself perhaps, is put back in its place. A few things are kept of
    /proc: TensorFlow asks for them, and ends the process where it does not find its own program's name.
    """
    uid, gid = os.getuid(), os.getgid()
    _do("unshare", _NEW_USER | _NEW_PIDS | _NEW_MOUNTS | _NEW_IPC | _NEW_NET | _NEW_UTS)
    Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
    Path("/proc/self/uid_map").write_text(f"{uid} {uid} 1", encoding="ascii")
    Path("/proc/self/gid_map").write_text(f"{gid} {gid} 1", encoding="ascii")
    copies = {path: path.read_bytes() for path in map(Path, _KEPT_OF_PROC)}
    covered = ("/tmp", "/dev/shm")
    kept = _mounted_below(*covered)
    links = {link: link.readlink() for folder in covered for link in _links_below(folder, kept)}
    for folder in covered:
        _cover(folder, files)
    for place, handle in kept.items():
        _put_back(place, handle)
    for link, target in links.items():
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(target)
    _cover("/proc", 2**20)
    # Terminals of its own: those of the server could be read and written by whoever runs at the same time.
    terminals = f"newinstance,ptmxmode=0666,mode=620,max={_TERMINALS}"
    _do("mount", b"devpts", b"/dev/pts", b"devpts", _NOSUID_NOEXEC, terminals.encode())
    for path, content in copies.items():
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    Path("/proc/self/exe").symlink_to(sys.executable)
    HOME.mkdir()
    os.chdir(HOME)  # the folder that it stood in is the server's


def _cover(folder: str, size: int) -> None:
    options = f"size={size},nr_inodes={_INODES},mode=777"
    _do("mount", b"tmpfs", folder.encode(), b"tmpfs", _NOSUID_NODEV, options.encode())


def _mounted_below(*folders: str) -> dict[Path, int]:
    """Return a handle on each thing that is mounted below these folders; of those inside one another, the outermost."""
    found: dict[Path, int] = {}
    lines = _MOUNTS.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    for place in sorted({Path(re.sub(r"\\([0-7]{3})", _letter, line.split(" ")[4])) for line in lines}):
        below = any(place != Path(folder) and place.is_relative_to(folder) for folder in folders)
        if below and not any(place.is_relative_to(outer) for outer in found):
            found[place] = os.open(place, os.O_PATH | os.O_CLOEXEC)
    return found


def _links_below(folder: str, mounted: Collection[Path]) -> Iterator[Path]:
    """Yield the links that bubblewrap was told to make; what is mounted is not entered."""
    for here, folders, files in os.walk(folder):
        yield from (Path(here, name) for name in (*folders, *files) if Path(here, name).is_symlink())
        folders[:] = [name for name in folders if Path(here, name) not in (HOME, *mounted)]


def _letter(escaped: re.Match[str]) -> str:
    """Read what the kernel writes for a blank in a path."""
    return chr(int(escaped[1], 8))


def _put_back(place: Path, handle: int) -> None:
    """Mount again what a cover has hidden, with all that is mounted in it."""
    if stat.S_ISDIR(os.fstat(handle).st_mode):
        place.mkdir(parents=True, exist_ok=True)
    else:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.touch()
    _do("mount", f"/proc/self/fd/{handle}".encode(), os.fsencode(place), None, _BIND_ALL, None)
    os.close(handle)


def drop_capabilities() -> None:
    """Give up what the new user namespace allowed, for good."""

    class Header(ctypes.Structure):
        _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))

    class Data(ctypes.Structure):
        _fields_ = tuple((name, ctypes.c_uint32) for name in ("effective", "permitted", "inheritable"))

    _do("prctl", _NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    _do("capset", ctypes.byref(Header(_CAPABILITY_VERSION, 0)), ctypes.byref((Data * 2)()))


def _do(name: str, *arguments: object) -> None:
    if getattr(_libc, name)(*arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
