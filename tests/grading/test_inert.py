"""What stands for the feedback inside the sandbox: does it do nothing, whatever it is asked?"""

import bookutils
from bookutils.grading.sandbox import inert


def test_it_has_every_name_and_does_nothing():
    """Is each name of the package there, callable with anything, with any attribute behind it?"""
    for name in set(bookutils.__all__) - {"__version__"}:
        asked = getattr(inert, name)
        assert asked("an id", more=1).function(2).anything is asked("an id")
