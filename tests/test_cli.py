"""The command line: does each command do its job, and does each error end in a sentence?"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bookutils.core.errors import BookError, UsageError
from bookutils.exercises import catalogue

CHAPTER = """---
title: "Small"
---

# Small

```{code-cell} ipython3
1 + 1
```
"""


def bookutils(*words: object, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run the command as a person does."""
    command = [sys.executable, "-m", "bookutils.cli", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, cwd=folder, env=dict(os.environ, COLUMNS="100"))


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A course with one chapter that has no exercises."""
    (tmp_path / "chapters").mkdir()
    (tmp_path / "chapters" / "20-small.md").write_text(CHAPTER)
    return tmp_path


def test_a_chapter_is_built_checked_and_copied(course):
    """Do build, build --check and work follow one another, for a chapter named by its number or by its name?"""
    assert bookutils("build", "20", "--course", course).stdout == "20-small: written\n"
    stored = json.loads((course / "notebooks" / "20-small.ipynb").read_text())
    assert stored["cells"][1]["outputs"][0]["data"] == {"text/plain": ["2"]}
    (course / "chapters" / "20-small.md").write_text(CHAPTER.replace("# Small", "# Large"))
    checked = bookutils("build", "small", "--check", "--course", course)
    assert checked.returncode == 1
    assert "20-small.md:5: The text of the notebook's cell 1 differs: '# Large' in the chapter" in checked.stderr
    assert bookutils("work", "--to", course / "mine", "--course", course).stdout == "20-small.ipynb: copied.\n"
    assert bookutils("work", "--to", course / "mine", "--course", course).stdout == ""


def test_a_broken_rule_is_a_sentence_with_file_and_line(course):
    """Is a ChapterError printed as an editor can read it, without a traceback, and is the exit code 1?"""
    (course / "chapters" / "20-small.md").write_text(CHAPTER.replace("ipython3\n", "ipython3\n:tags: [demo]\n\n"))
    done = bookutils("build", "small", "--course", ".", folder=course)
    assert done.returncode == 1
    assert done.stderr.startswith(f"{Path('chapters', '20-small.md')}:7: The cell has an unknown tag, `demo`.")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("words", "says"),
    [(("build", "99"), "There is no chapter '99'. The chapters are: 20-small."), (("work",), "bookutils build")],
)
def test_wrong_use_is_a_sentence_and_exit_code_2(course, words, says):
    """Is a slip on the command line told from a failed job?"""
    done = bookutils(*words, "--course", course)
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)
    assert says in done.stderr


def test_without_chapters_the_error_says_where_to_run_it(tmp_path):
    """Does somebody with the package alone learn what to do?"""
    done = bookutils("build", "--course", tmp_path)
    assert done.returncode == 2 and "Run this from a clone of the course." in done.stderr


def published():
    return [(name, exercise) for name in catalogue.CHAPTERS for exercise in catalogue.load_chapter(name)[0]]


def test_exercises_are_listed_for_programs():
    """Has each exercise of the course its row, with the promised keys?"""
    rows = json.loads(bookutils("exercises", "--json").stdout)
    assert [(row["chapter"], row["id"]) for row in rows] == [(name, item.id) for name, item in published()]
    for row, (_, exercise) in zip(rows, published(), strict=True):
        assert set(row) == {"chapter", "id", "points", "parts", "mistakes", "hints", "optional"}
        assert sum(part["points"] for part in row["parts"]) == row["points"] == exercise.points
        assert row["mistakes"] == [mistake.id for mistake in exercise.mistakes]


def test_exercises_are_listed_for_people():
    """Does the table name each exercise once?"""
    table = bookutils("exercises").stdout
    for _, exercise in published():
        assert table.count(f" {exercise.id} ") == 1


def test_no_error_shows_a_traceback(monkeypatch, capsys):
    """Does main print any BookError as its sentence and leave with its code?"""
    from bookutils import cli

    for error in (BookError("It failed.", "Try again."), UsageError("Wrong.", "Type it so.")):
        monkeypatch.setattr(cli, "app", lambda error=error: (_ for _ in ()).throw(error))
        with pytest.raises(SystemExit) as left:
            cli.main()
        assert (left.value.code, capsys.readouterr().err) == (error.exit_code, f"{error}\n")


def test_starting_the_command_imports_no_tensorflow():
    """Is `bookutils --help` quick on every machine?"""
    code = "import sys, bookutils.cli; sys.exit('tensorflow' in sys.modules or 'nbformat' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
