"""The exercises and predictions of chapter 22, in the order in which they are asked."""

from __future__ import annotations

import math
from collections.abc import Iterable

from bookutils.core.messages import _
from bookutils.judging.model import Case, Exercise, Part, Rng, Tolerance, case, edge
from bookutils.judging.switches import Switches, combiner, mistakes_of
from bookutils.numerics.economics import break_even, machine_capacity, rented_request


def _prices(rng: Rng, machines: int) -> Case:
    """Prices at which so many machines are paid back, or at which none ever is, where `machines` is 0."""
    own = {
        "setup": float(rng.uniform(10_000, 20_000)),
        "days": float(rng.integers(300, 400)),
        "upkeep_per_day": float(rng.uniform(40, 80)),
        "per_hour": float(rng.uniform(0.4, 0.8)),
        "requests_per_second": float(rng.uniform(2, 60)),
        "busy_at_most": float(rng.uniform(0.2, 0.4)),
    }
    day = 24 * own["per_hour"]
    fixed = own["upkeep_per_day"] + own["setup"] / own["days"]
    # What a full machine earns beyond its price: between fixed / machines and fixed / (machines − 1).
    earned = fixed / (machines - rng.uniform(0.3, 0.7)) if machines else -0.6 * day
    each, tokens = (day + earned) / machine_capacity(own), float(rng.integers(100, 900))
    return case(own, {"per_thousand_tokens": 1000 * each / tokens, "tokens": tokens})


def _one_machine(rng: Rng) -> Iterable[Case]:
    for _number in range(4):
        yield _prices(rng, 1)
    own = {
        "setup": 0.0,
        "days": 1.0,
        "upkeep_per_day": 0.0,
        "per_hour": 1.0,
        "requests_per_second": 9.0,
        "busy_at_most": 1.0,
    }
    yield edge(own, {"per_thousand_tokens": 0.01, "tokens": 100.0})


def _several_machines(rng: Rng) -> Iterable[Case]:
    for machines in (4, 5, 6, 7):
        yield _prices(rng, machines)


def _never(rng: Rng) -> Iterable[Case]:
    for _number in range(3):
        yield edge(*_prices(rng, 0).args)
    own = {
        "setup": 100.0,
        "days": 10.0,
        "upkeep_per_day": 1.0,
        "per_hour": 3.6,
        "requests_per_second": 1.0,
        "busy_at_most": 1.0,
    }
    yield edge(own, {"per_thousand_tokens": 0.0, "tokens": 100.0})


def _buggy_break_even(bugs: Switches, own: dict[str, float], rented: dict[str, float]) -> float:
    fixed = own["upkeep_per_day"] + (0 if "setup" in bugs else own["setup"] / own["days"])
    theirs = rented_request(rented) * (1000 if "per_token" in bugs else 1)
    if "paid_while_busy" in bugs:
        ours = own["per_hour"] / (3600 * own["requests_per_second"])
        return fixed / (theirs - ours) if theirs > ours else math.inf
    day = (1 if "hour_for_a_day" in bugs else 24) * own["per_hour"]
    earned = theirs * machine_capacity(own) - day
    if earned <= 0:
        return math.inf
    machines = 1 if "one_machine" in bugs else max(1, math.ceil(fixed / earned))
    return (fixed + machines * day) / theirs


BREAK_EVEN = Exercise(
    id="break_even",
    answer="break_even",
    asks=_("The requests a day from which an own model costs no more than a rented one."),
    reference=break_even,
    parts=(
        Part(_("one machine is enough"), 1, _one_machine),
        Part(_("several are needed"), 1, _several_machines),
        Part(_("an own model that never pays"), 1, _never, alone=False),  # always infinity
        Part(_("inputs left as they were"), 1, _one_machine, compares="inputs"),
    ),
    tolerance=Tolerance(rtol=1e-5, atol=1e-9),
    mistakes=mistakes_of(
        _buggy_break_even,
        (
            "setup",
            _("Your result does not change with the price of the setup."),
            _("Somebody has built the model before its first answer. Who pays for that, and over how many days?"),
            _("Fixed costs a day are `upkeep_per_day + setup / days`."),
        ),
        (
            "per_token",
            _("Your rented request costs a thousand times too much."),
            _("The price is for a thousand tokens. What does one token cost?"),
            _("One rented request costs `per_thousand_tokens * tokens / 1000`."),
        ),
        (
            "paid_while_busy",
            _("You charge the machine only for the seconds in which it answers."),
            _("The machine is paid by the hour. Who pays for the hours in which nobody asks?"),
            _("A machine costs `24 * per_hour` a day, however many requests come."),
        ),
        (
            "hour_for_a_day",
            _("Your machines cost one hour's price a day."),
            _("At how many hours of a day can a request come?"),
            _("A machine's day costs `24 * per_hour`."),
        ),
        (
            "one_machine",
            _("Where one machine cannot answer so many requests, your result is too low."),
            _("How many requests a day can one machine answer, and is your result below that?"),
            _(
                "Capacity is `requests_per_second * 86400 * busy_at_most`. Take the smallest whole number of machines "
                "m with (fixed + m · day) / r ≤ m · capacity."
            ),
        ),
    ),
    combine=combiner(_buggy_break_even),
    hints=(
        _("With m machines, what does a day cost, and at how many requests does the rented model cost the same?"),
        _("n = (fixed + m · 24 · per_hour) / r. It counts only if m machines can answer n requests a day."),
        _(
            "Try m = 1, 2, 3, … until n ≤ m · capacity. A machine that is as busy as it can be must earn more than its "
            "price, r · capacity > 24 · per_hour; otherwise no m will do, and the answer is infinity."
        ),
    ),
)

EXERCISES = (BREAK_EVEN,)
PREDICTIONS = ()
