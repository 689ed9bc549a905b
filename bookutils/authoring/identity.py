"""Names that stay: a cell's id, which survives a rewrite of its text, and versions, which tell texts apart."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

from bookutils.authoring.calls import own_cell, syntax
from bookutils.authoring.source import Cell, Chapter

LONGEST = 64  # what nbformat 4.5 allows


def slug(text: str) -> str:
    """Return a heading as lower-case words with hyphens, at most 24 characters.

    >>> slug("Why do some *units* stop learning?")
    'why-do-some-units-stop'
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", plain)
    while words[1:] and len("-".join(words)) > 24:
        words.pop()
    return "-".join(words)[:24]


def cell_ids(chapter: Chapter) -> list[str]:
    """Return an id for each cell: the chapter, then the exercise, or the section and a count within it.

    A cell keeps its id when cells of other sections come or go, and an exercise keeps it wherever it stands.
    """
    counts: Counter[str] = Counter()
    ids = []
    section = "start"
    for cell in chapter.cells:
        headings = [_heading(text) for text in cell.source.split("\n")] if cell.kind == "markdown" else []
        names = [heading for heading in headings if heading]
        section = names[0] if names else section
        stem = fit(f"{chapter.name}-{_subject(cell) or section}")
        counts[stem] += 1
        unique = bool(_subject(cell)) and counts[stem] == 1
        ids.append(stem if unique else fit(f"{stem}-{counts[stem]}"))
        section = names[-1] if names else section
    return ids


def _heading(text: str) -> str:
    match = re.match(r"#{1,6}\s+(.*)", text)
    return slug(match[1]) if match else ""


def _subject(cell: Cell) -> str:
    """Return what the id of an exercise, a feedback cell or an added cell is made of; nothing for other cells."""
    if cell.added:
        return cell.added
    if cell.exercise:
        return f"exercise-{cell.exercise}"
    try:
        call = own_cell(syntax(cell.source)) if cell.kind == "code" else None
    except SyntaxError:
        return ""
    return f"{call.function}-{call.id}" if call and call.id else ""


def fit(id: str) -> str:
    """Return an id that nbformat accepts: other characters become hyphens; a long one ends with a digest of itself.

    >>> fit("01-activations-exercise-log sigmoid")
    '01-activations-exercise-log-sigmoid'
    """
    clean = re.sub(r"[^a-zA-Z0-9_-]", "-", id)
    return clean if len(clean) <= LONGEST else f"{clean[: LONGEST - 9]}-{version([id])}"


def version(texts: Iterable[str]) -> str:
    """Return eight hexadecimal digits that change when one of the texts does.

    >>> version(["x = 1"]) == version(["x = 1"]) != version(["x = 2"])
    True
    """
    digest = hashlib.sha256()
    for text in texts:
        digest.update(len(text.encode()).to_bytes(8, "big") + text.encode())
    return digest.hexdigest()[:8]
