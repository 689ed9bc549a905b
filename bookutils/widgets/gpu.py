"""A machine to play with: the roofline, and the memory of a training step. Taught in chapter 07.

Each function displays itself as the last expression of a cell. All numbers come from `bookutils.numerics`.
"""

from matplotlib.figure import Figure

from bookutils.core.messages import _
from bookutils.models.encoder.config import BertConfig
from bookutils.numerics.gpu.memory import MOMENTS, encoder_activations, step_memory
from bookutils.numerics.gpu.rates import Machine, find_machine
from bookutils.plots.gpu.memory import memory_bars
from bookutils.plots.gpu.rates import roofline_point
from bookutils.widgets.controls import ChoiceControl, Explorer, NumberControl

OWN = "own"
_BYTES = {"float32": 4, "float16": 2}
HEAD_SIZE = 64


def explore_roofline(
    machine: str = "T4",
    dtype: str = "float32",
    rows: int = 1,
    width: int = 1024,
    peak: float = 100.0,
    bandwidth: float = 20.0,
) -> Explorer:
    """Choose a machine and the sizes of a product, watch which limit holds it back.

    Parameters
    ----------
    machine : "T4", "A100", or "own", which takes `peak` and `bandwidth`
    dtype : "float32" or "float16"
    rows : of the left matrix, the examples of a batch, from 1 to 4096
    width : of the (width, width) right matrix, from 32 to 4096
    peak : of your own machine, in billion operations a second, for either format
    bandwidth : of your own machine, in GB/s

    Returns
    -------
    Explorer, with a control for each parameter
    """

    def draw(machine: str, dtype: str, rows: float, width: float, peak: float, bandwidth: float) -> Figure:
        if machine == OWN:
            chosen = Machine(_("your machine"), peak * 1e9, bandwidth * 1e9, 0.0, _("entered by hand"))
        else:
            chosen = find_machine(machine, dtype)
        return roofline_point(int(rows), int(width), int(width), _BYTES[dtype], chosen)

    machines = {"T4": "T4", "A100": "A100 40GB", OWN: _("my own, with the two numbers below")}
    return Explorer(
        draw,
        {
            "machine": ChoiceControl(_("machine"), machines, machine),
            "dtype": ChoiceControl(_("format"), {name: name for name in _BYTES}, dtype),
            "rows": NumberControl(_("examples (rows)"), rows, 1, 4096, 1, whole=True),
            "width": NumberControl(_("width of the layer"), width, 32, 4096, 32, whole=True),
            "peak": NumberControl(_("own peak, GFLOP/s"), peak, 10, 100_000, 10),
            "bandwidth": NumberControl(_("own bandwidth, GB/s"), bandwidth, 5, 2000, 1),
        },
    )


def explore_memory(
    batch: int = 32,
    tokens: int = 128,
    layers: int = 12,
    hidden: int = 768,
    optimizer: str = "adam",
    bits: int = 32,
    memory: float = 16.0,
) -> Explorer:
    """Choose an encoder, a batch, an optimizer and a format, watch whether a training step fits.

    Parameters
    ----------
    batch : examples, from 1 to 256
    tokens : of each example, from 16 to 512
    layers : of the encoder, from 2 to 24
    hidden : its width, a multiple of 64, from 128 to 1024; a head has 64 numbers
    optimizer : "sgd", "momentum" or "adam"
    bits : 32, or 16 for mixed precision
    memory : of the device, in GB, from 2 to 80

    Returns
    -------
    Explorer, with a control for each parameter
    """

    def draw(
        batch: float, tokens: float, layers: float, hidden: float, optimizer: str, bits: int, memory: float
    ) -> Figure:
        depth, width = int(layers), int(hidden)
        heads = width // HEAD_SIZE
        encoder = BertConfig(hidden_size=width, num_layers=depth, num_heads=heads, intermediate_size=4 * width)
        kept = encoder_activations(int(tokens), depth, width, heads)
        step = step_memory(encoder.parameter_count, kept, int(batch), optimizer=optimizer, bits=bits)
        return memory_bars({_("the step"): step}, memory * 1e9)

    optimizers = {"sgd": _("gradient descent"), "momentum": _("momentum"), "adam": "Adam"}
    return Explorer(
        draw,
        {
            "batch": NumberControl(_("batch"), batch, 1, 256, 1, whole=True),
            "tokens": NumberControl(_("tokens"), tokens, 16, 512, 16, whole=True),
            "layers": NumberControl(_("layers"), layers, 2, 24, 1, whole=True),
            "hidden": NumberControl(_("hidden size"), hidden, 128, 1024, 64, whole=True),
            "optimizer": ChoiceControl(_("optimizer"), {name: optimizers[name] for name in MOMENTS}, optimizer),
            "bits": ChoiceControl(_("precision"), {32: _("32 bits"), 16: _("mixed, 16 bits")}, bits),
            "memory": NumberControl(_("memory in GB"), memory, 2, 80, 1),
        },
    )
