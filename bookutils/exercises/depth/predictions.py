"""The predictions of chapter 04."""

from __future__ import annotations

from bookutils.core.messages import _
from bookutils.judging.model import Option, Prediction

FIFTY_LAYERS = Prediction(
    "fifty_layers",
    _("Fifty layers of 100 ReLU units, all weights from N(0, 1). Numbers of size 1 go in. What comes out?"),
    {
        "a": Option(
            _("Numbers of size 1 or so: the weights have mean 0, so the sums cancel."),
            _("The mean of a sum stays 0. Its spread does not: a hundred terms of size 1 give about 10, not 1."),
        ),
        "b": Option(
            _("Numbers in the thousands."),
            _(
                "Each layer multiplies, and fifty factors are multiplied with each other. Seven to the fiftieth power "
                "is far beyond that."
            ),
        ),
        "c": Option(
            _("Numbers with more than forty digits, which do not fit into 32 bits."),
            _("Each layer multiplies the size by about 7, and 7⁵⁰ is about 10⁴². A float32 ends at 3.4 · 10³⁸."),
            right=True,
        ),
    },
)

EQUAL_START = Prediction(
    "equal_start",
    _(
        "A hidden layer of eight units begins with all weights equal to 0.25. "
        "After 500 steps of training, how many different units does it have?"
    ),
    {
        "a": Option(
            _("Eight: the data pull them apart."),
            _("The data reach all eight through the same weights, and give all eight the same gradient."),
        ),
        "b": Option(
            _("One, eight times."),
            _("Equal weights give equal outputs, equal outputs get equal gradients, equal gradients make equal steps."),
            right=True,
        ),
        "c": Option(
            _("None: with equal weights no gradient flows."),
            _("A gradient flows, and the units learn something. They all learn the same thing."),
        ),
    },
)

TANH_SCALE = Prediction(
    "tanh_scale",
    _("“Tanh reduces vanishing gradients.” Fifty tanh layers, weights from N(0, 1): what does the gradient do?"),
    {
        "a": Option(
            _("It vanishes: with such large weights nearly all units are saturated."),
            _(
                "They are, and their slopes are small. But each slope meets weights of size 1, a hundred of them. "
                "The product decides."
            ),
        ),
        "b": Option(
            _("It grows by many powers of ten."),
            _(
                "Few units have a slope to speak of, and those few meet weights so large that each layer makes the "
                "gradient larger."
            ),
            right=True,
        ),
        "c": Option(
            _("It keeps its size, as the sentence says."),
            _("It does so for one scale of the weights. This is not that scale."),
        ),
    },
)

RESIDUAL_ALONE = Prediction(
    "residual_alone",
    _("Each layer gets a shortcut: a + f(a W) instead of f(a W), with weights as He proposes. What do 50 layers do?"),
    {
        "a": Option(
            _("Nothing much: the shortcut hands everything on as it is."),
            _("It does, and the layer's own output is added on top. In each layer the sum outgrows what went in."),
        ),
        "b": Option(
            _("Activations and gradients grow by many powers of ten."),
            _(
                "The shortcut hands on all there is, and the branch adds at least as much again. Doubled fifty times "
                "is 10¹⁵, and here it is more than doubled."
            ),
            right=True,
        ),
        "c": Option(
            _("Gradients vanish as before."),
            _("They cannot: the shortcut passes the whole gradient back, and the branch adds to it."),
        ),
    },
)
