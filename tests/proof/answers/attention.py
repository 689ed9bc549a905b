"""Right answers to chapter 09 written differently: loops, einsum, lists, float32, TensorFlow."""

import math

import numpy as np


def attention_loops(queries, keys, values, mask):
    queries, keys, values = (np.asarray(x, float) for x in (queries, keys, values))
    out = np.zeros((*queries.shape[:-1], values.shape[-1]))
    shown = np.broadcast_to(mask, (*queries.shape[:-1], keys.shape[-2]))
    for place in np.ndindex(*queries.shape[:-1]):
        front = place[:-1]
        scores = [float(queries[place] @ key) / math.sqrt(queries.shape[-1]) for key in keys[front]]
        allowed = [j for j in range(len(scores)) if shown[(*place, j)]]
        top = max(scores[j] for j in allowed)
        total = sum(math.exp(scores[j] - top) for j in allowed)
        out[place] = sum(math.exp(scores[j] - top) / total * values[front][j] for j in allowed)
    return out


def attention_einsum(queries, keys, values, mask):
    scores = np.einsum("...qd,...kd->...qk", queries, keys) * queries.shape[-1] ** -0.5
    scores = np.where(np.asarray(mask, bool), scores, -np.inf)
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.einsum("...qk,...kv->...qv", powers / powers.sum(axis=-1, keepdims=True), values)


def attention_float32(queries, keys, values, mask):
    q, k, v = (np.asarray(x, np.float32) for x in (queries, keys, values))
    scores = (q / np.sqrt(np.float32(q.shape[-1]))) @ np.moveaxis(k, -1, -2) + (1 - np.asarray(mask)) * -1e9
    powers = np.exp(scores - scores.max(-1, keepdims=True))
    return (powers / powers.sum(-1, keepdims=True)) @ v


def attention_tensorflow(queries, keys, values, mask):
    import tensorflow as tf

    scores = tf.matmul(queries, keys, transpose_b=True) / math.sqrt(queries.shape[-1])
    return tf.matmul(tf.nn.softmax(scores + (1.0 - np.asarray(mask, float)) * -1e9), values)


def split_slices(x, num_heads):
    size = x.shape[-1] // num_heads
    return np.stack([x[..., head * size : (head + 1) * size] for head in range(num_heads)], axis=1)


def split_library(x, num_heads):
    return np.array(np.split(np.asarray(x), num_heads, axis=-1)).swapaxes(0, 1)


def split_lists(x, num_heads):
    batch, tokens, _hidden = x.shape
    return np.swapaxes(np.reshape(x.tolist(), (batch, tokens, num_heads, -1)), 1, 2).tolist()


def split_float32(x, num_heads):
    batch, tokens, hidden = x.shape
    return np.einsum("bths->bhts", np.asarray(x, np.float32).reshape(batch, tokens, num_heads, hidden // num_heads))


def multi_head_pieces(x, weights, num_heads, mask):
    q, k, v = (
        split_slices(x @ weights[f"{n}_kernel"] + weights[f"{n}_bias"], num_heads) for n in ("query", "key", "value")
    )
    out = attention_einsum(q, k, v, mask)
    return (
        np.concatenate(list(np.moveaxis(out, 1, 0)), axis=-1) @ weights["attention_kernel"] + weights["attention_bias"]
    )


def multi_head_by_head(x, weights, num_heads, mask):
    size = x.shape[-1] // num_heads
    result = np.broadcast_to(weights["attention_bias"], x.shape).copy()
    for head in range(num_heads):
        part = slice(head * size, (head + 1) * size)
        q, k, v = (x @ weights[f"{n}_kernel"][:, part] + weights[f"{n}_bias"][part] for n in ("query", "key", "value"))
        result += attention_loops(q, k, v, np.asarray(mask)[:, 0]) @ weights["attention_kernel"][part]
    return result


def multi_head_float32(x, weights, num_heads, mask):
    small = {name: np.asarray(value, np.float32) for name, value in weights.items()}
    return multi_head_pieces(np.asarray(x, np.float32), small, num_heads, mask)


def cost_formula(tokens, hidden, num_heads):
    pairs = 2 * tokens**2 * hidden
    return {"projections": 8 * tokens * hidden**2, "scores": pairs, "mixing": pairs, "weights": num_heads * tokens**2}


def cost_floats(tokens, hidden, num_heads):
    return {name: float(value) for name, value in cost_formula(tokens, hidden, num_heads).items()}


def product(a, b, c):
    return 2 * a * b * c


def cost_products(tokens, hidden, num_heads):
    size = hidden // num_heads
    return {
        "weights": np.int64(num_heads) * tokens * tokens,
        "mixing": num_heads * product(tokens, tokens, size),
        "scores": sum(product(tokens, size, tokens) for _head in range(num_heads)),
        "projections": sum(product(tokens, hidden, hidden) for _name in "qkvo"),
    }


def masks_loops(key_mask, causal=False):
    batch, tokens = np.shape(key_mask)
    out = np.zeros((batch, 1, tokens, tokens), int)
    for row, query, key in np.ndindex(batch, tokens, tokens):
        out[row, 0, query, key] = int(bool(key_mask[row][key]) and (key <= query or not causal))
    return out


def masks_booleans(key_mask, causal=False):
    places = np.arange(np.shape(key_mask)[1])
    before = places[:, None] >= places[None, :]
    return (np.asarray(key_mask)[:, None, None, :] == 1) & (before | (not causal))


def masks_lists(key_mask, causal=False):
    tokens = np.shape(key_mask)[1]
    lower = np.tril(np.ones((tokens, tokens))) if causal else np.ones((tokens, tokens))
    return [[(np.asarray(row) * lower).tolist()] for row in key_mask]


def entropy_loops(weights):
    out = np.zeros(np.shape(weights)[:-1])
    for place in np.ndindex(*out.shape):
        out[place] = sum(-a * math.log(a) for a in weights[place] if a > 0)
    return out


def entropy_tiny(weights):
    return (weights * -np.log(np.asarray(weights) + 1e-12)).sum(-1)


def entropy_nansum(weights):
    with np.errstate(all="ignore"):
        return np.nansum(weights * np.log(1 / np.asarray(weights, np.float32)), axis=-1)


def joint_head_by_head(x, w_qkv, w_o, num_heads, mask):
    hidden = x.shape[-1]
    size = hidden // num_heads
    shown = np.broadcast_to(mask, (len(x), num_heads, x.shape[1], x.shape[1]))
    results = []
    for head in range(num_heads):
        columns = [slice(part * hidden + head * size, part * hidden + (head + 1) * size) for part in range(3)]
        q, k, v = (x @ w_qkv[:, one] for one in columns)
        scores = np.where(shown[:, head] == 1, q @ k.transpose(0, 2, 1) / size**0.5, -np.inf)
        shares = np.exp(scores - scores.max(axis=-1, keepdims=True))
        results.append(shares / shares.sum(axis=-1, keepdims=True) @ v)
    return np.concatenate(results, axis=-1) @ w_o


def joint_einsum(x, w_qkv, w_o, num_heads, mask):
    batch, tokens, hidden = x.shape
    q, k, v = np.moveaxis((x @ w_qkv).reshape(batch, tokens, 3, num_heads, -1), 2, 0)
    scores = np.einsum("bqhs,bkhs->bhqk", q, k) / np.sqrt(hidden / num_heads)
    weights = np.exp(scores - scores.max(-1, keepdims=True)) * mask
    context = np.einsum("bhqk,bkhs->bqhs", weights / weights.sum(-1, keepdims=True), v)
    return context.reshape(batch, tokens, hidden).astype("float32") @ w_o.astype("float32")


def joint_tensorflow(x, w_qkv, w_o, num_heads, mask):
    import tensorflow as tf

    batch, tokens, hidden = x.shape
    parts = tf.split(tf.constant(x) @ tf.constant(w_qkv), 3, axis=-1)
    q, k, v = (tf.transpose(tf.reshape(y, (batch, tokens, num_heads, -1)), (0, 2, 1, 3)) for y in parts)
    scores = tf.matmul(q, k, transpose_b=True) / (hidden / num_heads) ** 0.5
    context = tf.nn.softmax(tf.where(mask == 0, tf.constant(-1e9, scores.dtype), scores)) @ v
    return tf.reshape(tf.transpose(context, (0, 2, 1, 3)), x.shape) @ tf.constant(w_o)


RIGHT = {
    "attention": [attention_loops, attention_einsum, attention_float32, attention_tensorflow],
    "split_heads": [split_slices, split_library, split_lists, split_float32],
    "multi_head": [multi_head_pieces, multi_head_by_head, multi_head_float32],
    "attention_cost": [cost_formula, cost_floats, cost_products],
    "combine_masks": [masks_loops, masks_booleans, masks_lists],
    "weights_entropy": [entropy_loops, entropy_tiny, entropy_nansum],
    "attention_hunt": [joint_head_by_head, joint_einsum, joint_tensorflow],
}
