"""How learning platforms name what they export: a table, a row a form, read off the platforms' own code or exports.

| platform | a hand-in is called | the number is |
|---|---|---|
| Moodle (mod/assign/classes/downloader.php) | ``Name_ID_assignsubmission_file_``, a folder or before a file's name | of one person in one assignment; a group's is the group's |
| Canvas (lib/content_zipper.rb) | ``lastfirst_LATE_USER_ATTACHMENT_file``, ``anon_CODE_ATTACHMENT_file`` | the person's |
| Blackboard | ``Assignment_user_attempt_2026-11-01-10-00-00_file`` | the name of the account |
| Brightspace | ``ID-ID - Name - Nov 1, 2026 1000 AM``, a folder or before `` - file`` | the person's, or of one hand-in |
| ILIAS (class.ilExAssignment.php) | ``Lastname_Firstname_login_ID`` | the name of the account |
| Gradescope | ``submission_ID``, and submission_metadata.yml beside | of one hand-in; the file says whose |

Whoever hands in chooses neither of these names: the platform writes them.
"""  # noqa: E501

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

MOODLE, CANVAS, BLACKBOARD, BRIGHTSPACE, ILIAS, GRADESCOPE, GITHUB, GOOGLE = (
    "moodle", "canvas", "blackboard", "brightspace", "ilias", "gradescope", "github", "google",
)  # fmt: skip
NAMES = "names"  # no platform: what the instructor's own rule reads
STABLE = {CANVAS, BLACKBOARD, ILIAS, GRADESCOPE, NAMES}  # their numbers are a person's over the whole term
ANONYMOUS = "anon"
Usual = Callable[[], Mapping[str, int]]  # platform -> how many names in a folder have its form

# Of what looks like a name in several languages, this is none: Moodle's word where marking is blind.
PARTICIPANT = {
    "participant", "participants", "teilnehmer", "teilnehmerin", "participante",
    "partecipante", "deelnemer", "uczestnik",
    "участник", "учасник", "účastník", "deltager", "deltagare", "deltaker", "osallistuja", "résztvevő", "katılımcı",
    "参与者", "參與者", "参加者", "참가자", "thành viên", "peserta", "مشارك", "משתתף", "συμμετέχων",
}  # fmt: skip


@dataclass(frozen=True)
class Mark:
    """What a platform's own name of a hand-in says.

    Parameters
    ----------
    platform : one of the names above
    name : the person's, as the platform writes it
    id : the number, or the account, by which the platform tells people apart; "" where it gives none
    rest : what the learner called the file; "" for a folder
    place : the platform's own part of the name, under which feedback goes back
    when : when it was handed in; what sorts later is later; "" where the platform does not say
    head : what stands before the account, which may hold the assignment's name
    """

    platform: str
    name: str
    id: str = ""
    rest: str = ""
    place: str = ""
    when: str = ""
    head: str = ""


_MOODLE = re.compile(
    r"(?P<place>(?P<name>[^_].*?)(?:_(?P<id>\d+))?_assign(?:submission|feedback)_[a-z]+)(?:_(?P<rest>.*))?", re.DOTALL
)
_CANVAS = re.compile(r"(?P<place>(?P<name>.+?)(?:_LATE)?_(?P<id>\d+)_(?P<when>\d+))_(?P<rest>.+)", re.DOTALL)
_CANVAS_FOLDER = re.compile(r"_\d{3,}_\d{3,}_|_?anon_[^\W_]+_\d+_")
_CANVAS_TEXT = re.compile(r"(?P<place>(?P<name>.+?)(?:_LATE)?_(?P<id>\d+))_(?P<rest>text|link)", re.DOTALL)
_CANVAS_ANONYMOUS = re.compile(r"(?P<place>(?:LATE_)?anon_(?P<id>[^\W_]+)_(?P<when>\d+))_(?P<rest>.+)", re.DOTALL)
_BLACKBOARD = re.compile(
    r"(?P<place>(?P<head>.+?)_[^\W\d_]+_(?P<when>\d{4}-\d\d-\d\d-\d\d-\d\d-\d\d))(?:_(?P<rest>.+))?", re.DOTALL
)
_BRIGHTSPACE = re.compile(
    r"(?P<place>(?P<id>\d+)-\d+ - (?P<name>.+?) - (?P<when>[^-]*\b\d{4}\b[^-]*))(?: - (?P<rest>.+))?", re.DOTALL
)
_ILIAS = re.compile(r"(?!multi_feedback_)(?P<place>(?P<last>[^_]+)_(?P<first>[^_]+)_(?P<id>.+)_\d+)", re.DOTALL)
_GRADESCOPE = re.compile(r"(?P<place>submission_(?P<id>\d+))")
_GOOGLE = re.compile(r"(?P<place>(?P<name>.+?)) - (?P<rest>.+)", re.DOTALL)
_CLOCK = re.compile(r"(\d{1,2})[:.]?(\d\d)(?::?\d\d)?\s*([AP])?\.?M?\.?\s*$", re.IGNORECASE)
_MANY = 3
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def read_folder(name: str, usual: Usual = dict) -> Mark | None:
    """Read a folder's name, or a zip's, as a platform's; None when it is none.

    Parameters
    ----------
    name : of the folder
    usual : tells how many names beside this one have each platform's form; see `forms_beside`
    """
    found = _likeliest(_of_folder(name), usual)
    if found is not None:
        return found
    if match := _GRADESCOPE.fullmatch(name):
        return Mark(GRADESCOPE, name, match["id"], place=match["place"])
    if match := _ILIAS.fullmatch(name):
        return Mark(ILIAS, f"{match['first']} {match['last']}", match["id"], place=match["place"])
    return None


def read_file(stem: str, usual: Usual = dict) -> Mark | None:
    """Read a file's name, without its kind, as a platform's; None when it is none. See `read_folder`."""
    return _likeliest(_of_file(stem), usual)


def forms_beside(stems: Iterable[str], folders: Iterable[str]) -> Mapping[str, int]:
    """Count the names in one folder that have each platform's form.

    An export is one platform's. What a learner called the file stands at the end of the name, and may have the form of
    another platform's; then the form counts that most names there have.
    """
    forms = [*map(_of_file, set(stems)), *map(_of_folder, set(folders))]
    return Counter(mark.platform for marks in forms for mark in marks)


def _likeliest(marks: Sequence[Mark], usual: Usual) -> Mark | None:
    if len(marks) < 2:
        return marks[0] if marks else None
    count = usual()
    return max(marks, key=lambda mark: count.get(mark.platform, 0))  # of equals the first


def _of_folder(name: str) -> list[Mark]:
    marks = [_moodle(name), _blackboard(name), _brightspace(name)]
    if _CANVAS_FOLDER.search(name):  # a zip that a learner handed in; not a date in a folder's name
        marks.append(_canvas(name))
    return [mark for mark in marks if mark is not None]


def _of_file(stem: str) -> list[Mark]:
    marks = [mark for mark in (_moodle(stem), _blackboard(stem), _brightspace(stem)) if mark is not None]
    marks = [mark for mark in marks if mark.rest or mark.platform == BLACKBOARD]
    canvas = _canvas(stem)
    return [*marks, canvas] if canvas is not None else marks


def read_google(stem: str) -> Mark | None:
    """Read ``Name - file``, as Google Classroom has it; anybody may have written that."""
    match = _GOOGLE.fullmatch(stem)
    return Mark(GOOGLE, match["name"], rest=match["rest"], place=match["place"]) if match else None


def _moodle(name: str) -> Mark | None:
    match = _MOODLE.fullmatch(name)
    if match is None:
        return None
    return Mark(MOODLE, match["name"], match["id"] or "", match["rest"] or "", match["place"])


def _canvas(name: str) -> Mark | None:
    if match := _CANVAS_ANONYMOUS.fullmatch(name):
        return Mark(CANVAS, ANONYMOUS, match["id"], match["rest"], match["place"], _counted(match["when"]))
    if match := _CANVAS.fullmatch(name):
        return Mark(CANVAS, match["name"], match["id"], match["rest"], match["place"], _counted(match["when"]))
    match = _CANVAS_TEXT.fullmatch(name)
    return Mark(CANVAS, match["name"], match["id"], match["rest"], match["place"]) if match else None


def _counted(number: str) -> str:
    """Turn the number of an attachment, which grows with each upload, into what sorts as it counts."""
    return f"{len(number):03}{number}"


def _blackboard(name: str) -> Mark | None:
    match = _BLACKBOARD.fullmatch(name)
    if match is None or name.startswith("gradebook_"):  # the zip of them all
        return None
    user = match["head"].rpartition("_")[2]
    return Mark(BLACKBOARD, user, user, match["rest"] or "", match["place"], match["when"], match["head"])


def _brightspace(name: str) -> Mark | None:
    match = _BRIGHTSPACE.fullmatch(name)
    if match is None:
        return None
    return Mark(
        BRIGHTSPACE, match["name"], match["id"], match["rest"] or "", match["place"], _sortable(match["when"])
    )  # fmt: skip


def _sortable(when: str) -> str:
    """Turn ``Nov 1, 2026 1000 AM`` into ``2026-11-01-10-00``; "" for a date that is written in another way."""
    clock = _CLOCK.search(when)
    if clock is None:
        return ""
    date = when[: clock.start()]
    year = re.search(r"\b\d{4}\b", date)
    day = re.search(r"\b\d{1,2}\b", date)
    month = next((n for n, word in enumerate(_MONTHS, 1) if re.search(rf"\b{word}", date, re.IGNORECASE)), 0)
    if year is None or day is None or not month:
        return ""
    hour = int(clock[1]) % 12 + 12 * (clock[3].upper() == "P") if clock[3] else int(clock[1])
    return f"{year[0]}-{month:02}-{int(day[0]):02}-{hour:02}-{clock[2]}"


def accounts(heads: set[tuple[str, str]]) -> dict[str, str]:
    """Divide ``Assignment_account`` into the two, though both may hold underscores.

    Parameters
    ----------
    heads : such names, each with the chapter that was handed in under it

    Returns
    -------
    head -> account: what stands behind the last underscore, unless two people of one assignment would then be the same;
    then it is what is left of each when the beginning that they have in common is taken away
    """
    last = {head: head.rpartition("_")[2] for head, _chapter in heads}
    sharing: dict[str, set[str]] = {}
    together: dict[tuple[str, str], set[str]] = {}
    for head, chapter in heads:
        sharing.setdefault(head.rpartition("_")[0], set()).add(last[head])
        if chapter:
            together.setdefault((last[head], chapter), set()).add(head)
    known: set[str] = set()
    for several in together.values():
        # A beginning that many share is an assignment's; one person may hand in a chapter under two of them.
        known |= _accounts_of({head for head in several if len(sharing[head.rpartition("_")[0]]) < _MANY})
    chosen = {}
    for head, account in last.items():
        pieces = head.split("_")
        tails = ("_".join(pieces[number:]) for number in range(1, len(pieces)))
        chosen[head] = next((tail for tail in tails if tail in known), account)
    return chosen


def _accounts_of(heads: set[str]) -> set[str]:
    """Tell accounts apart that end alike, assignment by assignment."""
    by_beginning: dict[str, list[list[str]]] = {}
    for head in heads:
        pieces = head.split("_")
        by_beginning.setdefault(pieces[0], []).append(pieces)
    found = set()
    for several in by_beginning.values():
        common = 0
        while all(len(one) > common + 1 and one[common] == several[0][common] for one in several):
            common += 1
        if len(several) > 1:
            found |= {"_".join(one[common:]) for one in several}
    return found
