"""What `bookutils doctor --grading` says: line by line, what this machine has for grading, and the one thing to do."""

from __future__ import annotations

import importlib.util
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

from bookutils.core.findings import NOTE, OK, PROBLEM, Finding, as_lines
from bookutils.core.messages import _
from bookutils.devices.permissions import readable_finding
from bookutils.grading.model import Limits
from bookutils.grading.sandbox.choice import remedy
from bookutils.grading.sandbox.launch import Layers, try_layers
from bookutils.grading.trial import try_answers

_ASK_SECONDS = 20
_BASE = 2**29  # bytes of memory that the engine and the libraries take beside the submissions


def examine(limits: Limits | None = None) -> list[Finding]:
    """Look at this machine. Nothing is said that was not tried just now."""
    if sys.platform != "linux":
        return [_not_linux()]
    bubblewrap = shutil.which("bwrap")
    if bubblewrap is None:
        todo = _("Type: make system   (or: sudo apt-get install bubblewrap)")
        return [Finding("bubblewrap", PROBLEM, _("It is not installed; it isolates submissions."), todo)]
    layers = try_layers()
    findings = [_bubblewrap(bubblewrap), _start(layers)]
    if layers.starts:
        findings += [_nesting(layers), _filter(layers)]
    findings += [_user(), readable_finding(), _libraries(), _memory(limits or Limits())]
    if layers.starts:
        findings += try_answers(layers, limits or Limits())
    return findings


def report(findings: list[Finding]) -> str:
    """Write the findings as lines, the verdict last."""
    return as_lines(findings, verdict(findings))


def verdict(findings: list[Finding]) -> str:
    """Say in a sentence whether submissions can be graded here."""
    problem = next((finding for finding in findings if finding.state == PROBLEM), None)
    if problem is not None:
        return _("Submissions cannot be graded here yet: see the line {about!r}.").format(about=problem.about)
    if any(finding.state == NOTE and finding.about == "warm server" for finding in findings):
        return _("Submissions can be graded here, each in a sandbox of its own: slower, and as safe.")
    return _("Submissions can be graded here, quickly and isolated.")


def _not_linux() -> Finding:
    todo = _("Grade on Linux, in WSL2 or in a virtual machine; for notebooks of your own there is --sandbox none.")
    return Finding("system", PROBLEM, _("Submissions are isolated on Linux only."), todo)


def _bubblewrap(place: str) -> Finding:
    try:
        done = subprocess.run(
            [place, "--version"], capture_output=True, text=True, errors="replace", check=True, timeout=_ASK_SECONDS
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError) as error:
        says = _("{place} does not say its version ({reason}).").format(place=place, reason=str(error)[:200])
        return Finding("bubblewrap", PROBLEM, says, _("Type: sudo apt-get install --reinstall bubblewrap"))
    return Finding("bubblewrap", OK, f"{done.stdout.strip()}, {place}")


def _start(layers: Layers) -> Finding:
    if layers.starts:
        return Finding("sandbox", OK, _("It starts: no network, no home, none of this machine's files or processes."))
    return Finding("sandbox", PROBLEM, _("It does not start: {said}").format(said=layers.said), remedy())


def _nesting(layers: Layers) -> Finding:
    if layers.nests:
        return Finding("warm server", OK, _("Each submission gets namespaces of its own, forked in milliseconds."))
    says = _("Namespaces inside the sandbox are refused ({said}); each submission gets a sandbox of its own.")
    return Finding("warm server", NOTE, says.format(said=layers.said), remedy())


def _filter(layers: Layers) -> Finding:
    if layers.filters:
        return Finding("seccomp", OK, _("System calls that no answer needs are refused."))
    says = _("There is no filter for system calls; the other layers stand.")
    return Finding("seccomp", NOTE, says, _("Type: sudo apt-get install libseccomp2"))


def _user() -> Finding:
    if os.getuid() == 0:
        return Finding("user", OK, _("You are root; what is graded runs as a user who owns nothing."))
    return Finding("user", OK, _("You are an ordinary user; what is graded runs as nobody inside."))


def _libraries() -> Finding:
    if importlib.util.find_spec("tensorflow"):
        return Finding("libraries", OK, _("NumPy and TensorFlow: all chapters can be graded."))
    return Finding(
        "libraries", NOTE, _("There is no TensorFlow: chapters that import it are not graded here."),
        _('Type: pip install --constraint requirements.lock --editable ".[grade,tensorflow]"'),
    )  # fmt: skip


def _memory(limits: Limits) -> Finding:
    workers = os.cpu_count() or 1
    free = _free_memory()
    says = _("{workers} workers; {free:.1f} GB are free, a submission may take {each:.1f} GB ({system}).").format(
        workers=workers, free=free / 1e9, each=limits.memory / 1e9, system=f"{platform.system()} {platform.release()}"
    )
    fitting = int((free - _BASE) // limits.memory) if free else workers
    if fitting >= workers:
        return Finding("memory", OK, says)
    todo = _("Grade with --workers {n}, so that submissions that fill their memory do not fill the machine's.")
    return Finding("memory", NOTE, says, todo.format(n=max(fitting, 1)))


def _free_memory() -> int:
    for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) * 1024
    return 0
