"""The file beside a Gradescope export that says who handed in each of its folders."""

from __future__ import annotations

import json
import re
import zipfile
import zlib
from collections.abc import Iterable

from bookutils.grading.listing import Entry
from bookutils.grading.opening import open_file

FILE = "submission_metadata.yml"
_MAX_BYTES = 64 * 2**20  # it also holds the history and the tests' results
_LONGEST = 2000  # letters of a line
_FOLDER = re.compile(r"(submission_\d+):\s*$")
_FIELD = re.compile(r"(?P<indent> *)(?P<item>- )?:(?P<key>[a-z_]+):(?: (?P<value>.*))?")


def read_submitters(entries: Iterable[Entry]) -> dict[tuple[tuple[str, ...], str], list[tuple[str, str]]]:
    """Read who handed in what: (folders around, folder) -> the name and the number or address of each.

    Only a file that lies where the folders lie is read. One that cannot be read says nothing.
    """
    found: dict[tuple[tuple[str, ...], str], list[tuple[str, str]]] = {}
    for entry in entries:
        if entry.file == FILE and not entry.fault:
            try:
                with open_file(entry.container, entry.member) as file:
                    text = file.read(_MAX_BYTES).decode("utf-8", errors="replace")
            except (OSError, zipfile.BadZipFile, RuntimeError, NotImplementedError, zlib.error, EOFError):
                continue
            for folder, people in parse_submitters(text).items():
                found[entry.folders, folder] = people
    return found


def parse_submitters(text: str) -> dict[str, list[tuple[str, str]]]:
    """Read the few lines of the file that are of use; it is YAML of one shape, and nothing else in it is looked at.

    >>> parse_submitters("submission_7:\\n  :submitters:\\n  - :name: Ada\\n    :sid: '12'\\n  :score: 3\\n")
    {'submission_7': [('Ada', '12')]}
    """
    found: dict[str, list[tuple[str, str]]] = {}
    folder, depth = "", -1  # the indentation of the list of submitters, while it lasts
    person: dict[str, str] = {}

    def close() -> None:
        if folder and person.get("name"):
            found.setdefault(folder, []).append((person["name"], person.get("sid") or person.get("email", "")))
        person.clear()

    for line in text.splitlines():
        if begins := _FOLDER.fullmatch(line):
            close()
            folder, depth = begins[1], -1
            continue
        field = _FIELD.fullmatch(line) if len(line) < _LONGEST else None
        indent = len(line) - len(line.lstrip(" "))
        if depth >= 0 and line.strip() and (indent < depth or (indent == depth and not (field and field["item"]))):
            close()
            depth = -1
        if field is None:
            continue
        if field["key"] == "submitters" and not field["item"] and 0 < indent <= 4:
            depth = indent
        elif depth >= 0:
            if field["item"] and indent <= depth + 2:
                close()
            if field["key"] in ("name", "sid", "email"):
                person.setdefault(field["key"], _scalar((field["value"] or "").strip()))
    close()
    return found


def _scalar(text: str) -> str:
    if len(text) > 1 and text[0] == text[-1] == "'":
        return text[1:-1].replace("''", "'")
    if len(text) > 1 and text[0] == text[-1] == '"':
        try:
            return str(json.loads(re.sub(r"\\x([0-9A-Fa-f]{2})", r"\\u00\1", text)))
        except ValueError:
            return text[1:-1]
    return "" if text in ("null", "~") else text
