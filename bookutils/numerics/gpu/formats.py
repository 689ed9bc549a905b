"""Formats of floating-point numbers: range against precision, and the scale that saves small gradients. Chapter 07."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bookutils.core.choices import look_up
from bookutils.core.messages import _
from bookutils.numerics.arrays import Doubles


@dataclass(frozen=True)
class Format:
    """A binary format: a sign, an exponent, and the fraction's bits.

    Attributes
    ----------
    name : as NumPy or ml_dtypes calls it
    exponent, fraction : how many bits each has

    Examples
    --------
    >>> FORMATS["float16"].largest, FORMATS["bfloat16"].spacing
    (65504.0, 0.0078125)
    """

    name: str
    exponent: int
    fraction: int

    @property
    def bits(self) -> int:
        """All bits, the sign included."""
        return 1 + self.exponent + self.fraction

    @property
    def bias(self) -> int:
        """What is subtracted from the stored exponent."""
        return 2 ** (self.exponent - 1) - 1

    @property
    def largest(self) -> float:
        """The largest finite number."""
        return float((2 - 2.0**-self.fraction) * 2.0**self.bias)

    @property
    def smallest_normal(self) -> float:
        """The smallest positive number of full precision."""
        return float(2.0 ** (1 - self.bias))

    @property
    def smallest(self) -> float:
        """The smallest positive number at all."""
        return float(2.0 ** (1 - self.bias - self.fraction))

    @property
    def spacing(self) -> float:
        """From 1 to the next larger number."""
        return float(2.0**-self.fraction)


FORMATS = {
    "float32": Format("float32", 8, 23),
    "float16": Format("float16", 5, 10),
    "bfloat16": Format("bfloat16", 8, 7),
}


def round_to(values: ArrayLike, format: str) -> NDArray[np.float32]:
    """Round numbers to a format, and return what is left of them.

    Parameters
    ----------
    values : array of float, any shape
    format : a name in `FORMATS`

    Returns
    -------
    array of float32, the shape of `values`: the nearest numbers of the format, ties to even; beyond its largest inf

    Raises
    ------
    UsageError
        When the format is not known.

    Notes
    -----
    bfloat16 is the upper half of a float32: half a unit of the last kept bit is added, then the lower half is cut
    off (NumPy has no such type of its own; ml_dtypes has). Taught in chapter 07.

    Examples
    --------
    >>> round_to([1.001, 70000.0, 1e-8], "float16")
    array([1.0009766,       inf, 0.       ], dtype=float32)
    >>> round_to([1.001, 70000.0, 1e-8], "bfloat16")
    array([1.0000000e+00, 7.0144000e+04, 1.0011718e-08], dtype=float32)
    """
    look_up(FORMATS, format, _("There is no format {name!r}."))
    with np.errstate(over="ignore", under="ignore"):
        single = np.asarray(values, np.float32)
        if format == "float32":
            return single
        if format == "float16":
            return single.astype(np.float16).astype(np.float32)
    pattern = np.atleast_1d(single).view(np.uint32)
    rounded = (pattern + np.uint32(0x7FFF) + ((pattern >> np.uint32(16)) & np.uint32(1))) & np.uint32(0xFFFF0000)
    halves = np.where(np.isnan(np.atleast_1d(single)), np.float32(np.nan), rounded.view(np.float32))
    return halves.astype(np.float32).reshape(single.shape)


def sample_gradients(count: int = 20000, middle: float = -6.5, spread: float = 1.2, seed: int = 0) -> Doubles:
    """Draw gradients as small as those of a fine-tuning: their sizes are log-normal, their signs random.

    Parameters
    ----------
    count : how many
    middle, spread : mean and standard deviation of log₁₀ of their size
    seed : of the random numbers

    Returns
    -------
    array of float, shape (count,)

    Notes
    -----
    Made up: it has the range that Micikevicius et al. 2018 show for a network, not its values. Taught in chapter 07.
    """
    rng = np.random.default_rng(seed)
    sizes = 10.0 ** rng.normal(middle, spread, count)
    return sizes * rng.choice([-1.0, 1.0], count)


def lost_share(gradients: ArrayLike, format: str, scale: float = 1.0) -> tuple[float, float]:
    """Return the shares of gradients that a format turns into 0 and into infinity, after they were scaled.

    Parameters
    ----------
    gradients : array of float, none of them 0
    format : a name in `FORMATS`
    scale : each gradient is multiplied by it first

    Notes
    -----
    Taught in chapter 07.

    Examples
    --------
    >>> lost_share([1e-8, 1e-3, 10.0], "float16")[0] == 1 / 3
    True
    """
    scaled = round_to(np.asarray(gradients) * scale, format)
    return float(np.mean(scaled == 0)), float(np.mean(np.isinf(scaled)))


def next_loss_scale(scale: float, gradients: ArrayLike, good_steps: int, patience: int) -> list[float]:
    """Return the loss scale for the next step, and how many good steps in a row there have been.

    Parameters
    ----------
    scale : the scale of this step
    gradients : of this step, still scaled, as float16 gave them: an entry may be inf or nan
    good_steps : steps in a row, before this one, since the scale last changed
    patience : after so many good steps in a row the scale is doubled

    Returns
    -------
    [scale, good steps]: halved and 0 where an entry is not finite; doubled and 0 when patience is reached; otherwise
    the same scale and one good step more

    Notes
    -----
    Dynamic loss scaling, as Keras' LossScaleOptimizer does it (Micikevicius et al. 2018, section 3.2). Taught in
    chapter 07.

    Examples
    --------
    >>> next_loss_scale(1024.0, [0.5, np.inf], 7, 10)
    [512.0, 0]
    >>> next_loss_scale(1024.0, [0.5, 0.25], 9, 10)
    [2048.0, 0]
    """
    if not np.all(np.isfinite(gradients)):
        return [scale / 2, 0]
    if good_steps + 1 >= patience:
        return [scale * 2, 0]
    return [scale, good_steps + 1]
