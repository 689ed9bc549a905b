"""Exercises of chapter 13: a listing that looks before it splits, to be mended."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from bookutils.core.messages import _
from bookutils.judging.model import Case, Exercise, Part, Rng, Tolerance, case
from bookutils.judging.switches import Switches, combiner, mistakes_of
from bookutils.numerics.comparison.bayes import dev_scores


def _noise(rng: Rng) -> Iterable[Case]:
    """Columns without a meaning: what tells train's classes apart tells nothing about dev's."""
    for columns in (6, 8, 10, 12):
        labels = rng.permutation(np.repeat([0, 1], 6))
        train, dev = labels[:8], labels[8:]
        if len(set(train)) == 2 and len(set(dev)) == 2:
            yield case(rng.normal(size=(12, columns)), labels, 8, 3)
        else:
            yield case(rng.normal(size=(12, columns)), np.tile([0, 1], 6), 8, 3)


def _signal(rng: Rng) -> Iterable[Case]:
    """Columns of which two hold something: one is larger for class 1, the other for class 0."""
    for columns in (5, 7, 9):
        labels = np.tile([1, 0, 0], 6)
        rows = rng.normal(size=(18, columns))
        rows[:, 0] += 3 * labels
        rows[:, 1] -= 3 * labels
        yield case(rows, labels, 12, 2)


def _buggy_scores(bugs: Switches, rows: np.ndarray, labels: np.ndarray, first_dev: int, k: int) -> np.ndarray:
    seen, known = rows[:first_dev], labels[:first_dev]
    if "everything" in bugs:
        seen, known = rows, labels
    if "dev_alone" in bugs:
        seen, known = rows[first_dev:], labels[first_dev:]
    apart = seen[known == 1].mean(axis=0) - seen[known == 0].mean(axis=0)
    chosen = np.argsort(-np.abs(apart), kind="stable")
    if "all_columns" not in bugs:
        chosen = chosen[:k]
    middle = 0.0 if "no_middle" in bugs else rows[:first_dev, chosen].mean(axis=0)
    weights = np.abs(apart) if "no_direction" in bugs else apart
    return (rows[first_dev:, chosen] - middle) @ weights[chosen]


PIPELINE_HUNT = Exercise(
    id="pipeline_hunt",
    answer="dev_scores",
    asks=_("The printed listing, mended: scores of dev, from columns that train alone has chosen."),
    reference=dev_scores,
    parts=(
        Part(_("columns that mean nothing"), 2, _noise),
        Part(_("columns of which two mean something"), 1, _signal),
        Part(_("inputs left as they were"), 1, _signal, compares="inputs"),
    ),
    tolerance=Tolerance(rtol=1e-5, atol=1e-8),
    mistakes=mistakes_of(
        _buggy_scores,
        (
            "everything",
            _("Your scores change when a label of dev changes, as those of the printed listing do."),
            _("Which line reads `labels` of rows that should be unseen?"),
            _("In line a, take `rows[:first_dev]` and `labels[:first_dev]`."),
        ),
        (
            "dev_alone",
            _("Your scores do not depend on the labels of train."),
            _("Which rows come before `first_dev`, and which of the two sets may be learnt from?"),
            _("Learn from `rows[:first_dev]`; score `rows[first_dev:]`."),
        ),
        (
            "all_columns",
            _("Your scores are the same whatever `k` is."),
            _("How many columns should be used?"),
            _("Keep the first `k` of the sorted columns."),
        ),
        (
            "no_middle",
            _("Your scores are all moved by the same number: that of the middle of train."),
            _("From where is a score counted as above or below?"),
            _("Take off `middle`, as the listing does."),
        ),
        (
            "no_direction",
            _("In your scores every column speaks for class 1."),
            _("A column can be larger for class 0. What has happened to its sign?"),
            _("Sort by the absolute value, weigh by `apart` itself."),
        ),
    ),
    combine=combiner(_buggy_scores),
    hints=(
        _("Go through the listing line by line and ask: does this line learn something, and from which rows?"),
        _("Only lines a and c learn. One of them takes the rows before `first_dev`. Does the other?"),
        _("Line a: `train, known = rows[:first_dev], labels[:first_dev]`, and the means of these."),
    ),
)
