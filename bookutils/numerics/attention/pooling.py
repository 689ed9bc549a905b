"""A classifier with one query, and what its attention weights say and do not say. Taught in chapter 09.

The classifier reads one vector for each token. A learnt query scores them, softmax makes weights, and a learnt
direction turns the weighted mean into a logit: the "attention layer" of Jain and Wallace 2019, in small.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from bookutils.core.errors import ShapeError
from bookutils.core.messages import _
from bookutils.numerics.activations.functions import sigmoid
from bookutils.numerics.arrays import Floats
from bookutils.numerics.attention.heads import LOWEST
from bookutils.numerics.losses.classification import softmax
from bookutils.numerics.optimizers.steps import adam_step


@dataclass(frozen=True)
class Pooling:
    """A trained classifier.

    Attributes
    ----------
    query : ``(size,)``; all zeros where every token weighs the same
    direction : ``(size,)``
    bias : a number
    mean, deviation : ``(size,)``, taken from the training vectors; vectors are shifted and scaled by them first
    """

    query: Floats
    direction: Floats
    bias: float
    mean: Floats
    deviation: Floats

    def read(self, vectors: ArrayLike, mask: ArrayLike) -> tuple[Floats, Floats]:
        """Return each token's weight, and its evidence: the logit that it would give alone.

        Parameters
        ----------
        vectors : array of float, ``(batch, tokens, size)``
        mask : array of 0 and 1, ``(batch, tokens)``

        Returns
        -------
        (weights, evidence), each ``(batch, tokens)``; the logit is the sum of their products along the tokens
        """
        x = (np.asarray(vectors) - self.mean) / self.deviation
        scores = np.where(np.asarray(mask) != 0, x @ self.query, LOWEST)
        return softmax(scores), x @ self.direction + self.bias

    def probabilities(self, vectors: ArrayLike, mask: ArrayLike) -> Floats:
        """Return the probability of label 1, ``(batch,)``."""
        weights, evidence = self.read(vectors, mask)
        return sigmoid(np.sum(weights * evidence, axis=-1))


def fit_pooling(
    vectors: ArrayLike,
    mask: ArrayLike,
    labels: ArrayLike,
    *,
    uniform: bool = False,
    steps: int = 80,
    learning_rate: float = 0.02,
    decay: float = 0.01,
    seed: int = 0,
) -> Pooling:
    """Train query and direction together, with Adam on all examples at once.

    Parameters
    ----------
    vectors : array of float, ``(batch, tokens, size)``
    mask : array of 0 and 1, ``(batch, tokens)``
    labels : array of 0 and 1, ``(batch,)``
    uniform : keep the query at zero, so that every token weighs the same
    steps, learning_rate : of Adam
    decay : weight of ½ · (|query|² + |direction|²) in the loss
    seed : for the query's first values

    Returns
    -------
    Pooling

    Raises
    ------
    ShapeError
        When the three do not fit each other.

    Notes
    -----
    With a = softmax(s), v = evidence, logit z = Σ a v: ∂z/∂v_t = a_t and ∂z/∂s_t = a_t (v_t − z).
    """
    x, real, y = np.asarray(vectors), np.asarray(mask) != 0, np.asarray(labels)
    if x.ndim != 3 or real.shape != x.shape[:2] or y.shape != x.shape[:1]:
        raise ShapeError(
            _("Vectors, mask and labels have the shapes {x}, {m} and {y}.").format(x=x.shape, m=real.shape, y=y.shape),
            _("Give (batch, tokens, size), (batch, tokens) and (batch,)."),
        )
    mean, deviation = x[real].mean(axis=0), x[real].std(axis=0) + 1e-6
    x = ((x - mean) / deviation).astype(np.float32)
    flat, size = x.reshape(-1, x.shape[-1]), x.shape[-1]
    query = np.zeros(size) if uniform else np.random.default_rng(seed).normal(0, 0.02, size)
    theta = np.concatenate([query, np.zeros(size + 1)])  # query, direction, bias
    first, second = np.zeros_like(theta), np.zeros_like(theta)
    for step in range(1, steps + 1):
        query, direction, bias = theta[:size].astype(np.float32), theta[size:-1].astype(np.float32), theta[-1]
        weights = softmax(np.where(real, x @ query, LOWEST))
        evidence = x @ direction
        pooled = np.sum(weights * evidence, axis=-1)
        error = (sigmoid(pooled + bias) - y) / len(y)  # ∂ loss / ∂ logit
        to_direction = flat.T @ (error[:, np.newaxis] * weights).ravel().astype(np.float32)
        to_query = np.zeros(size)
        if not uniform:
            to_scores = error[:, np.newaxis] * weights * (evidence - pooled[:, np.newaxis])
            to_query = flat.T @ to_scores.ravel().astype(np.float32) + decay * query
        grad = np.concatenate([to_query, to_direction + decay * direction, [error.sum()]])
        theta, first, second = adam_step(theta, grad, first, second, step, learning_rate)
    return Pooling(theta[:size], theta[size:-1], float(theta[-1]), mean, deviation)


def shuffled_probabilities(weights: ArrayLike, evidence: ArrayLike, draws: int = 100, seed: int = 0) -> Floats:
    """Deal the weights of one sentence to its tokens anew, and return what the classifier then says.

    Parameters
    ----------
    weights, evidence : arrays ``(tokens,)``, as `Pooling.read` gives them
    draws : how often

    Returns
    -------
    array of float, ``(draws,)``, probabilities
    """
    rng = np.random.default_rng(seed)
    weights = np.asarray(weights)
    dealt = np.stack([rng.permutation(weights) for _draw in range(draws)])
    return sigmoid(dealt @ np.asarray(evidence))


def kendall_tau(first: ArrayLike, second: ArrayLike) -> float:
    """Say how far two rankings agree: 1 for the same order, −1 for the opposite, 0 for no relation.

    Parameters
    ----------
    first, second : arrays ``(n,)``, n at least 2

    Notes
    -----
    Kendall 1938, tau-a: pairs in the same order less pairs in the opposite one, as a share of all pairs.

    Examples
    --------
    >>> kendall_tau([1, 2, 3], [10, 20, 15])
    0.3333333333333333
    """
    a, b = np.asarray(first, np.float64), np.asarray(second, np.float64)
    if a.ndim != 1 or a.shape != b.shape or len(a) < 2:
        raise ShapeError(
            _("The rankings have the shapes {a} and {b}.").format(a=a.shape, b=b.shape),
            _("Give two of one length, at least 2."),
        )
    upper = np.triu_indices(len(a), 1)
    agree = np.sign(a[:, None] - a[None, :]) * np.sign(b[:, None] - b[None, :])
    return float(agree[upper].mean())
