"""Right answers written differently: loops, comparisons the other way round, lists, float32, TensorFlow."""

import numpy as np


def warmup_branches(step, peak, warmup_steps, total_steps):
    if step >= total_steps:
        return 0
    if step < warmup_steps:
        return step / warmup_steps * peak
    return peak - peak * (step - warmup_steps) / (total_steps - warmup_steps)


def warmup_smaller_of_two_lines(step, peak, warmup_steps, total_steps):
    up = step / warmup_steps if warmup_steps else 1.0
    down = (total_steps - step) / (total_steps - warmup_steps)
    return peak * max(0.0, min(up, down))


def warmup_interpolated(step, peak, warmup_steps, total_steps):
    places, heights = [warmup_steps, total_steps], [peak, 0.0]
    if warmup_steps:
        places, heights = [0, *places], [0.0, *heights]
    return np.interp(step, places, heights)


def warmup_float32(step, peak, warmup_steps, total_steps):
    one = np.float32
    if step < warmup_steps:
        return one(peak) * one(step) / one(warmup_steps)
    return one(peak) * max(one(0), one(1) - one(step - warmup_steps) / one(total_steps - warmup_steps))


def warmup_as_an_array(step, peak, warmup_steps, total_steps):
    rates = np.concatenate(
        [np.linspace(0, peak, warmup_steps, endpoint=False), np.linspace(peak, 0, total_steps - warmup_steps + 1)]
    )
    return rates[min(step, total_steps)]


def warmup_tensorflow(step, peak, warmup_steps, total_steps):
    import tensorflow as tf

    down = tf.maximum(0.0, (total_steps - step) / (total_steps - warmup_steps))
    return peak * tf.where(step < warmup_steps, tf.cast(step / max(warmup_steps, 1), tf.float32), down)


def mean_pool_loops(vectors, mask):
    means = []
    for rows, real in zip(vectors.tolist(), mask.tolist(), strict=True):
        kept = [row for row, one in zip(rows, real, strict=True) if one]
        means.append([sum(column) / len(kept) for column in zip(*kept, strict=True)] if kept else [0.0] * 3)
    return means


def mean_pool_einsum(vectors, mask):
    shares = mask / np.clip(mask.sum(axis=1, keepdims=True), 1, None)
    return np.einsum("bth,bt->bh", vectors, shares)


def mean_pool_masked_array(vectors, mask):
    hidden = np.ma.array(vectors, mask=np.repeat(mask[:, :, None] == 0, vectors.shape[2], axis=2))
    return np.ma.filled(hidden.mean(axis=1), 0.0)


def mean_pool_float32_matmul(vectors, mask):
    sums = mask[:, None, :].astype("float32") @ vectors.astype("float32")
    return sums[:, 0] / np.maximum(mask.sum(axis=1), 1)[:, None].astype("float32")


def mean_pool_tensorflow(vectors, mask):
    import tensorflow as tf

    weights = tf.cast(mask, tf.float32)[:, :, None]
    return tf.math.divide_no_nan(
        tf.reduce_sum(tf.cast(vectors, tf.float32) * weights, axis=1), tf.reduce_sum(weights, axis=1)
    )


def metrics_loop(logits, labels):
    tp = fp = fn = tn = 0
    for logit, label in zip(logits.tolist(), labels.tolist(), strict=True):
        if logit > 0:
            tp, fp = (tp + 1, fp) if label else (tp, fp + 1)
        else:
            fn, tn = (fn + 1, tn) if label else (fn, tn + 1)
    return {
        "f1": 2 * tp / (2 * tp + fp + fn) if tp + fp + fn else 0,
        "recall": tp / (tp + fn) if tp + fn else 0,
        "precision": tp / (tp + fp) if tp + fp else 0,
        "accuracy": (tp + tn) / (tp + fp + fn + tn) if len(logits) else 0,
    }


def metrics_from_probabilities(logits, labels):
    with np.errstate(all="ignore"):
        called, truth = 1 / (1 + np.exp(-logits.astype("float32"))) > 0.5, labels.astype(bool)
        precision = np.nan_to_num((called & truth).sum() / called.sum())
        recall = np.nan_to_num((called & truth).sum() / truth.sum())
        return {
            "accuracy": np.float32((called == truth).sum() / max(truth.size, 1)),
            "precision": precision,
            "recall": recall,
            "f1": np.nan_to_num(2 / (1 / precision + 1 / recall)),
        }


def metrics_scikit_learn(logits, labels):
    from sklearn.metrics import accuracy_score, precision_recall_fscore_support

    if not len(labels):
        return dict.fromkeys(["accuracy", "precision", "recall", "f1"], 0.0)
    called = (logits > 0).astype(int)
    precision, recall, f1, _support = precision_recall_fscore_support(labels, called, average="binary", zero_division=0)
    return {"accuracy": accuracy_score(labels, called), "precision": precision, "recall": recall, "f1": f1}


def ece_by_upper_edges(probabilities, labels, bins):
    edges, total = np.linspace(0, 1, bins + 1), 0.0
    for k in range(bins):
        inside = (probabilities > edges[k]) & (probabilities <= edges[k + 1]) | ((k == 0) & (probabilities == 0))
        if inside.any():
            total += inside.mean() * abs(probabilities[inside].mean() - labels[inside].mean())
    return total


def ece_counted(probabilities, labels, bins):
    places = np.digitize(probabilities, np.linspace(0, 1, bins + 1)[1:-1])
    gaps = np.bincount(places, weights=probabilities - labels, minlength=bins)
    return np.abs(gaps).sum() / max(len(labels), 1)


def ece_float32(probabilities, labels, bins):
    sums = {}
    for probability, label in zip(probabilities.astype("float32"), labels, strict=True):
        place = min(int(probability * bins), bins - 1)
        sums[place] = sums.get(place, np.float32(0)) + probability - np.float32(label)
    return sum(abs(gap) for gap in sums.values()) / np.float32(max(len(labels), 1))


def head_by_logaddexp(pooled, keep, rate, kernel, bias, labels):
    z = np.einsum("bh,bh,ho->b", pooled, keep, kernel) / (1 - rate) + bias
    return np.logaddexp(0, np.where(labels == 1, -z, z)).mean()


def head_loops(pooled, keep, rate, kernel, bias, labels):
    total = 0.0
    for vector, kept, label in zip(pooled, keep, labels, strict=True):
        z = float(bias[0])
        for value, one, weight in zip(vector, kept, kernel[:, 0], strict=True):
            z += value * one * weight / (1 - rate)
        margin = z if label else -z
        total += np.log1p(np.exp(-margin)) if margin > -30 else -margin
    return total / len(labels)


def head_tensorflow(pooled, keep, rate, kernel, bias, labels):
    import tensorflow as tf

    pooled, keep, kernel, bias, labels = (tf.cast(part, tf.float32) for part in (pooled, keep, kernel, bias, labels))
    logits = tf.squeeze(tf.matmul(pooled * keep / (1 - rate), kernel) + bias, axis=1)
    return tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=logits))


RIGHT = {
    "head_loss": [head_by_logaddexp, head_loops, head_tensorflow],
    "mean_pool": [
        mean_pool_loops,
        mean_pool_einsum,
        mean_pool_masked_array,
        mean_pool_float32_matmul,
        mean_pool_tensorflow,
    ],
    "metrics": [metrics_loop, metrics_from_probabilities, metrics_scikit_learn],
    "ece": [ece_by_upper_edges, ece_counted, ece_float32],
    "listing_hunt": ["e", " E ", np.str_("(e)")],
    "warmup_linear": [
        warmup_branches,
        warmup_smaller_of_two_lines,
        warmup_interpolated,
        warmup_float32,
        warmup_as_an_array,
        warmup_tensorflow,
    ],
}
