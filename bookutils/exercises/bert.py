"""The exercises and predictions of chapter 11: which places a batch reads, and how the learning rate moves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
from numpy.typing import NDArray

from bookutils.core.messages import _
from bookutils.exercises.model import Case, Exercise, Mistake, Option, Part, Prediction, Tolerance, case, edge
from bookutils.numerics import optimizers

Ids = NDArray[np.int32]
PAD, UNK, CLS, SEP = 0, 100, 101, 102  # in the vocabulary of every uncased BERT encoder
FIRST_WORD, LAST_WORD = 1996, 30521


# ---- make_mask -------------------------------------------------------------------------------------------------


def attention_mask(word_ids: Ids, type_ids: Ids) -> Ids:
    """Return 1 for every place that holds a token, 0 for padding; the segments have no say in it.

    Notes
    -----
    `bookutils.numerics.tokenization.make_mask` with the two arguments that a learner gets; the tests hold the two
    together. Taught in chapter 11.

    Examples
    --------
    >>> attention_mask(np.array([[101, 2204, 102, 0]]), np.zeros((1, 4), np.int32))
    array([[1, 1, 1, 0]], dtype=int32)
    """
    return np.where(np.asarray(word_ids) == PAD, 0, 1).astype(np.int32)


def _mask_with_mistakes(mistakes: frozenset[str], word_ids: Ids, type_ids: Ids) -> Ids:
    ids = np.asarray(word_ids)
    mask = ids != PAD
    if "all_ones" in mistakes:
        mask = np.ones_like(mask)
    if "segments" in mistakes:
        mask = np.asarray(type_ids) == 1
    if "no_special" in mistakes:
        mask = mask & (ids != CLS) & (ids != SEP)
    if "no_unknown" in mistakes:
        mask = mask & (ids != UNK)
    if "inverted" in mistakes:
        mask = ~mask
    return mask.astype(np.int32)


def _combine_mask(mistakes: frozenset[str]) -> Callable[[Ids, Ids], Ids]:
    return partial(_mask_with_mistakes, mistakes)


def _mask_mistake(id: str, evidence: str, question: str, fix: str) -> Mistake:
    return Mistake(id, _combine_mask(frozenset({id})), evidence, question, fix)


def _batch(rows: list[tuple[list[int], list[int]]], padding: int) -> tuple[Ids, Ids]:
    """Pad (ids, segments) of several sentences to one width, at least `padding` places more than the shortest."""
    width = max(max(len(ids) for ids, _types in rows), min(len(ids) for ids, _types in rows) + padding)
    word_ids, type_ids = np.zeros((2, len(rows), width), np.int32)
    for row, (ids, types) in enumerate(rows):
        word_ids[row, : len(ids)] = ids
        type_ids[row, : len(ids)] = types
    return word_ids, type_ids


def _words(rng: np.random.Generator, count: int, *, unknown: bool = False) -> list[int]:
    words = rng.integers(FIRST_WORD, LAST_WORD + 1, count).tolist()
    if unknown:
        words[int(rng.integers(count))] = UNK
    return words


def _single(rng: np.random.Generator, count: int, *, unknown: bool = False) -> tuple[list[int], list[int]]:
    ids = [CLS, *_words(rng, count, unknown=unknown), SEP]
    return ids, [0] * len(ids)


def _pair(rng: np.random.Generator, first: int, second: int) -> tuple[list[int], list[int]]:
    one, other = [CLS, *_words(rng, first, unknown=True), SEP], [*_words(rng, second, unknown=True), SEP]
    return one + other, [0] * len(one) + [1] * len(other)


def _one_sentence_each(rng: np.random.Generator) -> Iterator[Case]:
    yield case(*_batch([_single(rng, 2)], padding=2))
    for rows in (2, 3, 4):
        yield case(*_batch([_single(rng, int(rng.integers(1, 7))) for _row in range(rows)], padding=2))
    yield edge(*_batch([_single(rng, 3)], padding=0))  # nothing to leave out
    yield edge(*_batch([_single(rng, 40), _single(rng, 0)], padding=0))  # an empty sentence beside a long one
    yield edge(*_batch([([CLS, 1, 99, SEP], [0] * 4)], padding=2))  # ids below 100 are pieces too
    yield edge(np.zeros((1, 3), np.int32), np.zeros((1, 3), np.int32))  # nothing to read
    yield edge(np.zeros((0, 4), np.int32), np.zeros((0, 4), np.int32))  # a batch of none


def _unknown_words_and_pairs(rng: np.random.Generator) -> Iterator[Case]:
    yield case(*_batch([_single(rng, 3, unknown=True)], padding=2))
    for _number in range(4):
        pair = _pair(rng, int(rng.integers(1, 4)), int(rng.integers(1, 4)))
        yield case(*_batch([pair, _single(rng, int(rng.integers(1, 4)), unknown=True)], padding=2))
    yield edge(*_batch([([CLS, UNK, UNK, SEP], [0] * 4)], padding=1))


MAKE_MASK = Exercise(
    id="make_mask",
    answer="make_mask",
    asks=_("The attention mask of a padded batch: 1 where there is a token, 0 where there is padding."),
    reference=attention_mask,
    parts=(
        Part(_("one sentence in each row"), 2, _one_sentence_each),
        Part(_("unknown words, and two sentences in a row"), 1, _unknown_words_and_pairs),
        Part(_("inputs unchanged"), 1, _unknown_words_and_pairs, compares="inputs"),
    ),
    mistakes=(
        _mask_mistake(
            "inverted",
            _("Your mask is 1 where the padding is, and 0 where the tokens are."),
            _("The encoder reads the places where the mask is 1. Which ones should it read?"),
            _("Turn it around: 1 where `word_ids` is not 0, as in `(word_ids != 0).astype(int)`."),
        ),
        _mask_mistake(
            "no_special",
            _("Your mask leaves out the places of [CLS] (101) and [SEP] (102)."),
            _("The encoder was trained with both in view. What would change for it if they disappeared?"),
            _("Leave out padding alone: 0 where `word_ids` is 0, and 1 everywhere else."),
        ),
        _mask_mistake(
            "no_unknown",
            _("Your mask leaves out [UNK] (100), the places of words that the vocabulary does not have."),
            _("A reader meets an unknown word. Do they know less, or nothing, about the place where it stands?"),
            _("[UNK] is a token with a vector of its own: 0 where `word_ids` is 0, and 1 everywhere else."),
        ),
        _mask_mistake(
            "segments",
            _("Your mask is a copy of `type_ids`: 1 for the second sentence of a row, 0 for the first."),
            _("`type_ids` says to which sentence a token belongs. Which of the two arrays knows where tokens end?"),
            _("Look at `word_ids` alone: 1 where it is not 0."),
        ),
        _mask_mistake(
            "all_ones",
            _("Your mask is 1 everywhere, also where `word_ids` is 0."),
            _("What do the encoder's means and weights then take in beside the words?"),
            _("Put 0 where `word_ids` is 0."),
        ),
    ),
    combine=_combine_mask,
    hints=(
        _("Write down the mask of one row by hand: [101, 2204, 2143, 102, 0, 0]. Which number decides?"),
        _("NumPy compares a whole array at once: `word_ids != 0` is an array of True and False of the same shape."),
        _("Compare `word_ids` with 0, the id of [PAD], and turn True and False into 1 and 0 with `.astype(int)`."),
    ),
)


# ---- warmup_linear ---------------------------------------------------------------------------------------------


def _rate_with_mistakes(mistakes: frozenset[str], step: int, peak: float, warmup_steps: int, total_steps: int) -> float:
    if "off_by_one" in mistakes:
        step = step + 1
    if step < warmup_steps:
        factor = step / warmup_steps
    else:
        begin, span = warmup_steps, total_steps - warmup_steps
        if "never_zero" in mistakes:
            span = total_steps
        if "decay_from_start" in mistakes:
            begin, span = 0, total_steps
        factor = 1 - (step - begin) / span
    if "negative" not in mistakes:
        factor = max(factor, 0.0)
    return factor if "no_peak" in mistakes else peak * factor


def _combine_rate(mistakes: frozenset[str]) -> Callable[[int, float, int, int], float]:
    return partial(_rate_with_mistakes, mistakes)


def _rate_mistake(id: str, evidence: str, question: str, fix: str) -> Mistake:
    return Mistake(id, _combine_rate(frozenset({id})), evidence, question, fix)


def _run(rng: np.random.Generator) -> tuple[float, int, int]:
    """Draw peak, warm-up and total: a tenth to a third of the steps warm up."""
    total = int(rng.integers(40, 200))
    return float(rng.choice([1e-3, 5e-4, 2e-3, 5e-3])), int(rng.integers(max(6, total // 10), total // 3)), total


def _rising(rng: np.random.Generator) -> Iterator[Case]:
    yield case(2, 0.001, 10, 100)
    for _number in range(4):
        peak, warmup, total = _run(rng)
        yield case(int(rng.integers(1, warmup - 1)), peak, warmup, total)
    yield edge(0, 0.001, 10, 100)


def _falling(rng: np.random.Generator) -> Iterator[Case]:
    yield case(55, 0.001, 10, 100)
    for _number in range(5):
        peak, warmup, total = _run(rng)
        yield case(int(rng.integers(warmup + 2, total - 2)), peak, warmup, total)
    yield edge(10, 0.001, 10, 100)  # the peak itself
    yield edge(9, 5e-5, 10, 100)
    yield edge(0, 0.001, 0, 100)  # no warm-up: the first step has the whole rate
    yield edge(50, 0.001, 0, 100)
    yield edge(1, 0.001, 1, 2)


def _ended(rng: np.random.Generator) -> Iterator[Case]:
    yield case(100, 0.001, 10, 100)
    for _number in range(4):
        peak, warmup, total = _run(rng)
        yield case(total + warmup + int(rng.integers(1, total)), peak, warmup, total)
    yield edge(99, 0.001, 10, 100)
    yield edge(10**6, 0.001, 10, 100)


WARMUP_LINEAR = Exercise(
    id="warmup_linear",
    answer="warmup_linear",
    asks=_("The learning rate of a step: up in a straight line, then down to 0 in another one."),
    reference=optimizers.warmup_linear,
    parts=(
        Part(_("the way up"), 1, _rising),
        Part(_("the peak and the way down"), 2, _falling),
        Part(_("from the last step on"), 1, _ended),
    ),
    tolerance=Tolerance(rtol=1e-5, atol=1e-9),
    mistakes=(
        _rate_mistake(
            "decay_from_start",
            _("Your rate jumps down when warm-up ends: the way down has already begun at step 0."),
            _("At `step == warmup_steps`, how many steps of the way down should be behind you?"),
            _("Measure the way down from the end of warm-up: "
              "`peak * (total_steps - step) / (total_steps - warmup_steps)`."),
        ),
        _rate_mistake(
            "off_by_one",
            _("Your rates come one step early: at step 0 you are at what belongs to step 1."),
            _("Steps are counted from 0. What should the rate be before anything has been learnt?"),
            _("Use `step` as it comes, not `step + 1`."),
        ),
        _rate_mistake(
            "never_zero",
            _("Your way down is too flat: at `total_steps` the rate is still above 0."),
            _("How many steps are there between the peak and the end?"),
            _("Divide by the length of the way down, `total_steps - warmup_steps`, not by `total_steps`."),
        ),
        _rate_mistake(
            "negative",
            _("After `total_steps` your rate is negative."),
            _("What does a step with a negative learning rate do to the loss?"),
            _("Let the rate end at 0: `max(0, …)` around the way down."),
        ),
        _rate_mistake(
            "no_peak",
            _("Your rate climbs to 1, whatever `peak` is."),
            _("You have the right shape. What is its height?"),
            _("Multiply what you return by `peak`."),
        ),
    ),
    combine=_combine_rate,
    hints=(
        _("Draw it: `warmup_steps` is 10, `total_steps` 100, `peak` 1. What is the rate at steps 0, 5, 10, 55, 100?"),
        _("Two straight lines, so two cases. On the way up, which share of `warmup_steps` is done? On the way down, "
          "which share of the steps between peak and end is still to come?"),
        _("Up: `peak * step / warmup_steps` while `step < warmup_steps`. Down: `peak` times the steps that are left, "
          "divided by `total_steps - warmup_steps`; 0 when none are left."),
    ),
)  # fmt: skip

EXERCISES: tuple[Exercise, ...] = (MAKE_MASK, WARMUP_LINEAR)

PREDICTIONS: tuple[Prediction, ...] = (
    Prediction(
        id="mask_forgotten",
        question=_(
            "You put twenty [PAD] tokens behind a sentence and forget the mask, so that all places count as real. "
            "What happens to the number that the classifier gives for the sentence?"
        ),
        options={
            "nothing": Option(
                _("Nothing: [PAD] carries no meaning, so it changes nothing."),
                _("[PAD] is a row of the embedding table like any other word, and it stands at twenty positions. "
                  "Without a mask every token attends to it."),
            ),
            "error": Option(
                _("There is an error: the lengths no longer fit."),
                _("The lengths fit. Nothing complains, and that is what makes this mistake expensive."),
            ),
            "changes": Option(
                _("It changes, without any error."),
                _("Every token attends to the padding, and the mean counts it. Nothing complains."),
                right=True,
            ),
        },
    ),
    Prediction(
        id="padding_cost",
        question=_(
            "Half of the sentences have 22 tokens or fewer, and the longest has 67. Articles often pad each one to "
            "128. Which share of the encoder's work is then spent on padding?"
        ),
        options={
            "fifth": Option(
                _("About a fifth."),
                _("That is near the share of the *words*: the mean sentence fills 23 of 128 places."),
            ),
            "fifths": Option(
                _("About four fifths."),
                _("The mean sentence fills 23 of 128 places; the rest is computed and thrown away."),
                right=True,
            ),
            "none": Option(
                _("Next to none: the mask tells the encoder to skip the padding."),
                _("The mask says what the encoder must not *look at*. The matrix products run over all places alike."),
            ),
        },
    ),
    Prediction(
        id="first_step",
        question=_(
            "Two weights have gradients of 1000 and of 0.001. Adam makes its very first step with a learning rate of "
            "0.00005, without clipping. How far do the two weights move?"
        ),
        options={
            "proportional": Option(
                _("The first moves a million times as far as the second."),
                _("So it is with plain gradient descent. Adam divides by the size of the gradients that it has seen, "
                  "and it has seen one."),
            ),
            "same": Option(
                _("Both move by 0.00005."),
                _("After one step mean and root mean square are the same number: what is left is the sign."),
                right=True,
            ),
            "not": Option(
                _("Hardly at all: the averages of Adam start at 0."),
                _("They do, and Adam corrects for that: it divides each by how much of it has been filled."),
            ),
        },
    ),
    Prediction(
        id="half_a_point",
        question=_(
            "On 872 sentences that nobody has trained on, your classifier is right in 87.5 % of all cases, that of a "
            "friend in 88.0 %. What does that say?"
        ),
        options={
            "better": Option(
                _("Your friend's classifier is better, by a little."),
                _("Half a point of 872 sentences is four sentences. Draw 872 others, and the order may turn."),
            ),
            "nothing": Option(
                _("Nothing about which one is better."),
                _("An accuracy near 0.88 on 872 sentences has a standard error of 0.011, twice the difference."),
                right=True,
            ),
            "equal": Option(
                _("Both are equally good."),
                _("That is not shown either: a difference of a point or two would look like this as well."),
            ),
        },
    ),
)  # fmt: skip
