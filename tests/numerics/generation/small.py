"""A decoder of two blocks and eleven characters, with random weights."""

from __future__ import annotations

import numpy as np

VOCABULARY, LIMIT, HEADS, HIDDEN = 11, 12, 2, 8


def make_weights():
    rng = np.random.default_rng(3)

    def draw(*shape):
        return rng.normal(0, 0.5, shape)

    def block():
        names = ("query", "key", "value", "attention")
        weights = {f"{name}_kernel": draw(HIDDEN, HIDDEN) for name in names}
        weights |= {f"{name}_bias": draw(HIDDEN) for name in (*names, "output")}
        weights |= {f"{name}_{kind}": draw(HIDDEN) for name in ("attention", "output") for kind in ("gamma", "beta")}
        return weights | {
            "inner_kernel": draw(HIDDEN, 16), "inner_bias": draw(16), "output_kernel": draw(16, HIDDEN),
        }  # fmt: skip

    return {
        "words": draw(VOCABULARY, HIDDEN), "positions": draw(LIMIT, HIDDEN), "gamma": draw(HIDDEN),
        "beta": draw(HIDDEN), "blocks": [block(), block()], "bias": draw(VOCABULARY), "num_heads": HEADS,
    }  # fmt: skip


WEIGHTS = make_weights()
