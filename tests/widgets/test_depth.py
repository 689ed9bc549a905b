"""What the widgets of chapter 04 say, beside what test_explorers.py asks of every explorer."""

import pytest

from bookutils.widgets import depth


@pytest.mark.parametrize("remedy", [depth.ALL, *depth.REMEDIES])
def test_each_remedy_has_its_own_picture(remedy):
    """Does the summary say which remedies are on?"""
    words = depth.explore_remedies(remedy).summary.value
    assert remedy == depth.ALL or depth.REMEDIES[remedy][0] in words
