"""Right answers written differently: loops, lists, float32, recursion, counting uses."""

import math

import numpy as np


def backprop_plain(x, y, w1, b1, w2, b2, learning_rate):
    z = sum(a * b for a, b in zip(x, w1, strict=True)) + b1
    h = z if z > 0 else 0
    d = 1 / (1 + math.exp(-(w2 * h + b2))) - y
    e = d * w2 * (z > 0)
    new = [w - learning_rate * e * a for w, a in zip(w1, x, strict=True)]
    return {"b2": b2 - learning_rate * d, "w2": w2 - learning_rate * d * h, "b1": b1 - learning_rate * e, "w1": new}


def backprop_float32(*arguments):
    return {name: np.float32(value) for name, value in backprop_plain(*arguments).items()}


def backprop_matrix(x, y, w1, b1, w2, b2, learning_rate):
    one = np.append(x, 1.0)
    z = one @ np.append(w1, b1)
    h = np.maximum(z, 0)
    error = 0.5 * (1 + np.tanh((w2 * h + b2) / 2)) - y
    first = np.append(w1, b1) - learning_rate * error * w2 * np.heaviside(z, 0) * one
    return {"w1": first[:2], "b1": first[2], "w2": w2 - learning_rate * error * h, "b2": b2 - learning_rate * error}


def dense_einsum(x, weights, upstream):
    return {
        "x": np.einsum("bk,ik->bi", upstream, weights),
        "weights": np.einsum("bi,bk->ik", x, upstream),
        "bias": np.einsum("bk->k", upstream),
    }


def dense_loops(x, weights, upstream):
    at_weights, at_bias = np.zeros(weights.shape), np.zeros(weights.shape[1])
    for row, above in zip(x, upstream, strict=True):
        at_weights += np.outer(row, above)
        at_bias += above
    return {"x": [list(weights @ above) for above in upstream], "weights": at_weights, "bias": at_bias.tolist()}


def dense_float32(x, weights, upstream):
    x, weights, upstream = (np.asarray(a, "float32") for a in (x, weights, upstream))
    return {"x": upstream @ weights.T, "weights": x.T @ upstream, "bias": upstream.sum(0)}


def backward_recursive(loss):
    order = []

    def visit(node):
        if node not in order:
            for parent in node.parents:
                visit(parent)
            order.append(node)

    visit(loss)
    for node in order:
        node.grad = 0
    loss.grad = 1
    for node in order[::-1]:
        for parent, slope in zip(node.parents, node.slopes, strict=True):
            parent.grad += node.grad * slope


def backward_along_every_path(loss):
    def clear(node):
        node.grad = 0.0
        for parent in node.parents:
            clear(parent)

    def push(node, amount):
        node.grad += amount
        for parent, slope in zip(node.parents, node.slopes, strict=True):
            push(parent, amount * slope)

    clear(loss)
    push(loss, 1.0)


def backward_counting_uses(loss):
    waiting, stack = {loss: 0}, [loss]
    while stack:
        node = stack.pop()
        node.grad = np.float32(0)
        for parent in node.parents:
            if parent not in waiting:
                waiting[parent] = 0
                stack.append(parent)
            waiting[parent] += 1
    loss.grad, ready = np.float32(1), [loss]
    while ready:
        node = ready.pop()
        for parent, slope in zip(node.parents, node.slopes, strict=True):
            parent.grad += np.float32(slope) * node.grad
            waiting[parent] -= 1
            if not waiting[parent]:
                ready.append(parent)


RIGHT = {
    "backprop_211": [backprop_plain, backprop_float32, backprop_matrix],
    "dense_backward": [dense_einsum, dense_loops, dense_float32],
    "value_backward": [backward_recursive, backward_along_every_path, backward_counting_uses],
}
