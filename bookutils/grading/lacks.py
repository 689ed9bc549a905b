"""What failed because the grader has it not: imports, files, the network; and whether an answer needed it.

The learner may have had a package or a file that the grader has not. So what fails alone costs nothing, and an
answer that needed it has no verdict, unless the notebook shows that it failed there as well.
"""

from __future__ import annotations

import ast
import itertools
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from bookutils.core.calling import Raised
from bookutils.core.messages import _
from bookutils.grading.model import Program, StepResult, TaskResult
from bookutils.grading.sandbox.surroundings import asks_outside
from bookutils.grading.web import Web

_KIND = re.compile(r"^(?:ImportError|ModuleNotFoundError): ")
_OTHER_KIND = re.compile(r"^(\w+): ")
_NO_ATTRIBUTE = re.compile(r"has no attribute '(\w+)'")
_PLACE = re.compile(r"\s*\([^()]*\)\s*$")  # where the module's file is, here
IMPORT_ERRORS = frozenset({"ImportError", "ModuleNotFoundError"})


@dataclass(frozen=True)
class Lack:
    """An import, or another statement, that failed because something is not here.

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
    def is_import(self) -> bool:
        """Whether it is an import, as far as can be told."""
        if self.statement:
            return self.statement.startswith(("import ", "from "))
        return _OTHER_KIND.match(self.said) is None

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
        return f"{about_import(statement, self.harmless, self.is_import)} {rest}"


def about_import(statement: str, said: str, is_import: bool = True) -> str:
    """Say that an import or another statement failed, and what it said where that is known."""
    if not statement and not is_import:
        says = _("What the answer asks for is not there in the grader: {said}.")
        return says.format(said=said.rstrip(".")) if said else _("What the answer asks for is not there in the grader.")
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
    texts = dict.fromkeys(said for error in raised if (said := _said_of(error)))
    in_order = sorted(steps, key=lambda step: (step != called.step, step))
    found += [_lack(program, in_order, name, said) for name, said in [*called.missing, *(("", text) for text in texts)]]
    used = set().union(*(web.mentioned_by(step) for step in steps))
    used |= {part[1] for error in raised if (part := _NO_ATTRIBUTE.search(error.text))}  # an import in a class
    return [lack for lack in found if lack.name in ("", "*") or lack.name in used]


def lacks_of_cell(program: Program, step: int, results: Sequence[StepResult], called: TaskResult) -> list[Lack]:
    """Return the imports that failed alone in an answer's own cell, needed or not."""
    missing = [*(results[step].missing if step < len(results) else ()), *called.missing]
    return [_lack(program, [step], name, said) for name, said in missing]


def lacks_of(program: Program, step: int, result: StepResult) -> list[Lack]:
    """Return the imports that failed in one step."""
    missing = list(result.missing)
    names = program.steps[step].names
    said = _said_of(result.error) if result.status == "raised" and result.error is not None else ""
    if not missing and said:
        body = names.tree.body if names.tree else []
        alone = bool(body) and all(isinstance(node, ast.Import | ast.ImportFrom) for node in body)
        missing = [(name, said) for name in (sorted(names.defined) if alone else [""])]
    return [_lack(program, [step], name, said) for name, said in missing]


def _said_of(error: Raised) -> str:
    """Return what an error says that is about the surroundings, with its kind unless it is of an import; else ""."""
    if error.kind in IMPORT_ERRORS:
        return error.text or error.kind
    return f"{error.kind}: {error.text}" if asks_outside(error.kind, error.text) else ""


def _lack(program: Program, steps: Sequence[int], name: str, said: str) -> Lack:
    """Find the import that failed in the first of some steps that has it."""
    statements = ((step, _statement(program.steps[step].names.tree, name)) for step in steps)
    step, statement = next((found for found in statements if found[1]), (steps[0], ""))
    kinds = program.failed.get(program.steps[step].number, frozenset())
    other = _OTHER_KIND.match(said)
    theirs = kinds & (IMPORT_ERRORS | ({other[1]} if other else set()))
    said = _PLACE.sub("", _KIND.sub("", said))
    return Lack(name, statement, said, bool(theirs))


def _statement(tree: ast.Module | None, name: str) -> str:
    """Write down the import that binds a name; else the assignment that does."""
    for node in ast.walk(tree) if tree is not None and name else ():
        if isinstance(node, ast.Import | ast.ImportFrom):
            home = f"from {'.' * node.level}{node.module or ''} " if isinstance(node, ast.ImportFrom) else ""
            for alias in node.names:
                bound = alias.asname or (alias.name if home else alias.name.partition(".")[0])
                if bound == name:
                    renamed = f" as {alias.asname}" if alias.asname else ""
                    return f"{home}import {alias.name}{renamed}"[:120]
    for statement in tree.body if tree is not None and name else ():
        if isinstance(statement, ast.Assign | ast.AnnAssign | ast.With) and any(
            isinstance(part, ast.Name) and part.id == name for part in ast.walk(statement)
        ):
            return ast.unparse(statement).partition("\n")[0][:120]
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
    words = lack.statement.split() if lack.is_import else []
    home = words[1].partition(".")[0] if len(words) > 1 else ""
    return "" if home in sys.stdlib_module_names else home
