"""The schedule of a training, to play with. Taught in chapter 11."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from matplotlib.figure import Figure

from bookutils.core.messages import _
from bookutils.numerics.optimizers.schedules import warmup_linear
from bookutils.plots.bert import training as plots
from bookutils.widgets.controls import Explorer, NumberControl


def schedule_explorer(
    peak: float = 5e-5,
    warmup: float = 10,
    epochs: int = 3,
    *,
    steps_per_epoch: int = 195,
    schedule: Callable[[int, float, int, int], Any] = warmup_linear,
) -> Explorer:
    """Drag peak, warm-up and number of epochs, watch the learning rate of each step.

    Parameters
    ----------
    peak : the highest rate, from 0.00001 to 0.0002
    warmup : share of all steps that the rise takes, in per cent, from 0 to 50
    epochs : from 1 to 10
    steps_per_epoch : batches in an epoch
    schedule : (step, peak, warmup_steps, total_steps) -> rate

    Returns
    -------
    Explorer, with the controls ``peak`` (in units of 0.00001), ``warmup`` and ``epochs``
    """

    def draw(peak: float, warmup: float, epochs: float) -> Figure:
        total = int(epochs) * steps_per_epoch
        rising = round(total * warmup / 100)
        rates = [float(schedule(step, peak * 1e-5, rising, total)) for step in range(total + 1)]
        return plots.schedule(rates, rising, highest=2.1e-4)

    return Explorer(
        draw,
        {
            "peak": NumberControl(_("peak, in 0.00001"), round(peak * 1e5, 6), 1.0, 20.0, 0.5),
            "warmup": NumberControl(_("warm-up, in %"), warmup, 0.0, 50.0, 1.0),
            "epochs": NumberControl(_("epochs"), epochs, 1, 10, 1, whole=True),
        },
    )
