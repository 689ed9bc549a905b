"""What a platform takes back: its own table of grades with only the grades filled in, or one of ours; and feedback.

Everything is made from what `grade` has written: results.json and the learners' pages. A grade is written only where
every exercise has a verdict. Whoever handed in nothing, and what could not be graded, is left as it was: never a zero.
"""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bookutils.core.errors import BookError, UsageError
from bookutils.core.files import atomic_write, write_atomically
from bookutils.core.messages import _, join_words
from bookutils.grading.model import GRADED
from bookutils.grading.reports.pages import for_handing_out
from bookutils.grading.reports.text import spreadsheet_text
from bookutils.grading.who.naming import skeleton

MOODLE: Final = "moodle"
CANVAS: Final = "canvas"
_OF_MOODLE: Final = re.compile(r"_(\d+)_assign(?:submission|feedback)_")
_OF_CANVAS: Final = re.compile(r"_(\d+)_\d+_?$")
_PAGE: Final = "feedback.html"
_QUICKLY: Final = 2  # how hard the zip is packed: pages of HTML are small anyway
_DATE: Final = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can hold; the same pages give the same bytes


@dataclass(frozen=True)
class Learner:
    """Somebody, as the exports need them.

    Parameters
    ----------
    learner, id, name, platform : as in `bookutils.grading.model.Person`
    page : the file of their page, below the folder of the grades; "" without one
    places : chapter -> what the platform calls their submission
    grades : chapter -> (points, points to be had), for chapters in which everything has a verdict
    """

    learner: str
    id: str
    name: str
    platform: str
    page: str
    places: Mapping[str, Sequence[str]]
    grades: Mapping[str, tuple[int, int]]

    @property
    def shown(self) -> str:
        """How a sentence names them: the label, and the name where that is another one."""
        if not self.name or skeleton(self.name) in skeleton(self.learner):
            return self.learner
        return f"{self.name} ({self.learner})"

    def moodle_id(self, chapter: str) -> str:
        """Return Moodle's number. It belongs to a person in one assignment: only the chapter's own folder knows it."""
        return self._number(_OF_MOODLE, self.places.get(chapter, ())) if self.platform == MOODLE else ""

    @property
    def canvas_id(self) -> str:
        """Canvas's number of the person; "" where grading is anonymous."""
        return self._number(_OF_CANVAS, self._all_places()) if self.platform == CANVAS else ""

    @property
    def own_id(self) -> str:
        """The number of a roster, a student number say; "" where there is none but the platform's."""
        numbers = {self.canvas_id, self._number(_OF_MOODLE, self._all_places())}
        numbers |= {self.moodle_id(chapter) for chapter in self.places}
        return "" if self.id in numbers else self.id

    def _all_places(self) -> list[str]:
        return [place for places in self.places.values() for place in places]

    @staticmethod
    def _number(pattern: re.Pattern[str], places: Iterable[str]) -> str:
        return next((match[1] for place in places if (match := pattern.search(place))), "")


@dataclass(frozen=True)
class Grades:
    """What results.json holds: the learners, and the chapters with a verdict on somebody, with their titles."""

    learners: list[Learner]
    chapters: dict[str, str]

    def choose(self, chapter: str | None) -> str:
        """Return the chapter that is meant: ``01`` and ``activations`` stand for ``01-activations``.

        Raises
        ------
        UsageError
            When it is not clear which one.
        """
        known = list(self.chapters)
        fitting = [name for name in known if chapter is None or chapter in {name, *name.split("-", 1)}]
        if len(fitting) == 1:
            return fitting[0]
        listed = join_words(known, _("and")) if known else _("none")
        if chapter is None:
            raise UsageError(
                _("There are grades for several chapters: {chapters}.").format(chapters=listed),
                _("Say which one with --chapter."),
            )
        raise UsageError(
            _("There are no grades for a chapter {name!r}.").format(name=chapter),
            _("There are: {chapters}.").format(chapters=listed),
        )


def read_grades(out: Path) -> Grades:
    """Read what `grade` has written.

    Raises
    ------
    BookError
        When there is nothing, or it is not what `grade` writes.
    """
    path = out / "results.json"
    todo = _("Grade first: bookutils grade submissions/ --out {out}").format(out=out)
    try:
        read = json.loads(path.read_bytes())
        return _grades(read)
    except FileNotFoundError:
        raise UsageError(_("There are no grades in {out}.").format(out=out), todo) from None
    except OSError as error:
        raise BookError(_("{path} cannot be read: {error}.").format(path=path, error=error.strerror), todo) from error
    except (ValueError, KeyError, TypeError):
        raise BookError(_("{path} is not what this version writes.").format(path=path), todo) from None


def _grades(read: Mapping[str, Any]) -> Grades:
    grades: dict[str, dict[str, tuple[int, int]]] = {}
    met = set()
    for one in read["submissions"]:
        if one["status"] != GRADED:
            continue
        met.add(one["chapter"])
        if all(exercise["points"] is not None for exercise in one["exercises"]):
            grades.setdefault(one["learner"], {})[one["chapter"]] = (one["points"], one["max_points"])
    learners = [_learner(person, grades.get(person["learner"], {})) for person in read["people"]]
    titles = {one["chapter"]: one["title"] for one in read["course"]["chapters"]}
    return Grades(learners, {chapter: titles.get(chapter, "") for chapter in sorted(met)})


def _learner(person: Mapping[str, Any], grades: Mapping[str, tuple[int, int]]) -> Learner:
    places: dict[str, list[str]] = {}
    for one in person["places"]:
        places.setdefault(one["chapter"], []).append(one["place"])
    return Learner(
        person["learner"], person["id"], person["name"], person["platform"], person["page"], places, grades
    )  # fmt: skip


def write_for_platforms(out: Path) -> list[Path]:
    """Write what the platforms take that the submissions came from; nothing where they came from none.

    Returns
    -------
    the files: grades-moodle.csv (one for each chapter where there are several, since Moodle's numbers belong to an
    assignment), grades-canvas.csv, and feedback-CHAPTER.zip
    """
    grades = read_grades(out)
    written = []
    for chapter in grades.chapters:
        table = moodle_table(grades, chapter)
        if table:
            name = "grades-moodle.csv" if len(grades.chapters) == 1 else f"grades-moodle-{chapter}.csv"
            written.append(write_atomically(out / name, table))
    table = canvas_table(grades)
    if table:
        written.append(write_atomically(out / "grades-canvas.csv", table))
    return written + [path for chapter in grades.chapters if (path := write_feedback(out, grades, chapter, out))]


def moodle_table(grades: Grades, chapter: str) -> str:
    """Make a worksheet of an assignment, with the columns that Moodle asks for; empty where nobody came from Moodle."""
    rows: list[list[str | int]] = []
    for one in grades.learners:
        number = one.moodle_id(chapter)
        if number and chapter in one.grades:
            points, most = one.grades[chapter]
            rows.append([f"Participant {number}", spreadsheet_text(one.name or one.learner), points, most, "-"])
    header: list[str | int] = ["Identifier", "Full name", "Grade", "Maximum grade", "Last modified (grade)"]
    return _table([header, *rows]) if rows else ""


def canvas_table(grades: Grades) -> str:
    """Make a gradebook for Canvas, a column for each chapter; empty where nobody came from Canvas."""
    ours = [one for one in grades.learners if one.canvas_id and one.grades]
    chapters = [chapter for chapter in grades.chapters if any(chapter in one.grades for one in ours)]
    if not ours:
        return ""
    most = [max(one.grades[chapter][1] for one in ours if chapter in one.grades) for chapter in chapters]
    rows: list[list[str | int]] = [["Student", "ID", "Section", *chapters], ["    Points Possible", "", "", *most]]
    for one in ours:
        points = [one.grades[chapter][0] if chapter in one.grades else "" for chapter in chapters]
        rows.append([spreadsheet_text(one.name or one.learner), one.canvas_id, "", *points])
    return _table(rows)


def _table(rows: Iterable[Sequence[str | int]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue()


def write_feedback(out: Path, grades: Grades, chapter: str, folder: Path) -> Path | None:
    """Write feedback-CHAPTER.zip: each learner's page under the name that the platform gave to what they handed in.

    Parameters
    ----------
    out : where the grades and pages are
    grades : from `read_grades`
    chapter : which
    folder : where the zip goes

    Returns
    -------
    the file; None where no platform has given names

    Notes
    -----
    Moodle and its kind take a folder for each submission. Canvas takes files that begin as the submission's own did.
    The links to the class page are taken out.
    """
    entries: dict[str, Path] = {}
    for one in grades.learners:
        for place in one.places.get(chapter, ()):
            name = _entry(place, one.platform)
            if name and one.page:
                entries[name] = out / one.page
    if not entries:
        return None
    path = folder / f"feedback-{chapter}.zip"
    with atomic_write(path) as file, zipfile.ZipFile(file, "w") as archive:
        for name, page in sorted(entries.items()):
            if page.is_file():
                info = zipfile.ZipInfo(name, _DATE)
                info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
                archive.writestr(info, for_handing_out(page.read_bytes()), compresslevel=_QUICKLY)
    return path


def _entry(place: str, platform: str) -> str:
    """Return the name in the zip; nothing where the platform's own name cannot stand in one."""
    place = place.replace("\\", "/").strip("/")
    if not place or "\0" in place or any(part in ("", ".", "..") for part in place.split("/")):
        return ""
    if platform == CANVAS:
        return f"{place.rstrip('_')}_{_PAGE}"
    return f"{place}/{_PAGE}"


def same_name(name: str) -> str:
    """Return what two spellings of a name share: capitals, commas and the order of its words count for nothing.

    Examples
    --------
    >>> same_name("Müller, Anna") == same_name("anna MÜLLER")
    True
    """
    folded = unicodedata.normalize("NFKC", name).casefold()
    return " ".join(sorted(re.findall(r"\w+", folded)))


def only_ones(keys: Iterable[tuple[str, Learner]]) -> dict[str, Learner]:
    """Return key -> learner, for keys that one learner has alone and that are not empty."""
    listed = [(key, one) for key, one in keys if key]
    count = Counter(key for key, _one in listed)
    return {key: one for key, one in listed if count[key] == 1}
