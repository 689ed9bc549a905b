"""Who of the class handed in: people and rows of the roster, matched by number and then by name; nobody is guessed."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from bookutils.core.messages import _, join_words
from bookutils.grading.model import Person, Submission, Unreadable
from bookutils.grading.who.naming import skeleton
from bookutils.grading.who.platforms import ANONYMOUS, BRIGHTSPACE, CANVAS, MOODLE
from bookutils.grading.who.roster import Row

_NUMBERED = re.compile(r"[^\w]*\b[^\W_]*\d[^\W_]*(?![^\W_])[^\w]*|_+[^\W_]*\d[^\W_]*(?![^\W_])")
_PASSING = {MOODLE, BRIGHTSPACE}


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
