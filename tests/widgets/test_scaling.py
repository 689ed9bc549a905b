"""What the widgets of chapter 15 say, beside what test_explorers.py asks of every explorer."""

from bookutils.widgets import scaling


def test_heads_change_the_words_and_no_number():
    """Is every count as before when only the number of heads moves?"""
    explorer = scaling.explore_parameters()
    before = explorer.summary.value
    explorer.controls["heads"].value = 24
    assert explorer.summary.value == before
    assert "24 heads" in explorer.picture.value
