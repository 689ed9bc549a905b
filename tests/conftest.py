"""What every test stands on: a home of its own, no open windows, and parts of the machine asked for by name."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import hypothesis
import pytest

from scripts import system

ROOT = Path(__file__).resolve().parent.parent

os.environ.setdefault("MPLBACKEND", "Agg")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

# A shell lets what it starts in the background ignore Ctrl-C; tests send it to programs that they start.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# No deadline: a slow machine is no wrong answer. In CI the same examples each time.
hypothesis.settings.register_profile("everyday", deadline=None, derandomize=os.environ.get("CI") == "true")
hypothesis.settings.load_profile("everyday")


def lacks(part: str) -> None:
    """Skip a test for lack of a part of the machine and say what to type; with CI=true, fail instead."""
    message = f"{part} is missing. Type: {system.line_to_type([part])}"
    if os.environ.get("CI") == "true":
        pytest.fail(message, pytrace=False)
    pytest.skip(message)


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give each test an empty folder for progress and predictions. Downloads stay where they are: they are checked."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("BOOKUTILS_HOME", str(home))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1760000000")  # the date on reports, so that two runs can be compared
    return home


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of the repository."""
    return ROOT


@pytest.fixture(scope="session")
def chromium() -> str:
    """The system's Chromium."""
    path = system.find_chromium()
    if path is None:
        lacks("chromium")
    return str(path)


@pytest.fixture(scope="session")
def bubblewrap() -> str:
    """The system's bubblewrap."""
    if sys.platform != "linux":
        pytest.skip("bubblewrap exists on Linux only")
    path = system.find_bubblewrap()
    if path is None:
        lacks("bubblewrap")
    return str(path)


def make_tiny_tokenizer():
    """A vocabulary of ten words, for tests that need TensorFlow but no real weights."""
    from bookutils.text.tokenizer import Tokenizer

    special, words = ("[PAD]", "[UNK]", "[CLS]", "[SEP]"), "good bad fine dull film story the a ##s ."
    return Tokenizer([*special, *words.split()], max_length=16)


def make_tiny_encoder(tokenizer):
    """A randomly initialised encoder of one layer and two heads, always the same: the shape of `load_encoder`'s."""
    import keras

    from bookutils.models.encoder.config import BertConfig
    from bookutils.models.encoder.layers import BertEncoder
    from bookutils.models.sources.names import LoadedEncoder

    config = BertConfig(
        vocabulary_size=len(tokenizer.vocabulary), hidden_size=8, num_layers=1, num_heads=2,
        intermediate_size=16, max_positions=16,
    )  # fmt: skip
    keras.utils.set_random_seed(0)
    encoder = BertEncoder(config)
    encoder.build()
    return LoadedEncoder("tiny", encoder, tokenizer, config, "0" * 64, "ten words, eight units")


tiny_tokenizer = pytest.fixture(scope="session", name="tiny_tokenizer")(make_tiny_tokenizer)


@pytest.fixture
def tiny_encoder(tiny_tokenizer):
    """See `make_tiny_encoder`."""
    return make_tiny_encoder(tiny_tokenizer)
