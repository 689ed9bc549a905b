"""What every function on arrays does first, and the names of the kinds of arrays."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.floating]  # of whatever width came in
Doubles = NDArray[np.float64]
Ints = NDArray[np.integer]  # labels, counts, ids of tokens: of whatever width


def as_floats(x: ArrayLike) -> Floats:
    """Return an array of floats: what is one keeps its width, anything else becomes float64.

    Examples
    --------
    >>> as_floats([1, 2]).dtype, as_floats(np.float32([1, 2])).dtype
    (dtype('float64'), dtype('float32'))
    """
    array = np.asarray(x)
    return array if np.issubdtype(array.dtype, np.floating) else array.astype(np.float64)
