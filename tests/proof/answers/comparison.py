"""Right answers to chapter 13 written differently: loops, lists, float32, scikit-learn."""

import math
from collections import Counter

import numpy as np


def tfidf_counter(train, dev):
    n, holds = len(train), Counter()
    for sentence in train:
        holds.update(set(sentence.split()))
    words = sorted(holds)
    idf = {word: math.log((1 + n) / (1 + holds[word])) + 1 for word in words}

    def rows(sentences):
        made = []
        for sentence in sentences:
            counts = Counter(sentence.split())
            row = [counts[word] * idf[word] for word in words]
            length = math.sqrt(sum(value * value for value in row)) or 1.0
            made.append([value / length for value in row])
        return made

    return rows(train), rows(dev)


def tfidf_sklearn(train, dev):
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(token_pattern=r"\S+")
    return vectorizer.fit_transform(train).toarray(), vectorizer.transform(dev).toarray()


def tfidf_matrix(train, dev):
    words = sorted(set(" ".join(train).split()))
    place = {word: number for number, word in enumerate(words)}
    train_counts = np.zeros((len(train), len(words)), "float32")
    dev_counts = np.zeros((len(dev), len(words)), "float32")
    for counts, sentences in ((train_counts, train), (dev_counts, dev)):
        for row, sentence in enumerate(sentences):
            for word in sentence.split():
                if word in place:
                    counts[row, place[word]] += 1
    idf = 1 - np.log((1 + (train_counts > 0).sum(0)) / (1 + len(train)))
    answers = []
    for counts in (train_counts, dev_counts):
        weighted = counts * idf
        norms = np.linalg.norm(weighted, axis=1)
        norms[norms == 0] = 1
        answers.append(weighted / norms[:, None])
    return answers


def bayes_loop(counts, labels, alpha):
    """Word by word."""
    words = len(counts[0])
    weights = []
    sums = {k: sum(float(sum(row)) for row, label in zip(counts, labels, strict=True) if label == k) for k in (0, 1)}
    for word in range(words):
        logs = {}
        for k in (0, 1):
            here = sum(float(row[word]) for row, label in zip(counts, labels, strict=True) if label == k)
            logs[k] = math.log((here + alpha) / (sums[k] + alpha * words))
        weights.append(logs[1] - logs[0])
    positive = sum(int(label) for label in labels)
    return [weights, math.log(positive / (len(labels) - positive))]


def bayes_sklearn(counts, labels, alpha):
    from sklearn.naive_bayes import MultinomialNB

    model = MultinomialNB(alpha=alpha).fit(counts, labels)
    first, second = model.feature_log_prob_
    return second - first, model.class_log_prior_[1] - model.class_log_prior_[0]


def bayes_products(counts, labels, alpha):
    of_class = np.stack([labels == 0, labels == 1]).astype(float)
    sums = of_class @ counts + alpha
    ratio = np.log(sums) - np.log(sums.sum(axis=1, keepdims=True))
    return np.float32(ratio[1] - ratio[0]), np.float32(np.log(of_class[1].sum()) - np.log(of_class[0].sum()))


def scores_split_first(rows, labels, first_dev, k):
    x_train, x_dev = np.split(rows, [first_dev])
    y_train = labels[:first_dev]
    apart = np.mean(x_train[y_train == 1], 0) - np.mean(x_train[y_train == 0], 0)
    best = np.abs(apart).argsort()[::-1][:k]
    return (x_dev[:, best] - x_train[:, best].mean(0)).dot(apart[best])


def scores_masked(rows, labels, first_dev, k):
    y = 2.0 * labels[:first_dev] - 1
    weight = np.where(y > 0, 1 / np.sum(y > 0), -1 / np.sum(y < 0))
    apart = weight @ rows[:first_dev]
    apart = apart * (np.argsort(np.argsort(-abs(apart))) < k)
    return rows[first_dev:] @ apart - rows[:first_dev].mean(axis=0) @ apart


def scores_lists(rows, labels, first_dev, k):
    ones = [row for row, label in zip(rows[:first_dev], labels, strict=False) if label]
    others = [row for row, label in zip(rows[:first_dev], labels, strict=False) if not label]
    apart = [float(np.mean(a) - np.mean(b)) for a, b in zip(np.transpose(ones), np.transpose(others), strict=True)]
    best = sorted(range(len(apart)), key=lambda i: -abs(apart[i]))[:k]
    middle = [float(np.mean([row[i] for row in rows[:first_dev]])) for i in best]
    return [sum(apart[i] * (row[i] - m) for i, m in zip(best, middle, strict=True)) for row in rows[first_dev:]]


RIGHT = {
    "bayes_weights": [bayes_loop, bayes_sklearn, bayes_products],
    "tfidf_split": [tfidf_counter, tfidf_sklearn, tfidf_matrix],
    "pipeline_hunt": [scores_split_first, scores_masked, scores_lists],
}
