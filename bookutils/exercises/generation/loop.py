"""Exercise of chapter 14: the loop that writes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import numpy as np

from bookutils.core.messages import _
from bookutils.judging.model import Case, Exercise, Part, Rng, Tolerance, case, edge
from bookutils.judging.switches import Switches, combiner, mistakes_of
from bookutils.numerics.generation.sampling import apply_temperature, pick
from bookutils.numerics.generation.writing import write_on
from bookutils.probes.generation import table_scores, write_with_table

STOP = 0


def _buggy_write(
    bugs: Switches,
    prompt: list[int],
    next_scores: Callable[[list[int]], Any],
    temperature: float,
    stop: int,
    numbers: list[float],
) -> list[int]:
    text = list(prompt)
    for number in numbers:
        read = prompt if "reads_the_prompt_alone" in bugs else text
        scores = next_scores(read[-1:] if "reads_one_token" in bugs else read)
        factor = temperature if "multiplied" in bugs else 1 / temperature
        chances = apply_temperature(np.asarray(scores) * factor, 1.0)
        token = int(np.argmax(chances)) if "always_the_likeliest" in bugs else pick(chances, number)
        if token == stop and "never_stops" not in bugs:
            if "stop_kept" in bugs:
                text.append(token)
            break
        text.append(token)
    return text if "prompt_kept" in bugs else text[len(prompt) :]


def _tell(rng: Rng, size: int, length: int, temperature: float, stops: bool, *, often: bool = False) -> Case:
    """Draw a text first, and the random numbers that write it: each falls well inside its token's share.

    Where the stop is to come `often`, it is the most probable token after any text, so that an answer that reads or
    chooses wrongly meets it as well.
    """
    while True:
        table = np.round(rng.normal(size=(size, size)) * 1.5, 2)
        if often:
            table[:, STOP] = table[:, 1:].max(axis=1) + 0.5
        prompt = rng.integers(1, size, 3).tolist()
        text, numbers = list(prompt), []
        for step in range(length):
            chances = apply_temperature(table_scores(table, text), temperature)
            ends = stops and step == length - 3  # two numbers are left over
            token = STOP if ends else int(rng.choice(np.arange(1, size), p=chances[1:] / chances[1:].sum()))
            numbers.append(float(np.cumsum(chances)[token] - chances[token] / 2))
            text.append(token)
            if chances[token] < 0.03:
                break
        else:
            slips = ((), ("multiplied",), ("always_the_likeliest",), ("reads_one_token",), ("reads_the_prompt_alone",))
            scores_of = partial(table_scores, table)
            answers = [_buggy_write(frozenset(on), prompt, scores_of, temperature, STOP, numbers) for on in slips]
            met = not often or all(len(other) < length for other in answers)
            if met and all(other != answers[0] for other in answers[1:]):
                return case(np.array(prompt), table, temperature, STOP, np.array(numbers))


def _to_the_end(rng: Rng) -> Iterable[Case]:
    for size, length, temperature in ((5, 6, 0.6), (6, 7, 1.8), (7, 8, 0.7)):
        yield _tell(rng, size, length, temperature, stops=False)
    yield edge(np.array([1]), np.eye(3), 1.0, STOP, np.zeros(0))


def _until_the_stop(rng: Rng) -> Iterable[Case]:
    for size, length, temperature in ((5, 7, 0.6), (6, 8, 1.7), (7, 9, 0.8)):
        yield _tell(rng, size, length, temperature, stops=True)
    yield _tell(rng, 6, 7, 1.7, stops=True, often=True)
    sure = np.full((3, 3), -30.0)
    sure[:, STOP] = 30.0
    yield edge(np.array([1, 2]), sure, 1.0, STOP, np.array([0.5, 0.5]))


WRITE_ON = Exercise(
    id="write_on",
    answer="write_on",
    asks=_("The loop that writes: read, choose, read the choice, until the stop or until the numbers are used up."),
    reference=write_on,
    probe=write_with_table,
    parts=(
        Part(_("no stop comes"), 2, _to_the_end),
        Part(_("until the stop"), 2, _until_the_stop),
    ),
    tolerance=Tolerance(rtol=0.0, atol=0.0),
    mistakes=mistakes_of(
        _buggy_write,
        (
            "reads_the_prompt_alone",
            _("After each character your model reads the same again: the prompt."),
            _("What does the model need to have read before it can say what follows the new token?"),
            _("Append the token to the text, and give `next_scores` the whole text."),
        ),
        (
            "reads_one_token",
            _("Your model reads the newest token and nothing before it."),
            _("`next_scores` has no memory. What would a person say next, who was shown one letter?"),
            _("Give `next_scores` the prompt and all that was written since."),
        ),
        (
            "never_stops",
            _("You go on after the stop token."),
            _("What is to happen when `stop` is chosen?"),
            _("Leave the loop as soon as the chosen token equals `stop`."),
        ),
        (
            "stop_kept",
            _("The stop token stands at the end of what you return."),
            _("Does the reader of the text want to see the sign that says that it has ended?"),
            _("Look whether the token is `stop` before you append it."),
        ),
        (
            "prompt_kept",
            _("What you return begins with the prompt."),
            _("Which part of the text was written, and which was given?"),
            _("Return `text[len(prompt):]`."),
        ),
        (
            "multiplied",
            _("With you a high temperature makes the likely tokens likelier."),
            _("What happens to the differences between scores that are divided by 2?"),
            _("Divide the scores by the temperature, or use `apply_temperature`."),
        ),
        (
            "always_the_likeliest",
            _("Your text does not depend on `numbers`: it takes the most probable token each time."),
            _("Which token does the random number 0.99 choose when the shares are 0.6 and 0.4?"),
            _("Take the first token at which the running sum of the probabilities is above the number."),
        ),
    ),
    combine=combiner(_buggy_write),
    hints=(
        _("Write down two rounds: which text is read, which token comes out, and which text is read then?"),
        _("One round: scores of the text, probabilities at the temperature, one token. Append it unless it is `stop`."),
        _("`token = int(np.searchsorted(np.cumsum(probabilities), number, side='right'))` chooses by a random number."),
    ),
)
