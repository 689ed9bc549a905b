"""A name that nothing has: said in one sentence, with the nearest one and with all that there are."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import TypeVar

from bookutils.core.errors import UsageError
from bookutils.core.messages import _

T = TypeVar("T")


def look_up(known: Mapping[str, T], name: str, says: str) -> T:
    """Return what has a name.

    Parameters
    ----------
    known : name -> what has it
    name : the one that is asked for
    says : what to say where nothing has it: a whole sentence, translated, with ``{name!r}`` in it

    Raises
    ------
    UsageError
        With that sentence, the nearest name and all of them.

    Examples
    --------
    >>> look_up({"sgd": 1, "adam": 2}, "adan", "There is no optimizer called {name!r}.")
    Traceback (most recent call last):
    ...
    bookutils.core.errors.UsageError: There is no optimizer called 'adan'. Did you mean 'adam'? Choose one of sgd, adam.
    """
    if name in known:
        return known[name]
    todo = _("Choose one of {names}.").format(names=", ".join(known))
    raise UsageError(says.format(name=name), f"{nearest(name, known)} {todo}".strip())


def nearest(name: object, known: Iterable[str]) -> str:
    """Ask whether the name that is most like the given one was meant; "" where none is like it.

    >>> nearest("relu_backwards", ["relu_backward", "gelu"]), nearest("x", ["relu_backward", "gelu"])
    ("Did you mean 'relu_backward'?", '')
    """
    near = difflib.get_close_matches(str(name), list(known), 1)
    return _("Did you mean {near!r}?").format(near=near[0]) if near else ""
