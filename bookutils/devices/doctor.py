"""Looks at this machine, line by line: what was seen, and the one thing to do where there is one."""

from __future__ import annotations

import platform
from collections.abc import Callable, Sequence

from bookutils.core.findings import NOTE, OK, PROBLEM, Finding, as_lines, as_table, has_problem
from bookutils.core.messages import _
from bookutils.core.showing import publish
from bookutils.devices.symptoms import Diagnosis

__all__ = ["NOTE", "OK", "PROBLEM", "Finding", "examine", "report", "show_report", "verdict"]


def examine(tell: Callable[[str], None] | None = None) -> list[Finding]:
    """Look at this machine. Nothing is said that was not seen just now."""
    return [Finding("python", OK, platform.python_version())]


def verdict(findings: Sequence[Finding]) -> str:
    """Say in a sentence whether the chapters can run here."""
    if has_problem(findings):
        about = next(finding.about for finding in findings if finding.state == PROBLEM)
        return _("Not everything works here yet: see the line {about!r}.").format(about=about)
    return _("The chapters can run here.")


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
