"""Right answers to chapter 15 written differently: loops, other groupings, shapes, float32."""

import math

import numpy as np


def params_closed(vocabulary, hidden, layers, heads):
    return (vocabulary + 514) * hidden + 2 * hidden + layers * (12 * hidden**2 + 13 * hidden) + hidden**2 + hidden


def params_shapes(vocabulary, hidden, layers, heads):
    h, size = hidden, hidden // heads
    shapes = [(vocabulary, h), (512, h), (2, h), (h,), (h,), (h, h), (h,)]
    for _layer in range(layers):
        shapes += [(h, heads, size), (heads, size)] * 3 + [(heads, size, h), (h,), (h,), (h,)]
        shapes += [(h, 4 * h), (4 * h,), (4 * h, h), (h,), (h,), (h,)]
    return sum(math.prod(shape) for shape in shapes)


def params_float(vocabulary, hidden, layers, heads):
    def dense(n, m):
        return n * m + m

    layer = 4 * dense(hidden, hidden) + dense(hidden, 4 * hidden) + dense(4 * hidden, hidden) + 4 * hidden
    return float(hidden * (vocabulary + 512 + 2 + 2) + layers * layer + dense(hidden, hidden))


def flops_plain(layer_parameters, layers, sentences, tokens, epochs):
    return 6 * layer_parameters * layers * sentences * tokens * epochs / 8.64e19


def flops_parts(layer_parameters, layers, sentences, tokens, epochs):
    forward = 2 * layer_parameters * layers
    backward = 2 * forward
    return np.array((forward + backward) * sentences * tokens * epochs / 1e15 / 86_400)


def flops_loop(layer_parameters, layers, sentences, tokens, epochs):
    total = 0.0
    for _layer in range(layers):
        total += 6 * layer_parameters * sentences * tokens * epochs
    return np.float32(total / (10**15 * 24 * 60 * 60))


def split_solved(flops, a, alpha, b, beta):
    g = (alpha * a / (beta * b)) ** (1 / (alpha + beta))
    return g * (flops / 6) ** (beta / (alpha + beta)), (flops / 6) ** (alpha / (alpha + beta)) / g


def split_bisected(flops, a, alpha, b, beta):
    low, high = -10.0, 60.0
    for _step in range(200):
        n = math.exp((low + high) / 2)
        d = flops / 6 / n
        if alpha * a * n**-alpha > beta * b * d**-beta:
            low = math.log(n)
        else:
            high = math.log(n)
    return np.array([n, d])


def split_logs(flops, a, alpha, b, beta):
    log_n = (math.log(alpha * a) - math.log(beta * b) + beta * math.log(flops / 6)) / (alpha + beta)
    return [math.exp(log_n), math.exp(math.log(flops / 6) - log_n)]


RIGHT = {
    "bert_params": [params_closed, params_shapes, params_float],
    "train_flops": [flops_plain, flops_parts, flops_loop],
    "compute_split": [split_solved, split_bisected, split_logs],
    "size_hunt": ["b", " B ", np.str_("(b)")],
}
