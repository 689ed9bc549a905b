"""Inside the sandbox: imports libraries once, then forks a process with namespaces of its own for each connection.

It imports and does nothing more: once TensorFlow has done anything, children of the process hang. It holds nothing
that is secret, since children inherit its memory.

    python -m bookutils.grading.sandbox.server MODE DESCRIPTOR FILES UID MODULE...

MODE is "warm" (DESCRIPTOR is a listening socket), "single" (it is one connection) or "try" (start, and say that it
went well).
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import secrets
import signal
import socket
import sys
from functools import partial
from typing import Any

from bookutils.grading.sandbox.inside import make_shell, memory_in_use, serve
from bookutils.grading.sandbox.namespaces import become_nobody, drop_capabilities, isolate
from bookutils.grading.sandbox.syscalls import make_filter, refuse_syscalls
from bookutils.grading.wire import HELLO

_LATE = {
    "numpy": ("random", "linalg", "fft", "polynomial", "ma", "rec", "char", "strings", "ctypeslib", "typing",
              "lib.recfunctions", "lib.stride_tricks", "testing", "exceptions", "dtypes"),
    "IPython": ("core.async_helpers", "core.inputtransformer2", "core.display_functions", "core.formatters"),
    "matplotlib": ("backends.backend_agg",),
}  # fmt: skip
_LATE_OF_TENSORFLOW = ("keras", "losses", "optimizers", "initializers", "metrics")


def main() -> None:
    """Start as the command line says."""
    mode, descriptor, files, uid, *modules = sys.argv[1:]
    become_nobody(int(uid))
    if mode == "try":
        _try(int(files))
        return
    for name in modules:
        with contextlib.suppress(Exception):  # who needs it will see why it cannot be imported
            importlib.import_module(name)
    _import_what_comes_late()
    shell, refused = make_shell(), make_filter()
    taken = memory_in_use()
    connection = socket.socket(fileno=int(descriptor))
    if mode == "single":
        connection.sendall(HELLO)
        serve(connection, shell, taken, partial(_give_up_rights, refused))
    with contextlib.suppress(Exception):
        shell.run_cell("None", store_history=False, silent=True)  # what it does at first is done once, and here
    identity = secrets.token_bytes(8)
    gc.collect()
    gc.freeze()  # children then write to fewer of the pages that they share
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # ended children leave nothing behind
    while True:
        channel, _address = connection.accept()
        if os.fork() == 0:
            _become_child(channel, connection, identity, int(files), shell, refused, taken)
        channel.close()


def _become_child(
    channel: socket.socket,
    listener: socket.socket,
    identity: bytes,
    files: int,
    shell: Any,
    refused: bytes | None,
    taken: int,
) -> None:
    """Isolate this process, make the first process of the new namespace, and hand a handle on it to who asked.

    With the handle goes the server's identity: so that outside it is known which deaths are those of a server. Where
    there is no process to be had, the reason goes instead.
    """
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        listener.close()
        isolate(files)
        child = os.fork()
        if child == 0:
            os.setsid()  # a signal to one's own process group would reach the server, whatever the namespace
            serve(channel, shell, taken, partial(_give_up_rights, refused))
        socket.send_fds(channel, [HELLO + identity], [os.pidfd_open(child)])
    except BaseException as error:
        channel.sendall(f"{type(error).__name__}: {error}".encode(errors="replace")[:300])
    finally:
        os._exit(0)


def _give_up_rights(refused: bytes | None) -> None:
    drop_capabilities()
    refuse_syscalls(refused)


def _import_what_comes_late() -> None:
    """Import what libraries import at their first use: once, here, and not in each child."""
    for library, parts in _LATE.items():
        if library in sys.modules:
            for part in parts:
                with contextlib.suppress(Exception):
                    importlib.import_module(f"{library}.{part}")
    if (tensorflow := sys.modules.get("tensorflow")) is not None:
        for part in _LATE_OF_TENSORFLOW:
            with contextlib.suppress(Exception):
                dir(getattr(tensorflow, part))  # a part that loads itself when it is looked at


def _try(files: int) -> None:
    """Say which layers this machine offers, a word a line: for the engine's choice, and for the doctor."""
    print("started", flush=True)
    try:
        isolate(files)
    except OSError as error:
        print(f"no namespaces: {error}", flush=True)
    else:
        print("namespaces", flush=True)
    drop_capabilities()
    print("seccomp" if refuse_syscalls(make_filter()) else "no seccomp", flush=True)


if __name__ == "__main__":
    main()
