"""Right answers written differently to the exercise of chapter 00."""

import numpy as np


def weighted_sum_loop(inputs, weights, bias):
    total = bias
    for value, weight in zip(inputs, weights, strict=True):
        total += value * weight
    return total


def weighted_sum_dot(inputs, weights, bias):
    return np.dot(inputs, weights) + bias


def weighted_sum_float32(inputs, weights, bias):
    return np.float32(np.asarray(inputs, np.float32) @ np.asarray(weights, np.float32) + np.float32(bias))


RIGHT = {"first_answer": [weighted_sum_loop, weighted_sum_dot, weighted_sum_float32]}
