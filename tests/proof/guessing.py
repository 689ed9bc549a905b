"""Answers that never look at the numbers that they are called with: what somebody can write who knows `check`'s inputs.

They know what the reference gives for the published seed and for seeds of their own, and of a call no more than how
often they were called before and how many, how long and of what type its arguments are.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from bookutils.core.plain import Plain, as_numbers
from bookutils.judging.compare import is_close
from bookutils.judging.judge import Call, plan_calls, reference_values
from bookutils.judging.model import Exercise

CONSTANTS: tuple[Plain, ...] = (None, 0, 1, -1, 0.5, True, False, math.inf, math.nan, "", [], {}, np.zeros(0))
ENOUGH = 20  # calls of one look, from which on their values say how well one can be guessed


@dataclass(frozen=True)
class Drawn:
    """The calls of one seed, and what the reference gives."""

    calls: tuple[Call, ...]
    expected: tuple[Plain, ...]

    def of_part(self, part: int) -> list[int]:
        """Return the places of a part's calls."""
        return [place for place, call in enumerate(self.calls) if call.part == part]


def draw(exercise: Exercise, seed: int) -> Drawn:
    """Plan the calls of a seed and work out what is expected."""
    calls = plan_calls(exercise, seed)
    return Drawn(tuple(calls), tuple(reference_values(exercise, calls)))


def look(value: Plain, depth: int = 3, lengths: bool = True) -> Hashable:
    """Return what can be seen of an argument without reading a number or a letter: its type, its shape, its length.

    Without `lengths`, texts of any length look the same.
    """
    if type(value) is np.ndarray:
        return "array", value.shape
    if type(value) is str:
        return "text", len(value) if lengths else None
    if type(value) is dict:
        return "dict", tuple((key, look(item, depth - 1, lengths) if depth else None) for key, item in value.items())
    if type(value) is list:
        return "list", len(value), tuple(look(item, depth - 1, lengths) for item in value) if depth else None
    return type(value).__name__


def look_of(call: Call) -> Hashable:
    """Return what can be seen of a call's arguments."""
    return tuple(map(look, call.arguments))


def mark(value: Plain) -> Hashable:
    """Return the same for values that are alike in six digits."""
    if type(value) is np.ndarray:
        return value.shape, tuple(map(mark, value.ravel().tolist()))
    if type(value) is list:
        return tuple(map(mark, value))
    if type(value) is dict:
        return tuple((key, mark(item)) for key, item in value.items())
    return f"{value:.6g}" if type(value) is float else repr(value)


def _commonest(values: Sequence[Plain]) -> Plain:
    marks = [mark(value) for value in values]
    return values[marks.index(Counter(marks).most_common(1)[0][0])]


def _distinct(values: Sequence[Plain]) -> list[Plain]:
    return list({mark(value): value for value in values}.values())


def _filled(number: float, argument: Plain) -> Plain:
    numbers = as_numbers(argument)
    return None if numbers is None else np.full(numbers.shape, number)


def _repeated(values: Sequence[Plain], turn: int, calls: Sequence[Call]) -> list[Plain]:
    return [values[(place + turn) % len(values)] for place in range(len(calls))]


def blind_answers(known: Sequence[Drawn]) -> Iterator[tuple[str, Any]]:
    """Yield (what it does, function from calls to values) of every answer that was thought of.

    Parameters
    ----------
    known : what the author of such an answer has drawn; the first is what everybody sees
    """
    published = list(known[0].expected)
    for turn in range(len(published)):
        yield f"replays what is published, {turn} later", partial(_repeated, published, turn)
    distinct = _distinct(published)
    for turn in range(len(distinct)):
        yield f"goes round the values that are published, {turn} later", partial(_repeated, distinct, turn)
    parts = {call.part for call in known[0].calls}
    common = [_commonest([one.expected[place] for one in known for place in one.of_part(part)]) for part in parts]
    for constant in (*CONSTANTS, *distinct, *common):
        yield f"always returns {constant!r:.60}", partial(_repeated, [constant], 0)
    yield "looks its value up by shape", partial(_looked_up, _table(known, counting=False), False)
    yield "looks its value up by shape and count", partial(_looked_up, _table(known, counting=True), True)
    for place in range(max(len(call.arguments) for call in known[0].calls)):
        yield f"returns argument {place}", partial(_handed_back, place)
        for number in (0.0, 1.0):
            yield f"returns {number:g} in the shape of argument {place}", partial(_shaped, place, number)


def _seen(calls: Sequence[Call], counting: bool) -> Iterator[Hashable]:
    before: Counter[Hashable] = Counter()
    for call in calls:
        seen = look_of(call)
        yield (seen, before[seen]) if counting else seen
        before[seen] += 1


def _table(known: Sequence[Drawn], counting: bool) -> dict[Hashable, Plain]:
    found: dict[Hashable, list[Plain]] = defaultdict(list)
    for one in known:
        for seen, value in zip(_seen(one.calls, counting), one.expected, strict=True):
            found[seen].append(value)
    return {seen: _commonest(values) for seen, values in found.items()}


def _looked_up(table: dict[Hashable, Plain], counting: bool, calls: Sequence[Call]) -> list[Plain]:
    return [table.get(seen) for seen in _seen(calls, counting)]


def _handed_back(place: int, calls: Sequence[Call]) -> list[Plain]:
    return [call.arguments[place] if place < len(call.arguments) else None for call in calls]


def _shaped(place: int, number: float, calls: Sequence[Call]) -> list[Plain]:
    return [_filled(number, value) for value in _handed_back(place, calls)]


def parts_passed(exercise: Exercise, drawn: Drawn, values: Sequence[Plain]) -> set[int]:
    """Return the parts about values in which all of `values` are right."""
    return {
        index for index, part in enumerate(exercise.parts)
        if part.compares == "values"
        and all(is_close(values[place], drawn.expected[place], exercise.tolerance) for place in drawn.of_part(index))
    }  # fmt: skip


def chance_of(drawn: Sequence[Drawn], part: int) -> float:
    """Return how likely the best guesses for all calls of a part are right under a secret, at most, as a power of ten.

    Two ways to be wrong, of which the better one counts. Values: even who knows which case is which must guess what was
    drawn for it. Order: even who knows all values must guess which call gets which.
    """
    return min(_chance_of_values(drawn, part), _mean(_chance_of_order(one, part) for one in drawn))


def _mean(powers: Iterable[float]) -> float:
    return math.log10(float(np.mean([10.0**power for power in powers])))


def _chance_of_values(drawn: Sequence[Drawn], part: int) -> float:
    """For each case the commonest value of its place, among the calls that look the same where there are enough."""
    groups: dict[Hashable, Counter[Hashable]] = defaultdict(Counter)
    for one in drawn:
        for index in one.of_part(part):
            call, value = one.calls[index], mark(one.expected[index])
            groups[call.place, look_of(call)][value] += 1
            groups[call.place][value] += 1

    def power(call: Call) -> float:
        group = groups[call.place, look_of(call)]
        group = group if group.total() >= ENOUGH else groups[call.place]
        return math.log10(max((max(group.values()) - 1) / (group.total() - 1), 1e-9))  # in the other draws

    return _mean(sum(power(one.calls[index]) for index in one.of_part(part)) for one in drawn)


def _chance_of_order(one: Drawn, part: int) -> float:
    """One in the number of orders in which the values of calls that look the same can come."""
    groups: dict[Hashable, Counter[Hashable]] = defaultdict(Counter)
    for index in one.of_part(part):
        seen = tuple(look(argument, lengths=False) for argument in one.calls[index].arguments)
        groups[seen][mark(one.expected[index])] += 1
    orders = sum(
        math.lgamma(group.total() + 1) - sum(math.lgamma(count + 1) for count in group.values())
        for group in groups.values()
    )
    return -orders / math.log(10)
