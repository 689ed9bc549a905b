"""The predictions of chapter 14."""

from __future__ import annotations

from bookutils.core.messages import _
from bookutils.judging.model import Option, Prediction

NO_MASK = Prediction(
    "no_mask",
    _("You train the same block to predict the next character and forget the causal mask. What does its loss do?"),
    {
        "a": Option(
            _("It falls more slowly: there is too much to look at."),
            _("More to look at, and among it the answer itself."),
        ),
        "b": Option(
            _("It falls far below that of the masked model."),
            _("The target of place t is the input of place t + 1, and without a mask it can be looked up there."),
            right=True,
        ),
        "c": Option(
            _("Nothing changes: the mask only saves time."),
            _("The mask saves no time at all here. It hides the answer."),
        ),
    },
)

GREEDY_LOOP = Prediction(
    "greedy_loop",
    _("At each place you take the character that the model finds most probable. What does it write?"),
    {
        "a": Option(
            _("Its best text: each step is its best."),
            _(
                "The best step at each place does not make the best text, and no text in the training set is all best "
                "steps."
            ),
        ),
        "b": Option(
            _("Letters without any order."),
            _("Order is what it has learnt. It has too much of it."),
        ),
        "c": Option(
            _("Something that soon goes round in circles."),
            _("What was written makes the same again more probable, and nothing ever pushes it off the track."),
            right=True,
        ),
    },
)

FLAT_OR_SHARP = Prediction(
    "flat_or_sharp",
    _("Two characters have the probabilities 0.8 and 0.2. What are they at a temperature of 0.5?"),
    {
        "a": Option(
            _("0.9 and 0.1."),
            _("The ratio of 4 is raised to the power 1 / 0.5, so it becomes 16, not 9."),
        ),
        "b": Option(
            _("About 0.94 and 0.06."),
            _("The ratio, 4, becomes 4² = 16, and 16 / 17 is 0.94."),
            right=True,
        ),
        "c": Option(
            _("About 0.67 and 0.33."),
            _("That is a temperature of 2: the ratio's root. Below 1 a distribution becomes sharper."),
        ),
    },
)

CACHE_SIZE = Prediction(
    "cache_size",
    _(
        "A model of 175 billion parameters has read 2,048 tokens. How much memory do their keys and values take, in "
        "numbers of 16 bits?"
    ),
    {
        "a": Option(_("About 10 megabytes."), _("That is what two tokens take: one token leaves 4.7 megabytes.")),
        "b": Option(
            _("About 10 gigabytes."),
            _("96 layers keep two vectors of 12,288 numbers for each token: 4.7 megabytes a token."),
            right=True,
        ),
        "c": Option(_("About 350 gigabytes."), _("That is what the weights take: two bytes each.")),
    },
)
