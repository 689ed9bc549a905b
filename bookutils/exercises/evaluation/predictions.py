"""The predictions of chapter 12."""

from __future__ import annotations

from bookutils.core.messages import _
from bookutils.judging.model import Option, Prediction

HALF_A_POINT = Prediction(
    "half_a_point",
    _(
        "On 872 sentences that nobody has trained on, your classifier is right in 87.5 % of all cases, that of a "
        "friend in 88.0 %. What does that say?"
    ),
    {
        "better": Option(
            _("Your friend's classifier is better, by a little."),
            _("Half a point of 872 sentences is four sentences. Draw 872 others, and the order may turn."),
        ),
        "nothing": Option(
            _("Nothing about which one is better."),
            _("An accuracy near 0.88 on 872 sentences has a standard error of 0.011, twice the difference."),
            right=True,
        ),
        "equal": Option(
            _("Both are equally good."),
            _("That is not shown either: a difference of a point or two would look like this as well."),
        ),
    },
)

THREE_SEEDS = Prediction(
    "three_seeds",
    _(
        "Two such runs, which differ in their seed alone, are both right for about 87.5 % of the 872 sentences. "
        "For how many sentences is one of them right and the other wrong?"
    ),
    {
        "few": Option(
            _("Four or five: their accuracies differ by half a point at most."),
            _("The errors of one could still be others than those of the other, and many of them are."),
        ),
        "dozens": Option(
            _("For dozens of them."),
            _("Both make about 109 errors. A good part of these depends on the seed."),
            right=True,
        ),
        "hundreds": Option(
            _("For about 218: errors fall where they like."),
            _("218 is the sum of their errors. Most of the hard sentences are hard for both."),
        ),
    },
)

PROMISES = Prediction(
    "promises",
    _(
        "The classifier is right for about 88 % of the sentences. Look only at those for which it says “praise” "
        "with a probability above 90 %: how many of them are labelled as praise?"
    ),
    {
        "same": Option(
            _("About 88 %: it is as good there as anywhere."),
            _("88 % is a mean. Sentences on which the classifier is undecided pull it down."),
        ),
        "more": Option(
            _("More than 88 %; whether as many as it promises, one has to measure."),
            _(
                "Sure answers are right more often than unsure ones. Nothing in training looks at new sentences, "
                "so nothing makes the promise itself come true there."
            ),
            right=True,
        ),
        "all": Option(
            _("All of them: above 90 % it is practically certain."),
            _("Even if every promise is kept, 90 % leaves room for one in ten."),
        ),
    },
)
