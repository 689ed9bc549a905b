"""The predictions of chapter 10."""

from __future__ import annotations

from bookutils.core.messages import _
from bookutils.judging.model import Option, Prediction

DOG_AND_MAN = Prediction(
    "dog_and_man",
    _(
        "You take the positions out of an encoder, and leave everything else. What does it make of “the dog bites the "
        "man” and of “the man bites the dog”?"
    ),
    {
        "a": Option(
            _("It can still tell them apart: attention sees which word stands beside which."),
            _(
                "Attention sees queries and keys, and those are made of the vectors alone. Beside, before and after "
                "are words about positions."
            ),
        ),
        "b": Option(
            _("They become the same to it."),
            _("Both are the same bag of words. Each word gets the same vector in both, up to rounding."),
            right=True,
        ),
        "c": Option(
            _("It breaks down: without positions nothing comes out that makes sense."),
            _("What comes out looks like any other output. That is why nobody notices when positions are missing."),
        ),
    },
)

NO_RESIDUALS = Prediction(
    "no_residuals",
    _(
        "In a trained encoder with six blocks you leave out the residual sums, and nothing else. "
        "What do the vectors of the different words of a sentence look like at the end?"
    ),
    {
        "a": Option(
            _("Random: no word can be recognised, and each is different."),
            _(
                "Each block takes means over the words, and nothing brings back what they were. Means of means do not "
                "scatter."
            ),
        ),
        "b": Option(
            _("All the same, whatever the word is."),
            _(
                "Attention is a mean over the sentence. Without the sum that keeps a word's own vector, means of means "
                "are left."
            ),
            right=True,
        ),
        "c": Option(
            _("A little worse than before: the residuals help the gradient, and here nothing is trained."),
            _("They do help the gradient, as chapter 04 has shown. They also carry each word's own vector upwards."),
        ),
    },
)

WRONG_GELU = Prediction(
    "wrong_gelu",
    _(
        "You load weights that were trained with GELU's exact form into an encoder that uses the tanh form, at most "
        "0.0005 away. How far apart are the outputs after six blocks, where numbers are about as large as 1?"
    ),
    {
        "a": Option(
            _("Less than 0.00001: normalisation removes the difference."),
            _(
                "Normalisation removes what all entries of a vector have in common. This difference is another one in "
                "each entry."
            ),
        ),
        "b": Option(
            _("Somewhere between 0.0005 and 0.05."),
            _("A product adds up hundreds of such differences; they partly cancel, and partly do not."),
            right=True,
        ),
        "c": Option(
            _("More than 0.5: six blocks multiply the error."),
            _("The residual carries most of a vector past each block, so errors add up rather than multiply."),
        ),
    },
)

FIRST_LEARNT = Prediction(
    "first_learnt",
    _(
        "A small encoder learns to name hidden words. A model that only knows how often each word occurs has a certain "
        "loss, the unigram’s. What does the curve of the encoder’s loss do?"
    ),
    {
        "a": Option(
            _("It falls evenly, and crosses that line without noticing it."),
            _(
                "How often words occur can be learnt from any place, through one bias a word. That comes first, and "
                "quickly."
            ),
        ),
        "b": Option(
            _("It falls quickly to that line, and much more slowly below it."),
            _("Frequencies are easy. What lies below the line has to come from the words around."),
            right=True,
        ),
        "c": Option(
            _("It stays above that line: a text of 80,000 letters is far too short to learn more than frequencies."),
            _("It is short, and the gain is small. But “one of” and “it is” occur often enough."),
        ),
    },
)

WHERE_THE_WORK = Prediction(
    "where_the_work",
    _("BERT-base reads a sequence of 128 tokens. Which part takes most of the arithmetic?"),
    {
        "a": Option(
            _("The scores of attention, since every token looks at every other."),
            _("That part grows with the square of the length, and starts small: at 128 tokens it is a few per cent."),
        ),
        "b": Option(
            _("The table of words, which holds a fifth of the parameters."),
            _("A table is looked up, row by row. It holds many parameters, and takes no product at all."),
        ),
        "c": Option(
            _("The feed-forward parts."),
            _("Two products with 4H² entries each, for every token: twice as much as the four projections."),
            right=True,
        ),
    },
)
