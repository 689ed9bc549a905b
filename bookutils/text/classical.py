"""Classical text classifiers: TF-IDF of words and pairs, and a small model on top. scikit-learn pipelines.

Taught in chapter 13.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bookutils.core.choices import look_up
from bookutils.core.errors import UsageError
from bookutils.core.messages import _
from bookutils.data.checks import as_labels, as_text, as_texts

BAYES, LOGISTIC, SVM, TREE = "naive Bayes", "logistic regression", "linear SVM", "decision tree"


def make_words() -> Any:
    """Return a TF-IDF vectorizer of words and pairs of words.

    Every token counts, "!" and "n't" too: scikit-learn's default pattern would drop both.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer

    return TfidfVectorizer(ngram_range=(1, 2), token_pattern=r"\S+")


def make_classical(name: str, *, tree_depth: int | None = None) -> Any:
    """Return an unfitted pipeline: sentences in, 0 or 1 out.

    Parameters
    ----------
    name : "naive Bayes", "logistic regression", "linear SVM" or "decision tree"
    tree_depth : of the tree; None lets it grow until its leaves are pure

    Raises
    ------
    UsageError
        When there is no such model.

    Notes
    -----
    The constants were chosen by cross-validation on the training sentences of SST-2. One pipeline holds vectorizer and
    classifier, so that nothing can be fitted on other sentences than those given to ``fit``. Taught in chapter 13.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.naive_bayes import MultinomialNB
    from sklearn.pipeline import make_pipeline
    from sklearn.svm import LinearSVC
    from sklearn.tree import DecisionTreeClassifier

    models: dict[str, Callable[[], Any]] = {
        BAYES: lambda: MultinomialNB(alpha=0.3),
        LOGISTIC: lambda: LogisticRegression(C=10.0, solver="liblinear", random_state=0),
        SVM: lambda: LinearSVC(C=1.0, random_state=0),
        TREE: lambda: DecisionTreeClassifier(max_depth=tree_depth, random_state=0),
    }
    make = look_up(models, name, _("There is no classical model {name!r}."))
    return make_pipeline(make_words(), make())


def make_head() -> Any:
    """Return an unfitted logistic regression for frozen sentence vectors, which it standardises first."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return make_pipeline(StandardScaler(), LogisticRegression(C=0.01, max_iter=1000))


def right_ones(model: Any, inputs: Any, labels: ArrayLike) -> NDArray[np.bool_]:
    """Return, for each example, whether a fitted model is right."""
    predicted = np.asarray(model.predict(as_texts(inputs) if isinstance(inputs, list) else inputs))
    return predicted == as_labels(labels, len(predicted))


def learnt_numbers(pipeline: Any) -> int:
    """Count what the classifier at the end of a pipeline has learnt: weights and biases, or a tree's questions.

    Notes
    -----
    A tree keeps a word and a threshold at each question and a class at each leaf. The vectorizer's IDF and a head's
    means count too: one or two numbers for each feature. Taught in chapter 13.
    """
    first, last = pipeline[0], pipeline[-1]
    before = sum(np.size(getattr(first, name)) for name in ("idf_", "mean_", "scale_") if hasattr(first, name))
    if hasattr(last, "tree_"):
        leaves = int(last.get_n_leaves())
        return before + 2 * (last.tree_.node_count - leaves) + leaves
    if hasattr(last, "feature_log_prob_"):
        return int(before + last.feature_log_prob_.size + last.class_log_prior_.size)
    return int(before + last.coef_.size + last.intercept_.size)


def operations(pipeline: Any, sentences: Sequence[str]) -> float:
    """Count a TF-IDF pipeline's arithmetic for one sentence, the mean over `sentences`.

    Notes
    -----
    For each feature that a sentence has: three operations to weight it and to bring the row to length one, and two,
    a multiplication and an addition, for each class's score. A tree asks one question a level instead. To cut the
    sentence into words is no arithmetic and is not counted. Taught in chapter 13.
    """
    first, last = pipeline[0], pipeline[-1]
    rows = first.transform(as_texts(sentences, name="sentences"))
    present = rows.nnz / max(rows.shape[0], 1)
    if hasattr(last, "tree_"):
        path = last.decision_path(rows)
        return float(3 * present + path.nnz / max(rows.shape[0], 1) - 1)
    scores = 2 if hasattr(last, "feature_log_prob_") else 1
    return float(3 * present + 2 * scores * present)


def megabytes(model: Any) -> float:
    """Return the size of a fitted model as a file, in MB of a million bytes; its vocabulary included."""
    return len(pickle.dumps(model)) / 1e6


@dataclass(frozen=True)
class Weights:
    """The words that a linear model leans on most.

    Attributes
    ----------
    words : from the most negative to the most positive
    weights : one for each word
    """

    words: list[str]
    weights: list[float]


def strongest_words(pipeline: Any, count: int = 10) -> Weights:
    """Return the `count` most negative and the `count` most positive words of a fitted linear pipeline.

    Raises
    ------
    UsageError
        When the model has no weight for each word.

    Notes
    -----
    Taught in chapter 13.
    """
    last = pipeline[-1]
    if not hasattr(last, "coef_"):
        raise UsageError(_("This model has no weight for each word."), _("Give a linear one."))
    names, weights = pipeline[0].get_feature_names_out(), last.coef_[0]
    order = np.argsort(weights, kind="stable")
    chosen = order if 2 * count >= len(order) else np.concatenate([order[:count], order[-count:]])
    return Weights([str(names[i]) for i in chosen], [float(weights[i]) for i in chosen])


def word_shares(pipeline: Any, sentence: str) -> dict[str, float]:
    """Return what each word and pair of a sentence adds to a linear model's score; they and the bias sum to it.

    Notes
    -----
    Taught in chapter 13.
    """
    row = pipeline[0].transform([as_text(sentence, name="sentence")]).tocoo()
    names, weights = pipeline[0].get_feature_names_out(), pipeline[-1].coef_[0]
    shares = {str(names[i]): float(value * weights[i]) for i, value in zip(row.col, row.data, strict=True)}
    return dict(sorted(shares.items(), key=lambda item: -abs(item[1])))


def tree_rules(pipeline: Any, depth: int = 3) -> str:
    """Return the first questions of a fitted tree as text.

    Notes
    -----
    Taught in chapter 13.
    """
    from sklearn.tree import export_text

    names = [str(name) for name in pipeline[0].get_feature_names_out()]
    return str(export_text(pipeline[-1], feature_names=names, max_depth=depth - 1, decimals=2))


def learning_sizes(total: int) -> list[int]:
    """Return the numbers of examples of a learning curve, from 100 to all.

    >>> learning_sizes(6920), learning_sizes(256)
    ([100, 200, 500, 1000, 2000, 4000, 6920], [100, 200, 256])
    """
    return [size for size in (100, 200, 500, 1000, 2000, 4000) if size < total] + [total]


@dataclass(frozen=True)
class Curve:
    """Accuracy against the number of examples.

    Attributes
    ----------
    sizes : numbers of examples
    accuracies : mean over the draws
    errors : standard error: of the dev sentences, and of the draws
    """

    sizes: list[int]
    accuracies: list[float]
    errors: list[float]


def learning_curve(
    make: Any, inputs: Any, labels: ArrayLike, dev_inputs: Any, dev_labels: ArrayLike, *, draws: int = 3
) -> Curve:
    """Fit on more and more examples, each size drawn a few times, and count on the same dev sentences.

    Parameters
    ----------
    make : returns an unfitted model
    inputs, labels : of the training examples; sentences, or rows of vectors
    dev_inputs, dev_labels : of those that are counted
    draws : how often each size but the last, which is all of them, is drawn

    Notes
    -----
    The error is √(p(1 − p)/n + s²/k): n dev sentences, and s the standard deviation over k draws. The sentences that
    are drawn depend on the draw's number alone, so that two curves learn from the same ones. Each draw is balanced:
    a first hundred of one class alone would be a bad teacher. Taught in chapter 13.
    """
    rows = np.array(as_texts(inputs), object) if isinstance(inputs, list) else np.asarray(inputs)
    answers = as_labels(labels, len(rows))
    n = len(as_labels(dev_labels, name="dev_labels"))
    accuracies, errors = [], []
    sizes = learning_sizes(len(answers))
    for size in sizes:
        shares = []
        for draw in range(draws if size < len(answers) else 1):
            chosen = balanced_draw(answers, size, draw)
            model = make().fit(list(rows[chosen]) if rows.dtype == object else rows[chosen], answers[chosen])
            shares.append(float(right_ones(model, dev_inputs, dev_labels).mean()))
        p = float(np.mean(shares))
        between = float(np.var(shares, ddof=1)) / len(shares) if len(shares) > 1 else 0.0
        accuracies.append(p)
        errors.append(float(np.sqrt(p * (1 - p) / n + between)))
    return Curve(sizes, accuracies, errors)


def balanced_draw(labels: ArrayLike, size: int, draw: int = 0) -> NDArray[np.int64]:
    """Return places of `size` examples, as many of each class as there are, drawn anew for each number `draw`.

    >>> sorted(np.array([0, 1, 0, 1])[balanced_draw([0, 1, 0, 1], 2)].tolist())
    [0, 1]
    """
    answers = as_labels(labels)
    order = np.random.default_rng((6, draw)).permutation(len(answers))
    ones, zeros = order[answers[order] == 1], order[answers[order] == 0]
    take = min(len(zeros), max(size - len(ones), size // 2))
    return np.sort(np.concatenate([zeros[:take], ones[: size - take]]))
