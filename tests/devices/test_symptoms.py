"""Causes in logs: is each recorded one recognised, and nothing in what is none?"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookutils.core.errors import UsageError
from bookutils.devices.doctor import explain
from bookutils.devices.symptom_table import SYMPTOMS
from bookutils.devices.symptoms import diagnose, diagnose_file, read_log

LOGS = sorted((Path(__file__).parent / "logs").glob("*.txt"))
NOISE = "\n".join(path.read_text() for path in LOGS if path.name.startswith(("nothing--fact", "nothing--start")))
# The rows of the table in the course's facts on TensorFlow: what people report.
ROWS = {
    "windows-has-no-gpu-build", "missing-libraries", "wsl-sees-no-gpu", "cudnn-too-old", "no-native-build",
    "libdevice-not-found", "no-driver", "out-of-memory",
}  # fmt: skip


def expected(path: Path) -> list[str]:
    """What a file's name says that has to be recognised in it."""
    names = path.name.split("--")[0]
    return [] if names == "nothing" else names.split("+")


def names_in(text: str) -> list[str]:
    return [cause.name for cause in diagnose(text)]


@pytest.mark.parametrize("path", LOGS, ids=lambda path: path.stem)
def test_a_recorded_log_shows_its_cause(path: Path) -> None:
    """Is exactly that recognised which the file's name says?"""
    causes = diagnose(path.read_text())
    assert [cause.name for cause in causes] == expected(path)
    for cause in causes:
        assert cause.says and cause.todo and cause.line, "each says what it means, what to do, and where it was seen"
        assert cause.line[:40] in path.read_text()


@pytest.mark.parametrize("path", LOGS, ids=lambda path: path.stem)
def test_the_way_a_log_came_does_not_matter(path: Path) -> None:
    """Is the same recognised with Windows' line ends, as UTF-16, in colours, and among the noise of a start?"""
    text, names = path.read_text(), expected(path)
    windows = text.replace("\n", "\r\n")
    for content in (
        windows.encode(), windows.encode("utf-16"), windows.encode("utf-16-le"), windows.encode("utf-16-be"),
        b"\xef\xbb\xbf" + windows.encode(),
    ):  # fmt: skip
        assert names_in(read_log(content)) == names
    coloured = "\n".join(f"\x1b[0;31m{line}\x1b[0m" for line in text.splitlines())
    assert names_in(coloured) == names
    assert names_in(f"{NOISE}\n{text}\n{NOISE}") == names


def test_long_lines_that_a_terminal_broke_are_read_on() -> None:
    """Is a cause recognised although a line end stands in the middle of its words?"""
    assert names_in("Cannot dlopen some GPU\n  libraries. Please make sure") == ["missing-libraries"]


def test_all_that_is_nothing_is_nothing_together() -> None:
    """Is nothing put together from words that stand in different parts of a log: WSL here, an empty list there?"""
    assert names_in("\n".join(path.read_text() for path in LOGS if not expected(path))) == []


def test_each_cause_has_a_recorded_log() -> None:
    """Does each entry of the table, and each row of the facts, stand on words that were really written?"""
    recorded = {name for path in LOGS for name in expected(path)}
    assert {symptom.name for symptom in SYMPTOMS} == recorded
    assert recorded >= ROWS


def test_what_explains_a_cause_comes_before_it() -> None:
    """Is each name in `unless` one of an earlier entry, so that it is known by then?"""
    for place, symptom in enumerate(SYMPTOMS):
        assert symptom.unless <= {earlier.name for earlier in SYMPTOMS[:place]}, symptom.name


def test_details_are_taken_from_the_log() -> None:
    """Are the missing libraries, the versions and the tensor's shape named, each once?"""
    says = {path.stem: diagnose(path.read_text())[0].says for path in LOGS if expected(path)}
    assert says["missing-libraries--2.6-on-ubuntu-20.04"].endswith("libcudart.so.11.0, libcudnn.so.8.")
    assert "9.1.0 but source was compiled with: 9.3.0" in says["cudnn-too-old--pytorch-beside-it"]
    assert "[64,12,512,512]" in says["out-of-memory--bert-batch"]
    assert "12.0" in says["no-native-build--rtx-5080"]


def test_a_file_that_is_not_there_is_a_sentence() -> None:
    """Is it said which file cannot be read, and why?"""
    with pytest.raises(UsageError, match="nowhere"):
        diagnose_file("nowhere/at/all.txt")


def test_what_is_not_known_is_not_guessed() -> None:
    """Does an unknown text get an answer that claims nothing?"""
    assert "No known cause" in explain(diagnose("Segmentation fault (core dumped)"))


@given(st.lists(st.one_of(st.text(max_size=60), st.sampled_from([path.read_text() for path in LOGS])), max_size=6))
def test_any_text_can_be_asked_about(pieces: list[str]) -> None:
    """Does `diagnose` come back for every text, each cause once and with all its words?"""
    causes = diagnose("\n".join(pieces))
    assert len({cause.name for cause in causes}) == len(causes)
    assert all(cause.says and cause.todo and "{" not in cause.says for cause in causes)


@given(st.binary(max_size=400))
def test_any_bytes_can_be_read(content: bytes) -> None:
    """Does a file of any bytes give a text, without what no text has?"""
    text = read_log(content)
    assert "\0" not in text and "\r" not in text
    diagnose(text)


@given(st.sampled_from(LOGS), st.data())
def test_a_log_that_was_cut_off_can_be_asked_about(path: Path, data: st.DataObject) -> None:
    """Is nothing invented for a part of a log: only what the whole shows, or its less special kin?"""
    text = path.read_text()
    start, end = sorted(data.draw(st.tuples(*[st.integers(0, len(text))] * 2)))
    kin = {"no-driver", "out-of-memory", "compiled-at-start", "no-native-build", "cudnn-not-started",
           "windows-has-no-gpu-build", "missing-libraries", "cudart-not-found", "driver-mismatch",
           "symbolic-keras-tensor", "ptxas-not-found"}  # fmt: skip
    assert set(names_in(text[start:end])) <= {*expected(path), *kin}
