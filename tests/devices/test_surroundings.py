"""Variables, memory, the processor, the sandbox, the caches: is what is seen there said, and nothing else?"""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from bookutils.core.findings import NOTE, OK, PROBLEM
from bookutils.devices import caches, surroundings
from bookutils.devices.caches import cache_finding, disk_finding, encoder_finding, hub_finding
from bookutils.devices.driver import ABSENT, ANSWERS, Driver, Gpu
from bookutils.devices.surroundings import (
    cgroup_limit,
    cpu_units,
    environment_findings,
    hides_gpus,
    memory_finding,
    sandbox_finding,
)
from bookutils.models.sources.names import SOURCES

GPU = Driver(ANSWERS, (Gpu("NVIDIA L4", "550.54.15"),))


def test_nothing_set_is_one_line(tmp_path) -> None:
    """Is an environment without such variables OK?"""
    assert [finding.state for finding in environment_findings({}, tmp_path, GPU)] == [OK]


@pytest.mark.parametrize("value", ["", " ", "-1", "-2", "NoDevFiles"])
def test_a_hidden_gpu_is_said(value: str, tmp_path) -> None:
    """Are all values known that hide every GPU, and is it a note only where there is a GPU to hide?"""
    variables = {"CUDA_VISIBLE_DEVICES": value}
    assert hides_gpus(variables)
    assert environment_findings(variables, tmp_path, GPU)[0].state == NOTE
    assert environment_findings(variables, tmp_path, Driver(ABSENT))[0].state == OK


def test_a_chosen_gpu_is_said(tmp_path) -> None:
    """Is a choice of GPUs no fault?"""
    finding = environment_findings({"CUDA_VISIBLE_DEVICES": "1"}, tmp_path, GPU)[0]
    assert finding.state == OK and "'1'" in finding.says


def test_a_stub_is_told_from_a_folder_with_its_name(tmp_path) -> None:
    """Is a stub of libcuda on the path of libraries found where there is one, and only there?"""
    stubs = tmp_path / "cuda" / "lib64" / "stubs"
    stubs.mkdir(parents=True)
    variables = {"LD_LIBRARY_PATH": f"{tmp_path}{os.pathsep}{stubs}{os.pathsep}"}
    assert [finding.state for finding in environment_findings(variables, tmp_path, GPU)] == [OK]
    (stubs / "libcuda.so").write_bytes(b"")
    finding = environment_findings(variables, tmp_path, GPU)[0]
    assert finding.state == NOTE and str(stubs) in finding.says


@pytest.mark.tensorflow
def test_fakes_and_shadows_are_found(tmp_path) -> None:
    """Are faked devices, another Keras, another backend and a file with a library's name found, each in a line?"""
    variables = {
        "XLA_FLAGS": "--xla_force_host_platform_device_count=8", "KERAS_BACKEND": "torch", "TF_USE_LEGACY_KERAS": "1",
    }  # fmt: skip
    (tmp_path / "tensorflow.py").write_text("")
    findings = environment_findings(variables, tmp_path, GPU)
    assert [finding.state for finding in findings] == [NOTE, PROBLEM, PROBLEM, PROBLEM]
    assert all(finding.todo for finding in findings) and "no GPUs" in findings[0].says


def test_a_containers_limit_counts(tmp_path, monkeypatch) -> None:
    """Is the lowest limit of a process's control groups found, in both versions of them?"""
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "memory.max").write_text("4000000000\n")
    (tmp_path / "a" / "b" / "memory.max").write_text("max\n")
    assert cgroup_limit("0::/a/b\n", tmp_path) == 4_000_000_000
    (tmp_path / "memory" / "docker").mkdir(parents=True)
    (tmp_path / "memory" / "docker" / "memory.limit_in_bytes").write_text("1500000000\n")
    (tmp_path / "memory" / "memory.limit_in_bytes").write_text("9223372036854771712\n")
    own = "5:devices:/x\n4:cpu,memory:/docker\n"
    assert cgroup_limit(own, tmp_path) == 1_500_000_000
    assert cgroup_limit("0::/nowhere\nnonsense\n", tmp_path) is None
    monkeypatch.setattr(surroundings, "_SELF", tmp_path / "own")
    monkeypatch.setattr(surroundings, "_CGROUPS", tmp_path)
    (tmp_path / "own").write_text(own)
    finding = memory_finding()
    assert finding.state == NOTE and finding.facts["limit"] == 1_500_000_000 and "Close" in finding.todo


def test_little_memory_is_a_note(tmp_path, monkeypatch) -> None:
    """Is free memory read as Linux writes it?"""
    monkeypatch.setattr(surroundings, "_MEMINFO", tmp_path / "meminfo")
    monkeypatch.setattr(surroundings, "_SELF", tmp_path / "none")
    (tmp_path / "meminfo").write_text(
        "MemTotal:       16384000 kB\nMemFree: 1 kB\nMemAvailable:   1024000 kB\nHuge: 0\n"
    )
    finding = memory_finding()
    assert finding.state == NOTE and "16.8 GB, 1.0 GB of it free" in finding.says


def test_the_processors_units_are_read_from_its_flags() -> None:
    """Are units seen on x86 and ARM, and none where no flag names one?"""
    assert cpu_units("model name: x\nflags\t\t: fpu avx2 avx512_bf16\n") == {"AVX512-BF16"}
    assert cpu_units("Features\t: fp asimd bf16\n") == {"BF16"}
    assert cpu_units("bugs: avx512_bf16\n") == cpu_units("") == frozenset()


@pytest.mark.skipif(os.name != "posix", reason="the script is for a POSIX shell")
def test_a_sandbox_is_started_before_it_is_called_one(tmp_path, monkeypatch) -> None:
    """Is a bubblewrap that refuses called so, and is its absence no fault of a learner's machine?"""
    monkeypatch.setattr(surroundings.sys, "platform", "linux")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert sandbox_finding().facts == {"starts": False} and sandbox_finding().state == OK
    (tmp_path / "bwrap").write_text("#!/bin/sh\necho 'bwrap: setting up uid map: Permission denied' >&2; exit 1\n")
    (tmp_path / "bwrap").chmod(0o755)
    finding = sandbox_finding()
    assert finding.state == NOTE and "Permission denied" in finding.says and "--grading" in finding.todo


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of one's own, empty, and no folder of TensorFlow Hub's."""
    monkeypatch.setenv("BOOKUTILS_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("TFHUB_CACHE_DIR", str(tmp_path / "hub"))
    return tmp_path / "cache"


def test_an_empty_cache_is_no_fault(cache) -> None:
    """Before the first download: is it said that the encoder will be fetched, and how to do it now?"""
    assert cache_finding().state == OK and not cache.exists(), "looking makes no folder"
    finding = encoder_finding()
    assert finding.state == NOTE and "91 MB" in finding.says and "bookutils fetch" in finding.todo
    assert hub_finding().facts == {"whole": 0, "broken": [], "locks": []}


def test_a_damaged_encoder_is_told_by_its_checksum(cache) -> None:
    """Is a file that has the right name and other bytes found out?"""
    folder = SOURCES["minilm"].folder
    folder.mkdir(parents=True)
    for file in SOURCES["minilm"].files:
        (folder / file).write_bytes(b"half")
    finding = encoder_finding()
    assert "damaged" in finding.says and finding.facts["there"] is False


def test_broken_modules_and_old_locks_of_hub(tmp_path, cache) -> None:
    """Are a module without its graph and a lock of long ago found, a whole module and a fresh lock left alone?"""
    whole, broken, lock = tmp_path / "hub" / "aa", tmp_path / "hub" / "bb", tmp_path / "hub" / "cc.lock"
    whole.mkdir(parents=True)
    (whole / "saved_model.pb").write_bytes(b"x")
    (tmp_path / "hub" / "cc.1234.tmp").mkdir()
    lock.write_text("node7.4242.1234")
    assert hub_finding().state == OK and hub_finding().facts["whole"] == 1
    os.utime(lock, (time.time() - 3600,) * 2)
    assert str(lock) in hub_finding().todo
    broken.mkdir()
    assert str(broken) in hub_finding().todo


def test_a_file_in_a_folders_place_is_named(tmp_path, cache, monkeypatch) -> None:
    """Is a BOOKUTILS_HOME that is a file, or lies below one, named with its variable?"""
    (tmp_path / "taken").write_text("")
    for place in (tmp_path / "taken", tmp_path / "taken" / "deeper"):
        monkeypatch.setenv("BOOKUTILS_HOME", str(place))
        finding = disk_finding()
        assert finding.state == PROBLEM and "is a file" in finding.says and "BOOKUTILS_HOME" in finding.todo


def test_a_full_or_forbidden_disk(cache, monkeypatch) -> None:
    """Is too little room said with what to do, and is a folder tried by writing?"""
    usage = type("usage", (), {"free": 10**9})
    monkeypatch.setattr(caches.shutil, "disk_usage", lambda folder: usage)
    assert disk_finding().state == NOTE and "1.0 GB" in disk_finding().says
    usage.free = 10**8
    assert disk_finding().state == PROBLEM
    monkeypatch.setattr(caches, "_can_write", lambda folder: False)
    assert disk_finding().state == PROBLEM and "BOOKUTILS_CACHE_DIR" in disk_finding().todo
