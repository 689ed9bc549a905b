"""The predictions of chapter 01."""

from __future__ import annotations

from bookutils.core.messages import _
from bookutils.judging.model import Option, Prediction

SILENT_UNIT = Prediction(
    "silent_unit",
    _("A ReLU unit gets a negative pre-activation for every example. What do 100 steps of gradient descent do to it?"),
    {
        "a": Option(
            _("They bring it back, slowly."),
            _(
                "To bring it back, some weight would have to move. Each gradient carries the factor relu′(z), which is "
                "0 for every example."
            ),
        ),
        "b": Option(
            _("Nothing: no weight moves."),
            _("Every gradient carries the factor relu′(z) = 0, so each step adds exactly 0."),
            right=True,
        ),
        "c": Option(
            _("They shrink its weights towards zero."),
            _("Shrinking is what weight decay does. The gradient of the loss alone has nothing to say to this unit."),
        ),
    },
)

LOG_NAIVE = Prediction(
    "log_naive",
    _("What does NumPy make of log(σ(−1000)), computed as `np.log(1 / (1 + np.exp(1000)))`?"),
    {
        "a": Option(
            _("−1000, to about 16 digits."),
            _("That would be the right value. But e¹⁰⁰⁰ does not fit into a float, and what follows is lost."),
        ),
        "b": Option(
            _("−inf."),
            _("e¹⁰⁰⁰ overflows to inf, 1 / inf is 0, and the logarithm of 0 is −inf. The right value is −1000."),
            right=True,
        ),
        "c": Option(
            _("An error, because e¹⁰⁰⁰ is too large."),
            _("Python's `math.exp` raises one. NumPy warns, and goes on with inf."),
        ),
    },
)

TANH_DEPTH = Prediction(
    "tanh_depth",
    _("“Tanh avoids the vanishing gradients of the sigmoid.” In a chain of 20, how much gradient comes through?"),
    {
        "a": Option(
            _("Nearly all of it with tanh, next to nothing with the sigmoid."),
            _("Tanh has the slope 1 only at 0. Everywhere else each layer takes something away."),
        ),
        "b": Option(
            _("Next to nothing with the sigmoid, a few per cent or less with tanh."),
            _("Tanh loses much less, and still loses. It eases the problem and does not remove it."),
            right=True,
        ),
        "c": Option(
            _("The same with both: tanh is only a stretched sigmoid."),
            _(
                "It is, tanh(x) = 2σ(2x) − 1. But the stretching makes it four times as steep in the middle, and "
                "twenty layers multiply that."
            ),
        ),
    },
)

ZIGZAG = Prediction(
    "zigzag",
    _(
        "All inputs of a unit are positive. One weight should grow, the other should shrink. "
        "How does gradient descent get there, one example at a time?"
    ),
    {
        "a": Option(
            _("In a straight line."),
            _("With one example, both gradients are that example's error times a positive input: they share one sign."),
        ),
        "b": Option(
            _("In a zig-zag: in each step both weights move up, or both move down."),
            _("Both gradients are the error times a positive input, so they share one sign in every step."),
            right=True,
        ),
        "c": Option(
            _("Not at all: with positive inputs the weights can only grow."),
            _("The error changes its sign, so both can also shrink. What they cannot do is part in a single step."),
        ),
    },
)
