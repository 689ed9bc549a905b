"""The predictions of chapter 09."""

from __future__ import annotations

from bookutils.core.messages import _
from bookutils.judging.model import Option, Prediction

LONGER_QUERY = Prediction(
    "longer_query",
    _(
        "A query looks at three keys. You make the query three times as long and leave its direction alone. "
        "What happens to its weights?"
    ),
    {
        "nothing": Option(
            _("Nothing: the direction decides which key fits."),
            _(
                "The order of the weights stays. But each score is three times what it was, and softmax looks at "
                "differences of scores."
            ),
        ),
        "sharper": Option(
            _("The largest weight grows, the others shrink."),
            _("All differences between scores are three times as large, and exp turns differences into ratios."),
            right=True,
        ),
        "all": Option(
            _("All three weights grow."),
            _("They cannot: they add up to 1, whatever the query is."),
        ),
    },
)

WITHOUT_THE_ROOT = Prediction(
    "without_the_root",
    _(
        "Queries and keys have 512 entries each, drawn at random with mean 0 and variance 1. A query has 16 keys "
        "to choose from, and nothing is divided by √512. How large is its largest weight, on average?"
    ),
    {
        "even": Option(
            _("About 1/16: the vectors are random, so no key is better than another."),
            _("None is better on average. But each query sees one draw, and its scores lie some 23 apart."),
        ),
        "third": Option(
            _("About a third."),
            _("That is near what you get with the root. Without it the scores are 23 times as far apart."),
        ),
        "nearly_all": Option(
            _("More than nine tenths."),
            _(
                "The scores have a standard deviation of √512 ≈ 23. The best is mostly several ahead of the "
                "second, and e to the power of several is large."
            ),
            right=True,
        ),
    },
)

DOUBLE_LENGTH = Prediction(
    "double_length",
    _(
        "The scores of all pairs, their softmax and the weighted means are computed for 512 tokens, then for 1024, "
        "with the same vectors' size. By how much do time and memory grow?"
    ),
    {
        "two": Option(
            _("Both double."),
            _("The projections double. Pairs of tokens do not: there are T · T of them."),
        ),
        "four": Option(
            _("Both become about four times as large."),
            _("Twice as many queries, each with twice as many keys."),
            right=True,
        ),
        "memory_two": Option(
            _("Time becomes four times as large, memory doubles."),
            _("So it is for a program that never keeps the whole table of weights. Ours keeps it."),
        ),
    },
)

SHUFFLED_WEIGHTS = Prediction(
    "shuffled_weights",
    _(
        "A classifier takes the weighted mean of the encoder's output vectors, with weights that it has learnt. "
        "We keep the vectors and deal out the weights at random, to other words. How often does its verdict, "
        "positive or negative, turn?"
    ),
    {
        "half": Option(
            _("About every second time: the weights were what it had learnt."),
            _("It has learnt a direction as well, and each of the vectors already holds much of the whole sentence."),
        ),
        "some": Option(
            _("In a minority of cases."),
            _(
                "Each vector already holds much of the whole sentence, so it matters less from which places the "
                "mean is taken."
            ),
            right=True,
        ),
        "never": Option(
            _("Never: a mean is a mean."),
            _("The vectors differ enough for some sentences. It depends on how sharp the weights are."),
        ),
    },
)
