"""Right answers to the exercises of chapter 12, written differently."""

import numpy as np


def metrics_loop(logits, labels):
    tp = fp = fn = tn = 0
    for logit, label in zip(logits.tolist(), labels.tolist(), strict=True):
        if logit > 0:
            tp, fp = (tp + 1, fp) if label else (tp, fp + 1)
        else:
            fn, tn = (fn + 1, tn) if label else (fn, tn + 1)
    return {
        "f1": 2 * tp / (2 * tp + fp + fn) if tp + fp + fn else 0,
        "recall": tp / (tp + fn) if tp + fn else 0,
        "precision": tp / (tp + fp) if tp + fp else 0,
        "accuracy": (tp + tn) / (tp + fp + fn + tn) if len(logits) else 0,
    }


def metrics_from_probabilities(logits, labels):
    with np.errstate(all="ignore"):
        called, truth = 1 / (1 + np.exp(-logits.astype("float32"))) > 0.5, labels.astype(bool)
        precision = np.nan_to_num((called & truth).sum() / called.sum())
        recall = np.nan_to_num((called & truth).sum() / truth.sum())
        return {
            "accuracy": np.float32((called == truth).sum() / max(truth.size, 1)),
            "precision": precision,
            "recall": recall,
            "f1": np.nan_to_num(2 / (1 / precision + 1 / recall)),
        }


def metrics_scikit_learn(logits, labels):
    from sklearn.metrics import accuracy_score, precision_recall_fscore_support

    if not len(labels):
        return dict.fromkeys(["accuracy", "precision", "recall", "f1"], 0.0)
    called = (logits > 0).astype(int)
    precision, recall, f1, _support = precision_recall_fscore_support(labels, called, average="binary", zero_division=0)
    return {"accuracy": accuracy_score(labels, called), "precision": precision, "recall": recall, "f1": f1}


def ece_by_upper_edges(probabilities, labels, bins):
    edges, total = np.linspace(0, 1, bins + 1), 0.0
    for k in range(bins):
        inside = (probabilities > edges[k]) & (probabilities <= edges[k + 1]) | ((k == 0) & (probabilities == 0))
        if inside.any():
            total += inside.mean() * abs(probabilities[inside].mean() - labels[inside].mean())
    return total


def ece_counted(probabilities, labels, bins):
    places = np.digitize(probabilities, np.linspace(0, 1, bins + 1)[1:-1])
    gaps = np.bincount(places, weights=probabilities - labels, minlength=bins)
    return np.abs(gaps).sum() / max(len(labels), 1)


def ece_float32(probabilities, labels, bins):
    sums = {}
    for probability, label in zip(probabilities.astype("float32"), labels, strict=True):
        place = min(int(probability * bins), bins - 1)
        sums[place] = sums.get(place, np.float32(0)) + probability - np.float32(label)
    return sum(abs(gap) for gap in sums.values()) / np.float32(max(len(labels), 1))


def threshold_by_a_loop(probabilities, labels, false_alarm, miss):
    best, lowest = None, float("inf")
    for candidate in sorted({0.0, *probabilities.tolist()}):
        cost = 0.0
        for probability, label in zip(probabilities, labels, strict=True):
            if probability > candidate and not label:
                cost += false_alarm
            elif probability <= candidate and label:
                cost += miss
        if cost < lowest:
            best, lowest = candidate, cost
    return best, lowest


def threshold_from_sums(probabilities, labels, false_alarm, miss):
    candidates = np.concatenate([[0.0], np.sort(probabilities)])
    negatives, positives = np.sort(probabilities[labels == 0]), np.sort(probabilities[labels == 1])
    alarms = len(negatives) - np.searchsorted(negatives, candidates, side="right")
    missed = np.searchsorted(positives, candidates, side="right")
    costs = false_alarm * alarms + miss * missed
    return [candidates[np.argmin(costs)], costs.min()]


def threshold_float32(probabilities, labels, false_alarm, miss):
    p = probabilities.astype("float32")
    price = {float(c): ((p > c) @ (false_alarm * (1 - labels)) + (p <= c) @ (miss * labels)) for c in [0, *p]}
    best = min(price, key=lambda c: (price[c], c))
    return np.float32(best), np.float32(price[best])


def temperature_by_a_loop(logits, labels, temperatures):
    best, lowest = None, float("inf")
    for temperature in temperatures:
        z = np.where(labels == 1, logits, -logits) / temperature
        loss = np.logaddexp(0, -z).mean()
        if loss < lowest:
            best, lowest = temperature, loss
    return best, lowest


def temperature_stable(logits, labels, temperatures):
    def cost(temperature):
        z = logits / temperature
        return np.mean(np.maximum(z, 0) - z * labels + np.log1p(np.exp(-np.abs(z))))

    best = min(temperatures.tolist(), key=cost)
    return best, cost(best)


def temperature_float32(logits, labels, temperatures):
    z = logits.astype("float32")[:, None] / temperatures.astype("float32")
    losses = (np.logaddexp(np.float32(0), z) - z * labels[:, None]).mean(axis=0)
    return [temperatures[losses.argmin()], losses.min()]


def lead_by_counting(first, second):
    b, c, n = sum((first == 1) & (second == 0)), sum((first == 0) & (second == 1)), len(first)
    return [(b - c) / n, (((b + c) / n - ((b - c) / n) ** 2) / n) ** 0.5]


def lead_float32(first, second):
    d = (first - second).astype("float32")
    return np.array([d.mean(), np.sqrt(((d - d.mean()) ** 2).mean() / d.size)])


def lead_from_the_covariance(first, second):
    variance = np.var(first) + np.var(second) - 2 * np.mean((first - first.mean()) * (second - second.mean()))
    return first.mean() - second.mean(), np.sqrt(max(variance, 0) / len(first))


RIGHT = {
    "metrics": [metrics_loop, metrics_from_probabilities, metrics_scikit_learn],
    "choose_threshold": [threshold_by_a_loop, threshold_from_sums, threshold_float32],
    "temperature_scaling": [temperature_by_a_loop, temperature_stable, temperature_float32],
    "lead": [lead_by_counting, lead_float32, lead_from_the_covariance],
    "ece": [ece_by_upper_edges, ece_counted, ece_float32],
}
