"""What long work shows while it runs: a bar with the time left, and sentences."""

from __future__ import annotations

import sys
from typing import Any

from bookutils.core import settings


def say(sentence: str) -> None:
    """Tell the person at the screen one thing, now: printed in a notebook's cell as on a terminal."""
    print(sentence, flush=True)


def progress_bar(total: int | None, description: str, *, unit: str = "it", show: bool = True) -> Any:
    """Return a tqdm bar: a context manager with ``update(n)``.

    Parameters
    ----------
    total : how many units there are; None when that is not known
    description : what is being done, in a few words
    unit : the unit's name; bytes ("B") are shown as kB, MB
    show : False makes a bar that shows nothing

    Notes
    -----
    In a notebook the bar is tqdm's text bar on the cell's output, so that nothing is left that fails to load after
    a restart. It is silent while notebooks are built and when the output is a file.

    Examples
    --------
    >>> with progress_bar(2, "Counting", show=False) as bar:
    ...     for _ in range(2):
    ...         _ = bar.update(1)
    """
    from tqdm import tqdm

    notebook = _in_notebook()
    silent: bool | None = True if settings.is_static() or not show else (False if notebook else None)
    return tqdm(
        total=total, desc=description, unit=unit, unit_scale=unit == "B", unit_divisor=1000,
        disable=silent, mininterval=0.2, leave=False, dynamic_ncols=True,
        file=sys.stdout if notebook else None,  # stderr is red there, as if something had gone wrong
    )  # fmt: skip


def _in_notebook() -> bool:
    try:
        from IPython import get_ipython
    except ImportError:
        return False
    shell = get_ipython()
    return shell is not None and hasattr(shell, "kernel")
