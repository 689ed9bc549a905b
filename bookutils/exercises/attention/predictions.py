"""The predictions and the error hunt of chapter 09."""

from __future__ import annotations

from bookutils.core.messages import _
from bookutils.judging.model import Option, Prediction, choice

PREDICTIONS = (
    Prediction(
        id="longer_query",
        question=_(
            "A query looks at three keys. You make the query three times as long and leave its direction alone. "
            "What happens to its weights?"
        ),
        options={
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
    ),
    Prediction(
        id="without_the_root",
        question=_(
            "Queries and keys have 512 entries each, drawn at random with mean 0 and variance 1. A query has 16 keys "
            "to choose from, and nothing is divided by √512. How large is its largest weight, on average?"
        ),
        options={
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
    ),
    Prediction(
        id="double_length",
        question=_(
            "The scores of all pairs, their softmax and the weighted means are computed for 512 tokens, then for 1024, "
            "with the same vectors' size. By how much do time and memory grow?"
        ),
        options={
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
    ),
    Prediction(
        id="shuffled_weights",
        question=_(
            "A classifier takes the weighted mean of the encoder's output vectors, with weights that it has learnt. "
            "We keep the vectors and deal out the weights at random, to other words. How often does its verdict, "
            "praise or blame, turn?"
        ),
        options={
            "half": Option(
                _("About every second time: the weights were what it had learnt."),
                _(
                    "It has learnt a direction as well, and each of the vectors already holds much of the whole "
                    "sentence."
                ),
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
    ),
)

ATTENTION_HUNT = choice(
    "attention_hunt",
    _("Which line of the printed listing is wrong?"),
    {
        "a": Option(
            _("line a"),
            _(
                "Line a makes all three projections at once and cuts them apart; many programs do, since one large "
                "product is quicker than three."
            ),
        ),
        "b": Option(
            _("line b"),
            _("Line b cuts the last axis into heads and brings the heads in front of the tokens, as it should."),
        ),
        "c": Option(
            _("line c"),
            _("Line c divides by the root of a head's size; q.shape[-1] is that size, after the cut."),
        ),
        "d": Option(
            _("line d"),
            _("Line d replaces the scores of hidden keys before the softmax; the mask's last axis is that of keys."),
        ),
        "e": Option(
            _("line e"),
            _(
                "Line e reshapes (batch, heads, tokens, size) straight into (batch, tokens, hidden). The shape is "
                "right, and each row mixes pieces of several tokens. The transpose of line b must be undone first."
            ),
            right=True,
        ),
        "f": Option(
            _("line f"),
            _("Line f mixes the merged heads; it can only work with what it gets."),
        ),
    },
    hints=(
        _(
            "A token whose own vector changes may change every result. But what if only its value reached others with "
            "a weight of 0?"
        ),
        _("Follow the shapes: which lines change the order of axes, and is each change undone?"),
    ),
)
