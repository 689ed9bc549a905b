"""Two small models by hand: naive Bayes, and a classifier that first picks its columns. NumPy only."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from bookutils.numerics.arrays import Doubles


def bayes_weights(counts: ArrayLike, labels: ArrayLike, alpha: float) -> tuple[Doubles, float]:
    """Return what naive Bayes learns, as a linear model: a weight for each word, and a bias.

    Parameters
    ----------
    counts : array of float, shape (sentences, words)
    labels : array of 0 and 1, shape (sentences,), both there
    alpha : what is added to each word's count in each class, above 0

    Returns
    -------
    weights, shape (words,), and the bias; a sentence with counts·weights + bias above 0 is called positive

    Notes
    -----
    With p(w | k) = (alpha + counts of w in class k) / (alpha·words + all counts in class k), the weight of w is
    ln p(w | 1) − ln p(w | 0), and the bias is ln(n₁ / n₀). Taught in chapter 13.

    Examples
    --------
    >>> weights, bias = bayes_weights([[2, 0], [0, 1]], [1, 0], alpha=1.0)
    >>> np.round(weights, 3), bias
    (array([ 0.811, -0.981]), 0.0)
    """
    rows, answers = np.asarray(counts, float), np.asarray(labels)
    logs = []
    for value in (1, 0):
        total = rows[answers == value].sum(axis=0) + alpha
        logs.append(np.log(total / total.sum()))
    return logs[0] - logs[1], float(np.log(np.sum(answers == 1) / np.sum(answers == 0)))


def dev_scores(rows: ArrayLike, labels: ArrayLike, first_dev: int, k: int) -> Doubles:
    """Score the rows of dev by the `k` columns that tell the classes of train apart best.

    Parameters
    ----------
    rows : array of float, shape (examples, columns): train, then dev
    labels : array of 0 and 1, shape (examples,)
    first_dev : the number of the first row of dev; all before it are train's
    k : how many columns are used

    Returns
    -------
    array of float, a score for each row of dev, above 0 for class 1

    Notes
    -----
    The difference of the two classes' means ranks the columns and weighs them; everything is learnt from train. Taught
    in chapter 13.

    Examples
    --------
    >>> dev_scores([[1.0, 0.2], [0.0, 0.2], [0.9, 5.0]], [1, 0, 0], first_dev=2, k=1)
    array([0.4])
    """
    every, answers = np.asarray(rows, float), np.asarray(labels)
    train, known = every[:first_dev], answers[:first_dev]
    apart = train[known == 1].mean(axis=0) - train[known == 0].mean(axis=0)
    chosen = np.argsort(-np.abs(apart), kind="stable")[:k]
    middle = train[:, chosen].mean(axis=0)
    result: Doubles = (every[first_dev:, chosen] - middle) @ apart[chosen]
    return result
