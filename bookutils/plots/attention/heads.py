"""Pictures of attention: queries and keys in a plane, sizes, masks, maps of a whole encoder. Taught in chapter 09."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import PowerNorm
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike

from bookutils.core.messages import _
from bookutils.numerics.attention.experiments import (
    ScoreStatistics,
    largest_slope,
    layer_flops,
    random_scores,
)
from bookutils.numerics.attention.heads import attention_weights, weights_entropy
from bookutils.numerics.losses.classification import softmax
from bookutils.plots.figure import (
    BLUE,
    GREEN,
    INK,
    PALETTE,
    QUIET,
    VERMILLION,
    line_look,
    minus,
    new_figure,
    set_alt,
    styled,
)

_WAYS = {"none": _("not divided"), "root": _("divided by √d"), "size": _("divided by d")}
_MAP = "Blues"


def _arrow(ax: Axes, end: np.ndarray, color: str, width: float = 2.0) -> None:
    look = {"arrowstyle": "-|>", "color": color, "lw": width, "shrinkA": 0, "shrinkB": 0}
    ax.annotate("", (float(end[0]), float(end[1])), (0, 0), arrowprops=look)


def _plane(ax: Axes, reach: float) -> None:
    ax.set_xlim(-reach, reach)
    ax.set_ylim(-reach, reach)
    ax.set_aspect("equal")
    ax.set_xticks([])
    ax.set_yticks([])
    ax.axhline(0, color=QUIET, linewidth=0.6)
    ax.axvline(0, color=QUIET, linewidth=0.6)


@styled
def query_and_keys(
    query: ArrayLike, keys: ArrayLike, values: ArrayLike, names: Sequence[str] = ("A", "B", "C")
) -> Figure:
    """A query among keys, the weights that it gives them, and where the weighted mean of the values lies.

    Parameters
    ----------
    query : array ``(2,)``
    keys, values : arrays ``(keys, 2)``
    names : of the keys
    """
    query, keys, values = (np.asarray(x, dtype=float) for x in (query, keys, values))
    weights = attention_weights(query[np.newaxis], keys)[0]
    mean = weights @ values
    best = int(weights.argmax())
    fig, (left, middle, right) = new_figure(
        _("{share:.0%} of the attention goes to {name}").format(share=weights[best], name=names[best]),
        columns=3,
        width=760,
        height=310,
        width_ratios=[5, 3, 5],
    )
    _plane(left, 5.0)
    left.set_title(_("query and keys"))
    _arrow(left, query, INK, 2.6)
    length = float(np.hypot(*query))
    away = query / length if length > 0 else np.array([0.0, 1.0])
    x, y = query + 0.6 * away
    left.text(x, y, _("query"), fontweight="bold", ha="center", va="center")
    for number, (name, key) in enumerate(zip(names, keys, strict=True)):
        _arrow(left, key, PALETTE[number])
        aside = np.array([-key[1], key[0]]) / max(float(np.hypot(*key)), 1e-9)
        x, y = 0.5 * key + 0.45 * aside
        left.text(x, y, name, ha="center", va="center")
    middle.bar(range(len(names)), weights, color=PALETTE[: len(names)])
    middle.set_xticks(range(len(names)), names)
    middle.set_ylim(0, 1.12)
    middle.set_yticks([0, 0.5, 1])
    middle.grid(visible=False, axis="x")
    middle.set_title(_("weights"))
    for number, weight in enumerate(weights):
        middle.text(number, weight + 0.02, f"{weight:.2f}", ha="center", fontsize=9)
    _plane(right, 1.6)
    right.set_title(_("values and their mean"))
    ring = np.append(np.arange(len(names)), 0)
    right.plot(*values[ring].T, color=QUIET, linewidth=1, linestyle=":")
    for number, (name, value) in enumerate(zip(names, values, strict=True)):
        right.scatter(value[0], value[1], s=40 + 400 * weights[number], color=PALETTE[number])
        right.annotate(name, value, (0, 15), textcoords="offset points", ha="center")
    right.scatter(mean[0], mean[1], marker="*", s=190, color=INK, zorder=5)
    told = ", ".join(
        _("{name} {weight:.2f}").format(name=name, weight=weight) for name, weight in zip(names, weights, strict=True)
    )
    text = _(
        "The weights are {told}. The query is ({qx:.2f}, {qy:.2f}); the star, the mean of the values, lies at "
        "({x:.2f}, {y:.2f}), inside the triangle of the values."
    ).format(told=told, qx=query[0], qy=query[1], x=mean[0], y=mean[1])
    return set_alt(fig, minus(text))


@styled
def sizes_compared(statistics: Mapping[str, ScoreStatistics]) -> Figure:
    """What the length of the vectors does to scores, weights and slopes, with the root and without.

    Parameters
    ----------
    statistics : "none", "root" or "size" → what was measured
    """
    fig, axes = new_figure(
        _("Without the root, nearly all weight falls on one key, and slopes shrink"),
        columns=3,
        width=760,
        height=330,
    )
    panels = (
        ("variance", _("variance of the scores")),
        ("largest", _("largest weight")),
        ("slope", _("largest slope of a weight")),
    )
    for ax, (field, title) in zip(axes, panels, strict=True):
        for number, (way, measured) in enumerate(statistics.items()):
            ax.plot(
                measured.sizes,
                getattr(measured, field),
                marker="o",
                markersize=4,
                label=_WAYS[way],
                **line_look(number),
            )
        ax.set_xscale("log", base=2)
        ax.set_xticks([1, 16, 256], ["1", "16", "256"])
        ax.minorticks_off()
        ax.set_title(title)
        ax.set_xlabel(_("size d of a query and a key"))
    axes[0].set_yscale("log", base=10)
    axes[1].set_ylim(0, 1)
    axes[2].set_ylim(0, None)
    fig.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=len(statistics))
    told = [
        _(
            "{way}: at d = {size} variance {variance:.3g}, largest weight {largest:.2f}, largest slope {slope:.2f}"
        ).format(way=_WAYS[way], size=m.sizes[-1], variance=m.variance[-1], largest=m.largest[-1], slope=m.slope[-1])
        for way, m in statistics.items()
    ]
    return set_alt(fig, _("Three curves against the size of the vectors. {told}.").format(told="; ".join(told)))


@styled
def one_draw(size: int, divide_by: str = "root", queries: int = 12, keys: int = 16) -> Figure:
    """Weights of some random queries among random keys of one size: the picture of the widget `explore_size`.

    Parameters
    ----------
    size : of queries and keys
    divide_by : "none", "root" or "size"
    """
    scores = random_scores(size, divide_by, queries=200, keys=keys)
    weights = softmax(scores)
    largest = float(weights.max(axis=-1).mean())
    slope = float(largest_slope(weights).mean())
    fig, (left, right) = new_figure(
        _("d = {size}, {way}: the largest weight is {largest:.2f} on average").format(
            size=size, way=_WAYS[divide_by], largest=largest
        ),
        columns=2,
        width=720,
        height=320,
    )
    left.hist(np.clip(scores.ravel(), -60, 60), bins=np.linspace(-60, 60, 61).tolist(), color=BLUE)
    left.set_title(_("scores, standard deviation {std:.2f}").format(std=scores.std()))
    left.set_yticks([])
    left.set_xlabel(_("score"))
    right.imshow(weights[:queries], cmap=_MAP, vmin=0, vmax=1, aspect="auto")
    right.set_title(_("weights of {count} queries").format(count=queries))
    right.set_xlabel(_("key"))
    right.set_ylabel(_("query"))
    right.set_xticks([])
    right.set_yticks([])
    right.grid(visible=False)
    text = _(
        "For d = {size}, {way}, the largest of {keys} weights is {largest:.2f} on average, and the largest "
        "slope of a weight {slope:.2f}. The scores have a standard deviation of {std:.2f}."
    ).format(size=size, way=_WAYS[divide_by], keys=keys, largest=largest, slope=slope, std=scores.std())
    return set_alt(fig, text)


@styled
def masks_compared(maps: Mapping[str, ArrayLike], pieces: Sequence[str]) -> Figure:
    """Tables of weights under different masks, with the sum of each row beside it.

    Parameters
    ----------
    maps : name → array ``(tokens, tokens)``
    pieces : the tokens
    """
    fig, axes = new_figure(
        _("Masked too late, the rows no longer add up to 1"), columns=len(maps), width=760, height=320
    )
    told = []
    for ax, (name, weights) in zip(axes, maps.items(), strict=True):
        table = np.asarray(weights)
        ax.imshow(table, cmap=_MAP, vmin=0, vmax=1)
        ax.set_title(name)
        ax.grid(visible=False)
        ax.set_xticks(range(len(pieces)), pieces, rotation=60, ha="right", rotation_mode="anchor", fontsize=8)
        ax.set_yticks(range(len(pieces)), pieces if ax is axes[0] else [], fontsize=8)
        for row, total in enumerate(table.sum(axis=-1)):
            ax.text(
                len(pieces) - 0.35,
                row,
                f"{total:.2f}",
                va="center",
                fontsize=8,
                color=INK if abs(total - 1) < 0.005 else VERMILLION,
            )
        told.append(
            _("{name}: rows add up to between {low:.2f} and {high:.2f}").format(
                name=name, low=table.sum(-1).min(), high=table.sum(-1).max()
            )
        )
    return set_alt(fig, _("Tables of weights, a row for each query. {told}.").format(told="; ".join(told)))


@styled
def attention_map(pieces: Sequence[str], weights: ArrayLike, layer: int, head: int) -> Figure:
    """The weights of one head: a row for each query, a column for each key.

    Parameters
    ----------
    pieces : the tokens
    weights : array ``(tokens, tokens)``
    layer, head : counted from 1, for the title
    """
    table = np.asarray(weights, dtype=float)
    count = len(pieces)
    mean = table.mean(axis=0)
    top = int(mean.argmax())
    fig, (ax,) = new_figure(
        _("Layer {layer}, head {head}: “{piece}” gets {share:.0%} of all attention").format(
            layer=layer, head=head, piece=pieces[top], share=mean[top]
        ),
        width=620,
        height=min(170 + 22 * count, 620),
    )
    ax.imshow(table, cmap=_MAP, vmin=0, vmax=1, aspect="auto")
    ax.grid(visible=False)
    size = 10 if count < 18 else 7
    ax.set_xticks(range(count), pieces, rotation=60, ha="right", rotation_mode="anchor", fontsize=size)
    ax.set_yticks(range(count), pieces, fontsize=size)
    ax.set_xlabel(_("is looked at (key)"))
    ax.set_ylabel(_("looks (query)"))
    if count <= 16:
        for row, column in zip(*np.where(table >= 0.1), strict=True):
            value = table[row, column]
            ax.text(
                column,
                row,
                f"{value:.1f}".removeprefix("0"),
                ha="center",
                va="center",
                fontsize=8,
                color="white" if value > 0.55 else INK,
            )
    told = ", ".join(
        _("“{query}” at “{key}” {share:.2f}").format(query=piece, key=pieces[int(row.argmax())], share=row.max())
        for piece, row in zip(pieces, table, strict=True)
    )
    text = _(
        "In layer {layer}, head {head}, “{piece}” gets {share:.0%} of all attention. Each token looks most at: {told}."
    )
    return set_alt(fig, text.format(layer=layer, head=head, piece=pieces[top], share=mean[top], told=told))


@styled
def all_heads(pieces: Sequence[str], maps: ArrayLike) -> Figure:
    """A small table for every head of every layer.

    Parameters
    ----------
    pieces : the tokens
    maps : array ``(layers, heads, tokens, tokens)``
    """
    maps = np.asarray(maps, dtype=float)
    layers, heads, count, _keys = maps.shape
    gap = 1.5
    fig, (ax,) = new_figure(
        _("{share:.0%} of all attention of {count} heads goes to {piece}").format(
            share=float(maps[..., 0].mean()), count=layers * heads, piece=pieces[0]
        ),
        width=800,
        height=130 + int(640 * layers / heads),
    )
    step = count + gap
    for layer in range(layers):
        for head in range(heads):
            x, y = head * step, layer * step
            image = ax.imshow(
                maps[layer, head], cmap=_MAP, norm=PowerNorm(0.5, 0, 1), extent=(x, x + count, y + count, y)
            )
            ax.add_patch(Rectangle((x, y), count, count, fill=False, edgecolor=QUIET, linewidth=0.5))
    ax.set_xlim(-0.5, heads * step - gap + 0.5)
    ax.set_ylim(layers * step - gap + 0.5, -0.5)
    ax.set_xticks(np.arange(heads) * step + count / 2, [str(head + 1) for head in range(heads)])
    ax.set_yticks(np.arange(layers) * step + count / 2, [str(layer + 1) for layer in range(layers)])
    ax.set_xlabel(_("head (within a table: a column for each token that is looked at)"))
    ax.set_ylabel(_("layer (within a table: a row for each token that looks)"), fontsize=9)
    bar = fig.colorbar(image, ax=ax, shrink=0.8, pad=0.01, ticks=[0, 0.05, 0.2, 0.5, 1])
    bar.set_label(_("weight (root scale)"))
    bar.outline.set_visible(False)
    ax.grid(visible=False)
    for spine in ax.spines.values():
        spine.set_visible(False)
    ax.tick_params(length=0)
    sheet = weights_entropy(maps).mean(axis=-1) / np.log(count)
    narrow, broad = (np.unravel_index(find(sheet), sheet.shape) for find in (np.argmin, np.argmax))
    first = float(maps[..., 0].mean())
    text = _(
        "On average {first:.0%} of the attention goes to the first token, {piece}: a dark left edge in most of the "
        "small tables, {layers} rows of {heads}, one for each head, for a sentence of {count} tokens. The narrowest "
        "is layer {nl}, head {nh}, with {ne:.0%} of the largest entropy; the broadest layer {bl}, head {bh}, with "
        "{be:.0%}."
    ).format(
        layers=layers,
        heads=heads,
        count=count,
        nl=narrow[0] + 1,
        nh=narrow[1] + 1,
        ne=sheet[narrow],
        bl=broad[0] + 1,
        bh=broad[1] + 1,
        be=sheet[broad],
        first=first,
        piece=pieces[0],
    )
    return set_alt(fig, text)


@styled
def cost_curves(hidden: int = 384, longest: int = 100_000) -> Figure:
    """FLOPs of one block against the length: the part that grows with T, and the part that grows with T².

    Parameters
    ----------
    hidden : length of a token's vector
    longest : number of tokens at the right end
    """
    tokens = np.geomspace(16, longest, 60)
    linear, square = layer_flops(tokens, hidden)
    crossing = 6 * hidden
    fig, (ax,) = new_figure(
        _("Beyond {tokens:,} tokens, comparing pairs costs more than all the rest").format(tokens=crossing), height=330
    )
    ax.loglog(tokens, linear, label=_("projections and feed-forward: 24·T·H²"), **line_look(0))
    ax.loglog(tokens, square, label=_("scores and mixing: 4·T²·H"), **line_look(1))
    ax.axvline(crossing, color=QUIET, linewidth=1, linestyle=":")
    ax.text(crossing * 1.1, square[0], f"T = 6·H = {crossing:,}", ha="left", va="bottom", fontsize=9)
    ax.axvline(128, color=GREEN, linewidth=1, linestyle=":")
    ax.text(128 * 1.1, square[0], _("128 tokens"), ha="left", va="bottom", fontsize=9)
    ax.set_xlabel(_("tokens T"))
    ax.set_ylabel(_("FLOPs of one block"))
    ax.legend(loc="upper left")
    at = layer_flops(128, hidden)
    text = _(
        "Two straight lines on logarithmic axes, for H = {hidden}. They cross at {crossing:,} tokens. At 128 tokens "
        "the quadratic part is {share:.0%} of the whole, at {longest:,} tokens {end:.0%}."
    ).format(
        hidden=hidden,
        crossing=crossing,
        share=float(at[1] / (at[0] + at[1])),
        longest=longest,
        end=float(square[-1] / (square[-1] + linear[-1])),
    )
    return set_alt(fig, text)
