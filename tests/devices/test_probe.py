"""TensorFlow tried out in a process of its own: are the fake and the real told apart, and does nothing kill the doctor?

The GPUs here are NumPy behind TensorFlow's names, and fail as real ones were seen to fail; nothing ran on a real GPU.
"""

from __future__ import annotations

import pytest

from bookutils.core.findings import NOTE, OK, PROBLEM
from bookutils.devices.commands import Ran
from bookutils.devices.driver import ABSENT, ANSWERS, Driver, Gpu
from bookutils.devices.probe import finish_probe, read_probe, start_probe
from bookutils.devices.stack import stack_findings
from bookutils.devices.system import LINUX, WINDOWS, WSL2, System

A100 = Driver(ANSWERS, (Gpu("NVIDIA A100-SXM4-40GB", "535.104.05", 40960, (8, 0)),), cuda="12.2")
NONE = Driver(ABSENT)
NO_UNITS: frozenset[str] = frozenset()


def examined(how, fake_tensorflow, driver=A100, system=LINUX, hidden=False, seconds=60.0):
    """Run the program against a fake TensorFlow and return the lines by what they are about."""
    fake_tensorflow(how)
    probe = finish_probe(start_probe(), seconds)
    return {finding.about: finding for finding in stack_findings(probe, driver, System(system), hidden, NO_UNITS)}


def test_a_gpu_that_computes_is_called_so(fake_tensorflow) -> None:
    """Where each computation comes back right from the GPU: is that said, with the format that the chapters choose?"""
    lines = examined("works", fake_tensorflow)
    assert all(finding.state == OK for finding in lines.values()), lines
    assert lines["computation"].facts["gpus_that_compute"] == ["/GPU:0"]
    assert "NVIDIA A100-SXM4-40GB" in lines["computation"].says and "NumPy agrees" in lines["computation"].says
    assert "mixed_bfloat16" in lines["mixed precision"].says
    assert lines["xla"].facts == {"works": True, "device": "/GPU:0"}
    assert "12.5.1" in lines["tensorflow"].says and "compute_90" in lines["tensorflow"].says


# how the GPU fails, words that have to be said, and words of what to do
NO_GPUS = {
    "only-a-name": ("Blas xGEMM launch failed", "Close other kernels"),
    "moved": ("ran on /job:localhost/replica:0/task:0/device:CPU:0 instead", "CUDA_VISIBLE_DEVICES=-1"),
    "wrong": ("another result", "CUDA_VISIBLE_DEVICES=-1"),
    "rtx-50": ("no code for this generation", "Colab"),
    "old-cudnn": ("Another cuDNN is loaded", "nvidia-cudnn-cu12"),
    "crash-gpu": ("SIGSEGV", "CUDA_VISIBLE_DEVICES=-1"),
}


@pytest.mark.parametrize("how", NO_GPUS)
def test_a_name_in_a_list_is_no_gpu(how: str, fake_tensorflow) -> None:
    """Where TensorFlow lists a GPU and nvidia-smi confirms it, and it does not compute: is it never called working?"""
    lines = examined(how, fake_tensorflow)
    says, todo = NO_GPUS[how]
    computation = lines["computation"]
    assert computation.state == PROBLEM and computation.facts["gpus_that_compute"] == []
    assert says in computation.says and todo in computation.todo
    assert "mixed_" not in lines["mixed precision"].says


def test_a_gpu_that_another_program_fills_is_no_fault(fake_tensorflow) -> None:
    """Where the GPU's memory is taken: is that a note, since nothing is broken, and is nothing claimed?"""
    lines = examined("memory-in-use", fake_tensorflow)
    assert lines["computation"].state == NOTE and "memory is full" in lines["computation"].says
    assert lines["computation"].facts["gpus_that_compute"] == []


def test_a_gpu_that_hangs_is_left(fake_tensorflow) -> None:
    """Does the doctor come back, and say at which step the time was up?"""
    lines = examined("hang-gpu", fake_tensorflow, seconds=5.0)
    assert lines["computation"].state == PROBLEM and "trying product /GPU:0" in lines["computation"].says
    assert lines["xla"].state == NOTE, "what was not reached is not claimed"


def test_xla_without_libdevice_leaves_the_rest_alone(fake_tensorflow) -> None:
    """Where only XLA fails: is that a note with its cause, and do the other computations stand?"""
    lines = examined("no-libdevice", fake_tensorflow)
    assert lines["xla"].state == NOTE and "[and-cuda]" in lines["xla"].todo
    assert lines["computation"].state == OK


def test_a_gpu_without_code_for_it_is_named_beforehand(fake_tensorflow) -> None:
    """Is it said that TensorFlow holds no code for a card's generation, where it lists the card all the same?"""
    devices = examined("rtx-50", fake_tensorflow)["devices"]
    assert devices.state == NOTE and "12.0" in devices.says


def test_what_nobody_confirms_is_said(fake_tensorflow) -> None:
    """Where TensorFlow lists a GPU and there is no nvidia-smi: is that said?"""
    assert "does not confirm" in examined("works", fake_tensorflow, driver=NONE)["devices"].says


# TensorFlow, and what else is known of the machine -> why the driver's GPU is not in its list, and what to do
REASONS = {
    "libraries": ("missing-libraries", {}, "not all the CUDA libraries", "[and-cuda]"),
    "hidden": ("no-gpu", {"hidden": True}, "CUDA_VISIBLE_DEVICES hides it", "Unset"),
    "built for the CPU": ("cpu-build", {}, "built for the CPU", "[and-cuda]"),
    "Windows": ("cpu-build", {"system": WINDOWS}, "since 2.11", "wsl --install"),
    "an old driver": (
        "no-gpu", {"driver": Driver(ANSWERS, (Gpu("Tesla K80", "450.51.05"),))}, "too old", "line on the driver"
    ),
    "WSL2": ("no-gpu", {"system": WSL2}, "from Windows", "/usr/lib/wsl/lib"),
    "nothing known": ("no-gpu", {}, "come before them", "LD_LIBRARY_PATH"),
}  # fmt: skip


@pytest.mark.parametrize("name", REASONS)
def test_a_card_that_tensorflow_does_not_list(name: str, fake_tensorflow) -> None:
    """Where nvidia-smi prints a GPU, be it a fake one, and TensorFlow lists none: is the reason named, and no GPU?"""
    how, known, says, todo = REASONS[name]
    lines = examined(how, fake_tensorflow, **known)
    assert lines["devices"].state == NOTE and says in lines["devices"].says and todo in lines["devices"].todo
    assert lines["computation"].state == OK and lines["computation"].facts["gpus_that_compute"] == []
    assert "GPU" not in lines["computation"].says, "the CPU computed; nothing else is claimed"


def test_a_machine_without_a_gpu_has_no_fault(fake_tensorflow) -> None:
    """Without driver and GPU: is every line of TensorFlow's OK?"""
    lines = examined("no-gpu", fake_tensorflow, driver=NONE)
    assert all(finding.state == OK for finding in lines.values()), lines


# how TensorFlow fails to start -> what is said and what to do
STARTS = {
    "crash-import": ("SIGSEGV", "--force-reinstall"),
    "old-processor": ("does not have", "another machine"),
    "other-text": ("built for another TensorFlow", "tensorflow-text"),
    "hang-import": ("stopped after", "wait"),
}


@pytest.mark.parametrize("how", STARTS)
def test_a_tensorflow_that_does_not_start(how: str, fake_tensorflow) -> None:
    """Does the doctor outlive it, and say how it ended?"""
    lines = examined(how, fake_tensorflow, seconds=1.5 if how == "hang-import" else 60.0)
    says, todo = STARTS[how]
    assert list(lines) == ["tensorflow"]
    assert (
        lines["tensorflow"].state == PROBLEM and says in lines["tensorflow"].says and todo in lines["tensorflow"].todo
    )


def test_lines_that_are_cut_off_or_strange_are_left_out() -> None:
    """Does the reader of the program's lines survive half a line, and lines that only look like its own?"""
    output = (
        '@bookutils {"step": "imported", "version": "2.21.0"}\n@bookutils {"ste\n@bookutils []\n@bookutils 7\nhello\n'
    )
    probe = read_probe(Ran(-9, output, "", 1.0))
    assert probe.version == "2.21.0" and not probe.finished and probe.ending() == "SIGKILL"
