"""Exercises of chapter 14: what a decoder learns from, and how it is judged."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from bookutils.core.messages import _
from bookutils.judging.model import Case, Exercise, Part, Rng, Tolerance, case, edge
from bookutils.judging.switches import Switches, combiner, mistakes_of
from bookutils.numerics.arrays import Doubles, Ints
from bookutils.numerics.generation import sampling as book


def _padded(rng: Rng, rows: int, width: int, padding: int) -> Ints:
    """Different ids in a row, none of them the padding; the rows' lengths differ, and none fills the width but one."""
    ids = np.full((rows, width), padding, np.int64)
    lengths = [width, *rng.integers(2, width - 1, rows - 1)]
    for row, length in zip(ids, lengths, strict=True):
        row[:length] = padding + 1 + rng.permutation(width + 4)[:length]
    return ids


def _whole_rows(rng: Rng) -> Iterable[Case]:
    for width in (4, 5, 7):
        yield case(_padded(rng, 1, width, 0), 0)
    yield edge(np.array([[3, 3, 3]]), 0)
    yield edge(np.array([[8, 9]]), 0)


def _padded_rows(rng: Rng) -> Iterable[Case]:
    for rows, width, padding in ((2, 6, 0), (3, 5, 0), (3, 7, 9), (4, 6, 2)):
        yield case(_padded(rng, rows, width, padding), padding)
    yield edge(np.array([[5, 0, 0], [0, 0, 0]]), 0)


def _buggy_targets(bugs: Switches, ids: Ints, padding_id: int) -> tuple[Ints, Ints, Doubles]:
    inputs, targets = ids[:, :-1], ids[:, 1:]
    if "backwards" in bugs:
        inputs, targets = targets, inputs
    if "wrapped" in bugs:
        inputs, targets = ids, np.roll(ids, 1 if "backwards" in bugs else -1, axis=1)
    if "no_shift" in bugs:
        targets = inputs
    looked_at = inputs if "weights_of_inputs" in bugs else targets
    weights = (looked_at != padding_id).astype(np.float64)
    return inputs, targets, np.ones_like(weights) if "padding_counted" in bugs else weights


NEXT_TARGETS = Exercise(
    id="next_targets",
    answer="next_targets",
    asks=_("Inputs, targets one place ahead, and which places count."),
    reference=book.next_targets,
    parts=(Part(_("rows without padding"), 1, _whole_rows), Part(_("padded rows"), 2, _padded_rows)),
    mistakes=mistakes_of(
        _buggy_targets,
        (
            "no_shift",
            _("Your targets are the inputs: at each place the model is to say what it has just read."),
            _("What does the model know at place t, and what should it not know yet?"),
            _("The targets begin one place later: `ids[:, 1:]`."),
        ),
        (
            "backwards",
            _("Your target stands before its input: the model is to guess what came before."),
            _("In which direction does the model write?"),
            _("Inputs are `ids[:, :-1]`, targets `ids[:, 1:]`, not the other way round."),
        ),
        (
            "wrapped",
            _("Your rows are as long as `ids`, and the last target is the row's first token."),
            _("What follows the last token of a row? Does anybody know?"),
            _("Cut, do not roll: the last token is no input, since its target is not known."),
        ),
        (
            "weights_of_inputs",
            _("One place too many counts in each padded row: the last token, whose target is padding."),
            _("Of which of the two must you ask whether it is padding, the input or the target?"),
            _("Compare the targets with `padding_id`."),
        ),
        (
            "padding_counted",
            _("Every place counts with you, padding too."),
            _("Should the model be praised for guessing that padding follows padding?"),
            _("The weight is 0.0 where the target is `padding_id`."),
        ),
    ),
    combine=combiner(_buggy_targets),
    hints=(
        _("Write down one row, `[5, 6, 7, 0]`. After reading 5, what comes? And after 7?"),
        _("A row of n ids has n − 1 places at which both the input and what follows are known."),
        _("Two slices of the same array, moved by one; and one comparison of the targets with `padding_id`."),
    ),
)


def _judged(rng: Rng, rows: int, width: int) -> tuple[Doubles, Doubles]:
    """Rows of unequal length and of unequal difficulty; what stands at padding is likely, and does not count."""
    hard = rng.permutation(np.linspace(0.02, 0.3, rows))[:, np.newaxis]
    probabilities = np.round(hard + rng.uniform(0.01, 0.4, (rows, width)), 3)
    lengths = rng.permutation(np.linspace(2, width - 1, rows).astype(int))
    weights = (np.arange(width) < lengths[:, np.newaxis]).astype(float)
    probabilities[weights == 0] = np.round(rng.uniform(0.8, 0.95, int((weights == 0).sum())), 3)
    probabilities[np.argmin(lengths)] *= 0.2  # the shortest row is the hardest, so that means of rows differ
    return probabilities, weights


def _full_rows(rng: Rng) -> Iterable[Case]:
    yield case(np.array([[0.5, 0.125]]), np.ones((1, 2)))
    for shape in ((1, 5), (2, 4), (3, 6)):
        yield case(np.round(rng.uniform(0.02, 0.6, shape), 3), np.ones(shape))
    yield edge(np.full((2, 3), 1 / 77), np.ones((2, 3)))
    yield edge(np.ones((1, 3)), np.ones((1, 3)))


def _uneven_rows(rng: Rng) -> Iterable[Case]:
    for rows, width in ((2, 6), (3, 7), (3, 9), (4, 8)):
        yield case(*_judged(rng, rows, width))
    yield edge(np.array([[0.25, 0.9], [0.9, 0.9]]), np.array([[1.0, 0.0], [0.0, 0.0]]))


def _buggy_perplexity(bugs: Switches, probabilities: Doubles, weights: Doubles) -> float:
    counted = np.ones_like(weights) if "padding_counted" in bugs else weights
    log = np.log2 if "two_bases" in bugs else np.log
    surprise = -log(probabilities) * counted
    per_row = counted.sum(axis=1)
    if "mean_of_rows" in bugs:
        rows = per_row > 0
        means = surprise[rows].sum(axis=1) / (1 if "summed" in bugs else per_row[rows])
        mean = float(np.mean(means))
    else:
        mean = float(surprise.sum() / (1 if "summed" in bugs else counted.sum()))
    with np.errstate(over="ignore"):
        return float(np.exp(-mean if "no_minus" in bugs else mean))


PERPLEXITY = Exercise(
    id="perplexity",
    answer="perplexity",
    asks=_("Perplexity, from the probabilities that were given to what came."),
    reference=book.perplexity,
    parts=(Part(_("every place counts"), 2, _full_rows), Part(_("rows of unequal length"), 2, _uneven_rows)),
    tolerance=Tolerance(rtol=1e-4, atol=1e-8),
    mistakes=mistakes_of(
        _buggy_perplexity,
        (
            "two_bases",
            _("Your perplexity is too large: a logarithm to base 2 was undone with a power of e."),
            _("For [[0.5, 0.125]] the mean is 2 bits. Which function makes 4 of it?"),
            _("Use one base for both: `np.log` with `np.exp`, or `np.log2` with `2 ** …`."),
        ),
        (
            "mean_of_rows",
            _("With you a short row weighs as much as a long one."),
            _("Is a token of a short text worth more than one of a long text?"),
            _("Add up over all places of all rows first, then divide once by the number of places that count."),
        ),
        (
            "padding_counted",
            _("Places with the weight 0 change your result."),
            _("How many tokens did the model really have to guess?"),
            _("Leave out places whose weight is 0, in the sum and in the number that you divide by."),
        ),
        (
            "no_minus",
            _("Your perplexity is below 1; no model has fewer than one token to choose from."),
            _("What is the sign of the logarithm of a probability?"),
            _("Perplexity is exp of the mean of −ln p, with the minus."),
        ),
        (
            "summed",
            _("Your perplexity grows with the length of the text: you have added up, and not taken the mean."),
            _("Should a text that is twice as long make a model half as good?"),
            _("Divide the sum by the number of places that count before you take exp."),
        ),
    ),
    combine=combiner(_buggy_perplexity),
    hints=(
        _("Take [[0.5, 0.125]] with both places counting: −log₂ is 1 and 3. The mean is 2 bits, and 2² is 4."),
        _("`probabilities[weights > 0]` takes the places that count out of both rows, as one long vector."),
        _("Three steps: logarithm, minus the mean of all of them, exp."),
    ),
)
