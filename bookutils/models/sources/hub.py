"""A BERT encoder from TensorFlow Hub, or from any SavedModel with its signature, as a Keras 3 layer that trains.

``hub.KerasLayer`` belongs to Keras 2. Inside a Keras 3 model it either fails or, worse, runs and silently trains
nothing. Here each ``tf.Variable`` of the module becomes a Keras variable over the same memory. Taught in chapter 11.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from bookutils.core.errors import BookError, DataError, MissingPartError, ShapeError
from bookutils.core.messages import _, join_words
from bookutils.models.encoder.layers import INPUTS
from bookutils.models.sources.handles import has_saved_model, old_format
from bookutils.text.tokenizer import read_vocabulary

OUTPUTS = ("pooled_output", "sequence_output", "encoder_outputs")


@dataclass(frozen=True)
class HubConfig:
    """What can be told of a module from outside.

    Parameters
    ----------
    hidden_size : length of a token's vector
    num_layers : encoder layers
    parameter_count : how many numbers it learns
    vocabulary_size, max_positions : rows of its tables of words and positions; 0 where they cannot be found
    """

    hidden_size: int
    num_layers: int
    parameter_count: int
    vocabulary_size: int
    max_positions: int

    def as_dict(self) -> dict[str, Any]:
        """Return the fields as plain data, ready for JSON."""
        return asdict(self)


def load_module(folder: Path) -> Any:
    """Load a SavedModel with TensorFlow Hub and make sure that it is a BERT encoder.

    Parameters
    ----------
    folder : where ``saved_model.pb`` is

    Returns
    -------
    the module: callable, with ``variables`` and ``trainable_variables``

    Raises
    ------
    DataError
        When there is no SavedModel, when it is damaged, of TensorFlow 1, or no BERT encoder.

    Notes
    -----
    Taught in chapter 11.
    """
    if not has_saved_model(folder):
        raise DamagedModuleError(
            _("The folder {folder} holds no saved_model.pb.").format(folder=folder),
            _("Name the folder of a SavedModel."),
        )
    if (folder / "tfhub_module.pb").exists() or _is_tensorflow_1(folder):
        raise old_format(str(folder))
    try:
        import tensorflow_hub as hub
    except ImportError as error:
        raise MissingPartError(
            _("TensorFlow Hub does not load ({reason}).").format(reason=error),
            _('Install it: pip install "tensorflow-hub" "tf-keras" "setuptools<80.9"'),
        ) from error
    try:
        module = hub.load(str(folder))
    except (MemoryError, tf.errors.ResourceExhaustedError) as error:
        raise BookError(
            _("There is not enough memory to load {folder}.").format(folder=folder),
            _("Shut down other kernels, or take a smaller encoder."),
        ) from error
    # A damaged file shows itself as nearly anything: IndexError, DataLossError, DecodeError, ValueError …
    except Exception as error:
        if "Op type not registered" in str(error):
            reason = _("it needs an operation that this TensorFlow does not have")
            raise _no_encoder(folder, reason) from error
        raise _damaged(folder, error) from error
    if not callable(module) or not getattr(module, "variables", None) or not hasattr(module, "trainable_variables"):
        raise _no_encoder(folder, _("it cannot be called, or has no variables"))
    return module


class DamagedModuleError(DataError):
    """A SavedModel lacks a file, or one of its files is not whole."""


@keras.saving.register_keras_serializable("bookutils")
class HubEncoder(keras.layers.Layer):
    """A module with TensorFlow Hub's BERT signature; inputs and outputs are those of `BertEncoder`.

    Parameters
    ----------
    folder : the SavedModel

    Attributes
    ----------
    config : its sizes, see `HubConfig`
    module : what ``hub.load`` returned

    Raises
    ------
    DataError
        See `load_module`; also when it answers otherwise than a BERT encoder.

    Notes
    -----
    The variables are the module's own, not copies: what trains here, trains there. Inputs are int32; weights stay
    float32 also under mixed precision, since the module's graph was traced so. Taught in chapter 11.
    """

    built: bool

    def __init__(self, folder: str | Path, name: str = "hub_encoder", **kwargs: Any) -> None:
        super().__init__(name=name, autocast=False, **kwargs)
        self.folder = str(folder)
        self.module = load_module(Path(folder))
        trains = {id(variable) for variable in self.module.trainable_variables}
        with keras.name_scope(self.name):
            for variable in self.module.variables:
                self._adopt(variable, trainable=id(variable) in trains)
        self.built = True
        self.config = self._describe()

    def _adopt(self, variable: Any, trainable: bool) -> None:
        """Make a variable of the module one of this layer's, over the same memory."""
        name = variable.name.split(":")[0].replace("/", "_")
        adopted = keras.Variable(variable, trainable=trainable, autocast=False, name=name)
        # The one private call: `add_weight` can only make new variables. Works in Keras 3.13 to 3.15.
        self._track_variable(adopted)

    def call(self, inputs: Mapping[str, Any], training: bool | None = None) -> dict[str, Any]:
        """Turn ids into vectors: dict of int32 ``(batch, tokens)`` → dict, see `BertEncoder`."""
        missing = [name for name in INPUTS if name not in inputs]
        if missing:
            raise ShapeError(
                _("The encoder's input lacks {names}.").format(names=", ".join(missing)),
                _("Give it the dictionary that the tokenizer makes."),
            )
        tokens = inputs[INPUTS[0]].shape[1]
        limit = self.config.max_positions if hasattr(self, "config") else 0
        if limit and tokens is not None and tokens > limit:
            raise ShapeError(
                _("The sequences have {found} tokens; this encoder knows {limit} positions.").format(
                    found=tokens, limit=limit
                ),
                _("Tokenize with max_length={limit} or less.").format(limit=limit),
            )
        given = {name: tf.cast(inputs[name], tf.int32) for name in INPUTS}
        outputs = self.module(given, training=bool(training))
        return {name: outputs[name] for name in OUTPUTS if name in outputs}

    def get_config(self) -> dict[str, Any]:
        """Return what is needed to make the same layer again: the folder must still be there then."""
        return {"folder": self.folder, "name": self.name, "trainable": self.trainable}

    def _describe(self) -> HubConfig:
        """Run two tokens through the module, and read its sizes off what comes back."""
        probe = {name: tf.ones((1, 2), tf.int32) for name in INPUTS} | {INPUTS[2]: tf.zeros((1, 2), tf.int32)}
        try:
            outputs = self.call(probe)
        except (ValueError, TypeError, KeyError, tf.errors.OpError) as error:
            raise _no_encoder(Path(self.folder), _("it does not take the three inputs of one")) from error
        absent = [name for name in OUTPUTS[:2] if name not in outputs]
        if absent or outputs["sequence_output"].shape.rank != 3:
            raise _no_encoder(
                Path(self.folder), _("it does not give {names}").format(names=join_words(list(OUTPUTS[:2])))
            )
        hidden = int(outputs["sequence_output"].shape[-1])
        tables = {v.name: v.shape for v in self.module.variables if len(v.shape) == 2 and v.shape[1] == hidden}
        positions = [shape[0] for name, shape in tables.items() if "position" in name]
        words = [
            shape[0]
            for name, shape in tables.items()
            if "embedding" in name and not any(other in name for other in ("position", "type", "segment"))
        ]
        return HubConfig(
            hidden_size=hidden,
            num_layers=len(outputs.get("encoder_outputs", ())),
            parameter_count=sum(int(np.prod(v.shape)) for v in self.module.trainable_variables),
            vocabulary_size=max(words, default=0),
            max_positions=max(positions, default=0),
        )


def own_vocabulary(encoder: HubEncoder) -> tuple[list[str], bool] | None:
    """Return the vocabulary that a module brings along, and whether it is lower-case; None when it brings none."""
    asset = getattr(encoder.module, "vocab_file", None)
    path = asset.asset_path.numpy().decode() if asset is not None else str(Path(encoder.folder, "assets", "vocab.txt"))
    if not Path(path).is_file():
        return None
    flag = getattr(encoder.module, "do_lower_case", None)
    vocabulary = read_vocabulary(Path(path))
    lower_case = bool(flag.numpy()) if flag is not None else not any(piece[:1].isupper() for piece in vocabulary)
    check_vocabulary(encoder, vocabulary)
    return vocabulary, lower_case


def check_vocabulary(encoder: HubEncoder, vocabulary: list[str]) -> None:
    """Raise DataError when a vocabulary has not as many pieces as the encoder has word vectors."""
    size = encoder.config.vocabulary_size
    if size and size != len(vocabulary):
        raise DataError(
            _(
                "The encoder has {size} word vectors, and the vocabulary {count} pieces: they do not belong together."
            ).format(size=size, count=len(vocabulary)),
            _("Put the encoder's own vocabulary into {folder} as assets/vocab.txt.").format(folder=encoder.folder),
        )


def _is_tensorflow_1(folder: Path) -> bool:
    """Whether a SavedModel lacks the graph of objects that TensorFlow 2 writes."""
    from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
    from tensorflow.core.protobuf.saved_model_pb2 import SavedModel

    saved = SavedModel()
    try:
        saved.ParseFromString((folder / "saved_model.pb").read_bytes())
    except DecodeError as error:
        raise _damaged(folder, error) from error
    if not saved.meta_graphs:
        raise _damaged(folder, ValueError(_("it holds no graph")))
    return not any(graph.object_graph_def.nodes for graph in saved.meta_graphs)


def _damaged(folder: Path, error: Exception) -> DamagedModuleError:
    reason = str(error).strip().split("\n")[0][:200] or type(error).__name__
    return DamagedModuleError(
        _("The SavedModel in {folder} is damaged ({reason}).").format(folder=folder, reason=reason),
        _("Delete the folder and fetch or export it again."),
    )


def _no_encoder(folder: Path, reason: str) -> DataError:
    return DataError(
        _("The SavedModel in {folder} is no BERT encoder: {reason}.").format(folder=folder, reason=reason),
        _("Use a module with TensorFlow Hub's BERT signature: {inputs} in, {outputs} out.").format(
            inputs=join_words(list(INPUTS)), outputs=join_words(list(OUTPUTS[:2]))
        ),
    )
