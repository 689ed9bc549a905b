"""Pictures of other tasks and of two losses: do they and their words hold what they show?"""

from __future__ import annotations

import pytest

from bookutils.plots.bert import tasks
from bookutils.plots.bert.losses import two_losses
from bookutils.plots.figure import alt_text

FIGURES = {
    "pair": (tasks.pair, ["[CLS] was it good [SEP] very [SEP] [PAD]"]),
    "tokens": (tasks.token_heads, ["ada: person"]),
    "losses": (lambda: two_losses([0.5, 0.3, 0.2], [0.4, 0.35, 0.38]), ["epoch 3: training 0.20, held out 0.38"]),
}


@pytest.mark.parametrize("name", FIGURES)
def test_figure(name, look):
    """Is it drawn without a warning, the same twice, small, legible, and with its key values in words?"""
    look(*FIGURES[name])


@pytest.mark.parametrize(
    ("held_out", "title"),
    [
        ([0.4, 0.35, 0.38], "The training loss keeps falling, the held-out loss turns up again"),
        ([0.4, 0.35, 0.34], "The training loss falls further than the held-out loss"),
        ([0.6, 0.4, 0.2], "Training loss and held-out loss, epoch by epoch"),
    ],
)
def test_the_title_says_what_the_losses_do(held_out, title):
    """Is overfitting only named where the numbers show it?"""
    figure = two_losses([0.5, 0.3, 0.2], held_out)
    assert figure.get_suptitle() == title
    assert "training 0.50" in alt_text(figure)
