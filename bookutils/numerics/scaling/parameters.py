"""Parameters counted from a configuration: where the millions and billions of a transformer sit. Arithmetic only."""

from __future__ import annotations

from dataclasses import dataclass

from bookutils.core.errors import UsageError
from bookutils.core.messages import _


@dataclass(frozen=True)
class Architecture:
    """The numbers that decide how many parameters a transformer has.

    Parameters
    ----------
    name : what it is called
    vocabulary, hidden, layers, heads : word pieces, width, depth, attention heads in a layer
    positions, segments : rows of the two small embedding tables; 0 segments where there is no such table
    kind : "bert" has a LayerNorm on its embeddings; "gpt" has one at its end
    pooler : whether one more dense layer reads the first token
    source : where the published count stands

    Notes
    -----
    The feed-forward layer is 4 · hidden wide in all of them. Heads share the width, so their number changes nothing.
    Taught in chapter 15.
    """

    name: str
    vocabulary: int
    hidden: int
    layers: int
    heads: int
    positions: int = 512
    segments: int = 2
    kind: str = "bert"
    pooler: bool = True
    source: str = ""

    def __post_init__(self) -> None:
        if min(self.vocabulary, self.hidden, self.layers, self.heads, self.positions) < 1 or self.segments < 0:
            raise UsageError(
                _("A transformer cannot have a size below 1."), _("Give whole numbers from 1 on; segments may be 0.")
            )


def bert_params(vocabulary: int, hidden: int, layers: int, heads: int) -> int:
    """Count the parameters of a BERT encoder, its pooler included.

    Parameters
    ----------
    vocabulary : word pieces
    hidden : length of a token's vector
    layers : encoder layers
    heads : attention heads in each layer; they share the width

    Returns
    -------
    int

    Notes
    -----
    (V + 512 + 2)·H + 2H for the embeddings and their LayerNorm; L times 4(H² + H) + 2H for attention and
    (4H² + 4H) + (4H² + H) + 2H for the feed-forward part; H² + H for the pooler (Devlin et al. 2019, section 3).
    Taught in chapter 15.

    Examples
    --------
    >>> bert_params(30522, 768, 12, 12)
    109482240
    """
    norm = 2 * hidden
    embeddings = (vocabulary + 512 + 2) * hidden + norm
    attention = 4 * (hidden * hidden + hidden) + norm
    feed_forward = (hidden * 4 * hidden + 4 * hidden) + (4 * hidden * hidden + hidden) + norm
    pooler = hidden * hidden + hidden
    return embeddings + layers * (attention + feed_forward) + pooler


def parameter_parts(a: Architecture) -> dict[str, int]:
    """Return where the parameters sit: part -> count; the parts add up to all of them.

    Notes
    -----
    Without an output layer of its own: GPT's shares the table of its word pieces. Taught in chapter 15.

    Examples
    --------
    >>> sum(parameter_parts(ARCHITECTURES["GPT-3"]).values())
    174604259328
    """
    h = a.hidden
    parts = {
        "word pieces": a.vocabulary * h,
        "positions and segments": (a.positions + a.segments) * h,
        "attention": a.layers * 4 * h * h,
        "feed-forward": a.layers * 8 * h * h,
        "biases and norms": a.layers * (4 * h + 5 * h + 4 * h) + 2 * h,
        "pooler": h * h + h if a.pooler else 0,
    }
    return {name: count for name, count in parts.items() if count}


def count_parameters(a: Architecture) -> int:
    """Return how many numbers an architecture learns; see `parameter_parts`.

    >>> count_parameters(ARCHITECTURES["BERT-tiny"])
    4385920
    """
    return sum(parameter_parts(a).values())


_KERAS = "keras-hub, bert_presets.py"
_UNCASED, _CASED = 30522, 28996


def _gpt(name: str, hidden: int, layers: int, heads: int, positions: int = 2048) -> Architecture:
    source = "Radford et al. 2019" if positions == 1024 else "Brown et al. 2020, tables 2.1 and D.1"
    return Architecture(name, 50257, hidden, layers, heads, positions, 0, "gpt", False, source)


ARCHITECTURES = {
    a.name: a
    for a in (
        Architecture("BERT-tiny", _UNCASED, 128, 2, 2, source=_KERAS),
        Architecture("BERT-mini", _UNCASED, 256, 4, 4, source=_KERAS),
        Architecture("MiniLM-L6", _UNCASED, 384, 6, 12, source="its own config.json"),
        Architecture("BERT-small", _UNCASED, 512, 4, 8, source=_KERAS),
        Architecture("MiniLM-L12", _UNCASED, 384, 12, 12, source="its own config.json"),
        Architecture("BERT-medium", _UNCASED, 512, 8, 8, source=_KERAS),
        Architecture("DistilBERT", _UNCASED, 768, 6, 12, 512, 0, pooler=False, source="Sanh et al. 2019"),
        Architecture("BERT-base, Chinese", 21128, 768, 12, 12, source=_KERAS),
        Architecture("BERT-base, cased", _CASED, 768, 12, 12, source=_KERAS),
        Architecture("BERT-base", _UNCASED, 768, 12, 12, source=_KERAS),
        Architecture("BERT-base, multilingual", 119547, 768, 12, 12, source=_KERAS),
        _gpt("GPT-2 small", 768, 12, 12, 1024),
        _gpt("GPT-3 small", 768, 12, 12),
        Architecture("BERT-large, cased", _CASED, 1024, 24, 16, source=_KERAS),
        Architecture("BERT-large", _UNCASED, 1024, 24, 16, source=_KERAS),
        _gpt("GPT-3 2.7B", 2560, 32, 32),
        _gpt("GPT-3 13B", 5120, 40, 40),
        _gpt("GPT-3", 12288, 96, 96),
    )
}
