"""Chapter 11, what it says before it asks how good the classifier is: does a computation bear it out?"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bookutils.data.poolings import load_poolings
from bookutils.numerics.bert.listing import pair_inputs, repair_listing
from bookutils.numerics.optimizers.schedules import warmup_linear
from tests.claims.quotation import says

CHAPTER = "11-bert"


@pytest.fixture(scope="module")
def handle():
    """The module that the chapter loads; skipped where minilm is not at hand."""
    pytest.importorskip("tensorflow_text")
    from bookutils.core.errors import BookError
    from bookutils.models.bert import hub_module
    from bookutils.models.sources.names import load_encoder

    try:
        return hub_module(load_encoder("minilm"))
    except BookError as error:
        pytest.skip(str(error))


def two():
    """Two short sentences, as the chapter gives them to the module."""
    ids = np.array([[101, 1037, 11951, 2143, 102], [101, 10634, 102, 0, 0]], np.int32)
    return {"input_word_ids": ids, "input_mask": np.int32(ids != 0), "input_type_ids": 0 * ids}


@pytest.mark.tensorflow
@says(CHAPTER, "not one weight of the encoder has moved: only the new layer learns")
def test_the_hub_layer_trains_nothing(handle):
    """In a subclassed model, over three learning rates: does an encoder variable ever move?"""
    import keras
    import tensorflow_hub as hub

    class Article(keras.Model):
        def __init__(self):
            super().__init__()
            self.bert = hub.KerasLayer(handle, trainable=True)
            self.head = keras.layers.Dense(1)

        def call(self, inputs):
            return self.head(self.bert(inputs)["pooled_output"])

    model = Article()
    model(two())
    before = [variable.numpy().copy() for variable in model.bert.variables]
    head = model.head.get_weights()[0]
    for rate in (1e-5, 1e-3, 0.1):
        model.compile(keras.optimizers.Adam(rate), keras.losses.BinaryCrossentropy(from_logits=True))
        model.fit(two(), np.array([[1.0], [0.0]]), verbose=0)
    assert all(np.array_equal(old, new.numpy()) for old, new in zip(before, model.bert.variables, strict=True))
    assert np.any(head != model.head.get_weights()[0])
    assert len(before) == 79


@pytest.mark.tensorflow
@says(CHAPTER, "The layer of TensorFlow 1 took a list. Today's modules take a dictionary.")
def test_a_list_is_refused(handle):
    """Does the module refuse three arrays in a list, and take the same ones by name?"""
    import tensorflow_hub as hub

    module = hub.load(handle)
    with pytest.raises(ValueError, match="Could not find matching concrete function"):
        module(list(two().values()))
    assert module(two())["pooled_output"].shape == (2, 384)


@pytest.mark.tensorflow
@says(CHAPTER, "`pooled_output` is one vector for the text: a dense layer with tanh on the vector of `[CLS]`")
def test_the_pooler_is_tanh_of_a_dense_layer_on_cls(handle):
    """Made from the last layer's first vector with the pooler's own weights, is it what comes back?"""
    import tensorflow_hub as hub

    module = hub.load(handle)
    out = module(two())
    pooler = [v.numpy() for v in module.trainable_variables if "pooler" in v.name]
    kernel = next(v for v in pooler if v.ndim == 2)
    bias = next(v for v in pooler if v.ndim == 1)
    first = out["sequence_output"].numpy()[:, 0]
    np.testing.assert_allclose(np.tanh(first @ kernel + bias), out["pooled_output"], atol=1e-5)


@says(CHAPTER, "rows 1 to 99 are placeholders that no text ever used")
def test_low_rows_are_placeholders(handle):
    """Are rows 1 to 99 of the vocabulary all `[unused…]`?"""
    vocabulary = Path(handle, "assets/vocab.txt").read_text(encoding="utf-8").split("\n")
    assert all(piece.startswith("[unused") for piece in vocabulary[1:100])
    assert (vocabulary[0], vocabulary[101], vocabulary[102]) == ("[PAD]", "[CLS]", "[SEP]")


@pytest.mark.tensorflow
@says(CHAPTER, "the second loses `[CLS]`, and the usual repair loses `[SEP]`")
def test_pad_sequences_loses_both_ends():
    """With Keras' defaults and with "post", which special token is gone?"""
    import keras

    sentence = [101, 7, 8, 9, 102]
    assert keras.utils.pad_sequences([sentence], maxlen=8)[0].tolist()[:3] == [0, 0, 0]
    assert 101 not in keras.utils.pad_sequences([sentence], maxlen=4)[0]
    assert 102 not in keras.utils.pad_sequences([sentence], maxlen=4, truncating="post")[0]


@pytest.mark.tensorflow
@says(CHAPTER, "Not a random tenth: the last one, before any shuffling")
def test_the_validation_split_is_the_last_tenth():
    """Does Keras validate on rows 90 to 99 of a hundred, with shuffling on, over eight seeds?"""
    import keras

    y = np.zeros((100, 1), np.float32)
    y[90:] = 1
    for seed in range(8):
        keras.utils.set_random_seed(seed)
        model = keras.Sequential([keras.layers.Dense(1, kernel_initializer="zeros", bias_initializer="ones")])
        model.compile(keras.optimizers.SGD(0.0), "mse")
        log = model.fit(y, y, validation_split=0.1, batch_size=50, shuffle=True, verbose=0).history
        assert log["val_loss"][0] == pytest.approx(0.0)
        assert log["loss"][0] == pytest.approx(1.0)


@pytest.mark.tensorflow
@says(CHAPTER, "the most confident right answer still costs 0.31, and the worst error no more than 0.69")
def test_two_sigmoids_squeeze_the_loss():
    """Over all logits, between which two values does the loss of a positive example lie?"""
    import keras

    p = 1 / (1 + np.exp(-np.linspace(-60, 60, 200)))
    loss = keras.losses.BinaryCrossentropy(from_logits=True, reduction=None)
    found = np.asarray(loss(np.ones((200, 1), np.float32), p[:, None].astype(np.float32)))
    assert found.min() == pytest.approx(0.313, abs=5e-4)
    assert found.max() == pytest.approx(0.693, abs=5e-4)


@pytest.mark.tensorflow
@says(CHAPTER, "Keras cuts it off to keep the logarithm finite, and the gradient is 0 where it is needed most")
def test_a_clipped_probability_has_no_gradient():
    """For a hopelessly wrong answer, is the gradient 0 by the probability, and 1 by the logit?"""
    import keras
    import tensorflow as tf

    for z in (-20.0, -50.0, -200.0):
        slopes = []
        for from_logits in (False, True):
            logit = tf.Variable([[z]])
            with tf.GradientTape() as tape:
                given = logit if from_logits else tf.sigmoid(logit)
                loss = keras.losses.BinaryCrossentropy(from_logits=from_logits)(tf.constant([[1.0]]), given)
            slopes.append(float(tape.gradient(loss, logit)[0, 0]))
        assert slopes == pytest.approx([0.0, -1.0], abs=1e-6)


@says(CHAPTER, "The mean leads with every seed.")
def test_the_mean_leads_with_every_seed():
    """In the measurement that ships, is the mean ahead of both others, seed by seed?"""
    kept = load_poolings()
    others = [kept.right[name] for name in ("cls", "pooled_output")]
    assert (kept.sentences, kept.epochs, kept.examples) == (1500, 1, 872)
    for seed, right in enumerate(kept.right["mean"]):
        assert all(right > other[seed] for other in others)


@says(CHAPTER, "0 up to the first `[SEP]`, 1 after it, and 0 again for padding")
def test_segments_of_a_pair():
    """For eight seeds of pairs: do the segments change just behind the first [SEP], and end with the last?"""
    for seed in range(8):
        rng = np.random.default_rng(seed)
        first, second = (rng.integers(1000, 9000, rng.integers(1, 9)).tolist() for _unused in range(2))
        ids, mask, segments = pair_inputs(first, second, 15)
        border, end = (place for place, number in enumerate(ids) if number == 102)
        assert segments == [0] * (border + 1) + [1] * (end - border) + [0] * (14 - end)
        assert sum(mask) == end + 1


@says(CHAPTER, "692 held-out sentences carry a standard error of 1.3 points of accuracy")
def test_the_choice_of_an_epoch_is_noisy():
    """Is it 1.3 points near 87 %, and is the best of three equal epochs too good, over eight seeds?"""
    assert 6920 // 10 == 692
    assert 100 * np.sqrt(0.87 * 0.13 / 692) == pytest.approx(1.3, abs=0.05)
    for seed in range(8):
        draws = np.random.default_rng(seed).binomial(692, 0.87, (1000, 3)) / 692
        assert draws.max(axis=1).mean() > 0.875


@says(CHAPTER, "cost nearly five times the work of the same sentences with batches by length")
def test_padding_to_128_costs_nearly_five_times(handle):
    """In SST-2's training sentences, in buckets four tokens wide: how many more places has a width of 128?"""
    from bookutils.data.sst2 import load_sst2
    from bookutils.models.sources.names import load_encoder

    train = load_sst2("train", progress=False)
    if train.source == "sample":
        pytest.skip("SST-2 is not at hand")
    lengths = load_encoder("minilm").tokenizer.lengths(train.sentences)
    order = np.argsort(lengths // 4, kind="stable")
    places = sum(32 * lengths[order[start : start + 32]].max() for start in range(0, len(order), 32))
    assert 4.5 < 128 * len(lengths) / places < 5.5


@says(CHAPTER, "begin with a learning rate of 0 and let it grow to its peak while the means fill")
def test_the_schedule_begins_at_zero_and_ends_there():
    """Is the rate 0 at step 0 and at the end, and at its peak when warm-up ends?"""
    assert warmup_linear(0, 5e-5, 58, 585) == 0
    assert warmup_linear(58, 5e-5, 58, 585) == 5e-5
    assert warmup_linear(585, 5e-5, 58, 585) == 0


@says(CHAPTER, "cut *before* the special tokens are put on, then fill at the end")
def test_the_mended_lines_keep_both_ends():
    """For eight seeds: does the mended cut keep [CLS] first and [SEP] last, and the filling put zeros last?"""
    lines = repair_listing()
    for seed in range(8):
        rng = np.random.default_rng(seed)
        ids = [101, *rng.integers(1000, 9000, 12).tolist(), 102]
        short = lines["cut"](ids, 7)
        assert (short[0], short[-1], len(short)) == (101, 102, 7)
        assert lines["fill"](short, 9)[-2:] == [0, 0]
