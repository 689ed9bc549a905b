"""Looks at this machine, line by line: what was seen, and the one thing to do where there is one.

Whatever may hang or crash runs in a process of its own with a limit on its time. Nothing is said that was not seen.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from bookutils.core.findings import NOTE, OK, PROBLEM, Finding, as_lines, as_table, has_problem
from bookutils.core.messages import _
from bookutils.core.showing import publish
from bookutils.devices.caches import cache_findings
from bookutils.devices.driver import ask_driver, driver_finding
from bookutils.devices.packages import has_pkg_resources, installed_versions, package_findings
from bookutils.devices.probe import SECONDS, finish_probe, start_probe
from bookutils.devices.stack import stack_findings
from bookutils.devices.surroundings import (
    cpu_units,
    environment_findings,
    hides_gpus,
    memory_finding,
    sandbox_finding,
)
from bookutils.devices.symptoms.diagnosis import Diagnosis
from bookutils.devices.system import python_finding, system_finding, this_system

__all__ = ["NOTE", "OK", "PROBLEM", "Finding", "examine", "explain", "report", "show_report", "verdict"]


def examine(tell: Callable[[str], None] | None = None, *, seconds: float = SECONDS) -> list[Finding]:
    """Look at this machine.

    Parameters
    ----------
    tell : is told a sentence while TensorFlow starts, which takes a few seconds
    seconds : how long TensorFlow may take; then it is stopped, and that is said

    Returns
    -------
    list of Finding: system, python, environment, packages, memory, driver, tensorflow, devices, computation, mixed
    precision, xla, disk, cache, encoder, hub cache, sandbox, in this order. More lines name what does not go together.

    Notes
    -----
    The network is not used. Taught in chapter 07.
    """
    versions = installed_versions()
    probing = start_probe() if versions["tensorflow"] else None
    try:
        if probing and tell:
            tell(_("Starting TensorFlow in a process of its own, and computing a little on each device ..."))
        system, driver = this_system(), ask_driver()
        around = environment_findings(os.environ, _here(), driver)
        before = [
            system_finding(system),
            python_finding(system),
            *around,
            *package_findings(versions, system, has_pkg_resources()),
            memory_finding(),
            driver_finding(driver, system),
        ]
        after = [*cache_findings(), sandbox_finding()]
        if probing is None:
            return [*before, *after]
        probe = finish_probe(probing, seconds)
    finally:
        if probing is not None:
            probing.stop()
    first = _("Mend the line on environment first.") if has_problem(around) else ""
    return [*before, *stack_findings(probe, driver, system, hides_gpus(os.environ), cpu_units(), first), *after]


def _here() -> Path:
    """The folder that this runs in; it may have been deleted meanwhile."""
    try:
        return Path.cwd()
    except OSError:
        return Path(os.sep)


def verdict(findings: Sequence[Finding]) -> str:
    """Say in a sentence whether the chapters can run here, and on what."""
    if has_problem(findings):
        about = next(finding.about for finding in findings if finding.state == PROBLEM)
        return _("Not everything works here yet: see the line {about!r}.").format(about=about)
    computation = next((finding for finding in findings if finding.about == "computation"), None)
    if computation is None:
        return _("The chapters that need no TensorFlow can run here.")
    if computation.facts["gpus_that_compute"]:
        return _("The chapters can run here, on a GPU that computed and was right.")
    return _("The chapters can run here, on the CPU.")


def report(findings: Sequence[Finding]) -> str:
    """Write the findings as lines, the verdict last."""
    return as_lines(findings, verdict(findings))


def show_report(findings: Sequence[Finding]) -> None:
    """Show the findings: a table in a notebook, lines of text elsewhere."""
    words = verdict(findings)
    publish({"text/plain": as_lines(findings, words), "text/html": as_table(findings, words)})


def explain(causes: Sequence[Diagnosis]) -> str:
    """Write what a log shows as lines."""
    if not causes:
        return _("No known cause is in this text. Lines that look like errors at TensorFlow's start are often none.")
    blocks = [f"{cause.name}\n  {cause.says}\n  → {cause.todo}\n  {_('seen in:')} {cause.line}" for cause in causes]
    return "\n\n".join(blocks)
