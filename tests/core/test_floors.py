"""Does what the package says of its own floors speak of floors that are there?"""

from pathlib import Path

from bookutils.core import floors
from bookutils.core.floors import DECIDING, LOADED_ON_USE, SHOWN

PACKAGE = Path(floors.__file__).resolve().parents[1]


def test_what_the_package_says_of_its_floors_is_said_of_real_ones() -> None:
    """Does a list of floors name one that is gone, or show a sandbox one that holds what is expected of an answer?"""
    for floor in {*LOADED_ON_USE, *SHOWN, *DECIDING}:
        assert (PACKAGE / floor).is_dir(), f"core/floors.py names {floor}, and there is no such floor"
    assert not {"exercises", "grading"} & set(SHOWN)
