"""pyproject.toml, requirements.lock and environment.yml say the same."""

from __future__ import annotations

import dataclasses
import re
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
import yaml
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from scripts import environment
from scripts.lock import NOT_IN_LOCK

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LOCKED = [Requirement(line) for line in (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()]

SYSTEMS = {
    name: {"sys_platform": platform, "platform_system": system, "os_name": os_name, "platform_machine": machine}
    for name, platform, system, os_name, machine in [
        ("linux", "linux", "Linux", "posix", "x86_64"),
        ("linux-arm", "linux", "Linux", "posix", "aarch64"),
        ("macos", "darwin", "Darwin", "posix", "arm64"),
        ("windows", "win32", "Windows", "nt", "AMD64"),
    ]
}
PYTHONS = {"3.11": "3.11.9", "3.12": "3.12.4", "3.13": "3.13.1"}


def required() -> list[Requirement]:
    extras = (lines for name, lines in PROJECT["optional-dependencies"].items() if name not in NOT_IN_LOCK)
    return [Requirement(line) for lines in (PROJECT["dependencies"], *extras) for line in lines]


def applies(requirement: Requirement, where: dict[str, str]) -> bool:
    return requirement.marker is None or requirement.marker.evaluate({**where, "extra": ""})


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("python", PYTHONS)
def test_the_lock_has_one_fitting_version_of_each_requirement(system: str, python: str) -> None:
    """On each supported system and Python: is there one locked version, and does pyproject.toml accept it?"""
    where = {
        **default_environment(),
        **SYSTEMS[system],
        "python_version": python,
        "python_full_version": PYTHONS[python],
    }
    locked: dict[str, list[str]] = {}
    for line in LOCKED:
        if applies(line, where):
            locked.setdefault(canonicalize_name(line.name), []).append(str(line.specifier).removeprefix("=="))
    for requirement in required():
        if applies(requirement, where):
            versions = locked.get(canonicalize_name(requirement.name), [])
            assert len(versions) == 1, f"{requirement.name}: {versions or 'not in the lock'}; type: make lock"
            assert requirement.specifier.contains(Version(versions[0])), f"{requirement}, locked {versions[0]}"


def test_the_lock_carries_versions_and_no_addresses() -> None:
    """Is each line `name==version`, with a marker at most?"""
    for line in LOCKED:
        assert line.url is None
        assert re.fullmatch(r"==[\w.!+]+", str(line.specifier)), line


def test_this_environment_is_the_locked_one() -> None:
    """Is everything that is locked for this machine installed here, in that version?"""
    here = default_environment()
    wrong = []
    for line in LOCKED:
        if applies(line, here):  # type: ignore[arg-type]
            try:
                found = metadata.version(line.name)
            except metadata.PackageNotFoundError:
                found = "missing"
            if not line.specifier.contains(found if found != "missing" else "0", prereleases=True):
                wrong.append(f"{line.name}: {found} instead of {line.specifier}")
    assert not wrong, "type: make setup\n" + "\n".join(wrong)


def test_conda_installs_what_make_lab_installs() -> None:
    """Does environment.yml take a supported Python, the lock, and the extras that learners get?"""
    conda = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    python = next(item for item in conda["dependencies"] if isinstance(item, str) and item.startswith("python="))
    assert python == "python=3.12"
    assert Requirement(f"python{PROJECT['requires-python']}").specifier.contains(f"{python.split('=')[1]}.0")
    (pip,) = [item["pip"] for item in conda["dependencies"] if isinstance(item, dict)]
    constraint, package = pip
    assert constraint == f"--constraint {environment.LOCK.name}"
    extras = re.fullmatch(r"--editable \.\[([\w,]+)\]", package)
    assert extras, package
    assert tuple(extras.group(1).split(",")) == environment.FOR_LEARNERS


def test_each_extra_is_known_to_the_set_up() -> None:
    """Does `make setup` install every extra that the lock covers, and no other?"""
    assert set(environment.FOR_CONTRIBUTORS) == set(PROJECT["optional-dependencies"]) - NOT_IN_LOCK
    assert set(environment.FOR_LEARNERS) <= set(environment.FOR_CONTRIBUTORS)


@pytest.mark.parametrize("beside", environment.ALL_BESIDE, ids=lambda beside: beside.venv.name)
def test_an_environment_beside_it_differs_in_what_it_names(
    beside: environment.Beside, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Is each small environment made of the base install, its own packages, and for the rest the locked versions?"""
    commands: list[tuple[str, ...]] = []
    monkeypatch.setattr(environment, "run", lambda *words: commands.append(tuple(map(str, words))))
    monkeypatch.setattr(environment, "python_works", lambda python: True)
    environment.install_beside(Path("uv"), dataclasses.replace(beside, venv=tmp_path))
    (command,) = commands
    assert command[-len(beside.packages) - 2 :] == ("--editable", str(ROOT), *beside.packages)
    constraints = (tmp_path / "constraints.txt").read_text(encoding="utf-8").splitlines()
    locked = [str(line) for line in LOCKED if line.name not in beside.unlocked]
    assert [str(Requirement(line)) for line in constraints] == [*locked, *beside.packages]
    assert set(beside.unlocked) <= {line.name for line in LOCKED}


def test_nbgrader_is_not_in_the_environment_of_the_course() -> None:
    """Does contributors' JupyterLab look like the learners', and is the tested nbgrader one that `bench` accepts?"""
    (package,) = environment.NBGRADER.packages
    tested = Requirement(package)
    assert tested.name not in {line.name for line in LOCKED}
    bench = [Requirement(line) for line in PROJECT["optional-dependencies"]["bench"]]
    (benched,) = [wanted for wanted in bench if wanted.name == tested.name]
    assert benched.specifier.contains(str(tested.specifier).removeprefix("=="))
