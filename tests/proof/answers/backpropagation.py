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


def order_by_done_marks(loss):
    """A stack of single values: each is looked at until its parents are done."""
    order, done, stack = [], set(), [loss]
    while stack:
        node = stack[-1]
        open_parents = [parent for parent in node.parents if parent not in done]
        if node in done:
            stack.pop()
        elif open_parents:
            stack += open_parents
        else:
            done.add(stack.pop())
            order.append(node)
    return order


def order_by_counting_uses(loss):
    """Kahn's algorithm from the loss down: a value goes when all who use it are gone."""
    users, found = {loss: 0}, [loss]
    for node in found:
        for parent in node.parents:
            if parent not in users:
                users[parent] = 0
                found.append(parent)
            users[parent] += 1
    order, ready = [], [loss]
    while ready:
        node = ready.pop(0)
        order.append(node)
        for parent in node.parents:
            users[parent] -= 1
            if users[parent] == 0:
                ready.append(parent)
    return tuple(reversed(order))


def order_by_generator(loss):
    seen, stack = {id(loss)}, [(loss, iter(loss.parents))]
    while stack:
        node, rest = stack[-1]
        parent = next(rest, None)
        if parent is None:
            stack.pop()
            yield node
        elif id(parent) not in seen:
            seen.add(id(parent))
            stack.append((parent, iter(parent.parents)))


def slopes_table(name, a, b):
    return {"+": (1, 1), "-": (1, -1), "*": (b, a), "/": (1 / b, -a / b / b)}[name]


def slopes_measured(name, a, b):
    operation = {"+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b, "/": lambda a, b: a / b}[
        name
    ]
    h = 1e-5
    return [
        (operation(a + h, b) - operation(a - h, b)) / (2 * h),
        (operation(a, b + h) - operation(a, b - h)) / (2 * h),
    ]


def slopes_float32(name, a, b):
    a, b = np.float32(a), np.float32(b)
    return np.array(slopes_table(name, a, b), "float32")


def step_of_loops(x, y, network, learning_rate):
    w1, b1, w2, b2 = (np.array(network[name], float) for name in ("w1", "b1", "w2", "b2"))
    new = [w1.copy(), b1.copy(), w2.copy(), b2.copy()]
    for row, label in zip(x, y, strict=True):
        z = row @ w1 + b1
        h = np.where(z > 0, z, 0)
        error = 1 / (1 + math.exp(-(h @ w2 + b2)[0])) - label[0]
        back = error * w2[:, 0] * (z > 0)
        for parameter, gradient in zip(new, (np.outer(row, back), back, error * h[:, None], error), strict=True):
            parameter -= learning_rate / len(x) * gradient
    return dict(zip(("w1", "b1", "w2", "b2"), new, strict=True))


def step_einsum(x, y, network, learning_rate):
    z = np.einsum("bi,ih->bh", x, network["w1"]) + network["b1"]
    h = z * (z > 0)
    error = (0.5 + 0.5 * np.tanh((h @ network["w2"] + network["b2"]) / 2) - y) / y.size
    hidden = np.einsum("bo,ho->bh", error, network["w2"]) * (z > 0)
    gradients = {"b2": error.sum(0), "w2": h.T @ error, "b1": np.einsum("bh->h", hidden), "w1": x.T @ hidden}
    return {name: network[name] - learning_rate * gradients[name] for name in gradients}


def step_float32(x, y, network, learning_rate):
    network = {name: np.asarray(array, "float32") for name, array in network.items()}
    return step_einsum(x.astype("float32"), y.astype("float32"), network, np.float32(learning_rate))


def hunt_as_printed(x1, x2, y, w1, w2, b1, w3, b2, rate):
    a1 = max(0.0, w1 * x1 + w2 * x2 + b1)
    a2 = 1 / (1 + math.exp(-(w3 * a1 + b2)))
    grad_a2 = -y / a2 + (1 - y) / (1 - a2)
    grad_z2 = grad_a2 * a2 * (1 - a2)
    grad_w3 = grad_z2 * a1
    grad_z1 = grad_z2 * w3 * (a1 > 0)
    w1, w2, w3 = w1 - rate * grad_z1 * x1, w2 - rate * grad_z1 * x2, w3 - rate * grad_w3
    return {"w1": w1, "w2": w2, "b1": b1 - rate * grad_z1, "w3": w3, "b2": b2 - rate * grad_z2}


def hunt_by_loop(x1, x2, y, w1, w2, b1, w3, b2, rate):
    new = backprop_plain([x1, x2], y, [w1, w2], b1, w3, b2, rate)
    return {"w1": new["w1"][0], "w2": new["w1"][1], "b1": new["b1"], "w3": np.float64(new["w2"]), "b2": new["b2"]}


def hunt_measured(x1, x2, y, w1, w2, b1, w3, b2, rate):
    def loss(p):
        z = p[3] * max(0.0, p[0] * x1 + p[1] * x2 + p[2]) + p[4]
        return np.logaddexp(0, z) - y * z

    start, h = np.array([w1, w2, b1, w3, b2]), 1e-6
    moved = [
        one - rate * (loss(start + h * axis) - loss(start - h * axis)) / (2 * h)
        for one, axis in zip(start, np.eye(5), strict=True)
    ]
    return dict(zip(("w1", "w2", "b1", "w3", "b2"), moved, strict=True))


RIGHT = {
    "backprop_211": [backprop_plain, backprop_float32, backprop_matrix],
    "dense_backward": [dense_einsum, dense_loops, dense_float32],
    "topological_order": [order_by_done_marks, order_by_counting_uses, order_by_generator],
    "local_slopes": [slopes_table, slopes_measured, slopes_float32],
    "network_step": [step_of_loops, step_einsum, step_float32],
    "climbing_hunt": [hunt_as_printed, hunt_by_loop, hunt_measured],
    "value_backward": [backward_recursive, backward_along_every_path, backward_counting_uses],
}
