"""Right answers to chapter 22 written differently: machine by machine, NumPy, whole bills."""

import math

import numpy as np


def break_even_loop(own, rented):
    each = rented["per_thousand_tokens"] / 1000 * rented["tokens"]
    capacity = own["requests_per_second"] * own["busy_at_most"] * 24 * 60 * 60
    if each * capacity <= 24 * own["per_hour"]:
        return math.inf
    machines = 1
    while True:
        n = (own["upkeep_per_day"] + own["setup"] / own["days"] + machines * 24 * own["per_hour"]) / each
        if n <= machines * capacity:
            return n
        machines += 1


def break_even_numpy(own, rented):
    theirs = rented["per_thousand_tokens"] * rented["tokens"] / 1000
    day, fixed = 24 * own["per_hour"], own["setup"] / own["days"] + own["upkeep_per_day"]
    capacity = own["requests_per_second"] * own["busy_at_most"] * 86400
    gain = theirs * capacity - day
    machines = np.maximum(1, np.ceil(fixed / gain)) if gain > 0 else np.inf
    return np.float64((fixed + machines * day) / theirs if np.isfinite(machines) else np.inf)


def break_even_whole(own, rented):
    """All the days together, in machines' hours."""
    hours = 24 * own["days"]
    fixed = own["setup"] + own["days"] * own["upkeep_per_day"]
    theirs = rented["per_thousand_tokens"] * rented["tokens"] / 1000
    answered = own["requests_per_second"] * own["busy_at_most"] * 3600 * hours  # by one machine
    if theirs * answered <= own["per_hour"] * hours:
        return float("inf")
    machines = next(m for m in range(1, 10**6) if fixed + m * own["per_hour"] * hours <= m * answered * theirs)
    return (fixed + machines * own["per_hour"] * hours) / theirs / own["days"]


RIGHT = {"break_even": [break_even_loop, break_even_numpy, break_even_whole]}
