"""Which sandbox this machine can have, and what to type where it can have none."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from bookutils.core.errors import BookError
from bookutils.core.messages import _
from bookutils.grading.sandbox.launch import try_layers

AUTO, WARM, SINGLE, NONE = "auto", "warm", "single", "none"
KINDS = (AUTO, WARM, SINGLE, NONE)
_APPARMOR = Path("/proc/sys/kernel/apparmor_restrict_unprivileged_userns")
_CLONE = Path("/proc/sys/kernel/unprivileged_userns_clone")
_MOST = Path("/proc/sys/user/max_user_namespaces")


def choose_sandbox(wanted: str, say: Callable[[str], None]) -> str:
    """Return "warm", "single" or "none", the fastest that isolates here.

    Parameters
    ----------
    wanted : one of KINDS
    say : tells the person at the screen a sentence, where something is not as usual

    Raises
    ------
    BookError
        When submissions cannot be isolated here; the message says what to type.
    """
    if wanted == NONE:
        say(_("No sandbox: what is in these notebooks runs with all that you may do. Only for notebooks of your own."))
        return NONE
    if sys.platform != "linux":
        raise BookError(
            _("Submissions are isolated on Linux only."),
            _("Grade on Linux, in WSL2 or in a virtual machine; for notebooks of your own there is --sandbox none."),
        )
    layers = try_layers()
    if not layers.starts:
        raise BookError(
            _("Submissions cannot be isolated here: {said}.").format(said=layers.said.rstrip(".")), remedy()
        )  # fmt: skip
    if wanted == SINGLE:
        return SINGLE
    if layers.nests:
        return WARM
    if wanted == WARM:
        raise BookError(_("A warm server is not possible here: {said}.").format(said=layers.said), remedy())
    say(
        _(
            "This machine allows no namespaces inside the sandbox ({said}), so each submission gets a sandbox of its "
            "own: slower, and as safe."
        ).format(said=layers.said)
    )
    return SINGLE


def remedy() -> str:
    """Say the one thing to do on a machine where bubblewrap is not allowed to make namespaces."""
    if _reads(_APPARMOR) == "1":
        return _(
            "Ubuntu forbids it to ordinary users. Type: sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0 "
            "(until the next start), or grade as root."
        )
    if _reads(_CLONE) == "0":
        return _("Type: sudo sysctl kernel.unprivileged_userns_clone=1")
    if _reads(_MOST) == "0":
        return _("Type: sudo sysctl user.max_user_namespaces=10000")
    return _(
        "In a container, start it with: --security-opt seccomp=unconfined --security-opt apparmor=unconfined "
        "--security-opt systempaths=unconfined --cap-add SYS_ADMIN; or grade on a machine of its own."
    )


def _reads(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii").strip()
    except OSError:
        return ""
