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


RIGHT = {
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
