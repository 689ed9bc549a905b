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


RIGHT = {
    "tfidf_split": [tfidf_counter, tfidf_sklearn, tfidf_matrix],
    "pipeline_hunt": ["b", " B ", np.str_("(b)")],
}
