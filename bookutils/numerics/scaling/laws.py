"""Scaling laws: how the loss of a language model falls with parameters, tokens and computing. NumPy only.

Losses are in nats for a token. Each law was fitted to one family of models on one kind of text; outside of what was
measured it is a guess.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from bookutils.core.choices import look_up
from bookutils.core.errors import UsageError
from bookutils.core.messages import _


@dataclass(frozen=True)
class ScalingFit:
    """L(N, D) = floor + a/N^alpha + b/D^beta.

    Attributes
    ----------
    floor : the loss that no size and no amount of text removes
    a, alpha : of the term that parameters shrink
    b, beta : of the term that tokens shrink
    """

    floor: float = 1.69
    a: float = 406.4
    alpha: float = 0.34
    b: float = 410.7
    beta: float = 0.28


# Hoffmann et al. 2022, equation 10: as printed, which is rounded.
CHINCHILLA = ScalingFit()


def scaling_loss(parameters: ArrayLike, tokens: ArrayLike, fit: ScalingFit = CHINCHILLA) -> Any:
    """Return the loss that a fit expects of a model with these parameters, trained on these tokens.

    Parameters
    ----------
    parameters, tokens : numbers or arrays that fit together
    fit : the constants

    Notes
    -----
    Hoffmann et al. 2022, section 3.3. Taught in chapter 15.

    Examples
    --------
    >>> round(float(scaling_loss(70e9, 1.4e12)), 3)
    1.937
    """
    n, d = np.asarray(parameters, float), np.asarray(tokens, float)
    return fit.floor + fit.a / n**fit.alpha + fit.b / d**fit.beta


def compute_split(flops: float, a: float, alpha: float, b: float, beta: float) -> list[float]:
    """Return [N, D]: the parameters and tokens with the smallest expected loss for a budget.

    Parameters
    ----------
    flops : the budget C, with C = 6·N·D
    a, alpha, b, beta : constants of L = floor + a/N^alpha + b/D^beta

    Notes
    -----
    Put D = C/(6N), differentiate, set 0: alpha·a·N^(−alpha) = beta·b·D^(−beta). So
    N = (alpha·a / (beta·b))^(1/(alpha+beta)) · (C/6)^(beta/(alpha+beta)) (Hoffmann et al. 2022, equation 4). Taught
    in chapter 15.

    Examples
    --------
    >>> n, d = compute_split(5.76e23, 406.4, 0.34, 410.7, 0.28)
    >>> f"{n / 1e9:.0f} billion parameters, {d / 1e12:.1f} trillion tokens"
    '32 billion parameters, 3.0 trillion tokens'
    """
    product = flops / 6
    parameters = (alpha * a / (beta * b)) ** (1 / (alpha + beta)) * product ** (beta / (alpha + beta))
    return [parameters, product / parameters]


def best_split(flops: float, fit: ScalingFit = CHINCHILLA) -> tuple[float, float]:
    """Return (N, D) for a budget by a fit; see `compute_split`.

    Raises
    ------
    UsageError
        When the budget is not positive.
    """
    if flops <= 0:
        raise UsageError(_("A budget of {flops} buys nothing.").format(flops=flops), _("Give more than 0."))
    n, d = compute_split(flops, fit.a, fit.alpha, fit.b, fit.beta)
    return n, d


def rule_of_twenty(flops: float) -> tuple[float, float]:
    """Return (N, D) with twenty tokens for each parameter: N = √(C/120).

    >>> n, d = rule_of_twenty(5.76e23)
    >>> f"{n / 1e9:.0f} billion parameters, {d / 1e12:.1f} trillion tokens"
    '69 billion parameters, 1.4 trillion tokens'
    """
    n = float(np.sqrt(flops / 120))
    return n, 20 * n


def kaplan_loss(amount: ArrayLike, of: str) -> Any:
    """Return the loss by the power law of Kaplan et al. 2020, where only one thing is short.

    Parameters
    ----------
    amount : parameters (without embeddings), tokens, or petaflop/s-days
    of : "parameters", "tokens" or "compute"

    Raises
    ------
    UsageError
        When it is none of these.

    Notes
    -----
    L = (scale / amount)^exponent, with 8.8e13 and 0.076, 5.4e13 and 0.095, 3.1e8 and 0.050 (their section 1.2).
    Taught in chapter 15.

    Examples
    --------
    >>> round(float(kaplan_loss(8.8e13, "parameters")), 3)
    1.0
    """
    laws = {"parameters": (8.8e13, 0.076), "tokens": (5.4e13, 0.095), "compute": (3.1e8, 0.050)}
    scale, exponent = look_up(laws, of, _("There is no law for {name!r}."))
    return (scale / np.asarray(amount, float)) ** exponent


# Published runs: parameters, tokens (Rae et al. 2021; Hoffmann et al. 2022; Brown et al. 2020; Chowdhery et al. 2022;
# Touvron et al. 2023).
RUNS = {
    "GPT-3": (175e9, 300e9),
    "Gopher": (280e9, 300e9),
    "Chinchilla": (70e9, 1.4e12),
    "PaLM": (540e9, 780e9),
    "LLaMA-65B": (65e9, 1.4e12),
}
