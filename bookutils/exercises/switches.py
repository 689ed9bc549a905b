"""Mistakes as switches of one function: so that two at once can be tried too."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, TypeAlias

from bookutils.exercises.model import Mistake

Switches: TypeAlias = frozenset[str]


def mistakes_of(buggy: Callable[..., Any], *rows: tuple[str, str, str, str]) -> tuple[Mistake, ...]:
    """Make one mistake a row.

    Parameters
    ----------
    buggy : called as ``buggy(switches, *arguments)``; each switch is the id of a mistake
    rows : id, evidence, question, fix
    """
    return tuple(
        Mistake(id, partial(buggy, frozenset({id})), evidence, question, fix) for id, evidence, question, fix in rows
    )
