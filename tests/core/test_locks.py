import json
import os
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from bookutils.core import locks
from bookutils.core.errors import BookError
from bookutils.core.locks import STALE_SECONDS, try_lock

HOLD = """
import pathlib, sys, time
from bookutils.core.locks import try_lock
with try_lock(pathlib.Path(sys.argv[1])) as lock:
    print("held", lock is not None, flush=True)
    time.sleep(60)
"""


@pytest.fixture
def holder(tmp_path):
    """Another living process that holds the lock."""
    with subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path / "lock")], stdout=subprocess.PIPE) as child:
        assert child.stdout.readline().strip() == b"held True"
        yield child
        child.kill()


def test_a_living_process_keeps_its_lock(holder, tmp_path):
    """Is a lock that another process holds respected, and not waited on for ever?"""
    with try_lock(tmp_path / "lock", seconds=0.3) as lock:
        assert lock is None
    assert (tmp_path / "lock").exists()


@pytest.mark.skipif(os.name == "nt", reason="there a lock's age alone tells that nobody holds it")
def test_a_killed_process_keeps_nothing(holder, tmp_path):
    """Is the lock of a process that was killed taken over at once, and removed afterwards?"""
    holder.kill()
    holder.wait()
    assert (tmp_path / "lock").exists()
    with try_lock(tmp_path / "lock", seconds=0) as lock:
        assert lock is not None
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", ["", "not json", "[]", '{"pid": "x"}', '{"pid": 1, "host": "elsewhere"}'])
def test_a_lock_that_says_nothing_counts_by_its_age(tmp_path, content):
    """Is an unreadable or foreign lock respected while it is fresh, and taken over when nobody touched it?"""
    path = tmp_path / "lock"
    path.write_text(content)
    with try_lock(path, seconds=0) as lock:
        assert lock is None
    os.utime(path, (time.time() - STALE_SECONDS - 1,) * 2)
    with try_lock(path, seconds=0) as lock:
        assert lock is not None


def test_an_old_lock_of_a_number_given_out_again(tmp_path):
    """Is a lock whose process number belongs to somebody else by now taken over once it is old?"""
    path = tmp_path / "lock"
    path.write_text(json.dumps({"pid": os.getpid(), "host": socket.gethostname(), "token": "other"}))
    os.utime(path, (time.time() - STALE_SECONDS - 1,) * 2)
    with try_lock(path, seconds=0) as lock:
        assert lock is not None


def test_a_living_holder_keeps_its_lock_however_long_it_is_silent(tmp_path):
    """Is the age of a lock no reason where the system tells that its very process still runs?"""
    path = tmp_path / "lock"
    with try_lock(path):
        os.utime(path, (1, 1))
        with try_lock(path, seconds=0) as other:
            assert other is None
    with try_lock(path):
        owner = json.loads(path.read_text())
        if owner["started"] is not None:  # the same number, and another process
            path.write_text(json.dumps({**owner, "started": owner["started"] - 1}))
            with try_lock(path, seconds=0) as other:
                assert other is not None


def test_a_holder_that_works_stays_fresh(tmp_path, monkeypatch):
    """Does `alive` renew the lock, so that its age says how long nothing happened?"""
    with try_lock(tmp_path / "lock") as lock:
        os.utime(tmp_path / "lock", (1, 1))
        lock.alive()
        assert (tmp_path / "lock").stat().st_mtime == 1  # too soon for another touch
        monkeypatch.setattr(lock, "_touched", time.monotonic() - STALE_SECONDS)
        lock.alive()
        assert time.time() - (tmp_path / "lock").stat().st_mtime < STALE_SECONDS


def test_a_lock_that_was_taken_over_is_not_removed(tmp_path):
    """When a holder on another machine that slept too long comes back, does it leave its successor's lock alone?"""
    path = tmp_path / "lock"
    with try_lock(path):
        path.write_text(json.dumps({**json.loads(path.read_text()), "host": "elsewhere"}))
        os.utime(path, (1, 1))
        with try_lock(path, seconds=0) as successor:
            assert successor is not None
            theirs = path.read_text()
            with try_lock(path, seconds=0) as third:
                assert third is None
        path.write_text(theirs)
    assert path.read_text() == theirs


def test_only_one_of_many_gets_it(tmp_path):
    """When many try at once for an abandoned lock, does exactly one hold it?"""
    path = tmp_path / "lock"
    path.write_text("abandoned")
    os.utime(path, (1, 1))
    start, done, got = threading.Barrier(8), threading.Event(), []

    def attempt():
        start.wait()
        with try_lock(path, seconds=0) as lock:
            got.append(lock is not None)
            done.wait(30)

    threads = [threading.Thread(target=attempt) for _ in range(8)]
    for thread in threads:
        thread.start()
    until = time.monotonic() + 30
    while len(got) < 8 and time.monotonic() < until:
        time.sleep(0.01)
    done.set()
    for thread in threads:
        thread.join()
    assert sorted(got) == [False] * 7 + [True]


def refuse_once(monkeypatch, name):
    """Let the first call of a function on paths be refused, as Windows does while somebody else reads the file."""
    real, refused = getattr(Path, name), []

    def call(path, *arguments, **options):
        if path.name == "lock" and not refused:
            refused.append(path)
            raise PermissionError(13, "The process cannot access the file", str(path))
        return real(path, *arguments, **options)

    monkeypatch.setattr(Path, name, call)
    return refused


def test_what_windows_refuses_for_a_moment_is_tried_again(tmp_path, monkeypatch):
    """Where a file that is read cannot be removed or looked at, is a lock still taken over and still given back?"""
    monkeypatch.setattr(locks, "_REFUSES_FOR_A_MOMENT", True)
    path = tmp_path / "lock"
    path.write_text("abandoned")
    os.utime(path, (1, 1))
    looked, removed = refuse_once(monkeypatch, "stat"), refuse_once(monkeypatch, "unlink")
    with try_lock(path) as lock:
        assert lock is not None
        assert looked and removed
        removed.clear()
    assert removed
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_a_file_gets_a_sentence(tmp_path):
    """Is a lock that cannot be made told in a sentence, not waited for?"""
    (tmp_path / "taken").write_text("")
    with pytest.raises(BookError, match="is a file and no folder"), try_lock(tmp_path / "taken" / "lock"):
        pass
