"""Why an answer that did not pass has no verdict: the grader lacks the Python, a package or a file that it asks for.

Nobody gets a zero for that. `None` everywhere here means that the answer is to be judged as it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bookutils.core.messages import _
from bookutils.grading.lacks import Lack, about_import, home_of, lacks_below
from bookutils.grading.model import Candidate, Program, StepResult, TaskResult
from bookutils.grading.versions import Version, needed_version, own_version, read_version
from bookutils.grading.web import Web

_SYNTAX = frozenset({"SyntaxError", "IndentationError", "TabError"})
_DEPTH = frozenset({"RecursionError", "MemoryError"})
# What Python's compiler says of a cell that is too deep for it; another version has another limit.
_TOO_DEEP = re.compile(r"while traversing '\w+' node|during (compilation|ast construction)|too complex to parse")
_MOST_ASKED = 20  # cells with an error of syntax, for one answer


@dataclass(frozen=True)
class Reason:
    """Why there is no verdict: for the instructor, and for the learner's page."""

    message: str
    feedback: str


def reason_for(
    program: Program, web: Web, results: Sequence[StepResult], candidate: Candidate, called: TaskResult,
    replaced: frozenset[str] = frozenset(), is_open: bool = False,
) -> Reason | None:  # fmt: skip
    """Say why an answer that did not pass has no verdict.

    Parameters
    ----------
    program, results : what was run, and what its steps did
    candidate, called : where the answer is, and what its calls gave
    replaced : names that stood for the course's own answers; what lies behind them does not matter
    is_open : nothing that was run has seen a secret input, so what it said may be told
    """
    steps = web.below(candidate.step, replaced)
    version = _version_needed(program, results, steps)
    if version is not None:
        return _about_version(version)
    lacks = lacks_below(program, web, results, steps, called)
    needed = [lack for lack in lacks if not lack.learners]
    return _about_lack(needed[0], program.python, is_open) if needed else None


def _version_needed(program: Program, results: Sequence[StepResult], steps: frozenset[int]) -> Version | None:
    """Return the newest version that the syntax of some steps asks for, where the learner had it."""
    claimed = read_version(program.python)
    newest = None
    broken = [step for step in sorted(steps) if step < len(results) and _is_broken(program, step, results[step])]
    for step in broken[:_MOST_ASKED]:
        needed = needed_version(program.steps[step].source, program.python)
        if needed is not None and (claimed is None or claimed >= needed):
            newest = max(newest or needed, needed)
    return newest


def _is_broken(program: Program, step: int, result: StepResult) -> bool:
    """Whether a step is no Python here, and its outputs do not show that it was none for the learner either."""
    if result.status != "raised" or result.error is None:
        return False
    kind = result.error.kind
    if kind not in _SYNTAX and not (kind in _DEPTH and _TOO_DEEP.search(result.error.text)):
        return False
    return kind not in program.failed.get(program.steps[step].number, frozenset())


def _about_version(version: Version) -> Reason:
    needed, here = (".".join(map(str, one)) for one in (version, own_version()))
    message = _("This needs Python {needed} or newer; graded here with {here}. Grade with that Python.")
    feedback = _("This needs Python {needed} or newer, and the grader has {here}. So there is no verdict yet.")
    return Reason(message.format(needed=needed, here=here), feedback.format(needed=needed, here=here))


def _about_lack(lack: Lack, python: str, is_open: bool) -> Reason:
    seen = about_import(lack.statement, lack.said if is_open else lack.harmless, lack.is_import)
    home = home_of(lack)
    here = ".".join(map(str, own_version()))
    if not lack.is_import:
        remedy = _("The learner may have had it. Look at the answer by hand, or ask for a notebook without it.")
    elif home:
        remedy = _("Install {package} where notebooks are graded, or ask for a notebook without it.").format(
            package=home
        )
    elif lack.statement and (read_version(python) or own_version()) > own_version():
        theirs = ".".join(map(str, read_version(python) or ()))
        remedy = _("Graded here with Python {here}; the notebook was run with {theirs}. Grade with that Python.")
        remedy = remedy.format(here=here, theirs=theirs)
    elif lack.statement:
        remedy = _("Graded here with Python {here}. Grade with the Python that the learner had.").format(here=here)
    else:
        remedy = _("Install what is missing where notebooks are graded, and grade again.")
    return Reason(f"{seen} {remedy}", f"{seen} " + _("So there is no verdict yet."))
