"""Do the widgets of chapter 08 follow their controls?"""

from __future__ import annotations

import pytest

from bookutils.plots.figure import alt_text
from bookutils.text.tokenization.wordpiece import WordPiece
from bookutils.widgets.tokenization import encode_row, explore_padding, explore_pair, make_tokenizer_box, tokenizer_box

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "film", "##s", "a", "!"]


@pytest.fixture
def small():
    return WordPiece(WORDS)


def test_the_box_follows_each_letter(small):
    """Do pieces, ids, mask and the sentence below follow the text and the number of places?"""
    field, number, answer = make_tokenizer_box(small, "a film", 6).children
    assert "4 tokens and 2 of padding." in answer.value
    field.value = "films! <b>"
    assert "##s" in answer.value
    assert "2 cut off" in answer.value
    assert "<b>" not in answer.value.replace("<br>", "")
    number.children[1].value = 12
    assert "cut off" not in answer.value
    assert "3 are [UNK]" in answer.value
    field.value = ""
    assert "2 tokens and 10 of padding." in answer.value


def test_a_cut_row_keeps_its_sep(small):
    """Does a row that is too short end with [SEP], and say how much is missing?"""
    pieces, ids, mask, cut = encode_row(small, "a a a a a", 4)
    assert (pieces, ids, mask, cut) == (["[CLS]", "a", "a", "[SEP]"], [2, 6, 6, 3], [1] * 4, 3)


def test_a_stored_notebook_has_a_picture(small, monkeypatch, capsys):
    """Is the box a picture while notebooks are built, of which the words are printed where there is no page?"""
    monkeypatch.setenv("BOOKUTILS_STATIC", "1")
    tokenizer_box(small, "a film", 5)
    assert "A row of 5 positions, 4 of them read" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("make", "name", "value"),
    [
        (explore_pair, "length", 8),
        (lambda: explore_padding({"one": [4, 9, 12], "other": [100, 130]}), "data", "other"),
        (lambda: explore_padding({"one": [4, 9, 12]}), "limit", 8),
        (lambda: explore_padding({"one": [4, 9, 12, 4]}), "batch_size", 1),
    ],
)
def test_pictures_follow_their_controls(make, name, value):
    """Does each control change the words of the picture?"""
    explorer = make()
    before = alt_text(explorer.figure())
    explorer.controls[name].value = value
    assert alt_text(explorer.figure()) != before
