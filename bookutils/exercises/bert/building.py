"""Exercises of chapter 11: a classifier, built and compiled with Keras."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from bookutils.core.messages import _
from bookutils.judging.model import Case, Exercise, Part, Rng, Tolerance, case
from bookutils.judging.switches import Switches, combiner, mistakes_of
from bookutils.numerics.bert.facts import classifier_numbers
from bookutils.probes.bert import model_numbers


def _model(rng: Rng, padding: int) -> Case:
    """Draw an encoder of eight words, a sentence of three or four, and a head; the logit is confident and wrong."""
    hidden = int(rng.integers(2, 4))
    table = np.round(rng.uniform(0.5, 2.0, (8, hidden)), 2)
    table[0] += 2.0  # the row of [PAD] is a row like any other
    ids = [int(place) for place in 1 + rng.permutation(7)[: int(rng.integers(3, 5))]] + [0] * padding
    kernel = np.round(rng.uniform(0.6, 1.4, hidden), 2)
    rate = float(np.round(rng.uniform(0.01, 0.09), 3))
    return case(table.tolist(), ids, kernel.tolist(), float(np.round(rng.uniform(0.1, 0.5), 2)), 0, rate)


def _whole(rng: Rng) -> Iterable[Case]:
    for _unused in range(2):
        yield _model(rng, 0)


def _padded(rng: Rng) -> Iterable[Case]:
    for padding in (2, 3, 2):
        yield _model(rng, padding)


def _buggy_numbers(
    bugs: Switches,
    table: Sequence[Sequence[float]],
    ids: Sequence[int],
    kernel: Sequence[float],
    bias: float,
    label: int,
    learning_rate: float,
) -> dict[str, float]:
    rows, head = np.asarray(table), np.asarray(kernel)
    used = np.asarray(ids) if "padding_averaged" in bugs else np.asarray(ids)[np.asarray(ids) != 0]
    z = float(rows[used].mean(axis=0) @ head + bias)
    p = 1 / (1 + np.exp(-z))
    slope = float((p - label) * head[0] / len(used))
    out = z
    if "sigmoid_twice" in bugs:
        out, slope = p, float((1 / (1 + np.exp(-p)) - label) * p * (1 - p) * head[0] / len(used))
    return {
        "logit": float(out),
        "loss": float(np.logaddexp(0, out) - label * out),
        "slope": 0.0 if "frozen" in bugs else slope,
        "dropout": 0.0 if "no_dropout" in bugs else 0.3,
        "learning rate": learning_rate,
        "weight decay": 0.0 if "other_optimizer" in bugs else 0.01,
        "clip": 0.0 if "no_clipping" in bugs else 1.0,
    }


BUILD_CLASSIFIER = Exercise(
    id="build_classifier",
    answer="build_classifier",
    asks=_("A Keras model from three inputs to one logit, compiled."),
    reference=classifier_numbers,
    probe=model_numbers,
    seconds=60.0,
    parts=(
        Part(_("a sentence that fills its row"), 2, _whole),
        Part(_("a sentence with padding"), 2, _padded),
    ),
    tolerance=Tolerance(rtol=1e-3, atol=1e-4),
    mistakes=mistakes_of(
        _buggy_numbers,
        (
            "sigmoid_twice",
            _("Your last layer gives a probability, and your loss applies a sigmoid to it once more."),
            _("The loss has `from_logits=True`. What does it expect?"),
            _("Leave out the activation: `keras.layers.Dense(1)`."),
        ),
        (
            "padding_averaged",
            _("Padding changes your answers."),
            _("A sentence of three tokens in a batch that is seven wide: how many vectors should the mean count?"),
            _('Give the pooling its mask: `GlobalAveragePooling1D()(vectors, mask=inputs["input_mask"])`.'),
        ),
        (
            "frozen",
            _("No variable of the encoder moves when your model trains."),
            _("Which of a layer's properties decides whether it learns?"),
            _("Leave `encoder.trainable` as it is, and build the model from the encoder's own output."),
        ),
        (
            "other_optimizer",
            _("Your optimizer is not AdamW."),
            _("Which optimizer lets the weights shrink a little in each step?"),
            _("`keras.optimizers.AdamW(learning_rate, weight_decay=0.01, global_clipnorm=1.0)`."),
        ),
        (
            "no_clipping",
            _("Your gradients are not cut to a global length of 1."),
            _("What does one odd batch with a gradient of length 50 do?"),
            _("Give the optimizer `global_clipnorm=1.0`."),
        ),
        (
            "no_dropout",
            _("Your model has no dropout layer."),
            _("What keeps the new layer from relying on a single number of the mean?"),
            _("`keras.layers.Dropout(0.3)` between the mean and the last layer."),
        ),
    ),
    combine=combiner(_buggy_numbers),
    hints=(
        _("Five steps: a dictionary of `keras.Input`, the encoder, the mean, dropout and a dense layer, `compile`."),
        _('`keras.Input((None,), dtype="int32", name=name)` for each name; the encoder gives "sequence_output".'),
        _(
            "`keras.Model(inputs, logit)`, then `compile` with `keras.optimizers.AdamW(…)`, "
            "`keras.losses.BinaryCrossentropy(from_logits=True)` and `metrics=[keras.metrics.BinaryAccuracy("
            "threshold=0.0)]`."
        ),
    ),
)
