"""The cell that installs the package on Colab, and the badge: made from pyproject.toml, and silent everywhere else."""

from __future__ import annotations

import copy
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bookutils.authoring.build import build, build_text, draft
from bookutils.authoring.carrying import carry, source
from bookutils.authoring.colab import install_cell
from bookutils.authoring.compare import first_difference
from bookutils.authoring.course import Course, Package
from bookutils.authoring.outputs import encode
from bookutils.core.errors import ChapterError, UsageError
from bookutils.grading.notebooks import read_notebook
from bookutils.grading.program import CourseChapter, make_program

ROOT = Path(__file__).resolve().parents[2]
ADDRESS = "https://github.com/somebody/course"
ANSWER = "def double(x):\n    return x + x"
# Takes the place of pip: writes down how it was called, and fails where it is told to.
PIP = """
import json, os, pathlib, sys
pathlib.Path(os.environ["CALLS"]).write_text(json.dumps(sys.argv[1:]))
if os.environ.get("FAILS"):
    sys.exit("WARNING: trying again\\n" + os.environ["FAILS"])
"""
# What IPython does with the error of a cell.
RUN = """
import pathlib, sys, types
for name in sys.argv[1:]:
    sys.modules[name] = types.ModuleType(name)
try:
    exec(pathlib.Path("cell.py").read_text(), {})
except Exception as error:
    print(*error._render_traceback_())
"""


def project(course: Course, version: str = "0.1.0", address: str | None = None) -> None:
    """Put a pyproject.toml beside the chapters."""
    urls = f'Repository = "{address}"\n' if address else ""
    text = f'[project]\nname = "bookutils"\nversion = "{version}"\n[project.urls]\n{urls}'
    (course.root / "pyproject.toml").write_text(text)


@pytest.fixture
def made(course, catalogue):
    """Make the notebook of the small course, for a version and an address."""

    def make(version="0.1.0", address=None, solved=False):
        project(course, version, address)
        (chapter,) = course.chapters()
        return draft(chapter, catalogue, solved=solved)

    return make


def cell_of_colab(notebook):
    """The one cell that installs."""
    (cell,) = [cell for cell in notebook["cells"] if cell["id"].endswith("colab-install")]
    return cell


def run_cell(folder: Path, cell: str, *modules: str, fails: str = "") -> tuple[str, list[str] | None]:
    """Run the cell in a folder, as Colab where `modules` says so; what it prints, and how pip was called."""
    pip = folder / "site" / "pip" / "__main__.py"
    pip.parent.mkdir(parents=True, exist_ok=True)
    pip.write_text(PIP)
    (pip.parent / "__init__.py").write_text("")
    (folder / "cell.py").write_text(cell)
    calls = folder / "calls.json"
    variables = {**os.environ, "PYTHONPATH": f"{pip.parent.parent}{os.pathsep}{ROOT}", "CALLS": str(calls)}
    done = subprocess.run(
        [sys.executable, "-c", RUN, *modules], cwd=folder, capture_output=True, text=True, check=False,
        env=variables | {"FAILS": fails},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout.strip(), json.loads(calls.read_text()) if calls.exists() else None


def test_without_an_address_there_is_no_link(made):
    """While pyproject.toml names no repository: no badge, no address in the cell, and a word on the upload?"""
    notebook = made().notebook
    text = json.dumps(notebook)
    assert "http" not in text and "colab.research" not in text
    assert [cell["id"] for cell in notebook.cells][:2] == ["01-small-doubling-1", "01-small-colab-install"]
    assert "the upload icon; `make wheel`" in source(cell_of_colab(notebook))


def test_with_an_address_badge_and_cell_lead_to_the_notebooks_own_version(made):
    """Do both come from the one line in pyproject.toml, and name the release that the notebook is of?"""
    notebook = made("1.2.0", ADDRESS).notebook
    badge, _, install = notebook.cells[:3]
    link = "https://colab.research.google.com/github/somebody/course/blob/v1.2.0/notebooks/01-small.ipynb"
    assert (badge.id, badge.cell_type) == ("01-small-colab-badge", "markdown")
    assert badge.source.startswith("[![Open in Colab](") and badge.source.endswith(f"({link})")
    assert f'"{ADDRESS}/releases/download/v1.2.0/" + wheel' in install.source
    assert notebook.metadata.bookutils.package == "1.2.0"


@pytest.mark.parametrize("written", [f"{ADDRESS}/", f"{ADDRESS}.git", ADDRESS])
def test_an_address_may_be_written_as_people_copy_it(course, written):
    """Do a slash and .git at the end mean the same repository?"""
    project(course, address=written)
    assert course.package == Package("0.1.0", ADDRESS)


@pytest.mark.parametrize("written", ["https://example.org/course", "git@github.com:somebody/course", "TODO", ""])
def test_an_address_that_colab_cannot_open_is_refused(course, written):
    """Is a badge that leads nowhere refused in words?"""
    (course.root / "pyproject.toml").write_text(
        f'[project]\nname = "bookutils"\nversion = "1"\nurls = {{ Repository = "{written}" }}'
    )
    with pytest.raises(UsageError, match=r"Write Repository = "):
        _ = course.package


def test_the_course_itself_has_one_version_and_an_address_in_one_place():
    """Do package and pyproject.toml agree, and does no other file of the source name the address?"""
    import bookutils

    package = Course(ROOT).package
    assert package is not None and package.version == bookutils.__version__
    if package.address:
        for path in [*(ROOT / "chapters").glob("*.md"), *(ROOT / "bookutils").rglob("*.py")]:
            assert package.address not in path.read_text(encoding="utf-8"), path


def test_the_other_cells_stay_what_they_were(course, catalogue, made):
    """Does the cell take an id, a place or a text from one that an author wrote?"""
    (chapter,) = course.chapters()
    before = {cell.id: (cell.source, cell.metadata) for cell in draft(chapter, catalogue).notebook.cells}
    for address in (None, ADDRESS):
        after = {cell.id: (cell.source, cell.metadata) for cell in made(address=address).notebook.cells}
        added = set(after) - set(before)
        assert added == {"01-small-colab-install", *(["01-small-colab-badge"] if address else [])}
        assert {id: after[id] for id in before} == before


def test_jupyterlab_folds_the_cell_and_colab_shows_it(made):
    """Is the cell out of the way where nobody needs it?"""
    metadata = cell_of_colab(made().notebook)["metadata"]
    assert metadata["jupyter"] == {"source_hidden": True}
    assert metadata["bookutils"]["role"] == "colab" and "tags" not in metadata and "cellView" not in metadata


def test_another_version_is_another_notebook(made):
    """After a release, does `build --check` see that the notebooks are of the one before?"""
    stored = json.loads(encode(made("0.1.0").notebook))
    assert first_difference(made("0.1.0"), stored) == ""
    assert "0.2.0" in first_difference(made("0.2.0"), stored)


def test_elsewhere_the_cell_does_nothing(tmp_path):
    """In JupyterLab, under nbval and in a grader: is nothing printed, nothing installed?"""
    import bookutils

    (tmp_path / "bookutils-9.9.9-py3-none-any.whl").write_text("")
    for address in (None, ADDRESS):
        cell = install_cell(Package(bookutils.__version__, address))
        assert run_cell(tmp_path, cell) == ("", None)


def test_the_installed_version_is_not_installed_again(tmp_path):
    """On Colab, with the package there: is the cell silent?"""
    import bookutils

    assert run_cell(tmp_path, install_cell(Package(bookutils.__version__)), "google.colab") == ("", None)


def test_an_uploaded_wheel_is_installed_without_its_dependencies(tmp_path):
    """Is it the newest upload, under the name that pip wants, and --no-deps?"""
    for number, name in enumerate(("bookutils-9.9.8-py3-none-any", "bookutils-9.9.9-py3-none-any (1)")):
        (tmp_path / f"{name}.whl").write_text(name)
        os.utime(tmp_path / f"{name}.whl", (number, number))
    said, call = run_cell(tmp_path, install_cell(Package("9.9.9")), "google.colab")
    assert said.startswith("bookutils 9.9.9 is installed, and every other package is as it was.")
    assert call[0] == "install" and "--no-deps" in call
    assert Path(call[-1]).name == "bookutils-9.9.9-py3-none-any.whl"


def test_a_release_is_fetched_from_the_repository_and_never_by_name(tmp_path):
    """Somebody else's package may have the name bookutils: is a file or an address all that pip is given?"""
    said, call = run_cell(tmp_path, install_cell(Package("9.9.9", ADDRESS)), "google.colab")
    assert said.startswith("bookutils 9.9.9 is installed")
    assert [word for word in call if not word.startswith("-")] == [
        "install", f"{ADDRESS}/releases/download/v9.9.9/bookutils-9.9.9-py3-none-any.whl",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("uploaded", "address", "fails", "begins"),
    [
        ("", None, "", "bookutils is not here yet: upload bookutils-9.9.9-py3-none-any.whl (the folder icon"),
        ("bookutils-9.9.8-py3-none-any.whl", None, "", "bookutils-9.9.8-py3-none-any.whl is of another version"),
        ("bookutils-9.9.9-py3-none-any.whl", None, "ERROR: it is broken", "pip could not install bookutils-9.9.9"),
        (
            "",
            ADDRESS,
            "ERROR: no network",
            "pip could not install bookutils-9.9.9-py3-none-any.whl (ERROR: no network)",
        ),
    ],
)
def test_what_is_missing_is_one_sentence_with_what_to_do(uploaded, address, fails, begins, tmp_path):
    """No wheel, another one, a broken one, no network: is there a sentence, and no traceback?"""
    if uploaded:
        (tmp_path / uploaded).write_text("")
    said, _ = run_cell(tmp_path, install_cell(Package("9.9.9", address)), "google.colab", fails=fails)
    assert said.startswith(begins) and said.endswith("and run this cell again.") and "\n" not in said


def answered(notebook):
    """A learner's copy with an answer in it."""
    copied = json.loads(encode(notebook))
    for cell in copied["cells"]:
        if cell["metadata"]["bookutils"].get("exercise"):
            cell["source"] = ANSWER
    return copied


def as_colab_saves_it(notebook):
    """The same without the ids of cells, and with Colab's metadata beside ours."""
    saved = copy.deepcopy(notebook) | {"nbformat_minor": 0}
    for cell in saved["cells"]:
        cell["metadata"] |= {"id": cell.pop("id"), "outputId": "x"}
    return saved


@pytest.mark.parametrize("saved", [lambda notebook: notebook, as_colab_saves_it], ids=["lab", "colab"])
@pytest.mark.parametrize("address", [None, ADDRESS], ids=["unset", "set"])
def test_answers_are_carried_past_the_cell(saved, address, made):
    """From one version to the next, also out of Colab: is the cell the new one, and the answer where it was?"""
    old, new = saved(answered(made("0.1.0").notebook)), json.loads(encode(made("0.2.0", address).notebook))
    result = carry(old, new)
    assert (result.answers, result.added, result.left) == (("double",), 0, False)
    assert "0.2.0" in source(cell_of_colab(result.notebook)) and "0.1.0" not in json.dumps(result.notebook)


@pytest.mark.parametrize("change", [lambda text: text, lambda text: text.replace("0.1.0", "0.0.9")])
def test_the_grader_does_not_run_the_cell(change, made, authored):
    """As it was handed out, or of an older release: is the cell among what is run of a submission?"""
    data = encode(made().notebook)
    course = CourseChapter("01-small", tuple(cell for cell in read_notebook(data) if cell.is_code))
    submission = answered(made().notebook)
    cell = cell_of_colab(submission)
    cell["source"] = change(source(cell))
    program = make_program(read_notebook(json.dumps(submission).encode()), course, [authored.exercise("double")])
    assert any(ANSWER in step.source for step in program.steps)
    assert not any("install_bookutils" in step.source for step in program.steps)


def test_a_new_sentence_keeps_the_outputs(course, catalogue):
    """Does `build --text` write, without a run, the bytes that a whole build would?"""
    import bookutils

    project(course, bookutils.__version__)
    (chapter,) = course.chapters()
    path = course.notebooks_dir / "01-small.ipynb"
    path.parent.mkdir()
    path.write_bytes(build(chapter, catalogue))
    chapter.path.write_text(chapter.path.read_text().replace("# Doubling", "Before.\n\n+++\n\n# Doubling, anew"))
    (chapter,) = course.chapters()
    assert build_text(chapter, catalogue, path) == build(chapter, catalogue)


def test_new_code_is_no_new_sentence(course, catalogue):
    """Is a cell whose code has changed refused by its line, and a notebook that is not there in words?"""
    (chapter,) = course.chapters()
    path = course.notebooks_dir / "01-small.ipynb"
    with pytest.raises(ChapterError, match=r"There is no notebook 01-small.ipynb to keep outputs of"):
        build_text(chapter, catalogue, path)
    path.parent.mkdir()
    path.write_bytes(encode(draft(chapter, catalogue).notebook))
    assert build_text(chapter, catalogue, path) == path.read_bytes()
    chapter.path.write_text(chapter.path.read_text().replace("Return twice x", "Return x twice"))
    (chapter,) = course.chapters()
    with pytest.raises(ChapterError, match=r"01-small\.md:\d+: The code of this cell has changed\. Type: bookutils"):
        build_text(chapter, catalogue, path)
