"""A class of forty as each platform exports it: (path, content) of every file, and who and what is to be found."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

CHAPTERS = ("00-start-here", "01-activations", "02-losses", "11-bert")
_NAMES = (
    "John Smith", "John Smith", "Li Wei", "Li Wei", "Иванова Ольга", "Пётр Сидоров", "王小明", "陳大文",
    "Nguyễn Thị Hoa",
    "Trần Văn An", "Sinéad O'Brien", "Jean-Luc d'Arc", "Zoë Müller", "Anna Müller", "Black_White Vera", "Ada Lovelace",
    "Grace Hopper", "Øystein Åsen", "Şule Çelik", "أحمد علي", "김민준", "山田太郎", "J. R. Doe",
    "Mary Jane van der Berg",
    "Ana María López", "João da Silva", "Łukasz Żak", "Ἀθηνᾶ Παπά", "Dvořák Antonín", "Noa כהן", "Madonna", "Kim In",
    "De La Cruz Jo", "St. John Eve", "Bo", "Al Hassan", "Xi Yu", "Émile Zola", "Ola Nordmann", "Max 2nd Mustermann",
)  # fmt: skip


@dataclass(frozen=True)
class Somebody:
    """A learner: a number that nobody else has, a name that somebody else may have, and an account."""

    number: int
    name: str

    @property
    def account(self) -> str:
        return f"s{self.number}"

    @property
    def canvas(self) -> str:
        """The name as Canvas writes it: the last word first, only letters, digits and underscores, all small."""
        *first, last = self.name.split(" ")
        return re.sub(r"\W", "", f"{last}{''.join(first)}".lower())

    @property
    def unique(self) -> bool:
        return _NAMES.count(self.name) == 1


CLASS = [Somebody(2026000 + 7 * place, name) for place, name in enumerate(_NAMES)]


def handed_in() -> Iterator[tuple[Somebody, str, str]]:
    """Yield (who, chapter, content): all hand in 01, most 02, every third 11."""
    for place, one in enumerate(CLASS):
        for chapter, hands_in in (("01-activations", True), ("02-losses", place % 5), ("11-bert", place % 3 == 0)):
            if hands_in:
                yield one, chapter, f"{one.number} {chapter}"


def _again(place: int) -> bool:
    return place % 9 == 4


def moodle(form: str, kept: bool = False) -> Iterator[tuple[str, str]]:
    """Moodle: folders with and without a last underscore, flat, blind; its numbers are an assignment's, as a rule."""
    for one, chapter, content in handed_in():
        number = one.number + (0 if kept else 10_000 * CHAPTERS.index(chapter))
        name = {"blind": "Participant", "blind in another language": "Osallistujatunnus"}.get(
            form, one.name.replace("_", " ")
        )
        stem = f"{name}_{number}_assignsubmission_file_"
        if form == "flat":
            yield f"{stem}{chapter}.ipynb", content
            continue
        yield f"{stem.rstrip('_') if form == 'new' else stem}/{chapter}.ipynb", content
        if form == "online text":
            yield f"{name}_{number}_assignsubmission_onlinetext_/onlinetext.html", "<p>Done.</p>"


def canvas(form: str) -> Iterator[tuple[str, str]]:
    """Canvas: late ones, a second upload, attachments in a zip, and without names."""
    for place, (one, chapter, content) in enumerate(handed_in()):
        late = "LATE" if place % 7 == 0 else ""
        if form == "anonymous":
            code = f"a{one.number % 1000:03x}Q{CHAPTERS.index(chapter)}"
            yield f"{late + '_' if late else ''}anon_{code}_{900_000 + place}_{chapter}.ipynb", content
            continue
        begin = "_".join(filter(None, (one.canvas, late, str(one.number), str(900_000 + place))))
        yield f"{begin}_{chapter}{'-1' if _again(place) else ''}.ipynb", content


def nbgrader(form: str) -> Iterator[tuple[str, str]]:
    for one, chapter, content in handed_in():
        yield f"{form}{one.account}/{chapter}/{chapter}.ipynb", content
        yield f"{form}{one.account}/{chapter}/timestamp.txt", "2026-11-01 10:00:00"


def blackboard(_form: str) -> Iterator[tuple[str, str]]:
    for place, (one, chapter, content) in enumerate(handed_in()):
        begin = f"Neural_Nets {chapter[:2]}_{one.account}_attempt_2026-11-0{1 + place % 9}-10-00-00"
        yield f"{begin}_{chapter}.ipynb", content
        yield f"{begin}.txt", f"Name: {one.name} ({one.account})"
        if _again(place):
            yield f"Neural_Nets {chapter[:2]}_{one.account}_attempt_2026-10-30-10-00-00_{chapter}.ipynb", "earlier"


def brightspace(form: str) -> Iterator[tuple[str, str]]:
    for place, (one, chapter, content) in enumerate(handed_in()):
        numbers = f"{one.number}-{55_000 + CHAPTERS.index(chapter)}"
        begin = f"{numbers} - {one.name.replace('_', ' ')} - Nov {1 + place % 20}, 2026"
        yield f"{begin} 1000 AM{' - ' if form == 'flat' else '/'}{chapter}.ipynb", content
        if _again(place) and one.unique:
            yield f"{begin} 905 AM{' - ' if form == 'flat' else '/'}{chapter}.ipynb", "earlier"
    yield "index.html", "<html>"


def github(form: str) -> Iterator[tuple[str, str]]:
    for one, chapter, content in handed_in():
        begin = f"hw{int(chapter[:2])}" if form == "-homework" else chapter
        yield f"{begin}-{one.account}{'' if form == '-homework' else form}/{chapter}.ipynb", content


def gradescope(_form: str) -> Iterator[tuple[str, str]]:
    lines: dict[str, list[str]] = {}
    for place, (one, chapter, content) in enumerate(handed_in()):
        folder = f"hw {chapter}"
        yield f"{folder}/submission_{7000 + place}/{chapter}.ipynb", content
        quoted = one.name.replace("'", "''")
        lines.setdefault(folder, []).append(
            f"submission_{7000 + place}:\n  :submitters:\n  - :name: '{quoted}'\n    :sid: '{one.number}'\n"
            f"    :email: {one.account}@example.org\n  :created_at: 2026-11-01 10:00:00.000000000 Z\n  :score: 1.0\n"
            "  :history:\n  - :id: 1\n    :name: nobody\n"
        )
    for folder, texts in lines.items():
        yield f"{folder}/submission_metadata.yml", "---\n" + "".join(texts)


def google(_form: str) -> Iterator[tuple[str, str]]:
    for one, chapter, content in handed_in():
        if one.unique:
            yield f"{one.name} - {chapter}.ipynb", content


def ilias(form: str) -> Iterator[tuple[str, str]]:
    for one, chapter, content in handed_in():
        first, _space, last = one.name.replace("_", " ").partition(" ")
        yield f"{form}{last or first}_{first}_{one.account}_{one.number}/{chapter}.ipynb", content


def folders(form: str) -> Iterator[tuple[str, str]]:
    """A folder for each account: plain, a hub's home, a whole course, weeks, groups, attempts."""
    for place, (one, chapter, content) in enumerate(handed_in()):
        who = one.account
        if form == "hub":
            yield f"{who}/course-main/work/{chapter}.ipynb", content
            yield f"{who}/.ipynb_checkpoints/{chapter}-checkpoint.ipynb", "old"
        elif form == "whole course":
            yield f"{who}/neurons-main/work/{chapter}.ipynb", content
            yield f"{who}/neurons-main/notebooks/{chapter}.ipynb", "as it was handed out"
        elif form == "weeks":
            yield f"week {CHAPTERS.index(chapter)}/{who}/{chapter}.ipynb", content
        elif form == "groups":
            yield f"Lab {'ABC'[one.number % 3]}/{who}/{chapter}.ipynb", content
        elif form == "chapters":
            yield f"hw {chapter}/{who}/{chapter}.ipynb", content
        elif form == "flat":
            yield f"{who}__{chapter}.ipynb", content
        elif form == "numbers":
            yield f"{one.number}/{chapter}.ipynb", content
        elif form == "attempts":
            yield f"{who}/attempt2/{chapter}.ipynb", content
            if _again(place):
                yield f"{who}/attempt1/{chapter}.ipynb", "earlier"
        else:
            yield f"{who}/{chapter}.ipynb", content


LAYOUTS = {
    "Moodle's folders": (moodle, "old", "names"),
    "Moodle's folders without a last underscore": (moodle, "new", "names"),
    "Moodle's flat files": (moodle, "flat", "names"),
    "Moodle with a text beside": (moodle, "online text", "names"),
    "Moodle, blind": (moodle, "blind", "numbers"),
    "Moodle, blind, in another language": (moodle, "blind in another language", "numbers"),
    "Canvas": (canvas, "names", "ids"),
    "Canvas, anonymous": (canvas, "anonymous", "numbers"),
    "nbgrader": (nbgrader, "submitted/", "accounts"),
    "nbgrader, graded by itself": (nbgrader, "autograded/", "accounts"),
    "nbgrader, one folder further in": (nbgrader, "", "accounts"),
    "Blackboard": (blackboard, "", "accounts"),
    "Brightspace": (brightspace, "folders", "ids"),
    "Brightspace, flat": (brightspace, "flat", "ids"),
    "GitHub Classroom": (github, "", "accounts"),
    "GitHub Classroom, downloaded": (github, "-main", "accounts"),
    "GitHub Classroom, other names": (github, "-homework", "accounts"),
    "Gradescope": (gradescope, "", "ids"),
    "Google Classroom": (google, "", "names"),
    "ILIAS": (ilias, "multi_feedback_Blatt_1_77/", "account ids"),
    "ILIAS's folders alone": (ilias, "", "account ids"),
    "a folder each": (folders, "", "accounts"),
    "flat": (folders, "flat", "accounts"),
    "a number each": (folders, "numbers", "accounts"),
    "a hub's homes": (folders, "hub", "accounts"),
    "whole courses": (folders, "whole course", "accounts"),
    "weeks": (folders, "weeks", "accounts"),
    "groups": (folders, "groups", "accounts"),
    "a folder a chapter": (folders, "chapters", "accounts"),
    "attempts": (folders, "attempts", "accounts"),
}  # fmt: skip
