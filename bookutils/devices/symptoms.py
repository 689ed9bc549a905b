"""Recognises in a log why TensorFlow does not use a GPU, or does not start: what it means, and the one thing to do.

A log is full of lines that look like errors and are none. Only what is known is said; an unknown log gets no answer.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from pathlib import Path

from bookutils.core.errors import UsageError
from bookutils.core.messages import _
from bookutils.devices.symptom_table import SYMPTOMS, Symptom

_COLOURS = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


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
    text = _tidy(log_text)
    found: dict[str, Diagnosis] = {}
    for symptom in SYMPTOMS:
        if symptom.unless.isdisjoint(found):
            diagnosis = _recognise(symptom, text)
            if diagnosis is not None:
                found[symptom.name] = diagnosis
    return list(found.values())


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
            return _tidy(content.decode(encoding, errors="replace"))
    if content[:200].count(0) * 3 > len(content[:200]):  # UTF-16 without a mark: every other byte is zero
        encoding = "utf-16-be" if content[:1] == b"\0" else "utf-16-le"
        return _tidy(content.decode(encoding, errors="replace"))
    return _tidy(content.decode("utf-8", errors="replace"))


def _tidy(text: str) -> str:
    return _COLOURS.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", ""))


def _recognise(symptom: Symptom, text: str) -> Diagnosis | None:
    if not all(pattern.search(text) for pattern in symptom.context):
        return None
    if any(pattern.search(text) for pattern in symptom.against):
        return None
    hit = next(filter(None, (pattern.search(text) for pattern in symptom.patterns)), None)
    if hit is None:
        return None
    says = symptom.says
    if symptom.detail is not None:
        details = list(dict.fromkeys(match[1] for match in symptom.detail.finditer(text)))
        if details:
            says = f"{says} {symptom.detail_says.format(detail=', '.join(details[:5]))}"
    start, end = text.rfind("\n", 0, hit.start()) + 1, text.find("\n", hit.end())
    return Diagnosis(symptom.name, says, symptom.todo, text[start : end if end >= 0 else None].strip()[:300])
