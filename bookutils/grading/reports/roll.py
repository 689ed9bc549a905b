"""The class as a whole: everybody with what they handed in, what is missing, and whoever handed in nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean, median
from typing import Final

from bookutils.grading.model import GRADED, NOT_GRADED, Person, Result, Unreadable
from bookutils.grading.who.naming import skeleton
from bookutils.judging.model import Exercise

ABSENT: Final = "absent"  # somebody of the class who handed in nothing at all
MISSING: Final = "not handed in"  # a chapter that others handed in
OPEN: Final = "open"  # something is there and has no verdict yet: never a zero


@dataclass(frozen=True)
class Cell:
    """What stands for one learner and one chapter.

    Parameters
    ----------
    status : "graded", "not handed in" or "open"
    points, most : earned, and to be had; of what is open neither counts
    partly_open : an exercise in it has no verdict yet
    """

    status: str
    points: int = 0
    most: int = 0
    partly_open: bool = False


@dataclass
class Standing:
    """One learner: who they are, and their chapters.

    Parameters
    ----------
    learner : the label
    person : what the platform or the roster says of them
    cells : chapter -> what stands there, for all chapters that are set
    submissions : how many they handed in, with or without a verdict
    """

    learner: str
    person: Person
    cells: dict[str, Cell] = field(default_factory=dict)
    submissions: int = 0

    @property
    def absent(self) -> bool:
        """Whether nothing of theirs was found."""
        return self.submissions == 0

    @property
    def points(self) -> int:
        """Points earned."""
        return sum(cell.points for cell in self.cells.values())

    @property
    def most(self) -> int:
        """Points that were set; what is open counts nowhere, what is missing counts in full."""
        return sum(cell.most for cell in self.cells.values())

    @property
    def missing(self) -> list[str]:
        """The chapters that were not handed in."""
        return [chapter for chapter, cell in self.cells.items() if cell.status == MISSING]

    @property
    def handed_in_most(self) -> int:
        """Points that were to be had in what was handed in."""
        return sum(cell.most for cell in self.cells.values() if cell.status == GRADED)


@dataclass(frozen=True)
class Averages:
    """Mean and median share, over those who handed in and over the whole class; None where there is nobody.

    Parameters
    ----------
    most : points to be had
    handed_in, missing, open : learners
    mean, middle : of those with a verdict
    class_mean, class_middle : of all but those whose work is open; what is missing counts as nothing
    """

    most: int
    handed_in: int
    missing: int
    open: int
    mean: float | None
    middle: float | None
    class_mean: float | None
    class_middle: float | None


class Roll:
    """Everybody of the class.

    Parameters
    ----------
    exercises : chapter -> its exercises
    chapters : those that are set: somebody handed one in
    people : who is known, with or without a submission; whoever handed in and is not among them is added
    unclear : names of several who were graded apart, since nothing says which of them is which in another chapter
    """

    def __init__(
        self, exercises: Mapping[str, Sequence[Exercise]], chapters: Iterable[str], people: Sequence[Person] = (),
        unclear: Collection[str] = (),
    ) -> None:  # fmt: skip
        self._most = {chapter: sum(exercise.points for exercise in its) for chapter, its in exercises.items()}
        wanted = set(chapters)
        self.chapters = [chapter for chapter in exercises if chapter in wanted]
        self.chapters += sorted(wanted.difference(self.chapters))
        self._people = {person.learner: person for person in people}
        self._unclear = set(unclear)
        self._called = Counter(skeleton(person.name) for person in people)
        self.standings: dict[str, Standing] = {}

    def add(self, learner: str, results: Sequence[Result], files: Sequence[Unreadable] = ()) -> Standing:
        """Enter a learner with what they handed in.

        Parameters
        ----------
        learner : the label
        results : all of theirs
        files : what of theirs has no result. One whose chapter is not known may be any that seems to be missing
        """
        person = self._people.get(learner) or Person(learner, id=next((one.id for one in results if one.id), ""))
        standing = Standing(learner, person, submissions=len(results) + len(files))
        theirs = {result.chapter: _cell(result) for result in results}
        for item in files:
            if item.chapter is not None:
                theirs.setdefault(item.chapter, Cell(OPEN))
        unplaced = any(item.chapter is None and not item.superseded for item in files)
        unplaced = unplaced or (person.learner != person.name and person.name in self._unclear)
        for chapter in self.chapters:
            absent = Cell(OPEN) if unplaced else Cell(MISSING, 0, self._most.get(chapter, 0))
            standing.cells[chapter] = theirs.get(chapter, absent)
        self.standings[learner] = standing
        return standing

    def shown(self, learner: str) -> str:
        """Return the name under which a page shows a learner: the roster's, where the label does not hold it.

        An account or a name as a platform squeezes it ("muelleranna") says little to a person. Of namesakes, the number
        is shown as well.
        """
        person = self._people.get(learner)
        if person is None or not person.on_roster or not person.name or skeleton(person.name) in skeleton(learner):
            return learner
        if self._called[skeleton(person.name)] == 1:
            return person.name
        return f"{person.name} ({person.id or learner})"

    def add_absent(self) -> list[Standing]:
        """Enter whoever is known and handed in nothing; to be called last."""
        missing = [learner for learner in self._people if learner not in self.standings]
        return [self.add(learner, ()) for learner in sorted(missing)]

    def most(self, chapter: str) -> int:
        """Return the points that are to be had in a chapter."""
        return self._most.get(chapter, 0)

    @property
    def absent(self) -> list[Standing]:
        """Whoever handed in nothing."""
        return [one for one in self.standings.values() if one.absent]

    @property
    def scattered(self) -> bool:
        """Whether nobody has a second chapter, though several were handed in by several: labels may be assignments'."""
        held = [
            [chapter for chapter, cell in one.cells.items() if cell.status != MISSING]
            for one in self.standings.values()
            if not one.absent
        ]
        if any(len(chapters) != 1 for chapters in held):
            return False
        sizes = Counter(chapter for (chapter,) in held)
        return sum(size > 1 for size in sizes.values()) > 1

    @property
    def strangers(self) -> list[Standing]:
        """Whoever handed in and is not on the roster."""
        return [one for one in self.standings.values() if one.person.on_roster is False and not one.absent]

    @property
    def missing(self) -> int:
        """How many chapters were not handed in, over all learners."""
        return sum(len(one.missing) for one in self.standings.values())

    def averages(self, chapter: str | None = None) -> Averages:
        """Return how the class did in a chapter, or in all that was set."""
        if chapter is None:
            return self._of_all()
        cells = [one.cells[chapter] for one in self.standings.values() if chapter in one.cells]
        graded = [cell.points / cell.most for cell in cells if cell.status == GRADED and cell.most]
        missing = sum(cell.status == MISSING for cell in cells)
        still_open = sum(cell.status == OPEN for cell in cells)
        handed_in = sum(cell.status == GRADED for cell in cells) + still_open
        everybody = graded + [0.0] * missing if self.most(chapter) else []
        return Averages(self.most(chapter), handed_in, missing, still_open, *_middle(graded), *_middle(everybody))

    def _of_all(self) -> Averages:
        people = list(self.standings.values())
        of_theirs = [one.points / one.handed_in_most for one in people if one.handed_in_most]
        of_all = [one.points / one.most for one in people if one.most]
        still_open = sum(any(cell.status == OPEN for cell in one.cells.values()) for one in people)
        return Averages(
            sum(self.most(chapter) for chapter in self.chapters), sum(not one.absent for one in people),
            sum(bool(one.missing) for one in people), still_open, *_middle(of_theirs), *_middle(of_all),
        )  # fmt: skip


def earned(result: Result) -> tuple[int, int, bool]:
    """Return points, points to be had, and whether an exercise has no verdict: that one counts nowhere."""
    decided = [grade for grade in result.grades if grade.status != NOT_GRADED]
    points = sum(grade.points for grade in decided)
    return points, sum(grade.max_points for grade in decided), len(decided) < len(result.grades)


def _cell(result: Result) -> Cell:
    return Cell(GRADED, *earned(result)) if result.status == GRADED else Cell(OPEN)


def _middle(shares: Sequence[float]) -> tuple[float | None, float | None]:
    return (fmean(shares), median(shares)) if shares else (None, None)
