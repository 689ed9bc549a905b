"""Writing with a decoder: read the prompt, choose, read the choice, choose again. Taught in chapter 14."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from bookutils.core.errors import ShapeError
from bookutils.core.messages import _
from bookutils.numerics.arrays import Floats, Ints
from bookutils.numerics.generation.decoder import Cache, DecoderWeights, decode_more
from bookutils.numerics.generation.sampling import apply_temperature, nucleus, penalise, pick, top_k


@dataclass(frozen=True)
class Sampling:
    """How the next token is chosen: temperature first, then the two cuts.

    Parameters
    ----------
    temperature : 0 takes the most probable token
    k : how many tokens are kept at most; None keeps all
    p : how much probability is kept at least
    penalty : of tokens among the last `look_back` ones; 1 is none
    """

    temperature: float = 1.0
    k: int | None = None
    p: float = 1.0
    penalty: float = 1.0
    look_back: int = 32

    def distribution(self, logits: ArrayLike, written: ArrayLike = ()) -> Floats:
        """Return the distribution that the next token is drawn from, ``(vocabulary,)``."""
        scores: Floats = np.asarray(logits)
        if self.penalty != 1:
            scores = penalise(scores, np.asarray(written, np.intp)[-self.look_back :], self.penalty)
        if self.temperature == 0:
            return top_k(apply_temperature(scores, 1.0), 1)
        probabilities = apply_temperature(scores, self.temperature)
        if self.k is not None:
            probabilities = top_k(probabilities, self.k)
        return nucleus(probabilities, self.p) if self.p < 1 else probabilities


def write_on(
    prompt: Sequence[int],
    next_scores: Callable[[list[int]], ArrayLike],
    temperature: float,
    stop: int,
    numbers: Sequence[float],
) -> list[int]:
    """Write on after a prompt, token by token: the loop, and nothing that makes it fast.

    Parameters
    ----------
    prompt : ids, at least one
    next_scores : ids of a text -> ``(vocabulary,)``, the scores of what comes next
    temperature : above 0
    stop : the id that ends the text; it is not part of it
    numbers : random numbers from 0 to 1, one for each token; when they are used up, the text ends

    Returns
    -------
    list of the ids that were written, without the prompt

    Notes
    -----
    A number chooses the first id at which the running sum of the probabilities is above it. Taught in chapter 14.

    Examples
    --------
    >>> write_on([1], lambda text: np.eye(4)[(text[-1] + 1) % 4] * 50.0, 1.0, stop=0, numbers=[0.5] * 9)
    [2, 3]
    """
    text = list(prompt)
    for number in numbers:
        token = pick(apply_temperature(next_scores(text), temperature), number)
        if token == stop:
            break
        text.append(token)
    return text[len(prompt) :]


def write(
    weights: DecoderWeights, prompt: ArrayLike, length: int, sampling: Sampling, *, copies: int = 1, seed: int = 0
) -> Ints:
    """Write on after a prompt.

    Parameters
    ----------
    weights : of the decoder
    prompt : array of int, ``(tokens,)``, or ``(prompts, tokens)`` for several of one length; at least one token. Of
        one that is too long the end is read
    length : how many tokens are written
    copies : how many texts are written after each prompt, side by side, each with random numbers of its own
    seed : of the random numbers; the same seed draws the same numbers whatever the sampling

    Returns
    -------
    array of int, ``(prompts · copies, length)``, without the prompts

    Notes
    -----
    A decoder with learnt positions knows no more places than it has. When they are full, the last half is read anew
    from the first place on, and the writing goes on from there.
    """
    read = np.atleast_2d(np.asarray(prompt, np.intp))
    if not read.size:
        raise ShapeError(_("The prompt is empty."), _("Give at least one token to go on from."))
    limit = len(weights["positions"])
    text = np.repeat(read, copies, axis=0)
    uniform = np.random.default_rng(seed).random((length, len(text)))
    cache, new = Cache(weights, len(text)), text[:, -limit:]
    for step in range(length):
        if cache.length + new.shape[1] > limit:
            cache, new = Cache(weights, len(text)), text[:, -(limit // 2) :]
        logits = decode_more(weights, new, cache)
        chosen = [
            pick(sampling.distribution(scores, row), number)
            for scores, row, number in zip(logits, text, uniform[step], strict=True)
        ]
        new = np.array(chosen, np.intp)[:, np.newaxis]
        text = np.concatenate([text, new], axis=1)
    return text[:, read.shape[1] :]
