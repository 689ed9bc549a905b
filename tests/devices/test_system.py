"""Systems, Pythons and packages: are they told apart by what they say of themselves? The texts are recorded."""

from __future__ import annotations

import pytest

from bookutils.core.findings import NOTE, OK, PROBLEM
from bookutils.devices.packages import installed_versions, package_findings
from bookutils.devices.system import (
    COLAB,
    LINUX,
    MACOS_ARM,
    MACOS_INTEL,
    MACOS_ROSETTA,
    WINDOWS,
    WSL1,
    WSL2,
    System,
    python_finding,
    system_finding,
    tell_system,
    this_system,
)

# /proc/version, as these systems write it
UBUNTU = (
    "Linux version 6.8.0-51-generic (buildd@lcy02-amd64-075) (x86_64-linux-gnu-gcc-13 (Ubuntu 13.3.0-6ubuntu2~24.04) "
    "13.3.0, GNU ld (GNU Binutils for Ubuntu) 2.42) #52-Ubuntu SMP PREEMPT_DYNAMIC Thu Dec  5 13:09:44 UTC 2024"
)
WSL_2 = (
    "Linux version 5.15.167.4-microsoft-standard-WSL2 (root@f9c826d3017f) (gcc (GCC) 11.2.0, GNU ld (GNU Binutils) "
    "2.37) #1 SMP Tue Nov 5 00:21:55 UTC 2024"
)
WSL_1 = (
    "Linux version 4.4.0-19041-Microsoft (Microsoft@Microsoft.com) (gcc version 5.4.0 (GCC) ) #1237-Microsoft Sat Sep "
    "11 14:32:00 PST 2021"
)
APPLE = "Darwin Kernel Version 23.6.0: Mon Jul 29 21:14:30 PDT 2024; root:xnu-10063.141.2~1/RELEASE_ARM64_T6000"
INTEL = "Darwin Kernel Version 22.6.0: Wed Jul  5 22:21:56 PDT 2023; root:xnu-8796.141.3~6/RELEASE_X86_64"
MACHINES = {
    "Ubuntu": (("Linux", "x86_64", UBUNTU), LINUX),
    "the second WSL": (("Linux", "x86_64", WSL_2), WSL2),
    "the second WSL, its first kernels": (("Linux", "x86_64", "Linux version 5.10.16.3-microsoft-standard"), WSL2),
    "the first WSL": (("Linux", "x86_64", WSL_1), WSL1),
    "a container without /proc/version": (("Linux", "aarch64", ""), LINUX),
    "Apple silicon": (("Darwin", "arm64", "", APPLE), MACOS_ARM),
    "an Intel Mac": (("Darwin", "x86_64", "", INTEL), MACOS_INTEL),
    "an Intel Python on Apple silicon": (("Darwin", "x86_64", "", APPLE), MACOS_ROSETTA),
    "Windows": (("Windows", "AMD64", "", "10.0.22631"), WINDOWS),
    "Colab": (("Linux", "x86_64", UBUNTU, "", True), COLAB),
}
GOOD = {
    "tensorflow": "2.21.0", "keras": "3.15.1", "tensorflow-text": "2.21.1", "tf-keras": "2.21.0",
    "tensorflow-hub": "0.16.1", "numpy": "2.4.6", "ipywidgets": "8.1.9", "setuptools": "80.8.0", "jupyterlab": "4.6.6",
}  # fmt: skip
COLABS = {**GOOD, "tensorflow": "2.20.0", "keras": "3.13.2", "tensorflow-text": "2.20.1", "tf-keras": "2.20.0",
          "numpy": "2.1.3", "ipywidgets": "7.7.1", "setuptools": "75.2.0"}  # fmt: skip


@pytest.mark.parametrize("name", MACHINES)
def test_systems_are_told_apart(name: str) -> None:
    """Is each system known by its own words, and is something to do said where chapters do not run?"""
    words, kind = MACHINES[name]
    assert tell_system(*words) == kind
    finding = system_finding(System(kind, release="1.2.3"))
    assert finding.facts["kind"] == kind and "{" not in finding.says
    assert bool(finding.todo) == (kind in {WSL1, MACOS_INTEL, MACOS_ROSETTA, WINDOWS})


def test_this_system_is_one_of_them() -> None:
    """Is the system that the test runs on known?"""
    assert this_system().kind in {kind for _, kind in MACHINES.values()}


@pytest.mark.parametrize(
    ("version", "environment", "state", "todo"),
    [
        ((3, 11, 0), "venv", OK, ""),
        ((3, 13, 9), "conda", OK, ""),
        ((3, 12, 3), "none", NOTE, "make lab"),
        ((3, 13, 1), "colab", OK, ""),
        ((3, 14, 0), "venv", PROBLEM, "3.12"),
        ((3, 10, 12), "venv", PROBLEM, "3.11"),
    ],
)
def test_pythons(version, environment, state, todo) -> None:
    """Is a Python judged by its version and its environment, with one thing to do?"""
    finding = python_finding(System(LINUX, python=version, environment=environment))
    assert finding.state == state and todo in finding.todo and bool(todo) == bool(finding.todo)


def lines(
    changes: dict[str, str | None], system: str = LINUX, pkg_resources: bool = True
) -> dict[str, tuple[str, str]]:
    """The lines beyond the list of versions: about -> (state, todo)."""
    findings = package_findings({**GOOD, **changes}, System(system), pkg_resources)
    assert findings[0].about == "packages" and findings[0].state == OK
    return {finding.about: (finding.state, finding.todo) for finding in findings[1:]}


def test_versions_that_go_together_get_one_line() -> None:
    """Is nothing found fault with in the course's own versions, and in Colab's?"""
    assert lines({}) == {}
    assert lines(COLABS, COLAB) == {}


BAD = {
    "text of another minor": ({"tensorflow-text": "2.20.1"}, "tensorflow-text", PROBLEM, "tensorflow-text==2.21.*"),
    "text missing": ({"tensorflow-text": None}, "tensorflow-text", PROBLEM, "tensorflow-text==2.21.*"),
    "an old TensorFlow": ({"tensorflow": "2.6.0", "tensorflow-text": "2.6.0", "tf-keras": "2.6.0"},
                          "tensorflow version", PROBLEM, "2.21.0"),
    "no TensorFlow": ({"tensorflow": None}, "tensorflow", NOTE, "2.21.0"),
    "an old NumPy": ({"numpy": "1.26.4"}, "numpy", PROBLEM, "numpy>=2"),
    "Keras 2": ({"keras": "2.15.0"}, "keras", PROBLEM, "keras>=3"),
    "a setuptools that warns": ({"setuptools": "81.0.0"}, "setuptools", NOTE, "setuptools<80.9"),
    "tf-keras of another minor": ({"tf-keras": "2.20.1"}, "tf-keras", NOTE, "tf-keras==2.21.*"),
    "tf-keras missing": ({"tf-keras": None}, "tf-keras", NOTE, "tf-keras==2.21.*"),
    "two TensorFlows": ({"tensorflow-cpu": "2.20.0"}, "tensorflow-cpu", PROBLEM, "uninstall"),
    "PyTorch's cuDNN": ({"nvidia-cudnn-cu12": "9.1.0.70"}, "cudnn", NOTE, "--upgrade nvidia-cudnn-cu12"),
    "sliders that stay away": ({"ipywidgets": "7.7.1"}, "ipywidgets", PROBLEM, "ipywidgets>=8"),
    "sliders of long ago": ({"ipywidgets": "7.6.5"}, "ipywidgets", PROBLEM, "ipywidgets>=8"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_versions_that_do_not_go_together(name: str) -> None:
    """Is each combination found that is known to break, in a line of its own, with what to type?"""
    changes, about, state, todo = BAD[name]
    found = lines(changes)
    assert list(found) == [about]
    assert found[about][0] == state and todo in found[about][1]


def test_versions_that_break_on_one_system_only() -> None:
    """Are text on Windows, Metal on macOS and a missing pkg_resources judged as they are there?"""
    assert lines({"tensorflow-text": None}, WINDOWS)["tensorflow-text"][0] == NOTE
    assert "uninstall" in lines({"tensorflow-metal": "1.2.0"}, MACOS_ARM)["tensorflow-metal"][1]
    assert "setuptools<80.9" in lines({"setuptools": "84.0.0"}, pkg_resources=False)["setuptools"][1]
    assert lines({"tensorflow": None}, MACOS_INTEL)["tensorflow"][1] == "", "the line on the system says what to do"


def test_the_versions_here_are_read_without_importing() -> None:
    """Are versions found for what is installed, and None for what is not?"""
    versions = installed_versions()
    assert versions["numpy"] and versions["tensorflow-metal"] is None
