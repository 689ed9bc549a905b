"""Right answers written differently: loops, vectorised, lists in and out, float32, TensorFlow."""

import math

import numpy as np


def relu_backward_loops(x, upstream):
    result = np.zeros(np.shape(x))
    for place in np.ndindex(np.shape(x)):
        if x[place] > 0:
            result[place] = upstream[place]
    return result


def relu_backward_mask(x, upstream):
    return (x > 0) * upstream


def relu_backward_float32(x, upstream):
    gradient = np.asarray(upstream, "float32").copy()
    gradient[np.asarray(x) <= 0] = 0
    return gradient


def relu_backward_lists(x, upstream):
    return np.where(np.array(x.tolist()) > 0, upstream, 0).tolist()


def relu_backward_tensorflow(x, upstream):
    import tensorflow as tf

    x = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.nn.relu(x)
    return tape.gradient(y, x, tf.constant(upstream))


def dead_fraction_loops(pre_activations):
    batch, units = pre_activations.shape
    dead = 0
    for unit in range(units):
        if not any(pre_activations[example, unit] > 0 for example in range(batch)):
            dead += 1
    return dead / units


def dead_fraction_maximum(pre_activations):
    return np.float32((pre_activations.max(axis=0) <= 0).mean())


def dead_fraction_outputs(pre_activations):
    outputs = np.maximum(pre_activations, 0)
    return np.array(1 - np.count_nonzero(outputs.sum(axis=0)) / outputs.shape[1])


def sigmoid_grad_plain(a):
    return a * (1 - a)


def sigmoid_grad_square(a):
    return a - a**2


def sigmoid_grad_float32(a):
    a = np.asarray(a, dtype=np.float32)
    return (a * (np.float32(1) - a)).tolist()


def sigmoid_grad_centred(a):
    return 0.25 - (a - 0.5) ** 2


def log_sigmoid_logaddexp(x):
    return -np.logaddexp(0, -x)


def log_sigmoid_branches(x):
    result = np.empty(np.shape(x))
    for place, value in np.ndenumerate(x):
        result[place] = -math.log1p(math.exp(-value)) if value >= 0 else value - math.log1p(math.exp(value))
    return result


def log_sigmoid_float32(x):
    x = np.asarray(x, dtype=np.float32)
    return np.minimum(x, 0) - np.log1p(np.exp(-np.abs(x)))


def log_sigmoid_tensorflow(x):
    import tensorflow as tf

    return tf.math.log_sigmoid(tf.constant(x))


def gelu_loops(x):
    result = [value * 0.5 * (1 + math.erf(value / math.sqrt(2))) for value in np.ravel(x)]
    return np.reshape(result, np.shape(x))


def gelu_complement(x):
    return x * 0.5 * np.vectorize(math.erfc, otypes=[float])(-x / 2**0.5)


def gelu_float32(x):
    x = np.asarray(x, dtype=np.float32)
    erf = np.vectorize(math.erf, otypes=[np.float32])
    return np.float32(0.5) * x * (1 + erf(x / np.float32(math.sqrt(2))))


def hunt_loops(w, b, x, y):
    a = 1 / (1 + math.exp(-(sum(one * other for one, other in zip(w, x, strict=True)) + b)))
    return [(a - y) * (a - a * a) * entry for entry in x]


def hunt_measured(w, b, x, y):
    def loss(w):
        return 0.5 * (1 / (1 + math.exp(-(w @ x + b))) - y) ** 2

    step = 1e-5
    return np.array([(loss(w + step * one) - loss(w - step * one)) / (2 * step) for one in np.eye(len(w))])


def hunt_float32(w, b, x, y):
    w, x = np.float32(w), np.float32(x)
    a = 0.5 + 0.5 * np.tanh((w @ x + np.float32(b)) / 2)
    return x * a * (a - np.float32(y)) * (1 - a)


_X = np.linspace(-3, 0, 3001)
_GELU = gelu_loops(_X)

RIGHT = {
    "relu_backward": [
        relu_backward_loops, relu_backward_mask, relu_backward_float32, relu_backward_lists, relu_backward_tensorflow,
    ],
    "dead_fraction": [dead_fraction_loops, dead_fraction_maximum, dead_fraction_outputs],
    "sigmoid_grad_from_output": [sigmoid_grad_plain, sigmoid_grad_square, sigmoid_grad_float32, sigmoid_grad_centred],
    "log_sigmoid": [log_sigmoid_logaddexp, log_sigmoid_branches, log_sigmoid_float32, log_sigmoid_tensorflow],
    "gelu": [gelu_loops, gelu_complement, gelu_float32],
    "gelu_minimum": [-0.75, np.float32(-0.7518), _X[np.argmin(_GELU)], np.array(-0.752)],
    "slope_hunt": [hunt_loops, hunt_measured, hunt_float32],
    "wake_unit": ["e", " E ", np.str_("e")],
}  # fmt: skip
