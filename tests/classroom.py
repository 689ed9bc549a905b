"""A class for the tests of the grader: notebooks as learners hand them in, graded by the real engine."""

from __future__ import annotations

import copy
import csv
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bookutils.authoring.markers import without_markers
from bookutils.authoring.source import read_chapter
from bookutils.grading.engine import Options, Outcome, grade_folder
from bookutils.grading.model import Limits

ROOT = Path(__file__).resolve().parent.parent
CHAPTER = "01-activations"
QUICK = Limits(cell_seconds=4.0, exercise_seconds=10.0, added_seconds=12.0, total_seconds=120.0, memory=2**30)
# For each exercise of chapter 01 that has points, an answer that earns none.
WRONG = {
    "sigmoid_grad_from_output": "def sigmoid_grad_from_output(a):\n    return 1 - a * a",
    "relu_backward": "def relu_backward(x, upstream):\n    return np.where(x > 0, 1.0, 0.0)",
    "dead_fraction": "def dead_fraction(pre_activations):\n    return 0.123",
    "log_sigmoid": "def log_sigmoid(x):\n    return x * 0 + 7.0",
}


@cache
def solutions(chapter: str = CHAPTER) -> dict[str, str]:
    """The right answers, as the chapter's authors wrote them: exercise -> the cell's text."""
    cells = read_chapter(ROOT / "chapters" / f"{chapter}.md").cells
    return {cell.exercise: without_markers(cell).source for cell in cells if cell.exercise}


def fresh(chapter: str = CHAPTER) -> dict:
    """A chapter's notebook as it is handed out, to be changed."""
    return json.loads((ROOT / "notebooks" / f"{chapter}.ipynb").read_text(encoding="utf-8"))


def fill(notebook: dict, answers: dict[str, str]) -> dict:
    """Write answers into the exercises' cells; the notebook itself is changed and returned."""
    for cell in notebook["cells"]:
        exercise = cell["metadata"].get("bookutils", {}).get("exercise")
        if exercise in answers:
            cell["source"] = answers[exercise]
    return notebook


def code(source: str) -> dict:
    """A code cell as a learner adds it."""
    return {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": source}


def cell_of(notebook: dict, exercise: str) -> dict:
    """The cell of an exercise."""
    return next(cell for cell in notebook["cells"] if cell["metadata"].get("bookutils", {}).get("exercise") == exercise)


def hand_in(folder: Path, learner: str, notebook: dict | bytes, chapter: str = CHAPTER) -> Path:
    """Put a notebook where a learner's submission belongs."""
    path = folder / learner / f"{chapter}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(notebook if isinstance(notebook, bytes) else json.dumps(copy.deepcopy(notebook)).encode())
    return path


@dataclass(frozen=True)
class Graded:
    """What came out: the run's own words, and the rows of results.csv."""

    out: Path
    outcome: Outcome
    rows: list[dict[str, str]]

    def of(self, learner: str, chapter: str = CHAPTER) -> dict[str, dict[str, str]]:
        """A learner's rows: exercise -> row; "" is the row of a submission without a verdict."""
        return {row["exercise"]: row for row in self.rows if (row["learner"], row["chapter"]) == (learner, chapter)}

    def points(self, learner: str, chapter: str = CHAPTER) -> dict[str, int]:
        """A learner's points, where there are any to be had: exercise -> points."""
        return {
            name: int(row["points"] or 0) for name, row in self.of(learner, chapter).items() if row["max_points"] > "0"
        }


def grade(folder: Path, out: Path, **options: object) -> Graded:
    """Grade a folder with short limits and two workers, unless `options` say otherwise."""
    chosen = Options(**{"workers": 2, "limits": QUICK, **options})
    outcome = grade_folder(folder, out, ROOT / "notebooks", chosen, lambda _sentence: None)
    with (out / "results.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    told = {
        (one["learner"], one["chapter"], grade["exercise"]): grade["message"]
        for one in json.loads((out / "results.json").read_text(encoding="utf-8"))["submissions"]
        for grade in one["exercises"]
    }
    for row in rows:  # the table speaks of the learner, and this to them
        row["says"] = told.get((row["learner"], row["chapter"], row["exercise"]), row["message"])
    return Graded(out, outcome, rows)
