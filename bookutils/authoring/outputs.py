"""What is stored of an execution: pictures and text that are the same on every run, within limits."""

from __future__ import annotations

import base64
import json
import re
import struct
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bookutils.authoring.problems import Problem
from bookutils.authoring.source import Chapter
from bookutils.core.cells import ANSWER, PROGRESS

OUTPUT_BYTES = 200_000
NOTEBOOK_BYTES = 1_500_000
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]{6,}")
# Chunks of a PNG that say how it looks; the others name the program, its version or the date.
PNG_CHUNKS = {b"IHDR", b"PLTE", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"pHYs", b"IDAT", b"IEND"}


def drop_answers(notebook: Any) -> Any:
    """Empty the outputs of cells that answer a prediction, so that it is not spoilt, or tell a learner's progress.

    Progress is the learner's own; and its list of chapters would change a notebook whenever the course grows.
    """
    for cell in _code(notebook):
        if ANSWER in cell.metadata.get("tags", []) or cell.source.strip() == f"{PROGRESS}()":
            cell.outputs, cell.execution_count = [], None
    return notebook


def drop_unchecked_errors(notebook: Any) -> Any:
    """Drop what went to stderr in cells whose output is declared to vary (``nbval-ignore-output``)."""
    for cell in _code(notebook):
        if "nbval-ignore-output" in cell.metadata.get("tags", []):
            cell.outputs = [output for output in cell.outputs if output.get("name") != "stderr"]
    return notebook


def plain_pictures(notebook: Any) -> Any:
    """Drop from each PNG what does not change how it looks."""
    for _, output in _outputs(notebook):
        picture = output.get("data", {}).get("image/png")
        if picture:
            output["data"]["image/png"] = base64.b64encode(plain_png(base64.b64decode(picture))).decode()
    return notebook


def plain_png(data: bytes) -> bytes:
    """Return a PNG without text, date and other chunks that do not change the picture.

    Format: PNG specification (W3C 2003), section 5: a signature of 8 bytes, then chunks of length, type, data, CRC.
    """
    kept, position = [data[:8]], 8
    while position < len(data):
        (length,) = struct.unpack(">I", data[position : position + 4])
        end = position + length + 12
        if data[position + 4 : position + 8] in PNG_CHUNKS:
            kept.append(data[position:end])
        position = end
    return b"".join(kept)


def drop_live_views(notebook: Any) -> Any:
    """Drop the views of live widgets; what they show as text stays."""
    for _, output in _outputs(notebook):
        output.get("data", {}).pop(WIDGET_VIEW, None)
    return notebook


def settle_metadata(notebook: Any, stored: dict[str, Any]) -> Any:
    """Put the notebook's metadata back as they were before execution; drop times of execution from cells."""
    from nbformat import from_dict

    notebook.metadata = from_dict(stored)
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
    return notebook


def output_problems(notebook: Any, chapter: Chapter) -> Iterator[Problem]:
    """Yield a problem for each output that must not be stored."""
    for number, output in _outputs(notebook):
        line = chapter.cells[number].line
        data = output.get("data", {})
        for kind in ("image/png", "image/jpeg", "image/svg+xml"):
            if kind in data and not str(output.get("metadata", {}).get(kind, {}).get("alt", "")).strip():
                yield chapter.problem(
                    line, "The cell shows a picture without alt text.", "Give its figure an alt text."
                )
        if WIDGET_VIEW in data:
            todo = "Where settings.is_static() is true, show its picture only."
            yield chapter.problem(line, "The cell stores a live widget.", todo)
        size = len(json.dumps(output, ensure_ascii=False).encode())
        if size > OUTPUT_BYTES:
            what = f"An output of the cell has {size / 1000:.0f} kB; the limit is {OUTPUT_BYTES / 1000:.0f} kB."
            yield chapter.problem(line, what, "Show less, or draw it smaller.")
        if output.get("name") == "stderr":
            todo = "Mend it, or tag the cell `nbval-ignore-output`."
            yield chapter.problem(line, f"The cell writes to stderr: {_first_line(output['text'])}", todo)
        text = _texts(output)
        if address := ADDRESS.search(text):
            todo = "It changes with every run: end the line with an assignment, or print what matters."
            yield chapter.problem(line, f"The output holds a memory address (`{address[0]}`).", todo)
        for place in (tempfile.gettempdir(), str(Path.home()), str(chapter.path.resolve().parent.parent)):
            if len(place) > 1 and re.search(re.escape(place) + r"(?=/|\\|\s|['\"]|$)", text):
                yield chapter.problem(
                    line, f"The output names a folder of this machine ({place}).", "Print the name only."
                )
    size = len(encode(notebook))
    if size > NOTEBOOK_BYTES:
        what = f"The notebook has {size / 1e6:.2f} MB; the limit is {NOTEBOOK_BYTES / 1e6:.1f} MB."
        yield chapter.problem(1, what, "Draw fewer or smaller pictures.")


def encode(notebook: Any) -> bytes:
    """Return the notebook as the bytes that are stored: sorted keys, one space of indentation, one line end."""
    import nbformat

    return (nbformat.writes(notebook, version=4).rstrip("\n") + "\n").encode("utf-8")


def _code(notebook: Any) -> list[Any]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def _outputs(notebook: Any) -> Iterator[tuple[int, Any]]:
    for number, cell in enumerate(notebook.cells):
        for output in cell.get("outputs", []):
            yield number, output


def _texts(output: Any) -> str:
    data = output.get("data", {})
    texts = [output.get("text", ""), output.get("evalue", ""), *output.get("traceback", [])]
    texts += [value for kind, value in data.items() if kind.startswith("text/")]
    return "\n".join(str(text) for text in texts)


def _first_line(text: str) -> str:
    return text.strip().split("\n")[0][:100]
