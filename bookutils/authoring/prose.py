"""The rules that a chapter's text keeps: pictures have alt text, and nothing needs MyST to be read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from bookutils.authoring.problems import Problem
from bookutils.authoring.source import FENCE, Chapter, parser

# The paragraph in which a chapter says what it needs, what is asked in it, and how long it takes.
NEEDS = re.compile(r"^\*\*It needs\*\*.*?(?=\n\s*\n|\Z)", re.MULTILINE | re.DOTALL)
PLAIN = "JupyterLab, Colab and GitHub would show its source: write plain Markdown."


def text_problems(chapter: Chapter) -> Iterator[Problem]:
    """Yield a problem for each picture without alt text or file, and each directive, role and target of MyST."""
    for cell in chapter.cells:
        if cell.kind == "markdown":
            for token, row in _tokens(cell.source):
                for what, todo in _faults(chapter.path.parent, token):
                    yield chapter.problem(cell.line_of(row), what, todo)


def pictures(chapter: Chapter) -> list[Path]:
    """Return the files of the chapter's pictures, as they are written: relative to its folder."""
    found = set()
    for cell in chapter.cells:
        if cell.kind == "markdown":
            for token, _ in _tokens(cell.source):
                found |= {source for source, _ in _images(token) if not _elsewhere(source)}
    return [Path(source) for source in sorted(found)]


def needs_paragraph(chapter: Chapter) -> tuple[int, str]:
    """Return the paragraph that says what a chapter needs: (its line, its text in one line), or (0, "")."""
    for cell in chapter.cells:
        if cell.kind == "markdown" and (found := NEEDS.search(cell.source)):
            return cell.line_at(found.start()), " ".join(found.group().split())
    return 0, ""


def _tokens(source: str) -> Iterator[tuple[Any, int]]:
    """Yield each block and each thing inside a line, with its row of the source, from 1."""
    for block in parser().parse(source):
        row = block.map[0] + 1 if block.map else 1
        if block.type != "inline":
            yield block, row
        for child in block.children or []:
            yield child, row
            row += child.type in {"softbreak", "hardbreak"}


def _faults(folder: Path, token: Any) -> Iterator[tuple[str, str]]:
    if token.type == "fence" and token.info.startswith("{"):
        if token.info.startswith(FENCE):
            yield "A code cell stands inside a list or a quotation.", "Put its fence at the left margin."
        else:
            yield f"`{token.info.split()[0]}` is a directive.", PLAIN
    elif token.type == "myst_role":
        yield f"`{{{token.meta['name']}}}` is a role.", PLAIN
    elif token.type == "text" and re.match(r":::+", token.content):
        yield "`:::` begins or ends a directive.", PLAIN
    elif token.type == "myst_target":
        yield f"`({token.content})=` is a target.", PLAIN
    elif token.type == "myst_line_comment":
        yield "A line that begins with % is a comment in MyST only.", PLAIN
    for source, alt in _images(token):
        if not alt.strip():
            yield f"The picture {source} has no alt text.", "Say in words what it shows."
        if not _elsewhere(source) and not (folder / source).is_file():
            yield f"There is no picture {source} beside the chapter.", "Put it into chapters/images/."


def _images(token: Any) -> list[tuple[str, str]]:
    """Return (source, alt text) of the pictures in a token."""
    if token.type == "image":
        return [(str(token.attrs.get("src", "")), token.content)]
    if token.type in {"html_block", "html_inline"}:
        reader = _ImageReader()
        reader.feed(token.content)
        return reader.found
    return []


def _elsewhere(source: str) -> bool:
    return bool(re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//", source))


class _ImageReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "img":
            given = dict(attrs)
            self.found.append((given.get("src") or "", given.get("alt") or ""))
