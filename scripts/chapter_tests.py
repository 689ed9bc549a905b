"""What concerns one chapter: `make test CHAPTER=05-optimizers`; and the proof of one exercise: `make proof EXERCISE=…`.

Nothing is listed by hand: on every floor of tests a chapter has a folder, or a file, with its own name.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from bookutils.authoring.course import choose, find_course
from bookutils.authoring.source import Chapter
from bookutils.core.course import stem_of
from bookutils.core.errors import UsageError
from scripts import stages
from scripts.stages import BOOKUTILS, PYTHON, ROOT, Step, check, tests

PROOF_SEEDS = "50"  # of one exercise; `make proof` takes a thousand for all
ASKED_OF_ALL = "tests/widgets/test_explorers.py"  # one question to every chapter, whose name is in the test's id
APART = {"browser", "colab", "proof"}  # floors of tests that have steps of their own


def find_chapter(name: str) -> Chapter:
    """Return a chapter by its name; ``05`` and ``optimizers`` stand for ``05-optimizers``.

    Raises
    ------
    SystemExit
        When there is no such chapter.
    """
    try:
        return choose(find_course().chapters(), [name])[0]
    except UsageError as error:
        raise SystemExit(str(error)) from error


def bears(path: Path, module: str) -> bool:
    """Return whether a file or one of its folders has the chapter's name.

    >>> bears(Path("numerics/optimizers/test_steps.py"), "optimizers"), bears(Path("plots/test_depth.py"), "depth")
    (True, True)
    """
    names = {*path.parent.parts, path.stem.removeprefix("test_")}
    return module in names


def own_tests(module: str) -> list[str]:
    """Return the files of tests that bear the chapter's name, those of the browser and of the proof left out."""
    folder = ROOT / "tests"
    paths = (path.relative_to(folder) for path in sorted(folder.rglob("test_*.py")))
    return [f"tests/{path.as_posix()}" for path in paths if path.parts[0] not in APART and bears(path, module)]


def own_modules(module: str) -> list[str]:
    """Return the package's modules and folders that have the chapter's name, for their examples."""
    floors = sorted(path for path in (ROOT / "bookutils").iterdir() if path.is_dir())
    found = [place for floor in floors for place in (floor / module, floor / f"{module}.py") if place.exists()]
    return [str(place.relative_to(ROOT)) for place in found]


def has_explorers(module: str) -> bool:
    """Return whether a table of explorers, wherever it stands in the tests of widgets, has a row of the chapter."""
    files = sorted((ROOT / "tests" / "widgets").glob("*explorers.py"))
    return any(f'"{module}.' in path.read_text(encoding="utf-8") for path in files)


def steps_of(chapter: Chapter) -> Iterator[Step]:
    """Yield what is run for one chapter; what it does not have is left out."""
    module = stem_of(chapter.name)
    yield from stages.STAGES["lint"]
    yield from stages.STAGES["types"]
    yield check("the notebook is the chapter", BOOKUTILS, "build", "--check", chapter.name)
    if paths := own_tests(module):
        yield tests("its tests", *paths, "-m", "not browser and not notebooks")
    if has_explorers(module):
        yield tests("its widgets", ASKED_OF_ALL, "-k", f"{module}.")
    if ids := [cell.exercise for cell in chapter.cells if cell.exercise]:
        yield proof(ids, "24")
    if places := own_modules(module):
        yield check("its examples", PYTHON, "-m", "pytest", "-q", "--doctest-modules", *places)
    yield tests("its notebooks", "tests/notebooks", "-k", chapter.name)
    if (ROOT / "tests" / "browser" / f"test_{module}.py").exists():
        yield tests("in a browser", f"tests/browser/test_{module}.py")


def proof(ids: list[str], seeds: str) -> Step:
    """Return the proof of some exercises."""
    return tests(
        f"proof over {seeds} seeds",
        "tests/proof",
        spread=stages.ONE_BY_ONE,
        PROOF_EXERCISES=" ".join(ids),
        PROOF_SEEDS=seeds,
    )


def main() -> int:
    """Run ``test CHAPTER`` or ``proof EXERCISE``."""
    match sys.argv[1:]:
        case ["test", name]:
            steps = tuple(steps_of(find_chapter(name)))
        case ["proof", *ids] if ids:
            steps = (proof(ids, PROOF_SEEDS),)
        case _:
            raise SystemExit("Type: make test CHAPTER=05-optimizers, or make proof EXERCISE=adam_step")
    try:
        return stages.run_steps(steps)
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
