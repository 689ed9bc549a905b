"""`bookutils new chapter`: a whole small chapter that builds, and a place for it on every floor, with tests."""

from __future__ import annotations

import re

from bookutils.authoring.course import CHAPTER_LIST, Course
from bookutils.authoring.descriptions import descriptions
from bookutils.authoring.new import edits
from bookutils.authoring.new.templates import fill
from bookutils.authoring.new.writing import Draft, Say
from bookutils.core.course import stem_of
from bookutils.core.errors import UsageError

LIST = CHAPTER_LIST.rpartition(" ")[2]
EXPLORER_TABLES = ("tests/widgets/explorers.py", "tests/widgets/test_explorers.py")
FLOORS = ("exercises", "numerics", "plots", "widgets")


def new_chapter(course: Course, name: str, say: Say) -> None:
    """Write a chapter's files from the templates, and enter it in the course's list.

    Parameters
    ----------
    course : a clone
    name : such as ``14-generation``
    say : gets the name of each file, and what to do next

    Raises
    ------
    UsageError
        When the name is none, or is taken.
    """
    found = re.fullmatch(r"(\d\d)-([a-z][a-z0-9]*(?:-[a-z0-9]+)*)", name)
    if found is None:
        raise UsageError(f"{name!r} is no name of a chapter.", "Write two digits and words, such as 14-generation.")
    module = stem_of(name)
    taken = [path.stem for path in course.chapters_dir.glob(f"{found[1]}-*.md")]
    taken += [floor for floor in FLOORS if _stands(course, floor, module)]
    if taken:
        raise UsageError(f"The name {name} is taken ({', '.join(taken)}).", "Choose another number or other words.")
    draft = Draft(course.root)
    write_chapter(draft, name, found[1], module)
    known = {id for _path, _line, id, _kind in descriptions(course.root / "bookutils" / "exercises")}
    if clash := known & {f"{module}_rms", f"{module}_outlier"}:
        raise UsageError(f"The id {min(clash)} is taken.", "Choose other words.")
    say(f"{name}:")
    draft.write(say)
    say(f"Next: bookutils build {name}; bookutils build --text (other pages lead to it); make test CHAPTER={name}.")
    say("Then replace its text, its figure and its widget, piece by piece.")


def write_chapter(draft: Draft, chapter: str, number: str, module: str) -> None:
    """Fill the templates in; each floor and each kind of test gets its file."""
    title = module.replace("_", " ").capitalize()
    blanks = exercise_blanks(f"{module}_rms", number, module, graded=True) | {
        "chapter": chapter, "module": module, "title": title, "prediction": f"{module}_outlier",
    }  # fmt: skip
    blanks["exercise"] = fill("exercise.md", blanks)
    draft.add(f"chapters/{chapter}.md", fill("chapter.md", blanks))
    draft.add(f"bookutils/exercises/{module}.py", _described(blanks))
    draft.add(f"bookutils/numerics/{module}.py", _numerics(blanks))
    draft.add(f"bookutils/plots/{module}.py", fill("plots.py", blanks))
    draft.add(f"bookutils/widgets/{module}.py", fill("widgets.py", blanks))
    draft.add(f"tests/numerics/test_{module}.py", tests_of_reference(blanks))
    draft.add(f"tests/plots/test_{module}.py", fill("test_plots.py", blanks))
    draft.add(f"tests/widgets/test_{module}.py", fill("test_widgets.py", blanks))
    draft.add(f"tests/browser/test_{module}.py", fill("test_browser.py", blanks))
    draft.add(f"tests/proof/answers/{module}.py", _answers(blanks))
    draft.change(LIST, edits.list_chapter(draft.read(LIST), chapter, title))
    table = next(name for name in EXPLORER_TABLES if draft.exists(name))
    row = edits.list_explorer(draft.read(table), f"{module}.explore_outlier", '{"size": 12.0, "count": 3}')
    draft.change(table, row)


def exercise_blanks(id: str, number: str, numerics: str, *, graded: bool) -> dict[str, str]:
    """Return what the blanks of an exercise's templates are filled with.

    Parameters
    ----------
    id : of the exercise, its function and its answer
    number : of the chapter, two digits
    numerics : the module of `bookutils.numerics` that holds the reference
    graded : with points, or optional
    """
    return {
        "id": id,
        "constant": id.upper(),
        "number": number,
        "numerics": numerics,
        "kind": "Exercise" if graded else "Optional exercise",
        "points": "2" if graded else "0",
        "few_points": "1" if graded else "0",
        "optional": "" if graded else "\n    optional=True,",
    }


def tests_of_reference(blanks: dict[str, str]) -> str:
    """Return the test of an exercise's reference, as a file of its own."""
    heading = f'"""Does what chapter {blanks["number"]} computes agree with NumPy, and refuse what it cannot use?"""'
    return "\n\n".join([heading, fill("test_reference_imports.py", blanks), "", fill("test_reference.py", blanks)])


def _described(blanks: dict[str, str]) -> str:
    imports = fill("description_imports.py", blanks).replace("Exercise, Part,", "Exercise, Option, Part, Prediction,")
    heading = (
        f'"""The exercises and predictions of chapter {blanks["number"]}, in the order in which they are asked."""'
    )
    return "\n\n".join(
        [
            heading, "from __future__ import annotations", imports, "", fill("description.py", blanks),
            f"EXERCISES = ({blanks['constant']},)", "", fill("predictions.py", blanks),
        ]
    )  # fmt: skip


def _numerics(blanks: dict[str, str]) -> str:
    imports = fill("reference_imports.py", blanks).replace("ArrayLike", "ArrayLike, NDArray")
    heading = f'"""How large numbers are. Taught in chapter {blanks["number"]}."""'
    return "\n\n".join([heading, imports, "", fill("reference.py", blanks), "", fill("with_outlier.py", blanks)])


def _answers(blanks: dict[str, str]) -> str:
    id = blanks["id"]
    heading = f'"""Right answers to the exercises of chapter {blanks["number"]}, written differently."""'
    right = f'RIGHT = {{\n    "{id}": [{id}_loop, {id}_float32, {id}_norm],\n}}\n'
    return "\n\n".join([heading, "import math", "import numpy as np", "", fill("answers.py", blanks), "", right])


def _stands(course: Course, floor: str, module: str) -> bool:
    place = course.root / "bookutils" / floor / module
    return any(place.glob("*.py")) or place.with_suffix(".py").is_file()  # a folder of old bytecode is no chapter
