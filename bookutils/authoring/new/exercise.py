"""`bookutils new exercise`: one exercise more in a chapter, with its reference, its tests and its cell."""

from __future__ import annotations

import ast
import keyword

from bookutils.authoring.course import Course, choose
from bookutils.authoring.descriptions import descriptions
from bookutils.authoring.new import edits
from bookutils.authoring.new.chapter import exercise_blanks, tests_of_reference
from bookutils.authoring.new.templates import fill
from bookutils.authoring.new.writing import Draft, Say
from bookutils.core.course import stem_of
from bookutils.core.errors import UsageError


def new_exercise(course: Course, chapter: str, id: str, say: Say, *, graded: bool = False) -> None:
    """Write an exercise's files from the templates.

    Parameters
    ----------
    course : a clone
    chapter : ``05-optimizers``, or ``05``, or ``optimizers``
    id : of the exercise; its function and its answer have that name too
    say : gets the name of each file, and what to do next
    graded : with points; by default it is optional

    Raises
    ------
    UsageError
        When there is no such chapter, or the id is none, or is taken.
    """
    (found,) = choose(course.chapters(), [chapter])
    if not id.isidentifier() or keyword.iskeyword(id) or id != id.lower():
        raise UsageError(f"{id!r} is no id of an exercise.", "Write small letters and _, as in adam_step.")
    taken = {known: path for path, _line, known, _kind in descriptions(course.root / "bookutils" / "exercises")}
    if id in taken:
        raise UsageError(f"The id {id!r} is taken ({taken[id].name}).", "An id is used once in the course.")
    number, module = found.name[:2], stem_of(found.name)
    draft = Draft(course.root)
    numerics = f"{module}.{id}" if _is_folder(draft, "bookutils/numerics", module) else module
    blanks = exercise_blanks(id, number, numerics, graded=graded)
    _describe(draft, module, blanks)
    _compute(draft, module, blanks)
    _answer(draft, module, blanks)
    section = f"## {id.replace('_', ' ').capitalize()}\n\n{fill('exercise.md', blanks)}"
    text = f"chapters/{found.name}.md"
    draft.change(text, edits.add_section(draft.read(text), section))
    say(f"{id} in {found.name}:")
    draft.write(say)
    line = draft.read(text).split("\n").index(f"## {id.replace('_', ' ').capitalize()}") + 1
    say(f"Its cell stands at {text}:{line}; move it where it belongs, and count it where the chapter says how many.")
    say(f"Next: make proof EXERCISE={id}, then bookutils build {found.name}.")


def _is_folder(draft: Draft, floor: str, module: str) -> bool:
    return any((draft.root / floor / module).glob("*.py"))


def _describe(draft: Draft, module: str, blanks: dict[str, str]) -> None:
    """Add the module that describes the exercise, and its entry; a single module becomes a folder first."""
    folder = f"bookutils/exercises/{module}"
    if not _is_folder(draft, "bookutils/exercises", module):
        _make_folder(draft, module)
    id, constant = blanks["id"], blanks["constant"]
    heading = f'"""Exercise of chapter {blanks["number"]}: {id.replace("_", " ")}."""'
    imports = fill("description_imports.py", blanks)
    parts = [heading, "from __future__ import annotations", imports, "", fill("description.py", blanks)]
    draft.add(f"{folder}/{id}.py", "\n\n".join(parts))
    listing = edits.add_entry(draft.read(f"{folder}/__init__.py"), "EXERCISES", constant)
    listing = edits.add_imports(listing, f"from bookutils.exercises.{module}.{id} import {constant}")
    draft.change(f"{folder}/__init__.py", listing)


def _make_folder(draft: Draft, module: str) -> None:
    """Turn exercises/NAME.py into exercises/NAME/, in whose __init__ every name is still found."""
    single = f"bookutils/exercises/{module}.py"
    source = draft.read(single)
    heading = ast.get_docstring(ast.parse(source)) or f"The exercises and predictions of {module}."
    draft.move(single, f"bookutils/exercises/{module}/first.py")
    others = [name for name in edits.public_names(source) if name not in {"EXERCISES", "PREDICTIONS"}]
    home = f"bookutils.exercises.{module}"
    lines = [f'"""{heading}"""', "", f"from {home} import first", ""]
    if others:
        lines[3:] = [f"from {home}.first import {', '.join(others)}", ""]
    lines += ["EXERCISES = (*first.EXERCISES,)", "PREDICTIONS = first.PREDICTIONS"]
    lines += [f"__all__ = {sorted(['EXERCISES', 'PREDICTIONS', *others])!r}", ""]
    draft.add(f"bookutils/exercises/{module}/__init__.py", "\n".join(lines))


def _compute(draft: Draft, module: str, blanks: dict[str, str]) -> None:
    """Add the reference and its test: a module of a folder, or a function of a single module."""
    imports, reference = fill("reference_imports.py", blanks), fill("reference.py", blanks)
    single = f"bookutils/numerics/{module}.py"
    if draft.exists(single):
        draft.change(single, edits.append(edits.add_imports(draft.read(single), imports), reference))
    else:
        heading = f'"""{blanks["id"].replace("_", " ").capitalize()}. Taught in chapter {blanks["number"]}."""'
        place = single if "." not in blanks["numerics"] else f"bookutils/numerics/{module}/{blanks['id']}.py"
        draft.add(place, "\n\n".join([heading, imports, "", reference]))
    test = f"tests/numerics/test_{module}.py"
    if draft.exists(test):
        imports = fill("test_reference_imports.py", blanks)
        tests = edits.append(edits.add_imports(draft.read(test), imports), fill("test_reference.py", blanks))
        draft.change(test, tests)
    else:
        folder = (
            f"tests/numerics/{module}/test_{blanks['id']}.py" if _is_folder(draft, "tests/numerics", module) else test
        )
        draft.add(folder, tests_of_reference(blanks))


def _answer(draft: Draft, module: str, blanks: dict[str, str]) -> None:
    """Add three right answers, written differently."""
    id, place = blanks["id"], f"tests/proof/answers/{module}.py"
    answers = edits.insert_above(draft.read(place), "RIGHT", fill("answers.py", blanks))
    answers = edits.add_entry(answers, "RIGHT", f'"{id}": [{id}_loop, {id}_float32, {id}_norm]')
    draft.change(place, edits.add_imports(answers, "import math\n\nimport numpy as np"))
