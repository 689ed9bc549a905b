"""The vocabulary of the default encoder and the sentences that it is tried on."""

from __future__ import annotations

import importlib.util

import pytest

# Its first lines import TensorFlow; where there is none, the other tests of this folder still run.
collect_ignore = [] if importlib.util.find_spec("tensorflow") else ["test_tokenizer.py"]


@pytest.fixture(scope="session")
def vocabulary_file():
    from bookutils.models.sources.names import fetch_encoder

    return fetch_encoder("minilm", progress=False) / "vocab.txt"


@pytest.fixture(scope="session")
def tokenizer(vocabulary_file):
    from bookutils.text.tokenizer import Tokenizer, read_vocabulary

    return Tokenizer(read_vocabulary(vocabulary_file))
