"""Names as people and programs write them: which look alike, which hold a chapter's, and which are nobody's."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from functools import lru_cache

# Letters of other alphabets that cannot be told from Latin ones on a screen.
_ALIKE = str.maketrans(
    "аеорсухіјѕһԁɡαοερνικτυχвмнткь‐‑‒–—’‘ʼ＇",
    "aeopcyxijshdgaoepviktuxbmhtkb-----''''",
)
_SEPARATORS = re.compile(r"[\s_.]+")

# Words that are nobody's name with a number behind them: week 1, attempt2.
_NUMBERED = frozenset(
    [
        "week",
        "woche",
        "semaine",
        "semana",
        "settimana",
        "lab",
        "labor",
        "unit",
        "lesson",
        "module",
        "modul",
        "chapter",
        "kapitel",
        "day",
        "tag",
        "part",
        "teil",
        "task",
        "sheet",
        "blatt",
        "attempt",
        "try",
        "versuch",
        "tentative",
        "intento",
        "tentativo",
        "version",
        "versione",
        "v",
        "round",
        "submission",
        "abgabe",
        "assignment",
        "homework",
        "hw",
        "exercise",
        "ex",
        "aufgabe",
        "uebung",
        "übung",
        "devoir",
        "tarea",
        "задание",
        "作业",
        "課題",
        "과제",
    ]
)
# And words that are nobody's name at all.
_WORDS = frozenset(
    [
        "work",
        "notebook",
        "notebooks",
        "chapter",
        "chapters",
        "bookutils",
        "course",
        "kurs",
        "cours",
        "corso",
        "curso",
        "export",
        "exports",
        "download",
        "downloads",
        "in",
        "inbox",
        "all",
        "file",
        "files",
        "data",
        "submitted",
        "submission",
        "submissions",
        "abgabe",
        "abgaben",
        "rendu",
        "entrega",
        "entregas",
        "consegne",
        "autograded",
        "release",
        "source",
        "feedback",
        "homework",
        "homeworks",
        "hw",
        "assignment",
        "assignments",
        "exercise",
        "exercises",
        "solution",
        "solutions",
        "solved",
        "answer",
        "answers",
        "jupyter",
        "ipynb",
        "src",
        "code",
        "python",
        "home",
        "user",
        "users",
        "my",
        "final",
        "last",
        "new",
        "old",
        "copy",
        "done",
        "for",
        "the",
        "of",
        "multi",
        "neu",
        "alt",
        "fertig",
        "jupyterhub",
        "nbgrader",
        "moodle",
        "canvas",
        "blackboard",
        "brightspace",
        "gradescope",
        "classroom",
        "ilias",
        "github",
        "zip",
        "unzipped",
        "desktop",
        "documents",
    ]
)
_NUMBER = re.compile(r"\(?\d+\)?")
_ATTACHED = re.compile(r"([^\W\d_]+)\d{1,3}")  # longer numbers make accounts: ex12345
_TEAM = re.compile(r"(?:group|gruppe|groupe|grupo|gruppo|team)(?:-.*|\d*)")
_BEFORE = re.compile(rf"(?:{'|'.join(sorted(_NUMBERED))})[-_ ]?\d{{1,3}}[-_ ]+", re.IGNORECASE)
_DATE = re.compile(r"\d{1,2}|(?:19|20)\d\d|\d+(?:[-_. ]\d+)+")
_PERHAPS = re.compile(
    r"(?:(?:group|gruppe|groupe|grupo|gruppo|team|section|sektion|tutorial|tutorium|class|klasse|classe|clase|cohort|"
    r"year|jahrgang|seminar|course|kurs)(?:-.*|\d*))|.*-(?:main|master)"
)
_ATTEMPT = re.compile(
    r"(?<![^\W_])(?:attempt|try|versuch|tentative|intento|tentativo|version|v|round|submission|abgabe)[\s_-]*(\d{1,6})",
    re.IGNORECASE,
)


def plain(name: str) -> str:
    """Return a name with composed accents and without spaces around it: as it is shown."""
    return unicodedata.normalize("NFC", name).strip()


@lru_cache(maxsize=8192)
def skeleton(name: str) -> str:
    """Return what is left of a name when all that a person cannot see is taken away: equal for names that look alike.

    >>> skeleton(" Zoe\\u0308") == skeleton("ZO\\xcb") == skeleton("zo\\xeb\\u200b")
    True
    """
    composed = unicodedata.normalize("NFKC", name).casefold()
    seen = "".join(letter for letter in composed if unicodedata.category(letter) not in ("Cf", "Cc", "Cs", "Co"))
    return unicodedata.normalize("NFKC", " ".join(seen.translate(_ALIKE).split()))


def words_of(name: str) -> str:
    """Return a name with small letters, and hyphens for whatever divides its words.

    >>> words_of("01 Activations_final")
    '01-activations-final'
    """
    return _SEPARATORS.sub("-", plain(name).casefold()).strip("-")


def chapter_in(name: str, chapters: Collection[str]) -> str | None:
    """Find the one chapter whose name stands in a name as a whole word, whatever stands around it.

    Parameters
    ----------
    name : a file's, without its kind, or a folder's
    chapters : the names of the course's chapters

    Returns
    -------
    the chapter; None where there is none, or where there are two
    """
    found = _chapters_in(words_of(name), tuple(chapters))
    return next(iter(found)) if len(found) == 1 else None


@lru_cache(maxsize=4096)
def _chapters_in(words: str, chapters: tuple[str, ...]) -> frozenset[str]:
    pattern, known = _pattern(chapters)
    return frozenset(known[match[0]] for match in pattern.finditer(words)) if known else frozenset()


STAGES = {"submitted", "autograded", "feedback", "release", "source"}  # nbgrader's folders of the same people


@lru_cache(maxsize=8)
def _pattern(chapters: tuple[str, ...]) -> tuple[re.Pattern[str], dict[str, str]]:
    known = {words_of(chapter): chapter for chapter in chapters}
    either = "|".join(re.escape(word) for word in sorted(known, key=len, reverse=True))
    # Languages without spaces put their words right beside it; a Latin letter or a digit makes it another word.
    return re.compile(rf"(?<![0-9a-z\xdf-\u024f])(?:{either})(?![0-9a-z\xdf-\u024f])"), known


def without_chapter(name: str, chapters: Collection[str]) -> str:
    """Return what stands in a folder's name beside a chapter's and beside words that are nobody's name; "" for nothing.

    >>> without_chapter("hw 01-activations", ["01-activations"])
    ''
    >>> without_chapter("01-activations-ada-lovelace", ["01-activations"])
    'ada-lovelace'
    """
    pattern, known = _pattern(tuple(chapters))
    shown = plain(name)
    folded = _SEPARATORS.sub("-", shown.casefold())
    if not known or len(folded) != len(shown):  # a letter that is two when it is small, or several spaces
        shown = folded
    match = pattern.search(folded)
    if match is None:
        return name
    sides = (shown[: match.start()].strip(" -_.()[]"), shown[match.end() :].strip(" -_.()[]"))
    left = [side for side in sides if side and not is_nobodys(side) and not _DATE.fullmatch(side)]
    rest = " ".join(left)
    return re.sub(r"[-_ ](?:main|master)$", "", rest) if rest not in ("main", "master") else ""


@lru_cache(maxsize=4096)
def is_nobodys(name: str) -> bool:
    """Whether a folder is called as a course, a week or a program calls it, and surely not as a person is.

    >>> [name for name in ("Week 1", "hw3 final", "2026001", "Bob", "Lab", "v2", "2026-11-01") if is_nobodys(name)]
    ['Week 1', 'hw3 final', 'v2', '2026-11-01']
    """
    words = words_of(name)
    if words.startswith(("multi-feedback-", "gradebook-")):  # ILIAS's and Blackboard's folders around all
        return True
    parts = words.split("-")
    numbers = [_NUMBER.fullmatch(part) is not None for part in parts]
    if all(numbers):
        return len(parts) > 1 or len(words) < 3  # a date or a copy's number; else an account
    return all(
        is_number
        or part in _WORDS
        or (part in _NUMBERED and number + 1 < len(parts) and numbers[number + 1])
        or ((attached := _ATTACHED.fullmatch(part)) is not None and attached[1] in _NUMBERED)
        for number, (part, is_number) in enumerate(zip(parts, numbers, strict=True))
    )


def is_perhaps(name: str) -> bool:
    """Whether a folder may hold several people or a course: the name of a team, if no other name stands there."""
    return _PERHAPS.fullmatch(words_of(name)) is not None


def is_team(name: str) -> bool:
    """Whether a folder is called as a team is."""
    return _TEAM.fullmatch(words_of(name)) is not None


def without_number(name: str) -> str:
    """Return a folder's name without the homework's in front of it: ``hw1-ada`` is Ada's."""
    match = _BEFORE.match(name)
    rest = name[match.end() :] if match else ""
    return rest if rest and not is_nobodys(rest) else name


def attempt_in(name: str) -> int:
    """Return the number of the attempt that a folder is called by; 0 for none."""
    match = _ATTEMPT.search(name)
    return int(match[1]) if match else 0
