"""Pictures of several training runs side by side. Taught in chapter 11."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike

from bookutils.core.messages import _
from bookutils.plots.bert.training import smooth
from bookutils.plots.figure import QUIET, line_look, new_figure, set_alt, styled


@styled
def losses(runs: Mapping[str, ArrayLike], title: str, highest: float = 2.0) -> Figure:
    """Draw how the loss goes in several runs; what lies above `highest` is drawn at the edge.

    Parameters
    ----------
    runs : name -> one loss per step
    title : what the picture says
    highest : the upper end of the axis
    """
    fig, (ax,) = new_figure(title, width=680, height=340)
    for number, (name, values) in enumerate(runs.items()):
        mean = smooth(np.minimum(np.nan_to_num(np.asarray(values, float), nan=highest), highest), 5)
        ax.plot(np.arange(1, len(mean) + 1), mean, label=name, **line_look(number))
    ax.axhline(np.log(2), color=QUIET, linewidth=1, linestyle=":")
    ax.annotate(_("ln 2: knows nothing"), (1, np.log(2)), (2, -14), textcoords="offset points", color=QUIET, fontsize=9)
    ax.set_ylim(0, highest)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.set_xlabel(_("step"))
    ax.set_ylabel(_("loss, mean of 5 steps"))
    ax.legend(frameon=False, fontsize=9)
    told = "; ".join(
        _("{name}: {last}").format(name=name, last=f"{np.mean(np.asarray(values, float)[-5:]):.2f}")
        for name, values in runs.items()
    )
    return set_alt(fig, _("The loss of several runs by step. At the end: {told}.").format(told=told))
