"""Reading a chapter: are the cells jupytext's, and are the lines the file's?"""

import string

import jupytext
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookutils.authoring.source import FORMAT, Chapter, read_chapter
from bookutils.core.errors import ChapterError

BODY = """
# One

Text.

```{code-cell} ipython3
:tags: [exercise]
:exercise: double

def double(x):

    return 2 * x

```
More.

+++

Even more.
"""


def test_each_source_line_has_its_line_in_the_file(write):
    """Does line n of the file hold what the cell says stands on line n?"""
    chapter = write(BODY)
    lines = chapter.path.read_text().split("\n")
    assert [cell.line for cell in chapter.cells] == [5, 9, 18, 22]
    for cell in chapter.cells:
        assert all(lines[line - 1] == text for line, text in cell.lines)


def test_cells_know_what_they_are_for(write):
    """Are kind, role, tags and exercise read from the cell's options?"""
    cell = write(BODY).cells[1]
    assert (cell.kind, cell.role, cell.tags, cell.exercise) == ("code", "exercise", ["exercise"], "double")


def test_a_row_of_a_traceback_is_a_line_of_the_file(write):
    """Does row 3 of the cell's source lead to the line an editor shows?"""
    chapter = write(BODY)
    assert chapter.path.read_text().split("\n")[chapter.cells[1].line_of(3) - 1] == "    return 2 * x"


@pytest.mark.parametrize("rest", ["", "\n```{code-cell} ipython3\ny = 1\n```\n"])
def test_a_block_that_is_not_closed_is_refused(write, rest):
    """Is an unclosed code cell named by the line where it begins?"""
    with pytest.raises(ChapterError, match=r"01-small\.md:5: This block of code is not closed"):
        write("\n```{code-cell} ipython3\nx = 1\n" + rest)


@pytest.mark.parametrize("option", [":tags: [setup", ":tags: setup", ":tags: [1]"])
def test_options_that_cannot_be_read_are_refused(write, option):
    """Does a broken option line give the cell's line and a sentence, not a traceback of YAML or nbformat?"""
    with pytest.raises(ChapterError, match=r"01-small\.md:9: The options of this cell cannot be read: [^\n]*$"):
        write(f"\n```{{code-cell}} ipython3\nx = 1\n```\n\n```{{code-cell}} ipython3\n{option}\n\nx = 1\n```\n")


def test_front_matter_that_cannot_be_read_is_refused(write):
    """Is a broken front matter told from a broken cell?"""
    with pytest.raises(ChapterError, match=r"01-small\.md:1: The front matter cannot be read"):
        write("Text.\n", front="title: [")


words = st.text(string.ascii_letters + " #*-`$:|>", max_size=12)
code_lines = st.lists(st.text(string.ascii_letters + " =#()", max_size=12).filter(lambda t: not t.startswith(":")))
blocks = st.one_of(
    st.lists(words.filter(lambda text: "``" not in text)).map("\n".join),
    code_lines.map(lambda lines: "```{code-cell} ipython3\n" + "\n".join(lines) + "\n```"),
    st.just("+++"),
)


@given(st.lists(blocks, max_size=6))
def test_any_chapter_gives_jupytexts_cells_with_true_lines(tmp_path_factory, parts):
    """Is what we read what jupytext reads, whatever the text, and does every line stand where we say?"""
    text = "---\ntitle: Small\n---\n\n" + "\n\n".join(parts) + "\n"
    path = tmp_path_factory.mktemp("chapters") / "01-small.md"
    path.write_text(text, encoding="utf-8")
    try:
        chapter: Chapter = read_chapter(path)
    except ChapterError as error:
        assert "another cell" not in str(error)  # refused for what it is, not because positions were lost
        return
    cells = jupytext.reads(text, fmt=FORMAT).cells
    assert [cell.source for cell in chapter.cells] == [cell.source.rstrip() for cell in cells]
    lines = text.split("\n")
    for cell in chapter.cells:
        for line, source in cell.lines:
            assert not source or lines[line - 1].startswith(source)
