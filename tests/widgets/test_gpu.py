"""What the widgets of chapter 07 say, beside what test_explorers.py asks of every explorer."""

from bookutils.numerics.gpu.memory import encoder_activations, train_bytes
from bookutils.widgets import gpu


def test_the_memory_is_that_of_the_formula():
    """Does the sentence say what `train_bytes` gives for BERT-base?"""
    held = train_bytes(109_482_240, encoder_activations(128, 12, 768, 12), 32, 32, 2)
    assert f"{held / 16e9:.0%}" in gpu.explore_memory().summary.value
