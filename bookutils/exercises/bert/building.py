"""Exercises of chapter 11: a classifier, built and compiled with Keras."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from bookutils.core.messages import _
from bookutils.judging.model import Case, Exercise, Mistake, Part, Rng, Tolerance, case
from bookutils.judging.switches import Switches
from bookutils.numerics.bert.facts import Described
from bookutils.probes.bert import model_facts


def _cases_of(fact: str) -> Callable[[Rng], Iterable[Case]]:
    def cases(rng: Rng) -> Iterable[Case]:
        for hidden in (4, 6):
            yield case(fact, hidden, int(rng.integers(1000)))

    return cases


_WRONG: dict[str, dict[str, Mapping[str, Any]]] = {
    "sigmoid_twice": {"loss": {"what the model gives for a logit of 40": 1.0, "its loss for the label 0": 1.313}},
    "padding_averaged": {"layers": {"padding changes the answer": True}},
    "frozen": {"training": {"encoder variables that move": "0 / 3"}},
    "other_optimizer": {"training": {"AdamW": False, "weight decay": None}},
    "no_clipping": {"training": {"global clip norm": None}},
    "no_dropout": {"layers": {"dropout": []}},
}


def _with(bugs: Switches) -> Described:
    changes: dict[str, dict[str, Any]] = {}
    for bug in sorted(bugs):
        for fact, change in _WRONG[bug].items():
            changes.setdefault(fact, {}).update(change)
    return Described(changes)


def _mistake(bug: str, evidence: str, question: str, fix: str) -> Mistake:
    return Mistake(bug, _with(frozenset({bug})), evidence, question, fix)


BUILD_CLASSIFIER = Exercise(
    id="build_classifier",
    answer="build_classifier",
    asks=_("A Keras model from three inputs to one logit, compiled."),
    reference=Described({}),
    probe=model_facts,
    seconds=60.0,
    parts=(
        Part(_("the layers"), 2, _cases_of("layers")),
        Part(_("the logit and its loss"), 1, _cases_of("loss")),
        Part(_("two training steps"), 1, _cases_of("training")),
    ),
    tolerance=Tolerance(rtol=1e-3, atol=1e-4),
    mistakes=(
        _mistake(
            "sigmoid_twice",
            _("Your last layer gives a probability, and your loss applies a sigmoid to it once more."),
            _("The loss has `from_logits=True`. What does it expect?"),
            _("Leave out the activation: `keras.layers.Dense(1)`."),
        ),
        _mistake(
            "padding_averaged",
            _("Padding changes your answers."),
            _("A sentence of three tokens in a batch that is seven wide: how many vectors should the mean count?"),
            _('Give the pooling its mask: `GlobalAveragePooling1D()(vectors, mask=inputs["input_mask"])`.'),
        ),
        _mistake(
            "frozen",
            _("No variable of the encoder moves when your model trains."),
            _("Which of a layer's properties decides whether it learns?"),
            _("Leave `encoder.trainable` as it is, and build the model from the encoder's own output."),
        ),
        _mistake(
            "other_optimizer",
            _("Your optimizer is not AdamW."),
            _("Which optimizer lets the weights shrink a little in each step?"),
            _("`keras.optimizers.AdamW(learning_rate, weight_decay=0.01, global_clipnorm=1.0)`."),
        ),
        _mistake(
            "no_clipping",
            _("Your gradients are not cut to a global length of 1."),
            _("What does one odd batch with a gradient of length 50 do?"),
            _("Give the optimizer `global_clipnorm=1.0`."),
        ),
        _mistake(
            "no_dropout",
            _("Your model has no dropout layer."),
            _("What keeps the new layer from relying on a single number of the mean?"),
            _("`keras.layers.Dropout(0.3)` between the mean and the last layer."),
        ),
    ),
    combine=_with,
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
