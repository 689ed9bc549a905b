"""Experiments on dot products and their softmax: what happens as vectors grow longer. Taught in chapter 09."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from bookutils.core.choices import look_up
from bookutils.core.messages import _
from bookutils.numerics.arrays import Doubles
from bookutils.numerics.attention.heads import weights_entropy
from bookutils.numerics.losses.classification import softmax


@dataclass(frozen=True)
class ScoreStatistics:
    """What became of random scores, one entry for each size of the vectors.

    Attributes
    ----------
    sizes : lengths of queries and keys
    variance : of the scores
    spread : entropy of the weights as a share of the most that it can be; 1 is uniform, 0 is one key alone
    largest : the mean of each query's largest weight
    slope : how far a weight moves with a score: the largest entry of the softmax's Jacobian in size, at most 1/4, mean
        over queries
    """

    sizes: tuple[int, ...]
    variance: Doubles
    spread: Doubles
    largest: Doubles
    slope: Doubles


def divisor_of(size: int, divide_by: str) -> float:
    """Return what scores are divided by: 1 for "none", √size for "root", size for "size".

    >>> divisor_of(64, "root")
    8.0
    """
    divisors = {"none": 1.0, "root": float(np.sqrt(size)), "size": float(size)}
    return look_up(divisors, divide_by, _("There is no divisor {name!r}."))


def random_scores(size: int, divide_by: str = "root", queries: int = 200, keys: int = 16, seed: int = 0) -> Doubles:
    """Draw queries and keys with independent entries of mean 0 and variance 1, and return their scores.

    Returns
    -------
    array of float, ``(queries, keys)``
    """
    rng = np.random.default_rng([seed, size])
    query, key = rng.normal(size=(queries, size)), rng.normal(size=(queries, keys, size))
    return np.einsum("qs,qks->qk", query, key) / divisor_of(size, divide_by)


def softmax_jacobian(weights: ArrayLike) -> Doubles:
    """Return how each weight answers to each score: ∂w_i / ∂s_j = w_i (δ_ij − w_j).

    Parameters
    ----------
    weights : array of float, ``(…, keys)``, what softmax gave

    Returns
    -------
    array of float, ``(…, keys, keys)``; each row and each column sums to 0

    Examples
    --------
    >>> softmax_jacobian([0.5, 0.5])
    array([[ 0.25, -0.25],
           [-0.25,  0.25]])
    """
    w = np.asarray(weights, dtype=np.float64)
    return w[..., :, np.newaxis] * (np.eye(w.shape[-1]) - w[..., np.newaxis, :])


def largest_slope(weights: ArrayLike) -> Doubles:
    """Return by how much a weight moves at most when one score moves: the largest entry of the Jacobian in size.

    Parameters
    ----------
    weights : array of float, ``(…, keys)``, what softmax gave

    Returns
    -------
    array of float, ``(…)``, from 0 to 1/4

    Notes
    -----
    The largest entry lies on the diagonal: |w_i w_j| is at most w_i (1 − w_i), since w_j is at most 1 − w_i.

    Examples
    --------
    >>> float(largest_slope([0.5, 0.3, 0.2]))
    0.25
    """
    w = np.asarray(weights, dtype=np.float64)
    largest: Doubles = (w * (1 - w)).max(axis=-1)
    return largest


def score_statistics(sizes: Sequence[int], divide_by: str = "root", keys: int = 16) -> ScoreStatistics:
    """Measure scores, weights and slopes for vectors of several sizes.

    Parameters
    ----------
    sizes : lengths of queries and keys
    divide_by : "none", "root" or "size"
    keys : among which each query chooses

    Returns
    -------
    ScoreStatistics
    """
    rows = []
    for size in sizes:
        scores = random_scores(size, divide_by, keys=keys)
        weights = softmax(scores)
        slope = largest_slope(weights)
        rows.append(
            (scores.var(), weights_entropy(weights).mean() / np.log(keys), weights.max(-1).mean(), slope.mean())
        )
    variance, spread, largest, slope = np.array(rows).T
    return ScoreStatistics(tuple(sizes), variance, spread, largest, slope)


def layer_flops(tokens: ArrayLike, hidden: int) -> tuple[Doubles, Doubles]:
    """Count the FLOPs of a whole block, apart by how they grow with the length.

    Parameters
    ----------
    tokens : lengths, any shape
    hidden : length of a token's vector; the feed-forward part is four times as wide

    Returns
    -------
    (what grows with T: 24·T·H², what grows with T²: 4·T²·H)

    Examples
    --------
    >>> linear, square = layer_flops(6 * 384, 384)
    >>> bool(linear == square)
    True
    """
    length = np.asarray(tokens, dtype=np.float64)
    return 24 * length * hidden**2, 4 * length**2 * hidden
