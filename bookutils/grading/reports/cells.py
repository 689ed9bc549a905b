"""Change single cells of a table that somebody else wrote, and leave every other byte as it is."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import Final

_DELIMITERS: Final = (",", ";", "\t")
_LINE_END: Final = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True)
class Field:
    """A cell, and where it stands in the text."""

    start: int
    end: int
    value: str
    quoted: bool


class Table:
    """A CSV file, whatever its delimiter, its quotes, its line ends and its encoding.

    Parameters
    ----------
    data : the file

    Examples
    --------
    >>> table = Table(b'Name;Grade\\r\\n"M\\xfcller; A";-\\r\\n')
    >>> table.rows[1][0].value.endswith("ller; A"), table.delimiter
    (True, ';')
    >>> table.set(1, 1, "8")
    >>> table.data()
    b'Name;Grade\\r\\n"M\\xfcller; A";8\\r\\n'
    """

    def __init__(self, data: bytes) -> None:
        self._encoding = _encoding(data)
        # What is no UTF-8 comes back as the bytes that it was.
        self.text = data.decode(self._encoding, "surrogateescape")
        self.delimiter = _delimiter(self.text)
        self.rows = _rows(self.text, self.delimiter)
        self._changes: dict[tuple[int, int], str] = {}

    def value(self, row: int, column: int) -> str:
        """Return what stands in a cell; nothing where the row is too short."""
        return self.rows[row][column].value if column < len(self.rows[row]) else ""

    def set(self, row: int, column: int, value: str) -> None:
        """Put another text into a cell that is there."""
        self._changes[row, column] = value

    def data(self) -> bytes:
        """Return the file with the changes in it."""
        pieces, end = [], 0
        for (row, column), value in sorted(self._changes.items()):
            field = self.rows[row][column]
            needs_quotes = field.quoted or self.delimiter in value or '"' in value
            pieces += [self.text[end : field.start], _quoted(value) if needs_quotes else value]
            end = field.end
        text = "".join([*pieces, self.text[end:]])
        return text.encode(self._encoding, "surrogateescape")


def _quoted(value: str) -> str:
    return '"' + value.replace('"', '""') + '"'


def _encoding(data: bytes) -> str:
    """Tell UTF-16 by its mark; Python's "utf-16" would write a mark of its own, so the byte order is named."""
    for mark, name in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if data.startswith(mark):
            return name
    return "utf-8"


def _delimiter(text: str) -> str:
    """Return the sign that parts the first row into most cells."""
    return max(_DELIMITERS, key=lambda sign: len(next(iter(_rows(text, sign, most=1)), [])))


def _rows(text: str, delimiter: str, most: int | None = None) -> list[list[Field]]:
    sign = re.escape(delimiter)
    field = re.compile(rf'"((?:[^"]|"")*)"(?={sign}|[\r\n]|\Z)|([^{sign}\r\n]*)')
    rows: list[list[Field]] = [[]]
    place = 1 if text.startswith("\ufeff") else 0
    while most is None or len(rows) <= most:
        found = field.match(text, place)
        assert found is not None  # an empty cell is one, too
        quoted = found[1] is not None
        value = found[1].replace('""', '"') if quoted else found[2]
        rows[-1].append(Field(place, found.end(), value, quoted))
        place = found.end()
        if place >= len(text):
            break
        line_end = _LINE_END.match(text, place)
        if line_end is None:
            place += len(delimiter)
            continue
        place = line_end.end()
        if place >= len(text):
            break
        rows.append([])
    return rows[:most]
