"""File names made of learners' names: readable, allowed on every system, and one learner's alone."""

from __future__ import annotations

import base64
import hashlib
import re
import unicodedata
from collections.abc import Iterable
from typing import Final

SUFFIX: Final = ".html"
_LONGEST_BYTES: Final = 100
_FORBIDDEN = set('/\\:*?"<>|')
_RESERVED = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³]) *(\.|$)", re.IGNORECASE)
_MARK_LENGTH: Final = 12
_LIKE_A_MARK = re.compile(rf"-[a-z2-7]{{{_MARK_LENGTH}}}$", re.IGNORECASE)


class FileNames:
    """Gives each learner a file name of their own, also where the disk does not tell capitals from small letters.

    Parameters
    ----------
    learners : the names of all; repeated ones do no harm

    Notes
    -----
    A name that can stand as it is does. One that had to be changed gets a mark, made of the exact name. So do two names
    that differ in nothing but capitals or the way an accent is stored; apart from that, nobody's file name depends on
    who else is there. Of each name only two numbers are kept.

    Examples
    --------
    >>> FileNames(["Zoë Müller"]).of("Zoë Müller")
    'Zoë Müller.html'
    >>> FileNames(["a/b"]).of("a/b")
    'a_b-yfgn3qbt6zfz.html'
    """

    def __init__(self, learners: Iterable[str]) -> None:
        seen: dict[int, int] = {}
        self._shared: set[int] = set()
        for learner in learners:
            key, exact = folded_key(_safe(learner)), _number(learner)
            if seen.setdefault(key, exact) != exact:
                self._shared.add(key)

    def of(self, learner: str) -> str:
        """Return the file name of a learner."""
        safe = _safe(learner)
        changed = safe != learner or _LIKE_A_MARK.search(learner) is not None
        if changed or folded_key(safe) in self._shared:
            safe = f"{safe}-{_mark(learner)}"
        return safe + SUFFIX


def folded_key(name: str) -> int:
    """Return a number that names share which some disk takes for the same."""
    return _number(unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", name).casefold()).casefold())


def exact_key(name: str) -> int:
    """Return a number for a file name, the same however the disk stores accents."""
    return _number(unicodedata.normalize("NFC", name))


def _safe(name: str) -> str:
    name = unicodedata.normalize("NFC", name)
    name = "".join(letter if _is_allowed(letter) else "_" for letter in name).strip(" .")
    room = _LONGEST_BYTES - len(SUFFIX) - 1 - _MARK_LENGTH - 1
    name = name.encode()[:room].decode("utf-8", "ignore").strip(" .")
    if _RESERVED.match(name):
        name = f"_{name}"
    return name or "_"


def _is_allowed(letter: str) -> bool:
    return letter == " " or (letter not in _FORBIDDEN and unicodedata.category(letter)[0] not in "CZ")


def _digest(name: str) -> bytes:
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).digest()


def _mark(name: str) -> str:
    return base64.b32encode(_digest(name)).decode()[:_MARK_LENGTH].lower()


def _number(name: str) -> int:
    return int.from_bytes(_digest(name)[:8], "big")
