"""Is naive Bayes scikit-learn's, and does dev have no say in its own scores?"""

import numpy as np
import pytest

from bookutils.numerics.comparison.bayes import bayes_weights, dev_scores


def test_naive_bayes_is_that_of_scikit_learn():
    """Are weights and bias the differences of scikit-learn's logarithms, for several draws?"""
    bayes = pytest.importorskip("sklearn.naive_bayes")
    for seed in range(8):
        rng = np.random.default_rng(seed)
        counts, labels = rng.poisson(0.7, (30, 12)).astype(float), rng.permutation(np.repeat([0, 1], [18, 12]))
        model = bayes.MultinomialNB(alpha=0.3).fit(counts, labels)
        weights, bias = bayes_weights(counts, labels, 0.3)
        np.testing.assert_allclose(weights, model.feature_log_prob_[1] - model.feature_log_prob_[0])
        assert bias == pytest.approx(model.class_log_prior_[1] - model.class_log_prior_[0])


def test_the_scores_of_dev_do_not_know_its_labels():
    """Are they the same when all labels of dev are turned round, and with other rows in dev beside them?"""
    rng = np.random.default_rng(0)
    rows, labels = rng.normal(size=(20, 9)), np.tile([0, 1], 10)
    scores = dev_scores(rows, labels, 14, 3)
    turned = labels.copy()
    turned[14:] = 1 - turned[14:]
    np.testing.assert_array_equal(dev_scores(rows, turned, 14, 3), scores)
    np.testing.assert_allclose(dev_scores(rows[:15], labels[:15], 14, 3), scores[:1])
