"""Published weights: each finds its place, and a file that does not fit is refused."""

import re

import numpy as np
import pytest
from safetensors.numpy import save_file

from bookutils.core.errors import DataError
from bookutils.models.encoder.config import BertConfig
from bookutils.models.encoder.layers import BertEncoder
from bookutils.models.encoder.weights import assign_weights, read_safetensors, weight_plan

pytestmark = pytest.mark.tensorflow

SMALL = BertConfig(vocabulary_size=20, hidden_size=6, num_layers=2, num_heads=2, intermediate_size=8, max_positions=10)


def make_tensors(config, seed=0):
    """Random tensors with the names and shapes of a PyTorch BERT, written without looking at ours."""
    rng = np.random.default_rng(seed)
    h, i = config.hidden_size, config.intermediate_size
    shapes = {
        "embeddings.word_embeddings.weight": (config.vocabulary_size, h),
        "embeddings.position_embeddings.weight": (config.max_positions, h),
        "embeddings.token_type_embeddings.weight": (config.num_segments, h),
        "embeddings.LayerNorm.weight": (h,),
        "embeddings.LayerNorm.bias": (h,),
        "pooler.dense.weight": (h, h),
        "pooler.dense.bias": (h,),
    }
    for n in range(config.num_layers):
        dense = {
            "attention.self.query": (h, h), "attention.self.key": (h, h), "attention.self.value": (h, h),
            "attention.output.dense": (h, h), "intermediate.dense": (i, h), "output.dense": (h, i),
        }  # fmt: skip
        for name, (out, into) in dense.items():
            shapes[f"encoder.layer.{n}.{name}.weight"] = (out, into)
            shapes[f"encoder.layer.{n}.{name}.bias"] = (out,)
        for name in ("attention.output.LayerNorm", "output.LayerNorm"):
            shapes[f"encoder.layer.{n}.{name}.weight"] = shapes[f"encoder.layer.{n}.{name}.bias"] = (h,)
    return {name: rng.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}


def variable(encoder, path):
    return next(v.numpy() for v in encoder.variables if v.path == f"{encoder.name}/{path}")


def test_every_tensor_reaches_its_variable(tmp_path):
    """Through a real file: do kernels come transposed, query, key and value side by side, all else as it is?"""
    tensors = make_tensors(SMALL)
    save_file(tensors, tmp_path / "model.safetensors")
    encoder = BertEncoder(SMALL)
    assign_weights(encoder, read_safetensors(tmp_path / "model.safetensors"))
    both = [tensors[f"encoder.layer.1.attention.self.{part}.weight"].T for part in ("query", "key", "value")]
    np.testing.assert_array_equal(variable(encoder, "layer_1/query_key_value/kernel"), np.hstack(both))
    np.testing.assert_array_equal(
        variable(encoder, "layer_0/output/kernel"), tensors["encoder.layer.0.output.dense.weight"].T
    )
    np.testing.assert_array_equal(
        variable(encoder, "layer_0/output_norm/gamma"), tensors["encoder.layer.0.output.LayerNorm.weight"]
    )
    given = sorted(float(tensor.sum()) for tensor in tensors.values())
    assert sum(given) == pytest.approx(sum(float(v.numpy().sum()) for v in encoder.variables), rel=1e-4)


def test_the_plan_names_each_tensor_once():
    """Is no tensor used twice and none of the published ones forgotten?"""
    planned = [name for names in weight_plan(SMALL).values() for name in names]
    assert sorted(planned) == sorted(make_tensors(SMALL))


def test_reads_the_names_of_models_with_a_head():
    """Do the prefix, the old names of layer norm, position ids and a masked-word head make no difference?"""
    plain = make_tensors(SMALL)
    other = {
        "bert."
        + name.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta"): tensor
        for name, tensor in plain.items()
    }
    other |= {"bert.embeddings.position_ids": np.arange(10)[None], "cls.predictions.bias": np.zeros(20, np.float32)}
    first, second = BertEncoder(SMALL), BertEncoder(SMALL)
    assign_weights(first, plain)
    assign_weights(second, other)
    for ours, theirs in zip(first.get_weights(), second.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda t: t.pop("pooler.dense.bias"), r"missing: pooler\.dense\.bias\."),
        (lambda t: t.update({"encoder.layer.2.output.dense.bias": np.zeros(6)}), "no place.*layer.2.output.dense.bias"),
        (lambda t: t.update({"pooler.dense.bias": np.zeros(5)}), r"another shape.*pooler/bias \(5,\) ≠ \(6,\)"),
        (lambda t: [t.pop(name) for name in list(t) if "layer.1" in name], "missing: .* and 11 more"),
    ],
)
def test_refuses_weights_of_another_model_and_changes_nothing(change, says):
    """Are missing, surplus and misshapen tensors named, and is the encoder left as it was?"""
    encoder = BertEncoder(SMALL)
    encoder.build()
    before = encoder.get_weights()
    tensors = make_tensors(SMALL)
    change(tensors)
    with pytest.raises(DataError) as caught:
        assign_weights(encoder, tensors)
    assert re.search(says, caught.value.what)
    for old, new in zip(before, encoder.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


def test_refuses_a_broken_file(tmp_path):
    """Does a truncated file end in a sentence that says what to do?"""
    path = tmp_path / "model.safetensors"
    save_file(make_tensors(SMALL), path)
    path.write_bytes(path.read_bytes()[:-7])
    with pytest.raises(DataError, match="Delete it"):
        read_safetensors(path)
