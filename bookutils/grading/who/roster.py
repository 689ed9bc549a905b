"""The class as the instructor knows it: a CSV file with a number or a name in each row."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bookutils.core.errors import UsageError
from bookutils.core.messages import _, join_words
from bookutils.grading.who.naming import plain, skeleton

_MAX_BYTES = 32 * 2**20
_DELIMITERS = (",", ";", "\t", "|")
# Headers as they stand in exports of learning platforms, small and without what is no letter.
_IDS = (
    "id", "identifier", "userid", "studentid", "sisuserid", "sisloginid", "username", "login", "loginid", "account",
    "idnumber", "orgdefinedid", "matriculationnumber", "matrikelnummer", "kennung", "sid", "email", "emailaddress",
    "mail", "number", "nummer", "numero", "matricule", "matricola", "benutzername",
)  # fmt: skip
_NAMES = (
    "name", "fullname", "student", "studentname", "learner", "displayname", "vollstandigername", "nom",
    "nombre", "nome",
)  # fmt: skip
_FIRSTS = ("firstname", "givenname", "first", "forename", "vorname", "prenom", "givennames", "voornaam", "fornavn")
_LASTS = (
    "lastname", "surname", "familyname", "last", "nachname", "familienname", "apellidos", "cognome", "achternaam",
)  # fmt: skip
_NOT_PEOPLE = {"points possible", "student, test", "test student"}  # rows that Canvas adds


@dataclass(frozen=True)
class Row:
    """Somebody of the class.

    Parameters
    ----------
    ids : all numbers and accounts that the row has, the first one first
    name : "" where there is none
    details : (header, cell) of the further columns
    """

    ids: tuple[str, ...]
    name: str
    details: tuple[tuple[str, str], ...] = ()

    @property
    def shown(self) -> str:
        """How the row is named in a sentence."""
        return " ".join(filter(None, (self.name, f"({self.ids[0]})" if self.ids else "")))


def read_roster(path: Path) -> list[Row]:
    """Read a class from a CSV file, as spreadsheets and learning platforms write it.

    Parameters
    ----------
    path : its first row has the headers. Known are those of a number or an account, of a name, and of first and last
        names; all others are kept as details. Commas, semicolons, tabs and bars divide; UTF-8, UTF-16 and the old
        Windows code page are read

    Raises
    ------
    UsageError
        When there is no such file, when no header says where numbers or names stand, when nobody is in it, or when a
        number stands there twice.
    """
    rows = _table(path)
    header = [cell.strip() for cell in rows[0]]
    keys = [_key(cell) for cell in header]
    ids = sorted((n for n, key in enumerate(keys) if key in _IDS), key=lambda n: _IDS.index(keys[n]))
    name = next((n for key in _NAMES for n, found in enumerate(keys) if found == key), None)
    first = next((n for n, key in enumerate(keys) if key in _FIRSTS), None)
    last = next((n for n, key in enumerate(keys) if key in _LASTS), None)
    if not ids and name is None and (first is None or last is None):
        raise UsageError(
            _("The roster {file} has no column for numbers or names; its columns are {columns}.").format(
                file=path.name, columns=join_words([repr(cell[:40]) for cell in header[:12]]) if any(header) else "''"
            ),
            _("Call one of them id or name, in the first row."),
        )
    people = []
    for cells in rows[1:]:
        cells = [plain(cell) for cell in cells] + [""] * (len(header) - len(cells))
        both = " ".join(cells[n] for n in (first, last) if n is not None and cells[n])
        called = (cells[name] if name is not None else "") or both
        theirs = tuple(dict.fromkeys(cells[n] for n in ids if cells[n]))
        if not (called or theirs) or (called.casefold() in _NOT_PEOPLE):
            continue
        used = {*ids, name} | ({first, last} if name is None else set())
        details = tuple((header[n], cells[n]) for n in range(len(header)) if n not in used)
        people.append(Row(theirs, called, details))
    if not people:
        raise UsageError(_("Nobody is in the roster {file}.").format(file=path.name), _a_row_each())
    _refuse_doubles(path, people)
    return people


def _table(path: Path) -> list[list[str]]:
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise UsageError(_("The roster {file} is too large to be one.").format(file=path.name))
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(
            _("The roster {path} cannot be read ({reason}).").format(path=path, reason=error.strerror or error),
            _("Give a CSV file with --roster."),
        ) from None
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise UsageError(
            _("The roster {file} is a spreadsheet.").format(file=path.name), _("Save it as CSV, and give that.")
        )
    text = _decoded(data)
    first = next((line for line in text.splitlines() if line.strip()), "")
    if not first:
        raise UsageError(_("The roster {file} is empty.").format(file=path.name), _a_row_each())
    if match := re.fullmatch(r"sep=(.)", first.strip()):  # a line for Excel
        delimiter, text = match[1], text.split("\n", 1)[-1]
    else:
        delimiter = max(_DELIMITERS, key=lambda letter: (_columns(first, letter), letter == ","))
    try:
        table = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        rows = [row for row in table if any(map(str.strip, row))]
    except csv.Error as error:
        raise UsageError(
            _("The roster {file} is no CSV ({reason}).").format(file=path.name, reason=error),
            _("Open it in a spreadsheet, and save it as CSV again."),
        ) from None
    if not rows:
        raise UsageError(_("The roster {file} is empty.").format(file=path.name), _a_row_each())
    return rows


def _columns(line: str, delimiter: str) -> int:
    try:
        return len(next(csv.reader([line], delimiter=delimiter), []))
    except csv.Error:
        return 0


def _a_row_each() -> str:
    return _("Put a row for each learner in it, below one with the headers.")


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace").replace("\0", "")
    try:
        return data.decode("utf-8-sig").replace("\0", "")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace").replace("\0", "")


def _key(header: str) -> str:
    return re.sub(r"[^a-z]", "", skeleton(_without_accents(header)))


def _without_accents(text: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter))


def _refuse_doubles(path: Path, people: Sequence[Row]) -> None:
    seen: set[str] = set()
    for row in people:
        if row.ids and row.ids[0].casefold() in seen:
            raise UsageError(
                _("The roster {file} has {id} twice.").format(file=path.name, id=repr(row.ids[0][:40])),
                _("Give each learner a number of their own."),
            )
        seen.update(id.casefold() for id in row.ids[:1])
