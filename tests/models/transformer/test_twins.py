"""Is an encoder the same in NumPy, through TensorFlow Hub and in keras-hub?"""

from __future__ import annotations

import numpy as np
import pytest

from bookutils.core.errors import UsageError
from bookutils.models.transformer.twins import export_encoder, keras_hub_output, through_hub

pytestmark = pytest.mark.tensorflow


def test_hub_and_keras_hub_give_the_same_numbers(tiny_encoder, tmp_path) -> None:
    """Exported with Hub's signature, and in keras-hub: is every number within 1e-5?"""
    inputs = {
        name: array.numpy() for name, array in tiny_encoder.tokenizer(["good film", "a bad dull story ."]).items()
    }
    ours = tiny_encoder.encoder(inputs)
    hub = through_hub(tiny_encoder.encoder)(inputs)
    for name in ("sequence_output", "pooled_output"):
        np.testing.assert_allclose(hub[name], ours[name], atol=1e-5)
    pytest.importorskip("keras_hub")
    real = inputs["input_mask"].astype(bool)
    theirs = keras_hub_output(tiny_encoder.encoder, inputs)
    np.testing.assert_allclose(theirs[real], np.array(ours["sequence_output"])[real], atol=1e-5)
    export_encoder(tiny_encoder.encoder, tmp_path / "here")
    with pytest.raises(UsageError, match="exists already"):
        export_encoder(tiny_encoder.encoder, tmp_path / "here")


def test_numpy_with_minilm_s_weights_equals_all_three(minilm) -> None:
    """The chapter's promise: NumPy, Keras, Hub's signature and keras-hub, on a real sentence with padding, to 1e-5?"""
    from bookutils.models.transformer.arrays import encoder_arrays
    from bookutils.numerics.transformer.encoder import encode

    inputs = {name: array.numpy() for name, array in minilm.tokenizer(["a charming film", "dull"]).items()}
    weights = encoder_arrays(minilm.encoder)
    vectors = encode(weights, *inputs.values(), minilm.config.num_heads)[-1]
    real = inputs["input_mask"].astype(bool)
    keras_s, hub = minilm.encoder(inputs), through_hub(minilm.encoder)(inputs)
    for theirs in (keras_s, hub):
        np.testing.assert_allclose(vectors[real], np.array(theirs["sequence_output"])[real], atol=1e-5)
        pooled = np.tanh(vectors[:, 0] @ weights["pooler_kernel"] + weights["pooler_bias"])
        np.testing.assert_allclose(pooled, theirs["pooled_output"], atol=1e-5)
    pytest.importorskip("keras_hub")
    np.testing.assert_allclose(vectors[real], keras_hub_output(minilm.encoder, inputs)[real], atol=1e-5)
    wrong = encode(weights, *inputs.values(), minilm.config.num_heads, approximate=True)[-1]
    assert np.abs(wrong - vectors)[real].max() > 1e-4
