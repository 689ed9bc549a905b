"""Surfaces of two parameters, and the ways that optimizers take on them. Taught in chapter 05."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from bookutils.core.choices import look_up
from bookutils.core.messages import _
from bookutils.numerics.arrays import Floats
from bookutils.numerics.optimizers.steps import (
    adam_step,
    gradient_step,
    momentum_step,
    nesterov_step,
    rmsprop_step,
)

State = tuple[Floats, ...]
Step = Callable[[Floats, Floats, State, int, float, float], tuple[Floats, State]]


@dataclass(frozen=True)
class Optimizer:
    """An optimizer under one signature, for experiments that try several.

    Parameters
    ----------
    name, label : its key in `OPTIMIZERS`, and how it is written
    memories : how many arrays it keeps beside the parameters
    step : (theta, grad, state, t, learning_rate, momentum) → (theta, state)
    """

    name: str
    label: str
    memories: int
    step: Step

    def start(self, theta: Floats) -> State:
        """Return the state before the first step: zeros."""
        return tuple(np.zeros_like(theta) for _memory in range(self.memories))


def _taking(step: Callable[..., Any], *settings: str) -> Step:
    """Bring a step under the one signature: it gets its memories, and those of the settings that it takes."""

    def take(
        theta: Floats, grad: Floats, state: State, t: int, learning_rate: float, momentum: float
    ) -> tuple[Floats, State]:
        known = {"t": t, "learning_rate": learning_rate, "momentum": momentum}
        result = step(theta, grad, *state, *(known[name] for name in settings))
        return (result[0], result[1:]) if state else (result, ())

    return take


def _uncorrected(
    theta: Floats, grad: Floats, state: State, t: int, learning_rate: float, momentum: float
) -> tuple[Floats, State]:
    """Adam as BERT's first code has it: both means as they are."""
    _theta, m, v = adam_step(theta, grad, state[0], state[1], t, learning_rate, momentum)
    return theta - learning_rate * m / (np.sqrt(v) + 1e-8), (m, v)


OPTIMIZERS = MappingProxyType(
    {
        optimizer.name: optimizer
        for optimizer in (
            Optimizer("sgd", _("gradient descent"), 0, _taking(gradient_step, "learning_rate")),
            Optimizer("momentum", _("momentum"), 1, _taking(momentum_step, "learning_rate", "momentum")),
            Optimizer("nesterov", _("Nesterov"), 1, _taking(nesterov_step, "learning_rate", "momentum")),
            Optimizer("rmsprop", _("RMSProp"), 1, _taking(rmsprop_step, "learning_rate")),
            Optimizer("adam", _("Adam"), 2, _taking(adam_step, "t", "learning_rate", "momentum")),
            Optimizer("adam_uncorrected", _("Adam without correction"), 2, _uncorrected),
        )
    }
)


def find_optimizer(name: str) -> Optimizer:
    """Return the optimizer of that name.

    Raises
    ------
    UsageError
        When none has that name.

    Examples
    --------
    >>> find_optimizer("adam").memories
    2
    """
    return look_up(OPTIMIZERS, name, _("There is no optimizer called {name!r}."))


@dataclass(frozen=True)
class Surface:
    """A loss with two parameters.

    Parameters
    ----------
    name, label : its key in `SURFACES`, and how it is written
    loss : array of shape (..., 2) → array of shape (...)
    gradient : array of shape (2,) → array of shape (2,)
    start : where races begin, shape (2,)
    minima : shape (number, 2)
    view : the part that is drawn: (left, right, bottom, top)
    """

    name: str
    label: str
    loss: Callable[[Floats], Floats]
    gradient: Callable[[Floats], Floats]
    start: tuple[float, float]
    minima: tuple[tuple[float, float], ...]
    view: tuple[float, float, float, float]


RAVINE = np.array([1.0, 50.0])  # the curvatures along its two axes


def _ravine_loss(theta: Floats) -> Floats:
    return 0.5 * np.sum(RAVINE * theta**2, axis=-1)


def _rosenbrock_loss(theta: Floats) -> Floats:
    x, y = theta[..., 0], theta[..., 1]
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


def _rosenbrock_gradient(theta: Floats) -> Floats:
    x, y = theta
    return np.array([-2 * (1 - x) - 400 * x * (y - x**2), 200 * (y - x**2)])


def _saddle_loss(theta: Floats) -> Floats:
    x, y = theta[..., 0], theta[..., 1]
    return 0.5 * x**2 - 0.5 * y**2 + 0.25 * y**4


SURFACES = MappingProxyType(
    {
        surface.name: surface
        for surface in (
            Surface(
                "ravine",
                _("ravine"),
                loss=_ravine_loss,
                gradient=lambda theta: RAVINE * theta,
                start=(-4.0, 0.8),
                minima=((0.0, 0.0),),
                view=(-4.8, 1.8, -1.2, 1.2),
            ),
            Surface(
                "rosenbrock",
                _("Rosenbrock’s valley"),
                loss=_rosenbrock_loss,
                gradient=_rosenbrock_gradient,
                start=(-1.2, 1.0),
                minima=((1.0, 1.0),),
                view=(-1.8, 1.8, -0.7, 2.2),
            ),
            Surface(
                "saddle",
                _("saddle"),
                loss=_saddle_loss,
                gradient=lambda theta: np.array([theta[0], theta[1] ** 3 - theta[1]]),
                start=(1.5, 0.0001),
                minima=((0.0, 1.0), (0.0, -1.0)),
                view=(-1.2, 1.8, -1.4, 1.4),
            ),
        )
    }
)


def find_surface(name: str) -> Surface:
    """Return the surface of that name.

    Raises
    ------
    UsageError
        When none has that name.

    Examples
    --------
    >>> find_surface("saddle").start
    (1.5, 0.0001)
    """
    return look_up(SURFACES, name, _("There is no surface called {name!r}."))


@dataclass(frozen=True)
class Path:
    """The way of an optimizer over a surface, before each step and after the last.

    Parameters
    ----------
    theta : array, shape (steps + 1, 2); not finite where the way has run off
    loss : array, shape (steps + 1,)
    """

    theta: Floats
    loss: Floats

    @property
    def ran_off(self) -> bool:
        """Whether the loss ended above where it began, or stopped being a number."""
        return not bool(self.loss[-1] <= self.loss[0])

    def steps_to(self, loss: float) -> int | None:
        """The first step after which the loss stays at or below `loss`; None where it does not."""
        above = np.flatnonzero(~(self.loss <= loss))
        if above.size == 0:
            return 0
        return int(above[-1]) + 1 if above[-1] + 1 < len(self.loss) else None


def descend(
    surface: str,
    optimizer: str,
    learning_rate: float,
    momentum: float = 0.9,
    steps: int = 100,
    *,
    start: tuple[float, float] | None = None,
    clip: float | None = None,
) -> Path:
    """Let an optimizer walk over a surface.

    Parameters
    ----------
    surface : a name in `SURFACES`
    optimizer : a name in `OPTIMIZERS`
    learning_rate, momentum : of the optimizer; Adam takes the momentum as its β₁, others leave it out
    steps : how many
    start : where; the surface's own start when None
    clip : greatest length of a gradient; None leaves gradients as they are

    Returns
    -------
    Path

    Raises
    ------
    UsageError
        When a name is unknown.

    Examples
    --------
    >>> descend("ravine", "sgd", 0.035).ran_off, descend("ravine", "sgd", 0.045).ran_off
    (False, True)
    """
    chosen, ground = find_optimizer(optimizer), find_surface(surface)
    theta: Floats = np.array(start or ground.start, dtype=np.float64)
    state = chosen.start(theta)
    path = [theta]
    with np.errstate(all="ignore"):
        for t in range(1, steps + 1):
            grad = ground.gradient(theta)
            if clip is not None:
                grad = grad * min(1.0, clip / max(float(np.hypot(*grad)), 1e-300))
            theta, state = chosen.step(theta, grad, state, t, learning_rate, momentum)
            path.append(theta)
        way = np.array(path)
        return Path(way, ground.loss(way))
