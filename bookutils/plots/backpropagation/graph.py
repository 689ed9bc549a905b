"""Pictures of values going forward and gradients coming back: a graph, shapes, an order. Taught in chapter 03."""

from collections.abc import Mapping

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, Rectangle

from bookutils.core.messages import _, join_words
from bookutils.numerics.backpropagation.example import FORWARD, STEPS, HandedOn, Node, known_at, worked_example
from bookutils.plots.figure import BLUE, CARD, GRID, INK, ORANGE, QUIET, VERMILLION, minus, new_figure, set_alt, styled

_WIDTH, _HEIGHT = 11.0, 8.6  # of a box, on a sheet of 100 by 60
_PLACES = {
    "x₁": (6, 52),
    "w₁₁": (6, 41),
    "x₂": (6, 30),
    "w₂₁": (6, 19),
    "b₁": (6, 8),
    "z₁": (26, 30),
    "a": (43, 30),
    "w₂": (43, 48),
    "b₂": (43, 12),
    "z₂": (60, 30),
    "p": (77, 30),
    "ℓ": (94, 30),
    "y": (77, 12),
}


def _number(value: float) -> str:
    """Three digits at the most, and no minus before a zero that is one only almost."""
    return minus(f"{0.0 if abs(value) < 5e-10 else value:.3g}")


def _says(step: int, graph: Mapping[str, Node]) -> str:
    """What happens in a step, in one line."""
    value = {name: _number(node.value) for name, node in graph.items()}
    back = {name: _number(node.gradient) for name, node in graph.items()}
    positive = graph["y"].value == 1
    shut = graph["a"].slopes[0] == 0
    # As strings, so that a translator sees whole sentences.
    lines = (
        _("Before the first step: inputs, parameters, a label"),
        _("Forward: z₁ = w₁₁·x₁ + w₂₁·x₂ + b₁ = {z1}").format(z1=value["z₁"]),
        _("Forward: a = max(0, z₁) = {a}").format(a=value["a"]),
        _("Forward: z₂ = w₂·a + b₂ = {z2}").format(z2=value["z₂"]),
        _("Forward: p = σ(z₂) = {p}").format(p=value["p"]),
        (_("Forward: ℓ = −log p = {loss}") if positive else _("Forward: ℓ = −log(1 − p) = {loss}")).format(
            loss=value["ℓ"]
        ),
        (_("Backward: ∂ℓ/∂p = −1/p = {p}") if positive else _("Backward: ∂ℓ/∂p = 1/(1 − p) = {p}")).format(p=back["p"]),
        _("Backward: ∂ℓ/∂z₂ = {p} · p(1 − p) = p − y = {z2}").format(p=back["p"], z2=back["z₂"]),
        _("Backward: z₂ passes on {z2}, times w₂, times a, times 1").format(z2=back["z₂"]),
        (
            _("Backward: the ReLU is shut, so {a} · 0 = 0 goes on")
            if shut
            else _("Backward: the ReLU is open, so {a} · 1 goes on")
        ).format(a=back["a"]),
        _("Backward: z₁ passes on {z1}, times each parameter's other factor").format(z1=back["z₁"]),
    )
    return lines[step]


@styled
def computation_graph(step: int = STEPS, *, y: float = 1.0, b1: float = 0.1, w2: float = 2.0) -> Figure:
    """The worked example as a graph, after a number of steps forward and back.

    Parameters
    ----------
    step : 0 before anything; 1 to 5 forward; 6 to 10 back
    y, b1, w2 : of the example, see `worked_example`

    Returns
    -------
    Figure, with its alt text
    """
    graph = worked_example(y, b1, w2)
    values, gradients = known_at(step)
    now = FORWARD[step - 1] if 0 < step <= 5 else FORWARD[::-1][step - 6] if step else ""
    fig, (ax,) = new_figure(_says(step, graph), width=760, height=430)
    _sheet(ax, 100, 60)
    _draw_edges(ax, graph, step, now)
    for name, (across, up) in _PLACES.items():
        _draw_node(ax, graph[name], across, up, name in values, name in gradients and name != "y", name == now)
    ax.text(15, 56.2, _("values go forward →"), color=BLUE, fontsize=9)
    if gradients:
        ax.text(
            99, 56.2, _("← gradients of the loss come back; × is the slope"), color=VERMILLION, fontsize=9, ha="right"
        )
    return set_alt(fig, _graph_words(step, graph, values, gradients))


def _graph_words(step: int, graph: Mapping[str, Node], values: frozenset[str], gradients: frozenset[str]) -> str:
    text = _("Step {step} of {steps}, {says}. ").format(step=step, steps=STEPS, says=_says(step, graph))
    known = [f"{name} = {_number(graph[name].value)}" for name in _PLACES if name in values]
    text += _("Values: {known}.").format(known=join_words(known))
    if gradients:
        back = [f"{name} {_number(graph[name].gradient)}" for name in _PLACES if name in gradients and name != "y"]
        text += _(" Gradients: {back}.").format(back=join_words(back))
    return text


def _sheet(ax: Axes, width: float, height: float) -> None:
    ax.set_xlim(0, width)
    ax.set_ylim(0, height)
    ax.axis("off")


def _draw_edges(ax: Axes, graph: Mapping[str, Node], step: int, now: str) -> None:
    passed_back = set(FORWARD[::-1][: max(0, step - 5)])
    passed = set(FORWARD[:step])
    for name, node in graph.items():
        edges = [*zip(node.parents, node.slopes, strict=True), *([("y", 0.0)] if name == "ℓ" else [])]
        for parent, slope in edges:
            (x0, y0), (x1, y1) = _PLACES[parent], _PLACES[name]
            back = name in passed_back and parent != "y"
            start, end = (x0 + _WIDTH / 2, y0), (x1 - _WIDTH / 2, y1)
            colour = VERMILLION if back else BLUE if name in passed else GRID
            looks = {"arrowstyle": "-|>", "color": colour, "linewidth": 2.6 if name == now else 1.4, "shrinkA": 0}
            tip, tail = (start, end) if back else (end, start)  # an arrow points where the numbers go
            ax.annotate("", tip, tail, zorder=1, arrowprops={**looks, "shrinkB": 0, "mutation_scale": 11})
            if back:
                share = 0.45 if name == "z₁" else 0.5  # where five edges meet, there is no room for words
                across, up = (x0 + _WIDTH / 2 + share * (x1 - x0 - _WIDTH), y0 + share * (y1 - y0))
                above = 1.6 if y0 == y1 else 0.0
                ax.text(
                    across,
                    up + above,
                    f"×{_number(slope)}",
                    color=VERMILLION,
                    fontsize=8,
                    ha="center",
                    va="bottom" if above else "center",
                    backgroundcolor="none" if above else CARD,
                    bbox=None if above else {"facecolor": CARD, "edgecolor": "none", "pad": 0.8},
                )


def _draw_node(ax: Axes, node: Node, x: float, y: float, has_value: bool, has_gradient: bool, is_now: bool) -> None:
    ax.add_patch(
        FancyBboxPatch(
            (x - _WIDTH / 2 + 0.8, y - _HEIGHT / 2 + 0.8),
            _WIDTH - 1.6,
            _HEIGHT - 1.6,
            boxstyle="round,pad=0.8",
            facecolor="#fff3cd" if is_now else CARD,
            edgecolor=INK if node.parents else QUIET,
            linewidth=1.8 if is_now else 1.0,
            zorder=2,
        )
    )
    text = f"{node.name} = {_number(node.value)}" if has_value else node.name
    up = 1.7 if has_gradient else 0.0
    ax.text(x, y + up, text, ha="center", va="center", fontsize=9.5, color=BLUE if has_value else QUIET, zorder=3)
    if has_gradient:
        ax.text(
            x,
            y - 2.0,
            f"← {_number(node.gradient)}",
            ha="center",
            va="center",
            fontsize=9.5,
            color=VERMILLION,
            fontweight="bold",
            zorder=3,
        )


@styled
def shapes_of_backward(batch: int = 5, inputs: int = 3, units: int = 4) -> Figure:
    """The two products of a layer's way back, drawn to scale.

    Parameters
    ----------
    batch, inputs, units : sizes of the layer and its batch

    Returns
    -------
    Figure, with its alt text
    """
    fig, (ax,) = new_figure(_("In each product the inner sides meet and vanish"), height=400)
    _sheet(ax, 21, 13.5)
    ax.set_aspect("equal")
    names = {"batch": batch, "inputs": inputs, "units": units}
    rows = (
        (10.0, (_("xᵀ"), "inputs", "batch"), (_("upstream"), "batch", "units"), (_("∂ℒ/∂W"), "inputs", "units")),
        (3.0, (_("upstream"), "batch", "units"), (_("Wᵀ"), "units", "inputs"), (_("∂ℒ/∂x"), "batch", "inputs")),
    )
    words = []
    for middle, one, other, result in rows:
        left = 1.6
        for (name, high, wide), sign in ((one, "·"), (other, "="), (result, "")):
            is_result = sign == ""
            inner = (high if name == other[0] else wide) if not is_result else ""
            _matrix(ax, left, middle, names[wide], names[high], name, (high, wide), is_result, inner)
            left += names[wide] + 2.4
            ax.text(left - 1.75, middle, sign, fontsize=16, ha="center", va="center")
        words.append(
            _("{one} ({a}, {b}) times {other} ({b}, {c}) gives {result} ({a}, {c})").format(
                one=one[0], other=other[0], result=result[0], a=one[1], b=one[2], c=other[2]
            )
        )
    return set_alt(
        fig, _("The inner sides of each product are equal and vanish. {words}.").format(words="; ".join(words))
    )


def _matrix(
    ax: Axes,
    left: float,
    middle: float,
    wide: int,
    high: int,
    name: str,
    sides: tuple[str, str],
    is_result: bool,
    inner: str,
) -> None:
    bottom = middle - high / 2
    face = "#ffe3d3" if is_result else "#dcebf5"
    ax.add_patch(Rectangle((left, bottom), wide, high, facecolor=face, edgecolor=INK, linewidth=1.2))
    for k in range(1, wide):
        ax.plot([left + k, left + k], [bottom, bottom + high], color=CARD, linewidth=0.8)
    for k in range(1, high):
        ax.plot([left, left + wide], [bottom + k, bottom + k], color=CARD, linewidth=0.8)
    ax.text(left + wide / 2, middle, name, ha="center", va="center", fontsize=11, fontweight="bold")
    for text, x, y, angle in (
        (sides[0], left - 0.15, middle, 90),
        (sides[1], left + wide / 2, bottom + high + 0.15, 0),
    ):
        strong = text == inner
        ax.text(
            x,
            y,
            text,
            rotation=angle,
            fontsize=8,
            color=VERMILLION if strong else QUIET,
            fontweight="bold" if strong else "normal",
            ha="right" if angle else "center",
            va="center" if angle else "bottom",
        )


_ORDER_PLACES = {"x": (0.0, 0.0), "u": (1.35, -1.0), "v": (1.65, 1.0), "ℓ": (3.0, 0.0)}


@styled
def two_orders(right: HandedOn, wrong: HandedOn) -> Figure:
    """The same graph, gone back through in two orders.

    Parameters
    ----------
    right, wrong : from `hand_on`

    Returns
    -------
    Figure, with its alt text
    """
    title = _("A value that passes on too early loses what arrives later")
    fig, axes = new_figure(title, columns=2, width=720, height=330)
    words = []
    for ax, way, label in zip(axes, (right, wrong), (_("u waits for v"), _("u goes first")), strict=True):
        ax.axis("off")
        ax.set_xlim(-0.45, 3.45)
        ax.set_ylim(-1.55, 1.5)
        ax.set_title(f"{label}: {' → '.join(way.order)}")
        _draw_order(ax, way)
        words.append(
            _("In the order {order}, x gets {gradient}, of which {through} came through u").format(
                order=", ".join(way.order), gradient=_number(way.gradients["x"]), through=_number(way.sent["u", "x"])
            )
        )
    return set_alt(fig, _("{words}. The graph is u = x·x, v = u + x, ℓ = u·v at x = 3.").format(words="; ".join(words)))


def _draw_order(ax: Axes, way: HandedOn) -> None:
    turn = {name: number for number, name in enumerate(way.order, 1)}
    for (start, end), amount in way.sent.items():
        (x0, y0), (x1, y1) = _ORDER_PLACES[start], _ORDER_PLACES[end]
        stuck = end in turn and turn[end] < turn[start]
        colour = ORANGE if stuck else VERMILLION
        ax.annotate(
            "",
            (x1, y1),
            (x0, y0),
            zorder=1,
            arrowprops={
                "arrowstyle": "-|>",
                "color": colour,
                "linewidth": 1.8,
                "shrinkA": 17,
                "shrinkB": 17,
                "linestyle": "--" if stuck else "-",
            },
        )
        text = _("{amount}, too late").format(amount=_number(amount)) if stuck else _number(amount)
        ax.text(
            (x0 + x1) / 2,
            (y0 + y1) / 2,
            text,
            ha="center",
            va="center",
            fontsize=9,
            color=INK,
            bbox={"facecolor": CARD, "edgecolor": "none", "pad": 1.0},
        )
    for name, (x, y) in _ORDER_PLACES.items():
        ax.plot(x, y, "o", markersize=30, markerfacecolor="#dcebf5", markeredgecolor=INK, markeredgewidth=1.0, zorder=2)
        ax.text(x, y, f"{name}\n{_number(way.gradients[name])}", ha="center", va="center", fontsize=9, zorder=3)
        if name in turn:
            ax.text(
                x,
                y + (0.33 if y >= 0 else -0.36),
                _("turn {n}").format(n=turn[name]),
                fontsize=8,
                color=QUIET,
                ha="center",
                va="bottom" if y >= 0 else "top",
            )
