"""Is any figure of the package left out by the tests, and does `look` see what it is there for?"""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from bookutils.plots.figure import new_figure, set_alt
from tests.definitions import Code, book

FLOOR = "plots"
FRAME = "plots.figure"  # what every plot begins and ends with; its own tests are in test_figure.py


def looked_at(code: Code, folder: str) -> set[str]:
    """Name what stands in a table FIGURES, in files whose tests hand the rows of that table to `look`."""
    found = set()
    for path, tree in code.trees([folder]).items():
        tables = [
            node for node in tree.body if isinstance(node, ast.Assign) and "FIGURES" in ast.unparse(node.targets[0])
        ]
        calls = (ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Call))
        if any(re.match(r"look\(\*?FIGURES\[", call) for call in calls):
            found |= {name for table in tables for _place, name in code.named_in(path, table, tree)}
    return found


def figures(code: Code) -> list[str]:
    """Name what draws a figure."""
    frame = f"{code.package}.{FRAME}."
    return [name for name in code.public(FLOOR, "Figure") if not name.startswith(frame)]


def test_every_figure_is_looked_at() -> None:
    """Does each public function of plots/ that returns a Figure stand in the table FIGURES of a test?"""
    code = book()
    missing = sorted(set(figures(code)) - looked_at(code, "tests/plots"))
    assert len(figures(code)) > 70
    assert not missing, f"add a row to FIGURES, in the file of the same name in tests/plots/, for {missing}"


def test_every_figure_has_the_look_of_the_course() -> None:
    """Is each of them marked @styled, so that a person's own settings change nothing?"""
    code = book()
    nodes = {name: code.definitions[name].node for name in figures(code)}
    plain = [name for name, node in nodes.items() if "styled" not in map(ast.unparse, node.decorator_list)]  # type: ignore[attr-defined]
    assert not plain, f"put @styled above {plain}"


def test_everything_else_in_plots_is_asked_about_too() -> None:
    """Is each table maker and each helper named in a test of plots, or used by a figure that is looked at?"""
    code = book()
    used = {name for tree in code.trees(["tests/plots"]).items() for _place, name in code.named_in(*tree)}
    inside = [pair for tree in code.trees(["bookutils/plots"]).items() for pair in code.named_in(*tree)]
    while more := {name for place, name in inside if place in used} - used:
        used |= more
    missing = sorted(set(code.public(FLOOR)) - used)
    assert not missing, f"no test in tests/plots/ reaches {missing}"


PLOT = "from matplotlib.figure import Figure\ndef {name}() -> Figure: ...\n"
TEST = """
from tiny.plots import curves as c
FIGURES = {{"a": c.seen}}
def test_figure(look): look({row})
def test_other(): c.unseen()
"""


def tiny(folder: Path, row: str = "FIGURES['a']") -> Code:
    (folder / "tiny/plots").mkdir(parents=True)
    (folder / "tests").mkdir()
    (folder / "tiny/plots/curves.py").write_text(PLOT.format(name="seen") + PLOT.format(name="unseen"))
    (folder / "tests/test_curves.py").write_text(TEST.format(row=row))
    return Code(folder, "tiny")


def test_a_figure_that_is_only_called_is_missed(tmp_path: Path) -> None:
    """Would the test above notice a figure that a test draws, and nobody looks at?"""
    code = tiny(tmp_path)
    assert figures(code) == ["tiny.plots.curves.seen", "tiny.plots.curves.unseen"]
    assert looked_at(code, "tests") == {"tiny.plots.curves.seen"}


def test_a_table_that_nobody_looks_at_is_missed(tmp_path: Path) -> None:
    """Would it notice a table FIGURES whose rows no test hands to `look`?"""
    assert looked_at(tiny(tmp_path, "c.seen"), "tests") == set()


def _beside_the_picture():
    fig, _axes = new_figure("A title", height=200)
    fig.text(0.98, 0.5, "word")
    return set_alt(fig, "Words.")


def _draw(*places: float, size: float = 10, font: str | None = None, letter: str = "word"):
    def draw():
        fig, (ax,) = new_figure("A title", height=200)
        for place in places:
            ax.text(place, 0.5, letter, fontsize=size, fontfamily=font)
        return set_alt(fig, "Words.")

    return draw


@pytest.mark.parametrize(
    ("draw", "says"),
    [
        (_draw(0.2, 0.22), "'word' and 'word' overlap by"),
        (_beside_the_picture, "'word' runs out of the picture"),
        (_draw(0.2, size=5), "'word' is set in 5.0 points"),
        (_draw(0.2, font="STIXGeneral"), "'word' is set in STIXGeneral.ttf"),
        (_draw(0.2, letter="\u4e2d"), "Glyph"),
    ],
    ids=["overlap", "outside", "small", "font", "letter"],
)
def test_look_sees_what_cannot_be_read(draw, says, look) -> None:
    """Are words over one another, outside, too small, in another font or without a glyph found?"""
    with pytest.raises((AssertionError, UserWarning), match=says):
        look(draw)


def test_look_reads_the_words(look) -> None:
    """Is a figure refused whose alt text lacks a word, or that is too large, and is a good one let through?"""
    look(_draw(0.2, 0.6), ["Words"])
    with pytest.raises(AssertionError):
        look(_draw(0.2), ["Numbers"])
    with pytest.raises(AssertionError):
        look(_draw(0.2), most=100)
