"""The claims' own guard: are words that are gone missed, and does each chapter have its claims in its own file?"""

import pytest

from bookutils.core.course import published_chapters, stem_of
from tests.claims.quotation import ROOT, flat, quotes_in, says, words_of

FILES = sorted(path for path in (ROOT / "tests" / "claims").glob("test_*.py") if path.name != "test_quotation.py")


def test_words_that_are_gone_fail_the_test():
    """Does a claim fail when its chapter says something else, and run when the words are there, however broken?"""
    ran = []
    says("01-activations", "A unit of a neural network adds   up\nits inputs")(lambda: ran.append(1))()
    assert ran == [1]
    with pytest.raises(AssertionError, match="no longer says so"):
        says("01-activations", "A unit of a neural network multiplies everything")(lambda: ran.append(2))()
    assert ran == [1]


def test_titles_of_figures_count_as_words():
    """Is a title found that stands in the chapter's plots and not in its text?"""
    title = "At their best rates momentum, RMSProp and Adam end level"
    assert title in words_of("05-optimizers")
    assert title not in flat((ROOT / "chapters" / "05-optimizers.md").read_text("utf-8"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_of_claims_is_about_its_chapter(path):
    """Do the quotations in a file come from the chapter that the file is named after?"""
    assert {f"test_{stem_of(chapter)}" for chapter in quotes_in(path)} == {path.stem}


@pytest.mark.parametrize("name", [entry.name for entry in published_chapters() if entry.name != "00-start-here"])
def test_each_chapter_has_ten_claims(name):
    """Are at least ten of a chapter's sentences borne out by a computation?"""
    path = ROOT / "tests" / "claims" / f"test_{stem_of(name)}.py"
    assert len(quotes_in(path)[name]) >= 10
