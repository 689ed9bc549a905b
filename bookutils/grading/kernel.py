"""What a learner's kernel has and a sandbox lacks, as a cell that runs in there after the course's setup.

Nothing in it is secret: the names of exercises, and places from which everybody can import the course's own functions.
"""

from __future__ import annotations

from collections.abc import Sequence

from bookutils.grading.delegation import public_place
from bookutils.judging.model import Exercise

# `check(id).function` is the learner's function once it passes, and the book's until then. Whether it passes is not
# known in there, and makes no difference: then both give the same.
_CELL = """
def _furnish(places, answers):
    import builtins, importlib, sys
    from bookutils import feedback

    names, questions = globals(), iter([""] * 10)

    def input(prompt="", /):  # somebody answered once, and nobody is there now
        for answer in questions:
            return answer
        raise EOFError("nobody answers here")

    builtins.input = input
    sys.path.append("")  # a module that a cell has written is imported from where it was written
    if not hasattr(feedback, "Nothing"):
        return

    class Checked(feedback.Nothing):
        def __init__(self, id):
            self.id = id

        @property
        def function(self):
            if self.id not in places:
                return names.get(answers.get(self.id), self)
            module, _, name = places[self.id].partition(":")
            return getattr(importlib.import_module(module), name)

    def check(id, namespace=None):
        return Checked(id)

    feedback.check = check
    if "check" in names:
        names["check"] = check


_furnish({places!r}, {answers!r})
del _furnish
"""


def furnishing(exercises: Sequence[Exercise]) -> str:
    """Return the cell's text for a chapter."""
    places = {exercise.id: place for exercise in exercises if (place := public_place(exercise))}
    answers = {exercise.id: exercise.answer for exercise in exercises}
    return _CELL.replace("{places!r}", repr(places)).replace("{answers!r}", repr(answers))
