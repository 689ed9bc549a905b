"""The numbers that describe a BERT encoder."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bookutils.core.errors import DataError
from bookutils.core.messages import _
from bookutils.numerics.transformer.costs import Sizes, parameter_parts

# What Hugging Face's configurations call the two forms of GELU.
_GELU_NAMES = {"gelu": "erf", "gelu_new": "tanh", "gelu_pytorch_tanh": "tanh"}


@dataclass(frozen=True)
class BertConfig:
    """The architecture of a BERT encoder (Devlin et al. 2019); the defaults are BERT-base, uncased.

    Parameters
    ----------
    vocabulary_size : number of word pieces
    hidden_size : length of a token's vector
    num_layers, num_heads : encoder layers, and attention heads in each
    intermediate_size : width of the feed-forward block's inner layer
    max_positions : the longest sequence, in tokens
    num_segments : segment types, 2 for a pair of sentences
    gelu : "erf", the exact form x·Φ(x), or "tanh", its approximation; up to 4.7e-4 apart, so it belongs to the weights
    layer_norm_epsilon : added to the variance before its root is taken
    dropout : rate inside the encoder while training; 0 by default, which costs a small encoder no accuracy and
        makes a step faster

    Raises
    ------
    DataError
        When the numbers do not fit together.

    Notes
    -----
    Taught in chapter 11.

    Examples
    --------
    >>> BertConfig().parameter_count
    109482240
    """

    vocabulary_size: int = 30522
    hidden_size: int = 768
    num_layers: int = 12
    num_heads: int = 12
    intermediate_size: int = 3072
    max_positions: int = 512
    num_segments: int = 2
    gelu: str = "erf"
    layer_norm_epsilon: float = 1e-12
    dropout: float = 0.0

    def __post_init__(self) -> None:
        if self.hidden_size % self.num_heads:
            raise DataError(
                f"A hidden size of {self.hidden_size} cannot be split into {self.num_heads} equal heads.",
                "Choose a number of heads that divides it.",
            )
        if self.gelu not in {"erf", "tanh"}:
            raise DataError(f"The form of GELU is {self.gelu!r}.", 'Use "erf" or "tanh".')

    @property
    def head_size(self) -> int:
        """The length of a query, key or value vector of one head."""
        return self.hidden_size // self.num_heads

    @property
    def parameter_count(self) -> int:
        """How many numbers the encoder learns, its pooler included; see `parameter_parts`."""
        sizes = Sizes(
            self.num_layers,
            self.hidden_size,
            self.intermediate_size,
            self.vocabulary_size,
            self.max_positions,
            self.num_segments,
        )
        return sum(parameter_parts(sizes).values())

    def as_dict(self) -> dict[str, Any]:
        """Return the fields as plain data, ready for JSON."""
        return asdict(self)


def read_config(path: Path) -> BertConfig:
    """Read the ``config.json`` of a BERT model in Hugging Face's format.

    Its dropout rates belong to the pre-training and are left out: see `BertConfig`.

    Raises
    ------
    DataError
        When the file is no such configuration, or describes another architecture than BERT's.
    """
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        if raw.get("model_type", "bert") != "bert" or raw.get("position_embedding_type", "absolute") != "absolute":
            raise DataError(
                _("{path} describes a model of another kind than BERT.").format(path=path),
                _("Use a BERT encoder with absolute positions."),
            )
        return BertConfig(
            vocabulary_size=raw["vocab_size"],
            hidden_size=raw["hidden_size"],
            num_layers=raw["num_hidden_layers"],
            num_heads=raw["num_attention_heads"],
            intermediate_size=raw["intermediate_size"],
            max_positions=raw["max_position_embeddings"],
            num_segments=raw["type_vocab_size"],
            gelu=_GELU_NAMES.get(raw["hidden_act"], str(raw["hidden_act"])),
            layer_norm_epsilon=raw["layer_norm_eps"],
        )
    except (ValueError, TypeError, AttributeError) as error:
        raise DataError(
            _("{path} is no BERT configuration ({reason}).").format(path=path, reason=error), _("Fetch it again.")
        ) from error
    except KeyError as error:
        raise DataError(
            _("{path} does not say what {field} is.").format(path=path, field=error), _("Fetch it again.")
        ) from error
