"""The words for cells: do all who use them mean the same?"""

import bookutils
from bookutils import feedback
from bookutils.core.cells import FEEDBACK
from bookutils.grading.sandbox import inert


def test_a_notebook_and_a_sandbox_offer_the_same_functions():
    """Is each function that learners call there in the package, in its feedback, and in what stands for it?"""
    assert {"__version__", *FEEDBACK} == set(bookutils.__all__)
    assert {*FEEDBACK, "CheckResult"} == set(feedback.__all__)
    for name in FEEDBACK:
        assert getattr(bookutils, name) is getattr(feedback, name)
        assert isinstance(getattr(inert, name), inert.Nothing)
