"""Right answers written differently: loops, comparisons the other way round, lists, float32, TensorFlow."""

import numpy as np


def make_mask_loops(word_ids, type_ids):
    return [[1 if word else 0 for word in row] for row in word_ids.tolist()]


def make_mask_bool(word_ids, type_ids):
    return word_ids > 0


def make_mask_by_where(word_ids, type_ids):
    return np.where(word_ids == 0, 0.0, 1.0).astype("float32")


def make_mask_by_sign(word_ids, type_ids):
    return np.minimum(word_ids, 1)


def make_mask_tensorflow(word_ids, type_ids):
    import tensorflow as tf

    return tf.cast(tf.not_equal(word_ids, 0), tf.int32)


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


def padding_loops(lengths, batch_size):
    rest, places, padding = list(lengths), 0, 0
    while rest:
        batch, rest = rest[:batch_size], rest[batch_size:]
        padding += sum(max(batch) - length for length in batch)
        places += max(batch) * len(batch)
    return padding / places if places else 0


def padding_split(lengths, batch_size):
    batches = np.split(lengths, range(batch_size, len(lengths), batch_size)) if len(lengths) else []
    places = sum(batch.size * batch.max() for batch in batches)
    return np.float32(1 - lengths.sum() / places) if batches else np.float32(0)


def padding_reduceat(lengths, batch_size):
    if lengths.size == 0:
        return 0.0
    widths = np.maximum.reduceat(lengths, np.arange(0, len(lengths), batch_size))
    wide = np.repeat(widths, batch_size)[: len(lengths)]
    return np.sum(wide - lengths) / np.sum(wide)


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
    "padding_waste": [padding_loops, padding_split, padding_reduceat],
    "listing_hunt": ["e", " E ", np.str_("(e)")],
    "make_mask": [make_mask_loops, make_mask_bool, make_mask_by_where, make_mask_by_sign, make_mask_tensorflow],
    "warmup_linear": [
        warmup_branches,
        warmup_smaller_of_two_lines,
        warmup_interpolated,
        warmup_float32,
        warmup_as_an_array,
        warmup_tensorflow,
    ],
}
