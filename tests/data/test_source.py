import hashlib
import http.server
import io
import threading
import zipfile
from dataclasses import replace

import pytest

from bookutils.core.errors import DataError, DownloadError, UsageError
from bookutils.data.sms_spam import SMS_SPAM, load_sms_spam
from bookutils.data.source import DataFile, DataSource, load_split, load_splits
from bookutils.data.sst2 import SST2, load_sst2

TRAIN, DEV = b"a fine film\t1\nno good\t0\n", b"quite good\t1\n"


def sha(content):
    return hashlib.sha256(content).hexdigest()


@pytest.fixture
def server():
    """A real server on this machine, with the files of a small data set, and a count of what was asked."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("readme", "about")
        archive.writestr("inside", DEV)
    files = {"/train.tsv": TRAIN, "/dev.tsv": DEV, "/packed.zip": packed.getvalue()}
    asked = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            content = files.get(self.path)
            if content is None:
                self.send_error(404)
                return
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *args):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        running.url, running.asked, running.files = f"http://127.0.0.1:{running.server_port}", asked, files
        yield running
        running.shutdown()


@pytest.fixture
def source(server):
    return DataSource(
        name="tiny", title="Tiny", terms="none", labels={"0": 0, "1": 1}, classes=("negative", "positive"),
        label_column=1, sample={"train": "train.tsv", "dev": "dev.tsv"},
        files={
            "train": DataFile("tiny/train.tsv", sha(TRAIN), (f"{server.url}/train.tsv",)),
            "dev": DataFile("tiny/dev.tsv", sha(DEV), (f"{server.url}/dev.tsv",)),
        },
    )  # fmt: skip


@pytest.fixture(autouse=True)
def empty_places(tmp_path, monkeypatch):
    monkeypatch.setenv("BOOKUTILS_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.delenv("BOOKUTILS_DATA_DIR", raising=False)
    monkeypatch.delenv("BOOKUTILS_OFFLINE", raising=False)


def test_downloads_once_and_keeps_it(source, server):
    """Is the second load served from the cache, without a request?"""
    first = load_splits(source)
    assert {name: data.source for name, data in first.items()} == {"train": "download", "dev": "download"}
    assert first["train"].sentences == ["a fine film", "no good"]
    assert first["train"].sha256 == sha(TRAIN)
    assert server.asked == ["/train.tsv", "/dev.tsv"]
    assert load_split(source, "dev").source == "cache"
    assert len(server.asked) == 2


def test_a_damaged_cache_is_fetched_again(source, tmp_path):
    """Is a file in the cache trusted only when its checksum is right?"""
    load_splits(source)
    (tmp_path / "cache/data/tiny/dev.tsv").write_bytes(b"half a li")
    assert load_split(source, "dev").source == "download"
    assert load_split(source, "dev").sentences == ["quite good"]


def test_the_folder_comes_first(source, server, tmp_path, monkeypatch):
    """Is BOOKUTILS_DATA_DIR asked before the cache and the network, file by file?"""
    (tmp_path / "mine/tiny").mkdir(parents=True)
    (tmp_path / "mine/tiny/train.tsv").write_bytes(TRAIN)
    monkeypatch.setenv("BOOKUTILS_DATA_DIR", str(tmp_path / "mine"))
    data = load_splits(source)
    assert (data["train"].source, data["dev"].source) == ("folder", "download")
    assert server.asked == ["/dev.tsv"]


def test_another_file_in_the_folder_is_refused(source, tmp_path, monkeypatch):
    """Is a changed file named, and not replaced behind its owner's back?"""
    (tmp_path / "mine/tiny").mkdir(parents=True)
    changed = tmp_path / "mine/tiny/train.tsv"
    changed.write_bytes(TRAIN + b"one more\t1\n")
    monkeypatch.setenv("BOOKUTILS_DATA_DIR", str(tmp_path / "mine"))
    with pytest.raises(DataError, match=r"train\.tsv is not the Tiny that this course was written with"):
        load_splits(source)
    assert changed.read_bytes().endswith(b"one more\t1\n")


def test_the_sample_stands_in_for_all_splits_or_none(source, server, capsys):
    """When one split is missing, do both come from the sample, and is that said?"""
    del server.files["/dev.tsv"]
    data = load_splits(source)
    assert {part.source for part in data.values()} == {"sample"}
    printed = capsys.readouterr().out
    assert "Tiny is not at hand" in printed
    assert "404" in printed
    assert f"{len(data['train'])} (train) and {len(data['dev'])} (dev) sentences" in printed
    assert "not Tiny" in repr(data["train"])


def test_without_a_network_the_chapter_goes_on(source, monkeypatch, capsys):
    """Does BOOKUTILS_OFFLINE lead to the sample and no request, with one sentence for both splits?"""
    monkeypatch.setenv("BOOKUTILS_OFFLINE", "1")
    train, dev = load_sst2()
    assert (train.source, dev.source) == ("sample", "sample")
    assert capsys.readouterr().out.count("SST-2 is not at hand") == 1


def test_a_split_apart_is_no_condition_of_the_others(server, source, capsys):
    """Do train and dev come without a test file, and does the sample stand in for that one alone?"""
    apart = replace(
        source,
        files={**source.files, "test": DataFile("tiny/test.tsv", sha(b"none"), (f"{server.url}/test.tsv",))},
        sample={**source.sample, "test": "test.tsv"},
        apart=frozenset({"test"}),
    )
    data = load_splits(apart)
    assert {split: part.source for split, part in data.items()} == {"train": "download", "dev": "download"}
    assert load_split(apart, "test").source == "sample"
    assert capsys.readouterr().out.count("Tiny is not at hand") == 1


def test_a_set_without_a_sample_says_so(monkeypatch):
    """Does a data set that the course ships nothing of end in a sentence instead?"""
    monkeypatch.setenv("BOOKUTILS_OFFLINE", "1")
    with pytest.raises(DownloadError, match="BOOKUTILS_OFFLINE"):
        load_sms_spam()


def test_takes_a_file_out_of_an_archive(server, tmp_path):
    """Is a member of a zip archive checked and kept, and the archive itself not?"""
    file = DataFile("packed/all.tsv", sha(DEV), (f"{server.url}/packed.zip",), member="inside")
    packed = DataSource("packed", "Packed", "none", {"all": file}, {"0": 0, "1": 1}, ("no", "yes"), 1, {})
    assert load_split(packed, "all").sentences == ["quite good"]
    assert [path.name for path in (tmp_path / "cache/data/packed").iterdir()] == ["all.tsv"]


def test_an_unknown_split_lists_the_known():
    """Is a misspelt split answered with the ones there are?"""
    with pytest.raises(UsageError, match=r"no split 'exam'\. Known: 'train', 'dev' and 'test'"):
        load_sst2("exam")


def test_addresses_are_encrypted_and_checksums_whole():
    """Is every published file described by a full SHA-256 and https addresses?"""
    for source in (SST2, SMS_SPAM):
        for file in source.files.values():
            assert len(bytes.fromhex(file.sha256)) == 32
            assert file.urls
            assert all(url.startswith("https://") for url in file.urls)
