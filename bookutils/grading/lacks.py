"""Imports that failed in the grader: which, why, and whether an answer needed them.

The learner may have had a package that the grader has not. So what fails alone costs nothing, and an answer that needed
it has no verdict, unless the notebook shows that the import failed there as well.
"""

from __future__ import annotations

import ast
import itertools
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from bookutils.core.messages import _
from bookutils.grading.model import Program, StepResult, TaskResult
from bookutils.grading.names import names_in
from bookutils.grading.web import Web

_KIND = re.compile(r"^(?:ImportError|ModuleNotFoundError): ")
_PLACE = re.compile(r"\s*\([^()]*\)\s*$")  # where the module's file is, here
IMPORT_ERRORS = frozenset({"ImportError", "ModuleNotFoundError"})


@dataclass(frozen=True)
class Lack:
    """An import that failed.

    Parameters
    ----------
    name : what it would have bound; "" where that is not known
    statement : as a person would write it; "" where it does not stand in the cell
    said : what Python said
    learners : the learner's own outputs show such an error too
    """

    name: str
    statement: str
    said: str
    learners: bool = False

    @property
    def harmless(self) -> str:
        """What Python said, if it is word for word what Python says of this very statement; else "".

        Whoever has seen the secret inputs may say them in an error of an import, be it by the order of innocent words.
        """
        return self.said if self.said in _sayings(self.statement) else ""

    def note(self) -> str:
        """Say that it failed, and what was done about it."""
        statement = self.statement or f"import {self.name}"
        rest = _("The rest of the cell was tried without it.")
        return f"{about_import(statement, self.harmless)} {rest}"


def about_import(statement: str, said: str) -> str:
    """Say that an import failed, and what it said where that is known."""
    if said:
        says = _("`{statement}` failed in the grader: {said}.") if statement else _("An import failed: {said}.")
        return says.format(statement=statement, said=said.rstrip("."))
    says = _("`{statement}` failed in the grader.") if statement else _("An import failed in the grader.")
    return says.format(statement=statement)


def lacks_below(
    program: Program, web: Web, results: Sequence[StepResult], steps: frozenset[int], called: TaskResult
) -> list[Lack]:
    """Return the imports that an answer needed and that failed: in the steps that it builds on, and in its calls."""
    found = [lack for step in sorted(steps) if step < len(results) for lack in lacks_of(program, step, results[step])]
    raised = [outcome.error for outcome in called.outcomes if outcome.error is not None]
    texts = dict.fromkeys(error.text for error in raised if error.kind in IMPORT_ERRORS)
    in_order = sorted(steps, key=lambda step: (step != called.step, step))
    found += [_lack(program, in_order, name, said) for name, said in [*called.missing, *(("", text) for text in texts)]]
    used = set().union(*(web.mentioned_by(step) for step in steps))
    return [lack for lack in found if lack.name in ("", "*") or lack.name in used]


def lacks_of_cell(program: Program, step: int, results: Sequence[StepResult], called: TaskResult) -> list[Lack]:
    """Return the imports that failed alone in an answer's own cell, needed or not."""
    missing = [*(results[step].missing if step < len(results) else ()), *called.missing]
    return [_lack(program, [step], name, said) for name, said in missing]


def lacks_of(program: Program, step: int, result: StepResult) -> list[Lack]:
    """Return the imports that failed in one step."""
    missing = list(result.missing)
    source = program.steps[step].source
    if not missing and result.status == "raised" and result.error is not None and result.error.kind in IMPORT_ERRORS:
        tree = names_in(source).tree
        body = tree.body if tree else []
        alone = bool(body) and all(isinstance(node, ast.Import | ast.ImportFrom) for node in body)
        missing = [(name, result.error.text) for name in (sorted(names_in(source).defined) if alone else [""])]
    return [_lack(program, [step], name, said) for name, said in missing]


def _lack(program: Program, steps: Sequence[int], name: str, said: str) -> Lack:
    """Find the import that failed in the first of some steps that has it."""
    statements = ((step, _statement(names_in(program.steps[step].source).tree, name)) for step in steps)
    step, statement = next((found for found in statements if found[1]), (steps[0], ""))
    kinds = program.failed.get(program.steps[step].number, frozenset())
    said = _PLACE.sub("", _KIND.sub("", said))
    return Lack(name, statement, said, bool(kinds & IMPORT_ERRORS))


def _statement(tree: ast.Module | None, name: str) -> str:
    """Write down the import that binds a name."""
    for node in ast.walk(tree) if tree is not None and name else ():
        if isinstance(node, ast.Import | ast.ImportFrom):
            home = f"from {'.' * node.level}{node.module or ''} " if isinstance(node, ast.ImportFrom) else ""
            for alias in node.names:
                bound = alias.asname or (alias.name if home else alias.name.partition(".")[0])
                if bound == name:
                    renamed = f" as {alias.asname}" if alias.asname else ""
                    return f"{home}import {alias.name}{renamed}"[:120]
    return ""


def _sayings(statement: str) -> set[str]:
    """Return all that Python may say of an import that is not to be had."""
    found = set()
    words = statement.split()
    if len(words) > 1 and words[0] in ("import", "from"):
        pieces = words[1].split(".")
        modules = [".".join(pieces[:end]) for end in range(1, len(pieces) + 1)]
        found |= {f"No module named '{module}'" for module in modules}
        found |= {
            f"No module named '{inner}'; '{outer}' is not a package" for outer, inner in itertools.pairwise(modules)
        }
        if words[0] == "from" and len(words) > 3:
            found.add(f"cannot import name '{words[3]}' from '{words[1]}'")
            found.add(f"cannot import name '{words[3]}' from partially initialized module '{words[1]}'")
    return found


def home_of(lack: Lack) -> str:
    """Return the package that an import asks for; "" where it is Python's own, or not known."""
    words = lack.statement.split()
    home = words[1].partition(".")[0] if len(words) > 1 else ""
    return "" if home in sys.stdlib_module_names else home
