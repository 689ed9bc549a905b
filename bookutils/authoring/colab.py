"""What makes a notebook run on Colab: its badge, and the cell that installs the package there.

Both are made from `pyproject.toml`, where the version and the repository's address stand. Before the cell has run there
is no package, so it holds what it needs; whatever can wait is in `bookutils.feedback.versions`.
"""

from __future__ import annotations

from dataclasses import replace

from bookutils.authoring.course import Course, Package
from bookutils.authoring.source import Cell, Chapter

BADGE, INSTALL = "colab-badge", "colab-install"

# `_render_traceback_` is IPython's own: what it returns is shown in the place of a traceback.
_CELL = """
# Only Colab needs this cell: it installs the course's own package,
# bookutils {version}, and changes no other.
import importlib.metadata, sys

def install_bookutils(wheel="{wheel}"):
    import glob, os, shutil, subprocess, tempfile

    class Stopped(Exception):
        def _render_traceback_(self):  # the sentence alone
            return [str(self)]

    how = "the folder icon on the left, then the upload icon{made}"
    upload = f"upload {{wheel}} ({{how}}) and run this cell again."
    uploaded = sorted(glob.glob("bookutils-*.whl"), key=os.path.getmtime)
    fitting = [file for file in uploaded if file.startswith("bookutils-{version}-")]
{otherwise}
    with tempfile.TemporaryDirectory() as folder:
        if fitting:  # a second upload is called "... (1).whl", which pip refuses
            source = shutil.copy(fitting[-1], os.path.join(folder, wheel))
        options = ["--no-deps", "--quiet", "--disable-pip-version-check", "--retries=1"]
        pip = subprocess.run([sys.executable, "-m", "pip", "install", *options, source], capture_output=True, text=True)
    if pip.returncode:
        reason = (pip.stderr.strip().splitlines() or ["it gives no reason"])[-1]
        raise Stopped(f"pip could not install {{wheel}} ({{reason}}): {{upload}}")
    importlib.invalidate_caches()
    print("bookutils {version} is installed, and every other package is as it was.")

installed = [found.version for found in importlib.metadata.distributions(name="bookutils")]
if "google.colab" in sys.modules and installed != ["{version}"]:
    install_bookutils()

import bookutils

bookutils.made_for("{version}")  # speaks only where the notebook and the package are of two versions
""".strip()

_MADE = "; `make wheel` in the course's folder makes it"
_WITHOUT_ADDRESS = """
    if not fitting and uploaded:
        raise Stopped(f"{uploaded[-1]} is of another version than this notebook: {upload}")
    if not fitting:
        raise Stopped(f"bookutils is not here yet: {upload}")
""".strip("\n")
_WITH_ADDRESS = '    source = "{release}/" + wheel'


def for_colab(chapter: Chapter) -> Chapter:
    """Return the chapter with the installing cell after its first text, and on top its badge, if there is an address.

    A folder that holds no package, as in a test, gives the chapter back as it is.
    """
    package = Course(chapter.path.parent.parent).package
    if package is None:
        return chapter
    cells = list(chapter.cells)
    behind = 1 if cells and cells[0].kind == "markdown" else 0
    cells.insert(behind, _added(INSTALL, "code", install_cell(package)))
    if package.address:
        cells.insert(0, _added(BADGE, "markdown", badge(package, chapter.name)))
    return replace(chapter, cells=tuple(cells))


def install_cell(package: Package) -> str:
    """Return the text of the cell that installs the package on Colab and does nothing elsewhere."""
    wheel = f"bookutils-{package.version}-py3-none-any.whl"
    made, otherwise = _MADE, _WITHOUT_ADDRESS
    if package.address:
        release = f"{package.address}/releases/download/v{package.version}"
        made, otherwise = "", _WITH_ADDRESS.replace("{release}", release)
    return _CELL.format(version=package.version, wheel=wheel, made=made, otherwise=otherwise)


def badge(package: Package, chapter: str) -> str:
    """Return the badge: a picture that leads to the notebook on Colab, as it was when this version was released."""
    place = f"{(package.address or '').removeprefix('https://github.com/')}/blob/v{package.version}"
    link = f"https://colab.research.google.com/github/{place}/notebooks/{chapter}.ipynb"
    return f"[![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)]({link})"


def _added(name: str, kind: str, source: str) -> Cell:
    return Cell(kind, tuple((1, line) for line in source.split("\n")), {}, 1, added=name)
