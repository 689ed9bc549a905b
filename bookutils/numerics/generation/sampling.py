"""How a language model writes: from scores to a distribution, from a distribution to a choice. Taught in chapter 14.

Functions of one distribution take ``(vocabulary,)``; with more dimensions the last one is the vocabulary.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from bookutils.core.errors import ShapeError, UsageError
from bookutils.core.messages import _
from bookutils.numerics.arrays import Floats, Ints, as_floats


def next_targets(ids: ArrayLike, padding_id: int) -> tuple[Ints, Ints, Floats]:
    """Make what a decoder is trained on: inputs, targets one place ahead, and which places count.

    Parameters
    ----------
    ids : array of int, ``(batch, tokens)``, padded on the right
    padding_id : the id that fills up

    Returns
    -------
    (inputs, targets, weights), each ``(batch, tokens − 1)``: target t is the id after input t; the weight is 1.0
    where the target is a token and 0.0 where it is padding

    Raises
    ------
    ShapeError
        When there is nothing to predict.

    Examples
    --------
    >>> inputs, targets, weights = next_targets([[5, 6, 7, 0]], padding_id=0)
    >>> inputs.tolist(), targets.tolist(), weights.tolist()
    ([[5, 6, 7]], [[6, 7, 0]], [[1.0, 1.0, 0.0]])
    """
    ids = np.asarray(ids)
    if ids.ndim != 2 or ids.shape[1] < 2:
        raise ShapeError(
            _("The ids have the shape {shape}.").format(shape=ids.shape),
            _("Give (batch, tokens) with at least two tokens."),
        )
    return ids[:, :-1], ids[:, 1:], (ids[:, 1:] != padding_id).astype(np.float64)


def perplexity(probabilities: ArrayLike, weights: ArrayLike) -> float:
    """Return among how many equally likely tokens a model would have to guess to be as surprised as it is.

    Parameters
    ----------
    probabilities : array of float in (0, 1], ``(batch, tokens)``: what each right token was given
    weights : array of 0 and 1 of the same shape: 0 does not count (padding)

    Returns
    -------
    float: exp of the mean of −ln p over all tokens that count, so 2 to the bits per token

    Raises
    ------
    ShapeError
        When the shapes differ, or no token counts.

    Examples
    --------
    >>> perplexity([[0.5, 0.125]], [[1, 1]])
    4.0
    """
    probabilities, weights = as_floats(probabilities), as_floats(weights)
    if probabilities.shape != weights.shape or not weights.any():
        raise ShapeError(
            _("Probabilities have the shape {given} and weights {weights}.").format(
                given=probabilities.shape, weights=weights.shape
            ),
            _("Give one weight for each probability, at least one of them above 0."),
        )
    surprise = -np.log(probabilities[weights > 0])
    return float(np.exp(np.sum(surprise) / np.sum(weights > 0)))


def apply_temperature(logits: ArrayLike, temperature: float) -> Floats:
    """Turn scores into probabilities, sharper below a temperature of 1 and flatter above.

    Parameters
    ----------
    logits : array of float, ``(…, vocabulary)``; −inf is a probability of 0
    temperature : above 0

    Returns
    -------
    array of float, the shape of `logits`; each row sums to 1

    Raises
    ------
    UsageError
        When the temperature is not above 0.

    Notes
    -----
    softmax(logits / T). The ratio of two probabilities becomes its (1 / T)-th power. Dividing first could overflow
    where the largest score is not subtracted.

    Examples
    --------
    >>> apply_temperature([np.log(4.0), np.log(1.0)], 0.5).round(4)
    array([0.9412, 0.0588])
    """
    logits = as_floats(logits)
    if temperature <= 0:
        raise UsageError(_("The temperature is {t}.").format(t=temperature), _("Choose one above 0."))
    powers = np.exp((logits - np.max(logits, axis=-1, keepdims=True)) / temperature)
    return np.asarray(powers / np.sum(powers, axis=-1, keepdims=True))


def top_k(probabilities: ArrayLike, k: int) -> Floats:
    """Keep the k most probable tokens and share all probability among them.

    Parameters
    ----------
    probabilities : array of float, ``(vocabulary,)``, sums to 1
    k : 1 or more; of equally probable tokens those with the smaller ids are kept

    Returns
    -------
    array of float, ``(vocabulary,)``, sums to 1

    Notes
    -----
    Fan, Lewis and Dauphin 2018.

    Examples
    --------
    >>> top_k([0.5, 0.25, 0.125, 0.125], 2).round(4)
    array([0.6667, 0.3333, 0.    , 0.    ])
    """
    probabilities = as_floats(probabilities)
    if k < 1:
        raise UsageError(_("k is {k}.").format(k=k), _("Keep at least one token."))
    order = np.argsort(-probabilities, kind="stable")
    kept = np.zeros_like(probabilities)
    kept[order[:k]] = probabilities[order[:k]]
    return kept / np.sum(kept)


def nucleus(probabilities: ArrayLike, p: float) -> Floats:
    """Keep the smallest set of most probable tokens whose probability reaches p, and share all probability among them.

    Parameters
    ----------
    probabilities : array of float, ``(vocabulary,)``, sums to 1
    p : above 0, up to 1; the token that reaches it is kept; of equally probable tokens the smaller ids come first

    Returns
    -------
    array of float, ``(vocabulary,)``, sums to 1

    Notes
    -----
    Holtzman et al. 2020, "The curious case of neural text degeneration", section 3.1 ("top-p").

    Examples
    --------
    >>> nucleus([0.5, 0.25, 0.125, 0.125], 0.6).round(4)
    array([0.6667, 0.3333, 0.    , 0.    ])
    """
    probabilities = as_floats(probabilities)
    if not 0 < p <= 1:
        raise UsageError(_("p is {p}.").format(p=p), _("Choose p above 0, up to 1."))
    order = np.argsort(-probabilities, kind="stable")
    before = np.cumsum(probabilities[order]) - probabilities[order]  # what stands in front of each token
    kept = np.zeros_like(probabilities)
    kept[order] = np.where(before < p, probabilities[order], 0.0)
    return kept / np.sum(kept)


def pick(probabilities: ArrayLike, uniform: float) -> int:
    """Choose a token by a random number: the first one at which the running sum exceeds it.

    Parameters
    ----------
    probabilities : array of float, ``(vocabulary,)``, sums to 1
    uniform : a number from 0 up to, not including, 1

    Returns
    -------
    int, the token's id

    Examples
    --------
    >>> [pick([0.5, 0.0, 0.5], u) for u in (0.0, 0.49, 0.5, 0.99)]
    [0, 0, 2, 2]
    """
    sums = np.cumsum(as_floats(probabilities))
    return int(min(np.searchsorted(sums, uniform * sums[-1], side="right"), len(sums) - 1))


def penalise(logits: ArrayLike, written: ArrayLike, penalty: float) -> Floats:
    """Lower the scores of tokens that were written already.

    Parameters
    ----------
    logits : array of float, ``(vocabulary,)``
    written : ids that were written; how often does not matter
    penalty : 1 changes nothing; positive scores are divided by it, negative ones multiplied

    Returns
    -------
    array of float, ``(vocabulary,)``

    Notes
    -----
    Keskar et al. 2019 (CTRL), section 4.1, with the case of negative scores as libraries have it: divided, they would
    rise.

    Examples
    --------
    >>> penalise([2.0, -2.0, 1.0], [0, 1, 1], 2.0)
    array([ 1., -4.,  1.])
    """
    changed = np.array(as_floats(logits))
    seen = np.unique(np.asarray(written, dtype=np.intp))
    changed[seen] = np.where(changed[seen] > 0, changed[seen] / penalty, changed[seen] * penalty)
    return changed


def repeated_share(ids: ArrayLike, n: int) -> float:
    """Return the share of a text's n-grams that occurred before in it; 0 for a text without any.

    Notes
    -----
    1 − different n-grams / n-grams: "seq-rep-n" of Welleck et al. 2020.

    Examples
    --------
    >>> repeated_share(list("abcabc"), 3), repeated_share(list("abcdef"), 3)
    (0.25, 0.0)
    """
    items = np.asarray(ids).tolist()
    grams = [tuple(items[start : start + n]) for start in range(len(items) - n + 1)]
    return 1 - len(set(grams)) / len(grams) if grams else 0.0
