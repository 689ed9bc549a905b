"""Exercises of chapter 08: how much of a batch is padding, optional."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from bookutils.core.messages import _
from bookutils.judging.model import Case, Exercise, Part, Rng, Tolerance, case, edge
from bookutils.judging.switches import Switches, combiner, mistakes_of
from bookutils.numerics.arrays import Ints
from bookutils.numerics.tokenization import padding_waste


def _buggy_waste(bugs: Switches, lengths: Ints, batch_size: int) -> float:
    batches = [lengths[start : start + batch_size] for start in range(0, len(lengths), batch_size)]
    places, words = [], []
    for batch in batches:
        width = int(np.max(lengths if "one_width" in bugs else batch))
        places.append((batch_size if "last_full" in bugs else len(batch)) * width)
        words.append(int(np.sum(batch)))
    if not places:
        return 0.0

    def share(used: float, computed: float) -> float:
        if "words" in bugs:
            return used / computed
        return (computed - used) / (used if "of_words" in bugs else computed)

    if "mean_of_batches" in bugs:
        return float(np.mean([share(used, computed) for used, computed in zip(words, places, strict=True)]))
    return share(sum(words), sum(places))


def _orders(rng: Rng) -> Iterable[Case]:
    yield case(np.array([3, 6, 4, 12, 7]), 2)
    for batch_size in (2, 3, 4, 5):
        batches = int(rng.integers(2, 4))
        # Later batches are longer, and the last one is not full: each mistake shows.
        widths = np.repeat(np.arange(1, batches + 2), [batch_size] * batches + [1])
        lengths = 10 * widths + rng.integers(0, 5, len(widths))
        lengths[::batch_size] += 5  # within a batch lengths differ
        yield case(lengths, batch_size)


def _unusual(rng: Rng) -> Iterable[Case]:
    yield edge(np.array([5, 5, 5]), 3)  # nothing to pad
    yield edge(rng.integers(3, 60, 7), 1)  # a batch of one has no padding
    for count in (7, 8, 11):
        yield edge(rng.integers(3, 60, count), 100)  # one batch
    yield edge(np.zeros(0, np.int64), 4)  # nothing to batch


PADDING_WASTE = Exercise(
    id="padding_waste",
    answer="padding_waste",
    asks=_("The share of positions that is padding, when each batch is as wide as its longest sentence."),
    reference=padding_waste,
    parts=(Part(_("several batches"), 0, _orders), Part(_("unusual batches"), 0, _unusual)),
    tolerance=Tolerance(rtol=1e-5, atol=1e-6),
    optional=True,
    mistakes=mistakes_of(
        _buggy_waste,
        (
            "one_width",
            _("You make every batch as wide as the longest sentence of all."),
            _("How wide is a batch in which the longest sentence has four tokens?"),
            _("Take the longest sentence of each batch: `lengths[start:start + batch_size].max()`."),
        ),
        (
            "mean_of_batches",
            _("You compute a share for each batch and average the shares."),
            _("Does a narrow batch cost as much as a wide one?"),
            _("Add up the positions of all batches and the tokens of all sentences, and divide once."),
        ),
        (
            "last_full",
            _("You count the last batch as a full one."),
            _("How many rows has the last batch when 5 sentences are put into batches of 2?"),
            _("Multiply its width by the number of its own sentences, `len(batch)`."),
        ),
        (
            "words",
            _("You return the share of the tokens, not that of the padding."),
            _("When every sentence is of the same length, should the answer be 0 or 1?"),
            _("Subtract it from 1."),
        ),
        (
            "of_words",
            _("You divide the padding by the number of real tokens."),
            _("Can a share of all positions be larger than 1?"),
            _("Divide by the number of positions, padding and tokens together."),
        ),
    ),
    combine=combiner(_buggy_waste),
    hints=(
        _("Draw the batches of [3, 6, 4, 12, 7] with two rows each. How many positions has each of the three?"),
        _("Loop over `range(0, len(lengths), batch_size)`; a slice gives one batch, the last one shorter."),
        _("Add up `len(batch) * batch.max()` over the batches; the answer is `1 - lengths.sum() / places`."),
    ),
)
