"""Who is who: claims become people, each under a name that nobody else has. What cannot be told is said, never guessed.

A number of the platform's decides wherever there is one. Some platforms number people, some number what a person has in
one assignment; which of the two, the export shows: by whether names keep their numbers from chapter to chapter.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from bookutils.core.messages import _
from bookutils.grading.model import Person, Unreadable
from bookutils.grading.who.naming import STAGES, is_nobodys, plain, skeleton, words_of
from bookutils.grading.who.parts import Folders
from bookutils.grading.who.places import Claim
from bookutils.grading.who.platforms import ANONYMOUS, CANVAS, MOODLE, NAMES, PARTICIPANT, STABLE

_Numbered = dict[tuple[str, str], list[int]]  # (platform, number or name) -> claims
_SHOWN = 6  # names in one sentence
_BLIND = 3  # so many numbers under the one name that a chapter has: it is nobody's name


@dataclass
class Told:
    """What became of claims.

    Parameters
    ----------
    labels : the learner's label of each claim, by its place in the list; None for one that is nobody's
    people : those labels, in order
    lines : what is put before the instructor
    doubtful : names of people who were not graded, since they cannot be told apart
    """

    labels: list[str | None]
    people: list[Person] = field(default_factory=list)
    lines: list[Unreadable] = field(default_factory=list)
    doubtful: set[str] = field(default_factory=set)


@dataclass
class _One:
    """Somebody: claims that are one person's."""

    claims: list[int]
    name: str
    id: str = ""
    label: str = ""
    detail: str = ""  # what is added to the label where it is another's, too


class _Teller:
    def __init__(self, claims: Sequence[Claim]) -> None:
        self.claims = claims
        self.ones: list[_One] = []
        self.lines: list[Unreadable] = []
        self.doubtful: set[str] = set()
        self.blind: set[tuple[str, str]] = set()  # (platform, what stands in the place of a name)

    def tell(self) -> Told:
        plain_ones, stable, passing = self._divide()
        for numbers in stable.values():
            self._stable(numbers)
        for numbers in passing.values():
            self._passing(numbers)
        for numbers in plain_ones.values():
            self._plain(numbers)
        return self._labelled()

    def _divide(self) -> tuple[dict[str, list[int]], _Numbered, _Numbered]:
        """Divide claims: by name; by the number, where it is a person's; by the name, where it is an assignment's."""
        with_id: dict[str, list[int]] = defaultdict(list)
        by_name: dict[str, list[int]] = defaultdict(list)
        for number, claim in enumerate(self.claims):
            if claim.id:
                with_id[claim.platform].append(number)
            elif skeleton(claim.name):
                by_name[skeleton(claim.name)].append(number)
        stable: _Numbered = defaultdict(list)
        passing: _Numbered = defaultdict(list)
        for platform, numbers in with_id.items():
            blind = self._blind_names(platform, numbers)
            self.blind |= {(platform, name) for name in blind}
            keeps = platform in STABLE or self._numbers_are_kept(numbers, blind)
            for number in numbers:
                claim = self.claims[number]
                if keeps or skeleton(claim.name) in blind or not skeleton(claim.name):
                    stable[platform, claim.id].append(number)
                else:
                    passing[platform, plain(claim.name)].append(number)
        return by_name, stable, passing

    def _blind_names(self, platform: str, numbers: Sequence[int]) -> set[str]:
        """Find what stands in the place of names where marking is blind, in whatever language."""
        if platform == CANVAS:
            return {ANONYMOUS}
        if platform != MOODLE:
            return set()
        ids: dict[str | None, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        for number in numbers:
            claim = self.claims[number]
            if claim.entry.is_notebook:
                ids[claim.chapter][skeleton(claim.name)].add(claim.id)
        found = {skeleton(self.claims[number].name) for number in numbers} & {skeleton(word) for word in PARTICIPANT}
        for names in ids.values():
            if len(names) == 1:
                found |= {name for name, several in names.items() if len(several) >= _BLIND}
        return found

    def _numbers_are_kept(self, numbers: Sequence[int], blind: set[str]) -> bool:
        """Whether names keep their numbers from chapter to chapter: most of those that have several chapters do."""
        ids: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        for number in numbers:
            claim = self.claims[number]
            if claim.chapter is not None and skeleton(claim.name) not in blind:
                ids[plain(claim.name)][claim.chapter].add(claim.id)
        kept = changed = 0
        for chapters in ids.values():
            if len(chapters) > 1:
                every = [id for several in chapters.values() for id in several]
                if len(set(every)) < len(every):
                    kept += 1
                else:
                    changed += 1
        return kept > changed

    def _stable(self, numbers: list[int]) -> None:
        first = min((self.claims[number] for number in numbers), key=lambda claim: plain(claim.name))
        name = plain(first.name) if skeleton(first.name) else first.id
        one = _One(numbers, name, first.id, detail=first.id)
        if (first.platform, skeleton(first.name)) in self.blind:
            one.label = f"{one.name} {first.id}"
        self.ones.append(one)

    def _passing(self, numbers: list[int]) -> None:
        """Tell people whose numbers are an assignment's: one name with one number a chapter is one person."""
        by_id: dict[str, list[int]] = defaultdict(list)
        by_chapter: dict[str | None, set[str]] = defaultdict(set)
        for number in numbers:
            claim = self.claims[number]
            by_id[claim.id].append(number)
            if claim.entry.is_notebook:
                by_chapter[claim.chapter].add(claim.id)
        name = plain(self.claims[numbers[0]].name)
        if all(len(ids) == 1 for ids in by_chapter.values()):
            self.ones.append(_One(numbers, name, min(by_id) if len(by_id) == 1 else "", detail=min(by_id)))
            return
        for id, theirs in sorted(by_id.items()):
            self.ones.append(_One(theirs, name, id, label=f"{name} ({id})"))
        if len(by_chapter) > 1:
            says = _(
                "Several people are called {name}, and each has another number in each chapter: which of them is which"
                " from chapter to chapter, the export does not say. They are graded apart: {labels}."
            )
            labels = _some(f"{name} ({id})" for id in sorted(by_id))
            self.lines.append(Unreadable(name, says.format(name=name, labels=labels), question=True))

    def _plain(self, numbers: list[int]) -> None:
        """Tell people by their names alone."""
        spellings = {self.claims[number].name for number in numbers}
        where: dict[Folders, list[int]] = defaultdict(list)
        for number in numbers:
            where[_around(self.claims[number])].append(number)
        chapters = [
            {self.claims[number].chapter for number in theirs if self.claims[number].entry.is_notebook}
            for theirs in where.values()
        ]
        meets = sum(map(len, chapters)) > len(set().union(*chapters))
        name = plain(self.claims[numbers[0]].name)
        if len(spellings) > 1:
            same = len({plain(spelling) for spelling in spellings}) == 1 and all(s == s.strip() for s in spellings)
            beside = any(len({self.claims[number].name for number in theirs}) > 1 for theirs in where.values())
            if not same or beside or meets:
                self._refuse(numbers)
                return
        if not meets:
            self.ones.append(_One(numbers, name))
            return
        labels = {around: "/".join((*map(plain, around), name)) for around in where}
        for around, theirs in where.items():
            self.ones.append(_One(theirs, name, label=labels[around]))
        if any(all(map(is_nobodys, around)) for around in where):  # a week, an export: people come again in the next
            says = _(
                "{name} has files for one chapter in several places. Whether they are one person's, nothing there says;"
                " they are graded apart: {labels}. If they are one's, put them into one folder."
            )
            reason = says.format(name=name, labels=_some(sorted(labels.values())))
            self.lines.append(Unreadable(name, reason, question=True))

    def _refuse(self, numbers: Iterable[int]) -> None:
        """Put before the instructor what looks like one name and may be two people."""
        claims = [self.claims[number] for number in numbers]
        self.doubtful |= {plain(claim.name) for claim in claims}
        names: dict[tuple[str, str, str], Claim] = {}
        for claim in claims:
            names.setdefault(("/".join(claim.around), claim.platform, claim.name), claim)
        shown = _some(dict.fromkeys(_spelled(claim) for claim in names.values()))
        says = _(
            "These look like one name, and may be two people: {names}. None of them was graded, so that nobody gets the"
            " other's points. Rename one, or put one's files into the other's folder."
        )
        for claim in claims:
            if claim.entry.is_notebook and not claim.entry.fault:
                self.lines.append(Unreadable(claim.entry.shown, says.format(names=shown), None, claim.chapter))

    def _labelled(self) -> Told:
        """Give each a label that nobody else has."""
        by_name: dict[str, list[_One]] = defaultdict(list)
        for one in self.ones:
            by_name[skeleton(one.label or one.name)].append(one)
        for several in by_name.values():
            for one in several:
                if not one.label:
                    one.label = f"{one.name} ({one.detail})" if len(several) > 1 and one.detail else one.name
        by_label: dict[str, list[_One]] = defaultdict(list)
        for one in self.ones:
            by_label[skeleton(one.label)].append(one)
        told = Told([None] * len(self.claims), lines=self.lines, doubtful=self.doubtful)
        for several in by_label.values():
            if len(several) > 1:
                self._refuse(number for one in several for number in one.claims)
                continue
            (one,) = several
            for number in one.claims:
                told.labels[number] = one.label
            told.people.append(self._person(one))
        told.people.sort(key=lambda person: person.learner)
        return told

    def _person(self, one: _One) -> Person:
        claims = [self.claims[number] for number in one.claims]
        places = {
            claim.chapter: claim.place
            for claim in sorted(claims, key=lambda claim: claim.when)
            if claim.chapter and claim.place and claim.entry.is_notebook
        }
        platform = next((claim.platform for claim in claims if claim.platform not in ("", NAMES)), "")
        if not platform:
            places = {}
        return Person(one.label, one.id, one.name, platform, tuple(sorted(places.items())))


def tell_apart(claims: Sequence[Claim]) -> Told:
    """Make people of claims.

    Parameters
    ----------
    claims : of all that was handed in

    Returns
    -------
    the label of each, the people, and what cannot be told
    """
    return _Teller(claims).tell()


def _around(claim: Claim) -> Folders:
    """The folders around a name that tell places apart; nbgrader keeps the same people in several."""
    return tuple(folder for folder in claim.around if words_of(folder) not in STAGES)


def _some(words: Iterable[str]) -> str:
    """List words, and of very many the first ones."""
    every = list(words)
    names = ", ".join(every[:_SHOWN])
    more = len(every) - _SHOWN
    return _("{names} and {n} more").format(names=names, n=more) if more > 0 else names


def _spelled(claim: Claim) -> str:
    """Write a name so that its letters can be told apart."""
    name = "/".join((*claim.around, claim.place or claim.name))
    return repr(name) if name.isascii() else f"{name!r} ({ascii(name)[1:-1]})"
