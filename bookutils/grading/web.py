"""Which cells an answer builds on: those that define what it uses, and what these use in turn."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property

from bookutils.grading.model import Step
from bookutils.grading.names import Names
from bookutils.grading.syntax import mentioned_in

_WORD = re.compile(r"\b[^\W\d]\w*")


class Web:
    """The learner's cells of a program, joined by the names that one defines and another uses.

    Parameters
    ----------
    steps : the program's
    """

    def __init__(self, steps: Sequence[Step]) -> None:
        self.steps = steps
        self._mentioned: dict[int, set[str]] = {}

    @cached_property
    def names(self) -> list[Names]:
        """The names of each step; the course's own steps have none here."""
        return [step.names if step.number else Names() for step in self.steps]

    @cached_property
    def _definers(self) -> dict[str, list[int]]:
        found = defaultdict(list)
        for number, names in enumerate(self.names):
            for name in names.defined:
                found[name].append(number)
        return dict(found)

    def used_by(self, step: int) -> frozenset[str]:
        """Return the notebook's variables that a step reads; of a text that is no Python, every word."""
        names = self.names[step]
        return names.used if names.tree is not None else frozenset(self.mentioned_by(step))

    def mentioned_by(self, step: int) -> set[str]:
        """Return all names that stand in a step where something is read, in whatever scope."""
        if step not in self._mentioned:
            tree = self.names[step].tree
            words = mentioned_in(tree) if tree is not None else set(_WORD.findall(self.steps[step].source))
            self._mentioned[step] = words
        return self._mentioned[step]

    def below(self, step: int, without: frozenset[str] = frozenset()) -> frozenset[int]:
        """Return the steps that a step builds on, itself among them; names of `without` are not followed."""
        reached, waiting, followed = {step}, [step], set(without)
        while waiting:
            names = self.used_by(waiting.pop()) - followed
            followed |= names
            for name in names:
                fresh = set(self._definers.get(name, ())) - reached
                reached |= fresh
                waiting += fresh
        return frozenset(reached)
