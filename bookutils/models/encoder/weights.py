"""Puts published BERT weights into the encoder: every variable gets its tensor, every tensor its variable."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bookutils.core.errors import DataError
from bookutils.core.messages import _

if TYPE_CHECKING:
    from bookutils.models.encoder.config import BertConfig
    from bookutils.models.encoder.layers import BertEncoder

# Buffers without learnt content, and heads that belong to the pre-training.
_NOT_PART_OF_THE_ENCODER = re.compile(r"embeddings\.position_ids|cls\..*")


def read_safetensors(path: Path) -> dict[str, np.ndarray]:
    """Read a safetensors file: name -> array. Nothing in such a file can run code."""
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        return load_file(path)
    except (SafetensorError, OSError) as error:
        raise DataError(
            _("{path} cannot be read as weights ({reason}).").format(path=path, reason=error),
            _("Delete it; the next start fetches it again."),
        ) from error


def assign_weights(encoder: BertEncoder, tensors: Mapping[str, np.ndarray]) -> None:
    """Copy the tensors of a BERT model, named as Hugging Face names them, into the encoder's variables.

    Dense kernels are transposed (PyTorch stores ``(out, in)``, Keras ``(in, out)``); query, key and value are laid
    side by side, since the encoder computes them in one product.

    Raises
    ------
    DataError
        When a tensor is missing, left over or of another shape; nothing is assigned then.
    """
    encoder.build()
    given = {_plain_name(name): tensor for name, tensor in tensors.items()}
    given = {name: tensor for name, tensor in given.items() if not _NOT_PART_OF_THE_ENCODER.fullmatch(name)}
    plan = weight_plan(encoder.config)
    wanted = {name for names in plan.values() for name in names}
    _refuse(_("These weights are missing"), sorted(wanted - set(given)))
    _refuse(_("These weights have no place in the encoder"), sorted(set(given) - wanted))

    variables = {variable.path.removeprefix(f"{encoder.name}/"): variable for variable in encoder.weights}
    _refuse(_("The encoder has variables that no weights are planned for"), sorted(set(variables) ^ set(plan)))
    values = {path: _combine(path, [given[name] for name in names]) for path, names in plan.items()}
    _refuse(
        _("These weights have another shape than the encoder's variable"),
        [
            f"{path} {values[path].shape} ≠ {tuple(variable.shape)}"
            for path, variable in variables.items()
            if values[path].shape != tuple(variable.shape)
        ],
    )
    for path, variable in variables.items():
        variable.assign(values[path])


def weight_plan(config: BertConfig) -> dict[str, tuple[str, ...]]:
    """Return, for the path of each variable of the encoder, the names of the tensors that it is made of."""
    plan: dict[str, tuple[str, ...]] = {
        "embeddings/word/embeddings": ("embeddings.word_embeddings.weight",),
        "embeddings/position": ("embeddings.position_embeddings.weight",),
        "embeddings/segment": ("embeddings.token_type_embeddings.weight",),
        **_norm("embeddings/norm", "embeddings.LayerNorm"),
        **_dense("pooler", "pooler.dense"),
    }
    for index in range(config.num_layers):
        ours, theirs = f"layer_{index}", f"encoder.layer.{index}"
        attention = [f"{theirs}.attention.self.{part}" for part in ("query", "key", "value")]
        plan |= _dense(f"{ours}/query_key_value", *attention)
        plan |= _dense(f"{ours}/attention_output", f"{theirs}.attention.output.dense")
        plan |= _norm(f"{ours}/attention_norm", f"{theirs}.attention.output.LayerNorm")
        plan |= _dense(f"{ours}/intermediate", f"{theirs}.intermediate.dense")
        plan |= _dense(f"{ours}/output", f"{theirs}.output.dense")
        plan |= _norm(f"{ours}/output_norm", f"{theirs}.output.LayerNorm")
    return plan


def _dense(ours: str, *theirs: str) -> dict[str, tuple[str, ...]]:
    return {
        f"{ours}/kernel": tuple(f"{name}.weight" for name in theirs),
        f"{ours}/bias": tuple(f"{name}.bias" for name in theirs),
    }


def _norm(ours: str, theirs: str) -> dict[str, tuple[str, ...]]:
    return {f"{ours}/gamma": (f"{theirs}.weight",), f"{ours}/beta": (f"{theirs}.bias",)}


def _combine(path: str, parts: list[np.ndarray]) -> np.ndarray:
    if path.endswith("/kernel"):
        parts = [part.T for part in parts]
    return np.concatenate(parts, axis=-1) if len(parts) > 1 else parts[0]


def _plain_name(name: str) -> str:
    """Drop the prefix of a model with a head, and TensorFlow's older names of layer normalisation."""
    name = name.removeprefix("bert.")
    return name.replace("LayerNorm.gamma", "LayerNorm.weight").replace("LayerNorm.beta", "LayerNorm.bias")


def _refuse(what: str, names: list[str]) -> None:
    if names:
        more = _(" and {count} more").format(count=len(names) - 5) if len(names) > 5 else ""
        raise DataError(
            f"{what}: {', '.join(names[:5])}{more}.",
            _("Check that the weights and the configuration belong to the same model."),
        )
