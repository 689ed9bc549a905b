"""Right answers written differently: loops, lists, float32, other orders of the same formula, Keras' own."""

import math

import numpy as np

from bookutils.numerics.optimizers.experiments import moon_loss


def momentum_plain(theta, grad, velocity, learning_rate, momentum=0.9):
    new = momentum * velocity - learning_rate * grad
    return theta + new, new


def momentum_loops(theta, grad, velocity, learning_rate, momentum=0.9):
    moved, kept = np.zeros(theta.shape), np.zeros(theta.shape)
    for place in np.ndindex(theta.shape):
        kept[place] = momentum * velocity[place] - learning_rate * grad[place]
        moved[place] = theta[place] + kept[place]
    return moved, kept


def momentum_lists(theta, grad, velocity, learning_rate, momentum=0.9):
    new = [[momentum * v - learning_rate * g for v, g in zip(velocity.ravel(), grad.ravel(), strict=True)]]
    new = np.array(new).reshape(theta.shape)
    return [(theta + new).tolist(), new.tolist()]


def momentum_float32(theta, grad, velocity, learning_rate, momentum=0.9):
    theta, grad, velocity = (np.asarray(part, np.float32).copy() for part in (theta, grad, velocity))
    velocity *= np.float32(momentum)
    velocity -= np.float32(learning_rate) * grad
    theta += velocity
    return theta, velocity


def nesterov_twice(theta, grad, velocity, learning_rate, momentum=0.9):
    _first, velocity = momentum_plain(theta, grad, velocity, learning_rate, momentum)
    return momentum_plain(theta, grad, velocity, learning_rate, momentum)[0], velocity


def nesterov_sums(theta, grad, velocity, learning_rate, momentum=0.9):
    new = momentum * velocity - learning_rate * grad
    return theta + momentum**2 * velocity - (1 + momentum) * learning_rate * grad, new


def nesterov_float32(theta, grad, velocity, learning_rate, momentum=0.9):
    parts = (np.asarray(part, np.float32) for part in (theta, grad, velocity))
    return nesterov_twice(*parts, np.float32(learning_rate), np.float32(momentum))


def adam_other_order(theta, grad, m, v, t, learning_rate=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):
    m = m + (1 - beta1) * (grad - m)
    v = v + (1 - beta2) * (np.square(grad) - v)
    step = learning_rate * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + epsilon)
    return [theta - step, m, v]


def adam_loops(theta, grad, m, v, t, learning_rate=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):
    out = [np.zeros(theta.shape) for _ in range(3)]
    for place in np.ndindex(theta.shape):
        out[1][place] = beta1 * m[place] + (1 - beta1) * grad[place]
        out[2][place] = beta2 * v[place] + (1 - beta2) * grad[place] ** 2
        root = math.sqrt(out[2][place] / (1 - beta2**t))
        out[0][place] = theta[place] - learning_rate * out[1][place] / (1 - beta1**t) / (root + epsilon)
    return tuple(out)


def adam_float32(theta, grad, m, v, t, learning_rate=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):
    theta, grad, m, v = (np.asarray(part, np.float32) for part in (theta, grad, m, v))
    return adam_other_order(theta, grad, m, v, t, np.float32(learning_rate), beta1, beta2, epsilon)


def adam_scaled_epsilon(theta, grad, m, v, t, learning_rate=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):
    m, v = beta1 * m + (1 - beta1) * grad, beta2 * v + (1 - beta2) * grad * grad
    fade = math.sqrt(1 - beta2**t)
    return theta - learning_rate * fade / (1 - beta1**t) * m / (np.sqrt(v) + fade * epsilon), m, v


def adamw_where(theta, grad, m, v, t, is_weight, learning_rate=0.001, weight_decay=0.01):
    moved, m, v = adam_other_order(theta, grad, m, v, t, learning_rate)
    return np.where(is_weight, moved - learning_rate * weight_decay * theta, moved), m, v


def adamw_shrinks_first(theta, grad, m, v, t, is_weight, learning_rate=0.001, weight_decay=0.01):
    shrunk = theta * (1 - learning_rate * weight_decay * np.asarray(is_weight))
    return adam_loops(shrunk, grad, m, v, t, learning_rate)


def adamw_in_place(theta, grad, m, v, t, is_weight, learning_rate=0.001, weight_decay=0.01):
    moved, m, v = adam_other_order(theta, grad, m, v, t, learning_rate)
    moved[is_weight] -= learning_rate * weight_decay * theta[is_weight]
    return moved, m, v


def adamw_float32(theta, grad, m, v, t, is_weight, learning_rate=0.001, weight_decay=0.01):
    parts = (np.asarray(part, np.float32) for part in (theta, grad, m, v))
    return adamw_where(*parts, t, is_weight, np.float32(learning_rate), np.float32(weight_decay))


def clip_one_vector(gradients, max_norm):
    norm = np.linalg.norm(np.concatenate([np.ravel(grad) for grad in gradients])) if gradients else 0.0
    return [grad * (max_norm / max(norm, max_norm)) for grad in gradients]


def clip_of_norms(gradients, max_norm):
    norm = math.sqrt(sum(float(np.linalg.norm(np.ravel(grad))) ** 2 for grad in gradients))
    if norm <= max_norm:
        return list(gradients)
    return [(grad / norm * max_norm).tolist() for grad in gradients]


def clip_float32(gradients, max_norm):
    return clip_one_vector([np.asarray(grad, np.float32) for grad in gradients], np.float32(max_norm))


def clip_tensorflow(gradients, max_norm):
    import tensorflow as tf

    if not gradients:
        return []
    return tf.clip_by_global_norm([tf.constant(grad) for grad in gradients], max_norm)[0]


def cosine_math(step, peak, total_steps):
    return peak / 2 * (1 + math.cos(math.pi * min(step, total_steps) / total_steps))


def cosine_half_angle(step, peak, total_steps):
    return peak * math.cos(0.5 * math.pi * min(1, step / total_steps)) ** 2


def cosine_branches(step, peak, total_steps):
    return np.float32(0.5 * peak * (1 + np.cos(np.pi * step / total_steps))) if step < total_steps else 0


def epoch_of_means(w, x, y, order, batch_size, learning_rate):
    x, y = x[order], y[order]
    while len(x):
        errors = x[:batch_size] @ w - y[:batch_size]
        w = w - learning_rate * (errors[:, None] * x[:batch_size]).mean(axis=0)
        x, y = x[batch_size:], y[batch_size:]
    return w


def epoch_loops(w, x, y, order, batch_size, learning_rate):
    w = [float(one) for one in w]
    for first in range(0, len(order), batch_size):
        rows = list(order)[first : first + batch_size]
        gradient = [0.0] * len(w)
        for row in rows:
            error = sum(one * value for one, value in zip(w, x[row], strict=True)) - y[row]
            gradient = [sofar + error * value / len(rows) for sofar, value in zip(gradient, x[row], strict=True)]
        w = [one - learning_rate * slope for one, slope in zip(w, gradient, strict=True)]
    return w


def epoch_float32(w, x, y, order, batch_size, learning_rate):
    w, x, y = (np.asarray(part, np.float32) for part in (w, x, y))
    return epoch_of_means(w, x, y, order, batch_size, np.float32(learning_rate))


def loop_split(theta, train, held_out, orders, batch_size, learning_rate):
    x, labels = train
    history = []
    for order in orders:
        for rows in np.array_split(order, range(batch_size, len(order), batch_size)):
            theta = theta - learning_rate * moon_loss(theta, x[rows], labels[rows])[1]
        history.append([moon_loss(theta, x, labels)[0], moon_loss(theta, *held_out)[0]])
    return theta, history


def loop_shuffled_copies(theta, train, held_out, orders, batch_size, learning_rate):
    theta, history = np.array(theta), np.zeros((len(orders), 2))
    for epoch, order in enumerate(orders):
        x, labels = train[0][order], train[1][order]
        for first in range(0, len(x), batch_size):
            batch = slice(first, first + batch_size)
            theta -= learning_rate * moon_loss(theta, x[batch], labels[batch])[1]
        history[epoch] = [moon_loss(theta, *points)[0] for points in (train, held_out)]
    return [theta, history]


def loop_until_empty(theta, train, held_out, orders, batch_size, learning_rate):
    history = []
    for order in orders:
        left = [int(row) for row in order]
        while left:
            rows, left = left[:batch_size], left[batch_size:]
            theta = theta - learning_rate * moon_loss(theta, train[0][rows], train[1][rows])[1]
        history.append((moon_loss(theta, *train)[0], moon_loss(theta, *held_out)[0]))
    return theta, np.array(history)


RIGHT = {
    "momentum_step": [momentum_plain, momentum_loops, momentum_lists, momentum_float32],
    "nesterov_step": [nesterov_twice, nesterov_sums, nesterov_float32],
    "adam_step": [adam_other_order, adam_loops, adam_float32, adam_scaled_epsilon],
    "adamw_step": [adamw_where, adamw_shrinks_first, adamw_in_place, adamw_float32],
    "clip_global": [clip_one_vector, clip_of_norms, clip_float32, clip_tensorflow],
    "cosine_decay": [cosine_math, cosine_half_angle, cosine_branches],
    "training_loop": [loop_split, loop_shuffled_copies, loop_until_empty],
    "adam_hunt": [adam_other_order, adam_loops, adam_float32],
    "batch_hunt": [epoch_of_means, epoch_loops, epoch_float32],
}
