"""A training run, whatever is trained: stopped anywhere, it ends like one that nobody stopped."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookutils.core.errors import BookError
from bookutils.models.training.run import Looks, StopTraining, TrainingRun

pytest.importorskip("safetensors")  # which comes with TensorFlow; nothing here needs more of it


class Weights:
    """One weight that goes downhill, with the little that a run asks of a Keras model."""

    def __init__(self) -> None:
        self.variables = [Variable([4.0])]

    def get_weights(self):
        return [np.array(variable) for variable in self.variables]

    def set_weights(self, weights):
        for variable, value in zip(self.variables, weights, strict=True):
            variable.assign(value)


class Variable:
    def __init__(self, value):
        self.value = np.array(value, np.float32)

    def __array__(self, dtype=None, copy=None):
        return np.array(self.value, dtype)

    @property
    def shape(self):
        return self.value.shape

    def assign(self, value):
        self.value = np.array(value, np.float32).reshape(self.value.shape)


class Descent:
    """An optimizer with momentum, so that there is a state to be kept."""

    def __init__(self) -> None:
        self.learning_rate, self.moment = Variable(0.0), Variable([0.0])
        self.variables = [self.learning_rate, self.moment]


STEPS = 12
LOOKS = (3, 6, 9, 12)


def make_run(checkpoint=None, *, looks=LOOKS, series="held_out", best=min, interrupted_look=None):
    """A run on numbers that its steps draw; `interrupted_look` counts from 0 and is interrupted once."""
    model, optimizer = Weights(), Descent()
    (weight,) = model.variables
    seen = []

    def batches(done):
        for number in range(done, STEPS):
            yield float(np.random.default_rng((0, number)).normal())

    def take_step(batch):
        optimizer.moment.assign(0.5 * optimizer.moment.value + weight.value + batch)
        weight.assign(weight.value - optimizer.learning_rate.value * optimizer.moment.value)
        return float(weight.value[0] ** 2), 1

    def measure():
        seen.append(float(weight.value[0]))
        if len(seen) - 1 == interrupted_look:
            raise KeyboardInterrupt
        return abs(seen[-1])

    return TrainingRun(
        model, optimizer, STEPS, batches=batches, take_step=take_step, rate=lambda done: 0.1 + done / 100,
        looks=Looks(looks, measure, series, best), checkpoint=checkpoint,
    )  # fmt: skip


def without_clock(history):
    return {name: value for name, value in history.as_dict().items() if name not in ("seconds", "resumed_at")}


def stop_at(step, error=StopTraining):
    def report(progress):
        if progress.step == step:
            raise error

    return report


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("runs")


@given(stops=st.sets(st.integers(1, STEPS), max_size=4), look=st.none() | st.integers(0, len(LOOKS) - 1))
def test_a_run_in_pieces_is_the_run_in_one(folder, stops, look):
    """Stopped after any steps, and once during any look: the same losses, looks and weights, bit for bit?"""
    from bookutils.models.training.checkpoints import Checkpoint

    whole = make_run()
    expected = whole.train()
    checkpoint = Checkpoint(folder / "run.safetensors", {"run": "numbers"})
    checkpoint.discard()
    at = []
    for step in sorted(stops):
        history = make_run(checkpoint).train(stop_at(step))
        assert history.interrupted and history.resumable
        at.append(len(history.losses))
        assert at[-1] == step
    if look is not None and LOOKS[look] > max(stops, default=0):
        history = make_run(
            checkpoint, interrupted_look=look - sum(LOOKS[n] <= max(stops, default=0) for n in range(4))
        ).train()
        assert history.interrupted
        assert len(history.epoch_ends) == len(history.held_out) < len(LOOKS)
        at.append(len(history.losses))
    run = make_run(checkpoint)
    history = run.train()
    assert history.resumed_at == at
    assert without_clock(history) == without_clock(expected)
    np.testing.assert_array_equal(run.model.get_weights(), whole.model.get_weights())
    assert not checkpoint.path.exists()


@pytest.mark.parametrize("best", [min, max, None])
def test_the_best_look_comes_back(best):
    """Are the weights at the end those of the best look, and the last ones where no look is better?"""
    run = make_run(best=best)
    history = run.train()
    (weight,) = run.model.get_weights()[0]
    assert history.epoch_ends == list(LOOKS)
    if best is None:
        assert history.best_epoch is None
        assert weight**2 == pytest.approx(history.losses[-1])
    else:
        assert history.held_out[history.best_epoch - 1] == best(history.held_out) == abs(weight)


def test_where_nothing_is_held_out_nothing_is_chosen():
    """Does a look that measures nothing count as an end, and leave the last weights?"""
    run = make_run()
    run.looks = Looks(LOOKS, lambda: None, "accuracies", max)
    history = run.train()
    assert history.epoch_ends == list(LOOKS)
    assert (history.accuracies, history.held_out, history.best_epoch) == ([], [], None)


def test_each_report_knows_its_stretch():
    """Do reports count steps and the stretches between looks, with an accuracy after a look alone?"""
    seen = []
    make_run(series="accuracies", best=max).train(seen.append)
    assert [progress.step for progress in seen] == list(range(1, STEPS + 1))
    assert [progress.epoch for progress in seen] == [1 + step // 3 for step in range(STEPS)]
    assert [progress.step for progress in seen if progress.accuracy is not None] == list(LOOKS)
    assert seen[-1].seconds_left == 0


def test_an_interruption_goes_through_to_whoever_asks():
    """Does `go` pass an interruption on, where `train` keeps it to itself?"""
    with pytest.raises(KeyboardInterrupt):
        make_run().go(stop_at(2, KeyboardInterrupt))
    assert make_run().train(stop_at(2, KeyboardInterrupt)).interrupted


def test_an_error_is_not_an_interruption():
    """Does an error in a step reach the caller?"""

    def broken(_batch):
        raise BookError("The memory is full.", "Take less.")

    run = make_run()
    run.take_step = broken
    with pytest.raises(BookError):
        run.train()
    assert run.history.losses == []
