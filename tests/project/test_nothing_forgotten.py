"""Is there code in the package that no test reaches, or that nothing but tests uses?"""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.floors import FLOORS
from tests.definitions import Code, book, reached, unused

USERS = ("chapters", "benchmarks", "scripts")
# Where a floor is tried as a whole, or stands for the others' door.
TRIED_IN = {
    "exercises": "tests/proof",
    "probes": "tests/proof",
    "cli": "tests/test_cli.py",
    "__main__": "tests/test_cli.py",
}


def test_everything_public_is_used() -> None:
    """Is each function, class and constant named by package, chapters, benchmarks or scripts, not by tests alone?"""
    assert not unused(book(), USERS), "nothing but tests names these: use them, or remove them with their tests"


@pytest.mark.parametrize("floor", FLOORS)
def test_every_module_is_reached_by_a_test_of_its_floor(floor: str) -> None:
    """Does a test of the floor import each of its modules, or a module that does?"""
    own = {name for name in book().modules if name.split(".")[1:2] == [floor]}
    folders = [
        folder for folder in (f"tests/{floor}", TRIED_IN.get(floor)) if folder and (book().root / folder).exists()
    ]
    missing = own - {name for folder in folders for name in reached(book(), folder)}
    assert own
    assert not missing, f"no test in {' or '.join(folders) or f'tests/{floor}'} reaches {sorted(missing)}"


PACKAGE = {
    "tiny/__init__.py": "__all__ = ['door']\nfrom tiny.core import door\n",
    "tiny/core.py": "SIZE = 3\nALONE = 4\ndef door(): ...\ndef used(): return _hidden()\ndef _hidden(): ...\n"
    "def loop(): return loop()\ndef forgotten(): ...\nclass Old: ...\n@app.command()\ndef typed(): ...\n",
    "tiny/more.py": '"""See `tiny.core.Old`."""\nfrom tiny import core as c\nx = c.used\ndef f(m): return m.SIZE\n',
    "tiny/alone.py": "y = 1\n",
    "chapters/01-x.md": "```{code-cell} ipython3\n:tags: [setup]\n\n%time\nfrom tiny.more import f, x\nf(x)\n```\n",
    "tests/core/test_core.py": "from tiny.core import forgotten\nimport tiny.more\n",
}  # fmt: skip


@pytest.fixture
def tiny(tmp_path: Path) -> Code:
    for name, text in PACKAGE.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return Code(tmp_path, "tiny")


def test_what_only_a_test_names_is_seen(tiny: Code) -> None:
    """Would the first test notice what only itself or a test calls, and leave alone what is used otherwise?"""
    assert unused(tiny, ["chapters"]) == [
        f"tiny.{name}" for name in ("alone.y", "core.ALONE", "core.forgotten", "core.loop")
    ]


def test_a_module_that_no_test_reaches_is_seen(tiny: Code) -> None:
    """Would the second one notice such a module, and follow an import in a test through the package?"""
    assert set(tiny.modules) - reached(tiny, "tests/core") == {"tiny.alone"}
