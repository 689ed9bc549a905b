"""The learner's folder: is anything of theirs ever lost?"""

import copy
import json
import os
import stat
import subprocess
import sys
from datetime import date
from pathlib import Path

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookutils.authoring.build import draft
from bookutils.authoring.carrying import carry, is_touched, source
from bookutils.authoring.outputs import encode
from bookutils.authoring.source import read_chapter
from bookutils.authoring.work import fill_work
from bookutils.core.errors import UsageError

TODAY = date(2026, 11, 24)
ANSWER = "def double(x):\n    return x + x"


def notebook_of(course, catalogue):
    """Make the notebook without running it."""
    return json.loads(encode(draft(read_chapter(course.chapters_dir / "01-small.md"), catalogue).notebook))


@pytest.fixture
def old(course, catalogue):
    """The notebook as it was first copied."""
    return notebook_of(course, catalogue)


@pytest.fixture
def new(course, catalogue, old):
    """A newer version: the title has changed, a section has come, the exercise's text is another."""
    path = course.chapters_dir / "01-small.md"
    text = path.read_text().replace("# Doubling", "# Doubling a number\n\nNew text.")
    path.write_text(text.replace('"""Return twice x."""', '"""Return two times x."""'))
    return notebook_of(course, catalogue)


@pytest.fixture
def filled(course, old, tmp_path):
    """Store notebooks and fill the learner's folder; return (store, fill, said, own file)."""
    said = []

    class Filled:
        own = tmp_path / "mine" / "01-small.ipynb"

        def store(self, notebook):
            course.notebooks_dir.mkdir(exist_ok=True)
            (course.notebooks_dir / "01-small.ipynb").write_text(json.dumps(notebook))

        def fill(self):
            said.clear()
            fill_work(course, self.own.parent, said.append, TODAY)
            return said

        def read(self):
            return json.loads(self.own.read_text())

        def names(self):
            return sorted(path.name for path in self.own.parent.iterdir())

    made = Filled()
    made.store(old)
    made.fill()
    return made


def is_exercise(cell):
    return "exercise" in cell["metadata"].get("bookutils", {})


def answered(notebook, text=ANSWER):
    """Type an answer, as JupyterLab stores it: as one string."""
    changed = copy.deepcopy(notebook)
    exercise = next(cell for cell in changed["cells"] if is_exercise(cell))
    exercise.update(source=text, execution_count=7)
    return changed


def added(text, kind="code", **more):
    cell = {"cell_type": kind, "id": "mine", "metadata": {}, "source": text}
    return cell | ({"outputs": [], "execution_count": 3} if kind == "code" else {}) | more


def texts(notebook):
    return [source(cell) for cell in notebook["cells"]]


def test_a_first_start_copies_and_a_second_changes_nothing(filled):
    """Is the copy the notebook, and left alone afterwards?"""
    before = filled.own.read_bytes()
    assert filled.fill() == []
    assert filled.own.read_bytes() == before


def test_a_copy_of_the_same_version_is_never_overwritten(filled, old):
    """Does an answer stay where the chapter has not changed?"""
    filled.own.write_text(json.dumps(answered(old)))
    assert filled.fill() == []
    assert ANSWER in texts(filled.read())


def test_an_answer_goes_into_the_newer_version_and_the_old_file_is_kept(filled, old, new):
    """Is the new text there, the answer in its cell, and the old file beside it, byte by byte?"""
    filled.own.write_text(json.dumps(answered(old)))
    before = filled.own.read_bytes()
    filled.store(new)
    (sentence,) = filled.fill()
    assert "your answers to double were carried into it" in sentence
    assert "kept as 01-small (before 2026-11-24).ipynb" in sentence
    assert filled.own.with_name("01-small (before 2026-11-24).ipynb").read_bytes() == before
    carried = filled.read()
    assert ANSWER in texts(carried) and texts(carried)[0].startswith("# Doubling a number")
    cell = next(cell for cell in carried["cells"] if source(cell) == ANSWER)
    assert (cell["outputs"], cell["execution_count"]) == ([], None)
    nbformat.validate(carried)
    assert filled.fill() == []


def test_a_chapter_that_has_another_name_now_takes_its_answers_along(course, old, new, tmp_path):
    """Are answers carried into the chapter's new name, is the old file kept, and does it happen once?"""
    (course.notebooks_dir).mkdir(exist_ok=True)
    (course.notebooks_dir / "01-small.ipynb").write_text(json.dumps(new))
    folder, said = tmp_path / "mine", []
    folder.mkdir()
    notebook = copy.deepcopy(old)
    next(cell for cell in notebook["cells"] if "exercise" in cell["metadata"]["bookutils"])["source"] = ANSWER
    before = json.dumps(notebook)
    (folder / "07-little.ipynb").write_text(before)
    for _time in range(2):
        fill_work(course, folder, said.append, TODAY, {"07-little": "01-small"})
    kept = "07-little (before 2026-11-24).ipynb"
    assert said == [
        f"07-little.ipynb is called 01-small.ipynb now. It has your answers to double. Your old file is kept as {kept}."
    ]
    assert sorted(path.name for path in folder.iterdir()) == ["01-small.ipynb", kept]
    assert ANSWER in [source(cell) for cell in json.loads((folder / "01-small.ipynb").read_text())["cells"]]
    assert (folder / kept).read_text() == before


def test_a_file_of_a_learners_own_under_an_old_name_is_left_alone(course, old, tmp_path):
    """Is a notebook that no chapter made neither carried nor moved, and one beside the new name neither?"""
    course.notebooks_dir.mkdir(exist_ok=True)
    (course.notebooks_dir / "01-small.ipynb").write_text(json.dumps(old))
    for content in ("no notebook", json.dumps({"cells": [], "metadata": {}})):
        folder = tmp_path / str(len(content))
        folder.mkdir()
        (folder / "07-little.ipynb").write_text(content)
        fill_work(course, folder, lambda _said: None, TODAY, {"07-little": "01-small"})
        assert (folder / "07-little.ipynb").read_text() == content
        assert sorted(path.name for path in folder.iterdir()) == ["01-small.ipynb", "07-little.ipynb"]


def test_a_kept_file_is_never_overwritten(filled, old, new):
    """Are two newer versions on one day two kept files?"""
    filled.own.write_text(json.dumps(answered(old)))
    filled.store(new)
    filled.fill()
    filled.store(old)
    filled.fill()
    assert filled.names() == [
        "01-small (before 2026-11-24 2).ipynb",
        "01-small (before 2026-11-24).ipynb",
        "01-small.ipynb",
    ]


def test_an_untouched_copy_is_replaced_without_a_kept_file(filled, old, new):
    """Is a copy that was only run, not changed, no reason to keep two files?"""
    ran = copy.deepcopy(old)
    ran["cells"][1].update(execution_count=1, outputs=[{"output_type": "stream", "name": "stdout", "text": "x"}])
    filled.own.write_text(json.dumps(ran))
    filled.store(new)
    assert filled.fill() == ["01-small.ipynb: replaced by its newer version; you had not changed it."]
    assert filled.names() == ["01-small.ipynb"] and texts(filled.read()) == texts(new)


@pytest.mark.parametrize("content", [b"{", b"\xff\xfe\x00", b"[]", b'{"cells": [1]}', b""])
def test_an_unreadable_copy_is_kept_and_said(filled, content):
    """Is a half-written file kept as it is, beside a new copy?"""
    filled.own.write_bytes(content)
    (sentence,) = filled.fill()
    assert "could not be read" in sentence
    assert filled.own.with_name("01-small (before 2026-11-24).ipynb").read_bytes() == content
    assert filled.read()["cells"]


def test_a_notebook_that_is_not_ours_is_left_alone(filled):
    """Does a learner's own notebook of the same name stay?"""
    filled.own.write_text(json.dumps({"cells": [added("1")], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    before = filled.own.read_bytes()
    assert "left as it is" in filled.fill()[0]
    assert filled.own.read_bytes() == before


def test_pictures_come_along_and_the_learners_files_stay(filled, course):
    """Does the folder get what the notebooks show, and keep what is the learner's?"""
    (course.notebooks_dir / "images").mkdir()
    (course.notebooks_dir / "images" / "a.png").write_bytes(b"one")
    (filled.own.parent / "notes.txt").write_text("mine")
    filled.fill()
    assert (filled.own.parent / "images" / "a.png").read_bytes() == b"one"
    assert (filled.own.parent / "notes.txt").read_text() == "mine"


def test_the_folder_of_the_notebooks_is_no_place_to_work(course, filled):
    """Is it refused, in words, to work where the build writes?"""
    with pytest.raises(UsageError, match="cannot be worked on where they are built"):
        fill_work(course, course.notebooks_dir, print)


def test_added_cells_stand_behind_the_cell_above_them(old, new):
    """Does a learner find their notes where they put them?"""
    old["cells"].insert(2, added("My note.", "markdown"))
    old["cells"].insert(0, added("First of all.", "markdown", id="top"))
    old["cells"].append(added("last = 1", id="end"))
    result = carry(old, new)
    assert (texts(result.notebook)[0], texts(result.notebook)[-1]) == ("First of all.", "last = 1")
    place = texts(result.notebook).index("My note.")
    assert texts(result.notebook)[place - 1] == source(old["cells"][2])
    assert (result.answers, result.added, result.left) == ((), 3, False)


def test_an_answer_to_an_exercise_that_is_gone_comes_along_as_a_cell(old, new):
    """Is work kept for which the new version has no place?"""
    gone = copy.deepcopy(new)
    gone["cells"] = [cell for cell in gone["cells"] if not is_exercise(cell)]
    result = carry(answered(old), gone)
    assert ANSWER in texts(result.notebook) and result.answers == ()
    cell = next(cell for cell in result.notebook["cells"] if source(cell) == ANSWER)
    assert cell["metadata"] == {"tags": ["exercise"]}


def test_a_pasted_copy_of_an_exercise_is_not_taken_for_the_exercise(old, new):
    """Which of two cells with one exercise's metadata is the answer? The one that came with the notebook."""
    old = answered(old)
    place = next(n for n, cell in enumerate(old["cells"]) if is_exercise(cell))
    pasted = copy.deepcopy(old["cells"][place]) | {"id": "pasted", "source": "def double(x):\n    return 7"}
    old["cells"].insert(place, pasted)
    result = carry(old, new)
    target = next(cell for cell in result.notebook["cells"] if is_exercise(cell))
    assert source(target) == ANSWER
    assert pasted["source"] in texts(result.notebook)


def test_a_changed_example_does_not_come_along_and_is_said(old, new):
    """Is the learner told that the kept file has more?"""
    old["cells"][1]["source"] = "changed = True"
    result = carry(old, new)
    assert result.left and "changed = True" not in texts(result.notebook)


def test_an_emptied_answer_is_no_answer(old, new):
    """Does an emptied cell get the new starter?"""
    result = carry(answered(old, ""), new)
    assert texts(result.notebook) == texts(new)
    assert is_touched(answered(old, ""))


cells = st.builds(added, st.text(min_size=1).filter(str.strip), st.sampled_from(["code", "markdown"]))


@given(st.lists(st.tuples(st.integers(0, 9), cells), max_size=5), st.text(min_size=1).filter(str.strip))
def test_whatever_a_learner_adds_is_there_afterwards(pair, additions, answer):
    """Is every added cell in the new notebook, once, and is the notebook valid?"""
    old, new = (copy.deepcopy(notebook) for notebook in pair)
    old = answered(old, answer)
    for place, cell in additions:
        old["cells"].insert(place, copy.deepcopy(cell))
    result = carry(old, new).notebook
    nbformat.validate(result)
    assert len({cell["id"] for cell in result["cells"]}) == len(result["cells"])
    assert sorted(texts(result)) == sorted(
        [answer if is_exercise(cell) else source(cell) for cell in new["cells"]]
        + [cell["source"] for _, cell in additions]
    )


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    """Two versions of a notebook of four cells, made once."""
    from bookutils.authoring.identity import version

    def made(starter):
        cells = [
            {"cell_type": "markdown", "id": "text", "metadata": {}, "source": f"# Title {starter}"},
            {"cell_type": "code", "id": "setup", "metadata": {}, "source": "import math"},
            {"cell_type": "code", "id": "ex", "metadata": {}, "source": starter},
            {"cell_type": "markdown", "id": "end", "metadata": {}, "source": "The end."},
        ]
        for cell in cells:
            cell["metadata"]["bookutils"] = {"role": "text", "version": version([cell["source"]])}
            if cell["cell_type"] == "code":
                cell.update(outputs=[], execution_count=None)
        cells[2]["metadata"]["bookutils"]["exercise"] = "double"
        metadata = {"bookutils": {"chapter": "01-small", "version": version([starter])}}
        return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}

    return made("..."), made("... # again")


def work(folder, **options):
    """Run the command as a person does, on the notebooks of this course."""
    command = [sys.executable, "-m", "bookutils", "work", "--to", folder]
    return subprocess.run(command, capture_output=True, check=False, **options)


def said_in_a_sentence(done, words):
    """Whether a command failed with one sentence, and no traceback."""
    errors = done.stderr.decode(errors="replace")
    return done.returncode == 1 and words in errors and len(errors.splitlines()) == 1


def test_a_folder_that_is_none_is_a_sentence(tmp_path):
    """Where a file has the folder's name, or the name of one above it: is that said?"""
    (tmp_path / "file").write_text("")
    for place in ("file", "file/work"):
        assert said_in_a_sentence(work(tmp_path / place), "is a file and no folder")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_folder_with_a_notebooks_name_is_a_sentence(tmp_path):
    """Is something else than a file in a notebook's place named, and left?"""
    (tmp_path / "00-start-here.ipynb").mkdir()
    assert said_in_a_sentence(work(tmp_path), "00-start-here.ipynb")
    assert (tmp_path / "00-start-here.ipynb").is_dir()


@pytest.fixture
def mounted(tmp_path, tmp_path_factory):
    """Run the command on a file system of its own, as small or as closed as `options` say; return what it did."""

    listing = tmp_path_factory.mktemp("beside") / "listing"

    def run(options):
        command = [
            "unshare", "--mount", "sh", "-c",
            f'mount -t tmpfs -o {options} tmpfs "$0" && "$1" -m bookutils work --to "$0"; code=$?; '
            'ls -A "$0" > "$2"; exit $code',
            str(tmp_path), sys.executable, str(listing),
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, check=False)
        return done, listing.read_text().split()

    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("only root may mount a file system that is full or read-only")
    if subprocess.run(["unshare", "--mount", "true"], capture_output=True, check=False).returncode:
        pytest.skip("this machine gives no name space for mounts")
    return run


def test_a_full_disk_is_said_before_anything_is_written(mounted):
    """Is half a course, or half a notebook, never left on a full disk?"""
    done, left = mounted("size=1m")
    assert said_in_a_sentence(done, "There is no space left")
    assert left == []


def test_a_read_only_disk_is_said(mounted):
    """Is the reason said where nothing may be written?"""
    done, left = mounted("ro")
    assert said_in_a_sentence(done, "There is no permission to write")
    assert left == []


@pytest.mark.skipif(os.name != "posix", reason="Windows has no umask")
def test_copies_are_as_private_as_a_person_wants_them(tmp_path):
    """With umask 077, may nobody else read the learner's copies?"""
    assert work(tmp_path / "mine", umask=0o077).returncode == 0
    assert {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "mine").iterdir()} == {0o600}


@pytest.mark.skipif(sys.platform != "linux", reason="other systems want names in UTF-8")
def test_a_folder_whose_name_is_no_utf8_is_a_folder(tmp_path):
    """Are notebooks copied into a folder with a name from another time, and under an ASCII locale?"""
    odd = os.fsencode(tmp_path) + b"/caf\xe9"
    done = work(odd, env={**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"})
    assert done.returncode == 0, done.stderr
    assert (Path(os.fsdecode(odd)) / "00-start-here.ipynb").is_file()
