"""The predictions of chapter 12."""

from __future__ import annotations

from bookutils.core.messages import _
from bookutils.judging.model import Option, Prediction

BEST_OF_TWENTY = Prediction(
    "best_of_twenty",
    _(
        "Twenty classifiers are equally good: each is right in 88 % of all cases. You test all of them on the same "
        "872 sentences and keep the best. What accuracy do you report for it?"
    ),
    {
        "same": Option(
            _("About 88 %: that is how good it is."),
            _("That is how good it is, and not what you have seen: you picked the luckiest of twenty results."),
        ),
        "two_more": Option(
            _("About 90 %."),
            _("The luckiest of twenty lies nearly two standard errors above the truth. On new sentences that is gone."),
            right=True,
        ),
        "much_more": Option(
            _("About 95 %."),
            _("That would be more than six standard errors. Luck does not reach so far in twenty tries."),
        ),
    },
)

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

PAIRED_LEAD = Prediction(
    "paired_lead",
    _(
        "You mend a slip in the tokenizer. On the 872 sentences of dev, 25 that were wrong are now right, and 8 that "
        "were right are now wrong: a lead of 2 points. Each accuracy by itself has a standard error of 1.1 points. Can "
        "the lead be told from luck?"
    ),
    {
        "no": Option(
            _("No: 2 points are less than two standard errors."),
            _(
                "So it would be for two classifiers tested on different sentences. These were tested on the same ones, "
                "and on 839 of them nothing has changed."
            ),
        ),
        "yes": Option(
            _("Yes: 25 against 8 is hardly ever seen where a change does nothing."),
            _("Like 25 heads in 33 throws of a coin. The sentences on which both agree say nothing about the change."),
            right=True,
        ),
        "never": Option(
            _("Nobody can tell: dev has been looked at before."),
            _(
                "To look is no harm. To keep whichever of many changes looks best is; this is one change, made for a "
                "reason."
            ),
        ),
    },
)

POSTER = Prediction(
    "poster",
    _(
        "A cinema prints sentences that your classifier calls positive on a poster. A negative one on the poster costs "
        "nine times as much as a positive one that is missed. If every probability were a promise that is kept: "
        "above which probability should a sentence be printed?"
    ),
    {
        "half": Option(
            _("Above 0.5, as always."),
            _("At 0.5 every other sentence at the line is negative, and each of these costs nine times as much."),
        ),
        "ninth": Option(
            _("Above 0.1."),
            _("That is right for the opposite costs, where a miss costs nine times as much as a false alarm."),
        ),
        "nine_tenths": Option(
            _("Above 0.9."),
            _("At 0.9 nine positive sentences stand against one negative one, so both errors cost the same there."),
            right=True,
        ),
    },
)

PROMISES = Prediction(
    "promises",
    _(
        "The classifier is right for about 88 % of the sentences. Look only at those for which it says “positive” "
        "with a probability above 90 %: how many of them are labelled positive?"
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

LUCK_ALONE = Prediction(
    "luck_alone",
    _(
        "Imagine a classifier that keeps every promise exactly, and is as sure of itself as yours. You test it on 872 "
        "sentences with ten bins. How large is the calibration error that you measure?"
    ),
    {
        "zero": Option(
            _("0: all promises are kept."),
            _(
                "They are kept in the long run. In a bin with ten sentences and a promise of 0.75, seven and a half "
                "cannot be positive."
            ),
        ),
        "points": Option(
            _("One to four points."),
            _("Each bin misses its promise by luck, some upwards, some downwards, and the error adds all of that up."),
            right=True,
        ),
        "tenth": Option(
            _("Ten points or more."),
            _("So it would be with a few dozen sentences. The full bins at both ends have hundreds."),
        ),
    },
)

ONE_NUMBER = Prediction(
    "one_number",
    _("All logits are divided by 2. What happens to the accuracy, to the order of the sentences and to the promises?"),
    {
        "all": Option(
            _("All three change."),
            _("Dividing by a positive number moves no logit across 0 and none past another."),
        ),
        "promises": Option(
            _("Only the promises change: they come closer to one half."),
            _("Each logit keeps its sign and its rank. What it promises becomes more modest."),
            right=True,
        ),
        "nothing": Option(
            _("Nothing changes: both classes are divided alike."),
            _("The sigmoid is no straight line: 0.98 becomes 0.88, while one half stays one half."),
        ),
    },
)

SHARED_ERRORS = Prediction(
    "shared_errors",
    _("Each of the three seeds is wrong for about 109 of the 872 sentences. How many are wrong for all three?"),
    {
        "two": Option(
            _("About 2: each is wrong for one sentence in eight, and ⅛ · ⅛ · ⅛ of 872 is 2."),
            _("That is the answer for errors that fall independently. Some sentences are hard for every run."),
        ),
        "most": Option(
            _("About 77."),
            _("Seven in ten errors are shared. Another seed will not mend them; reading them may tell what would."),
            right=True,
        ),
        "all": Option(
            _("All 109: the same model makes the same errors."),
            _("Nearly the same accuracy is not the same errors: two seeds disagree on 35 to 53 sentences."),
        ),
    },
)

ELSEWHERE = Prediction(
    "elsewhere",
    _(
        "The classifier has learnt from film reviews. Now it reads one-sentence reviews of bread, trains, apps and "
        "gardens, written for this course. Among which of them will it be wrong most often?"
    ),
    {
        "plain": Option(
            _("Among the plain ones, since their subjects are new to it."),
            _("The subjects are new. Words such as “delicious” and “late” it knows from the text of its pre-training."),
        ),
        "irony": Option(
            _("Among the ironic ones, which praise what they blame."),
            _("Irony is decided by what is meant. The classifier sees what is written, often the opposite."),
            right=True,
        ),
        "negation": Option(
            _("Among those with “not”, “never” and “nobody”."),
            _("Negation is hard for it as well. But its words stand there to be read; in irony they say the opposite."),
        ),
    },
)
