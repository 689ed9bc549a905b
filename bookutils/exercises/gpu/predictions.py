"""The predictions of chapter 07."""

from __future__ import annotations

from bookutils.core.messages import _
from bookutils.judging.model import Option, Prediction

SMI_VERSION = Prediction(
    "smi_version",
    _("`nvidia-smi` prints “CUDA Version: 12.4”. What is known then about the CUDA libraries on this machine?"),
    {
        "a": Option(
            _("CUDA 12.4 is installed."),
            _("nvidia-smi comes with the driver and looks at no library. The table reads the same with none at all."),
        ),
        "b": Option(
            _("Nothing. The driver could serve libraries up to 12.4."),
            _("The driver states the newest CUDA that it understands. Which libraries are there is for pip to say."),
            right=True,
        ),
        "c": Option(
            _("CUDA 12.4 must be installed, or TensorFlow will not start."),
            _(
                "TensorFlow brings libraries of its own version with `[and-cuda]`; the driver has to be new enough for "
                "them, not equal."
            ),
        ),
    },
)

ORDERED_WORK = Prediction(
    "ordered_work",
    _(
        "A product needs 500 µs on a device, and giving the order takes 10 µs. You read the clock, order one product, "
        "and read the clock again. What do you measure?"
    ),
    {
        "a": Option(
            _("About 500 µs."),
            _("That would be so if the call waited. It returns as soon as the order is given."),
        ),
        "b": Option(
            _("About 10 µs."),
            _("The call returns when the order is given; the device works on while you read the clock."),
            right=True,
        ),
        "c": Option(
            _("About 510 µs."),
            _("Both times would add up if the device began only after the call, and the call waited for it."),
        ),
    },
)

BATCH_TIME = Prediction(
    "batch_time",
    _("A dense layer of 1,024 by 1,024 on a T4, in float32. One example takes a certain time. How long do 32 take?"),
    {
        "a": Option(
            _("32 times as long: there is 32 times as much to compute."),
            _("There is 32 times as much to compute, and the arithmetic was hardly busy with one example."),
        ),
        "b": Option(
            _("About twice as long."),
            _("The weights are the bulk of what travels, and they travel once for the whole batch."),
        ),
        "c": Option(
            _("Nearly as long as one."),
            _("Both times are the overhead and the time for the weights to travel; the rest happens meanwhile."),
            right=True,
        ),
    },
)

HALF_UPDATE = Prediction(
    "half_update",
    _("A weight of 1.0 is kept in float16. A thousand steps each add 0.0004 to it. What is it afterwards?"),
    {
        "a": Option(
            _("1.4, give or take a rounding."),
            _("Each sum is rounded before the next begins, and each one is rounded to the same number."),
        ),
        "b": Option(
            _("Exactly 1.0."),
            _("Beside 1 the next float16 is 0.00098 away. Less than half of that is rounded off, in each step."),
            right=True,
        ),
        "c": Option(
            _("More than 1.4: rounding adds up."),
            _("Rounding goes to the nearest number, and here the nearest is the old one."),
        ),
    },
)
