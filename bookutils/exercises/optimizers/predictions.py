"""The predictions of chapter 05."""

from __future__ import annotations

from bookutils.core.messages import _
from bookutils.judging.model import Option, Prediction

STEP_TOO_LONG = Prediction(
    "step_too_long",
    _(
        "A learning rate lets gradient descent arrive at the bottom of a parabola exactly, in one step. What happens "
        "at two and a half times that rate?"
    ),
    {
        "a": Option(
            _("It arrives too, after swinging back and forth."),
            _("It would at 1.9 times. Beyond twice that rate each swing lands further out than the last."),
        ),
        "b": Option(
            _("Each step lands further from the bottom than the last."),
            _("The distance is multiplied by 1 − αc, here −1.5, in every step."),
            right=True,
        ),
        "c": Option(
            _("It swings between two points forever."),
            _("That happens at exactly twice the rate, where the distance is multiplied by −1."),
        ),
    },
)

BATCH_NOISE = Prediction(
    "batch_noise",
    _(
        "You go from batches of 16 examples to batches of 256. A step now costs 16 times as much. How much less noise "
        "is there in its gradient?"
    ),
    {
        "a": Option(_("a sixteenth"), _("The variance falls to a sixteenth. The noise has the length of its root.")),
        "b": Option(
            _("a quarter"),
            _("The noise of a mean falls with the root of the number: √16 is 4."),
            right=True,
        ),
        "c": Option(
            _("a half"),
            _("A half would take four times as many examples; these are sixteen times as many."),
        ),
    },
)

EARLY_STEPS = Prediction(
    "early_steps",
    _("Adam's two means begin at 0, so both are too small at first. Without bias correction, how are its early steps?"),
    {
        "a": Option(
            _("too short, since m is too small"),
            _("m is too small, and the step is divided by √v, which is smaller still than it should be."),
        ),
        "b": Option(
            _("as they should be: the two errors cancel"),
            _("They would with equal betas and no root. Here √v is further off than m."),
        ),
        "c": Option(
            _("too long"),
            _("m is a tenth of what it should be, √v about a thirtieth. Their quotient is 3.2 times too large."),
            right=True,
        ),
    },
)

SPARED_WEIGHTS = Prediction(
    "spared_weights",
    _(
        "You add weight decay to the gradient, as with gradient descent, and train with Adam. Which weights "
        "shrink most?"
    ),
    {
        "a": Option(_("those with large gradients"), _("Their decay is divided by a large √v, like all of the rest.")),
        "b": Option(
            _("those with small gradients"),
            _("Adam divides all that is in the gradient by √v, the decay too. Where √v is small, decay is strong."),
            right=True,
        ),
        "c": Option(
            _("all alike, by the same share"),
            _("That is what you would want. Inside the gradient, decay is divided by each weight's own √v."),
        ),
    },
)
