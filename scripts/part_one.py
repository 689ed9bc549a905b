"""`python -m scripts.part_one`: tests what runs without TensorFlow, on every system, native Windows too.

It needs no `make`, and only what `pip install ".[author,grade,lab,test]"` brings.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field

from bookutils.authoring.course import find_course
from scripts import environment

RESULTS = environment.ROOT / "test-results"
WORKERS = str(min(4, os.cpu_count() or 1))
EXTRAS = ("author", "grade", "lab", "test")
# The folders of tests/ that stay out, and why. Every other one runs.
LEFT_OUT = {
    "benchmarks": "measurements are made on Linux",
    "browser": "needs Chromium",
    "colab": "Colab is a Linux",
    "grading": "the sandbox is Linux's",
    "honest": "the sandbox is Linux's",
    "hostile": "the sandbox is Linux's",
    "models": "needs TensorFlow",
    "nbgrader": "the sandbox is Linux's",
    "project": "asks about the repository, which is the same everywhere",
}


def chapters() -> tuple[str, ...]:
    """Name the chapters that the base install runs."""
    return tuple(chapter.name for chapter in find_course().chapters() if not chapter.needs)


@dataclass(frozen=True)
class Run:
    """One run of pytest.

    Parameters
    ----------
    arguments : what is typed after ``pytest``
    variables : what is set for it
    """

    arguments: tuple[str, ...]
    variables: dict[str, str] = field(default_factory=dict)


def runs() -> dict[str, Run]:
    """Give each run of pytest by its name."""
    ignored = tuple(f"--ignore=tests/{folder}" for folder in LEFT_OUT)
    course = find_course()
    needy = [chapter.name for chapter in (*course.chapters(), *course.drafts()) if chapter.needs]
    side_by_side = ("-n", WORKERS, "--dist", "worksteal")
    return {
        # The tests themselves read and write as on Linux; what learners run is run as it is on this system, below.
        "part-one": Run(
            ("tests", *ignored, "-m", "not browser and not notebooks and not tensorflow", *side_by_side),
            {"PYTHONUTF8": "1"},
        ),
        "part-one-doctest": Run(("--doctest-modules", "--doctest-ignore-import-errors", "bookutils")),
        "part-one-notebooks": Run(
            ("tests/notebooks", "-k", " and ".join(f"not {name}" for name in needy), *side_by_side)
        ),
    }


def main() -> int:
    """Run them to the end, whatever fails on the way, each in a home of its own; return the exit code."""
    RESULTS.mkdir(exist_ok=True)
    failed = []
    for name, run in runs().items():
        print(f"\n=== {name} ===", flush=True)
        command = (sys.executable, "-m", "pytest", "-q", f"--junitxml={RESULTS / name}.xml", *run.arguments)
        # Windows keeps a file that is still open: what a kernel holds a moment too long is left to the system.
        with tempfile.TemporaryDirectory(prefix="bookutils-home-", ignore_cleanup_errors=True) as home:
            variables = {**environment.child_environment(), "BOOKUTILS_HOME": home, **run.variables}
            done = subprocess.run(command, cwd=environment.ROOT, env=variables, stdin=subprocess.DEVNULL, check=False)
        if done.returncode:
            failed.append(name)
    print(f"\nThese did not pass: {', '.join(failed)}" if failed else "\nAll passed.", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
