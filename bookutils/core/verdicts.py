"""The words of a verdict, and the form in which an output of a notebook holds one for programs to read.

`bookutils.feedback` writes it; the build and the grader read it, and nobody need load the judge for that.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

NOT_STARTED, PASSED, PARTLY, NOT_YET, ERROR = "not started", "passed", "partly", "not yet", "error"
VERDICT_MIME = "application/vnd.bookutils.verdict+json"


def stored_verdicts(outputs: Any) -> Iterator[tuple[str, str]]:
    """Yield (exercise, status) of each verdict that a cell's stored outputs show; whatever else stands there is none.

    >>> list(stored_verdicts([{"data": {VERDICT_MIME: {"exercise": "relu", "status": PASSED}}}, {"data": 7}, 7]))
    [('relu', 'passed')]
    """
    for output in outputs if isinstance(outputs, list) else ():
        shown = output.get("data") if isinstance(output, dict) else None
        verdict = shown.get(VERDICT_MIME) if isinstance(shown, dict) else None
        if isinstance(verdict, dict):
            exercise, status = verdict.get("exercise"), verdict.get("status")
            if isinstance(exercise, str) and isinstance(status, str):
                yield exercise, status
