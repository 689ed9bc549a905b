"""Where a BERT encoder keeps its parameters, and where its arithmetic goes. Taught in chapter 10."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Sizes:
    """The numbers that decide what an encoder costs; the defaults are BERT-base, uncased.

    Parameters
    ----------
    layers, hidden : blocks, and the length of a token's vector
    inner : width in the middle of the feed-forward part; four times `hidden` when None
    vocabulary, positions, segments : rows of the three tables
    """

    layers: int = 12
    hidden: int = 768
    inner: int | None = None
    vocabulary: int = 30522
    positions: int = 512
    segments: int = 2

    @property
    def width(self) -> int:
        """Width in the middle of the feed-forward part."""
        return 4 * self.hidden if self.inner is None else self.inner


def parameter_parts(sizes: Sizes) -> dict[str, int]:
    """Count the parameters of an encoder, part by part.

    Returns
    -------
    dict: "embeddings" (three tables), "attention" and "feed_forward" of all blocks, "norms" (all layer normalisations)
    and "pooler". They add up to (V + P + S)·H + 2H + L·(12H² + 13H) + H² + H where the inner width is 4H.

    Notes
    -----
    The number of heads does not occur: heads share a matrix, however many they are. Taught in chapter 10.

    Examples
    --------
    >>> sum(parameter_parts(Sizes()).values())
    109482240
    """
    hidden, width, layers = sizes.hidden, sizes.width, sizes.layers
    return {
        "embeddings": (sizes.vocabulary + sizes.positions + sizes.segments) * hidden,
        "attention": layers * 4 * (hidden * hidden + hidden),
        "feed_forward": layers * (hidden * width + width + width * hidden + hidden),
        "norms": (2 * layers + 1) * 2 * hidden,
        "pooler": hidden * hidden + hidden,
    }


def flop_parts(sizes: Sizes, tokens: Any) -> dict[str, Any]:
    """Count the floating-point operations of one sequence on its way through all blocks, matrix products only.

    Parameters
    ----------
    tokens : length of the sequence, or an array of lengths

    Returns
    -------
    dict: "projections" (query, key, value and output), "mixing" (scores, and the weighted mean of the values; it alone
    grows with the square of the length) and "feed_forward"; each an int, or an array as `tokens` is

    Notes
    -----
    A product of an (a, b) and a (b, c) matrix takes a·b·c multiplications and as many additions: 2abc. Biases, softmax,
    GELU, normalisation and the look-up of the embeddings are left out; together they are small. Taught in chapter 10.

    Examples
    --------
    >>> flop_parts(Sizes(layers=1, hidden=4), tokens=3)
    {'projections': 384, 'mixing': 144, 'feed_forward': 768}
    """
    hidden, layers = sizes.hidden, sizes.layers
    return {
        "projections": layers * 4 * 2 * tokens * hidden * hidden,
        "mixing": layers * 2 * 2 * tokens * tokens * hidden,
        "feed_forward": layers * 2 * 2 * tokens * hidden * sizes.width,
    }


def count_block_flops(tokens: int, hidden: int, inner: int, num_heads: int) -> int:
    """Return the operations of one block's matrix products for one sequence.

    Notes
    -----
    The sum of `flop_parts` for one layer. Taught in chapter 10.
    """
    projections = 4 * tokens * hidden * hidden
    mixing = 2 * tokens * tokens * hidden
    feed_forward = 2 * tokens * hidden * inner
    return 2 * (projections + mixing + feed_forward)
