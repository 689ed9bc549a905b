"""Mistakes as switches of one function: so that two at once can be tried too."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, TypeAlias

from bookutils.judging import slips
from bookutils.judging.model import Mistake

Switches: TypeAlias = frozenset[str]


def mistake_of(
    buggy: Callable[..., Any],
    id: str,
    evidence: str,
    question: str,
    fix: str,
    also: tuple[Callable[..., Any], ...] = (),
) -> Mistake:  # fmt: skip
    """Make one mistake; its function is `buggy` with the switch `id` on.

    Parameters
    ----------
    buggy : called as ``buggy(switches, *arguments)``; each switch is the id of a mistake
    id, evidence, question, fix, also : see `Mistake`
    """
    return Mistake(id, partial(buggy, frozenset({id})), evidence, question, fix, also)


def mistakes_of(buggy: Callable[..., Any], *rows: tuple[str, str, str, str]) -> tuple[Mistake, ...]:
    """Make one mistake a row: id, evidence, question, fix; see `mistake_of`."""
    for number, row in enumerate(rows, 1):
        slips.need_row(number, row)
    return tuple(mistake_of(buggy, *row) for row in rows)


def combiner(buggy: Callable[..., Any]) -> Callable[[Switches], Callable[..., Any]]:
    """Return what makes the function with several mistakes at once, as an `Exercise` wants it."""
    return lambda switches: partial(buggy, switches)
