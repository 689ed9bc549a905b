"""A notebook file as the cells that a grader needs. It comes from a stranger: nothing in it is believed or run.

nbformat is not used for reading: it validates against a schema, and refuses a good deal that a person would call a
readable notebook (a cell without an id, a `source` that is a list here and a string there).
"""

from __future__ import annotations

import gc
import json
import re
from dataclasses import dataclass
from typing import Any

from bookutils.core.errors import DataError
from bookutils.core.messages import _
from bookutils.core.verdicts import PASSED, stored_verdicts

MAX_BYTES = 512 * 2**20
MAX_CELLS = 5_000
MAX_SOURCE = 500_000  # characters of one cell
MAX_ALL_SOURCE = 4_000_000  # of all cells that are read


class NotebookError(DataError):
    """A file that cannot be read as a notebook; the message is the reason, for the report."""


@dataclass(frozen=True)
class NotebookCell:
    """A cell of a submission.

    Parameters
    ----------
    number : its place in the notebook, counted from 1 over all cells
    source : its text, with line ends of one kind
    exercise : the exercise that its metadata name; None where there is none
    role : what its metadata say that it is; None for a cell that the learner added, or whose metadata are gone
    claims : exercises that its stored outputs show as passed
    is_code : False for text; it is not run, and only looked at to say that an answer stands in it
    failed : the kinds of the errors that its stored outputs show
    python : the version that the notebook names as its kernel's, such as "3.12.1"; "" where it names none
    """

    number: int
    source: str
    exercise: str | None = None
    role: str | None = None
    claims: frozenset[str] = frozenset()
    is_code: bool = True
    failed: frozenset[str] = frozenset()
    python: str = ""


def read_notebook(data: bytes) -> tuple[NotebookCell, ...]:
    """Read the cells of a notebook of nbformat 3 to 4.5.

    Parameters
    ----------
    data : the file; UTF-8, UTF-16 or UTF-32, with or without a byte order mark

    Returns
    -------
    the cells of code and text, in order; cells that are damaged are left out

    Raises
    ------
    NotebookError
        When the file is too large, empty, no JSON, or no notebook.
    """
    if len(data) > MAX_BYTES:
        raise NotebookError(
            _("The file has {size:.0f} MB; at most {limit:.0f} are read.").format(
                size=len(data) / 2**20, limit=MAX_BYTES / 2**20
            ),
            _("Clear its outputs and hand it in again."),
        )
    raw = _parse(data)
    cells = _cells_of(raw)
    if len(cells) > MAX_CELLS:
        raise NotebookError(
            _("The notebook has {count} cells; at most {limit} are read.").format(count=len(cells), limit=MAX_CELLS)
        )
    python = _python_of(raw)
    found = (_cell(number, cell, python) for number, cell in enumerate(cells, start=1))
    kept = tuple(cell for cell in found if cell is not None)
    if sum(len(cell.source) for cell in kept if cell.is_code) > MAX_ALL_SOURCE:
        says = _("The notebook's code has more than {limit:,} letters.").format(limit=MAX_ALL_SOURCE)
        raise NotebookError(says, _("Take out what does not belong to it, and hand it in again."))
    return kept


def _parse(data: bytes) -> dict[str, Any]:
    if not data.strip():
        raise NotebookError(_("The file is empty."))
    collects = gc.isenabled()
    gc.disable()  # JSON holds no circles, and looking for them doubles the time for 300 MB
    try:
        raw = json.loads(_text(data))
    except RecursionError:
        raise NotebookError(_("The file is nested too deeply to be a notebook.")) from None
    except ValueError as error:
        raise _other(data, str(error)) from None
    finally:
        if collects:
            gc.enable()
    if type(raw) is not dict:
        raise NotebookError(_("The file is JSON, but no notebook."))
    if "cells" not in raw and {"doc_id", "resource_id", "url"} & set(raw):
        raise NotebookError(
            _("The file is a shortcut to a document elsewhere, and holds nothing of it."),
            _("Open it there, and download it as .ipynb."),
        )
    return raw


# How files begin that are called .ipynb and are something else.
_BEGINNINGS = (
    (b"version https://git-lfs.github.com/", _("a pointer of Git LFS, and the notebook was never fetched"),
     _("Type git lfs pull where it comes from, and hand it in again.")),
    (b"PK\x03\x04", _("a zip, or a document that is one inside"), _("Unpack it, and hand in the .ipynb.")),
    (b"\x1f\x8b", _("a packed archive"), _("Unpack it, and hand in the .ipynb.")),
    (b"Rar!", _("a packed archive"), _("Unpack it, and hand in the .ipynb.")),
    (b"7z\xbc\xaf", _("a packed archive"), _("Unpack it, and hand in the .ipynb.")),
    (b"%PDF", _("a PDF"), _("Hand in the .ipynb itself.")),
    (b"\x89PNG", _("a picture"), _("Hand in the .ipynb itself.")),
    (b"\xff\xd8\xff", _("a picture"), _("Hand in the .ipynb itself.")),
    (b"{\\rtf", _("a text document"), _("Hand in the .ipynb itself.")),
    (b"\xd0\xcf\x11\xe0", _("an office document"), _("Hand in the .ipynb itself.")),
    (b"\x00\x05\x16\x07", _("what a Mac keeps beside a file"), _("Hand in the .ipynb itself.")),
    (b"[InternetShortcut]", _("a shortcut to a web page"), _("Open it, and download it as .ipynb.")),
    (b"bplist00", _("a shortcut to a web page"), _("Open it, and download it as .ipynb.")),
    (b"---\njupy", _("a notebook that is written as text"), _("Save it as .ipynb, and hand in that.")),
)  # fmt: skip
_PAGE = re.compile(rb"\s*(?:<!--(?:(?!-->).)*-->\s*)*<(?:!doctype\s+html|html|head|\?xml)", re.IGNORECASE | re.DOTALL)
_CONFLICT = re.compile(rb"^(?:<{7} |>{7} |={7}\r?$)", re.MULTILINE)
_LOOKED_AT = 2**20


def _other(data: bytes, reason: str) -> NotebookError:
    """Say what a file is that is no JSON."""
    begin = data[:_LOOKED_AT].removeprefix(b"\xef\xbb\xbf").lstrip()
    if not data.strip(b"\0 \t\r\n"):
        says = _("The file is no JSON, but nothing but zeros: its upload broke off.")
        return NotebookError(says, _("Hand it in again."))
    for first, what, todo in _BEGINNINGS:
        if begin.startswith(first):
            return NotebookError(_("The file is no JSON, as a notebook is, but {what}.").format(what=what), todo)
    if _PAGE.match(begin[:4096]):
        return NotebookError(
            _("The file is no JSON, as a notebook is, but a web page, perhaps one that asks to sign in."),
            _("Download the notebook itself, as .ipynb."),
        )
    if len(_CONFLICT.findall(data[: 32 * _LOOKED_AT])) >= 2:
        return NotebookError(
            _("The file is no JSON: it holds the marks of a conflict in Git (<<<<<<<, =======), so two versions."),
            _("Keep one of the two, and hand it in again."),
        )
    if begin.startswith((b"{", b"[")):
        return NotebookError(
            _("The file is no JSON ({reason}).").format(reason=reason[:80]),
            _("It was cut off, or changed by hand. Open it in Jupyter, save it, and hand it in again."),
        )
    return NotebookError(
        _("The file is no JSON ({reason}).").format(reason=reason[:80]), _("It is no notebook at all.")
    )


def _text(data: bytes) -> str:
    # What is no UTF-8 sits in a string; the rest of the notebook is as readable as before.
    return data.decode(json.detect_encoding(data), errors="replace")


def _cells_of(raw: dict[str, Any]) -> list[Any]:
    cells = raw.get("cells")
    if type(cells) is list:
        return cells
    sheets = raw.get("worksheets")  # nbformat 3
    if type(sheets) is list and all(type(sheet) is dict for sheet in sheets):
        return [cell for sheet in sheets if type(sheet.get("cells")) is list for cell in sheet["cells"]]
    raise NotebookError(_("The file is JSON, but it has no cells."))


def _python_of(raw: dict[str, Any]) -> str:
    metadata = raw.get("metadata")
    language = metadata.get("language_info") if type(metadata) is dict else None
    version = language.get("version") if type(language) is dict else None
    return version[:20] if type(version) is str else ""


def _cell(number: int, cell: Any, python: str) -> NotebookCell | None:
    if type(cell) is not dict:
        return None
    source = _joined(cell.get("source", cell.get("input")))
    if source is None or len(source) > MAX_SOURCE:
        return None
    metadata = cell.get("metadata")
    ours = metadata.get("bookutils") if type(metadata) is dict else None
    exercise, role = (ours.get("exercise"), ours.get("role")) if type(ours) is dict else (None, None)
    return NotebookCell(
        number,
        # Half a surrogate pair is what is left of a letter that was cut in two; no file can hold it.
        re.sub("[\ud800-\udfff]", "\ufffd", source.replace("\r\n", "\n").replace("\r", "\n")),
        exercise if type(exercise) is str else None,
        role if type(role) is str else None,
        _claims(cell.get("outputs")),
        cell.get("cell_type") == "code",
        _errors(cell.get("outputs")),
        python,
    )


def _joined(source: Any) -> str | None:
    if type(source) is str:
        return source
    if type(source) is list and all(type(line) is str for line in source):
        return "".join(source)
    return None


def bare(source: str) -> str:
    """Return a text without white space, which editors change: so that what is the same can be recognised."""
    return "".join(source.split())


def _claims(outputs: Any) -> frozenset[str]:
    return frozenset(exercise for exercise, status in stored_verdicts(outputs) if status == PASSED)


def _errors(outputs: Any) -> frozenset[str]:
    shown = [output for output in outputs if type(output) is dict] if type(outputs) is list else []
    kinds = (output.get("ename") for output in shown if output.get("output_type") in ("error", "pyerr"))
    return frozenset(kind for kind in kinds if type(kind) is str)
