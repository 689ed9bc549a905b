"""The floors of the package: imports go down, heavy ones wait until they are needed."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bookutils.core.floors import DECIDING, HEAVY, LOADED_ON_USE, SHOWN

PACKAGE = Path(__file__).resolve().parents[2] / "bookutils"
FLOORS = (
    "core", "numerics", "data", "text", "bert", "devices", "plots", "widgets",
    "exercises", "feedback", "grading", "authoring", "cli", "__main__",
)  # fmt: skip
DOOR = {"__init__"}  # the package's own file, through which notebooks come in


def floor_of(path: Path) -> str:
    """The floor that a file stands on: bookutils/plots/x.py is on plots, bookutils/cli.py on cli."""
    first = path.relative_to(PACKAGE).parts[0]
    return first.removesuffix(".py")


def modules() -> list[Path]:
    return sorted(path for path in PACKAGE.rglob("*.py"))


def imported(tree: ast.AST, path: Path) -> Iterator[tuple[str, bool, int]]:
    """Yield (module, whether it runs on import, line) for each import in a file, TYPE_CHECKING blocks left out."""

    def visit(node: ast.AST, at_import: bool) -> Iterator[tuple[str, bool, int]]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Import):
                yield from ((alias.name, at_import, child.lineno) for alias in child.names)
            elif isinstance(child, ast.ImportFrom):
                assert child.level == 0, f"{path}:{child.lineno}: write imports from the root, as the other files do"
                module = child.module or ""
                yield module, at_import, child.lineno
                if module == "bookutils":
                    yield from ((f"bookutils.{alias.name}", at_import, child.lineno) for alias in child.names)
            elif isinstance(child, ast.If) and "TYPE_CHECKING" in ast.dump(child.test):
                for other in child.orelse:
                    yield from visit(ast.Module([other], []), at_import)
            else:
                inside = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
                yield from visit(child, at_import and not inside)

    yield from visit(tree, True)


def imports_of(path: Path) -> list[tuple[str, bool, int]]:
    return list(imported(ast.parse(path.read_text(encoding="utf-8")), path))


def test_every_module_stands_on_a_known_floor() -> None:
    """Is there a folder or file in the package that the design does not name?"""
    strangers = {floor_of(path) for path in modules()} - {*FLOORS, *DOOR}
    assert not strangers, f"add {sorted(strangers)} to the floors in docs/floors.md and here, or move them"


def test_what_the_package_says_of_its_floors_is_said_of_real_ones() -> None:
    """Does a list of floors name one that is gone, or show a sandbox one that holds what is expected of an answer?"""
    for floor in {*LOADED_ON_USE, *SHOWN, *DECIDING}:
        assert (PACKAGE / floor).is_dir(), f"core/floors.py names {floor}, and there is no such floor"
    assert not {"exercises", "grading"} & set(SHOWN)


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_only_go_down(path: Path) -> None:
    """Does a module import from a floor above its own, be it inside a function?"""
    floor = floor_of(path)
    if floor in DOOR:
        return
    for module, _, line in imports_of(path):
        parts = module.split(".")
        if parts[0] != "bookutils" or len(parts) < 2 or parts[1] not in FLOORS:
            continue
        assert FLOORS.index(parts[1]) <= FLOORS.index(floor), (
            f"{path.name}:{line}: {floor} stands below {parts[1]} and may not import it"
        )


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_heavy_libraries_are_imported_on_use(path: Path) -> None:
    """Does a module of the base install import TensorFlow, Keras or scikit-learn when it is loaded?"""
    if floor_of(path) in LOADED_ON_USE and path.name != "__init__.py":
        return
    for module, at_import, line in imports_of(path):
        assert not (at_import and module.split(".")[0] in HEAVY), (
            f"{path.name}:{line}: import {module} inside the function that uses it"
        )


def test_the_floor_test_sees_an_import_upwards(tmp_path: Path) -> None:
    """Would these tests notice? An import inside a function and one under `from bookutils import` are both seen."""
    tree = ast.parse("from bookutils import widgets\ndef f():\n    import tensorflow.keras\n")
    found = {(module, at_import) for module, at_import, _ in imported(tree, tmp_path / "x.py")}
    assert {("bookutils.widgets", True), ("tensorflow.keras", False)} <= found


@pytest.mark.parametrize("statement", ["import bookutils", "import bookutils.exercises.catalogue, bookutils.feedback"])
def test_what_every_notebook_imports_brings_no_tensorflow(statement: str) -> None:
    """Does `import bookutils`, or what `check` needs, load TensorFlow or another heavy library?"""
    code = f"{statement}; import sys; print(sorted({set(HEAVY)!r} & set(sys.modules)))"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert result.stdout.strip() == "[]"
