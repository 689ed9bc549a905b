"""Is TF-IDF by hand that of scikit-learn?"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bookutils.numerics.comparison.tfidf import tfidf_split

SENTENCES = st.lists(st.lists(st.sampled_from(["aa", "bb", "cc", "dd"]), min_size=1, max_size=5).map(" ".join),
                     min_size=1, max_size=5)  # fmt: skip


@given(SENTENCES, SENTENCES)
@settings(max_examples=30)
def test_tfidf_is_scikit_learns(train, dev):
    """For any sentences, are both matrices those of TfidfVectorizer, fitted on the first?"""
    vectorizer = pytest.importorskip("sklearn.feature_extraction.text").TfidfVectorizer(token_pattern=r"\S+")
    ours = tfidf_split(train, dev)
    np.testing.assert_allclose(ours[0], vectorizer.fit_transform(train).toarray())
    np.testing.assert_allclose(ours[1], vectorizer.transform(dev).toarray())
