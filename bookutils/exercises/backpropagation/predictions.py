"""The predictions of chapter 03."""

from __future__ import annotations

from bookutils.core.messages import _
from bookutils.judging.model import Option, Prediction

LARGEST_GRADIENT = Prediction(
    "largest_gradient",
    _("The output is 0.5 and the label is 1. Which of the five parameters has the largest gradient?"),
    {
        "a": Option(
            _("b₂: it stands closest to the loss."),
            _("Close does not mean strong. What counts is the product of all the slopes on the way."),
        ),
        "b": Option(
            _("w₂₁: the weight on x₂."),
            _("Back from the logit the gradient is multiplied by w₂ = 2, by 1 at the open ReLU, and by x₂ = 2."),
            right=True,
        ),
        "c": Option(
            _("w₂: it is the largest weight."),
            _("A weight's own size does not enter its gradient. What it is multiplied by does: a, which is 0.3."),
        ),
    },
)

DIFFERENCE_LOSS = Prediction(
    "difference_loss",
    _("Somebody trains with the loss E = y − p. What does gradient descent do to p, over many steps?"),
    {
        "a": Option(
            _("It brings p to the label y."),
            _("E is lowest where p is highest. At p = y it has no minimum: it goes on falling, below 0."),
        ),
        "b": Option(
            _("It drives p towards 1, whatever the label says."),
            _("The derivative of y − p is −1 for either label: the label has no say in it."),
            right=True,
        ),
        "c": Option(
            _("Nothing: positive and negative errors cancel."),
            _("For one example there is nothing to cancel, and a fall is a fall: E becomes smaller as p grows."),
        ),
    },
)

EARLY_HAND_ON = Prediction(
    "early_hand_on",
    _(
        "u is used by v and by ℓ. On the way back, ℓ's gradient reaches u first, and u passes it on at once, before v "
        "has had its turn. What becomes of the gradient at x?"
    ),
    {
        "a": Option(
            _("It is right: sums may be taken in any order."),
            _("Sums may. But u passes its gradient on only once. What v sends later arrives at u and goes no further."),
        ),
        "b": Option(
            _("It is too small: what v sends to u later never gets to x."),
            _("u had passed on 12 of its 21. The 9 that came later stayed where they were."),
            right=True,
        ),
        "c": Option(
            _("It is too large: the way through u is counted twice."),
            _("It would be, if u passed on its whole sum at each arrival. Here it passes it on once, and too early."),
        ),
    },
)

TOO_LARGE_RATE = Prediction(
    "too_large_rate",
    _("The learning rate 2 works well. What does 20 do?"),
    {
        "a": Option(
            _("The same, about ten times as fast."),
            _("A gradient holds for small steps only. A step that is too long lands beyond the valley, higher up."),
        ),
        "b": Option(
            _("The loss leaps up in the first steps, and after 300 steps it is still far higher than with 2."),
            _(
                "The first steps overshoot, and throw most of the ReLU units to where no example reaches them. The "
                "rest jump to and fro."
            ),
            right=True,
        ),
        "c": Option(
            _("The loss swings at first, and then settles where the smaller rate would have led."),
            _("That happens at a rate a little too large; try 5 in the widget. At 20 most units die before it can."),
        ),
    },
)
