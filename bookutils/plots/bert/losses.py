"""Training loss and held-out loss of a fine-tuning, epoch by epoch. Taught in chapter 11."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike

from bookutils.core.messages import _
from bookutils.plots.figure import line_look, new_figure, set_alt, styled


@styled
def two_losses(training: ArrayLike, held_out: ArrayLike) -> Figure:
    """Draw both losses by epoch; the title says what they do.

    Parameters
    ----------
    training, held_out : mean loss of each epoch, shape (epochs,)
    """
    seen, unseen = (np.atleast_1d(np.asarray(values, float)) for values in (training, held_out))
    epochs = np.arange(1, len(seen) + 1)
    fig, (ax,) = new_figure(_title(seen, unseen), width=640, height=320)
    for number, (name, values) in enumerate(((_("training"), seen), (_("held out"), unseen))):
        ax.plot(epochs, values, label=name, marker="os"[number], **line_look(number))
    ax.set_ylim(0, None)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.set_xlabel(_("epoch"))
    ax.set_ylabel(_("mean loss"))
    ax.legend(frameon=False, fontsize=9)
    told = "; ".join(
        _("epoch {epoch}: training {seen:.2f}, held out {unseen:.2f}").format(epoch=e, seen=s, unseen=u)
        for e, s, u in zip(epochs, seen, unseen, strict=True)
    )
    return set_alt(fig, _("Two losses by epoch. {told}.").format(told=told))


def _title(seen: ArrayLike, unseen: ArrayLike) -> str:
    seen, unseen = np.asarray(seen), np.asarray(unseen)
    if len(seen) < 2:
        return _("The losses of one epoch")
    if seen[-1] < seen[0] and unseen[-1] > unseen.min():
        return _("The training loss keeps falling, the held-out loss turns up again")
    if seen[-1] < seen[0] and seen[0] - seen[-1] > unseen[0] - unseen[-1]:
        return _("The training loss falls further than the held-out loss")
    return _("Training loss and held-out loss, epoch by epoch")
