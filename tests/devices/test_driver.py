"""The driver's layer: are the ways in which `nvidia-smi` answers told apart? The scripts are really run."""

from __future__ import annotations

import pytest

from bookutils.core.findings import NOTE, OK
from bookutils.devices import driver as driver_module
from bookutils.devices.driver import ABSENT, ANSWERS, FAILS, HANGS, NO_DEVICES, ask_driver, driver_finding
from bookutils.devices.system import COLAB, LINUX, MACOS_ARM, WINDOWS, WSL2, System

HEADER = "| NVIDIA-SMI 535.104.05   Driver Version: 535.104.05   CUDA Version: 12.2     |"
A100 = "NVIDIA A100-SXM4-40GB, 535.104.05, 40960 MiB, 8.0"


def answering(lines: str, header: str = HEADER) -> str:
    return f'case "$1" in --query*) cat <<END\n{lines}\nEND\n;; *) echo "{header}";; esac'


def test_a_driver_that_answers(nvidia_smi) -> None:
    """Are name, version, memory and capability read, and is 'CUDA Version' called what it is: a maximum?"""
    nvidia_smi(answering(A100))
    driver = ask_driver()
    assert driver.state == ANSWERS and driver.gpus[0].capability == (8, 0) and driver.gpus[0].megabytes == 40960
    finding = driver_finding(driver, System(LINUX))
    assert finding.state == OK
    assert "535.104.05" in finding.says and "40 GB" in finding.says
    assert "up to 12.2; that number is no installed library" in finding.says
    assert finding.facts["gpus"][0]["capability"] == "8.0"


def test_two_cards_and_what_is_not_known_of_them(nvidia_smi) -> None:
    """Are several lines read, one of them without memory and capability?"""
    nvidia_smi(answering(f"{A100}\nGRID V100D-8Q, 535.104.05, [N/A], [N/A]"))
    gpus = ask_driver().gpus
    assert [gpu.megabytes for gpu in gpus] == [40960, None]
    assert gpus[1].capability is None


def test_an_old_driver_is_asked_again(nvidia_smi) -> None:
    """Does a driver that does not know `compute_cap` still tell the rest, and is it called too old, with what to do?"""
    nvidia_smi(
        'case "$1" in *compute_cap*) echo \'Field "compute_cap" is not a valid field to query.\'; exit 2;;'
        ' --query*) echo "Tesla K80, 450.51.05, 11441 MiB";; *) echo "CUDA Version: 11.0";; esac'
    )
    driver = ask_driver()
    assert driver.state == ANSWERS and driver.gpus[0].driver == "450.51.05"
    finding = driver_finding(driver, System(LINUX))
    assert finding.state == NOTE and "525.60.13" in finding.says and "ubuntu-drivers" in finding.todo
    assert "on Windows" in driver_finding(driver, System(WSL2)).todo


# how it behaves, and what is seen: the state, a word of what is said, a word of what is to be done
SILENT = {
    "couldn't communicate": (
        "echo \"NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.\"; exit 9",
        FAILS, "communicate", "Reinstall the driver",
    ),
    "mismatch after an update": (
        'echo "Failed to initialize NVML: Driver/library version mismatch"; exit 18', FAILS, "mismatch", "Restart",
    ),
    "no devices": ('echo "No devices were found"; exit 6', NO_DEVICES, "No devices", "plugged in"),
    "no devices, and content": ('echo "No devices were found"', NO_DEVICES, "No devices", "plugged in"),
    "nothing at all": ("exit 0", FAILS, "exit code 0", "driver"),
    "blocked in WSL2": (
        'echo "Failed to initialize NVML: GPU access blocked by the operating system"; exit 255',
        FAILS, "blocked", "wsl --shutdown",
    ),
    "words that are no table": ("echo hello, world, this, is", FAILS, "hello", "driver"),
}  # fmt: skip


@pytest.mark.parametrize("name", SILENT)
def test_a_driver_that_lists_nothing(nvidia_smi, name: str) -> None:
    """Is each way of listing nothing told apart from the others, with its own thing to do?"""
    script, state, says, todo = SILENT[name]
    nvidia_smi(script)
    driver = ask_driver()
    finding = driver_finding(driver, System(LINUX))
    assert driver.state == state and not driver.gpus
    assert finding.state == NOTE and says in finding.says and todo in finding.todo


def test_a_driver_that_hangs_is_left(nvidia_smi) -> None:
    """Does the doctor come back from an nvidia-smi that does not, even where it started another program?"""
    nvidia_smi("sleep 600 & sleep 600")
    driver = ask_driver(seconds=0.3)
    assert driver.state == HANGS
    assert "no answer" in driver_finding(driver, System(LINUX)).says


def test_no_driver_is_no_fault(nvidia_smi, tmp_path, monkeypatch) -> None:
    """Without nvidia-smi: is a plugged-in card seen on the bus, and is its absence only a note?"""
    nvidia_smi("")
    monkeypatch.setattr(driver_module, "_PCI", tmp_path)
    driver = ask_driver()
    assert driver.state == ABSENT and driver.card is False
    finding = driver_finding(driver, System(LINUX))
    assert finding.state == NOTE and not finding.todo, "there is nothing to do where there is no card"
    card = tmp_path / "0000:01:00.0"
    card.mkdir()
    (card / "vendor").write_text("0x10de\n")
    (card / "class").write_text("0x030000\n")
    finding = driver_finding(ask_driver(), System(LINUX))
    assert "plugged in" in finding.says and "ubuntu-drivers" in finding.todo


def test_the_answer_fits_the_system(nvidia_smi, tmp_path, monkeypatch) -> None:
    """Is what to do another thing on Colab, in WSL2, on Windows and on macOS?"""
    nvidia_smi('echo "No devices were found"')
    assert "Runtime" in driver_finding(ask_driver(), System(COLAB)).todo
    nvidia_smi('echo "NVIDIA-SMI has failed"; exit 9')
    assert "none inside WSL2" in driver_finding(ask_driver(), System(WSL2)).todo
    assert "WSL2 only" in driver_finding(ask_driver(), System(WINDOWS)).todo
    absent = driver_module.Driver(ABSENT)
    assert driver_finding(absent, System(MACOS_ARM)).state == OK
    assert "Runtime" in driver_finding(absent, System(COLAB)).todo
