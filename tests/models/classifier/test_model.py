"""The head: what is pooled, what comes out, and that padding and order change nothing."""

from __future__ import annotations

import numpy as np
import pytest

from bookutils.core.errors import UsageError

pytestmark = pytest.mark.tensorflow
SENTENCES = ["good film", "the bad bad story .", "a", "the dull film a dull story the bad film .", "fine"]


@pytest.fixture
def classifier(tiny_encoder):
    from bookutils.models.classifier.model import SentenceClassifier

    return SentenceClassifier(tiny_encoder)


def test_masked_mean_counts_real_tokens_alone():
    """Is the mean taken over real tokens, and is it zero where there is none?"""
    from bookutils.models.classifier.model import MaskedMean

    vectors = np.array([[[1.0, 2.0], [3.0, 4.0], [99.0, 99.0]], [[5.0, 5.0], [5.0, 5.0], [5.0, 5.0]]], np.float32)
    mask = np.array([[1, 1, 0], [0, 0, 0]], np.int32)
    assert np.array(MaskedMean()(vectors, mask)).tolist() == [[2.0, 3.0], [0.0, 0.0]]


def test_the_model_is_a_row_of_named_layers(classifier):
    """Can a reader find encoder, pooling, dropout and logit by name, with the shapes that the chapter states?"""
    names = [layer.name for layer in classifier.model.layers]
    assert names[-4:] == ["bert_encoder", "mean_of_tokens", "dropout", "logit"]
    assert classifier.model.output_shape == (None, 1)
    assert classifier.model.get_layer("dropout").rate == 0.3


def test_a_sentence_does_not_depend_on_its_company(classifier):
    """Is a sentence's probability the same alone, beside longer ones, and in another order?"""
    together = classifier.predict_proba(SENTENCES)
    alone = np.concatenate([classifier.predict_proba([sentence]) for sentence in SENTENCES])
    np.testing.assert_allclose(together, alone, atol=1e-6)
    np.testing.assert_allclose(classifier.predict_proba(SENTENCES[::-1]), together[::-1], atol=1e-6)
    assert together.shape == (5,)
    assert ((together > 0) & (together < 1)).all()
    assert len(set(together.tolist())) == 5


def test_no_dropout_when_predicting(classifier):
    """Does the same sentence get the same probability twice?"""
    assert classifier.predict_proba(SENTENCES).tolist() == classifier.predict_proba(SENTENCES).tolist()


def test_pooling_by_the_first_token(tiny_encoder):
    """Does "cls" read the first token's vector alone?"""
    from bookutils.models.classifier.model import SentenceClassifier

    cls = SentenceClassifier(tiny_encoder, pooling="cls")
    inputs = tiny_encoder.tokenizer(["the bad film"])
    vectors = tiny_encoder.encoder(inputs)["sequence_output"][:, 0]
    head = cls.model.get_layer("logit")
    np.testing.assert_allclose(cls.model(inputs), head(vectors), rtol=1e-5, atol=1e-6)


def test_wrong_use_is_explained(tiny_encoder, classifier):
    """Do an unknown pooling and a bare string raise an error that says what to do?"""
    from bookutils.models.classifier.model import build_model

    with pytest.raises(UsageError, match="list"):
        classifier.predict_proba("good film")
    with pytest.raises(UsageError, match="mean"):
        build_model(tiny_encoder.encoder, pooling="max")


def test_nothing_in_nothing_out(classifier):
    """Is an empty list an answer of length zero?"""
    assert classifier.predict_proba([]).shape == (0,)


def test_the_same_seed_makes_the_same_head(tiny_encoder):
    """Do two classifiers from one encoder and one seed agree, and differ with another seed?"""
    from bookutils.models.classifier.model import SentenceClassifier

    one, same, other = (SentenceClassifier(tiny_encoder, seed=seed).logits(SENTENCES).tolist() for seed in (3, 3, 4))
    assert one == same != other
