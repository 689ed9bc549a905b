"""Runs the stages of `make test`, each by itself or all, and closes with one line of counts."""

from __future__ import annotations

import os
import re
import signal
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from scripts import environment, system
from scripts.lanes import Command, Ended, side_by_side

ROOT = environment.ROOT
RESULTS = ROOT / "test-results"
PYTHON = sys.executable
BOOKUTILS = str(environment.venv_script("bookutils"))
CORES = min(4, os.cpu_count() or 1)
SLOWEST = 10


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
    """One command.

    Parameters
    ----------
    name, words : for people, and for the system
    spread : how pytest-xdist hands tests to several workers; "" for a step that one process runs
    report : where pytest writes which tests passed; a step without one counts as one check
    waits : part of its time it computes nothing, so it has a lane of its own beside those that compute
    minutes : of one core, about: of steps that run side by side those of seconds begin first, and then the longest
    variables : beside those that each step gets
    """

    name: str
    words: tuple[str, ...]
    spread: str = ""
    report: Path | None = None
    waits: bool = False
    minutes: int = 0
    variables: dict[str, str] = field(default_factory=dict)

    def command(self, homes: Path, workers: int) -> Command:
        """Make the command, in a home of its own, so that nothing depends on a person's files."""
        spread = ("-n", str(workers), "--dist", self.spread) if self.spread and workers > 1 else ()
        variables = {
            "BOOKUTILS_WIDGETS7_PYTHON": str(environment.venv_python(environment.OLD_WIDGETS.venv)),
            **environment.child_environment(),
            "BOOKUTILS_HOME": str(homes / self.name),
            "TF_CPP_MIN_LOG_LEVEL": os.environ.get("TF_CPP_MIN_LOG_LEVEL", "2"),
            **self.variables,
        }
        return Command(self.name, (*self.words, *spread), variables)

    def counts(self, returncode: int) -> Counts:
        """Say how it ended."""
        if self.report:
            return count(self.report, returncode)
        return Counts(failed=1) if returncode else Counts(passed=1)


def check(name: str, *command: str) -> Step:
    """Make a step that passes or fails as a whole."""
    return Step(name, command)


def tests(
    name: str, *arguments: str, spread: str = "", waits: bool = False, minutes: int = 0, **variables: str
) -> Step:  # fmt: skip
    """Make a step that runs pytest. What nbval needs takes a second to load; tests that are about it load it."""
    report = RESULTS / f"{name.replace(',', '').replace(' ', '-')}.xml"
    words = (PYTHON, "-m", "pytest", "-q", "-p", "no:nbval", f"--junitxml={report}", *arguments)
    return Step(name, words, spread, report, waits, minutes, variables)


def files_marked(marker: str) -> list[str]:
    """Return the files of tests in which a mark stands, so that no others are read for its sake."""
    files = (ROOT / "tests").rglob("test_*.py")
    found = sorted(path for path in files if f"pytest.mark.{marker}" in path.read_text("utf-8"))
    return [str(path.relative_to(ROOT)) for path in found]


BY_FILE = "loadfile"  # what a file starts, TensorFlow or a server, it starts once
ONE_BY_ONE = "worksteal"
# Apart, since they wait for limits to be reached: what sleeps, floods and loops.
OF_LIMITS = [f"tests/grading/test_{name}.py" for name in ("session", "engine_failures", "where_it_lies")]
OF_GRADING = {"grading, a hostile class": ["tests/hostile"], "grading, an honest class": ["tests/honest", *OF_LIMITS]}
ELSEWHERE = ["tests/browser", "tests/colab", "tests/proof", *(path for paths in OF_GRADING.values() for path in paths)]
EVERYDAY = (*(f"--ignore={path}" for path in ELSEWHERE), "-m", "not browser and not notebooks")
WHOLE = [path for path in files_marked("notebooks") if "nbgrader" not in Path(path).parts]
STAGES: dict[str, tuple[Step, ...]] = {
    "lint": (
        check("ruff check", PYTHON, "-m", "ruff", "check", "."),
        check("ruff format", PYTHON, "-m", "ruff", "format", "--check", "."),
    ),
    "types": (check("mypy", PYTHON, "-m", "mypy"),),
    "unit": (
        tests("unit", "tests", *EVERYDAY, spread=BY_FILE, minutes=10),
        tests("proof of a few seeds", "tests/proof", spread=ONE_BY_ONE, minutes=3),
    ),
    "grading": tuple(tests(name, *paths, waits=True) for name, paths in OF_GRADING.items()),
    "doctest": (tests("doctest", "--doctest-modules", "bookutils"),),
    "notebooks": (
        check("notebooks are the chapters", BOOKUTILS, "build", "--check"),
        tests("notebooks", *WHOLE, "-m", "notebooks", spread=ONE_BY_ONE, minutes=6),
        tests("nbgrader", "tests/nbgrader", "-m", "notebooks", spread=ONE_BY_ONE, minutes=2),
    ),
    "browser": (tests("browser", "tests/browser", spread=BY_FILE, minutes=8),),
    "colab": (tests("colab", "tests/colab"),),  # `make colab-test` has made what it needs
    "proof": (tests("proof", "tests/proof", spread=ONE_BY_ONE, PROOF_SEEDS="1000"),),
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


def slowest(reports: list[Path], how_many: int = SLOWEST) -> list[tuple[float, str]]:
    """Return the tests that took longest, what they share with others counted for the first: (seconds, its name)."""
    found = []
    for report in reports:
        try:
            cases = ElementTree.parse(report).getroot().iter("testcase")
        except (OSError, ElementTree.ParseError):
            continue
        found += [(float(case.get("time", 0)), f"{case.get('classname')}::{case.get('name')}") for case in cases]
    return sorted(found, reverse=True)[:how_many]


def run(names: tuple[str, ...]) -> int:
    """Run stages to the end, whatever fails on the way; return the exit code."""
    return run_steps(tuple(step for name in names for step in STAGES[name]))


def run_steps(chosen: tuple[Step, ...]) -> int:
    """Run steps to the end, whatever fails on the way, some of them side by side; return the exit code.

    Notes
    -----
    A single step that computes gets all cores; of several each gets half of them, so that none is idle while one waits.
    """
    RESULTS.mkdir(exist_ok=True)
    steps = {step.name: step for step in chosen}
    reports = [step.report for step in steps.values() if step.report]
    for report in reports:
        report.unlink(missing_ok=True)
    computing = [step for step in steps.values() if not step.waits]
    computing.sort(key=lambda step: (step.minutes > 0, -step.minutes))
    waiting = [step for step in steps.values() if step.waits]
    lanes = min(2, CORES, len(computing))
    alone = len(steps) == 1
    rows: list[tuple[Counts, Ended]] = []

    def begins(name: str) -> None:
        print(f"\n=== {name} ===" if alone else f"{name} begins", flush=True)

    with tempfile.TemporaryDirectory(prefix="bookutils-home-", ignore_cleanup_errors=True) as home:
        workers = CORES // max(lanes, 1)
        groups = [
            (number, [step.command(Path(home), workers) for step in group])
            for number, group in ((lanes, computing), (1 if computing else min(2, CORES), waiting))
        ]
        with closing(side_by_side(groups, ROOT, begins, tell_how_far, to_screen=alone)) as all_ended:
            for ended in all_ended:
                if not alone:
                    print(f"\n=== {ended.name} ===\n{ended.printed}", flush=True)
                rows.append((steps[ended.name].counts(ended.returncode), ended))
    rows.sort(key=lambda row: list(steps).index(row[1].name))
    total = sum((counts for counts, _ in rows), Counts())
    print(*_table(rows, reports), sep="\n")
    print(f"\n{total}", flush=True)
    return 1 if total.failed else 0


def tell_how_far(name: str, printed: str) -> None:
    """Say how far pytest is, as its own lines of dots do, and show a failure before the step has ended."""
    if far := re.findall(r"\[ *(\d+)%\]", printed):
        failed = sum(
            len(re.findall("[FE]", line)) for line in re.findall(r"^[.FEsxX]+(?= +\[|$)", printed, re.MULTILINE)
        )
        print(f"{name}: {far[-1]} %{f', {failed} failed' if failed else ''}", flush=True)


def _table(rows: list[tuple[Counts, Ended]], reports: list[Path]) -> Iterator[str]:
    """Yield the lines that close a run: the slowest tests, and each step with its time and the processors' time."""
    if found := slowest(reports):
        yield "\nThe slowest tests:"
        yield from (f"  {seconds:6.1f} s  {name}" for seconds, name in found)
    yield ""
    for counts, ended in rows:
        processor = "" if ended.processor_seconds is None else f" ({ended.processor_seconds:5.0f} s of a processor)"
        yield f"  {ended.name:<28} {counts!s:<36} {ended.seconds:6.0f} s{processor}"


def main() -> int:
    """Run the stage named on the command line, or all of `make test`."""
    names = tuple(sys.argv[1:])
    if not names or not set(names) <= {*STAGES, "all"}:
        print(f"Name one or more of: {', '.join([*STAGES, 'all'])}", file=sys.stderr)
        return 2
    if names == ("all",):
        system.main()
        names = IN_TEST
    # A shell lets what it starts in the background ignore Ctrl-C, and tests that send it would wait for ever.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    try:
        return run(names)
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
