"""Exercises of chapter 14: temperature, nucleus, and a penalty for repetition."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from bookutils.core.messages import _
from bookutils.judging.model import Case, Exercise, Part, Rng, Tolerance, case, edge
from bookutils.judging.switches import Switches, combiner, mistakes_of
from bookutils.numerics.arrays import Doubles, Ints
from bookutils.numerics.generation import sampling as book


def _scores(rng: Rng, size: int) -> Doubles:
    return np.asarray(np.round(rng.permutation(np.linspace(-2, 3, size)) + rng.uniform(-0.3, 0.3, size), 2))


def _one_place(rng: Rng) -> Iterable[Case]:
    for size, temperature in ((3, 0.5), (4, 2.0), (5, 0.7), (6, 1.5)):
        yield case(_scores(rng, size), temperature)
    yield edge(np.array([1.0, 2.0, -1.0]), 1.0)
    yield edge(np.array([3.0]), 0.3)


def _batch_of_places(rng: Rng) -> Iterable[Case]:
    for rows, size, temperature in ((2, 3, 0.5), (3, 4, 1.7), (4, 3, 0.8)):
        yield case(np.array([_scores(rng, size) for _unused in range(rows)]), temperature)
    yield edge(np.array([_scores(rng, 4) for _unused in range(3)]).reshape(3, 1, 4), 0.6)


def _large_scores(rng: Rng) -> Iterable[Case]:
    for size, temperature in ((3, 0.25), (4, 0.5), (5, 0.2)):
        yield case(700.0 + _scores(rng, size), temperature)
    yield edge(np.array([1e5, 1e5 - 1.0, -np.inf]), 0.5)


def _buggy_temperature(bugs: Switches, logits: Doubles, temperature: float) -> Doubles:
    axis = 0 if "over_the_batch" in bugs else -1
    factor = temperature if "multiplied" in bugs else 1 / temperature
    scores = logits if "after_softmax" in bugs else logits * factor
    if "overflow" not in bugs:
        scores = scores - scores.max(axis=axis, keepdims=True)
    with np.errstate(over="ignore", invalid="ignore"):
        powers = np.exp(scores)
        result = powers if "not_normalised" in bugs else powers / powers.sum(axis=axis, keepdims=True)
        return np.asarray(result * factor if "after_softmax" in bugs else result)


APPLY_TEMPERATURE = Exercise(
    id="apply_temperature",
    answer="apply_temperature",
    asks=_("Probabilities from scores, at a temperature."),
    reference=book.apply_temperature,
    parts=(
        Part(_("one place"), 1, _one_place),
        Part(_("several places"), 1, _batch_of_places),
        Part(_("large scores"), 1, _large_scores),
    ),
    tolerance=Tolerance(rtol=1e-3, atol=1e-7),  # float32 has few digits left at 700
    mistakes=mistakes_of(
        _buggy_temperature,
        (
            "multiplied",
            _("With you a high temperature makes the distribution sharper, and a low one flatter."),
            _("A hot distribution is closer to uniform. What must happen to the differences between the scores?"),
            _("Divide the logits by the temperature."),
        ),
        (
            "after_softmax",
            _("The ratios between your probabilities do not depend on the temperature."),
            _("Of what do you take the T-th part: of the scores or of the probabilities?"),
            _("Divide the logits before the softmax, and nothing after it."),
        ),
        (
            "overflow",
            _("For large scores your result is not a number."),
            _("What is e to the power of 1400 as a float? And what changes in a softmax if all scores fall by 1400?"),
            _("Subtract the largest score of each row before you take exp."),
        ),
        (
            "not_normalised",
            _("Your numbers do not sum to 1."),
            _("Which step makes probabilities of powers of e?"),
            _("Divide by the sum over the last axis."),
        ),
        (
            "over_the_batch",
            _("With several rows, yours do not sum to 1: the columns do."),
            _("Among what is the probability shared, among the tokens or among the places?"),
            _("Take maximum and sum over the last axis: `axis=-1, keepdims=True`."),
        ),
    ),
    combine=combiner(_buggy_temperature),
    hints=(
        _("Two scores, 2 and 0, at temperature 2: what is the ratio of their probabilities? And at temperature ½?"),
        _("Divide the scores, then a softmax as in chapter 02: subtract the row's maximum, exp, divide by the sum."),
    ),
)

# Sums of these are exact in every float, and no two of a row are equal where the cut may fall.
_EXACT = (
    ((8, 4, 2, 1, 1), (8, 12, 14)),
    ((16, 8, 4, 3, 1), (16, 24, 28, 31)),
    ((12, 9, 6, 4, 1), (12, 21, 27)),
    ((10, 9, 7, 5, 1), (10, 19, 26)),
)


def _shuffled(rng: Rng, shares: Iterable[float]) -> Doubles:
    """Probabilities in a random order, the least probable first: so a sum in the order of the ids goes wrong."""
    ranked = np.sort(np.array(list(shares), float))
    return np.concatenate([ranked[:1], rng.permutation(ranked[1:])]) / ranked.sum()


def _between(rng: Rng) -> Iterable[Case]:
    """A p that no running sum reaches exactly."""
    for shares, sums in _EXACT:
        p = (sums[int(rng.integers(len(sums)))] - 0.5) / sum(shares)
        yield case(_shuffled(rng, shares), p)
    for size in (6, 9):
        yield case(_shuffled(rng, np.arange(1.0, size + 1) ** 2), float(np.round(rng.uniform(0.5, 0.8), 1)) + 0.003)
    yield edge(np.array([0.5, 0.0, 0.25, 0.25]), 1.0)
    yield edge(np.array([1.0]), 0.5)


def _first_is_enough(rng: Rng) -> Iterable[Case]:
    for size in (4, 8, 9, 10, 11, 12, 13, 14):  # which of them it is, is all that there is to say
        rest = np.arange(1.0, size)
        yield case(_shuffled(rng, [3 * rest.sum(), *rest]), float(np.round(rng.uniform(0.2, 0.6), 2)))


def _exactly_reached(rng: Rng) -> Iterable[Case]:
    yield case(np.array([1.0, 1.0, 2.0, 4.0, 8.0]) / 16, 0.5)  # here the sum in the order of the ids reaches p as well
    for shares, sums in _EXACT:
        for reached in sums[:2]:
            yield case(_shuffled(rng, shares), reached / sum(shares))


def _buggy_nucleus(bugs: Switches, probabilities: Doubles, p: float) -> Doubles:
    order = np.arange(len(probabilities)) if "unsorted" in bugs else np.argsort(-probabilities, kind="stable")
    ranked = probabilities[order]
    sums = np.cumsum(ranked)
    reached = sums if "crossing_dropped" in bugs else sums - ranked
    exact = ("one_too_many" in bugs) != ("crossing_dropped" in bugs)
    keep = reached <= p if exact else reached < p
    kept = np.where(keep, ranked, 0.0)
    if "order_lost" not in bugs:
        back = np.zeros_like(kept)
        back[order] = kept
        kept = back
    with np.errstate(invalid="ignore", divide="ignore"):
        return kept if "not_renormalised" in bugs else kept / kept.sum()


NUCLEUS = Exercise(
    id="nucleus",
    answer="nucleus",
    asks=_("The smallest set of most probable tokens that reaches p, with all probability."),
    reference=book.nucleus,
    parts=(
        Part(_("the cut falls between"), 2, _between),
        Part(_("the first token is enough"), 1, _first_is_enough),
        Part(_("p is reached exactly"), 1, _exactly_reached),
    ),
    tolerance=Tolerance(rtol=1e-4, atol=1e-6),
    mistakes=mistakes_of(
        _buggy_nucleus,
        (
            "crossing_dropped",
            _("Your set stops short: together its tokens do not reach p."),
            _("Which token makes the running sum cross p, and is it in your set?"),
            _("Keep a token as long as the sum of those *before* it is below p."),
        ),
        (
            "one_too_many",
            _("Where the sum is exactly p you keep one token more than is needed."),
            _("The set should be the smallest that reaches p. Is p reached without the last one?"),
            _("Compare with `<`: a token is kept when the sum of those before it is less than p."),
        ),
        (
            "not_renormalised",
            _("Your numbers sum to less than 1."),
            _("What happens to the probability of the tokens that were cut off?"),
            _("Divide what is kept by its sum."),
        ),
        (
            "unsorted",
            _("You add up in the order of the ids: a rare token with a small id is kept, a frequent one is cut."),
            _("In which order must tokens be added, so that the set is the smallest one?"),
            _("Sort by falling probability first: `np.argsort(-probabilities)`."),
        ),
        (
            "order_lost",
            _("Your values are right, and they stand in the order of their size instead of that of the ids."),
            _("Which token does the first entry of your result belong to?"),
            _("Put the values back to their places: `kept[order] = …`."),
        ),
    ),
    combine=combiner(_buggy_nucleus),
    hints=(
        _("Take [0.1, 0.6, 0.3] and p = 0.8. Which tokens are needed, and what are their shares then?"),
        _("`order = np.argsort(-probabilities)` ranks the tokens; `np.cumsum(probabilities[order])` adds them up."),
        _(
            "The sum *before* each token is the running sum minus its own probability. Keep it where that is below p, "
            "write the values to their own places, divide by what is left."
        ),
    ),
)


def _with_history(rng: Rng) -> Iterable[Case]:
    for size, penalty in ((5, 1.5), (6, 2.0), (8, 1.25), (7, 1.75)):
        logits = _scores(rng, size)
        logits[logits == 0] = 0.5
        order = np.argsort(logits)
        # one negative, one positive score, the positive one twice; the largest was not written
        written = np.array([order[0], order[-2], order[-2]])
        yield case(logits, rng.permutation(written), penalty)
    yield edge(np.array([1.0, -1.0]), np.array([0, 1]), 1.0)
    yield edge(np.array([1.0, -1.0]), np.zeros(0, np.int64), 2.0)


def _buggy_penalty(bugs: Switches, logits: Doubles, written: Ints, penalty: float) -> Doubles:
    changed = np.array(logits, dtype=float)
    seen = np.asarray(written, np.int64) if "every_time" in bugs else np.unique(np.asarray(written, np.int64))
    if "the_others" in bugs:
        seen = np.setdiff1d(np.arange(len(changed)), seen)
    for token in seen:
        if "subtracted" in bugs:
            changed[token] -= penalty
        elif "raised" in bugs:
            changed[token] = changed[token] * penalty if changed[token] > 0 else changed[token] / penalty
        else:
            divide = changed[token] > 0 or "always_divided" in bugs
            changed[token] = changed[token] / penalty if divide else changed[token] * penalty
    return changed


PENALISE = Exercise(
    id="penalise",
    answer="penalise",
    asks=_("Scores with a penalty on what was written already."),
    reference=book.penalise,
    parts=(
        Part(_("values"), 0, _with_history),
        Part(_("inputs left as they were"), 0, _with_history, compares="inputs"),
    ),
    tolerance=Tolerance(rtol=1e-5, atol=1e-7),
    mistakes=mistakes_of(
        _buggy_penalty,
        (
            "always_divided",
            _("A negative score comes closer to 0 with you: the token becomes more likely."),
            _("Is −4 / 2 more or less than −4?"),
            _("Divide positive scores, multiply negative ones."),
        ),
        (
            "every_time",
            _("A token that was written twice is penalised twice."),
            _("Does it matter here how often a token was written?"),
            _("Take each token once: `np.unique(written)`."),
        ),
        (
            "subtracted",
            _("You take the penalty away from the score; at a penalty of 1 something changes, and nothing should."),
            _("What should a penalty of 1 do?"),
            _("Divide positive scores by the penalty, multiply negative ones."),
        ),
        (
            "raised",
            _("What was written becomes more likely with you."),
            _("In which direction should a penalty move a score?"),
            _("Exchange the two cases: positive scores are divided, negative ones multiplied."),
        ),
        (
            "the_others",
            _("You change the tokens that were not written."),
            _("Whom should the penalty meet?"),
            _("Change the scores at the places in `written`."),
        ),
    ),
    combine=combiner(_buggy_penalty),
    hints=(
        _("A penalty of 2 on a score of 3 gives 1.5. What should it give for a score of −3?"),
        _("Copy the logits; `np.unique(written)` gives each place once; `np.where` takes care of the sign."),
    ),
    optional=True,
)
