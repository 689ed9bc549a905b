"""What the NVIDIA driver says, through `nvidia-smi`: the lowest of the layers between a GPU and TensorFlow."""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from bookutils.core.findings import NOTE, OK, Finding
from bookutils.core.messages import _
from bookutils.devices.commands import run
from bookutils.devices.system import COLAB, LINUX, MACOS_ARM, MACOS_INTEL, MACOS_ROSETTA, WINDOWS, WSL2, System

ABSENT, HANGS, FAILS, NO_DEVICES, ANSWERS = "absent", "hangs", "fails", "no-devices", "answers"
OLDEST_DRIVER = "525.60.13"
_FIELDS = ("name", "driver_version", "memory.total", "compute_cap")
_OTHER_PLACES = ("/usr/lib/wsl/lib", "/opt/bin", r"C:\Windows\System32")  # WSL2, Colab, Windows
_PCI = Path("/sys/bus/pci/devices")
_NVIDIA, _DISPLAY = "0x10de", "0x03"


@dataclass(frozen=True)
class Gpu:
    """A GPU as the driver describes it; None where it says nothing."""

    name: str
    driver: str
    megabytes: int | None = None
    capability: tuple[int, int] | None = None


@dataclass(frozen=True)
class Driver:
    """How `nvidia-smi` answered.

    Attributes
    ----------
    state : one of the names above
    gpus : what it listed
    said : its own words, where it listed nothing
    cuda : the newest CUDA that this driver can serve; nothing that is installed
    card : whether an NVIDIA card sits on the machine's bus, whatever the driver says; None where nobody can tell
    """

    state: str
    gpus: tuple[Gpu, ...] = ()
    said: str = ""
    cuda: str = ""
    card: bool | None = None


def ask_driver(seconds: float = 20.0) -> Driver:
    """Ask the driver for its GPUs, and wait no longer than `seconds` for each answer."""
    command = shutil.which("nvidia-smi") or shutil.which("nvidia-smi", path=os.pathsep.join(_OTHER_PLACES))
    card = _has_card()
    if command is None:
        return Driver(ABSENT, card=card)
    code, output = 1, ""
    for fields in (_FIELDS, _FIELDS[:-1]):  # an old driver does not know the last one
        query = [command, f"--query-gpu={','.join(fields)}", "--format=csv,noheader"]
        ran = run(query, seconds)
        if ran.code is None:
            return Driver(HANGS, said=_("no answer in {seconds:.0f} seconds").format(seconds=seconds), card=card)
        code, output = ran.code, ran.output + ran.errors
        if "not a valid field" not in output.lower():
            break
    if "no devices were found" in output.lower():
        return Driver(NO_DEVICES, said="No devices were found", card=card)
    gpus = read_answer(output) if code == 0 else ()
    if not gpus:
        return Driver(FAILS, said=" ".join(output.split())[:300] or f"exit code {code}", card=card)
    served = re.search(r"CUDA Version:\s*([\d.]+)", run([command], seconds).output)
    return Driver(ANSWERS, gpus, cuda=served[1] if served else "", card=card)


def read_answer(output: str) -> tuple[Gpu, ...]:
    """Read the lines of ``nvidia-smi --query-gpu=name,driver_version,memory.total,compute_cap --format=csv,noheader``.

    >>> read_answer("NVIDIA A100-SXM4-40GB, 535.104.05, 40960 MiB, 8.0")
    (Gpu(name='NVIDIA A100-SXM4-40GB', driver='535.104.05', megabytes=40960, capability=(8, 0)),)
    >>> read_answer("Tesla K80, 450.51.05, [N/A]")
    (Gpu(name='Tesla K80', driver='450.51.05', megabytes=None, capability=None),)
    """
    gpus = []
    for line in output.splitlines():
        name, driver, memory, capability = [*(part.strip() for part in line.split(",")), "", "", ""][:4]
        if re.fullmatch(r"[\d.]+", driver):
            size, version = re.match(r"(\d+) MiB", memory), re.fullmatch(r"(\d+)\.(\d+)", capability)
            gpus.append(
                Gpu(
                    name,
                    driver,
                    int(size[1]) if size else None,
                    (int(version[1]), int(version[2])) if version else None,
                )
            )
    return tuple(gpus)


def is_too_old(driver: str) -> bool:
    """Whether a driver is older than the CUDA 12 libraries need.

    >>> is_too_old("470.57.02"), is_too_old("525.60.13"), is_too_old("1000.1")
    (True, False, False)
    """
    return _numbers(driver) < _numbers(OLDEST_DRIVER)


def driver_finding(driver: Driver, system: System) -> Finding:
    """Say what the driver said, and what to do where it said nothing useful."""
    facts: dict[str, object] = {
        "state": driver.state,
        "cuda_maximum": driver.cuda,
        "gpus": [
            {"name": gpu.name, "driver": gpu.driver, "megabytes": gpu.megabytes,
             "capability": ".".join(map(str, gpu.capability)) if gpu.capability else None}
            for gpu in driver.gpus
        ],
    }  # fmt: skip
    if driver.state == ANSWERS:
        return _answering(driver, system, facts)
    reinstall = _reinstall(system)
    if driver.state == HANGS:
        says = _("nvidia-smi gave {said}.").format(said=driver.said)
        todo = _("In a terminal type: nvidia-smi   Where it hangs there too, restart the machine.")
        return Finding("driver", NOTE, says, todo, facts)
    if driver.state == NO_DEVICES:
        says = _("nvidia-smi answers: No devices were found. The driver is here, and no GPU is within its reach.")
        todo = _("Look whether the card is plugged in and passed on: a container needs --gpus all.")
        if system.kind == COLAB:
            todo = _("Choose a GPU in Colab: Runtime, Change runtime type.")
        return Finding("driver", NOTE, says, todo, facts)
    if driver.state == FAILS:
        from bookutils.devices.symptoms.diagnosis import diagnose

        causes = diagnose(driver.said)
        says = _("nvidia-smi fails: {said}").format(said=driver.said)
        return Finding("driver", NOTE, says, causes[0].todo if causes else reinstall, facts)
    if system.kind in {MACOS_ARM, MACOS_INTEL, MACOS_ROSETTA}:
        return Finding("driver", OK, _("On macOS there is no NVIDIA driver; the chapters use the CPU."), facts=facts)
    if driver.card:
        says = _("An NVIDIA card is plugged in, and there is no nvidia-smi, so no driver that works.")
        return Finding("driver", NOTE, says, reinstall, facts)
    says = _("There is no nvidia-smi, so no NVIDIA driver. The chapters run on the CPU, and training takes longer.")
    todo = _("For a GPU choose one: Runtime, Change runtime type.") if system.kind == COLAB else ""
    return Finding("driver", NOTE, says, todo, facts)


def _answering(driver: Driver, system: System, facts: dict[str, object]) -> Finding:
    cards = ", ".join(f"{gpu.name} ({_size(gpu)})" for gpu in driver.gpus)
    version = driver.gpus[0].driver
    says = _("{version} lists {cards}.").format(version=version, cards=cards)
    if driver.cuda:
        says += " " + _("It can serve CUDA up to {cuda}; that number is no installed library.").format(cuda=driver.cuda)
    if is_too_old(version):
        says += " " + _("TensorFlow's CUDA 12 libraries need {oldest} or newer.").format(oldest=OLDEST_DRIVER)
        return Finding("driver", NOTE, says, _reinstall(system), facts)
    return Finding("driver", OK, says, facts=facts)


def _size(gpu: Gpu) -> str:
    parts = [_("{size:.0f} GB").format(size=gpu.megabytes / 1024)] if gpu.megabytes else []
    if gpu.capability:
        parts.append(_("compute capability {major}.{minor}").format(major=gpu.capability[0], minor=gpu.capability[1]))
    return ", ".join(parts) or _("nothing more is said of it")


def _reinstall(system: System) -> str:
    if system.kind == WSL2:
        return _("Install the newest NVIDIA driver on Windows, none inside WSL2, then type: wsl --shutdown")
    if system.kind == WINDOWS:
        return _("Install the newest NVIDIA driver. TensorFlow uses the GPU in WSL2 only.")
    if system.kind == COLAB:
        return _("Start a new session with a GPU: Runtime, Change runtime type.")
    if system.kind == LINUX:
        return _("On Ubuntu type: sudo ubuntu-drivers install   and restart; elsewhere install the newest driver.")
    return ""


def _has_card() -> bool | None:
    """Whether a display controller of NVIDIA's is on the PCI bus."""
    if not _PCI.is_dir():
        return None
    for device in _PCI.iterdir():
        try:
            vendor = (device / "vendor").read_text(encoding="ascii").strip()
            kind = (device / "class").read_text(encoding="ascii")
        except OSError:
            continue
        if vendor == _NVIDIA and kind.startswith(_DISPLAY):
            return True
    return False


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())
