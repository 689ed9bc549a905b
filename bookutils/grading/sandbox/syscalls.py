"""Inside the sandbox: refuses system calls that no answer needs, through libseccomp where the machine has it.

A further layer: what it refuses is refused by the namespaces too, or reaches parts of the kernel where mistakes have
been found again and again.
"""

from __future__ import annotations

import ctypes
import errno
import tempfile

_LIBRARY = "libseccomp.so.2"
_ALLOW = 0x7FFF0000
_ERRNO = 0x00050000
_MASKED_EQUAL, _NOT_EQUAL = 7, 1
_NEW_USER = 0x10000000
_AF_UNIX = 1
_ALL_BITS, _SET_DUMPABLE = 0xFFFFFFFF, 4
_NO_NEW_PRIVILEGES, _SET_SECCOMP, _FILTER = 38, 22, 2
_INSTRUCTION = 8  # bytes
REFUSED = (
    "unshare", "setns", "mount", "umount2", "pivot_root", "chroot", "move_mount", "open_tree", "fsopen", "fsmount",
    "fsconfig", "fspick", "mount_setattr", "ptrace", "process_vm_readv", "process_vm_writev", "kcmp", "pidfd_getfd",
    "bpf", "perf_event_open", "userfaultfd", "io_uring_setup", "io_uring_enter", "io_uring_register", "keyctl",
    "add_key", "request_key", "init_module", "finit_module", "delete_module", "kexec_load", "kexec_file_load",
    "reboot", "swapon", "swapoff", "acct", "quotactl", "settimeofday", "clock_settime", "clock_adjtime", "adjtimex",
    "sethostname", "setdomainname", "name_to_handle_at", "open_by_handle_at", "memfd_create", "memfd_secret",
    "fanotify_init", "syslog", "vhangup",
    # Memory of this kind belongs to no process, so no limit counts it: also pages that a pipe holds.
    "shmget", "shmat", "msgget", "semget", "mq_open", "vmsplice", "splice", "tee",
    # What the whole machine has a fixed number of.
    "io_setup", "io_submit", "io_destroy", "io_getevents", "io_pgetevents", "inotify_init", "inotify_init1",
)  # fmt: skip


class _Comparison(ctypes.Structure):
    _fields_ = (("argument", ctypes.c_uint), ("how", ctypes.c_int), ("a", ctypes.c_uint64), ("b", ctypes.c_uint64))


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p))


def make_filter() -> bytes | None:
    """Return the filter as the kernel takes it; None where libseccomp is not installed or can make none.

    It is made before a fork, since that costs more than to install it.
    """
    try:
        library = ctypes.CDLL(_LIBRARY)
    except OSError:
        return None
    library.seccomp_init.restype = ctypes.c_void_p
    library.seccomp_init.argtypes = [ctypes.c_uint32]
    library.seccomp_rule_add_array.argtypes = [
        ctypes.c_void_p, ctypes.c_uint32, ctypes.c_int, ctypes.c_uint, ctypes.POINTER(_Comparison),
    ]  # fmt: skip
    library.seccomp_export_bpf.argtypes = [ctypes.c_void_p, ctypes.c_int]
    library.seccomp_release.argtypes = [ctypes.c_void_p]
    rules = library.seccomp_init(_ALLOW)
    if not rules:
        return None
    try:
        for name in REFUSED:
            _refuse(library, rules, name, errno.EPERM)
        _refuse(library, rules, "clone", errno.EPERM, _Comparison(0, _MASKED_EQUAL, _NEW_USER, _NEW_USER))
        # Its flags lie in memory, where no rule can look; the C library then takes clone.
        _refuse(library, rules, "clone3", errno.ENOSYS)
        # A process that hides itself could not be watched.
        _refuse(library, rules, "prctl", errno.EPERM, _Comparison(0, _MASKED_EQUAL, _ALL_BITS, _SET_DUMPABLE))
        _refuse(library, rules, "socket", errno.EPERM, _Comparison(0, _NOT_EQUAL, _AF_UNIX, 0))
        with tempfile.TemporaryFile() as file:
            if library.seccomp_export_bpf(rules, file.fileno()) != 0:
                return None
            file.seek(0)
            return file.read()
    finally:
        library.seccomp_release(rules)


def refuse_syscalls(program: bytes | None) -> bool:
    """Refuse them in this process and all that it starts, for good; whether that worked.

    Parameters
    ----------
    program : from `make_filter`
    """
    if program is None:
        return False
    libc = ctypes.CDLL(None)
    instructions = ctypes.create_string_buffer(program, len(program))
    about = _Program(len(program) // _INSTRUCTION, ctypes.addressof(instructions))
    libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    return libc.prctl(_SET_SECCOMP, _FILTER, ctypes.byref(about), 0, 0) == 0


def _refuse(library: ctypes.CDLL, rules: int, name: str, number: int, *conditions: _Comparison) -> None:
    """Add one rule; a name that this kernel does not know needs none."""
    syscall = library.seccomp_syscall_resolve_name(name.encode())
    array = (_Comparison * max(len(conditions), 1))(*conditions)
    library.seccomp_rule_add_array(rules, _ERRNO | number, syscall, len(conditions), array)
