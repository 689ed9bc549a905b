"""The predictions of chapter 11."""

from __future__ import annotations

from bookutils.core.messages import _
from bookutils.judging.model import Option, Prediction

SINGLE_WORDS = Prediction(
    "single_words",
    _("Of the sentences of SST-2 that contain the word “not”, which share is labelled as praise?"),
    {
        "few": Option(
            _("Next to none: “not” makes a sentence negative."),
            _("“Not” turns around what follows it. What follows can be blame as well: designed not to offend."),
        ),
        "nearly_half": Option(
            _("Nearly half of them."),
            _("“Not” leans to blame a little. What it does depends on the words around it."),
            right=True,
        ),
        "most": Option(
            _("Most of them."),
            _("Reviewers do write “not bad”. But they also write “not good”, and a little more often."),
        ),
    },
)

SILENT_LAYER = Prediction(
    "silent_layer",
    _(
        "`hub.KerasLayer(handle, trainable=True)` sits inside a subclassed Keras 3 model. You call `fit`. How many of "
        "the encoder's 79 variables does it change?"
    ),
    {
        "all": Option(
            _("All of them, or nearly all: `trainable=True` says so."),
            _("The layer believes it. Keras 3 asks its own kind of variables only, and the layer has none of these."),
        ),
        "error": Option(
            _("None: `fit` stops with an error."),
            _("The functional model stops. The subclassed one runs, and that is what makes it dangerous."),
        ),
        "none": Option(
            _("None, and nothing says so."),
            _("The loss falls all the same, because the new layer on top learns."),
            right=True,
        ),
    },
)

PADDING_COST = Prediction(
    "padding_cost",
    _(
        "In SST-2, half of the sentences have 22 tokens or fewer, and the longest has 67. Articles often pad each "
        "one to 128. Which share of the encoder's work is then spent on padding?"
    ),
    {
        "fifth": Option(
            _("About a fifth."),
            _("That is near the share of the *words*: the mean sentence fills 23 of 128 places."),
        ),
        "fifths": Option(
            _("About four fifths."),
            _("The mean sentence fills 23 of 128 places; the rest is computed and thrown away."),
            right=True,
        ),
        "none": Option(
            _("Next to none: the mask tells the encoder to skip the padding."),
            _("The mask says what the encoder must not *look at*. The matrix products run over all places alike."),
        ),
    },
)

FIRST_STEP = Prediction(
    "first_step",
    _(
        "Two weights have gradients of 1000 and of 0.001. Adam makes its very first step with a learning rate of "
        "0.00005, without clipping. How far do the two weights move?"
    ),
    {
        "proportional": Option(
            _("The first moves a million times as far as the second."),
            _(
                "So it is with plain gradient descent. Adam divides by the size of the gradients that it has seen, "
                "and it has seen one."
            ),
        ),
        "same": Option(
            _("Both move by 0.00005."),
            _("After one step mean and root mean square are the same number: what is left is the sign."),
            right=True,
        ),
        "not": Option(
            _("Hardly at all: the averages of Adam start at 0."),
            _("They do, and Adam corrects for that: it divides each by how much of it has been filled."),
        ),
    },
)

LARGE_RATE = Prediction(
    "large_rate",
    _(
        "The encoder is trained with a peak of 0.005 instead of 0.00005, a value that many small networks like. "
        "What does the loss do?"
    ),
    {
        "faster": Option(
            _("It falls a hundred times as fast."),
            _("It would, if the way down were straight. Each step goes so far that the ground has changed."),
        ),
        "same": Option(
            _("It falls about as fast: Adam adapts the steps to the gradients."),
            _("Adam divides by the size of the gradients, so the learning rate alone says how far a weight moves."),
        ),
        "forgets": Option(
            _("It rises, and stays near that of guessing."),
            _(
                "What the encoder knew is overwritten within a few steps, and a few hundred sentences cannot bring "
                "it back."
            ),
            right=True,
        ),
    },
)
