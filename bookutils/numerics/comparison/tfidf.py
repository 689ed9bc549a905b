"""TF-IDF by hand: words counted, rare ones raised, rows of length one. NumPy only."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bookutils.numerics.arrays import Doubles


def tfidf_split(train: Sequence[str], dev: Sequence[str]) -> list[Doubles]:
    """Return the TF-IDF matrices of two sets of sentences, with all that is learnt taken from the first.

    Parameters
    ----------
    train, dev : sentences; their words are separated by spaces

    Returns
    -------
    [matrix of train, matrix of dev], each (sentences, words of train in alphabetical order)

    Notes
    -----
    An entry is the word's count times its IDF, ln((1 + n) / (1 + d)) + 1, where d of the n training sentences hold
    the word; then each row is divided by its Euclidean length. A row without a known word stays 0. As in
    scikit-learn's TfidfVectorizer (smooth_idf, norm "l2"). Taught in chapter 13.

    Examples
    --------
    >>> matrices = tfidf_split(["good film", "bad film"], ["good good story"])
    >>> matrices[1].round(2).tolist()
    [[0.0, 0.0, 1.0]]
    """
    known = [sentence.split() for sentence in train]
    words = sorted(set().union(*known))
    holds = np.array([[word in sentence for word in words] for sentence in known])
    idf = np.log((1 + len(known)) / (1 + holds.sum(axis=0))) + 1
    matrices = []
    for sentences in (known, [sentence.split() for sentence in dev]):
        weighted = np.array([[sentence.count(word) for word in words] for sentence in sentences]) * idf
        length = np.sqrt((weighted**2).sum(axis=1, keepdims=True))
        matrices.append(weighted / np.where(length > 0, length, 1))
    return matrices
