"""Reads a chapter: MyST Markdown as jupytext reads it, with the line of the file beside each line of a cell.

Jupytext makes the cells, so that JupyterLab shows an author what the build will make. It gives no positions; they are
found here with the Markdown parser that jupytext uses, and each is compared with the cell it belongs to.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from bookutils.authoring.problems import Problem, refuse
from bookutils.core.cells import COLAB, DEMONSTRATION, NAVIGATION, ROLES, TEXT
from bookutils.core.errors import ChapterError, MissingPartError

FENCE = "{code-cell}"
FORMAT = {"extension": ".md", "format_name": "myst"}


@dataclass(frozen=True)
class Cell:
    """A cell of a chapter.

    Parameters
    ----------
    kind : "markdown" or "code"
    lines : the source, line by line, each with its number in the chapter's file
    options : what stands in the lines with colons above a code cell
    line : where the cell begins: a code cell's fence, a text's first line
    added : the name of a cell that the build adds; empty for what an author wrote
    """

    kind: str
    lines: tuple[tuple[int, str], ...]
    options: dict[str, Any]
    line: int
    added: str = ""

    @property
    def source(self) -> str:
        """The text of the cell."""
        return _joined(list(self.lines))

    @property
    def tags(self) -> list[str]:
        """The cell's tags."""
        return list(self.options.get("tags", []))

    @property
    def exercise(self) -> str | None:
        """The id of the exercise that the cell answers."""
        value = self.options.get("exercise")
        return value if isinstance(value, str) else None

    @property
    def role(self) -> str:
        """What the cell is for: a word of `bookutils.core.cells`."""
        if self.added:
            return NAVIGATION if self.added == NAVIGATION else COLAB
        if self.kind == "markdown":
            return TEXT
        return next((tag for tag in ROLES if tag in self.tags), DEMONSTRATION)

    def line_of(self, row: int) -> int:
        """Return the file's line of the source's line `row`, counted from 1 (as Python does)."""
        return self.lines[min(max(row, 1), len(self.lines)) - 1][0] if self.lines else self.line

    def line_at(self, place: int) -> int:
        """Return the file's line of a place in the source, a number of characters."""
        return self.line_of(self.source.count("\n", 0, place) + 1)

    def with_lines(self, lines: list[tuple[int, str]]) -> Cell:
        """Return the cell with another source."""
        return replace(self, lines=tuple(lines))


@dataclass(frozen=True)
class Chapter:
    """A chapter as its author wrote it."""

    path: Path
    front: dict[str, Any]
    cells: tuple[Cell, ...]

    @property
    def name(self) -> str:
        """The chapter's name on every floor, for example ``01-activations``."""
        return self.path.stem

    @property
    def title(self) -> str:
        """The title of the front matter, or the name."""
        return str(self.front.get("title", self.name))

    @property
    def trains(self) -> bool:
        """True where outputs come from training and may differ from one build to the next."""
        return bool(self.front.get("trains", False))

    @property
    def needs(self) -> list[str]:
        """The extras that the chapter's code needs, for example ``tensorflow``."""
        return list(self.front.get("needs", []))

    def problem(self, line: int, what: str, todo: str = "") -> Problem:
        """Return a problem at a line of this chapter."""
        return Problem(self.path, line, what, todo)


@cache
def parser() -> Any:
    """Return the Markdown parser: jupytext's blocks, and what stands inside a line, formulae apart."""
    try:
        from markdown_it import MarkdownIt
        from mdit_py_plugins.dollarmath import dollarmath_plugin
        from mdit_py_plugins.front_matter import front_matter_plugin
        from mdit_py_plugins.myst_blocks import myst_block_plugin
        from mdit_py_plugins.myst_role import myst_role_plugin
    except ImportError as error:
        raise authoring_missing() from error
    blocks = MarkdownIt("commonmark").enable("table").use(front_matter_plugin).use(myst_block_plugin)
    return blocks.use(myst_role_plugin).use(dollarmath_plugin)


def authoring_missing() -> MissingPartError:
    """Return the error for an environment without the authoring tools."""
    return MissingPartError("The tools for authors are not installed.", 'Type: pip install -e ".[author]"')


def read_chapter(path: Path) -> Chapter:
    """Read a chapter's file.

    Raises
    ------
    ChapterError
        When a block of code is not closed, or the options of a cell or the front matter cannot be read.
    """
    try:
        import jupytext
    except ImportError as error:
        raise authoring_missing() from error
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    tokens = parser().parse(text + "\n")
    refuse(_unclosed(path, lines, tokens))
    try:
        notebook = jupytext.reads(text, fmt=FORMAT)
    except Exception as error:  # jupytext lets through what YAML, nbformat and its own parser raise
        raise _unreadable(path, lines, tokens, error) from error
    places = _places(lines, tokens)
    cells = []
    for number, cell in enumerate(notebook.cells):
        kind, line, source = places[number] if number < len(places) else ("", len(lines), [])
        if kind != cell.cell_type or _joined(source) != cell.source.rstrip():
            todo = "Only code cells at the left margin, texts and +++ between texts are known."
            refuse([Problem(path, line, "Jupytext reads another cell here than the text shows.", todo)])
        cells.append(Cell(kind, tuple(source), dict(cell.metadata), line))
    return Chapter(path, dict(notebook.metadata), tuple(cells))


def _is_cell(token: Any) -> bool:
    return token.type == "fence" and token.level == 0 and token.info.startswith(FENCE)


def _unreadable(path: Path, lines: list[str], tokens: list[Any], error: Exception) -> ChapterError:
    """Return an error that names the cell which jupytext cannot read, found by reading each by itself."""
    import jupytext

    for token in tokens:
        if _is_cell(token):
            try:
                jupytext.reads("\n".join(lines[token.map[0] : token.map[1]]), fmt=FORMAT)
            except Exception as found:
                what = f"The options of this cell cannot be read: {_first_line(found)}."
                return ChapterError(str(Problem(path, token.map[0] + 1, what, "Write :tags: [setup]")))
    return ChapterError(str(Problem(path, 1, f"The front matter cannot be read: {_first_line(error)}.")))


def _first_line(error: Exception) -> str:
    return " ".join(str(error).split("\n")[:1]).strip().rstrip(".")


def _unclosed(path: Path, lines: list[str], tokens: list[Any]) -> list[Problem]:
    """Return a problem for each block of code that runs to the end of the file, or into the next cell."""
    found = []
    for token in tokens:
        if token.type == "fence" and token.level == 0:
            inside = lines[token.map[0] + 1 : token.map[1]]
            closed = bool(inside) and inside[-1].strip().startswith(token.markup) and token.map[1] <= len(lines)
            if not closed or (_is_cell(token) and any(line.startswith(token.markup + FENCE) for line in inside)):
                todo = f"Add a line {token.markup}"
                found.append(Problem(path, token.map[0] + 1, "This block of code is not closed.", todo))
    return found


def _places(lines: list[str], tokens: list[Any]) -> list[tuple[str, int, list[tuple[int, str]]]]:
    """Return (kind, first line, numbered source) of each cell, by where fences and breaks stand."""
    found: list[tuple[str, int, list[tuple[int, str]]]] = []
    text_start = 0
    for token in tokens:
        if token.type == "front_matter":
            text_start = token.map[1]
        elif _is_cell(token) or (token.type == "myst_block_break" and token.level == 0):
            found += _text(lines, text_start, token.map[0])
            text_start = token.map[1]
            if _is_cell(token):
                found.append(("code", token.map[0] + 1, _code(lines, token.map[0] + 1, token.map[1] - 1)))
    return found + _text(lines, text_start, len(lines))


def _text(lines: list[str], start: int, end: int) -> list[tuple[str, int, list[tuple[int, str]]]]:
    while start < end and not lines[start]:
        start += 1
    source = _without_end([(number + 1, lines[number]) for number in range(start, end)])
    return [("markdown", source[0][0], source)] if source else []


def _code(lines: list[str], start: int, end: int) -> list[tuple[int, str]]:
    """Return a cell's source: what follows the options and, as jupytext has it, one empty line."""
    while start < end and lines[start].lstrip().startswith(":"):
        start += 1
    if start < end and not lines[start].strip():
        start += 1
    return _without_end([(number + 1, lines[number]) for number in range(start, end)]) or [(start, "")]


def _without_end(source: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """Leave out empty lines and spaces at the end."""
    while source and not source[-1][1].strip():
        source = source[:-1]
    return [*source[:-1], (source[-1][0], source[-1][1].rstrip())] if source else source


def _joined(source: list[tuple[int, str]]) -> str:
    return "\n".join(text for _, text in source)
