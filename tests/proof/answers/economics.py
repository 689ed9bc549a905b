"""Right answers to chapter 22 written differently: other groupings, NumPy, whole bills."""

import math

import numpy as np


def break_even_plain(own, rented):
    saved = rented["per_thousand_tokens"] / 1000 * rented["tokens"] - own["per_hour"] / 3600 / (
        own["requests_per_second"] * own["utilisation"]
    )
    return (own["upkeep_per_day"] + own["setup"] / own["days"]) / saved if saved > 0 else math.inf


def break_even_numpy(own, rented):
    an_hour = own["requests_per_second"] * own["utilisation"] * 3600
    ours, theirs = own["per_hour"] / an_hour, rented["per_thousand_tokens"] * rented["tokens"] / 1000
    return np.where(theirs > ours, (own["setup"] / own["days"] + own["upkeep_per_day"]) / abs(theirs - ours), np.inf)


def break_even_whole(own, rented):
    fixed = own["setup"] + own["days"] * own["upkeep_per_day"]
    theirs = rented["per_thousand_tokens"] * rented["tokens"] / 1000
    ours = own["per_hour"] / (own["requests_per_second"] * own["utilisation"] * 60 * 60)
    if ours >= theirs:
        return float("inf")
    return np.float64(fixed / (own["days"] * (theirs - ours)))


RIGHT = {"break_even": [break_even_plain, break_even_numpy, break_even_whole]}
