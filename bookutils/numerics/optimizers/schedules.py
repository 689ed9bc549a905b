"""How the learning rate moves while a network learns. NumPy only. Taught in chapters 05 and 11."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from bookutils.core.errors import UsageError
from bookutils.core.messages import _
from bookutils.numerics.arrays import Doubles


def warmup_linear(step: ArrayLike, peak: float, warmup_steps: int, total_steps: int) -> np.float64 | Doubles:
    """Return the learning rate of a step: up from 0 to the peak, then down to 0 in a straight line.

    Parameters
    ----------
    step : number of updates done before this one, counted from 0; one number or an array
    peak : the highest learning rate, reached at ``step == warmup_steps``
    warmup_steps : how many steps the rise takes; 0 starts at the peak
    total_steps : the step at which the rate is 0 again, and stays 0

    Returns
    -------
    float64, the shape of `step`

    Raises
    ------
    UsageError
        When `warmup_steps` is negative or not smaller than `total_steps`.

    Notes
    -----
    Devlin et al. 2019, appendix A.2. At the start Adam's second moment rests on a few gradients; small steps let
    it settle before large ones are taken. Taught in chapters 05 and 11.

    Examples
    --------
    >>> warmup_linear(np.arange(0, 13, 2), peak=1.0, warmup_steps=4, total_steps=12)
    array([0.  , 0.5 , 1.  , 0.75, 0.5 , 0.25, 0.  ])
    """
    if not 0 <= warmup_steps < total_steps:
        raise UsageError(
            _("{warmup} warm-up steps do not fit into {total} steps.").format(warmup=warmup_steps, total=total_steps),
            _("Choose 0 ≤ warmup_steps < total_steps."),
        )
    steps = np.asarray(step, np.float64)
    rising = steps / max(warmup_steps, 1)
    falling = np.maximum(total_steps - steps, 0.0) / (total_steps - warmup_steps)
    return peak * np.where(steps < warmup_steps, rising, falling)[()]


def cosine_decay(step: ArrayLike, peak: float, total_steps: int) -> np.float64 | Doubles:
    """Return the learning rate of a step: from the peak down to 0 along half a wave of the cosine.

    Parameters
    ----------
    step : number of updates done before this one, counted from 0; one number or an array
    peak : the learning rate at step 0
    total_steps : the step at which the rate is 0, and stays 0

    Returns
    -------
    float64, the shape of `step`

    Raises
    ------
    UsageError
        When `total_steps` is not positive.

    Notes
    -----
    Loshchilov and Hutter 2017, equation 5, without restarts. Flat at both ends, steepest in the middle. Taught in
    chapter 05.

    Examples
    --------
    >>> np.round(cosine_decay(np.arange(0, 13, 3), peak=1.0, total_steps=12), 3)
    array([1.   , 0.854, 0.5  , 0.146, 0.   ])
    """
    if total_steps < 1:
        raise UsageError(
            _("A schedule of {total} steps has no end.").format(total=total_steps), _("Choose 1 step or more.")
        )
    done = np.minimum(np.asarray(step, np.float64) / total_steps, 1.0)
    return (peak * 0.5 * (1.0 + np.cos(np.pi * done)))[()]
