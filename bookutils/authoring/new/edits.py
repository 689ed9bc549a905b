"""Small changes to files that are there: a row in a list, an import, a function. Text in, text out.

Places are found by the syntax, not by their look. Imports are sorted and lines broken by ruff afterwards.
"""

from __future__ import annotations

import ast
import re
from typing import TypeGuard

from bookutils.core.errors import UsageError


def list_chapter(source: str, chapter: str, title: str) -> str:
    """Return the course's list of chapters with one more, behind those with a smaller number.

    Parameters
    ----------
    source : the text of the file that holds the list: entries ``ChapterEntry(name=…)``

    Examples
    --------
    >>> print(list_chapter('A = [ChapterEntry(name="01-a"),\\n     ChapterEntry(name="03-c")]', "02-b", "B"))
    A = [ChapterEntry(name="01-a"),
         ChapterEntry(
             name="02-b",
             label="B",
             title="B",
             promise="say what the chapter lets you find out",
             minutes=(10, 10),
         ),
         ChapterEntry(name="03-c")]
    """
    lines = source.split("\n")
    entries = {_name_of(node): node for node in ast.walk(ast.parse(source)) if _is_entry(node)}
    behind = entries[max(name for name in entries if name < chapter)]
    row, indent = behind.end_lineno or 1, " " * behind.col_offset
    entry = _NEW_ENTRY.format(chapter=chapter, title=title).split("\n")
    return "\n".join([*lines[:row], *(indent + line for line in entry), *lines[row:]])


_NEW_ENTRY = """
ChapterEntry(
    name="{chapter}",
    label="{title}",
    title="{title}",
    promise="say what the chapter lets you find out",
    minutes=(10, 10),
),
""".strip()


def _is_entry(node: ast.AST) -> TypeGuard[ast.Call]:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "ChapterEntry"


def _name_of(entry: ast.Call) -> str:
    return next(ast.literal_eval(word.value) for word in entry.keywords if word.arg == "name")


def list_explorer(source: str, name: str, moves: str) -> str:
    """Return the table EXPLORERS with one more row, in the form of the rows that are there.

    Parameters
    ----------
    source : the text of the file that holds the table
    name : ``module.function``
    moves : control -> the value that it is moved to, as it is typed
    """
    lines = source.split("\n")
    _start, end = _lines_of(source, "EXPLORERS")
    row = f"Row({moves})" if "Row(" in "\n".join(lines) else moves
    lines.insert(end - 1, f'    "{name}": {row},')
    return "\n".join(lines)


def add_entry(source: str, name: str, entry: str) -> str:
    """Return a module whose tuple or dict `name` has one more entry, at its end.

    Examples
    --------
    >>> add_entry("A = (X,)  # all", "A", "Y"), add_entry("A = ()", "A", "Y"), add_entry("A = {1: 2}", "A", "3: 4")
    ('A = (X, Y)  # all', 'A = (Y,)', 'A = {1: 2, 3: 4}')
    """
    value = _value_of(source, name)
    end = _offset(source, value.end_lineno or 1, value.end_col_offset or 0) - 1
    before = source[:end].rstrip()
    if before.endswith(("(", "{", "[")):
        return f"{before}{entry},{source[end:]}"  # one entry alone is a tuple only with its comma
    return f"{before.removesuffix(',')}, {entry}{source[end:]}"


def add_imports(source: str, imports: str) -> str:
    """Return a module with further imports, above those that it has, or below its first sentence.

    >>> print(add_imports('"Words."\\nimport b\\nx = 1', "import a"))
    "Words."
    import a
    import b
    x = 1
    """
    tree = ast.parse(source)
    found = [node.lineno - 1 for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)
             and getattr(node, "module", "") != "__future__"]  # fmt: skip
    row = found[0] if found else len(source.split("\n")) if not tree.body else (tree.body[0].end_lineno or 1)
    lines = source.split("\n")
    return "\n".join([*lines[:row], imports.rstrip("\n"), *lines[row:]])


def insert_above(source: str, name: str, code: str) -> str:
    """Return a module with more code above the line that gives `name` its value."""
    row, _end = _lines_of(source, name)
    lines = source.split("\n")
    return "\n".join([*lines[: row - 1], code.rstrip("\n"), "", "", *lines[row - 1 :]])


def append(source: str, code: str) -> str:
    """Return a module with more code at its end."""
    return f"{source.rstrip()}\n\n\n{code.rstrip()}\n"


def add_section(chapter: str, section: str) -> str:
    """Return a chapter's text with one more section, above those that close it: a summary, a look back, books.

    >>> add_section("# A\\n\\n## One\\n\\nText.\\n\\n## Further reading\\n", "## Two")
    '# A\\n\\n## One\\n\\nText.\\n\\n## Two\\n\\n## Further reading\\n'
    """
    lines = chapter.rstrip("\n").split("\n")
    headings, inside = [], False
    for row, line in enumerate(lines):
        inside ^= line.startswith("```")
        if line.startswith("## ") and not inside:
            headings.append(row)
    closing = [row for row in headings if _CLOSING.match(lines[row])]
    row = closing[0] if closing else len(lines)
    above = [*lines[:row], ""] if row == len(lines) else lines[:row]
    return "\n".join([*above, section.rstrip("\n"), "", *lines[row:]]).rstrip("\n") + "\n"


_CLOSING = re.compile(
    r"## (What you (take with you|have now)|Summary|Where you are|Further reading|An? error hunt|Error)"
)


def public_names(source: str) -> list[str]:
    """Return what a module defines for others: functions, classes and variables, in their order.

    >>> public_names("import a\\n_b = 1\\nC: int = 2\\ndef d(): pass")
    ['C', 'd']
    """
    names = []
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.append(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names += [target.id for target in targets if isinstance(target, ast.Name)]
    return [name for name in dict.fromkeys(names) if not name.startswith("_")]


def _assignment(source: str, name: str) -> ast.Assign | ast.AnnAssign:
    for node in ast.parse(source).body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(isinstance(target, ast.Name) and target.id == name for target in targets):
                return node
    raise UsageError(f"A file that should hold the list {name} has none.", "Add the entry by hand.")


def _lines_of(source: str, name: str) -> tuple[int, int]:
    node = _assignment(source, name)
    return node.lineno, node.end_lineno or node.lineno


def _value_of(source: str, name: str) -> ast.expr:
    value = _assignment(source, name).value
    if not isinstance(value, ast.Tuple | ast.Dict | ast.List):
        raise UsageError(f"{name} is written as no plain list.", "Add the entry by hand.")
    return value


def _offset(source: str, line: int, column: int) -> int:
    """Return the place in the text of a place that `ast` counts in lines and bytes."""
    rows = source.split("\n")
    return sum(len(row) + 1 for row in rows[: line - 1]) + len(rows[line - 1].encode()[:column].decode())
