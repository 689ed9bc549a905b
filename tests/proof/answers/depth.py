"""Right answers to the exercises of chapter 04, written differently: loops, lists, float32, other formulas."""

import math
from itertools import pairwise

import numpy as np


def he_loops(draws):
    fan_in = len(draws)
    return [[float(value) * math.sqrt(2) / math.sqrt(fan_in) for value in row] for row in draws]


def he_float32(draws):
    draws = np.asarray(draws, dtype=np.float32)
    return draws * np.float32((2 / draws.shape[0]) ** 0.5)


def he_divided(draws):
    fan_in, _fan_out = draws.shape
    return draws / np.sqrt(fan_in / 2)


def glorot_loops(draws):
    rows, columns = np.shape(draws)
    limit = math.sqrt(6.0 / (rows + columns))
    return [[-limit + 2 * limit * float(value) for value in row] for row in draws]


def glorot_float32(draws):
    draws = np.asarray(draws, dtype=np.float32)
    return (draws - np.float32(0.5)) * np.float32(2 * math.sqrt(6 / sum(draws.shape)))


def glorot_by_variance(draws):
    standard = (draws - 0.5) * np.sqrt(12)
    return standard * np.sqrt(2 / sum(draws.shape))


def profile_recursive(x, weights):
    if not weights:
        return []
    z = np.einsum("bi,iu->bu", x, weights[0])
    return [float(z.var()), *profile_recursive(z * (z > 0), weights[1:])]


def profile_float32(x, weights):
    a, variances = np.asarray(x, np.float32), []
    for w in weights:
        z = a @ np.asarray(w, np.float32)
        variances.append(np.mean((z - z.mean()) ** 2))
        a = np.where(z > 0, z, 0)
    return np.array(variances)


def profile_std(x, weights):
    result = np.zeros(len(weights))
    for place, w in enumerate(weights):
        z = np.dot(x, w)
        result[place] = np.std(z) ** 2
        x = np.clip(z, 0, None)
    return result


def norms_backwards_index(pre_activations, weights, upstream):
    norms = [0.0] * len(weights)
    for k in range(len(weights) - 1, -1, -1):
        upstream = np.where(pre_activations[k] > 0, upstream, 0)
        norms[k] = float(np.linalg.norm(upstream))
        upstream = upstream @ weights[k].T
    return norms


def norms_float32(pre_activations, weights, upstream):
    gradient, norms = np.asarray(upstream, np.float32), []
    for z, w in list(zip(pre_activations, weights, strict=True))[::-1]:
        gradient = gradient * (np.asarray(z) > 0).astype(np.float32)
        norms.insert(0, np.sqrt((gradient * gradient).sum()))
        gradient = np.einsum("bu,iu->bi", gradient, np.asarray(w, np.float32))
    return np.array(norms)


def norms_recursive(pre_activations, weights, upstream):
    if not weights:
        return np.zeros(0)
    at_z = upstream * np.heaviside(pre_activations[-1], 0)
    below = norms_recursive(pre_activations[:-1], weights[:-1], (weights[-1] @ at_z.T).T)
    return np.append(below, np.linalg.norm(at_z))


def normalise_loops(x, epsilon=1e-5):
    rows = []
    for row in np.asarray(x).tolist():
        mean = sum(row) / len(row)
        variance = sum((value - mean) ** 2 for value in row) / len(row)
        rows.append([(value - mean) / math.sqrt(variance + epsilon) for value in row])
    return rows


def normalise_float32(x, epsilon=1e-5):
    x = np.asarray(x, np.float32)
    x = x - x.mean(axis=-1, keepdims=True)
    return x * (np.mean(x * x, axis=-1, keepdims=True) + np.float32(epsilon)) ** np.float32(-0.5)


def normalise_transposed(x, epsilon=1e-5):
    return ((x.T - x.mean(axis=1)) / np.sqrt(x.var(axis=1) + epsilon)).T


def residual_loops(x, weights, upstream):
    result = np.array(upstream, dtype=float)
    z = x @ weights
    for example in range(len(x)):
        for feature in range(x.shape[1]):
            for unit in range(weights.shape[1]):
                if z[example, unit] > 0:
                    result[example, feature] += upstream[example, unit] * weights[feature, unit]
    return result


def residual_jacobian(x, weights, upstream):
    rows = []
    for one, above in zip(x, upstream, strict=True):
        jacobian = np.eye(len(one)) + weights * (one @ weights > 0)
        rows.append(jacobian @ above)
    return np.array(rows)


def residual_float32(x, weights, upstream):
    x, weights, upstream = (np.asarray(array, np.float32) for array in (x, weights, upstream))
    gate = np.where(x @ weights > 0, upstream, 0)
    return (upstream + np.einsum("bu,iu->bi", gate, weights)).tolist()


def hunt_standard_normal(sizes, seed):
    rng = np.random.default_rng(seed)
    return [
        [rng.standard_normal((sizes[k], sizes[k + 1])) * math.sqrt(2 / sizes[k]), np.zeros(sizes[k + 1])]
        for k in range(len(sizes) - 1)
    ]


def hunt_power(sizes, seed):
    rng, layers = np.random.default_rng(seed), []
    for fan_in, fan_out in pairwise(sizes):
        layers.append((rng.normal(0, (2 / fan_in) ** 0.5, (fan_in, fan_out)), np.zeros(fan_out)))
    return layers


def hunt_float32(sizes, seed):
    layers = hunt_power(sizes, seed)
    return tuple((weights.astype(np.float32), bias.astype(np.float32)) for weights, bias in layers)


RIGHT = {
    "he_init": [he_loops, he_float32, he_divided],
    "glorot_uniform": [glorot_loops, glorot_float32, glorot_by_variance],
    "variance_profile": [profile_recursive, profile_float32, profile_std],
    "gradient_norms": [norms_backwards_index, norms_float32, norms_recursive],
    "normalise": [normalise_loops, normalise_float32, normalise_transposed],
    "residual_backward": [residual_loops, residual_jacobian, residual_float32],
    "init_hunt": [hunt_standard_normal, hunt_power, hunt_float32],
}
