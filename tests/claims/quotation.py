"""Ties a test to the words that it bears out: a chapter's prose, a figure's title, an answer to a prediction."""

from __future__ import annotations

import ast
import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bookutils.core.course import stem_of

ROOT = Path(__file__).parents[2]
FLOORS = ("exercises", "plots", "widgets")  # where a chapter's other sentences stand


def says(chapter: str, *quotes: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Make a test fail once a chapter no longer has the words; how lines are broken does not matter.

    Parameters
    ----------
    chapter : its name, ``05-optimizers``
    quotes : a few words each, as they stand in the chapter, or in its plots, widgets or exercises
    """

    def tie(test: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(test)
        def bears_out(*args: Any, **kwargs: Any) -> Any:
            gone = [quote for quote in quotes if flat(quote) not in words_of(chapter)]
            assert not gone, f"{chapter} no longer says so; mend the claim with its sentence: {gone}"
            return test(*args, **kwargs)

        return bears_out

    return tie


def flat(text: str) -> str:
    """Return a text with every run of spaces and line breaks as one space."""
    return " ".join(text.split())


@functools.cache
def words_of(chapter: str) -> str:
    """Return all that a chapter says: its file, and the texts in its plots, widgets and exercises."""
    path = next(path for path in (ROOT / "chapters").rglob(f"{chapter}.md"))
    floors = (ROOT / "bookutils" / floor / stem_of(chapter) for floor in FLOORS)
    modules = (path for floor in floors for path in (floor.with_suffix(".py"), *sorted(floor.rglob("*.py"))))
    texts = [path.read_text("utf-8"), *(text for path in modules if path.is_file() for text in _texts(path))]
    return flat("\n".join(texts))


def _texts(path: Path) -> list[str]:
    tree = ast.parse(path.read_text("utf-8"))
    return [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]


def quotes_in(path: Path) -> dict[str, set[str]]:
    """Return which words of which chapter a file of claims ties tests to."""
    found: dict[str, set[str]] = {}
    tree = ast.parse(path.read_text("utf-8"))
    named = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "says":
            values = [named.get(one.id, one) if isinstance(one, ast.Name) else one for one in node.args]
            chapter, *quotes = (ast.literal_eval(value) for value in values)
            found.setdefault(chapter, set()).update(quotes)
    return found
