"""The whole doctor, once on the machine that the test runs on, and its forms: lines, JSON, a table, a log."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bookutils.core.findings import NOTE, OK, PROBLEM, Finding
from bookutils.devices import doctor
from bookutils.devices.doctor import examine, report, show_report, verdict

LOGS = Path(__file__).parent / "logs"
ALWAYS = ["system", "python", "environment", "packages", "memory", "driver"]
OF_TENSORFLOW = ["tensorflow", "devices", "computation", "mixed precision", "xla"]
AFTERWARDS = ["disk", "cache", "encoder", "hub cache", "sandbox"]


def bookutils(*words: object, **options) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "bookutils.cli", *map(str, words)]
    return subprocess.run(command, capture_output=True, env=dict(os.environ, COLUMNS="100"), **options)


@pytest.mark.tensorflow
def test_this_machine() -> None:
    """Does the command say what it tried, in its order, with stable keys, and claim no GPU that computed nothing?"""
    pytest.importorskip("tensorflow")
    done = bookutils("doctor", "--json", text=True)
    findings = json.loads(done.stdout)
    lines = {finding["about"]: finding for finding in findings}
    assert all(set(finding) == {"about", "state", "says", "todo", "facts"} for finding in findings)
    assert [name for name in lines if name in {*ALWAYS, *OF_TENSORFLOW, *AFTERWARDS}] == [
        *ALWAYS, *OF_TENSORFLOW, *AFTERWARDS
    ]  # fmt: skip
    assert done.returncode == any(finding["state"] == PROBLEM for finding in findings)
    assert "Starting TensorFlow" in done.stderr, "it says what it waits for"
    assert "Traceback" not in done.stderr
    trials = lines["computation"]["facts"]["trials"]
    assert {(trial["device"], trial["what"]) for trial in trials} >= {("/CPU:0", "product"), ("/CPU:0", "convolution")}
    computing = {trial["device"] for trial in trials if trial["right"]}
    assert set(lines["computation"]["facts"]["gpus_that_compute"]) <= computing
    if lines["driver"]["facts"]["state"] == "absent" and not lines["devices"]["facts"]["gpus"]:
        assert lines["computation"]["facts"]["gpus_that_compute"] == []


def test_without_tensorflow_the_rest_is_said(monkeypatch) -> None:
    """On a base installation: is it said which chapters run, and nothing of TensorFlow's devices?"""
    monkeypatch.setattr(doctor, "installed_versions", lambda: {"tensorflow": None, "numpy": "2.4.6"})
    findings = examine()
    assert {finding.about for finding in findings}.isdisjoint({"devices", "computation", "xla"})
    assert "need no TensorFlow" in verdict([finding for finding in findings if finding.state != PROBLEM])


@pytest.mark.parametrize(
    ("how", "code", "words"),
    [("works", 0, "on a GPU that computed"), ("no-gpu", 0, "on the CPU"), ("only-a-name", 1, "'computation'")],
)
def test_the_verdict_and_the_exit_code(how, code, words, fake_tensorflow, nvidia_smi, tmp_path, monkeypatch) -> None:
    """With a driver that lists a GPU, and a TensorFlow that works, sees none, or fails: what does the last line say?

    The same nvidia-smi stands before all three: what it prints alone never makes a GPU.
    """
    nvidia_smi('case "$1" in --query*) echo "NVIDIA A100-SXM4-40GB, 535.104.05, 40960 MiB, 8.0";; *) echo;; esac')
    fake_tensorflow(how)
    monkeypatch.chdir(tmp_path)
    versions = {"tensorflow": "2.21.0", "tensorflow-text": "2.21.1", "numpy": "2.4.6", "keras": "3.15.1"}
    monkeypatch.setattr(doctor, "installed_versions", lambda: versions)
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    told = []
    findings = [finding for finding in examine(told.append) if finding.about not in {"python", "system", "disk"}]
    assert (code == 1) == any(finding.state == PROBLEM for finding in findings), findings
    assert words in report(findings).splitlines()[-1]
    assert len(told) == 1


FINDINGS = [
    Finding("python", OK, "3.12.4 <b>"),
    Finding("driver", NOTE, "too old & slow", "Restart."),
    Finding("computation", PROBLEM, "wrong"),
]


def test_lines_say_state_and_what_to_do() -> None:
    """Does each line carry its sign, each thing to do an arrow, and the last line the verdict?"""
    lines = report(FINDINGS).splitlines()
    assert lines[0].startswith("✓ python") and lines[1].startswith("○ driver") and "→ Restart." in lines[2]
    assert lines[3].startswith("✗ computation") and "'computation'" in lines[-1]


def test_outside_a_notebook_the_report_is_text(capsys) -> None:
    """Does `show_report` print lines where nothing can show a table?"""
    show_report(FINDINGS)
    assert capsys.readouterr().out == report(FINDINGS) + "\n"


def test_in_a_notebook_the_report_is_a_table(monkeypatch) -> None:
    """Is a table displayed with its text beside it, escaped, its heads marked for those who listen, no widget in it?"""
    displayed = []
    monkeypatch.setattr("IPython.get_ipython", lambda: "a shell")
    monkeypatch.setattr("IPython.display.display", lambda bundle, raw: displayed.append(bundle))
    show_report(FINDINGS)
    (bundle,) = displayed
    assert set(bundle) == {"text/plain", "text/html"} and bundle["text/plain"] == report(FINDINGS)
    html = bundle["text/html"]
    assert "3.12.4 &lt;b&gt;" in html and "too old &amp; slow" in html and "<script" not in html
    assert html.count('scope="row"') == 3 and 'scope="col"' in html and "<caption" in html


def test_a_log_is_read_from_a_file_and_from_what_is_pasted() -> None:
    """Does `doctor --log` name the cause, as text and as JSON, from UTF-16 too, and say when it knows none?"""
    log = LOGS / "cudnn-too-old--pytorch-beside-it.txt"
    done = bookutils("doctor", "--log", log, text=True)
    assert done.returncode == 0 and done.stdout.startswith("cudnn-too-old\n") and "→" in done.stdout
    pasted = bookutils("doctor", "--log", "-", "--json", input=log.read_text().encode("utf-16"))
    assert [cause["name"] for cause in json.loads(pasted.stdout)] == ["cudnn-too-old"]
    assert b"No known cause" in bookutils("doctor", "--log", "-", input=b"all is well").stdout


def test_wrong_use_is_a_sentence() -> None:
    """Do a missing file and two questions at once end with exit code 2 and a sentence?"""
    for words in (("--log", "nowhere.txt"), ("--log", "-", "--grading")):
        done = bookutils("doctor", *words, text=True, input="")
        assert done.returncode == 2 and "Traceback" not in done.stderr and done.stderr.strip()
