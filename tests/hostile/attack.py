"""What an attack is: a notebook that differs from a good one, what it earns, and how it is told that it was tried.

All attacks are harmless: they aim at canaries, at files and sockets that the tests put up for them, and what floods
ends by itself. `@NAME@` in a source stands for a canary's place; see `Canaries`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from tests.classroom import WRONG, cell_of, code, fill, fresh, solutions

RIGHT = ("relu_backward", "log_sigmoid")  # answered as the authors did: one before the attack's answer, one behind it
TRIED = '''
def tried(*actions):
    """Say what each action gave, or with which error it ended."""
    found = []
    for action in actions:
        try:
            found.append(str(action())[:60])
        except BaseException as error:
            found.append(type(error).__name__)
    return found
'''


@dataclass(frozen=True)
class Canaries:
    """What attacks aim at. None of it may be read, changed or reached.

    Parameters
    ----------
    mark : a word that stands in all that an attack writes, and in the command lines of what it starts
    secret : a word that stands in files and in a variable of the grader's
    home, outside, other : files that hold it: in the home folder, elsewhere, and another learner's notebook
    submissions, out, checkout, site : folders
    port, datagrams : of listening sockets on this machine
    abstract, socket : names of listening Unix sockets
    grader : the number of the process that grades
    """

    mark: str
    secret: str
    home: Path
    outside: Path
    other: Path
    submissions: Path
    out: Path
    checkout: Path
    site: Path
    port: int
    datagrams: int
    abstract: str
    socket: Path
    grader: int

    def fill_in(self, source: str) -> str:
        """Write the canaries' places into a source."""
        for entry in fields(self):
            if entry.name != "secret":
                source = source.replace(f"@{entry.name.upper()}@", str(getattr(self, entry.name)))
        assert not re.search(r"@[A-Z]+@", source), source
        return source


@dataclass(frozen=True)
class Attack:
    """A hostile notebook.

    Parameters
    ----------
    name : a word or two
    answer : the cell of `dead_fraction`; without it a wrong answer
    before, after : cells in front of all exercises, and behind them
    answers : exercise -> its cell, for others than `dead_fraction`
    change : changes the notebook, or returns what is handed in for it
    right : exercises that have to keep their points
    wrong : exercises that earn none; those that are not in `answers` are wrong without malice
    says : exercise -> what its message has to hold: that the attack ran as it was meant to
    refused : what has to stand in the message when the whole notebook has no verdict
    learner : a name, where that is the attack
    races : it takes requests away before they are read, or not, as it happens: then a right answer keeps its points, or
        the refusal is stated
    """

    name: str
    answer: str = WRONG["dead_fraction"]
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    answers: Mapping[str, str] = field(default_factory=dict)
    change: Callable[[dict[str, Any]], bytes | None] | None = None
    right: tuple[str, ...] = RIGHT
    wrong: tuple[str, ...] = ("dead_fraction", "sigmoid_grad_from_output")
    says: Mapping[str, str] = field(default_factory=dict)
    refused: str = ""
    learner: str = ""
    races: bool = False

    def notebook(self, canaries: Canaries) -> dict[str, Any] | bytes:
        """Make the notebook."""
        notebook = fresh()
        answers = {name: solutions()[name] for name in self.right if name in RIGHT}
        answers |= {name: WRONG[name] for name in WRONG if name not in answers}
        answers |= {"dead_fraction": self.answer, **self.answers}
        fill(notebook, {name: canaries.fill_in(source) for name, source in answers.items()})
        first = notebook["cells"].index(cell_of(notebook, "sigmoid_grad_from_output"))
        notebook["cells"][first:first] = [code(canaries.fill_in(source)) for source in self.before]
        notebook["cells"] += [code(canaries.fill_in(source)) for source in self.after]
        return (self.change(notebook) if self.change else None) or notebook


def answer(body: str, before: str = "") -> str:
    """Make a cell of `dead_fraction` from the lines of its body."""
    lines = "\n".join(f"    {line}" for line in body.strip("\n").splitlines())
    return f"{before}\ndef dead_fraction(pre_activations):\n{lines}"


def found(*actions: str, before: str = "") -> str:
    """Make an answer that tries some expressions and raises what they gave, so that it would stand in the report."""
    tries = ", ".join(f"lambda: {action}" for action in actions)
    return answer(f"raise ValueError('tried ' + ' '.join(tried({tries})))", before + TRIED)
