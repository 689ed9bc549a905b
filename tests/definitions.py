"""What the package defines at the top of its modules, and who names it: read from the code, nothing is imported.

For the tests that ask whether something was forgotten: a figure that no test draws, a function that nobody uses.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_CELL = re.compile(r"^```\{code-cell\}[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Definition:
    """A function, a class or a constant at the top of a module.

    Attributes
    ----------
    name : with its module, such as "bookutils.plots.depth.survival"
    node : where it is defined
    """

    name: str
    node: ast.stmt

    @property
    def is_public(self) -> bool:
        return not self.name.rsplit(".", 1)[1].startswith("_")

    @property
    def returns(self) -> str:
        """What a function's annotation says that it returns; empty for all else."""
        node = self.node
        return ast.unparse(node.returns) if isinstance(node, ast.FunctionDef) and node.returns else ""

    @property
    def is_registered(self) -> bool:
        """Whether a decorator such as `@app.command()` hands the function to somebody who calls it."""
        made_by = getattr(self.node, "decorator_list", [])
        return any(isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute) for one in made_by)


class Code:
    """Files of Python below a folder, read once.

    Parameters
    ----------
    root : the folder from which modules are imported
    package : the name of the package whose definitions are asked for
    """

    def __init__(self, root: Path = ROOT, package: str = "bookutils") -> None:
        self.root, self.package = root, package
        self._imported: dict[ast.Module, set[str]] = {}

    @cached_property
    def modules(self) -> dict[str, ast.Module]:
        """The package's modules."""
        return {self._module(path): tree for path, tree in self.trees([self.package]).items()}

    @cached_property
    def definitions(self) -> dict[str, Definition]:
        """All that the package's modules define, by name."""
        found = {}
        for module, tree in self.modules.items():
            for node in tree.body:
                for short in _bound(node):
                    found[f"{module}.{short}"] = Definition(f"{module}.{short}", node)
        return found

    def trees(self, folders: Iterable[str]) -> dict[Path, ast.Module]:
        """Read the Python files and the chapters (`.md`) of folders, or single files."""
        paths = [path for folder in folders for path in self._files(self.root / folder)]
        return {path: _parsed(path) for path in paths}

    def public(self, floor: str, returns: str | None = None) -> list[str]:
        """Return what a floor defines for others, all or only functions that return something of this annotation."""
        start = f"{self.package}.{floor}."
        return [
            name
            for name, one in self.definitions.items()
            if name.startswith(start) and one.is_public and returns in {None, one.returns}
        ]

    def named_in(self, path: Path, tree: ast.AST, module: ast.AST | None = None) -> Iterator[tuple[str, str]]:
        """Yield (the definition that it stands in, name) for each definition of the package that a file names.

        Parameters
        ----------
        path : of the file
        tree : of the file, or of the part of it that is looked at
        module : of the file, where `tree` is a part
        """
        own = self._module(path)
        aliases = _aliases(module or tree)

        def visit(node: ast.AST, inside: str) -> Iterator[tuple[str, str]]:
            for child in ast.iter_child_nodes(node):
                begins = node is tree and isinstance(child, ast.FunctionDef | ast.ClassDef)
                place = f"{own}.{child.name}" if begins else inside  # type: ignore[attr-defined]
                if isinstance(child, ast.Name | ast.Attribute) and isinstance(child.ctx, ast.Load):
                    name = self._meant(_dotted(child), own, aliases)
                    if name and name != place:
                        yield place, name
                yield from visit(child, place)

        yield from visit(tree, own)

    def imported_modules(self, tree: ast.Module) -> set[str]:
        """Name the package's modules that a file imports, also inside a function; and their folders' own."""
        if tree in self._imported:
            return self._imported[tree]
        names = set()
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                names |= {one.name for one in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                names |= {node.module, *(f"{node.module}.{one.name}" for one in node.names)}
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                names.add(node.value)  # `python -m bookutils.cli`, import_module("bookutils.core.files")
            elif isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                start = str(node.values[0].value)  # import_module(f"bookutils.exercises.{name}")
                names |= {name for name in self.modules if start.endswith(".") and name.startswith(start)}
        parts = [name.split(".") for name in names if name.startswith(self.package)]
        found = {".".join(one[:end]) for one in parts for end in range(1, len(one) + 1)} & set(self.modules)
        return self._imported.setdefault(tree, found)

    @cached_property
    def _handed_on(self) -> dict[str, str]:
        """Names that a module imports and others may import from it."""
        return {
            f"{module}.{alias}": name
            for module, tree in self.modules.items()
            for alias, name in _aliases(tree).items()
            if name.startswith(f"{self.package}.")
        }

    def _meant(self, dotted: list[str], own: str, aliases: Mapping[str, str]) -> str | None:
        if not dotted:
            return None
        parts = [*aliases.get(dotted[0], f"{own}.{dotted[0]}").split("."), *dotted[1:]]
        for end in range(len(parts), 0, -1):
            name, seen = ".".join(parts[:end]), set[str]()
            while name not in self.definitions and name in self._handed_on and name not in seen:
                seen.add(name)
                name = self._handed_on[name]
            if name in self.definitions:
                return name
        return None

    def _module(self, path: Path) -> str:
        parts = path.relative_to(self.root).with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    @staticmethod
    def _files(place: Path) -> list[Path]:
        if place.is_file():
            return [place]
        return sorted(place.rglob("*.py")) or sorted(place.rglob("*.md"))


@cache
def _parsed(path: Path) -> ast.Module:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        return ast.parse(text)
    lines = [
        "" if line.startswith(":") else "pass" if line.lstrip()[:1] in set("!%") and line.strip() else line
        for cell in _CELL.findall(text)
        for line in cell.splitlines()
    ]
    return ast.parse("\n".join(lines))


def _dotted(node: ast.expr) -> list[str]:
    """Return ["a", "b"] for `a.b`, and nothing for what is no plain name."""
    if isinstance(node, ast.Name):
        return [node.id]
    if isinstance(node, ast.Attribute) and (front := _dotted(node.value)):
        return [*front, node.attr]
    return []


def _bound(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return [node.name]
    return [name for name in _targets(node) if not name.startswith("__")]


def _targets(node: ast.stmt) -> list[str]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return [target.id for target in targets if isinstance(target, ast.Name)]


def _aliases(tree: ast.AST) -> dict[str, str]:
    """Return the full name behind each name that a file imports."""
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            found.update({one.asname or one.name: f"{node.module}.{one.name}" for one in node.names})
        elif isinstance(node, ast.Import):
            for one in node.names:
                first = one.name.split(".")[0]
                found[one.asname or first] = one.name if one.asname else first
    return found


@cache
def book() -> Code:
    """Return the code of this repository."""
    return Code()


def unused(code: Code, folders: Iterable[str]) -> list[str]:
    """Name the package's public definitions that nothing in these folders uses.

    A use is a name in code, but for the definition's own; and what code reaches in another way: a function that a
    decorator hands on, a name that the package lists in `__all__`, a constant that is taken off a module by its name
    alone (`module.EXERCISES`), a module that another names as a file ("probe_program.py"), and a definition that a
    docstring of another module points to by its full name.
    """
    trees = code.trees([code.package, *folders])
    used = {name for path, tree in trees.items() for _place, name in code.named_in(path, tree)}
    attributes, words, listed = set[str](), set[str](), set[str]()
    for path, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and node.attr.isupper():
                attributes.add(node.attr)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                words.add(node.value)
        for node in tree.body:
            if isinstance(node, ast.Assign) and "__all__" in _targets(node) and path.name == "__init__.py":
                listed |= {one.value for one in ast.walk(node.value) if isinstance(one, ast.Constant)}
    attributes |= {word for word in words if word.isupper()}  # getattr(module, "EXERCISES")
    pointed = {name for word in words for name in re.findall(rf"`({code.package}(?:\.\w+)+)`", word)}
    return sorted(
        name
        for name, one in code.definitions.items()
        if one.is_public
        and name not in used | pointed
        and not one.is_registered
        and name.rsplit(".", 1)[1] not in attributes | listed
        and f"{name.rsplit('.', 2)[-2]}.py" not in words
    )


def reached(code: Code, tests: str) -> set[str]:
    """Name the package's modules that the tests in a folder import, or that those import in turn."""
    found, waiting = set[str](), set[str]()
    for tree in code.trees([tests]).values():
        waiting |= code.imported_modules(tree)
    while waiting:
        found |= waiting
        waiting = {other for name in waiting for other in code.imported_modules(code.modules[name])} - found
    return found
