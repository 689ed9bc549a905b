"""The floors of the package: each imports what the table permits, heavy libraries wait until they are needed."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bookutils.core.floors import LOADED_ON_USE, OF_TENSORFLOW
from scripts.floors import FLOORS, diagram

PACKAGE = Path(__file__).resolve().parents[2] / "bookutils"
HEAVY = {*OF_TENSORFLOW, "sklearn", "safetensors"}
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


def floors_imported(path: Path) -> Iterator[tuple[str, int]]:
    """Yield (floor, line) for each import of another module of the package."""
    for module, _, line in imports_of(path):
        parts = module.split(".")
        if parts[0] == "bookutils" and len(parts) > 1 and parts[1] in FLOORS:
            yield parts[1], line


def test_every_module_stands_on_a_known_floor() -> None:
    """Is there a folder or file in the package that the design does not name?"""
    strangers = {floor_of(path) for path in modules()} - {*FLOORS, *DOOR}
    assert not strangers, f"add {sorted(strangers)} to the table in scripts/floors.py, or move them"


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_floor_imports_only_what_the_table_permits(path: Path) -> None:
    """Does a module import from a floor that its own may not import, be it inside a function?"""
    floor = floor_of(path)
    if floor in DOOR:
        return
    for other, line in floors_imported(path):
        assert other in {floor, "core", *FLOORS[floor]}, (
            f"{path.name}:{line}: {floor} may not import {other}; the table is in scripts/floors.py"
        )


def test_the_table_permits_no_more_than_the_code_needs() -> None:
    """Is there a permission that no module uses, or a floor that imports in a circle?"""
    used = {(floor_of(path), other) for path in modules() for other, _line in floors_imported(path)}
    spare = [(floor, other) for floor, others in FLOORS.items() for other in others if (floor, other) not in used]
    assert not spare, f"take them out of scripts/floors.py: {spare}"
    order = list(FLOORS)
    assert all(order.index(other) < order.index(floor) for floor, others in FLOORS.items() for other in others)


def test_the_page_for_contributors_draws_the_table() -> None:
    """Is the drawing in CONTRIBUTING.md the one that the table makes?"""
    page = (PACKAGE.parent / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert f"```mermaid\n{diagram()}\n```" in page, f"put this into CONTRIBUTING.md:\n{diagram()}"


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
