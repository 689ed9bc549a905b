"""The class as the instructor knows it: a CSV file with a number or a name in each row, and who of them handed in."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bookutils.core.errors import UsageError
from bookutils.core.messages import _, join_words
from bookutils.grading.model import Person, Submission, Unreadable
from bookutils.grading.who.naming import plain, skeleton
from bookutils.grading.who.platforms import ANONYMOUS, BRIGHTSPACE, CANVAS, MOODLE

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
_NUMBERED = re.compile(r"[^\w]*\b[^\W_]*\d[^\W_]*(?![^\W_])[^\w]*|_+[^\W_]*\d[^\W_]*(?![^\W_])")
_PASSING = {MOODLE, BRIGHTSPACE}
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


def people_of(
    found: Iterable[Submission | Unreadable],
    people: Sequence[Person],
    roster: Sequence[Row],
    doubtful: Iterable[str] = (),
) -> tuple[list[Person], list[Unreadable]]:
    """Join who handed in with who is in the class.

    Parameters
    ----------
    found : what was handed in, for its numbers
    people : who handed in
    roster : who is in the class
    doubtful : names of those who handed in and were not graded, since they cannot be told apart; they are not absent

    Returns
    -------
    everybody: who handed in, with what the roster says of them, and then who did not; and what is put before the
    instructor. The number decides, then the name if it is one person's alone; nobody is guessed
    """
    ids: dict[str, set[str]] = defaultdict(set)
    for item in found:
        if isinstance(item, Submission) and item.id:
            ids[item.learner].add(_number(item.id))
    for person in people:
        if person.id:
            ids[person.learner].add(_number(person.id))
        ids[person.learner].add(skeleton(person.learner))  # an account
    chosen, several = _match(people, ids, roster)
    lines = []
    unclear = {_turned(name) for name in doubtful}
    possible = {number for number, row in enumerate(roster) if {*map(skeleton, row.ids), _turned(row.name)} & unclear}
    for person, rows in several:
        possible |= set(rows)
        says = _("{learner} may be each of these in the roster: {rows}. Give the platform's numbers in it.")
        shown = join_words([roster[number].shown for number in rows], _("or"))
        lines.append(Unreadable(person.learner, says.format(learner=person.learner, rows=shown), question=True))
    doubted = {person.learner for person, _rows in several}
    blind = [person for person in people if _is_blind(person) and person.learner not in chosen]
    if blind:
        doubted |= {person.learner for person in blind}
        possible |= set(range(len(roster)))
        says = _(
            "Marking is blind here: by numbers such as {number} nobody of the roster can be told, so nobody is called"
            " absent. Grade without --roster, or put those numbers into it."
        )
        lines.append(Unreadable(_("the roster"), says.format(number=blind[0].id), question=True))
    joined = []
    for person in people:
        row = roster[chosen[person.learner]] if person.learner in chosen else None
        if row is not None:
            number = person.id or (row.ids[0] if row.ids else "")
            joined.append(replace(person, id=number, name=row.name or person.name, details=row.details, on_roster=True))
        else:
            joined.append(replace(person, on_roster=None if person.learner in doubted else False))
    return joined + _absent(roster, set(chosen.values()) | possible, joined), lines


def _match(
    people: Sequence[Person], ids: Mapping[str, set[str]], roster: Sequence[Row]
) -> tuple[dict[str, int], list[tuple[Person, list[int]]]]:
    """Match people with rows: (label -> row, who cannot be matched and with which rows)."""
    by_id: dict[str, set[int]] = defaultdict(set)
    by_name: dict[str, set[int]] = defaultdict(set)
    by_both: dict[str, set[int]] = defaultdict(set)
    for number, row in enumerate(roster):
        for id in row.ids:
            by_id[_number(id)].add(number)
            if row.name:
                by_both[_words(f"{row.name} {id}")].add(number)
        for key in _keys_of(row):
            by_name[key].add(number)
    chosen: dict[str, int] = {}
    doubtful: list[tuple[Person, list[int]]] = []
    for person in people:
        rows = sorted(
            by_both.get(_words(person.learner), set()).union(*(by_id.get(id, set()) for id in ids[person.learner]))
        )
        agree = [number for number in rows if not roster[number].name or _keys(person) & _keys_of(roster[number])]
        # Where a platform numbers what was handed in, the number of somebody else may be the same by chance.
        sure = person.platform not in _PASSING or _is_blind(person)
        if len(agree) == 1 or (sure and len(rows) == 1):
            chosen[person.learner] = (agree or rows)[0]
        elif sure and rows:
            doubtful.append((person, agree or rows))
    namesakes = Counter(key for person in people for key in _keys(person))
    done = {*chosen, *(person.learner for person, _rows in doubtful)}
    taken = set(chosen.values())
    for person in people:
        if person.learner in done or person.name == ANONYMOUS:
            continue
        keys = _keys(person)
        rows = sorted(set().union(*(by_name.get(key, set()) for key in keys)))
        free = [number for number in rows if number not in taken]
        if len(rows) == 1 and free and all(namesakes[key] == 1 for key in keys):
            chosen[person.learner] = rows[0]
            done.add(person.learner)
        elif free:
            doubtful.append((person, free))
            done.add(person.learner)
    _match_bare_names([one for one in people if one.learner not in done], roster, by_name, chosen, doubtful)
    claimed: dict[int, list[Person]] = defaultdict(list)
    for person in people:
        if person.learner in chosen:
            claimed[chosen[person.learner]].append(person)
    for number, several in claimed.items():
        if len(several) > 1:  # two labels for one row: which of them is meant?
            for person in several:
                del chosen[person.learner]
                doubtful.append((person, [number]))
    return chosen, doubtful


def _match_bare_names(
    people: Sequence[Person], roster: Sequence[Row], by_name: Mapping[str, set[int]], chosen: dict[str, int],
    doubtful: list[tuple[Person, list[int]]],
) -> None:  # fmt: skip
    """Match who is left, and is called by a name and a number that the roster does not have, by the name alone."""
    bare = {one.learner: _turned(_NUMBERED.sub(" ", one.learner)) for one in people if not one.platform}
    count = Counter(bare.values())
    taken = set(chosen.values())
    for person in people:
        key = bare.get(person.learner, "")
        free = sorted(by_name.get(key, set()) - taken) if key else []
        if len(free) == 1 and count[key] == 1 and not roster[free[0]].ids:
            chosen[person.learner] = free[0]
        elif free:
            doubtful.append((person, free))


def _is_blind(person: Person) -> bool:
    """Whether a platform hides the name."""
    numbered = person.platform in _PASSING and person.learner == f"{person.name} {person.id}"
    return person.name == ANONYMOUS or numbered


def _absent(roster: Sequence[Row], accounted: set[int], joined: Sequence[Person]) -> list[Person]:
    """Give everybody else of the roster a label that nobody has."""
    used = {skeleton(person.learner) for person in joined}
    names: dict[str, int] = defaultdict(int)
    for row in roster:
        names[skeleton(row.name)] += 1
    found = []
    for number, row in enumerate(roster):
        if number in accounted:
            continue
        label = row.name or row.ids[0]
        if (names[skeleton(row.name)] > 1 or skeleton(label) in used) and row.ids:
            label = row.shown
        count = 2
        while skeleton(label) in used:
            label, count = f"{row.shown} ({count})", count + 1
        used.add(skeleton(label))
        found.append(Person(label, row.ids[0] if row.ids else "", row.name, details=row.details, on_roster=True))
    return found


def _number(id: str) -> str:
    """Return an account or a number as it is compared; Moodle writes ``Participant 48000`` into its tables."""
    folded = skeleton(id)
    match = re.fullmatch(r"\D+ (\d+)", folded)
    return match[1] if match else folded.removesuffix(".0")


def _words(text: str) -> str:
    """Return the words of a name with its number, in whatever order: ``s12_Ann Lee`` is ``Lee, Ann (s12)``."""
    return " ".join(sorted(re.findall(r"[^\W_]+", skeleton(text))))


def _keys(person: Person) -> set[str]:
    """How a person's name is compared."""
    name = person.name or person.learner
    return {_turned(name)} | ({"=" + re.sub(r"[\W_]", "", skeleton(name))} if person.platform == CANVAS else set())


def _keys_of(row: Row) -> set[str]:
    """How a row's name is compared: as it stands, and as Canvas writes it, in one word with the last name first."""
    if not row.name:
        return set()
    *first, last = _turned(row.name).split()
    return {_turned(row.name), "=" + re.sub(r"[\W_]", "", last + "".join(first))}


def _turned(name: str) -> str:
    """Return a name as it is compared: ``Last, First`` is ``First Last``."""
    name = name.replace("_", " ")  # platforms divide with underscores, and take them out of names
    last, comma, first = name.partition(",")
    return skeleton(f"{first} {last}" if comma and first.strip() else name)
