"""Recognises in a log why TensorFlow does not use a GPU, or does not start: what it means, and the one thing to do.

A log is full of lines that look like errors and are none. Only what is known is said; an unknown log gets no answer.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bookutils.core.errors import UsageError
from bookutils.core.messages import _
from bookutils.devices.symptoms.rules import Symptom
from bookutils.devices.symptoms.table import SYMPTOMS
from bookutils.devices.symptoms.text import Reading, readings, tidy


@dataclass(frozen=True)
class Diagnosis:
    """A cause that a log shows.

    Attributes
    ----------
    name : which one, such as "out-of-memory"; the same in every language
    says : what it means
    todo : the one thing to do
    line : the line of the log that shows it
    """

    name: str
    says: str
    todo: str
    line: str = ""


def diagnose(log_text: str) -> list[Diagnosis]:
    """Find the causes that a log shows, the deepest one first.

    Parameters
    ----------
    log_text : what a program wrote: a whole log, or the line that troubles you

    Returns
    -------
    list of Diagnosis, each cause once; empty where nothing is recognised. A line such as ``Unable to register cuDNN
    factory``, which TensorFlow writes on machines where all is well, is nothing.

    Notes
    -----
    Taught in chapter 07.

    Examples
    --------
    >>> log = "E0000 cuda_dnn.cc:522] Loaded runtime CuDNN library: 9.1.0 but source was compiled with: 9.3.0."
    >>> [cause.name for cause in diagnose(log)]
    ['cudnn-too-old']
    >>> diagnose("Unable to register cuDNN factory: Attempting to register factory for plugin cuDNN")
    []
    """
    log = readings(log_text)
    found: dict[str, _Hit] = {}
    for symptom in SYMPTOMS:
        if symptom.unless.isdisjoint(found):
            hit = _find(symptom, log)
            if hit is not None:
                found[symptom.name] = hit
    loud = any(hit.symptom.subject != "gpu" and not hit.symptom.note for hit in found.values())
    return [_diagnosis(hit, log) for hit in found.values() if not (hit.symptom.note and (loud or hit.is_past))]


def diagnose_file(path: str) -> list[Diagnosis]:
    """Find the causes that a log file shows; ``-`` is what comes in through the standard input.

    Raises
    ------
    UsageError
        When the file cannot be read.
    """
    try:
        content = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
    except OSError as error:
        raise UsageError(
            _("The file {path} cannot be read: {reason}.").format(path=path, reason=error.strerror),
            _("Name a file with the error's text, or - to paste it."),
        ) from error
    return diagnose(read_log(content))


def read_log(content: bytes) -> str:
    """Return the text of a log file, whatever wrote it: PowerShell's UTF-16, a byte order mark, Windows line ends.

    >>> read_log("OOM\\r\\n".encode("utf-16"))
    'OOM\\n'
    """
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            return tidy(content.decode(encoding, errors="replace"))
    if content[:200].count(0) * 3 > len(content[:200]):  # UTF-16 without a mark: every other byte is zero
        encoding = "utf-16-be" if content[:1] == b"\0" else "utf-16-le"
        return tidy(content.decode(encoding, errors="replace"))
    return tidy(content.decode("utf-8", errors="replace"))


@dataclass(frozen=True)
class _Hit:
    """Where a log shows a cause."""

    symptom: Symptom
    match: re.Match[str]
    reading: Reading

    @property
    def is_past(self) -> bool:
        """Whether the log ended later, and in an error that has nothing to do with GPUs."""
        return self.match.start() < self.reading.ends_elsewhere


def _find(symptom: Symptom, log: Sequence[Reading]) -> _Hit | None:
    found = ((pattern.search_for(reading, symptom.fits), reading) for pattern in symptom.patterns for reading in log)
    match, reading = next(((match, reading) for match, reading in found if match is not None), (None, None))
    if match is None or reading is None:
        return None
    if not all(pattern.found_in(log) for pattern in symptom.context):
        return None
    if any(pattern.found_in(log) for pattern in symptom.against):
        return None
    return _Hit(symptom, match, reading)


def _first_group(match: re.Match[str]) -> str:
    """Return what was quoted: of several ways to say it, the one that was used."""
    return next(filter(None, match.groups()), "")


def _diagnosis(hit: _Hit, log: Sequence[Reading]) -> Diagnosis:
    symptom, text = hit.symptom, hit.reading.text
    says = symptom.says
    if symptom.detail is not None:
        seen = ([_first_group(match) for match in symptom.detail.all_in(reading)] for reading in (hit.reading, *log))
        details = list(dict.fromkeys(next(filter(None, seen), [])))
        if details:
            says = f"{says} {symptom.detail_says.format(detail=', '.join(details[:5]))}"
    start, end = text.rfind("\n", 0, hit.match.start()) + 1, text.find("\n", hit.match.end())
    return Diagnosis(symptom.name, says, symptom.todo, text[start : end if end >= 0 else None].strip()[:300])
