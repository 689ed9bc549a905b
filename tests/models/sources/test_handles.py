"""A module by its handle: fetched once by Hub's protocol, whole or not at all."""

import hashlib
import http.server
import io
import re
import shutil
import signal
import socket
import subprocess
import sys
import tarfile
import threading
import time

import numpy as np
import pytest

from bookutils.core.errors import BookError, DataError, DownloadError, UsageError
from bookutils.models.sources.handles import HANDLES, archive_addresses, fetch_module, module_folder
from bookutils.models.sources.names import fetch_encoder, load_encoder
from tests.models.sources.hub_host import Hub

pytestmark = pytest.mark.tensorflow


def packed(folder, mode="w:gz"):
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode=mode) as opened:
        opened.add(folder, ".")
    return archive.getvalue()


@pytest.fixture
def server(hub_folder, tmp_path, monkeypatch):
    """A host of modules, and an empty cache."""
    monkeypatch.setenv("BOOKUTILS_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.delenv("TFHUB_CACHE_DIR", raising=False)
    monkeypatch.delenv("BOOKUTILS_OFFLINE", raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hub) as running:
        running.asked, running.ranges, running.released = [], [], threading.Event()
        running.archive = packed(hub_folder)
        running.block_on_close = False
        running.url = f"http://127.0.0.1:{running.server_port}"
        running.handle = f"{running.url}/tiny/1"
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield running
        running.released.set()
        running.shutdown()


def left(handle):
    """What the cache holds beside the module's folder."""
    cache = module_folder(handle).parent
    return sorted(path.name for path in cache.iterdir()) if cache.is_dir() else []


@pytest.mark.parametrize("mode", ["w:gz", "w"], ids=["tar.gz", "tar"])
def test_a_handle_is_fetched_once_and_loaded(server, hub_folder, tiny_encoder, mode, capsys, monkeypatch):
    """Does an address bring the module, with one sentence, and the next start need nobody?"""
    server.archive = packed(hub_folder, mode)
    loaded = load_encoder(server.handle)
    assert capsys.readouterr().out == f"Fetching {server.handle}, once.\n"
    assert server.asked == ["/tiny/1?tf-hub-format=compressed"]
    inputs = tiny_encoder.tokenizer(["a good film"])
    theirs = tiny_encoder.encoder(inputs)["pooled_output"]
    np.testing.assert_allclose(loaded.encoder(inputs)["pooled_output"], theirs, atol=1e-6)
    assert left(server.handle) == [module_folder(server.handle).name]
    monkeypatch.setenv("BOOKUTILS_OFFLINE", "1")
    assert load_encoder(server.handle).sha256 == loaded.sha256
    assert len(server.asked) == 1
    assert capsys.readouterr().out == ""


def test_a_name_stands_for_a_handle(server, monkeypatch):
    """Is a named encoder fetched from its handle, also by `fetch_encoder`?"""
    monkeypatch.setitem(HANDLES, "bert-base", server.handle)
    assert fetch_encoder("bert-base") == module_folder(server.handle)
    assert load_encoder("bert-base").name == "bert-base"
    assert len(server.asked) == 1


def test_named_handles_are_hubs():
    """Do the names cover BERT-base and the small BERTs, with heads of 64 units each?"""
    assert len(HANDLES) == 25
    for name, handle in HANDLES.items():
        layers, hidden, heads = map(int, re.search(r"/bert_en_uncased_L-(\d+)_H-(\d+)_A-(\d+)/\d$", handle).groups())
        assert hidden == 64 * heads
        assert name in {"bert-base", f"small-bert-{layers}-{hidden}"}
    assert HANDLES["small-bert-4-512"].endswith("/small_bert/bert_en_uncased_L-4_H-512_A-8/2")


def test_kaggles_pages_become_kaggles_downloads():
    """Is the address of a version on Kaggle understood in both forms, and one without a version refused?"""
    short = "https://www.kaggle.com/models/tensorflow/bert/TensorFlow2/en-uncased-l-12-h-768-a-12/4"
    long = short.replace("/Ten", "/frameworks/Ten").replace("/en", "/variations/en").replace("/4", "/versions/4")
    download = "https://www.kaggle.com/api/v1/models/tensorflow/bert/tensorFlow2/en-uncased-l-12-h-768-a-12/4/download"
    assert archive_addresses(short)[0] == archive_addresses(long)[0] == download
    assert archive_addresses(short)[1] == f"{short}?tf-hub-format=compressed"
    assert archive_addresses(HANDLES["bert-base"])[1] == download
    small = archive_addresses(HANDLES["small-bert-4-512"])
    assert small[0] == f"{HANDLES['small-bert-4-512']}?tf-hub-format=compressed"
    assert small[1].endswith("/tensorFlow2/bert-en-uncased-l-4-h-512-a-8/2/download")
    with pytest.raises(UsageError, match="not the address of one version"):
        archive_addresses("https://www.kaggle.com/models/tensorflow/bert")


FAILURES = {
    "missing": "the file is not there any more (404).",
    "page": "a web page came instead of the file",
    "disguised": "a web page came instead of the file",
    "truncated": "the connection ended after 900 of",
    "short": "what came is no whole tar archive",
}


@pytest.mark.parametrize("way", FAILURES)
def test_each_failure_is_one_sentence_and_leaves_no_module(server, way):
    """Is each way to get no module told in one error of ours, with nothing that a later start trusts?"""
    handle = f"{server.url}/{way}/1"
    with pytest.raises(DownloadError) as caught:
        load_encoder(handle, progress=False)
    assert FAILURES[way] in caught.value.what
    assert handle in caught.value.what
    assert not module_folder(handle).exists()
    assert [name for name in left(handle) if not name.endswith(".part")] == []
    assert (left(handle) != []) == (way == "truncated")


def test_a_dead_host_is_one_sentence(server):
    """Is a host where nobody answers told, and nothing left?"""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        handle = f"http://127.0.0.1:{free.getsockname()[1]}/tiny/1"
    with pytest.raises(DownloadError, match="connection was refused"):
        load_encoder(handle, progress=False)
    assert left(handle) == []


def test_a_broken_download_is_gone_on_with(server):
    """Does the next try ask for the rest of the archive alone?"""
    handle = server.handle
    part = module_folder(handle).with_name(f".{module_folder(handle).name}.tar.part")
    part.parent.mkdir(parents=True)
    part.write_bytes(server.archive[:700])
    load_encoder(handle, progress=False)
    assert server.ranges == [700]


def test_a_beginning_of_another_version_is_thrown_away(server):
    """Is an archive that turns out broken, since it began as another one, fetched once more, whole?"""
    handle = server.handle
    part = module_folder(handle).with_name(f".{module_folder(handle).name}.tar.part")
    part.parent.mkdir(parents=True)
    part.write_bytes(server.archive[:100] + b"?" * 600)
    load_encoder(handle, progress=False)
    assert server.ranges == [700, 0]


KILLED = (
    "import sys; from bookutils.models.sources.handles import fetch_module; fetch_module(sys.argv[1], progress=False)"
)


def test_a_killed_download_costs_nobody_a_wait(server):
    """After SIGKILL in the middle: is the lock seen through, and the rest of the module fetched?"""
    handle = f"{server.url}/stops/1"
    folder = module_folder(handle)
    with subprocess.Popen([sys.executable, "-c", KILLED, handle], stderr=subprocess.DEVNULL) as child:
        until = time.monotonic() + 60
        while not any(part.stat().st_size for part in folder.parent.glob(".*.part")):
            assert time.monotonic() < until
            time.sleep(0.05)
        child.send_signal(signal.SIGKILL)
        child.wait()
    assert any(name.endswith(".lock") for name in left(handle))
    assert not folder.exists()
    have = next(folder.parent.glob(".*.part")).stat().st_size
    server.released.set()
    assert fetch_module(handle, progress=False) == folder
    assert server.ranges == [have]
    assert left(handle) == [folder.name]


def no_graph(folder):
    (folder / "saved_model.pb").unlink()


def empty(folder):
    shutil.rmtree(folder)
    folder.mkdir()


def cut_weights(folder):
    data = next((folder / "variables").glob("*.data-*"))
    data.write_bytes(data.read_bytes()[:100])


def no_weights(folder):
    shutil.rmtree(folder / "variables")


@pytest.mark.parametrize("damage", [no_graph, empty, cut_weights, no_weights])
def test_a_half_module_in_the_cache_is_repaired(server, damage, capsys):
    """Is a damaged copy deleted and fetched once more, with one sentence, and does it work then?"""
    whole = load_encoder(server.handle, progress=False)
    damage(module_folder(server.handle))
    capsys.readouterr()
    again = load_encoder(server.handle, progress=False)
    assert capsys.readouterr().out.count("incomplete: it is fetched once more") == 1
    assert again.sha256 == whole.sha256
    assert len(server.asked) == 2


def test_a_module_that_is_damaged_at_its_source_is_fetched_twice_at_most(server, hub_folder):
    """When the host itself has a damaged module, does it end in a sentence after one repair?"""
    cut_weights(hub_folder)
    server.archive = packed(hub_folder)
    with pytest.raises(DataError, match="is damaged"):
        load_encoder(server.handle, progress=False)
    assert len(server.asked) == 2


def test_hubs_own_cache_is_used_and_its_stale_lock_removed(server, tmp_path, monkeypatch):
    """With TFHUB_CACHE_DIR set: is the module put where Hub looks for it, and a dead lock cleared away?"""
    import tensorflow_hub as hub

    monkeypatch.setenv("TFHUB_CACHE_DIR", str(tmp_path / "tfhub"))
    name = hashlib.sha1(server.handle.encode()).hexdigest()
    (tmp_path / "tfhub" / name).mkdir(parents=True)  # a killed kernel's half copy, and its lock
    (tmp_path / "tfhub" / f"{name}.lock").write_text("gone.task")
    load_encoder(server.handle, progress=False)
    assert hub.resolve(server.handle) == str(tmp_path / "tfhub" / name)
    assert left(server.handle) == [name]
    assert len(server.asked) == 1


def test_offline_asks_nobody(server, monkeypatch):
    """Does BOOKUTILS_OFFLINE forbid the request, and say so?"""
    monkeypatch.setenv("BOOKUTILS_OFFLINE", "1")
    with pytest.raises(DownloadError, match="BOOKUTILS_OFFLINE forbids"):
        load_encoder(server.handle)
    assert server.asked == []
    assert left(server.handle) == []


def hostile(name, kind=tarfile.REGTYPE, linkname=""):
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as opened:
        member = tarfile.TarInfo(name)
        member.type, member.linkname, member.size = kind, linkname, 0
        opened.addfile(member)
    return archive.getvalue()


@pytest.mark.parametrize(
    "archive",
    [hostile("../escaped"), hostile("link", tarfile.SYMTYPE, "/etc/passwd"), hostile("device", tarfile.CHRTYPE)],
    ids=["dots", "link", "device"],
)
def test_an_archive_that_reaches_outside_is_refused(server, archive, tmp_path):
    """Can an archive write or point outside of its folder? It must not."""
    server.archive = archive
    with pytest.raises(DownloadError, match="no whole tar archive"):
        load_encoder(server.handle, progress=False)
    assert not list(tmp_path.rglob("escaped"))
    assert left(server.handle) == []


def test_a_python_that_cannot_unpack_safely_is_told(server, monkeypatch):
    """On Python 3.11.0 to 3.11.3, which may lack tarfile's filters: is nothing unpacked without them?"""
    monkeypatch.delattr(tarfile, "data_filter")
    with pytest.raises(BookError, match="cannot unpack"):
        load_encoder(server.handle, progress=False)
    assert not module_folder(server.handle).exists()


def test_an_archive_of_something_else_is_refused(server, tmp_path):
    """Is an archive without a SavedModel told from a module?"""
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "readme.txt").write_text("hello")
    server.archive = packed(tmp_path / "other")
    with pytest.raises(DownloadError, match=r"holds no saved_model\.pb"):
        load_encoder(server.handle, progress=False)


def test_a_known_handle_of_tensorflow_1_is_refused_before_it_is_fetched():
    """Is the handle that old articles print answered with the one to use, without a download?"""
    with pytest.raises(DataError, match="old format of TensorFlow 1") as caught:
        load_encoder("https://tfhub.dev/google/bert_uncased_L-12_H-768_A-12/1")
    assert "load_encoder('bert-base')" in caught.value.todo


def test_an_unknown_name_says_all_that_is_possible(tmp_path):
    """Is a name that is neither known, nor a handle, nor a folder answered with everything that would do?"""
    for name in ("bert-huge", str(tmp_path / "nothing"), tmp_path / "nothing"):
        with pytest.raises(UsageError) as caught:
            load_encoder(name)
        assert str(name) in caught.value.what
        for hint in ("minilm", "bert-base", "small-bert-4-512", "Kaggle", "folder"):
            assert hint in caught.value.todo


def test_a_cache_that_cannot_be_written_gets_a_sentence(server, tmp_path, monkeypatch):
    """Is a file in the cache's place told as what it is?"""
    (tmp_path / "taken").write_text("")
    monkeypatch.setenv("BOOKUTILS_CACHE_DIR", str(tmp_path / "taken"))
    with pytest.raises(BookError, match="is a file and no folder"):
        load_encoder(server.handle, progress=False)
