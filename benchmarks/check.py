"""How long `check` takes: with the reference as the answer, and with the mistake that takes longest to recognise.

Rows of exercises that need TensorFlow have no target: their time is TensorFlow's.
"""

from __future__ import annotations

import os
import tempfile
from functools import partial
from typing import Any

from benchmarks import report
from bookutils.exercises.catalogue import all_exercises
from bookutils.judging.model import Exercise

MILLISECONDS = 50.0


def check_time(exercise: Exercise, answer: Any) -> float:
    """The median time in milliseconds of one check, with what is shown."""
    from bookutils.feedback import check

    namespace = {exercise.answer: answer}
    return report.median_milliseconds(lambda: check(exercise.id, namespace)._repr_mimebundle_(), repeats=9)


def measure() -> list[report.Row]:
    """Measure every exercise of the course."""
    rows = []
    with tempfile.TemporaryDirectory() as home:
        os.environ["BOOKUTILS_HOME"] = home
        for _, exercise in all_exercises():
            right = partial(exercise.reference) if exercise.kind == "function" else exercise.reference()
            target = None if exercise.probe else MILLISECONDS
            rows.append(report.Row(f"{exercise.id}, right", check_time(exercise, right), "ms", target))
            wrong = [
                mistake.function if exercise.kind == "function" else mistake.function() for mistake in exercise.mistakes
            ]
            if wrong:
                slowest = max(check_time(exercise, answer) for answer in wrong)
                rows.append(report.Row(f"{exercise.id}, slowest mistake", slowest, "ms", target))
    return rows


if __name__ == "__main__":
    raise SystemExit(report.main(measure, __doc__))
