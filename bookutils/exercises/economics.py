"""The exercises and predictions of chapter 22, in the order in which they are asked."""

from __future__ import annotations

from collections.abc import Iterable

from bookutils.core.messages import _
from bookutils.judging.model import Case, Exercise, Part, Rng, Tolerance, case, edge
from bookutils.judging.switches import Switches, combiner, mistakes_of
from bookutils.numerics.economics import break_even


def _prices(rng: Rng, *, slow: bool = False) -> Case:
    """Prices at which an own request costs a hundredth of a rented one, roughly; or, `slow`, twenty times as much."""
    own = {
        "setup": float(rng.uniform(2000, 9000)),
        "days": float(rng.integers(200, 900)),
        "upkeep_per_day": float(rng.uniform(2, 40)),
        "per_hour": float(rng.uniform(0.4, 1.5)),
        "requests_per_second": float(rng.uniform(20, 60)),
        "utilisation": float(rng.uniform(0.2, 0.4)),
    }
    rented = {"per_thousand_tokens": float(rng.uniform(0.02, 0.05)), "tokens": float(rng.integers(500, 900))}
    if slow:
        price = 20 * rented["per_thousand_tokens"] * rented["tokens"] / 1000
        own["requests_per_second"] = own["per_hour"] / (3600 * own["utilisation"] * price)
    return case(own, rented)


def _paying(rng: Rng) -> Iterable[Case]:
    for _number in range(4):
        yield _prices(rng)
    own = {
        "setup": 0.0,
        "days": 1.0,
        "upkeep_per_day": 0.0,
        "per_hour": 1.0,
        "requests_per_second": 9.0,
        "utilisation": 1.0,
    }
    yield edge(own, {"per_thousand_tokens": 0.01, "tokens": 100.0})


def _never(rng: Rng) -> Iterable[Case]:
    for _number in range(3):
        yield edge(*_prices(rng, slow=True).args)
    own = {
        "setup": 100.0,
        "days": 10.0,
        "upkeep_per_day": 1.0,
        "per_hour": 3.6,
        "requests_per_second": 1.0,
        "utilisation": 1.0,
    }
    yield edge(own, {"per_thousand_tokens": 0.0, "tokens": 100.0})


def _buggy_break_even(bugs: Switches, own: dict[str, float], rented: dict[str, float]) -> float:
    fixed = own["upkeep_per_day"] + (0 if "setup" in bugs else own["setup"] / own["days"])
    theirs = rented["per_thousand_tokens"] * rented["tokens"] / (1 if "per_token" in bugs else 1000)
    busy = 1 if "utilisation" in bugs else own["utilisation"]
    ours = own["per_hour"] / ((60 if "minutes" in bugs else 3600) * own["requests_per_second"] * busy)
    if "sign" in bugs:
        return fixed / (ours - theirs)
    return fixed / (theirs - ours) if theirs > ours else float("inf")


BREAK_EVEN = Exercise(
    id="break_even",
    answer="break_even",
    asks=_("The requests a day from which an own model is cheaper than a rented one."),
    reference=break_even,
    parts=(
        Part(_("an own model that pays"), 2, _paying),
        Part(_("one that never does"), 1, _never, alone=False),  # always infinity
        Part(_("inputs left as they were"), 1, _paying, compares="inputs"),
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
            _("Your result is about a thousand times too small."),
            _("The price is for a thousand tokens. What does one token cost?"),
            _("One rented request costs `per_thousand_tokens * tokens / 1000`."),
        ),
        (
            "utilisation",
            _("Your result does not change with the share of time in which the machine is busy."),
            _("The machine is paid by the hour. Who pays for the hours in which nobody asks?"),
            _(
                "Divide by `utilisation` too: a machine that is busy for a quarter of its time costs four times as "
                "much for each answer."
            ),
        ),
        (
            "minutes",
            _("The price of your own request is sixty times too high."),
            _("`per_hour` and `requests_per_second`: how many requests can be answered in an hour?"),
            _("An hour has 3,600 seconds."),
        ),
        (
            "sign",
            _("Your result is negative where the own model pays."),
            _("What does a request save when it is asked of the own model: whose price less whose?"),
            _("Divide by the rented price less the own one; where that is not positive, the answer is infinity."),
        ),
    ),
    combine=combiner(_buggy_break_even),
    hints=(
        _("On a day with n requests: what does the own model cost, and what the rented one? When are both equal?"),
        _("fixed + n · v = n · r, with v for an own request and r for a rented one."),
        _(
            "n = fixed / (r − v), with r = per_thousand_tokens · tokens / 1000 and "
            "v = per_hour / (3600 · requests_per_second · utilisation); infinity where r ≤ v."
        ),
    ),
)

EXERCISES = (BREAK_EVEN,)
PREDICTIONS = ()
