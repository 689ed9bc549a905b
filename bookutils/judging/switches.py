"""Mistakes as switches of one function: so that two at once can be tried too."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any, TypeAlias

from bookutils.core.errors import ExerciseError
from bookutils.judging import slips
from bookutils.judging.model import Mistake

Switches: TypeAlias = frozenset[str]
Functions: TypeAlias = tuple[Callable[..., Any], ...]


def switched(buggy: Callable[..., Any], *switches: str, **settings: Any) -> Callable[..., Any]:
    """Return the function with some switches on, and with other constants if `settings` name them.

    Parameters
    ----------
    buggy : called as ``buggy(switches, *arguments)``; each switch is the id of a mistake
    switches : those that are on
    settings : keyword arguments of `buggy` that no learner's function has
    """
    return partial(buggy, frozenset(switches), **settings)


def mistakes_of(
    buggy: Callable[..., Any],
    *rows: tuple[str, str, str, str],
    also: Mapping[str, Functions] = MappingProxyType({}),
) -> tuple[Mistake, ...]:
    """Make one mistake a row; its function is `buggy` with the switch of that name on.

    Parameters
    ----------
    buggy : see `switched`
    rows : id, evidence, question, fix of a mistake; see `Mistake`
    also : id -> the same error with other constants or another spelling, told by the same sentences

    Raises
    ------
    ExerciseError
        When `also` names a mistake that has no row.

    Examples
    --------
    >>> def buggy_double(bugs, x, power=3):
    ...     return x**power if "raised" in bugs else 2 * x
    >>> row = ("raised", "You raise to a power.", "How often is x added?", "Multiply by 2.")
    >>> also = {"raised": (switched(buggy_double, "raised", power=4),)}
    >>> (raised,) = mistakes_of(buggy_double, row, also=also)
    >>> raised.id, raised.function(2), [other(2) for other in raised.also]
    ('raised', 8, [16])
    """
    for number, row in enumerate(rows, 1):
        slips.need_row(number, row)
    unknown = sorted(set(also) - {row[0] for row in rows})
    if unknown:
        raise ExerciseError(f"`also` names {', '.join(unknown)}, and no row does.", "Give it the id of a row.")
    return tuple(
        Mistake(id, switched(buggy, id), evidence, question, fix, also.get(id, ()))
        for id, evidence, question, fix in rows
    )


def combiner(buggy: Callable[..., Any]) -> Callable[[Switches], Callable[..., Any]]:
    """Return what makes the function with several mistakes at once, as an `Exercise` wants it."""
    return lambda switches: partial(buggy, switches)
