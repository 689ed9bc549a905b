"""What a doctor writes down: a line for each thing that was looked at, with the one thing to do where there is one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from html import escape
from typing import Any

from bookutils.core.messages import _

OK, NOTE, PROBLEM = "ok", "note", "problem"
_SIGNS = {OK: "✓", NOTE: "○", PROBLEM: "✗"}


@dataclass(frozen=True)
class Finding:
    """One line.

    Parameters
    ----------
    about : what was looked at; the same words in every language, so that programs can rely on them
    state : "ok"; "note" where things work and something is not as good as it could be; "problem" where they do not
    says : what was seen
    todo : the one thing to do; empty where nothing is
    facts : what was seen, for programs: plain data
    """

    about: str
    state: str
    says: str
    todo: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


def has_problem(findings: Sequence[Finding]) -> bool:
    """Whether a line says that something does not work."""
    return any(finding.state == PROBLEM for finding in findings)


def as_data(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """Return the findings as plain data, for JSON.

    >>> as_data([Finding("python", OK, "3.12.4", facts={"version": "3.12.4"})])[0]["facts"]
    {'version': '3.12.4'}
    """
    return [asdict(finding) for finding in findings]


def as_lines(findings: Sequence[Finding], verdict: str) -> str:
    """Write the findings as lines, the verdict last.

    >>> print(as_lines([Finding("python", OK, "3.12.4"), Finding("disk", NOTE, "full", "Empty it.")], "So so."))
    ✓ python  3.12.4
    ○ disk    full
              → Empty it.
    <BLANKLINE>
    So so.
    """
    width = max((len(finding.about) for finding in findings), default=0)
    lines = []
    for finding in findings:
        lines.append(f"{_SIGNS[finding.state]} {finding.about:<{width}}  {finding.says}")
        if finding.todo:
            lines.append(f"  {'':<{width}}  → {finding.todo}")
    return "\n".join([*lines, "", verdict])


def as_table(findings: Sequence[Finding], verdict: str) -> str:
    """Write the findings as an HTML table, the verdict above it; it takes its colours from the page.

    The state is said by a sign and by a word that is read aloud, not by colour.
    """
    words = {OK: _("OK"), NOTE: _("note"), PROBLEM: _("problem")}
    cell = "padding:.35em .8em;text-align:left;vertical-align:top;color:inherit;white-space:normal"
    line = "border-top:1px solid rgba(127,127,127,.35)"
    rows = []
    for finding in findings:
        todo = (
            f'<div style="margin-top:.2em;white-space:pre-wrap">→ {escape(finding.todo)}</div>' if finding.todo else ""
        )
        rows.append(
            f'<tr style="background:transparent;{line}">'
            f'<td style="{cell};white-space:nowrap"><span aria-hidden="true">{_SIGNS[finding.state]}</span> '
            f"{escape(words[finding.state])}</td>"
            f'<th scope="row" style="{cell};font-weight:600">{escape(finding.about)}</th>'
            f'<td style="{cell};overflow-wrap:anywhere">{escape(finding.says)}{todo}</td></tr>'
        )
    heads = "".join(
        f'<th scope="col" style="{cell}">{escape(word)}</th>' for word in (_("state"), _("about"), _("seen"))
    )
    return (
        '<table style="border-collapse:collapse;color:inherit;max-width:60em">'
        f'<caption style="caption-side:top;{cell};font-weight:600">{escape(verdict)}</caption>'
        f'<thead><tr style="background:transparent">{heads}</tr></thead><tbody>{"".join(rows)}</tbody></table>'
    )
