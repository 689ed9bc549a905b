"""Optimizers to play with: a race over a surface, and batches at equal work. Taught in chapter 05.

Each function displays itself as the last expression of a cell. All numbers come from `bookutils.numerics`.
"""

from matplotlib.figure import Figure

from bookutils.core.messages import _
from bookutils.numerics.optimizers.experiments import train_with_batches
from bookutils.numerics.optimizers.paths import OPTIMIZERS, SURFACES, descend
from bookutils.plots.optimizers.paths import batch_ways, race
from bookutils.widgets.controls import ChoiceControl, Explorer, NumberControl

RACERS = ("sgd", "momentum", "adam")
ALL_EXAMPLES = 256


def explore_race(surface: str = "ravine", power: float = -1.5, momentum: float = 0.7, steps: int = 200) -> Explorer:
    """Choose a surface, drag the learning rate and the momentum, see who arrives.

    Parameters
    ----------
    surface : a name in `SURFACES`
    power : the learning rate as a power of ten, from −4 to 0.5
    momentum : of momentum, and β₁ of Adam; from 0 to 0.98
    steps : of each racer

    Returns
    -------
    Explorer, with the controls ``surface``, ``power`` and ``momentum``
    """

    def draw(surface: str, power: float, momentum: float) -> Figure:
        rate = 10**power
        paths = {OPTIMIZERS[name].label: descend(surface, name, rate, momentum, steps) for name in RACERS}
        return race(
            surface,
            paths,
            title=_("Learning rate {rate:.2g}, momentum {momentum:g}").format(rate=rate, momentum=momentum),
        )

    return Explorer(
        draw,
        {
            "surface": ChoiceControl(_("surface"), {name: one.label for name, one in SURFACES.items()}, surface),
            "power": NumberControl(_("rate: 10 to the"), power, -4.0, 0.5, 0.05),
            "momentum": NumberControl(_("momentum"), momentum, 0.0, 0.98, 0.02),
        },
    )


def explore_batches(power: int = 3, learning_rate: float = 0.1) -> Explorer:
    """Drag the batch size and the learning rate at equal numbers of examples, beside all examples a step.

    Parameters
    ----------
    power : the batch size is 2 to this power: 0 is one example, 8 all 256
    learning_rate : of gradient descent, from 0.02 to 2

    Returns
    -------
    Explorer, with the controls ``power`` and ``learning_rate``
    """

    def draw(power: float, learning_rate: float) -> Figure:
        size = 2 ** int(power)
        paths = {
            _("all {size} a step").format(size=ALL_EXAMPLES): train_with_batches(ALL_EXAMPLES, learning_rate),
            _("{size} a step").format(size=size): train_with_batches(size, learning_rate),
        }
        title = _("Batches of {size}, learning rate {rate:g}").format(size=size, rate=learning_rate)
        return batch_ways(dict(reversed(paths.items())), title=title)

    return Explorer(
        draw,
        {
            "power": NumberControl(_("batch: 2 to the"), power, 0, 8, 1, whole=True),
            "learning_rate": NumberControl(_("learning rate"), learning_rate, 0.02, 2.0, 0.02),
        },
    )
