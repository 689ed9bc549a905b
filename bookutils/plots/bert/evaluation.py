"""A picture of chapter 11's data: how long the sentences are, and how the classes balance."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter
from numpy.typing import ArrayLike

from bookutils.core.messages import _
from bookutils.plots.figure import BLUE, INK, VERMILLION, new_figure, set_alt, styled


@styled
def data_at_a_glance(lengths: ArrayLike, labels: ArrayLike, classes: Sequence[str]) -> Figure:
    """Draw how long the sentences of a data set are, and how many belong to each class.

    Parameters
    ----------
    lengths : array of int, shape (sentences,), in tokens
    labels : array of int, shape (sentences,), places in `classes`
    classes : their names
    """
    sizes, answers = np.asarray(lengths), np.asarray(labels)
    shares = np.bincount(answers, minlength=len(classes)) / max(len(answers), 1)
    median, longest = int(np.median(sizes)), int(sizes.max())
    fig, (left, right) = new_figure(
        _("Half of the sentences have {median} tokens or fewer; {share:.0%} are {name}").format(
            median=median, share=shares[-1], name=classes[-1]
        ),
        columns=2,
        width=720,
        height=300,
        width_ratios=(2, 1),
    )
    left.hist(sizes, bins=(np.arange(sizes.min(), longest + 2) - 0.5).tolist(), color=BLUE)
    left.axvline(median, color=INK, linewidth=1.2, linestyle="--")
    left.annotate(
        _("median"), (median, left.get_ylim()[1]), (4, -10), textcoords="offset points", color=INK, fontsize=9
    )
    left.set_xlabel(_("tokens in a sentence"))
    left.set_ylabel(_("sentences"))
    right.bar(list(classes), shares, color=[VERMILLION, BLUE][: len(classes)], width=0.6)
    for place, share in enumerate(shares):
        right.annotate(f"{share:.0%}", (place, share), (0, 3), textcoords="offset points", ha="center")
    right.set_ylim(0, 1)
    right.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    right.grid(visible=False, axis="x")
    told = ", ".join(f"{name} {share:.0%}" for name, share in zip(classes, shares, strict=True))
    return set_alt(
        fig,
        _(
            "A histogram of the lengths of {count} sentences: from {shortest} to {longest} tokens, half of them "
            "{median} or fewer. Beside it the share of each class: {told}."
        ).format(count=len(sizes), shortest=int(sizes.min()), longest=longest, median=median, told=told),
    )
