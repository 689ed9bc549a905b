"""Right answers to chapter 13 written differently: loops, other groupings, lists, float32, scikit-learn."""

import math
from collections import Counter

import numpy as np


def params_closed(vocabulary, hidden, layers, heads):
    return (vocabulary + 514) * hidden + 2 * hidden + layers * (12 * hidden**2 + 13 * hidden) + hidden**2 + hidden


def params_shapes(vocabulary, hidden, layers, heads):
    h, size = hidden, hidden // heads
    shapes = [(vocabulary, h), (512, h), (2, h), (h,), (h,), (h, h), (h,)]
    for _layer in range(layers):
        shapes += [(h, heads, size), (heads, size)] * 3 + [(heads, size, h), (h,), (h,), (h,)]
        shapes += [(h, 4 * h), (4 * h,), (4 * h, h), (h,), (h,), (h,)]
    return sum(math.prod(shape) for shape in shapes)


def params_float(vocabulary, hidden, layers, heads):
    def dense(n, m):
        return n * m + m

    layer = 4 * dense(hidden, hidden) + dense(hidden, 4 * hidden) + dense(4 * hidden, hidden) + 4 * hidden
    return float(hidden * (vocabulary + 512 + 2 + 2) + layers * layer + dense(hidden, hidden))


def flops_plain(layer_parameters, layers, sentences, tokens, epochs):
    return 6 * layer_parameters * layers * sentences * tokens * epochs / 8.64e19


def flops_parts(layer_parameters, layers, sentences, tokens, epochs):
    forward = 2 * layer_parameters * layers
    backward = 2 * forward
    return np.array((forward + backward) * sentences * tokens * epochs / 1e15 / 86_400)


def flops_loop(layer_parameters, layers, sentences, tokens, epochs):
    total = 0.0
    for _layer in range(layers):
        total += 6 * layer_parameters * sentences * tokens * epochs
    return np.float32(total / (10**15 * 24 * 60 * 60))


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


def split_solved(flops, a, alpha, b, beta):
    g = (alpha * a / (beta * b)) ** (1 / (alpha + beta))
    return g * (flops / 6) ** (beta / (alpha + beta)), (flops / 6) ** (alpha / (alpha + beta)) / g


def split_bisected(flops, a, alpha, b, beta):
    low, high = -10.0, 60.0
    for _step in range(200):
        n = math.exp((low + high) / 2)
        d = flops / 6 / n
        if alpha * a * n**-alpha > beta * b * d**-beta:
            low = math.log(n)
        else:
            high = math.log(n)
    return np.array([n, d])


def split_logs(flops, a, alpha, b, beta):
    log_n = (math.log(alpha * a) - math.log(beta * b) + beta * math.log(flops / 6)) / (alpha + beta)
    return [math.exp(log_n), math.exp(math.log(flops / 6) - log_n)]


def break_even_plain(own, rented):
    saved = rented["per_thousand_tokens"] / 1000 * rented["tokens"] - own["per_hour"] / 3600 / (
        own["requests_per_second"] * own["utilisation"]
    )
    return (own["upkeep_per_day"] + own["setup"] / own["days"]) / saved if saved > 0 else math.inf


def break_even_numpy(own, rented):
    an_hour = own["requests_per_second"] * own["utilisation"] * 3600
    ours, theirs = own["per_hour"] / an_hour, rented["per_thousand_tokens"] * rented["tokens"] / 1000
    return np.where(theirs > ours, (own["setup"] / own["days"] + own["upkeep_per_day"]) / abs(theirs - ours), np.inf)


def break_even_whole(own, rented):
    fixed = own["setup"] + own["days"] * own["upkeep_per_day"]
    theirs = rented["per_thousand_tokens"] * rented["tokens"] / 1000
    ours = own["per_hour"] / (own["requests_per_second"] * own["utilisation"] * 60 * 60)
    if ours >= theirs:
        return float("inf")
    return np.float64(fixed / (own["days"] * (theirs - ours)))


RIGHT = {
    "bert_params": [params_closed, params_shapes, params_float],
    "train_flops": [flops_plain, flops_parts, flops_loop],
    "tfidf_split": [tfidf_counter, tfidf_sklearn, tfidf_matrix],
    "compute_split": [split_solved, split_bisected, split_logs],
    "break_even": [break_even_plain, break_even_numpy, break_even_whole],
    "size_hunt": ["b", " B ", np.str_("(b)")],
    "pipeline_hunt": ["b", " B ", np.str_("(b)")],
}
