"""Right answers written differently: loops, lists, float32, TensorFlow."""

import math

import numpy as np


def targets_plain(ids, padding_id):
    targets = ids[:, 1:]
    return ids[:, :-1], targets, np.where(targets == padding_id, 0, 1)


def targets_loops(ids, padding_id):
    rows = ids.tolist()
    inputs = [row[:-1] for row in rows]
    targets = [row[1:] for row in rows]
    return [inputs, targets, [[float(target != padding_id) for target in row] for row in targets]]


def targets_boolean_float32(ids, padding_id):
    return np.delete(ids, -1, axis=1), np.delete(ids, 0, axis=1), np.float32(ids[:, 1:] != padding_id)


def perplexity_bits(probabilities, weights):
    return 2 ** np.average(-np.log2(probabilities), weights=weights)


def perplexity_loops(probabilities, weights):
    total, count = 0.0, 0
    for row, counts in zip(probabilities, weights, strict=True):
        for p, counted in zip(row, counts, strict=True):
            if counted:
                total, count = total + math.log(p), count + 1
    return math.exp(-total / count)


def perplexity_float32(probabilities, weights):
    p, w = np.float32(probabilities), np.float32(weights)
    return np.exp(-(np.log(p) * w).sum() / w.sum())


def perplexity_geometric(probabilities, weights):
    chosen = probabilities[weights == 1]
    return 1 / np.prod(chosen ** (1 / len(chosen)))


def temperature_plain(logits, temperature):
    scores = logits / temperature
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def temperature_rows(logits, temperature):
    def row(scores):
        powers = [math.exp((s - max(scores)) / temperature) for s in scores]
        return [power / sum(powers) for power in powers]

    return np.apply_along_axis(row, -1, logits)


def temperature_power(logits, temperature):
    powers = np.exp(logits - np.max(logits, -1, keepdims=True)) ** (1 / temperature)
    return powers / np.sum(powers, -1, keepdims=True)


def temperature_tensorflow(logits, temperature):
    import tensorflow as tf

    return tf.nn.softmax(tf.constant(logits) / temperature)


def nucleus_loop(probabilities, p):
    kept, total = [0.0] * len(probabilities), 0.0
    for token in sorted(range(len(probabilities)), key=lambda i: -probabilities[i]):
        kept[token] = probabilities[token]
        total += probabilities[token]
        if total >= p:
            break
    return [value / sum(kept) for value in kept]


def nucleus_count(probabilities, p):
    order = np.argsort(probabilities)[::-1]
    count = np.searchsorted(np.cumsum(probabilities[order]), p) + 1
    kept = np.zeros(len(probabilities), np.float32)
    kept[order[:count]] = probabilities[order[:count]]
    return kept / kept.sum()


def nucleus_threshold(probabilities, p):
    sums = np.cumsum(np.sort(probabilities)[::-1])
    least = np.sort(probabilities)[::-1][min(int((sums < p).sum()), len(sums) - 1)]
    kept = np.where(probabilities >= least, probabilities, 0)
    return kept / kept.sum()


def penalise_loop(logits, written, penalty):
    result = list(logits)
    for token in set(np.asarray(written).tolist()):
        result[token] = result[token] / penalty if result[token] > 0 else result[token] * penalty
    return result


def penalise_mask(logits, written, penalty):
    mask = np.isin(np.arange(len(logits)), written)
    return np.where(mask, np.where(logits < 0, logits * penalty, logits / penalty), logits)


def penalise_float32(logits, written, penalty):
    result = np.array(logits, np.float32)
    seen = np.unique(written).astype(int)
    result[seen] = np.minimum(result[seen] / penalty, result[seen] * penalty)
    return result


def cache_hidden(layers, heads, head_size, tokens, bytes_per_number, batch):
    hidden = heads * head_size
    return layers * (hidden + hidden) * tokens * batch * bytes_per_number


def cache_float(*sizes):
    return 2.0 * float(np.prod(sizes))


def cache_loop(layers, heads, head_size, tokens, bytes_per_number, batch):
    return sum(2 * heads * head_size * bytes_per_number * tokens for _layer in range(layers)) * batch


def write_on_plain(prompt, next_scores, temperature, stop, numbers):
    written = []
    for number in numbers:
        scores = np.asarray(next_scores(prompt + written)) / temperature
        powers = np.exp(scores - scores.max())
        token = int(np.searchsorted(np.cumsum(powers / powers.sum()), number, side="right"))
        if token == stop:
            return written
        written.append(token)
    return written


def write_on_while(prompt, next_scores, temperature, stop, numbers):
    text, left = list(prompt), list(numbers)
    while left:
        weights = [math.exp(score / temperature) for score in next_scores(text)]
        mark, token = left.pop(0) * sum(weights), 0
        while mark >= weights[token]:
            mark -= weights[token]
            token += 1
        if token == stop:
            break
        text += [token]
    return np.array(text[len(prompt) :], int)


def write_on_float32(prompt, next_scores, temperature, stop, numbers):
    text = np.array(prompt)
    for number in numbers:
        powers = np.exp(np.float32(next_scores(text)) / np.float32(temperature))
        token = np.argmax(np.cumsum(powers / powers.sum()) > number)
        if token == stop:
            break
        text = np.append(text, token)
    return tuple(text[len(prompt) :])


RIGHT = {
    "next_targets": [targets_plain, targets_loops, targets_boolean_float32],
    "perplexity": [perplexity_bits, perplexity_loops, perplexity_float32, perplexity_geometric],
    "apply_temperature": [temperature_plain, temperature_rows, temperature_power, temperature_tensorflow],
    "nucleus": [nucleus_loop, nucleus_count, nucleus_threshold],
    "write_on": [write_on_plain, write_on_while, write_on_float32],
    "penalise": [penalise_loop, penalise_mask, penalise_float32],
    "cache_bytes": [cache_hidden, cache_float, cache_loop],
    "writer_hunt": ["c", " C ", np.str_("c")],
}
