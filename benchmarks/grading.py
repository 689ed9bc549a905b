"""`bookutils grade` beside the real nbgrader on the same notebooks, and how it grows: 10, 100, 1,000 submissions.

Both graders have two cores and take turns. A class has right answers, wrong ones and none, drawn at random. What is
timed is the whole command, from its start to its end, reports included. nbgrader takes as long for each submission as
for the first, so it gets fewer of them; it is timed with one process and with two, and the faster of these counts.

    python -m benchmarks.grading            about twenty minutes
    python -m benchmarks.grading --quick    fewer rounds and submissions, to see that it works
"""

from __future__ import annotations

import json
import math
import random
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import psutil

from benchmarks import report
from benchmarks.nbgrader_side import autograde, make_courses, nbgrader_is_missing
from benchmarks.report import Row
from bookutils.authoring.markers import without_markers
from bookutils.authoring.source import read_chapter

ROOT = Path(__file__).resolve().parent.parent
WORKERS = 2
NUMPY, TENSORFLOW = "01-activations", "11-bert"
TIMES_NBGRADER = {NUMPY: 29.0, TENSORFLOW: 25.0}
FIRST_RESULT = {NUMPY: 3.0, TENSORFLOW: 10.0}  # seconds
THOUSAND = 60.0  # seconds
FLAT, LINEAR = 1.15, 1.05  # ratio of memory, exponent of time


@dataclass(frozen=True)
class Sizes:
    """How much is measured: rounds, submissions of a class for ours and for nbgrader, and the sizes that grow."""

    rounds: int = 3
    ours: int = 300
    theirs: int = 20
    growing: tuple[int, ...] = (10, 100, 1000)


@dataclass(frozen=True)
class Timed:
    """One run of ours: seconds to its end and to its first result, and the most memory of all its own processes."""

    seconds: float
    first: float
    memory: int


def make_class(folder: Path, chapter: str, count: int) -> list[Path]:
    """Write the notebooks of `count` learners: of each exercise a right answer, a wrong one or none."""
    handed_out = (ROOT / "notebooks" / f"{chapter}.ipynb").read_text(encoding="utf-8")
    cells = read_chapter(ROOT / "chapters" / f"{chapter}.md").cells
    right = {cell.exercise: without_markers(cell).source for cell in cells if cell.exercise}
    draw = random.Random(0)
    paths = []
    for number in range(count):
        notebook = json.loads(handed_out)
        for cell in notebook["cells"]:
            exercise = cell["metadata"].get("bookutils", {}).get("exercise")
            if exercise is not None:
                cell["source"] = draw.choice([right[exercise]] * 3 + [_wrong(right[exercise]), cell["source"]])
        path = folder / f"learner-{number:04}" / f"{chapter}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(notebook), encoding="utf-8")
        paths.append(path)
    return paths


def _wrong(source: str) -> str:
    """Return an answer with its last result turned around."""
    head, found, tail = source.rpartition("return ")
    return f"{head}return -1 * ({tail})" if found else re.sub(r"= .*", '= "none of them"', source)


def run_ours(submissions: Path) -> Timed:
    """Grade a class with `bookutils grade` into an empty folder."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        results = out / "gradebook" / "results.jsonl"
        line = [sys.executable, "-m", "bookutils.cli", "grade", submissions, "--out", out, "--workers", WORKERS]
        begin = time.perf_counter()
        process = psutil.Popen([str(word) for word in line], cwd=ROOT, stdout=subprocess.DEVNULL)
        first, memory = math.nan, 0
        while process.poll() is None:
            if math.isnan(first) and results.is_file() and results.stat().st_size:
                first = time.perf_counter() - begin
            memory = max(memory, _memory(process))
            time.sleep(0.02 if math.isnan(first) else 0.2)
        seconds = time.perf_counter() - begin
        if process.returncode:
            raise RuntimeError(f"bookutils grade ended with {process.returncode}")
        return Timed(seconds, first, memory)


def _memory(process: psutil.Popen) -> int:
    """Add up the leading process and its workers; what runs in sandboxes has limits of its own."""
    total = 0
    for one in (process, *process.children()):
        try:
            if "bwrap" not in one.name():
                total += one.memory_info().rss
        except psutil.Error:
            continue
    return total


def beside_nbgrader(chapter: str, sizes: Sizes) -> list[Row]:
    """Time both graders in turn."""
    ours, theirs = [], []
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        paths = make_class(place / "class", chapter, sizes.ours)
        heavy = chapter == TENSORFLOW  # it trains where nbgrader would run it: exercises alone, to nbgrader's advantage
        courses = {
            processes: make_courses(
                place / f"nbgrader-{processes}", chapter, paths, sizes.theirs, processes=processes, alone=heavy,
                tensorflow=heavy,
            )
            for processes in (1, WORKERS)
        }  # fmt: skip
        run_ours(place / "class")  # what the disk has not read yet
        for _round in range(sizes.rounds):
            ours.append(run_ours(place / "class"))
            theirs.append(min(autograde(course) for course in courses.values()))
    rates = [sizes.ours / timed.seconds for timed in ours], [sizes.theirs / seconds for seconds in theirs]
    ratios = sorted(one / other for one, other in zip(*rates, strict=True))
    print(f"{chapter}: {', '.join(f'{ratio:.1f}' for ratio in ratios)} times nbgrader's submissions per second")
    return [
        Row(f"{chapter}: {sizes.ours} submissions, rate", median(rates[0]), "1/s", TIMES_NBGRADER[chapter],
            median(rates[1]), higher_is_better=True),
        Row(f"{chapter}: first result", median(timed.first for timed in ours), "s", FIRST_RESULT[chapter]),
    ]  # fmt: skip


def growing(sizes: Sizes) -> list[Row]:
    """Time 10, 100 and 1,000 submissions of chapter 01: the exponent of time, and the memory."""
    timed = {}
    for count in sizes.growing:
        with tempfile.TemporaryDirectory() as folder:
            make_class(Path(folder), NUMPY, count)
            timed[count] = run_ours(Path(folder))
    few, some, many = sizes.growing
    exponent = math.log(timed[many].seconds / timed[some].seconds) / math.log(many / some)
    rows = [
        Row(f"{count:,} submissions of {NUMPY}", timed[count].seconds, "s", THOUSAND if count == 1000 else None)
        for count in sizes.growing
    ]
    return [
        *rows,
        Row(f"time ~ submissions^x, {some} to {many:,}", exponent, "x", LINEAR),
        Row(f"memory, {many:,} beside {few}", timed[many].memory / 1e6, "MB", FLAT, timed[few].memory / 1e6),
        Row(f"memory, {many:,} beside {some}", timed[many].memory / 1e6, "MB", FLAT, timed[some].memory / 1e6),
    ]


def measure(sizes: Sizes) -> list[Row]:
    """Measure all of it."""
    if nbgrader_is_missing():
        raise SystemExit("nbgrader is not there. Type: make setup")
    rows = growing(sizes)
    for chapter in (NUMPY, TENSORFLOW):
        rows += beside_nbgrader(chapter, sizes)
    return rows


if __name__ == "__main__":
    quick = "--quick" in sys.argv
    chosen = Sizes(1, 20, 2, (5, 10, 20)) if quick else Sizes()
    raise SystemExit(
        report.main(lambda: measure(chosen), __doc__, [word for word in sys.argv[1:] if word != "--quick"])
    )
