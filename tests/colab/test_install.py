"""The notebooks' first cell, run on its own with Colab's pip: what it installs, what it leaves alone, what it says."""

from __future__ import annotations

import functools
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest

from bookutils.authoring.colab import install_cell
from bookutils.authoring.course import Package
from tests.colab.session import Colab, code, said, upload

ADDRESS = "https://github.com/OWNER/NAME"
HOW = "(the folder icon on the left, then the upload icon"


@pytest.fixture
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A server of this machine in the place of the repository's: its address, and the folder that it serves."""
    folder = tmp_path_factory.mktemp("served")
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", folder
        server.shutdown()


def first_cell(version: str, server: str = "") -> str:
    """The cell of a course whose address is unset, or is a server of this machine."""
    cell = install_cell(Package(version, ADDRESS if server else None))
    return cell.replace(ADDRESS, server) if server else cell


def run(session: Colab, *sources: str) -> list[str]:
    """Run cells, whatever fails; what each said."""
    notebook = nbformat.v4.new_notebook(cells=[code(source) for source in sources])
    session.run(notebook, stop=False)
    return [said(cell) for cell in notebook.cells]


def test_an_uploaded_wheel_is_installed_and_nothing_else_changes(
    colab_session: Colab, wheel: Path, course_version: str
) -> None:
    """Is the package there after the cell, every other one as it was, and a second run silent?"""
    upload(colab_session, wheel)
    before = colab_session.packages()
    cell = first_cell(course_version)
    first, again, place = run(colab_session, cell, cell, "print(bookutils.__version__, bookutils.__file__)")
    assert first == f"bookutils {course_version} is installed, and every other package is as it was."
    assert again == ""
    assert place.startswith(course_version) and "site-packages" in place
    assert colab_session.packages() == before
    assert colab_session.pip("check").strip() == "No broken requirements found."


def test_a_second_upload_has_another_name_and_is_taken(colab_session: Colab, wheel: Path, course_version: str) -> None:
    """A browser and Colab write "(1)" into a name that is taken, and pip refuses such a name: does the cell?"""
    upload(colab_session, wheel, wheel.name.replace(".whl", " (1).whl"))
    (first,) = run(colab_session, first_cell(course_version))
    assert first == f"bookutils {course_version} is installed, and every other package is as it was."


@pytest.mark.parametrize(
    ("uploaded", "begins"),
    [
        (None, "bookutils is not here yet: upload {wheel} " + HOW),
        ("bookutils-0.0.1-py3-none-any.whl", "bookutils-0.0.1-py3-none-any.whl is of another version than this"),
        ("half", "pip could not install {wheel} (ERROR: Wheel 'bookutils' located at "),
    ],
)
def test_what_is_missing_is_one_sentence(
    uploaded: str | None, begins: str, colab_session: Colab, wheel: Path, course_version: str
) -> None:
    """Without the wheel, with another one, with half of one: does the cell say what to do, and no traceback?"""
    if uploaded == "half":
        upload(colab_session, wheel).write_bytes(wheel.read_bytes()[:1000])
    elif uploaded:
        upload(colab_session, wheel, uploaded)
    (first,) = run(colab_session, first_cell(course_version))
    assert first.startswith(begins.format(wheel=wheel.name))
    assert first.endswith("and run this cell again.") and "\n" not in first


def test_a_release_is_installed_from_the_repository(
    colab_session: Colab, wheel: Path, course_version: str, served: tuple[str, Path]
) -> None:
    """With an address: is the wheel of the notebook's own version fetched from there, and nothing else changed?"""
    server, folder = served
    release = folder / "releases" / "download" / f"v{course_version}" / wheel.name
    release.parent.mkdir(parents=True)
    release.write_bytes(wheel.read_bytes())
    before = colab_session.packages()
    first, there = run(colab_session, first_cell(course_version, server), "print(bookutils.__version__)")
    assert first == f"bookutils {course_version} is installed, and every other package is as it was."
    assert (there, colab_session.packages()) == (course_version, before)


def test_an_upload_goes_before_a_release(
    colab_session: Colab, wheel: Path, course_version: str, served: tuple[str, Path]
) -> None:
    """Where the release is missing, does an uploaded wheel do?"""
    cell = first_cell(course_version, served[0])
    (first,) = run(colab_session, cell)
    assert first.startswith(f"pip could not install {wheel.name} (ERROR: ") and "404" in first and "\n" not in first
    upload(colab_session, wheel)
    (second,) = run(colab_session, cell)
    assert second == f"bookutils {course_version} is installed, and every other package is as it was."


def test_another_loaded_version_is_said(colab_session: Colab, wheel: Path, course_version: str) -> None:
    """After an older package was loaded in this session, is the learner told to restart it?"""
    upload(colab_session, wheel)
    cell = first_cell(course_version)
    _, _, then = run(colab_session, cell, 'bookutils.__version__ = "0.0.1"', cell)
    assert then.startswith("This notebook is newer than the installed bookutils") and "Restart session" in then
