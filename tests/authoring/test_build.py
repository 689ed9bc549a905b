"""The whole build, in a real kernel: same bytes twice, and a failing cell named by its line."""

import json
from pathlib import Path

import pytest

from bookutils.authoring.build import build, build_all, check_sources
from bookutils.authoring.compare import check_notebooks, differences
from bookutils.authoring.source import read_chapter
from bookutils.core.errors import BookError, ChapterError, MissingPartError

PICTURE = """
```{code-cell} ipython3
:tags: [setup]

import os
import matplotlib.pyplot as plt
from IPython.display import display
```

```{code-cell} ipython3
figure, axes = plt.subplots(figsize=(2, 1))
_ = axes.plot([0, 1], [0, 1])
plt.close(figure)
display(figure, metadata={"image/png": {"alt": "A line from 0 to 1."}})
print(os.environ["BOOKUTILS_STATIC"], os.listdir("."), {"a", "b", "c", "d"})
```

```{code-cell} ipython3
:tags: [answer-to-prediction]

print("spoilt")
```
"""


def code(body, *options):
    return "```{code-cell} ipython3\n" + "".join(f":{option}\n" for option in options) + f"\n{body}\n```\n"


def test_building_twice_gives_the_same_bytes(write):
    """Are pictures, sets and metadata the same on every run, and is a prediction left open?"""
    chapter = write(PICTURE)
    first, second = build(chapter, {}), build(chapter, {})
    assert first == second
    notebook = json.loads(first)
    picture, printed = notebook["cells"][1]["outputs"]
    assert picture["metadata"]["image/png"]["alt"] == "A line from 0 to 1."
    assert picture["data"]["text/plain"] == ["<Figure size 200x100 with 1 Axes>"]
    assert printed["text"][0].startswith("1 [] {")
    assert notebook["cells"][2]["outputs"] == [] and b"SPOILT" not in first.upper().replace(b'PRINT(\\"SPOILT', b"")
    assert "widgets" not in notebook["metadata"] and "execution" not in notebook["cells"][1]["metadata"]


def test_a_cell_that_fails_is_named_by_file_and_line(write):
    """Does the error lead to the line of the chapter, past the solution that was taken out?"""
    solution = "### BEGIN SOLUTION\nx = 1\ny = 2\n### END SOLUTION\nz = 1 / 0"
    chapter = write(code(solution, "tags: [exercise]", "exercise: double"))
    with pytest.raises(ChapterError, match=r"01-small\.md:12: The cell raises ZeroDivisionError: division by zero"):
        build(chapter, {})


def test_a_cell_that_may_raise_may_raise(write):
    """Does `raises-exception` let the build go on?"""
    notebook = json.loads(build(write(code("1 / 0", "tags: [raises-exception]")), {}))
    assert notebook["cells"][0]["outputs"][0]["ename"] == "ZeroDivisionError"


def test_a_kernel_that_dies_is_named_by_file_and_line(write):
    """Is a dead kernel a sentence too?"""
    with pytest.raises(ChapterError, match=r"01-small\.md:5: The kernel died in this cell"):
        build(write("```{code-cell} ipython3\nimport os; os._exit(1)\n```\n"), {})


def test_no_kernel_outlives_its_notebook(write):
    """A kernel that is left behind writes a warning when the build ends: is there none, after a failure neither?"""
    psutil = pytest.importorskip("psutil")
    build(write(code("print(1)")), {})
    with pytest.raises(ChapterError):
        build(write(code("1 / 0")), {})
    commands = [" ".join(child.cmdline()) for child in psutil.Process().children(recursive=True)]
    assert not [command for command in commands if "ipykernel" in command]


def test_a_folder_that_cannot_be_written_is_said_before_anything_runs(course, catalogue, tmp_path, monkeypatch):
    """Is a solved edition that has no place refused in a sentence, before minutes of running?"""
    (tmp_path / "taken").write_text("")
    monkeypatch.setattr("bookutils.authoring.build.execute", lambda *_, **__: pytest.fail("it runs"))
    with pytest.raises(BookError, match="is a file and no folder"):
        build_all(course, course.chapters(), catalogue, print, tmp_path / "taken")


def test_a_missing_extra_is_said_before_anything_runs(write, monkeypatch):
    """Is a chapter for TensorFlow refused in words where TensorFlow is not installed?"""
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(MissingPartError, match="needs tensorflow, which is not installed"):
        build(write("Text.\n", front="title: Small\nneeds: [tensorflow]"), {})


def test_the_solved_edition_passes_its_checks(course, catalogue):
    """Is the solution run and judged, and the notebook written?"""
    chapters = course.chapters()
    said = []
    build_all(course, chapters, catalogue, said.append, course.root / "solved")
    assert said == ["01-small: written"]
    assert "return 2 * x" in (course.root / "solved" / "01-small.ipynb").read_text()
    assert not course.notebooks_dir.exists()


def test_a_solution_that_does_not_pass_is_refused(course, catalogue, authored):
    """Is the check named whose solution is wrong?"""
    path = course.chapters_dir / "01-small.md"
    path.write_text(authored.whole.replace("return 2 * x", "return 3 * x"))
    line = path.read_text().split("\n").index('check("double")')
    with pytest.raises(
        ChapterError, match=rf"01-small\.md:{line}: The solution of `double` does not pass its check: not"
    ):
        build(read_chapter(path), catalogue, solved=True)


def test_a_starter_that_passes_is_refused(course, catalogue, authored):
    """Is an exercise that nobody needs to solve found?"""
    path = course.chapters_dir / "01-small.md"
    path.write_text(authored.whole.replace("    ### BEGIN", "    return x + x\n    ### BEGIN"))
    with pytest.raises(ChapterError, match="The starter of `double` passes already"):
        build(read_chapter(path), catalogue)


def test_all_problems_of_all_chosen_chapters_are_said_at_once(course, catalogue):
    """Can an author mend everything in one go, and leave unfinished chapters of others alone?"""
    (course.chapters_dir / "02-other.md").write_text("No front matter.\n\n![](a.png)\n")
    known = course.chapters()
    check_sources(course, known, known[:1], catalogue, whole=False)
    with pytest.raises(ChapterError) as caught:
        check_sources(course, known, known, catalogue | {"03-third": ((), ())})
    assert [line.split(": ")[0].split("/")[-1] for line in str(caught.value).split("\n")] == [
        "02-other.md:1",
        "02-other.md:3",
        "02-other.md:3",
        "03-third.md:1",
    ]


@pytest.fixture
def built(course, catalogue):
    """A course whose notebook has been built, with a picture."""
    images = course.chapters_dir / "images"
    images.mkdir()
    (images / "a.png").write_bytes(b"one")
    path = course.chapters_dir / "01-small.md"
    path.write_text(path.read_text() + "\n![A curve.](images/a.png)\n")
    build_all(course, course.chapters(), catalogue, lambda said: None)
    return course


def test_a_notebook_that_says_what_its_chapter_says_is_accepted(built, catalogue):
    """Does --check pass after a build, and after a run that changes outputs only?"""
    path = built.notebooks_dir / "01-small.ipynb"
    check_notebooks(built, built.chapters(), built.chapters(), catalogue)
    path.write_text(path.read_text().replace('"not started"', '"started"'))
    check_notebooks(built, built.chapters(), built.chapters(), catalogue)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (
            ("# Doubling", "# Halving"),
            ":5: The text of the notebook's cell 1 differs: '# Doubling' in the chapter, '# Halving'",
        ),
        (('"id": "01-small-exercise-double"', '"id": "other"'), "The id of the notebook's cell 4 differs"),
        (('"points": 1', '"points": 2'), "The metadata of the notebook's cell 5 differs"),
        (('"title": "A small chapter"', '"title": "T"'), ":1: The notebook's metadata differs"),
        (('"nbformat_minor": 5', '"nbformat_minor": 4'), ":1: The notebook has another nbformat_minor"),
        (('"cells": [', '"cells": [],"more": ['), ":5: The notebook ends before the cell of this line"),
        (("{", "", 1), "is not a notebook"),
    ],
)
def test_the_first_difference_is_named(built, catalogue, change, says):
    """Is a notebook that was edited by hand, or a chapter that was not built, found and shown?"""
    path = built.notebooks_dir / "01-small.ipynb"
    changed = path.read_text().replace(*change)
    assert changed != path.read_text()
    path.write_text(changed)
    (found,) = differences(built, built.chapters(), catalogue)
    assert says in found


def test_missing_and_orphaned_notebooks_and_old_pictures_are_named(built, catalogue):
    """Does --check see the whole folder?"""
    (built.notebooks_dir / "images" / "a.png").write_bytes(b"two")
    (built.notebooks_dir / "07-gone.ipynb").write_text("{}")
    (built.chapters_dir / "02-new.md").write_text("---\ntitle: New\n---\n")
    with pytest.raises(ChapterError) as caught:
        check_notebooks(built, built.chapters(), built.chapters(), catalogue)
    text = str(caught.value)
    assert f"{Path('images', 'a.png')} is not the picture of" in text
    assert "02-new.ipynb is missing" in text
    assert "07-gone.ipynb has no chapter" in text


def test_a_build_that_changes_nothing_says_so(built, catalogue):
    """Is a file that is right left alone?"""
    before = (built.notebooks_dir / "01-small.ipynb").stat().st_mtime_ns
    said = []
    build_all(built, built.chapters(), catalogue, said.append)
    assert said == ["01-small: unchanged"]
    assert (built.notebooks_dir / "01-small.ipynb").stat().st_mtime_ns == before
    assert not list(built.notebooks_dir.glob(".*"))
