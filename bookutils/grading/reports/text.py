"""Text that others wrote, made fit to be shown: nothing in it stays invisible, and nothing of it comes to life."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

_JOINERS = {0x200C, 0x200D}  # part of how Persian, Hindi and emoji are written
# Letters and marks by their category, and yet nothing is seen of them.
_BLANK = {0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0}
_SPREADSHEET_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
# What would end a cell or a row for a reader that splits lines, or splits at another sign than the comma.
_SEPARATORS = str.maketrans({"\n": "⏎", "\t": "⇥", ";": "；", "\v": "⏎", "\f": "⏎", "\x85": "⏎"})
# A formula after what such a reader might split at; a plain number is none.
_FORMULA_INSIDE = re.compile(
    r"""([,|]["'\s]*)(?=[=@＝＠]|[-+－＋](?!\d+(?:\.\d*)?(?:e[-+]?\d+)?(?:[\s,)\]}]|$)))""", re.IGNORECASE
)  # fmt: skip
_LONGEST_CODE: Final = 20_000
_LONGEST_TEXT: Final = 2_000
_LONG_DOCSTRING: Final = 3  # lines; a shorter one stays where it is
_HEAD = re.compile(r"\s*(?:async\s+def|def|class)\s[^\n]*:\s*(?:#[^\n]*)?$")
_OPENING = re.compile(r"\s*[rR]?(\"{3}|'{3})")


class _Visible(dict[int, int | str]):
    """A table for `str.translate` that finds out about a character when it is first met."""

    def __init__(self, in_code: bool) -> None:
        super().__init__()
        self._in_code = in_code

    def __missing__(self, point: int) -> int | str:
        self[point] = f"⟨U+{point:04X}⟩" if self._is_hidden(point) else point
        return self[point]

    def _is_hidden(self, point: int) -> bool:
        if point in (0x09, 0x0A):
            return False
        category = unicodedata.category(chr(point))
        if category in ("Cc", "Cs", "Co", "Zl", "Zp") or point in _BLANK or point & 0xFFFE == 0xFFFE:
            return True
        if category == "Cf":
            return self._in_code or point not in _JOINERS
        if not self._in_code:
            return False
        # In code another blank is a syntax error, and a variation selector makes another name.
        selector = 0xFE00 <= point <= 0xFE0F or 0xE0100 <= point <= 0xE01EF or 0x180B <= point <= 0x180F
        return selector or (category == "Zs" and point != 0x20)


_IN_TEXT, _IN_CODE = _Visible(in_code=False), _Visible(in_code=True)


def _with_newlines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def visible(text: str) -> str:
    """Show what cannot be seen: control characters, and those that change the direction of what follows.

    Examples
    --------
    >>> visible("Ann\\u202egnp.exe")
    'Ann⟨U+202E⟩gnp.exe'
    """
    return _with_newlines(text).translate(_IN_TEXT)


def visible_code(code: str) -> str:
    """Show code so that it reads as it runs; line ends become newlines, as Python takes them.

    Examples
    --------
    >>> visible_code("x\\u200b = 1\\r\\n")
    'x⟨U+200B⟩ = 1\\n'
    """
    return _with_newlines(code).translate(_IN_CODE)


def storable(text: str) -> str:
    """Replace what no UTF-8 file can hold, which is half a surrogate pair.

    Examples
    --------
    >>> storable("a\\ud800")
    'a⟨U+D800⟩'
    """
    return re.sub("[\ud800-\udfff]", lambda found: f"⟨U+{ord(found[0]):04X}⟩", text)


def spreadsheet_text(text: str) -> str:
    """Make a text fit for a cell of a spreadsheet: on one line, visible, and never taken for a formula.

    Line ends, tabs and semicolons are written as ⏎, ⇥ and ；, so that no reader splits the cell, be it one that reads
    line by line or one that takes another sign for the separator.

    Examples
    --------
    >>> spreadsheet_text("=1+1"), spreadsheet_text("1+1")
    ("'=1+1", '1+1')
    >>> spreadsheet_text("x;=1+1\\nanna,=2"), spreadsheet_text("[0.5, -0.5]")
    ("x；=1+1⏎anna,'=2", '[0.5, -0.5]')
    """
    text = visible(text).translate(_SEPARATORS)
    # The apostrophe is what spreadsheets themselves use for "this is text".
    first = "'" if text.lstrip(" '\"").startswith(_SPREADSHEET_FORMULA) else ""
    return first + _FORMULA_INSIDE.sub(r"\1'", text)


def code_lines(code: str) -> tuple[list[str], int]:
    """Split code into the lines that are shown, and count the characters that are left out because they are too many.

    Examples
    --------
    >>> code_lines("a = 1\\nb = 2\\n")
    (['a = 1', 'b = 2'], 0)
    """
    shown = code[:_LONGEST_CODE]
    return visible_code(shown).rstrip("\n").split("\n"), len(code) - len(shown)


@dataclass(frozen=True)
class CodePart:
    """Lines of a cell that stand together; a long docstring is folded away.

    Parameters
    ----------
    first : the number of its first line
    lines : the text
    folded : whether it is a docstring
    """

    first: int
    lines: list[str]
    folded: bool = False


def code_parts(lines: Sequence[str]) -> list[CodePart]:
    """Part a cell's lines into its code and its long docstrings. Nothing is left out, and nothing is run or parsed.

    Examples
    --------
    >>> lines = ["def f(x):", "    '''Say", "    much", "    more.", "    '''", "    return x"]
    >>> [(part.first, len(part.lines), part.folded) for part in code_parts(lines)]
    [(1, 1, False), (2, 4, True), (6, 1, False)]
    """
    parts: list[CodePart] = []
    begin = number = 0
    while number < len(lines):
        end = _end_of_docstring(lines, number + 1) if _HEAD.match(lines[number]) else None
        number += 1
        if end is not None and end - number >= _LONG_DOCSTRING:
            parts.append(CodePart(begin + 1, list(lines[begin:number])))
            parts.append(CodePart(number + 1, list(lines[number:end]), folded=True))
            begin = number = end
    if begin < len(lines):
        parts.append(CodePart(begin + 1, list(lines[begin:])))
    return parts


def _end_of_docstring(lines: Sequence[str], start: int) -> int | None:
    """Return the index after a docstring that begins in line `start`; None where none begins or it does not end."""
    opened = _OPENING.match(lines[start]) if start < len(lines) else None
    if opened is None:
        return None
    rest = lines[start][opened.end() :]
    for number in range(start, len(lines)):
        if opened[1] in rest:
            return number + 1
        rest = lines[number + 1] if number + 1 < len(lines) else ""
    return None


def sentence_pieces(sentence: str) -> list[tuple[str, bool]]:
    """Split a sentence into (text, whether it is code); code stands between backticks.

    Examples
    --------
    >>> sentence_pieces("Is `x` small?")
    [('Is ', False), ('x', True), (' small?', False)]
    """
    if len(sentence) > _LONGEST_TEXT:
        sentence = sentence[:_LONGEST_TEXT] + "…"
    pieces = re.split(r"`([^`]+)`", sentence)
    return [
        (visible_code(piece) if odd % 2 else without_stars(visible(piece)), odd % 2 == 1)
        for odd, piece in enumerate(pieces)
        if piece
    ]


def without_stars(sentence: str) -> str:
    """Leave out the stars by which a text that is no code stresses words.

    Examples
    --------
    >>> without_stars("Descent *subtracts* the gradient, 2 * 3 * x.")
    'Descent subtracts the gradient, 2 * 3 * x.'
    """
    return re.sub(r"(?<![\w*])\*([^\W\d_]+(?: [^\W\d_]+)*)\*(?![\w*])", r"\1", sentence)
