"""Right answers written differently: loops, einsum, lists, float32, TensorFlow."""

import math

import numpy as np

from bookutils.numerics.activations.functions import gelu
from bookutils.numerics.transformer.encoder import layer_norm, self_attention


def layer_norm_moments(x, gamma, beta, epsilon):
    mean = x.mean(-1, keepdims=True)
    variance = (x**2).mean(-1, keepdims=True) - mean**2
    return gamma * (x - mean) * (np.maximum(variance, 0) + epsilon) ** -0.5 + beta


def layer_norm_loops(x, gamma, beta, epsilon):
    result = np.empty(x.shape)
    for place in np.ndindex(x.shape[:-1]):
        vector = x[place]
        result[place] = (vector - vector.mean()) / math.sqrt(vector.var() + epsilon) * gamma + beta
    return result.tolist()


def layer_norm_float32(x, gamma, beta, epsilon):
    x = x.astype("float32")
    x = x - x.mean(axis=-1, keepdims=True)
    return x / np.sqrt((x * x).mean(axis=-1, keepdims=True) + np.float32(epsilon)) * gamma.astype("float32") + beta


def layer_norm_tensorflow(x, gamma, beta, epsilon):
    import tensorflow as tf

    mean, variance = tf.nn.moments(tf.constant(x), axes=[-1], keepdims=True)
    return tf.nn.batch_normalization(x, mean, variance, beta, gamma, epsilon)


def feed_forward_names(x, weights, approximate):
    kernel_1, bias_1, kernel_2, bias_2 = (
        weights[name] for name in ("inner_kernel", "inner_bias", "output_kernel", "output_bias")
    )
    return np.dot(gelu(np.dot(x, kernel_1) + bias_1, approximate=approximate), kernel_2) + bias_2


def feed_forward_own_gelu(x, weights, approximate):
    z = np.einsum("bth,hi->bti", x, weights["inner_kernel"]) + weights["inner_bias"]
    if approximate:
        bent = 0.5 * z * (1 + np.tanh(math.sqrt(2 / math.pi) * (z + 0.044715 * z**3)))
    else:
        bent = 0.5 * z * (1 + np.vectorize(math.erf)(z / math.sqrt(2)))
    return bent @ weights["output_kernel"] + weights["output_bias"]


def feed_forward_float32(x, weights, approximate):
    light = {name: array.astype("float32") for name, array in weights.items()}
    middle = gelu(x.astype("float32") @ light["inner_kernel"] + light["inner_bias"], approximate)
    return (middle @ light["output_kernel"] + light["output_bias"]).tolist()


def encoder_block_steps(x, weights, num_heads, mask):
    first = x + self_attention(x, weights, num_heads, mask)
    first = layer_norm(first, weights["attention_gamma"], weights["attention_beta"])
    second = first + feed_forward_names(first, weights, False)
    return layer_norm(second, weights["output_gamma"], weights["output_beta"])


def encoder_block_own_norm(x, weights, num_heads, mask):
    halves = (
        ("attention", lambda v: self_attention(v, weights, num_heads, mask)),
        ("output", lambda v: feed_forward_own_gelu(v, weights, False)),
    )
    for name, half in halves:
        x = layer_norm_moments(x + half(x), weights[f"{name}_gamma"], weights[f"{name}_beta"], 1e-12)
    return x.tolist()


def encoder_block_by_hand(x, weights, num_heads, mask):
    batch, _tokens, hidden = x.shape
    size = hidden // num_heads
    attended = np.zeros(x.shape)
    for row in range(batch):
        parts = {
            name: x[row] @ weights[f"{name}_kernel"] + weights[f"{name}_bias"] for name in ("query", "key", "value")
        }
        for head in range(num_heads):
            cut = slice(head * size, (head + 1) * size)
            scores = parts["query"][:, cut] @ parts["key"][:, cut].T / math.sqrt(size)
            scores = scores - 1e9 * (1 - mask[row, 0])
            shares = np.exp(scores - scores.max(axis=1, keepdims=True))
            attended[row][:, cut] = shares / shares.sum(axis=1, keepdims=True) @ parts["value"][:, cut]
    attended = attended @ weights["attention_kernel"] + weights["attention_bias"]
    middle = layer_norm_moments(x + attended, weights["attention_gamma"], weights["attention_beta"], 1e-12)
    fed = feed_forward_own_gelu(middle, weights, False)
    return layer_norm_moments(middle + fed, weights["output_gamma"], weights["output_beta"], 1e-12)


def mask_tokens_copy(ids, special, draws, kinds, random_ids, mask_id):
    inputs, targets = ids.copy(), np.full(ids.shape, -1)
    chosen = np.logical_and(draws < 0.15, ~special.astype(bool))
    targets[chosen] = ids[chosen]
    inputs[chosen & (kinds < 0.8)] = mask_id
    some = chosen & (kinds >= 0.8) & (kinds < 0.9)
    inputs[some] = random_ids[some]
    return {"targets": targets, "inputs": inputs}


def mask_tokens_loops(ids, special, draws, kinds, random_ids, mask_id):
    inputs, targets = ids.tolist(), [[-1] * ids.shape[1] for _row in ids]
    for row, column in zip(*np.nonzero((draws < 0.15) * (1 - special)), strict=True):
        targets[row][column] = int(ids[row, column])
        if kinds[row, column] < 0.8:
            inputs[row][column] = mask_id
        elif kinds[row, column] < 0.9:
            inputs[row][column] = random_ids[row, column]
    if not inputs:
        return {"inputs": ids, "targets": ids}
    return {"inputs": inputs, "targets": targets}


def mask_tokens_select(ids, special, draws, kinds, random_ids, mask_id):
    chosen = (draws < 0.15) & (special != 1)
    inputs = np.select([~chosen, kinds < 0.8, kinds < 0.9], [ids, np.full_like(ids, mask_id), random_ids], ids)
    return {"inputs": inputs.astype(float), "targets": ids * chosen - (~chosen)}


def embed_tokens_loops(word_ids, type_ids, words, positions, segments):
    rows = [
        [words[w] + positions[place] + segments[s] for place, (w, s) in enumerate(zip(ids, types, strict=True))]
        for ids, types in zip(word_ids, type_ids, strict=True)
    ]
    return np.array(rows)


def embed_tokens_arange(word_ids, type_ids, words, positions, segments):
    places = np.broadcast_to(np.arange(word_ids.shape[1]), word_ids.shape)
    return sum(np.take(table, ids, axis=0)
               for table, ids in ((words, word_ids), (segments, type_ids), (positions, places)))  # fmt: skip


def embed_tokens_one_hot(word_ids, type_ids, words, positions, segments):
    tables = (words.astype("float32"), segments.astype("float32"))
    looked_up = [np.eye(len(table), dtype="float32")[ids] @ table
                 for table, ids in zip(tables, (word_ids, type_ids), strict=True)]  # fmt: skip
    return looked_up[0] + looked_up[1] + positions[None, : word_ids.shape[1]].astype("float32")


def block_flops_list(tokens, hidden, inner, num_heads):
    size = hidden // num_heads
    products = [(tokens, hidden, hidden)] * 4
    products += [(tokens, size, tokens), (tokens, tokens, size)] * num_heads
    products += [(tokens, hidden, inner), (tokens, inner, hidden)]
    return sum(2 * a * b * c for a, b, c in products)


def block_flops_formula(tokens, hidden, inner, num_heads):
    return 4.0 * tokens * hidden * (2 * hidden + tokens + inner)


def block_flops_array(tokens, hidden, inner, num_heads):
    return 2 * np.array([4 * hidden**2, 2 * tokens * hidden, 2 * hidden * inner], dtype=np.int64).sum() * tokens


def rms_norm_power(x, gamma, epsilon):
    return gamma * x * (np.square(x).mean(-1, keepdims=True) + epsilon) ** -0.5


def rms_norm_loops(x, gamma, epsilon):
    result = np.empty(x.shape)
    for place in np.ndindex(x.shape[:-1]):
        size = math.sqrt(sum(entry * entry for entry in x[place]) / len(x[place]) + epsilon)
        result[place] = [entry / size * stretch for entry, stretch in zip(x[place], gamma, strict=True)]
    return result.tolist()


def rms_norm_float32(x, gamma, epsilon):
    x = np.float32(x)
    return x / np.sqrt(np.mean(x * x, axis=-1, keepdims=True) + np.float32(epsilon)) * np.float32(gamma)


def rotate_pairs_complex(x, positions):
    pairs = x[:, 0::2] + 1j * x[:, 1::2]
    turned = pairs * np.exp(1j * np.outer(positions, 10000.0 ** (-np.arange(pairs.shape[1]) / pairs.shape[1])))
    return np.stack([turned.real, turned.imag], axis=-1).reshape(x.shape)


def rotate_pairs_loops(x, positions):
    result = np.zeros(x.shape)
    d = x.shape[1]
    for row, t in enumerate(positions):
        for i in range(d // 2):
            angle = t / 10000 ** (2 * i / d)
            a, b = x[row, 2 * i], x[row, 2 * i + 1]
            result[row, 2 * i] = a * math.cos(angle) - b * math.sin(angle)
            result[row, 2 * i + 1] = a * math.sin(angle) + b * math.cos(angle)
    return result.tolist()


def rotate_pairs_swapped(x, positions):
    d = x.shape[1]
    angles = np.repeat(positions[:, None] * np.float32(10000.0) ** (-2 * np.arange(d // 2) / d), 2, axis=1)
    swapped = np.stack([-x[:, 1::2], x[:, 0::2]], axis=-1).reshape(x.shape)
    return x * np.cos(angles) + swapped * np.sin(angles)


RIGHT = {
    "layer_norm": [layer_norm_moments, layer_norm_loops, layer_norm_float32, layer_norm_tensorflow],
    "feed_forward": [feed_forward_names, feed_forward_own_gelu, feed_forward_float32],
    "encoder_block": [encoder_block_steps, encoder_block_own_norm, encoder_block_by_hand],
    "mask_tokens": [mask_tokens_copy, mask_tokens_loops, mask_tokens_select],
    "embed_tokens": [embed_tokens_loops, embed_tokens_arange, embed_tokens_one_hot],
    "block_flops": [block_flops_list, block_flops_formula, block_flops_array],
    "rms_norm": [rms_norm_power, rms_norm_loops, rms_norm_float32],
    "rotate_pairs": [rotate_pairs_complex, rotate_pairs_loops, rotate_pairs_swapped],
    "block_hunt": ["d", " D ", np.str_("d")],
}
