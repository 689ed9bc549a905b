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


def _lines(rows, cut, fill, mask, inputs, held_out, loss):
    return {"ids": rows, "cut": cut, "fill": fill, "mask": mask, "inputs": inputs, "held out": held_out, "loss": loss}


def listing_by_arrays():
    def rows(pieces, vocabulary):
        places = {piece: place for place, piece in enumerate(vocabulary)}
        return np.array([places.get(piece, places["[UNK]"]) for piece in pieces], np.int32)

    return _lines(
        rows,
        lambda ids, length: np.append(ids[: min(length, len(ids)) - 1], 102),
        lambda ids, length: np.pad(ids, (0, length - len(ids))),
        lambda ids: np.asarray(ids) > 0,
        lambda ids, mask, segments: {"input_type_ids": segments, "input_word_ids": np.asarray(ids), "input_mask": mask},
        lambda examples, order: np.array(examples)[order[: len(order) // 10]].tolist(),
        lambda z, label: np.float64(np.log1p(np.exp(-abs(z))) + max(z, 0) - z * label),
    )


def listing_by_loops():
    def rows(pieces, vocabulary):
        found = []
        for piece in pieces:
            try:
                found.append(vocabulary.index(piece))
            except ValueError:
                found.append(vocabulary.index("[UNK]"))
        return found

    def cut(ids, length):
        middle = list(ids)
        while len(middle) > length:
            del middle[-2]
        return middle

    def fill(ids, length):
        longer = list(ids)
        while len(longer) < length:
            longer.append(0)
        return longer

    return _lines(
        rows,
        cut,
        fill,
        lambda ids: [1 if number else 0 for number in ids],
        lambda ids, mask, segments: {"input_mask": mask} | {"input_word_ids": ids} | {"input_type_ids": segments},
        lambda examples, order: [examples[order[k]] for k in range(len(order) // 10)],
        lambda z, label: max(z, 0) - z * label + np.log(1 + np.exp(-abs(z))),
    )


def listing_with_tensorflow():
    import tensorflow as tf

    others = listing_by_arrays()
    return others | {
        "mask": lambda ids: tf.cast(tf.not_equal(ids, 0), tf.int32),
        "loss": lambda z, label: tf.nn.sigmoid_cross_entropy_with_logits(labels=float(label), logits=z),
    }


def pair_by_counting(first, second, length):
    room = length - 3
    keep_first, keep_second = len(first), len(second)
    for _unused in range(max(0, keep_first + keep_second - room)):
        if keep_first > keep_second:
            keep_first -= 1
        else:
            keep_second -= 1
    ids = [101, *first[:keep_first], 102, *second[:keep_second], 102]
    segments = [0] * (keep_first + 2) + [1] * (keep_second + 1)
    pad = length - len(ids)
    return ids + pad * [0], len(ids) * [1] + pad * [0], segments + pad * [0]


def pair_as_arrays(first, second, length):
    ids, mask, segments = pair_by_counting(list(first), list(second), length)
    return np.array(ids), np.array(mask), np.array(segments)


def pair_as_a_list(first, second, length):
    ids, mask, _segments = pair_by_counting(list(first), list(second), length)
    places = np.arange(length)
    end = ids.index(102)
    return [ids, mask, np.where((places > end) & (np.array(mask) == 1), 1.0, 0.0)]


def _classifier(encoder, learning_rate, pool, loss):
    import keras

    names = ("input_word_ids", "input_mask", "input_type_ids")
    inputs = {name: keras.Input((None,), dtype="int32", name=name) for name in names}
    dropped = keras.layers.Dropout(0.3)(pool(encoder(inputs)["sequence_output"], inputs["input_mask"]))
    model = keras.Model(inputs, keras.layers.Dense(1)(dropped))
    optimizer = keras.optimizers.AdamW(learning_rate=learning_rate, weight_decay=0.01, global_clipnorm=1)
    model.compile(optimizer=optimizer, loss=loss, metrics=["accuracy"])
    return model


def classifier_with_ops(encoder, learning_rate):
    import keras

    def pool(vectors, mask):
        weights = keras.ops.expand_dims(keras.ops.cast(mask, "float32"), -1)
        return keras.ops.sum(vectors * weights, axis=1) / keras.ops.sum(weights, axis=1)

    return _classifier(encoder, learning_rate, pool, keras.losses.BinaryCrossentropy(from_logits=True))


def classifier_with_a_layer(encoder, learning_rate):
    import keras

    def pool(vectors, mask):
        return keras.layers.GlobalAveragePooling1D()(vectors, mask=keras.ops.cast(mask, "bool"))

    return _classifier(encoder, learning_rate, pool, keras.losses.BinaryCrossentropy(from_logits=True))


def classifier_with_a_function_as_loss(encoder, learning_rate):
    import keras

    def loss(labels, logits):
        return keras.losses.binary_crossentropy(labels, logits, from_logits=True)

    def pool(vectors, mask):
        return keras.layers.Dot(axes=(1, 1))([vectors, _shares(mask)])

    def _shares(mask):
        real = keras.ops.cast(mask, "float32")
        return real / keras.ops.sum(real, axis=1, keepdims=True)

    return _classifier(encoder, learning_rate, pool, loss)


RIGHT = {
    "build_classifier": [classifier_with_ops, classifier_with_a_layer, classifier_with_a_function_as_loss],
    "pair_inputs": [pair_by_counting, pair_as_arrays, pair_as_a_list],
    "repair_listing": [listing_by_arrays, listing_by_loops, listing_with_tensorflow],
    "head_loss": [head_by_logaddexp, head_loops, head_tensorflow],
    "mean_pool": [
        mean_pool_loops,
        mean_pool_einsum,
        mean_pool_masked_array,
        mean_pool_float32_matmul,
        mean_pool_tensorflow,
    ],
    "warmup_linear": [
        warmup_branches,
        warmup_smaller_of_two_lines,
        warmup_interpolated,
        warmup_float32,
        warmup_as_an_array,
        warmup_tensorflow,
    ],
}
