"""Are the classical models of chapter 13 fitted on what they are given alone, counted rightly, and read rightly?"""

from __future__ import annotations

import numpy as np
import pytest

from bookutils.core.errors import UsageError
from bookutils.data.dataset import read_tsv
from bookutils.text import classical

pytest.importorskip("sklearn")


@pytest.fixture(scope="module")
def sample(repository):
    """The course's own sentences, which need no network."""
    folder = repository / "bookutils" / "data" / "sample"
    return [read_tsv(folder / f"{split}.tsv", {"0": 0, "1": 1}, label_column=1) for split in ("train", "dev")]


@pytest.fixture(scope="module")
def fitted(sample):
    (sentences, labels), _dev = sample
    names = (classical.BAYES, classical.LOGISTIC, classical.SVM, classical.TREE)
    return {name: classical.make_classical(name).fit(sentences, labels) for name in names}


def test_each_model_learns_something(fitted, sample):
    """Is each better than a coin on sentences that it did not see, and sure on those it did?"""
    (sentences, labels), (dev, dev_labels) = sample
    for name, model in fitted.items():
        assert classical.right_ones(model, sentences, labels).mean() > 0.9, name
        if name != classical.TREE:
            assert classical.right_ones(model, dev, dev_labels).mean() > 0.55, name


def test_what_is_learnt_is_counted(fitted):
    """Is it a weight and an IDF for each column and a bias; two classes for Bayes; questions and leaves for a tree?"""
    columns = len(fitted[classical.SVM][0].vocabulary_)
    assert classical.learnt_numbers(fitted[classical.SVM]) == 2 * columns + 1
    assert classical.learnt_numbers(fitted[classical.BAYES]) == 3 * columns + 2
    tree = fitted[classical.TREE][-1].tree_
    inner = int(np.sum(tree.children_left >= 0))
    assert classical.learnt_numbers(fitted[classical.TREE]) == columns + 2 * inner + (tree.node_count - inner)
    head = classical.make_head().fit(np.random.default_rng(0).normal(size=(20, 5)), [0, 1] * 10)
    assert classical.learnt_numbers(head) == 5 + 5 + 5 + 1


def test_operations_are_those_of_the_words_that_are_there(fitted, sample):
    """For one sentence, is it five for each known word or pair, and one question a level for the tree?"""
    svm, tree = fitted[classical.SVM], fitted[classical.TREE]
    sentence = sample[0][0][0]
    known = svm[0].transform([sentence]).nnz
    assert classical.operations(svm, [sentence]) == 5 * known
    assert classical.operations(fitted[classical.BAYES], [sentence]) == 7 * known
    node, levels, row = 0, 0, tree[0].transform([sentence]).toarray()[0].astype("float32")
    inner = tree[-1].tree_
    while inner.children_left[node] >= 0:
        left = row[inner.feature[node]] <= inner.threshold[node]
        node, levels = (inner.children_left if left else inner.children_right)[node], levels + 1
    assert classical.operations(tree, [sentence]) == 3 * known + levels
    assert 0 < classical.megabytes(svm) < 2


def test_the_shares_of_words_add_up_to_the_score(fitted, sample):
    """Do they and the bias give the model's own score, for any sentence?"""
    svm = fitted[classical.SVM]
    for sentence in sample[1][0][:20]:
        score = sum(classical.word_shares(svm, sentence).values()) + svm[-1].intercept_[0]
        assert score == pytest.approx(svm.decision_function([sentence])[0])


def test_the_strongest_words_are_the_ends(fitted):
    """Are they sorted, with the extremes at the ends, and is a tree refused?"""
    svm = fitted[classical.SVM]
    found = classical.strongest_words(svm, 4)
    assert len(found.words) == len(set(found.words)) == 8
    assert found.weights == sorted(found.weights)
    assert (found.weights[0], found.weights[-1]) == (svm[-1].coef_.min(), svm[-1].coef_.max())
    with pytest.raises(UsageError):
        classical.strongest_words(fitted[classical.TREE])
    assert "|---" in classical.tree_rules(fitted[classical.TREE], depth=2)


def test_an_unknown_model_is_refused_with_the_known_ones():
    """Does the sentence name what there is?"""
    with pytest.raises(UsageError, match="forest"):
        classical.make_classical("forest")


def test_a_curve_learns_from_more_and_more_and_is_the_same_twice(sample):
    """Is the last point that of the whole, are errors the binomial one at least, is it the same twice?"""
    (sentences, labels), (dev, dev_labels) = sample
    make = lambda: classical.make_classical(classical.BAYES)  # noqa: E731
    curve, again = (classical.learning_curve(make, sentences, labels, dev, dev_labels, draws=2) for _turn in range(2))
    assert curve == again
    assert curve.sizes == classical.learning_sizes(len(labels))
    whole = classical.right_ones(make().fit(sentences, labels), dev, dev_labels).mean()
    assert curve.accuracies[-1] == pytest.approx(whole)
    for p, error in zip(curve.accuracies, curve.errors, strict=True):
        assert error >= np.sqrt(p * (1 - p) / len(dev_labels)) - 1e-12


@pytest.mark.parametrize("size", [2, 7, 10, 17, 20])
def test_draws_are_balanced_and_without_repetition(size):
    """Are there as many of each class as the data allow, each example once?"""
    labels = np.array([0] * 5 + [1] * 15)
    chosen = classical.balanced_draw(labels, size, draw=3)
    assert len(chosen) == len(set(chosen.tolist())) == size
    assert min(5, size // 2) <= np.sum(labels[chosen] == 0) <= max(5, size // 2)
