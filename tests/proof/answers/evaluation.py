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


RIGHT = {
    "metrics": [metrics_loop, metrics_from_probabilities, metrics_scikit_learn],
    "ece": [ece_by_upper_edges, ece_counted, ece_float32],
}
