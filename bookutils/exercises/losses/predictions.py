"""The predictions of chapter 02."""

from __future__ import annotations

from bookutils.core.messages import _
from bookutils.judging.model import Option, Prediction

MOVED_POINT = Prediction(
    "moved_point",
    _(
        "Twelve points lie near a line. One of them, at x = 9, is moved from 5.5 down to −20. "
        "Three lines are fitted: by squared error, by absolute error, by Huber's loss. What becomes of them?"
    ),
    {
        "a": Option(
            _("All three turn towards the point, the squared error's line least."),
            _("The square makes the one large error the most expensive of all, so that line moves most."),
        ),
        "b": Option(
            _("Squared error's line turns downhill; the other two hardly move."),
            _(
                "Each point pulls on a line with the slope of its loss. Only with the square does that pull grow with "
                "the error."
            ),
            right=True,
        ),
        "c": Option(
            _("None of them moves much: it is one point out of twelve."),
            _("Two of them behave like that. With the square, one point can outvote eleven."),
        ),
    },
)

SURE_AND_WRONG = Prediction(
    "sure_and_wrong",
    _(
        "A sigmoid unit gives the logit −8 to an example whose label is 1: sure, and wrong. Gradient descent moves the "
        "logit for 100 steps with learning rate 1. Where does it get with squared error, where with cross-entropy?"
    ),
    {
        "a": Option(
            _("Both get it above 0; squared error takes a little longer."),
            _("Squared error's gradient carries the sigmoid's slope, 0.0003 at −8: much more than a little."),
        ),
        "b": Option(
            _("Cross-entropy gets it above 0; with squared error it stays close to −8."),
            _(
                "The gradient of cross-entropy is p − y, nearly −1 here. Squared error multiplies it by p(1 − p), "
                "which is 0.0003."
            ),
            right=True,
        ),
        "c": Option(
            _("Neither moves it much: the sigmoid is flat at −8."),
            _("The sigmoid is flat there, and the logarithm is as steep as the sigmoid is flat: the two cancel."),
        ),
    },
)

PUSH_SUM = Prediction(
    "push_sum",
    _(
        "Softmax gives four classes the probabilities 0.6, 0.2, 0.1 and 0.1, and the third one is right. Which of the "
        "four logits does one step of gradient descent on the cross-entropy move?"
    ),
    {
        "a": Option(
            _("Only the third: it is raised."),
            _("The loss is logsumexp(z) − z₃, and all four logits stand in the first term."),
        ),
        "b": Option(
            _("All four: the third up, the others down; up and down together are 0."),
            _("The gradient is p − y: 0.6, 0.2, −0.9 and 0.1. It sums to 0."),
            right=True,
        ),
        "c": Option(
            _("The third and the first: the right one up, the favourite down."),
            _("The favourite is pushed most of the wrong ones, since it has most. The others have something too."),
        ),
    },
)

HONEST_REPORT = Prediction(
    "honest_report",
    _(
        "It rains on 70 % of such days, and a forecaster knows it. She pays |reported probability − what happened| for "
        "each day. Which report costs her least in the long run?"
    ),
    {
        "a": Option(
            _("0.7, the truth."),
            _("That costs 0.7 · 0.3 + 0.3 · 0.7 = 0.42 a day. Saying 1 costs 0.3 · 1 = 0.30."),
        ),
        "b": Option(
            _("1.0, as if she were certain."),
            _("The expected cost is a straight line in the report, so it is least at an end: 0.30 at 1, 0.42 at 0.7."),
            right=True,
        ),
        "c": Option(
            _("0.5, to be on the safe side."),
            _("That costs 0.5 whatever happens, which is more than both of the others."),
        ),
    },
)
