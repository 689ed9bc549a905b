"""Which libraries a notebook's cells import, told without running them: so that a server has them ready."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Sequence

from bookutils.core.floors import LOADED_ON_USE, OF_TENSORFLOW
from bookutils.grading.model import Step
from bookutils.grading.program import CourseChapter

NUMPY, TENSORFLOW = "numpy", "tensorflow"
_HEAVY = (*OF_TENSORFLOW, *(f"bookutils.{floor}" for floor in LOADED_ON_USE))
_LONGEST = 200  # letters of a module's name
_ALWAYS = {
    NUMPY: ("numpy", "matplotlib.pyplot"),
    TENSORFLOW: ("numpy", "matplotlib.pyplot", "tensorflow", "keras", "tensorflow_text"),
}


def set_for(steps: Iterable[Step]) -> str:
    """Name the set of libraries that these cells need.

    >>> set_for([Step(1, "import numpy as np", "added")]), set_for([Step(1, "from keras import layers", "added")])
    ('numpy', 'tensorflow')
    """
    is_heavy = any(_is_heavy(name) for step in steps for name in _imported(step))
    return TENSORFLOW if is_heavy else NUMPY


def modules_for(chapters: Sequence[CourseChapter]) -> Mapping[str, tuple[str, ...]]:
    """Return, for each set, the modules that its server imports: what the chapters' setup cells import."""
    modules = {name: dict.fromkeys(always) for name, always in _ALWAYS.items()}
    for chapter in chapters:
        modules[set_for(chapter.setup)].update(
            dict.fromkeys(name for step in chapter.setup for name in _imported(step))
        )
    return {name: tuple(found) for name, found in modules.items()}


def _is_heavy(name: str) -> bool:
    return any(name == heavy or name.startswith(f"{heavy}.") for heavy in _HEAVY)


def _imported(step: Step) -> list[str]:
    if "import" not in step.source:
        return []
    tree = step.names.tree
    found: list[str] = []
    for node in ast.walk(tree) if tree else ():
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.append(node.module)
            if node.module.startswith("bookutils.") and len(node.module) < _LONGEST:  # it may be a package
                found += [f"{node.module}.{alias.name}" for alias in node.names if alias.name.islower()]
    return found
