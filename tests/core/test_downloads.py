import hashlib
import http.server
import io
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import zipfile

import pytest

from bookutils.core.downloads import fetch
from bookutils.core.errors import BookError, DownloadError
from bookutils.core.locks import try_lock

CONTENT = bytes(range(256)) * 4000  # 1 MB
SHA256 = hashlib.sha256(CONTENT).hexdigest()
PART = f".file.bin.{SHA256[:16]}.part"
LOCK = f".file.bin.{SHA256[:16]}.lock"
PAGE = b"\n<!DOCTYPE html><html><body>Please log in to this network</body></html>"


def names(folder):
    return sorted(path.name for path in folder.iterdir())


class Handler(http.server.BaseHTTPRequestHandler):
    """Serves the file well, or in one of the ways in which the world serves files badly."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.server.asked.append(self.path)
        getattr(self, "serve_" + self.path.strip("/").split("/")[0])()

    def answer(self, content, *, code=200, kind="application/octet-stream", announced=None):
        self.send_response(code)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content) if announced is None else announced))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(content)
        self.close_connection = True

    def serve_good(self):
        self.answer(CONTENT)

    def serve_moved(self):
        self.send_response(302)
        self.send_header("Location", "/good")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def serve_chunked(self):
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for start in range(0, len(CONTENT), 100_000):
            piece = CONTENT[start : start + 100_000]
            self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
        if "cut" in self.path:
            self.close_connection = True
        else:
            self.wfile.write(b"0\r\n\r\n")

    def serve_missing(self):
        self.answer(b"", code=404)

    def serve_broken(self):
        self.answer(b"", code=503)

    def serve_ranges(self):
        """Ranges as real servers do them; with "cut" in the path the connection breaks after 100,000 bytes."""
        content = self.server.content
        found = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        start = int(found[1]) if found else 0
        self.server.ranges.append(start)
        if start >= len(content):
            self.answer(b"", code=416)
            return
        rest = content[start:]
        self.send_response(206 if found else 200)
        if found:
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        self.send_header("Content-Length", str(len(rest)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(rest[:100_000] if "cut" in self.path else rest)
        self.close_connection = True

    def serve_shifted(self):
        """A range, but not the one that was asked for."""
        self.send_response(206)
        self.send_header("Content-Range", f"bytes 0-{len(CONTENT) - 1}/{len(CONTENT)}")
        self.send_header("Content-Length", str(len(CONTENT)))
        self.end_headers()
        self.wfile.write(CONTENT)
        self.close_connection = True

    def serve_truncated(self):
        self.answer(CONTENT[:300_000], announced=len(CONTENT))

    def serve_changed(self):
        self.answer(CONTENT[:-1] + b"!")

    def serve_page(self):
        self.answer(PAGE, kind="text/html; charset=utf-8")

    def serve_disguised(self):
        self.answer(PAGE)

    def serve_silent(self):
        self.server.released.wait(30)

    def serve_slow(self):
        self.send_response(200)
        self.send_header("Content-Length", str(len(CONTENT)))
        self.end_headers()
        self.wfile.write(CONTENT[:200_000])
        self.wfile.flush()
        self.server.released.wait(30)

    def log_message(self, *args):
        pass


@pytest.fixture
def server():
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        running.asked, running.ranges, running.released = [], [], threading.Event()
        running.content = CONTENT
        running.url = f"http://127.0.0.1:{running.server_port}"
        running.block_on_close = False
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield running
        running.released.set()
        running.shutdown()


@pytest.fixture(autouse=True)
def plain_network(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.delenv("BOOKUTILS_OFFLINE", raising=False)


@pytest.fixture
def dead_port():
    """A port on which nobody answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@pytest.mark.parametrize("way", ["good", "moved", "chunked"])
def test_fetches_a_file(server, tmp_path, way):
    """Does the whole file arrive, directly, through a redirection and in chunks, with nothing beside it?"""
    path = tmp_path / "new" / "file.bin"
    assert fetch(f"{server.url}/{way}", path, SHA256) == path
    assert path.read_bytes() == CONTENT
    assert names(path.parent) == ["file.bin"]


def test_does_not_fetch_twice(server, tmp_path):
    """Is a file that is there asked for again only when its checksum is wrong?"""
    path = tmp_path / "file.bin"
    fetch(f"{server.url}/good", path, SHA256)
    fetch(f"{server.url}/good", path, SHA256)
    assert len(server.asked) == 1
    path.write_bytes(CONTENT[:1000])
    fetch(f"{server.url}/good", path, SHA256)
    assert len(server.asked) == 2
    assert path.read_bytes() == CONTENT


FAILURES = {
    "missing": "the file is not there any more (404).",
    "broken": "the server answered 503",
    "truncated": "the connection ended after 300000 of 1024000 bytes.",
    "chunked/cut": "the connection ended before the file did.",
    "changed": "what came has a wrong checksum.",
    "page": "a web page came instead of the file",
    "disguised": "a web page came instead of the file",
    "silent": "no answer within the time limit.",
    "slow": "no answer within the time limit.",
}


@pytest.mark.parametrize("way", FAILURES)
def test_says_what_went_wrong_and_leaves_no_file(server, tmp_path, way):
    """Does each way to fail get its own sentence, name the host, and leave no file but a hidden beginning?"""
    path = tmp_path / "file.bin"
    with pytest.raises(DownloadError) as caught:
        fetch(f"{server.url}/{way}", path, SHA256, timeout=0.5)
    assert f"127.0.0.1:{server.server_port}: " in caught.value.what
    assert FAILURES[way] in caught.value.what
    assert "try again" in caught.value.todo
    assert names(tmp_path) == ([PART] if way in {"truncated", "chunked/cut", "slow"} else [])


@pytest.mark.parametrize("way", ["missing", "changed", "page", "silent"])
def test_the_next_address_is_tried(server, tmp_path, way):
    """Is a source that fails followed by the next, until one gives the right bytes?"""
    urls = [f"{server.url}/{way}", f"{server.url}/good"]
    fetch(urls, tmp_path / "file.bin", SHA256, timeout=0.5)
    assert (tmp_path / "file.bin").read_bytes() == CONTENT


def test_all_failures_are_told(server, tmp_path, dead_port):
    """When no address works, is the reason of each one said?"""
    urls = [f"http://127.0.0.1:{dead_port}/x", f"{server.url}/missing", "http://nowhere.invalid/x", "file://x y"]
    with pytest.raises(DownloadError) as caught:
        fetch(urls, tmp_path / "file.bin", SHA256, timeout=3)
    for reason in ("the connection was refused.", "(404)", "nowhere.invalid: "):
        assert reason in caught.value.what


def test_an_old_file_survives_a_failed_download(server, tmp_path):
    """Is what was there, though not the right file, still there when the download fails?"""
    path = tmp_path / "file.bin"
    path.write_bytes(b"an older version")
    with pytest.raises(DownloadError):
        fetch(f"{server.url}/truncated", path, SHA256)
    assert path.read_bytes() == b"an older version"


def kill_midway(server, path):
    """Fetch in a process of its own, and kill that once a part of the file is on the disk."""
    program = (
        "import pathlib, sys; from bookutils.core.downloads import fetch;"
        "fetch(sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3], timeout=60)"
    )
    command = [sys.executable, "-c", program, f"{server.url}/slow", str(path), SHA256]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as child:
        until = time.monotonic() + 60
        while not any(part.stat().st_size > 70_000 for part in path.parent.glob(".*.part")):
            assert time.monotonic() < until
            time.sleep(0.05)
        child.kill()
        assert child.wait() == (1 if os.name == "nt" else -signal.SIGKILL)
    assert not path.exists()


def test_a_killed_download_leaves_no_file_that_is_trusted(server, tmp_path):
    """When the process is killed in the middle, is there no file, and does the next run fetch it whole?"""
    path = tmp_path / "file.bin"
    kill_midway(server, path)
    fetch(f"{server.url}/good", path, SHA256)
    assert path.read_bytes() == CONTENT


def test_what_a_killed_download_left_is_removed_a_day_later(server, tmp_path):
    """Is an old half file cleared away, and a fresh one, which another process may be writing, left alone?"""
    old, fresh = tmp_path / ".file.bin.aaaa.part", tmp_path / ".file.bin.bbbb.part"
    for part in (old, fresh):
        part.write_bytes(b"half")
    os.utime(old, (time.time() - 2 * 86400,) * 2)
    fetch(f"{server.url}/good", tmp_path / "file.bin", SHA256)
    assert names(tmp_path) == [".file.bin.bbbb.part", "file.bin"]


def test_offline_asks_nobody(server, tmp_path, monkeypatch):
    """Does BOOKUTILS_OFFLINE forbid any request, and still use what is there?"""
    monkeypatch.setenv("BOOKUTILS_OFFLINE", "1")
    with pytest.raises(DownloadError, match="BOOKUTILS_OFFLINE forbids"):
        fetch(f"{server.url}/good", tmp_path / "file.bin", SHA256)
    assert server.asked == []
    (tmp_path / "file.bin").write_bytes(CONTENT)
    assert fetch(f"{server.url}/good", tmp_path / "file.bin", SHA256) == tmp_path / "file.bin"


def test_honours_a_proxy(server, tmp_path, monkeypatch):
    """Does a request for another host go to the proxy that the environment names?"""
    monkeypatch.setenv("http_proxy", server.url)
    monkeypatch.setenv("NO_PROXY", "")
    monkeypatch.setenv("no_proxy", "")
    server.RequestHandlerClass = type("Proxy", (Handler,), {"do_GET": lambda self: self.serve_good()})
    fetch("http://nowhere.invalid/file.bin", tmp_path / "file.bin", SHA256)
    assert (tmp_path / "file.bin").read_bytes() == CONTENT


PROGRAM = """
import pathlib, sys
from bookutils.core.downloads import fetch
from bookutils.core.errors import BookError
try:
    fetch([sys.argv[1], sys.argv[1]], pathlib.Path(sys.argv[2]), sys.argv[3])
except BookError as error:
    print(type(error).__name__, error)
"""


@pytest.mark.parametrize(
    ("mounts", "says"),
    [(["--size", "500000", "--tmpfs"], "There is no space left"), (["--ro-bind", "/usr"], "There is no permission")],
)
def test_a_full_or_closed_disk_is_told_apart_from_the_network(server, bubblewrap, repository, tmp_path, mounts, says):
    """On a disk that is really full, or read-only: is that said, once, and no second address asked?"""
    command = [
        bubblewrap, "--dev-bind", "/", "/", *mounts, str(tmp_path), "--chdir", str(repository),
        "--setenv", "BOOKUTILS_CACHE_DIR", str(tmp_path),
        sys.executable, "-c", PROGRAM, f"{server.url}/good", str(tmp_path / "file.bin"), SHA256,
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.stdout.startswith(f"BookError {says}"), done.stderr
    assert "BOOKUTILS_CACHE_DIR" in done.stdout
    assert len(server.asked) == 1 or "permission" in says


def test_a_folder_that_is_a_file_gets_a_sentence(server, tmp_path):
    """Is a path that cannot be made, because a file stands in its way, told in a sentence?"""
    (tmp_path / "taken").write_text("")
    with pytest.raises(BookError, match="is a file and no folder"):
        fetch(f"{server.url}/good", tmp_path / "taken" / "file.bin", SHA256)


def test_goes_on_while_each_connection_brings_more(server, tmp_path):
    """When the connection breaks every 100,000 bytes, does the file arrive whole, each byte asked for once?"""
    fetch(f"{server.url}/ranges/cut", tmp_path / "file.bin", SHA256)
    assert (tmp_path / "file.bin").read_bytes() == CONTENT
    assert server.ranges == list(range(0, len(CONTENT), 100_000))
    assert names(tmp_path) == ["file.bin"]


def test_goes_on_after_a_broken_connection(server, tmp_path):
    """Does a later call ask for the rest alone, from another address if need be?"""
    with pytest.raises(DownloadError):
        fetch(f"{server.url}/truncated", tmp_path / "file.bin", SHA256)
    assert (tmp_path / PART).stat().st_size == 300_000
    fetch(f"{server.url}/ranges", tmp_path / "file.bin", SHA256)
    assert (tmp_path / "file.bin").read_bytes() == CONTENT
    assert server.ranges == [300_000]
    assert names(tmp_path) == ["file.bin"]


@pytest.mark.skipif(os.name == "nt", reason="there the lock of a killed process is waited for, a minute long")
def test_goes_on_after_sigkill(server, tmp_path):
    """When the process was killed in the middle, is its lock seen through, and the rest asked for alone?"""
    path = tmp_path / "file.bin"
    kill_midway(server, path)
    assert names(tmp_path) == [LOCK, PART]
    (tmp_path / PART).write_bytes((tmp_path / PART).read_bytes()[:70_000])  # the last pieces may not reach the disk
    fetch(f"{server.url}/ranges", path, SHA256)
    assert path.read_bytes() == CONTENT
    assert server.ranges == [70_000]
    assert names(tmp_path) == ["file.bin"]


def test_a_server_without_ranges_sends_everything(server, tmp_path):
    """When the answer to a range is the whole file, is the beginning written anew, not appended to?"""
    (tmp_path / PART).write_bytes(CONTENT[:500_000])
    fetch(f"{server.url}/good", tmp_path / "file.bin", SHA256)
    assert (tmp_path / "file.bin").read_bytes() == CONTENT
    assert names(tmp_path) == ["file.bin"]


def test_another_range_than_the_asked_one_is_refused(server, tmp_path):
    """Is a server that sends other bytes than the ones asked for not trusted, and the beginning kept?"""
    (tmp_path / PART).write_bytes(CONTENT[:500_000])
    with pytest.raises(DownloadError, match="another part than the one that was asked for"):
        fetch(f"{server.url}/shifted", tmp_path / "file.bin", SHA256)
    assert names(tmp_path) == [PART]


@pytest.mark.parametrize("beginning", [b"x" * 5000, b"x" * (len(CONTENT) + 5)], ids=["shorter", "longer"])
def test_a_wrong_beginning_is_thrown_away(server, tmp_path, beginning):
    """When what is there belongs to an older version, or is too long, is the file fetched once more, whole?"""
    (tmp_path / PART).write_bytes(beginning)
    fetch(f"{server.url}/ranges", tmp_path / "file.bin", SHA256)
    assert (tmp_path / "file.bin").read_bytes() == CONTENT
    assert server.ranges == [len(beginning), 0]


def test_a_file_that_changed_on_the_server_between(server, tmp_path):
    """When the server has another file by now, is that said, and nothing of either kept?"""
    (tmp_path / PART).write_bytes(CONTENT[:5000])
    server.content = CONTENT[::-1]
    with pytest.raises(DownloadError, match="what came has a wrong checksum"):
        fetch(f"{server.url}/ranges", tmp_path / "file.bin", SHA256)
    assert server.ranges == [5000, 0]
    assert names(tmp_path) == []


def test_a_whole_part_needs_no_server(server, tmp_path):
    """When the process was killed between the last byte and the renaming, is nothing fetched again?"""
    (tmp_path / PART).write_bytes(CONTENT)
    fetch(f"{server.url}/ranges", tmp_path / "file.bin", SHA256)
    assert server.asked == []
    assert names(tmp_path) == ["file.bin"]


@pytest.mark.parametrize("way", ["page", "disguised", "missing", "silent"])
def test_a_login_page_costs_no_good_beginning(server, tmp_path, way):
    """Does a part that was fetched survive an answer that is no file at all?"""
    (tmp_path / PART).write_bytes(CONTENT[:500_000])
    with pytest.raises(DownloadError):
        fetch(f"{server.url}/{way}", tmp_path / "file.bin", SHA256, timeout=0.5)
    fetch(f"{server.url}/ranges", tmp_path / "file.bin", SHA256)
    assert server.ranges == [500_000]


def test_an_archive_is_gone_on_with_too(server, tmp_path):
    """Is a broken zip archive completed, and one with a wrong beginning fetched anew?"""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("inside", CONTENT)
    server.content = packed.getvalue()
    part = tmp_path / f".file.bin.{SHA256[:16]}.zip.part"
    for beginning, asked in [(server.content[:4000], [4000]), (b"?" * 4000, [4000, 0])]:
        part.write_bytes(beginning)
        server.ranges.clear()
        fetch(f"{server.url}/ranges", tmp_path / "file.bin", SHA256, member="inside")
        assert (tmp_path / "file.bin").read_bytes() == CONTENT
        assert server.ranges == asked
        assert names(tmp_path) == ["file.bin"]
        (tmp_path / "file.bin").unlink()


def test_two_processes_do_not_write_one_file(server, tmp_path, monkeypatch):
    """While a living process fetches, does another get the file too, without touching the first one's part?"""
    monkeypatch.setattr("bookutils.core.downloads._WAIT_SECONDS", 0.2)
    path = tmp_path / "file.bin"
    with try_lock(tmp_path / LOCK) as held:
        assert held is not None
        (tmp_path / PART).write_bytes(CONTENT[:10])
        fetch(f"{server.url}/ranges", path, SHA256)
        assert path.read_bytes() == CONTENT
        assert (tmp_path / PART).read_bytes() == CONTENT[:10]
    assert server.ranges == [0]
    assert names(tmp_path) == [PART, "file.bin"]


def test_what_another_process_brought_is_taken(server, tmp_path):
    """When the file appears while this process waits for the lock, is nothing fetched?"""
    path = tmp_path / "file.bin"
    with try_lock(tmp_path / LOCK) as held:
        waiting = threading.Thread(target=fetch, args=(f"{server.url}/ranges", path, SHA256))
        waiting.start()
        path.write_bytes(CONTENT)
        assert held is not None
    waiting.join()
    assert server.asked == []
