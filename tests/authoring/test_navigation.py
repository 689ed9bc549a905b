"""Is everything that lists the chapters made from one list, and does each lead to its neighbours?"""

from __future__ import annotations

import dataclasses
import json
import re

import pytest

from bookutils.authoring import navigation
from bookutils.authoring.build import draft
from bookutils.authoring.course import find_course
from bookutils.authoring.rules import chapter_problems
from bookutils.core import course as listed
from bookutils.core.course import PARTS, all_chapters, published_chapters
from bookutils.core.errors import ChapterError
from bookutils.exercises import catalogue


def test_the_list_is_the_folder():
    """Has each chapter of the list its file, as a draft or whole, and each file its place in the list?"""
    home = find_course()
    assert [chapter.name for chapter in home.chapters()] == [chapter.name for chapter in published_chapters()]
    assert [chapter.name for chapter in home.drafts()] == [one.name for one in all_chapters() if one.is_draft]


def test_the_list_is_in_order():
    """Do the numbers rise, does a chapter need only earlier ones, and is no old name one that is used?"""
    names = [chapter.name for chapter in all_chapters()]
    assert names == sorted(set(names))
    for chapter in all_chapters():
        assert all(need < chapter.name and need in names for need in chapter.needs)
        assert 0 < chapter.minutes[0] <= chapter.minutes[1]
    assert not set(listed.OLD_NAMES) & set(names) and set(listed.OLD_NAMES.values()) <= set(names)


@pytest.mark.parametrize("chapter", find_course().drafts(), ids=lambda chapter: chapter.name)
def test_a_draft_keeps_the_rules(chapter):
    """Will what is held back still build when its chapter is written, each exercise that is described in its place?"""
    exercises, predictions = catalogue.load_chapter(chapter.name)
    assert chapter_problems(chapter) == []
    assert [cell.exercise for cell in chapter.cells if cell.exercise] == [exercise.id for exercise in exercises]
    text = "\n".join(cell.source for cell in chapter.cells)
    assert all(f'predict("{one.id}")' in text for one in predictions)


def test_pages_have_the_table_and_a_changed_one_is_told(tmp_path):
    """Do README and the start page hold what the list makes; is another told, and mended?"""
    home = find_course()
    assert list(navigation.page_problems(home)) == []
    copy = dataclasses.replace(home, root=tmp_path)
    (tmp_path / "chapters").mkdir()
    (tmp_path / "pyproject.toml").write_text((home.root / "pyproject.toml").read_text())
    for page in ("README.md", "chapters/00-start-here.md"):
        (tmp_path / page).write_text((home.root / page).read_text().replace("01 Activations", "01 Other"))
    assert len(list(navigation.page_problems(copy))) == 2
    navigation.write_pages(copy)
    assert list(navigation.page_problems(copy)) == []
    assert (tmp_path / "README.md").read_text() == (home.root / "README.md").read_text()
    (tmp_path / "README.md").write_text("No table.")
    with pytest.raises(ChapterError, match="no place for the table"):
        list(navigation.page_problems(copy))


def test_every_published_chapter_stands_on_both_pages_and_no_draft():
    """Does each table have a row for each chapter, under its part?"""
    for table in (navigation.readme_table(), navigation.start_table()):
        assert re.findall(r"\[(\d\d) ", table) == [chapter.number for chapter in published_chapters()]
        shown = [part for part in PARTS if any(not chapter.is_draft for chapter in part.chapters)]
        assert re.findall(r"\*\*Part (\w+):", table) == [part.number for part in shown]


def test_each_notebook_leads_to_its_neighbours(repository):
    """From the first to the last: does "next" lead through all chapters, and "previous" back?"""
    names = [chapter.name for chapter in published_chapters()]
    for place, name in enumerate(names):
        cells = json.loads((repository / "notebooks" / f"{name}.ipynb").read_text())["cells"]
        last = "".join(cells[-1]["source"])
        before = re.findall(r"← \[[^\]]+\]\(([\w-]+)\.ipynb\)", last)
        after = re.findall(r"\(([\w-]+)\.ipynb\) →", last)
        assert (before, after) == (names[:place][-1:], names[place + 1 :][:1])
        assert cells[-1]["metadata"]["bookutils"]["role"] == "navigation"


def test_a_chapter_that_says_other_than_the_list_is_told(course):
    """Are another title, another time and a need that is not named each a sentence with file and line?"""
    home = find_course()
    (chapter,) = (one for one in home.chapters() if one.name == "04-depth")
    assert list(navigation.list_problems(chapter)) == []
    text = "**It needs** Python, and chapter [03](03-backpropagation.ipynb). Plan 20 minutes."
    cells = tuple(
        dataclasses.replace(cell, lines=((7, text),)) if "**It needs**" in cell.source else cell
        for cell in chapter.cells
    )
    other = dataclasses.replace(chapter, front={**chapter.front, "title": "Depth"}, cells=cells)
    said = [str(problem) for problem in navigation.list_problems(other)]
    assert [re.search(r":(\d+):", one)[1] for one in said] == ["1", "7", "7"]
    assert "The title is 'Depth'" in said[0] and "60 to 90 minutes" in said[1] and "01-activations" in said[2]
    assert draft(other, {}).notebook.cells[-1].metadata.bookutils.role == "navigation"
