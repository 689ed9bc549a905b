"""Right answers to chapter 07, written differently."""

import math
import re

import numpy as np


def rate_best_of_runs(run, wait, clock, m, k, n, repeats):
    run()
    wait()
    best = math.inf
    for _ in range(repeats):
        start = clock()
        run()
        wait()
        best = min(best, clock() - start)
    return 2.0 * m * k * n / (best * 1e-9)


def rate_with_two_warm_runs(run, wait, clock, m, k, n, repeats):
    for _ in range(2):
        run()
        wait()
    seconds = -clock()
    for _ in range(repeats):
        run()
    wait()
    seconds += clock()
    return repeats * (m * n * (k + k)) / seconds * 10**9


def rate_float32(run, wait, clock, m, k, n, repeats):
    run(), wait()
    begin = clock()
    [run() for _ in range(repeats)]
    wait()
    return np.float32(2e9 * m * k * n * repeats / (clock() - begin))


def roofline_if(m, k, n, bytes_each, peak, bandwidth):
    seconds_computing = 2 * m * k * n / peak
    seconds_moving = bytes_each * (m * k + k * n + m * n) / bandwidth
    return 2 * m * k * n / max(seconds_computing, seconds_moving)


def roofline_numpy(m, k, n, bytes_each, peak, bandwidth):
    sides = np.array([[m, k], [k, n], [m, n]], dtype=float)
    intensity = 2.0 * m * k * n / (sides.prod(axis=1).sum() * bytes_each)
    return np.minimum(peak, intensity * bandwidth)


def roofline_sorted(m, k, n, bytes_each, peak, bandwidth):
    return sorted([float(peak), bandwidth * 2 * m * k * n / bytes_each / (m * k + n * (k + m))])[0]


def bytes_list(parameters, activations, batch, bits, moments):
    held = [4 * parameters, 4 * parameters] + [4 * parameters] * moments
    if bits == 16:
        held.append(2 * parameters)
    held.append(activations * batch * bits // 8)
    return sum(held)


def bytes_table(parameters, activations, batch, bits, moments):
    return np.dot([8 + 4 * moments + {32: 0, 16: 2}[bits], batch * bits / 8], [parameters, activations])


def bytes_float(parameters, activations, batch, bits, moments):
    size = bits / 8
    total = parameters * (2 + moments) * 4.0 + batch * activations * size
    return total + parameters * size * (bits < 32)


def batch_search(memory, parameters, activations, bits):
    fixed = 16 * parameters + (2 * parameters if bits == 16 else 0)
    low, high = 0, 10**7
    while low < high:
        middle = (low + high + 1) // 2
        if fixed + bits // 8 * activations * middle <= memory:
            low = middle
        else:
            high = middle - 1
    return low


def batch_floor(memory, parameters, activations, bits):
    free = memory - parameters * (16 if bits == 32 else 18)
    return max(math.floor(8 * free / (bits * activations)), 0)


def batch_numpy(memory, parameters, activations, bits):
    free = memory - parameters * (16 + 2 * (bits == 16))
    return np.clip(np.floor(free / (activations * bits / 8)), 0, None)


def scale_python(scale, gradients, good_steps, patience):
    if any(math.isinf(g) or math.isnan(g) for g in gradients):
        return (scale / 2, 0)
    good_steps += 1
    return (2 * scale, 0) if good_steps == patience else (scale, good_steps)


def scale_sum(scale, gradients, good_steps, patience):
    if not np.isfinite(np.sum(np.abs(gradients))):
        return np.array([scale * 0.5, 0])
    if good_steps >= patience - 1:
        return np.array([scale * 2.0, 0])
    return np.array([scale, good_steps + 1])


def scale_float32(scale, gradients, good_steps, patience):
    bad = np.count_nonzero(~np.isfinite(np.asarray(gradients, np.float32)))
    count = 0 if bad else good_steps + 1
    factor = 0.5 if bad else (2.0 if count >= patience else 1.0)
    return [np.float32(scale * factor), count % patience if count < patience else 0]


def log_table(log):
    rows = [
        ("OOM when allocating", "out-of-memory"),
        ("Cannot dlopen", "missing-libraries"),
        ("but source was compiled with", "cudnn-too-old"),
        ("CUDA driver version is insufficient", "driver-too-old"),
    ]
    for words, cause in rows:
        if words in log:
            return cause
    if "cuInit" in log:
        return "wsl-sees-no-gpu" if "microsoft" in log else "no-driver"
    return "windows-has-no-gpu-build" if "PS C:" in log and "[]" in log else "nothing"


def log_patterns(log):
    patterns = {
        r"OOM": "out-of-memory",
        r"dlopen some GPU": "missing-libraries",
        r"Loaded runtime CuDNN library: .* but source": "cudnn-too-old",
        r"insufficient for CUDA runtime": "driver-too-old",
        r"(?s)WSL2.*cuInit": "wsl-sees-no-gpu",
        r"cuInit": "no-driver",
        r"(?sm)^PS C:.*^\[\]": "windows-has-no-gpu-build",
    }
    return next((cause for pattern, cause in patterns.items() if re.search(pattern, log)), "nothing")


def log_lower(log):
    text = log.lower()
    is_wsl, is_windows = "wsl2" in text, "c:\\" in text
    if "oom when" in text:
        return "out-of-memory"
    if "cannot dlopen some gpu libraries" in text:
        return "missing-libraries"
    if "compiled with" in text:
        return "cudnn-too-old"
    if "insufficient" in text:
        return "driver-too-old"
    if "failed call to cuinit" in text:
        if is_wsl:
            return "wsl-sees-no-gpu"
        return "no-driver"
    if is_windows and "[]" in text:
        return "windows-has-no-gpu-build"
    return "nothing"


RIGHT = {
    "matmul_flops": [rate_best_of_runs, rate_with_two_warm_runs, rate_float32],
    "roofline": [roofline_if, roofline_numpy, roofline_sorted],
    "train_bytes": [bytes_list, bytes_table, bytes_float],
    "largest_batch": [batch_search, batch_floor, batch_numpy],
    "next_loss_scale": [scale_python, scale_sum, scale_float32],
    "diagnose_log": [log_table, log_patterns, log_lower],
    "recipe_hunt": ["d", " D ", np.str_("(d)")],
}
