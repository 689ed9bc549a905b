"""Files and variables that lead Python astray: does the doctor name them, and live through them itself?"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bookutils.core.findings import NOTE, OK, PROBLEM
from bookutils.devices import shadows
from bookutils.devices.driver import ABSENT, Driver
from bookutils.devices.permissions import readable_finding
from bookutils.devices.probe import Probe
from bookutils.devices.shadows import find_shadows, shadow_findings
from bookutils.devices.stack import stack_findings
from bookutils.devices.surroundings import environment_findings, keras_findings
from bookutils.devices.system import LINUX, System

NONE = Driver(ABSENT)
COMMAND = Path(sys.executable).with_name("bookutils")


def put(folder: Path, *names: str, content: str = "raise RuntimeError('not the library')\n") -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
    return folder


def doctor(*words: str, **variables: str) -> list[dict]:
    """Run the whole doctor as it is typed; return its lines."""
    environment = {**os.environ, **variables}
    done = subprocess.run([*words, "--json"], capture_output=True, text=True, env=environment, check=False)
    assert "Traceback" not in done.stderr, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("numpy.py", True), ("random.py", True), ("types.py", True), ("json.py", True),
        pytest.param("tensorflow/__init__.py", True, marks=pytest.mark.tensorflow),
        ("matplotlib/__init__.py", True), ("json/__init__.py", True), ("numpy/readme.txt", False), ("numpy.txt", False),
        ("my_numpy.py", False), ("os.py", False), ("sys.py", False), ("test.py", False), ("homework.py", False),
        ("bookutils.py", True), ("01-activations.ipynb", False), ("numpy copy.py", False),
    ],
)  # fmt: skip
def test_what_stands_in_a_librarys_place_is_told_from_what_does_not(name: str, found: bool, tmp_path) -> None:
    """Modules and packages with a library's name replace it; folders without code, other names and os.py do not."""
    put(tmp_path, name)
    assert bool(find_shadows(tmp_path)) == found


def test_the_folders_of_the_libraries_hide_nothing() -> None:
    """Are the libraries themselves, and the clone with its own package, no shadows?"""
    assert all(find_shadows(Path(folder)) == [] for folder in shadows.library_folders())
    assert find_shadows(Path(json.__file__).parents[1]) == []
    assert find_shadows(Path(shadows.__file__).parents[2]) == []


@pytest.mark.tensorflow
def test_many_are_counted_and_the_gravest_named_first(tmp_path) -> None:
    """Where a whole other environment is on PYTHONPATH, is the line still short, and TensorFlow in it?"""
    put(tmp_path, *(f"{name}.py" for name in ("calendar", "random", "types", "numpy", "tensorflow", "keras")))
    (finding,) = shadow_findings({"PYTHONPATH": f"{tmp_path}{os.pathsep}/nowhere{os.pathsep}"}, [tmp_path])
    assert finding.state == PROBLEM and finding.facts["variable"] == "PYTHONPATH"
    assert "tensorflow.py, keras.py, numpy.py and 3 more" in finding.says and str(tmp_path) in finding.says


def test_beside_the_notebooks_is_looked_too(tmp_path) -> None:
    """A file random.py in work/ is imported by the notebooks there: is it named from the folder above?"""
    put(tmp_path / "work", "random.py")
    findings = environment_findings({"KERAS_HOME": str(tmp_path)}, tmp_path, NONE)
    assert [finding.state for finding in findings] == [PROBLEM]
    assert str(tmp_path / "work") in findings[0].says and "random.py" in findings[0].todo


def test_packages_of_the_user_alone_are_named_where_they_go_first(tmp_path, monkeypatch) -> None:
    """Outside an environment, ~/.local goes before the libraries: is that a note, and none where it is left out?"""
    monkeypatch.setattr(shadows.sys, "base_prefix", sys.prefix)
    monkeypatch.setattr(shadows.site, "getusersitepackages", lambda: str(tmp_path))
    put(tmp_path, "numpy/__init__.py")
    (finding,) = shadow_findings({}, [])
    assert finding.state == NOTE and "PYTHONNOUSERSITE" in finding.todo
    assert shadow_findings({"PYTHONNOUSERSITE": "1"}, []) == []


@pytest.mark.parametrize(
    ("variables", "state", "named"),
    [
        ({"PYTHONHOME": "/nowhere"}, PROBLEM, "PYTHONHOME"),
        ({"PYTHONWARNINGS": "ignore,error::Warning"}, PROBLEM, "error"),
        ({"PYTHONWARNINGS": "ignore"}, OK, ""), ({"PYTHONOPTIMIZE": "2"}, NOTE, "PYTHONOPTIMIZE"),
        ({"PYTHONSTARTUP": "/a/b.py"}, NOTE, "/a/b.py"), ({"TF_USE_LEGACY_KERAS": "True"}, PROBLEM, "Keras 2"),
        ({"TF_USE_LEGACY_KERAS": "0"}, OK, ""), ({"KERAS_BACKEND": "jax"}, PROBLEM, "jax"),
        ({"KERAS_BACKEND": "tensorflow"}, OK, ""),
    ],
)  # fmt: skip
def test_variables_are_named(variables, state: str, named: str, tmp_path) -> None:
    """Is each variable that breaks something named with its value, and a harmless value of it not?"""
    (finding,) = environment_findings({"KERAS_HOME": str(tmp_path), **variables}, tmp_path, NONE)
    assert finding.state == state and named in finding.says
    assert bool(finding.todo) == (state != OK)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('{"backend": "torch", "floatx": "float16"}', ["backend = 'torch'", "floatx = 'float16'"]),
        ('{"backend": "tensorflow", "floatx": "float32", "epsilon": 1e-7}', []), ("{ broken", []), ("[]", []),
        ('{"image_data_format": "channels_first"}', ["channels_first"]),
    ],
)  # fmt: skip
def test_a_keras_json_is_read(content: str, said: list[str], tmp_path) -> None:
    """Are settings of Keras in the person's home named, and a file that Keras itself passes over not?"""
    put(tmp_path, "keras.json", content=content)
    findings = keras_findings({"KERAS_HOME": str(tmp_path)})
    assert len(findings) == bool(said)
    assert all(words in findings[0].says for words in said)


@pytest.mark.parametrize("ended", ["before", "later"])
def test_unknown_flags_of_xla_are_named(ended: str) -> None:
    """XLA ends the program over a flag that it does not know, at once or at its first use: is that the advice?"""
    log = "2026-11-27 F external/xla/parse_flags_from_env.cc:234] Unknown flags in XLA_FLAGS: --no_such_flag"
    probe = Probe(log=log, code=-6, version="2.21.0" if ended == "later" else "")
    broken = [finding for finding in stack_findings(probe, NONE, System(LINUX), False, frozenset()) if finding.todo]
    assert broken[0].todo == "Unset XLA_FLAGS and restart the kernel." and "--no_such_flag" in broken[0].says


@pytest.mark.parametrize("name", ["numpy.py", "types.py", "json.py", "typing.py", "typer.py"])
def test_the_doctor_lives_through_what_it_names(name: str, tmp_path) -> None:
    """With a file on PYTHONPATH that would end any program, does the command name it, and advise nothing else?"""
    pytest.importorskip("tensorflow")
    if not COMMAND.exists():
        pytest.skip("bookutils is not installed as a command here")
    put(tmp_path, name)
    lines = doctor(str(COMMAND), "doctor", PYTHONPATH=str(tmp_path))
    broken = [line for line in lines if line["state"] == PROBLEM]
    assert broken[0]["about"] == "environment" and broken[0]["facts"]["file"] == str(tmp_path / name)
    assert not any("force-reinstall" in line["todo"] for line in lines)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root's sandbox is another user")
def test_what_the_sandbox_cannot_read_is_named(tmp_path) -> None:
    """With a clone that was made under umask 077, is the first closed file named, and the line that opens all?"""
    put(tmp_path / "package" / "deep", "module.py")
    tmp_path.chmod(0o755)
    assert readable_finding([tmp_path / "package"]).state == OK
    (tmp_path / "package" / "deep" / "module.py").chmod(0o600)
    finding = readable_finding([tmp_path / "package"])
    assert finding.state == PROBLEM and "module.py" in finding.says
    (tmp_path / "package" / "deep").chmod(0o700)
    assert readable_finding([tmp_path / "package"]).says.startswith(str(tmp_path / "package" / "deep"))
    subprocess.run(readable_finding([tmp_path / "package"]).todo.split(": ")[1].split("  ")[0], shell=True, check=True)
    assert readable_finding([tmp_path / "package"]).state == OK
