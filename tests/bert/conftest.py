"""The real encoder and real sentences, loaded once for all tests of this folder."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="session")
def minilm():
    """The published weights, from the cache or from whatever source gives them."""
    from bookutils.bert.sources import load_encoder

    return load_encoder("minilm", progress=False)


@pytest.fixture(scope="session")
def real_sentences() -> list[str]:
    """128 sentences of SST-2, or of the course's own sample where SST-2 is not at hand."""
    from bookutils.data.sst2 import load_sst2

    return load_sst2("dev", progress=False).sentences[:128]
