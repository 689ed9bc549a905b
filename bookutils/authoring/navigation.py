"""What leads from chapter to chapter, made from the course's one list: tables of them all, links at each one's end."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from bookutils.authoring.course import Course
from bookutils.authoring.problems import Problem
from bookutils.authoring.prose import needs_paragraph
from bookutils.authoring.source import Cell, Chapter
from bookutils.core.cells import NAVIGATION
from bookutils.core.course import PARTS, ChapterEntry, all_chapters, published_chapters
from bookutils.core.errors import ChapterError
from bookutils.core.files import shown, write_if_changed

LIST = "The list is in bookutils/core/course.py."
BEGIN, END = "<!-- chapters -->", "<!-- end of chapters -->"


def with_links(chapter: Chapter) -> Chapter:
    """Return the chapter with links to its neighbours at its end; one that the course's list lacks, as it is."""
    links = neighbour_links(chapter.name)
    if not links:
        return chapter
    cell = Cell("markdown", ((1, links),), {}, 1, added=NAVIGATION)
    return replace(chapter, cells=(*chapter.cells, cell))


def neighbour_links(name: str) -> str:
    """Return links to the chapters before and after one, as Markdown; empty for what is no published chapter.

    >>> neighbour_links("00-start-here")
    '[01 Activations](01-activations.ipynb) →'
    """
    chapters = published_chapters()
    place = next((place for place, chapter in enumerate(chapters) if chapter.name == name), None)
    if place is None:
        return ""
    links = []
    if place > 0:
        links.append(f"← {_link(chapters[place - 1])}")
    if place > 1:
        links.append(_link(chapters[0]))
    if place + 1 < len(chapters):
        links.append(f"{_link(chapters[place + 1])} →")
    return " · ".join(links)


def readme_table() -> str:
    """Return the tables that stand in README.md: a part each, links to the chapters as text."""
    return _tables(("chapter", "you will"), lambda one: (f"[{_called(one)}](chapters/{one.name}.md)", one.promise))


def start_table() -> str:
    """Return the tables that stand on the course's first page: a part each, links to the notebooks, and the time."""
    return _tables(("chapter", "you will", "it takes"), lambda one: (_link(one), one.promise, one.takes))


def page_problems(course: Course) -> Iterator[str]:
    """Yield a sentence for each page of the course whose table is not the one that the list makes."""
    for path, text in _pages(course):
        if text != path.read_text(encoding="utf-8"):
            yield f"{shown(path)}: The table of chapters is not what bookutils/core/course.py makes."


def write_pages(course: Course) -> None:
    """Put the tables of chapters into the pages that show them."""
    for path, text in _pages(course):
        write_if_changed(path, text.encode())


def _pages(course: Course) -> Iterator[tuple[Path, str]]:
    """Yield (page, its text with the table as it should be); a course that is not this one has no such pages."""
    if course.package is None:
        return
    pages = {course.root / "README.md": readme_table, course.chapters_dir / "00-start-here.md": start_table}
    for path, table in pages.items():
        before, begin, rest = path.read_text(encoding="utf-8").partition(BEGIN)
        _old, end, after = rest.partition(END)
        if not begin or not end:
            raise ChapterError(f"{shown(path)} has no place for the table of chapters.", f"Write {BEGIN} and {END}.")
        yield path, f"{before}{BEGIN}\n{table()}\n{END}{after}"


def _tables(heads: tuple[str, ...], row: Callable[[ChapterEntry], tuple[str, ...]]) -> str:
    tables = []
    for part in PARTS:
        rows = [row(chapter) for chapter in part.chapters if not chapter.is_draft]
        if rows:
            lines = [heads, tuple("---" for _ in heads), *rows]
            table = "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
            tables.append(f"\n**Part {part.number}: {part.title}**\n\n{table}")
    return "\n".join(tables) + "\n"


def _called(chapter: ChapterEntry) -> str:
    return f"{chapter.number} {chapter.label}"


def _link(chapter: ChapterEntry) -> str:
    return f"[{_called(chapter)}]({chapter.name}.ipynb)"


def list_problems(chapter: Chapter) -> Iterator[Problem]:
    """Yield a problem for what a chapter says of itself and the course's list says otherwise."""
    entry = next((one for one in all_chapters() if one.name == chapter.name), None)
    if entry is None:
        return
    if chapter.front.get("title") != entry.title:
        yield chapter.problem(1, f"The title is {chapter.front.get('title')!r}, and {entry.title!r} in the list.", LIST)
    line, text = needs_paragraph(chapter)
    if entry.needs and not text:
        yield chapter.problem(1, "No paragraph says what the chapter needs.", "Begin one with **It needs**.")
    elif text and f"Plan {entry.takes}" not in text:
        yield chapter.problem(line, f"The list says `{entry.takes}`; the paragraph does not.", LIST)
    for need in entry.needs if text else ():
        if not re.search(rf"\b{need[:2]}\b", text):
            yield chapter.problem(line, f"The list says that it needs {need}; the paragraph does not.", LIST)
