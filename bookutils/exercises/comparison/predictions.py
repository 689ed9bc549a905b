"""The predictions of chapter 13."""

from __future__ import annotations

from bookutils.core.messages import _
from bookutils.judging.model import Option, Prediction

FROZEN_OR_COUNTED = Prediction(
    "frozen_or_counted",
    _(
        "An encoder has read a great deal of text. Its vectors, frozen, with a logistic regression on top, against "
        "naive Bayes on counted words; 6,920 labelled sentences for both. Which is right more often?"
    ),
    {
        "a": Option(
            _("The encoder's vectors, by far."),
            _(
                "They hold what the encoder was made for: what a sentence is about. A good and a bad "
                "review of a film are about the same thing."
            ),
        ),
        "b": Option(
            _("Counted words, by far."),
            _("With this many labels they come level, no more: see how far the two errors overlap."),
        ),
        "c": Option(
            _("The two cannot be told apart."),
            _(
                "On all of SST-2 both are right for about four of five sentences, and the difference is well within "
                "its error. With so many labels, what the encoder knows pays only when it is trained along."
            ),
            right=True,
        ),
    },
)

THE_BILL = Prediction(
    "the_bill",
    _(
        "An encoder needs millions of times the arithmetic of naive Bayes for a sentence. How many times as long does "
        "it take for a thousand sentences, on a CPU?"
    ),
    {
        "a": Option(
            _("Millions of times."),
            _(
                "Naive Bayes hardly computes: most of its time goes into cutting strings, one at a time. The "
                "encoder's products of matrices are what a processor does best."
            ),
        ),
        "b": Option(
            _("Between ten and a thousand times."),
            _(
                "Arithmetic is not time. Small models spend theirs on strings, large ones on products of matrices "
                "that use the whole processor; a GPU narrows the gap further."
            ),
            right=True,
        ),
        "c": Option(
            _("Less than ten times."),
            _(
                "Not on a CPU: it does some ten to hundred billion operations a second, and a thousand sentences "
                "need some five hundred billion."
            ),
        ),
    },
)

FEW_LABELS = Prediction(
    "few_labels",
    _("Now only 100 of the sentences have a label. Which is right more often on dev, counted words or frozen vectors?"),
    {
        "a": Option(
            _("Counted words: a small model needs fewer examples."),
            _(
                "It needs to have seen a word to give it a weight. A hundred sentences hold few of the words that "
                "dev will use."
            ),
        ),
        "b": Option(
            _("Frozen vectors."),
            _(
                "To the encoder, words that it has never seen with a label lie near others that it has. That is "
                "worth most where labels are few, and the lead melts as they become many."
            ),
            right=True,
        ),
        "c": Option(
            _("Neither is better than a coin."),
            _("Both are above one half, also with their errors. One of them by much more."),
        ),
    },
)
