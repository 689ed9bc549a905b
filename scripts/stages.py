"""Runs the stages of `make test`, each by itself or all, and closes with one line of counts."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, field
from pathlib import Path

from scripts import environment, system

ROOT = environment.ROOT
RESULTS = ROOT / "test-results"
PYTHON = sys.executable
BOOKUTILS = str(environment.venv_script("bookutils"))
WORKERS = str(min(4, os.cpu_count() or 1))


@dataclass
class Counts:
    """How a stage, or all of them, ended."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped)

    def __str__(self) -> str:
        skipped = f", {self.skipped} skipped" if self.skipped else ""
        return f"{self.passed} passed, {self.failed} failed{skipped}"


@dataclass(frozen=True)
class Step:
    """One command. A pytest step reports its tests; any other one counts as one check."""

    name: str
    command: tuple[str, ...]
    is_pytest: bool = False
    variables: dict[str, str] = field(default_factory=dict)


def check(name: str, *command: str) -> Step:
    """Make a step that passes or fails as a whole."""
    return Step(name, command)


def tests(name: str, *arguments: str, **variables: str) -> Step:
    """Make a step that runs pytest."""
    report = f"--junitxml={RESULTS / (name.replace(' ', '-') + '.xml')}"
    return Step(name, (PYTHON, "-m", "pytest", "-q", report, *arguments), is_pytest=True, variables=variables)


by_file = ("-n", WORKERS, "--dist", "loadfile")  # what a file starts, TensorFlow or a server, it starts once
one_by_one = ("-n", WORKERS, "--dist", "worksteal")
# Apart, since floods and busy loops would keep the others waiting.
OF_GRADING = (
    "tests/honest", "tests/hostile",
    *(f"tests/grading/test_{name}.py" for name in ("session", "engine_failures", "where_it_lies")),
)  # fmt: skip
APART = tuple(f"--ignore={folder}" for folder in ("tests/browser", "tests/colab", "tests/proof", *OF_GRADING))
EVERYDAY = (*APART, "-m", "not browser and not notebooks")
STAGES: dict[str, tuple[Step, ...]] = {
    "lint": (
        check("ruff check", PYTHON, "-m", "ruff", "check", "."),
        check("ruff format", PYTHON, "-m", "ruff", "format", "--check", "."),
    ),
    "types": (check("mypy", PYTHON, "-m", "mypy"),),
    "unit": (
        tests("unit", "tests", *EVERYDAY, *by_file),
        tests("proof of a few seeds", "tests/proof", *one_by_one),
    ),
    "grading": (tests("grading", *OF_GRADING),),
    "doctest": (tests("doctest", "--doctest-modules", "bookutils"),),
    "notebooks": (
        check("notebooks are the chapters", BOOKUTILS, "build", "--check"),
        tests("notebooks", "tests", *APART, "-m", "notebooks", *one_by_one),
    ),
    "browser": (tests("browser", "tests/browser", *by_file),),
    "colab": (tests("colab", "tests/colab"),),  # `make colab-test` has made what it needs
    "proof": (tests("proof", "tests/proof", *one_by_one, PROOF_SEEDS="1000"),),
}
IN_TEST = ("lint", "types", "unit", "grading", "doctest", "notebooks", "browser")


def count(report: Path, returncode: int) -> Counts:
    """Read pytest's report; a run that broke off counts as one failure."""
    try:
        suites = ElementTree.parse(report).getroot().iter("testsuite")
        numbers = [[int(suite.get(key, 0)) for key in ("tests", "failures", "errors", "skipped")] for suite in suites]
    except (OSError, ElementTree.ParseError):
        return Counts(failed=1)
    total, failures, errors, skipped = (sum(column) for column in zip(*numbers, strict=True))
    failed = failures + errors
    return Counts(total - failed - skipped, max(failed, int(returncode != 0)), skipped)


def run_step(step: Step, home: str) -> Counts:
    """Run one step in a home of its own, so that nothing depends on a person's files, and count."""
    variables = {
        "BOOKUTILS_WIDGETS7_PYTHON": str(environment.venv_python(environment.OLD_WIDGETS.venv)),
        **environment.child_environment(),
        "BOOKUTILS_HOME": home,
        "TF_CPP_MIN_LOG_LEVEL": os.environ.get("TF_CPP_MIN_LOG_LEVEL", "2"),
        **step.variables,
    }
    report = next((Path(word.split("=", 1)[1]) for word in step.command if word.startswith("--junitxml=")), None)
    if report:
        report.unlink(missing_ok=True)
    result = subprocess.run(step.command, cwd=ROOT, env=variables, stdin=subprocess.DEVNULL, check=False)
    if report:
        return count(report, result.returncode)
    return Counts(failed=1) if result.returncode else Counts(passed=1)


def run(names: tuple[str, ...]) -> int:
    """Run stages to the end, whatever fails on the way; return the exit code."""
    return run_steps(tuple(step for name in names for step in STAGES[name]))


def run_steps(steps: tuple[Step, ...]) -> int:
    """Run steps to the end; return the exit code."""
    RESULTS.mkdir(exist_ok=True)
    home = tempfile.mkdtemp(prefix="bookutils-home-")
    rows: list[tuple[str, Counts, float]] = []
    try:
        for step in steps:
            print(f"\n=== {step.name} ===", flush=True)
            begin = time.monotonic()
            rows.append((step.name, run_step(step, home), time.monotonic() - begin))
    finally:
        shutil.rmtree(home, ignore_errors=True)
    total = sum((counts for _, counts, _ in rows), Counts())
    print()
    for name, counts, seconds in rows:
        print(f"  {name:<28} {counts!s:<36} {seconds:6.0f} s")
    print(f"\n{total}", flush=True)
    return 1 if total.failed else 0


def main() -> int:
    """Run the stage named on the command line, or all of `make test`."""
    names = tuple(sys.argv[1:])
    if not names or not set(names) <= {*STAGES, "all"}:
        print(f"Name one or more of: {', '.join([*STAGES, 'all'])}", file=sys.stderr)
        return 2
    if names == ("all",):
        system.main()
        names = IN_TEST
    try:
        return run(names)
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
