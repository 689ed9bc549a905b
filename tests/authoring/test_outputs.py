"""What is stored of a run: is it the same on every run, and within the limits?"""

import base64
import io
import struct
import zlib

import nbformat
import pytest
from PIL import Image, PngImagePlugin

from bookutils.authoring import outputs
from bookutils.authoring.build import draft

BODY = "```{code-cell} ipython3\n:tags: [%s]\n\n1\n```\n"


@pytest.fixture
def ran(write):
    """Make a notebook of one cell as if it had run: give its output, get (notebook, chapter)."""

    def made(output, tag="setup"):
        result = draft(write(BODY % tag), {})
        result.notebook.cells[0].execution_count = 1
        result.notebook.cells[0].outputs = [nbformat.from_dict(output)]
        nbformat.validate(result.notebook)
        return result.notebook, result.chapter

    return made


def stream(text, name="stdout"):
    return {"output_type": "stream", "name": name, "text": text}


def shown(kind, data, alt=None):
    metadata = {kind: {"alt": alt}} if alt is not None else {}
    return {"output_type": "display_data", "data": {kind: data}, "metadata": metadata}


def png(**texts) -> bytes:
    picture, info = io.BytesIO(), PngImagePlugin.PngInfo()
    for key, value in texts.items():
        info.add_text(key, value)
    image = Image.new("P", (3, 2))
    image.putpalette([10, 20, 30, 200, 100, 0])
    image.putpixel((1, 1), 1)
    image.save(picture, "PNG", pnginfo=info, dpi=(72, 72), transparency=0)
    return picture.getvalue()


@pytest.mark.parametrize(
    ("output", "says"),
    [
        (shown("image/png", "AA=="), "without alt text"),
        (shown("image/png", "AA==", " "), "without alt text"),
        (shown("image/svg+xml", "<svg/>"), "without alt text"),
        (stream("x" * 200_001), "has 200 kB; the limit is 200 kB"),
        (stream("W0000 cpu_feature_guard", "stderr"), "writes to stderr: W0000"),
        (stream("<Line2D object at 0x7f3a5c0d2b50>"), "memory address (`at 0x7f3a5c0d2b50`)"),
        (shown("text/html", "<b>at 0x7f3a5c0d2b50</b>"), "memory address"),
        (shown("application/vnd.jupyter.widget-view+json", {"model_id": "1"}), "live widget"),
    ],
)
def test_an_output_that_must_not_be_stored_is_refused(ran, output, says):
    """Is it named, with the line of its cell?"""
    (problem,) = outputs.output_problems(*ran(output))
    assert problem.line == 4 and says in problem.what


def test_an_output_that_names_a_folder_of_this_machine_is_refused(ran, tmp_path):
    """Would another machine print another path here?"""
    assert any("names a folder" in p.what for p in outputs.output_problems(*ran(stream(f"read {tmp_path}/a.txt"))))


@pytest.mark.parametrize(
    "output", [stream("0.50"), shown("image/png", "AA==", "A curve."), stream("<Figure size 640x480>")]
)
def test_an_ordinary_output_is_accepted(ran, output):
    """May a chapter print and draw?"""
    assert list(outputs.output_problems(*ran(output))) == []


def test_a_notebook_over_the_limit_is_refused(ran):
    """Is the size of the whole file counted, pictures included?"""
    notebook, chapter = ran(stream("x"))
    notebook.cells[0].outputs = [nbformat.from_dict(shown("image/png", "A" * 190_000, "A curve."))] * 8
    (problem,) = outputs.output_problems(notebook, chapter)
    assert problem.line == 1 and "1.52 MB" in problem.what


def test_the_answer_to_a_prediction_ships_without_its_output(ran):
    """Are output and count gone, so that nbval runs the cell and compares nothing?"""
    notebook, _ = ran(stream("spoilt"), "answer-to-prediction")
    outputs.drop_answers(notebook)
    assert (notebook.cells[0].outputs, notebook.cells[0].execution_count) == ([], None)


def test_a_learner_s_progress_ships_without_its_output(ran):
    """Is it left to the learner's own run, whatever chapters there are by then? And only that?"""
    for source, kept in {"progress()": False, "print(progress())": True}.items():
        notebook, _ = ran(stream("0 of 174 points"))
        notebook.cells[0].source = source
        assert bool(outputs.drop_answers(notebook).cells[0].outputs) is kept


def test_stderr_goes_only_where_outputs_are_declared_to_vary(ran):
    """Is a log line dropped from a tagged cell, and left for the rule to refuse in another?"""
    tagged, _ = ran(stream("log", "stderr"), "nbval-ignore-output")
    other, _ = ran(stream("log", "stderr"))
    assert outputs.drop_unchecked_errors(tagged).cells[0].outputs == []
    assert len(outputs.drop_unchecked_errors(other).cells[0].outputs) == 1


def test_a_picture_keeps_its_pixels_and_loses_program_and_date():
    """Are the bytes the same whatever wrote the file, and the picture too?"""
    plain = outputs.plain_png(png())
    assert outputs.plain_png(png(Software="Matplotlib 9", Creation="today")) == plain
    before, after = Image.open(io.BytesIO(png(Software="x"))), Image.open(io.BytesIO(plain))
    assert before.convert("RGBA").tobytes() == after.convert("RGBA").tobytes()
    assert before.info["dpi"] == after.info["dpi"] and "Software" not in after.info


def test_a_date_in_a_png_chunk_goes_too():
    """Is tIME dropped, which Pillow does not write?"""
    data = png()
    body = b"tIME" + bytes([7, 234, 11, 24, 1, 2, 3])
    dated = data[:33] + struct.pack(">I", 7) + body + struct.pack(">I", zlib.crc32(body)) + data[33:]
    Image.open(io.BytesIO(dated)).load()
    assert outputs.plain_png(dated) == outputs.plain_png(data)


def test_pictures_in_a_notebook_are_made_plain(ran):
    """Does the step reach the stored picture?"""
    notebook, _ = ran(shown("image/png", base64.b64encode(png(Software="x")).decode(), "A curve."))
    stored = outputs.plain_pictures(notebook).cells[0].outputs[0].data["image/png"]
    assert base64.b64decode(stored) == outputs.plain_png(png())


def test_live_views_leave_their_text(ran):
    """Does the solved edition keep what a widget says of itself?"""
    output = shown("application/vnd.jupyter.widget-view+json", {"model_id": "1"})
    output["data"]["text/plain"] = "IntSlider()"
    notebook, _ = ran(output)
    assert dict(outputs.drop_live_views(notebook).cells[0].outputs[0].data) == {"text/plain": "IntSlider()"}
