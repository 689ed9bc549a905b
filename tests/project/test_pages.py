"""Do the pages list what there is: verbs, commands, options, variables, causes, flags and states? No more, no less."""

from __future__ import annotations

import ast
import re
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest
import typer

from bookutils.cli import app
from bookutils.grading.reports.class_page import flag_words
from tests.definitions import book

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
CHAPTERS = sorted((ROOT / "chapters").rglob("*.md"))
COMMANDS = typer.main.get_command(app).commands  # type: ignore[attr-defined]
VARIABLE = re.compile(r"BOOKUTILS_[A-Z0-9_]+")


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def table(text: str, *header: str) -> list[list[str]]:
    """Return the cells of the rows below this header; several tables of one header are one."""
    rows, inside = [], False
    for line in text.splitlines():
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        if cells[: len(header)] == list(header):
            inside = True
        elif not cells:
            inside = False
        elif inside and not set("".join(cells)) <= set("-: "):
            rows.append(cells)
    return rows


def test_rows_of_a_table_are_found() -> None:
    """Would the tests below see a row, and only those under the header?"""
    text = "| a | b |\n|---|---|\n| 1 | 2 |\n\n| c | d |\n|---|---|\n| 3 | 4 |\n"
    assert table(text, "a", "b") == [["1", "2"]]
    assert table(text, "c") == [["3", "4"]]
    assert not table(text, "x")


# The Makefile


def verbs() -> set[str]:
    return set(re.findall(r"^([a-z-]+):.*##", read(ROOT / "Makefile"), re.MULTILINE))


def test_the_page_for_contributors_lists_every_verb() -> None:
    """Does each verb of the Makefile stand in CONTRIBUTING's table, and no other?"""
    listed = {verb for row in table(read(ROOT / "CONTRIBUTING.md"), "to", "type")
              for verb in re.findall(r"`make(?: ([a-z-]+))?", row[1])} - {""}  # fmt: skip
    assert listed == verbs()


def test_make_alone_lists_every_verb() -> None:
    """Is every target that stands for no file a verb with its sentence?"""
    text = read(ROOT / "Makefile")
    phony = re.search(r"^\.PHONY:((?:.*\\\n)*.*)$", text, re.MULTILINE)[1].replace("\\", " ").split()  # type: ignore[index]
    targets = set(re.findall(r"^([a-z-]+):(?!=)", text, re.MULTILINE))
    assert set(phony) == targets == verbs()


# The command line


def options(command: str) -> set[str]:
    return {name for parameter in COMMANDS[command].params for name in parameter.opts if name.startswith("--")}


def typed(text: str) -> list[tuple[str, list[str]]]:
    """Return (command, options) of each `bookutils …` that a page tells people to type; {command} is not one."""
    found = []
    for match in re.finditer(r"(?<![\w./-])(?<!from )(?:\.venv/bin/)?bookutils ([a-z]+)\b([^`\n]*)", text):
        words = match[2].split("#")[0]
        found.append((match[1], re.findall(r"(?<!\S)(--[a-z-]+)", words)))
    return found


CODE = re.compile(r"```.*?```|`[^`\n]+(?:\n[^`\n]+)?`", re.DOTALL)


def code_of(path: Path) -> str:
    return "\n".join(re.sub(r"\s*\n\s*", " ", part) if part[:3] != "```" else part for part in CODE.findall(read(path)))


@pytest.mark.parametrize("page", [*PAGES, *CHAPTERS], ids=lambda path: path.name)
def test_what_a_page_tells_to_type_is_there(page: Path) -> None:
    """Is each command of `bookutils`, with each of its options, one that exists?"""
    for command, named in typed(re.sub(r"```\{code-cell\}.*?```", "", code_of(page), flags=re.DOTALL)):
        assert command in COMMANDS, f"{page.name}: there is no `bookutils {command}`"
        assert set(named) <= options(command), (
            f"{page.name}: bookutils {command} has no {set(named) - options(command)}"
        )


def test_every_command_stands_on_a_page() -> None:
    """Is each command named where people read, with each option that it has?"""
    text = "\n".join(code_of(page) for page in [*PAGES, *CHAPTERS])
    assert {command for command, _named in typed(text)} == set(COMMANDS)
    silent = {f"{command} {option}" for command in COMMANDS for option in options(command) if option not in text}
    assert not silent


def test_the_guide_for_graders_lists_the_options_of_grade() -> None:
    """Is each option of `bookutils grade` in the guide's table, or in the lines at its top, and no other?"""
    rows = table(read(ROOT / "docs/grading.md"), "option")
    listed = {option for row in rows for option in re.findall(r"(--[a-z]+)", row[0])}
    assert listed | {"--out"} == options("grade")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("`bookutils grade in/ --out x  # --no`", [("grade", ["--out"])]),
        (".venv/bin/bookutils build --check", [("build", ["--check"])]),
        ("from bookutils import check; bookutils.cli", []),
    ],
)
def test_what_is_typed_is_found(text: str, found: list[tuple[str, list[str]]]) -> None:
    """Would a command that does not exist be seen?"""
    assert typed(text) == found


# Variables


@cache
def variables(*folders: str) -> set[str]:
    """Return the variables whose names stand as a word of their own in the code."""
    found = set()
    for tree in book().trees(folders).values():
        for node in ast.walk(tree):
            word = getattr(node, "value" if isinstance(node, ast.Constant) else "arg", None)
            if isinstance(word, str) and VARIABLE.fullmatch(word):
                found.add(word)
    return found


def test_every_variable_is_described_and_no_other() -> None:
    """Are the variables of the environment in CONTRIBUTING's table those that package and scripts read?"""
    rows = table(read(ROOT / "CONTRIBUTING.md"), "variable of the environment")
    assert {name for row in rows for name in VARIABLE.findall(row[0])} == variables(
        "bookutils", "scripts", "benchmarks"
    )


def test_the_module_of_settings_describes_those_of_the_package() -> None:
    """Does the table at the top of core/settings.py hold what the package reads?"""
    page = ast.get_docstring(book().modules["bookutils.core.settings"])
    assert set(VARIABLE.findall(page or "")) == variables("bookutils")


@pytest.mark.parametrize("page", [*PAGES, *CHAPTERS], ids=lambda path: path.name)
def test_a_page_names_variables_that_are_read(page: Path) -> None:
    """Is each variable that a page names one that does something?"""
    assert set(VARIABLE.findall(read(page))) <= variables("bookutils", "scripts", "benchmarks", "conftest.py")


# Causes, flags and states


def causes() -> set[str]:
    """Return the names of the causes that the doctor knows."""
    modules = (import_module(name) for name in book().modules if name.startswith("bookutils.devices.symptom"))
    return {symptom.name for module in modules for symptom in getattr(module, "SYMPTOMS", ())}


def test_the_doctor_s_page_lists_its_causes() -> None:
    """Is each cause that `--log` names on the page, once, with what it was checked against?"""
    rows = table(read(ROOT / "docs/doctor.md"), "subject", "causes")
    listed = [name for row in rows for name in row[1].split(", ")]
    assert len(causes()) > 50
    assert sorted(listed) == sorted(causes())
    assert all(row[2] for row in rows)


def test_flags_mean_something_in_the_report_and_on_the_page() -> None:
    """Is each flag that can stand beside a grade in the class report's words and in the guide's table, and no other?"""
    told = {node.args[0].value for node in ast.walk(book().modules["bookutils.grading.telling"])
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "flags.append"}  # type: ignore[attr-defined]  # fmt: skip
    rows = table(read(ROOT / "docs/grading.md"), "flag")
    assert len(told) > 3
    assert {name.strip("`") for name, *_rest in rows} == told == {flag for flag, _words, _why in flag_words()}
