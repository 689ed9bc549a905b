"""A whole run as an instructor types it: exit codes, tables, grading again, more workers, large notebooks."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from tests.classroom import CHAPTER, ROOT, WRONG, fill, fresh, grade, hand_in, solutions
from tests.honest.cases import FULL, solved

HEADER = "learner,chapter,exercise,status,points,max_points,message"
TABLES = ("results.csv", "results.json")


def bookutils_grade(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bookutils.cli", "grade", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=120, check=False)


def tables(out: Path) -> list[bytes]:
    return [(out / name).read_bytes() for name in TABLES]


def test_the_command_line_grades_and_says_how_it_went(sandbox, tmp_path):
    """Is the exit code 0 when all have a verdict, 1 when one has none, 2 for wrong use; is the table as announced?"""
    hand_in(tmp_path / "in", "anna", solved())
    hand_in(tmp_path / "in", "bob", fresh())
    done = bookutils_grade(tmp_path / "in", "--out", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    text = (tmp_path / "out" / "results.csv").read_text(encoding="utf-8-sig")
    assert text.splitlines()[0] == HEADER
    points = {(row["learner"], row["exercise"]): row["points"] for row in csv.DictReader(io.StringIO(text))}
    assert points["anna", "relu_backward"] == "3" and points["bob", "relu_backward"] == "0"

    hand_in(tmp_path / "in", "carl", b"%PDF-1.7")
    done = bookutils_grade(tmp_path / "in", "--out", tmp_path / "out")
    assert done.returncode == 1 and "1 could not be graded" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr

    done = bookutils_grade(tmp_path / "nowhere", "--out", tmp_path / "out")
    assert done.returncode == 2 and "There is no folder" in done.stderr
    (tmp_path / "empty").mkdir()
    done = bookutils_grade(tmp_path / "empty", "--out", tmp_path / "out")
    assert done.returncode == 2 and "There are no notebooks" in done.stderr


@pytest.fixture
def small_class(sandbox, tmp_path):
    """Five learners: right, wrong, unfilled, with a slip, and without a notebook."""
    folder = tmp_path / "in"
    hand_in(folder, "right", solved())
    hand_in(folder, "wrong", fill(fresh(), WRONG))
    hand_in(folder, "unfilled", fresh())
    hand_in(folder, "slip", fill(fresh(), {**solutions(), "gelu": "def gelu(x)\n    return x"}))
    hand_in(folder, "none", b"")
    return folder


def test_grading_again_changes_nothing_and_does_only_what_is_new(small_class, tmp_path):
    """Are the tables the same bytes, nobody graded twice, and only a changed notebook graded anew?"""
    first = grade(small_class, tmp_path / "out")
    before = tables(tmp_path / "out")
    again = grade(small_class, tmp_path / "out")
    assert (first.outcome.graded_now, again.outcome.graded_now) == (5, 0)
    assert tables(tmp_path / "out") == before
    hand_in(small_class, "unfilled", solved())
    changed = grade(small_class, tmp_path / "out")
    assert changed.outcome.graded_now == 1
    assert changed.points("unfilled") == FULL
    assert [row for row in changed.rows if row["learner"] != "unfilled"] == [
        row for row in first.rows if row["learner"] != "unfilled"
    ]


def test_a_late_file_in_a_zip_is_seen(small_class, tmp_path):
    """Is a zip that was changed between two runs read anew?"""
    for number, notebook in enumerate((fresh(), solved())):
        with zipfile.ZipFile(tmp_path / "in.zip", "w") as archive:
            archive.writestr(f"anna/{CHAPTER}.ipynb", json.dumps(notebook))
        graded = grade(tmp_path / "in.zip", tmp_path / "out")
        assert graded.outcome.graded_now == 1
        assert sum(graded.points("anna").values()) == (0, 11)[number]


def test_the_number_of_workers_makes_no_difference(small_class, tmp_path):
    """Are the tables of one worker those of three, from the same secret?"""
    grade(small_class, tmp_path / "one", workers=1)
    (tmp_path / "three" / "gradebook").mkdir(parents=True)
    secret = tmp_path / "one" / "gradebook" / "secret"
    target = tmp_path / "three" / "gradebook" / "secret"
    target.write_bytes(secret.read_bytes())
    target.chmod(secret.stat().st_mode)
    grade(small_class, tmp_path / "three", workers=3)
    assert tables(tmp_path / "one") == tables(tmp_path / "three")


def write_large(path: Path, megabytes: int) -> None:
    """A solved notebook whose first output holds so much, written piece by piece."""
    notebook = solved()
    cell = next(cell for cell in notebook["cells"] if cell["cell_type"] == "code")
    cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": ["@"]}]
    before, after = json.dumps(notebook).split('"@"')
    line = "0123456789abcdef" * 64
    path.parent.mkdir(parents=True)
    with path.open("w", encoding="ascii") as file:
        file.write(before)
        for number in range(megabytes * 1024):
            file.write(f'{"," if number else ""}"{line[: 1019 - 2]}\\n"')
        file.write(after)


def test_a_notebook_of_300_megabytes_is_graded(sandbox, tmp_path):
    """Does a notebook full of printed lines get all its points, within a minute?"""
    path = tmp_path / "in" / "anna" / f"{CHAPTER}.ipynb"
    write_large(path, 300)
    assert path.stat().st_size > 300_000_000
    begin = time.monotonic()
    graded = grade(tmp_path / "in", tmp_path / "out", workers=1)
    path.unlink()
    assert graded.points("anna") == FULL
    assert time.monotonic() - begin < 60


@pytest.mark.tensorflow
def test_chapters_before_and_with_tensorflow(sandbox, tmp_path):
    """Do chapter 00, chapter 11 and a tensor for an answer of chapter 01 earn all their points?"""
    for chapter in ("00-start-here", "11-bert"):
        hand_in(tmp_path / "in", "anna", fill(fresh(chapter), solutions(chapter)), chapter)
    tensors = "import tensorflow as tf\n\ndef relu_backward(x, upstream):\n    return tf.where(x > 0, upstream, 0.0)"
    hand_in(tmp_path / "in", "anna", fill(solved(), {"relu_backward": tensors}))
    graded = grade(tmp_path / "in", tmp_path / "out")
    assert {row["status"] for row in graded.rows} == {"passed"}, [r for r in graded.rows if r["status"] != "passed"]
    assert {row["chapter"] for row in graded.rows} == {"00-start-here", CHAPTER, "11-bert"}
