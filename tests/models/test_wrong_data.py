"""Wrong labels and texts at each door of the package: is the sentence the same, and nothing trained or kept?"""

from __future__ import annotations

import numpy as np
import pytest

from bookutils.core.errors import DataError

pytestmark = pytest.mark.tensorflow
TEXTS = ["good film", "bad film", "fine story .", "dull story"]
LABELS = [1, 0, 1, 0]


@pytest.fixture
def doors(tiny_encoder):
    """Every function that takes texts with labels, and every one that takes texts alone."""
    from bookutils.models.bert import compare_rates
    from bookutils.models.classifier.batching import batch_dataset
    from bookutils.models.classifier.evaluation import accuracy_of, evaluate
    from bookutils.models.classifier.model import SentenceClassifier
    from bookutils.models.classifier.training import data_checksum, fine_tune
    from bookutils.models.comparison.vectors import SentenceEncoder, vectors_key
    from bookutils.models.training.settings import Settings
    from bookutils.text import classical

    classifier = SentenceClassifier(tiny_encoder)
    svm = classical.make_classical(classical.SVM).fit(TEXTS, LABELS)
    plan = [np.arange(4)]
    labelled = [
        lambda texts, labels: fine_tune(classifier, texts, labels, Settings(epochs=1)),
        lambda texts, labels: evaluate(classifier, texts, labels),
        lambda texts, labels: accuracy_of([1.0] * len(texts), labels),
        lambda texts, labels: compare_rates(tiny_encoder, texts, labels, {"one": (1e-3, 0.1)}),
        lambda texts, labels: data_checksum(texts, labels),
        lambda texts, labels: list(batch_dataset(texts, labels, plan, tiny_encoder.tokenizer)),
        lambda texts, labels: classical.right_ones(svm, texts, labels),
        lambda texts, labels: classical.learning_curve(lambda: svm, texts, labels, TEXTS, LABELS),
    ]
    alone = [
        classifier.predict_proba, classifier.logits, tiny_encoder.tokenizer, tiny_encoder.tokenizer.lengths,
        SentenceEncoder(tiny_encoder), lambda texts: vectors_key(tiny_encoder, texts),
        lambda texts: classical.operations(svm, texts), lambda texts: classical.right_ones(svm, texts, LABELS),
    ]  # fmt: skip
    return labelled, alone


@pytest.mark.parametrize("wrong", [4, -1, 0.5, float("nan"), None, "1"], ids=repr)
def test_a_label_that_is_neither_is_named_at_each_door(doors, tiny_encoder, wrong):
    """Is the third label named wherever labels are taken, before a weight has changed?"""
    before = [weights.copy() for weights in tiny_encoder.encoder.get_weights()]
    for door in doors[0]:
        with pytest.raises(DataError, match=r"labels\[2\] \(row 3\)"):
            door(TEXTS, [1, 0, wrong, 0])
    for now, then in zip(tiny_encoder.encoder.get_weights(), before, strict=True):
        np.testing.assert_array_equal(now, then)


@pytest.mark.parametrize(
    "labels", [[1, 0, 1], [], [[1], [0], [1], [0]], np.eye(4)], ids=["few", "none", "column", "table"]
)
def test_another_number_of_labels_is_refused_at_each_door(doors, labels):
    """Is a number or shape that does not fit the texts refused, and not stretched to fit?"""
    for door in doors[0]:
        with pytest.raises(DataError, match="shape"):
            door(TEXTS, labels)


@pytest.mark.parametrize("wrong", [None, float("nan"), 7, b"good", "so\ud83d"], ids=ascii)
def test_a_text_that_is_none_is_named_at_each_door(doors, wrong):
    """Is the second text named wherever texts are taken?"""
    for door in doors[1]:
        with pytest.raises(DataError, match=r"\[1\] \(row 2\)"):
            door(["good film", wrong, "fine story .", "dull story"])


def test_labels_of_every_right_kind_make_the_same_run(doors):
    """Are truth values, floats and arrays the same labels to a remembered run?"""
    checksum = doors[0][4]
    kinds = [LABELS, [True, False, True, False], np.array(LABELS, np.float32), np.array(LABELS, bool), tuple(LABELS)]
    assert len({checksum(TEXTS, labels) for labels in kinds}) == 1
