"""Right answers to chapter 02 written differently: loops, lists in and out, float32, TensorFlow, scikit-learn's way."""

import math

import numpy as np


def bce_loops(logits, labels):
    total = 0.0
    for z, y in zip(logits, labels, strict=True):
        wrong_way = -z if y == 1 else z
        total += max(wrong_way, 0) + math.log1p(math.exp(-abs(wrong_way)))
    return total / len(labels)


def bce_logaddexp(logits, labels):
    return np.mean(np.logaddexp(0, np.where(labels == 1, -logits, logits)))


def bce_float32(logits, labels):
    z, y = np.float32(logits), np.float32(labels)
    return (np.maximum(z, 0) - y * z + np.log1p(np.exp(-np.abs(z)))).mean()


def bce_two_terms(logits, labels):
    log_p, log_q = -np.logaddexp(0, -logits), -np.logaddexp(0, logits)
    return -(labels * log_p + (1 - labels) * log_q).sum() / labels.size


def bce_of_probabilities(z, y):
    p = 1 / (1 + np.exp(-z))
    return np.mean(-y * np.log(p) - (1 - y) * np.log(1 - p))


def bce_picked(z, y):
    p = 1 / (1 + np.exp(-np.float32(z)))
    return np.float32(-np.log(np.where(y, p, 1 - p)).mean())


def bce_tensorflow(logits, labels):
    import tensorflow as tf

    return tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels=tf.cast(labels, logits.dtype), logits=logits))


def ce_loops(logits, labels):
    total = 0.0
    for row, label in zip(logits.tolist(), labels.tolist(), strict=True):
        largest = max(row)
        total += largest + math.log(sum(math.exp(z - largest) for z in row)) - row[label]
    return total / len(labels)


def ce_logaddexp(logits, labels):
    return np.mean(np.logaddexp.reduce(logits, axis=1) - logits[np.arange(len(labels)), labels])


def ce_float32(logits, labels):
    z = np.float32(logits)
    z = z - z.max(axis=-1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=-1, keepdims=True))
    return -np.take_along_axis(log_p, labels[:, None], axis=-1).mean()


def ce_one_hot(logits, labels):
    y = np.eye(logits.shape[1])[labels]
    shifted = logits - logits.max(axis=1, keepdims=True)
    return -np.sum(y * (shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True)))) / len(y)


def ce_tensorflow(logits, labels):
    import tensorflow as tf

    return tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits))


def grad_one_hot(logits, labels):
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return (powers / powers.sum(axis=1, keepdims=True) - np.eye(logits.shape[1])[labels]) / len(labels)


def grad_loops(logits, labels):
    rows = []
    for row, label in zip(logits.tolist(), labels.tolist(), strict=True):
        powers = [math.exp(z - max(row)) for z in row]
        rows.append([(power / sum(powers) - (k == label)) / len(labels) for k, power in enumerate(powers)])
    return rows


def grad_float32(logits, labels):
    z = np.float32(logits - logits.max(axis=1, keepdims=True))
    p = np.exp(z - np.log(np.exp(z).sum(axis=1, keepdims=True)))
    p[range(len(p)), labels] -= 1
    return p / np.float32(len(p))


def grad_tensorflow(logits, labels):
    import tensorflow as tf

    z = tf.constant(logits)
    with tf.GradientTape() as tape:
        tape.watch(z)
        loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=z))
    return tape.gradient(loss, z)


def hinge_loops(scores, labels):
    total = 0.0
    for s, label in zip(scores, labels, strict=True):
        total += max(0.0, 1 - s if label == 1 else 1 + s)
    return total / len(scores)


def hinge_where(scores, labels):
    return np.where(labels == 1, 1 - scores, 1 + scores).clip(0).mean()


def hinge_float32(scores, labels):
    y = np.where(labels > 0, 1, -1).astype("float32")
    return np.mean(np.maximum(np.float32(0), 1 - y * np.float32(scores)))


def hinge_copy(scores, labels):
    y = np.array(labels)
    y[y == 0] = -1
    gap = 1 - y * scores
    return np.sum(gap[gap > 0]) / len(gap)


def huber_where(predictions, targets, delta):
    size = np.abs(predictions - targets)
    return np.where(size <= delta, size**2 / 2, delta * (size - delta / 2)).mean()


def huber_loops(predictions, targets, delta):
    total = 0.0
    for p, t in zip(predictions, targets, strict=True):
        e = abs(p - t)
        total += e * e / 2 if e < delta else delta * e - delta**2 / 2
    return total / len(targets)


def huber_float32(predictions, targets, delta):
    size = np.abs(np.float32(predictions) - np.float32(targets)).astype("float32")
    near = np.minimum(size, np.float32(delta))
    return np.mean(near**2 / 2 + np.float32(delta) * (size - near))


def smooth_full(labels, num_classes, amount):
    rows = np.full((len(labels), num_classes), amount / num_classes)
    rows[np.arange(len(labels)), labels] += 1 - amount
    return rows


def smooth_loops(labels, num_classes, amount):
    low = amount / num_classes
    return [[low + (1 - amount) * (k == label) for k in range(num_classes)] for label in labels]


def smooth_float32(labels, num_classes, amount):
    one_hot = (labels[:, None] == np.arange(num_classes)).astype("float32")
    return one_hot + np.float32(amount) * (np.float32(1 / num_classes) - one_hot)


def soften_log(logits, temperature):
    z = logits / temperature
    return np.exp(z - np.logaddexp.reduce(z, axis=1)[:, None])


def soften_loops(logits, temperature):
    rows = []
    for row in logits.tolist():
        powers = [math.exp((z - max(row)) / temperature) for z in row]
        rows.append([power / sum(powers) for power in powers])
    return rows


def soften_power(logits, temperature):
    p = np.exp(logits - logits.max(axis=-1, keepdims=True)) ** (1 / temperature)
    return p / p.sum(axis=-1, keepdims=True)


RIGHT = {
    "bce_logits": [bce_loops, bce_logaddexp, bce_float32, bce_two_terms, bce_tensorflow],
    "softmax_ce": [ce_loops, ce_logaddexp, ce_float32, ce_one_hot, ce_tensorflow],
    "ce_grad": [grad_one_hot, grad_loops, grad_float32, grad_tensorflow],
    "hinge": [hinge_loops, hinge_where, hinge_float32, hinge_copy],
    "huber": [huber_where, huber_loops, huber_float32],
    "smooth_labels": [smooth_full, smooth_loops, smooth_float32],
    "soften": [soften_log, soften_loops, soften_power],
    "bce_hunt": [bce_loops, bce_logaddexp, bce_two_terms, bce_of_probabilities, bce_picked],
}
