"""Is what chapter 07 says true? Each sentence that a reader could doubt, computed."""

import importlib.metadata
import math
import tracemalloc

import numpy as np
import pytest

from bookutils.devices.measure import load_recorded, measure_step_memory, peak_bytes
from bookutils.devices.symptoms.diagnosis import diagnose
from bookutils.models.encoder.config import BertConfig
from bookutils.numerics.gpu import formats, memory, rates
from tests.claims.quotation import says

BASE = BertConfig()
SEEDS = range(8)


@says("07-gpu", "Each line asks one layer", "its answer was written down when TensorFlow was compiled")
def test_the_build_info_asks_nothing_of_the_machine():
    """Does TensorFlow say for which CUDA it was built where no CUDA library is installed?"""
    build = pytest.importorskip("tensorflow.python.platform.build_info")
    installed = {name.lower() for d in importlib.metadata.distributions() if (name := d.metadata["Name"])}
    if any(name.startswith("nvidia-cublas") for name in installed):
        pytest.skip("the libraries are installed here")
    assert build.build_info["cuda_version"]  # and yet it names one


@says("07-gpu", "the only E here is noise", "The first three mean nothing")
def test_the_only_error_in_the_log_is_noise():
    """Does the doctor find no cause in the lines that come with an E or mean nothing?"""
    noise = (
        "E0000 00:00:1 7 cuda_dnn.cc:8579] Unable to register cuDNN factory: Attempting to register factory for plugin "
        "cuDNN when one has already been registered\nI0000 00:00:1 7 port.cc:153] oneDNN custom operations are on."
    )
    names = {cause.name for cause in diagnose(noise)}
    assert not names - {"nothing"}
    assert "missing-libraries" in {cause.name for cause in diagnose(noise + "\nCannot dlopen some GPU libraries.")}


@says(
    "07-gpu",
    "One row against a wide layer reaches a few per cent of the peak at most, whatever the card",
    "With a thousand rows all four could be fully busy",
    "In float16 the *share* is smaller still",
)
def test_one_row_waits_and_a_thousand_do_not():
    """Is one row below 3 % on each card, lower in float16, and are 1,024 rows at the peak?"""
    for name in ("T4", "A100"):
        shares = {}
        for dtype, size in (("float32", 4), ("float16", 2)):
            card = rates.find_machine(name, dtype)
            one, many = (rates.roofline(m, 1024, 1024, size, card.peak, card.bandwidth) / card.peak for m in (1, 1024))
            assert one < 0.05
            assert many == 1
            shares[dtype] = one
        assert shares["float16"] < shares["float32"]


@says("07-gpu", "Nearly as long as one.", "A larger batch is free, until the arithmetic is busy")
def test_a_batch_of_32_takes_as_long_as_one():
    """Do 32 examples take at most a tenth longer than one on a T4, and 4,096 many times as long?"""
    one, some, many = rates.step_seconds([1, 32, 4096], 1024, 1024, rates.find_machine("T4"))
    assert some < 1.1 * one
    assert many > 20 * one


@says(
    "07-gpu",
    "In float32, yes.",
    "the short form is 40 % too low",
    "a T4 reaches less than three quarters of its peak",
    "the batch's own bytes are two thirds of the weights'",
    "For a wider layer the two come together",
)
def test_the_batch_at_which_the_arithmetic_takes_over():
    """Does B* stand where both times are equal, and is the short form near it in float32 alone?"""
    for name in ("T4", "A100"):
        for dtype, size in (("float32", 4), ("float16", 2)):
            card = rates.find_machine(name, dtype)
            turn, short = rates.turning_batch(card, 1024, 1024, size), size / 2 * card.ridge
            moving = rates.matmul_traffic(turn, 1024, 1024, size) / card.bandwidth
            assert rates.matmul_work(turn, 1024, 1024) / card.peak == pytest.approx(moving)
            assert 1 - short / turn == pytest.approx(0.4, abs=0.02) if size == 2 else short > 0.9 * turn
            wide = rates.turning_batch(card, 16_384, 16_384, size)
            assert short > 0.95 * wide
    card = rates.find_machine("T4", "float16")
    short, turn = card.ridge, rates.turning_batch(card, 1024, 1024, 2)
    assert rates.roofline(short, 1024, 1024, 2, card.peak, card.bandwidth) < 0.75 * card.peak
    assert 2 * turn * 1024 / 1024**2 == pytest.approx(2 / 3, abs=0.02)


@says("07-gpu", "Small products reach only a part of the roof", "measured times lie on its line or above it")
def test_the_recorded_machine_keeps_to_its_roof():
    """Is the smallest product well below the roof, and does no measured time beat the model?"""
    here = load_recorded()
    for values in here.rates.values():
        n = here.sizes[0]
        intensity = rates.matmul_work(n, n, n) / rates.matmul_traffic(n, n, n, 4)
        assert values[0] < 0.8 * float(rates.attainable(intensity, here.machine))
    model = rates.step_seconds(here.batches, 4096, 4096, here.machine, overhead=0.0)
    assert all(np.all(np.array(seconds) > 0.99 * model) for seconds in here.seconds.values())


@says("07-gpu", "E = L\\,T\\,(16\\,H + 2\\,A\\,T)", "This is the count of Korthikanti et al. 2022, section 4")
def test_the_activations_are_those_of_the_paper_less_its_masks():
    """Are sbh(34 + 5as/h) bytes a layer, in 16 bits, the count and the masks of dropout?"""
    for tokens in (128, 512):
        h, a = BASE.hidden_size, BASE.num_heads
        paper = BASE.num_layers * tokens * h * (34 + 5 * a * tokens / h)
        masks = BASE.num_layers * tokens * (2 * h + a * tokens)  # a byte each
        assert 2 * memory.encoder_activations(tokens, BASE.num_layers, h, a) == pytest.approx(paper - masks)


@says(
    "07-gpu",
    "With a batch of 1, mixed precision needs *more*",
    "it saves a little over a quarter",
    "Mixed precision shrinks activations, and nothing else",
    "twice as many tokens leave more than twice as much",
)
def test_what_mixed_precision_saves_for_bert():
    """Is a batch of 1 larger in mixed precision, one of 32 a quarter smaller, and do only activations shrink?"""
    kept = memory.encoder_activations(128, 12, 768, 12)
    held = {(b, bits): memory.train_bytes(BASE.parameter_count, kept, b, bits, 2) for b in (1, 32) for bits in (16, 32)}
    assert held[1, 16] > held[1, 32]
    assert 0.70 < held[32, 16] / held[32, 32] < 0.75
    assert memory.encoder_activations(256, 12, 768, 12) > 2 * kept
    single, mixed = (memory.step_memory(BASE.parameter_count, kept, 32, bits=bits) for bits in (32, 16))
    assert (mixed.weights, mixed.gradients, mixed.moments) == (single.weights, single.gradients, single.moments)
    assert mixed.copy > 0
    assert mixed.activations < single.activations


@says("07-gpu", "by the same for each example: 2,048 bytes, but for rounding")
def test_the_prediction_is_low_by_one_gradient():
    """Is the missing part 512 numbers of 4 bytes an example?"""
    inputs, hidden, layers = 256, 512, 4
    parameters, activations = memory.layer_sizes(inputs, hidden, layers)
    batches = [256, 1024]
    for batch, measured in zip(batches, measure_step_memory(batches, inputs, hidden, layers), strict=True):
        missing = measured - memory.train_bytes(parameters, activations - inputs, batch, 32, 2)
        assert missing / batch == pytest.approx(2048, rel=0.03)


def forward(x, weights):
    """All layers' inputs and the last output."""
    kept = [x]
    for w in weights:
        kept.append(np.maximum(kept[-1] @ w, 0))
    return kept


def back(kept, weights, upstream):
    """The gradient of the input, and those of the weights."""
    gradients = []
    for w, below, above in zip(weights[::-1], kept[-2::-1], kept[:0:-1], strict=True):
        upstream = upstream * (above > 0)
        gradients.append(below.T @ upstream)
        upstream = upstream @ w.T
    return upstream, gradients


def checkpointed(x, weights, length):
    """The chapter's listing."""
    parts, inputs = [weights[start : start + length] for start in range(0, len(weights), length)], []
    for part in parts:
        inputs.append(x)
        x = forward(x, part)[-1]
    upstream, gradients = x, []
    for part, entrance in zip(parts[::-1], inputs[::-1], strict=True):
        upstream, some = back(forward(entrance, part), part, upstream)
        gradients += some
    return gradients


@says(
    "07-gpu",
    "What is missing, three to four layers' worth",
    "The best length is near $\\sqrt{L}$",
    "it keeps $L/c$ inputs, and $c$ outputs",
)
def test_checkpointing_saves_what_is_predicted():
    """Is the peak L/c + c layers and three or four more, least at parts of 4 of 16, and the gradient unchanged?"""
    rng = np.random.default_rng(0)
    weights = [rng.normal(0, math.sqrt(2 / 256), (256, 256)).astype(np.float32) for _ in range(16)]
    x = rng.normal(size=(4096, 256)).astype(np.float32)
    whole, peaks = checkpointed(x, weights, 16), {}
    for length in (16, 8, 4, 2, 1):
        peaks[length] = peak_bytes(lambda length=length: checkpointed(x, weights, length)) / x.nbytes
        assert 3 <= peaks[length] - (16 / length + length) < 4.5
        some = checkpointed(x, weights, length)
        assert all(np.array_equal(one, other) for one, other in zip(some, whole, strict=True))
    assert min(peaks, key=peaks.get) == 4
    assert not tracemalloc.is_tracing()


@says("07-gpu", "they bear rounding well", "with a scale for each column it spoils only its own")
def test_eight_bits_for_weights():
    """Over eight matrices: is the product off by about 1 %, by a fifth with one large weight and a single scale?"""

    def error(matrix, axis, rows):
        scale = np.abs(matrix).max(axis=axis, keepdims=True) / 127
        rounded = np.round(matrix / scale).astype(np.int8) * scale
        return np.linalg.norm(rows @ rounded - rows @ matrix) / np.linalg.norm(rows @ matrix)

    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        matrix, rows = rng.normal(0, 0.04, (768, 768)), rng.normal(size=(64, 768))
        assert error(matrix, 0, rows) < 0.01
        spoilt = matrix.copy()
        spoilt[5, 7] = 4.0
        assert error(spoilt, 0, rows) < 0.02
        assert error(spoilt, None, rows) > 0.15


@says("07-gpu", "Exactly 1.0.", "In `bfloat16` both survive, and 1.001 becomes 1", "70,000 becomes infinite")
def test_what_sixteen_bits_lose():
    """Does a float16 weight of 1 stay where it is for a thousand steps of 0.0004, and are the examples right?"""
    weight = np.float32(1.0)
    for _step in range(1000):
        weight = formats.round_to(weight + np.float32(0.0004), "float16")
    assert float(weight) == 1.0
    half = formats.round_to(np.array([70_000.0, 1e-8]), "float16")
    assert np.isinf(half[0])
    assert half[1] == 0
    brain = formats.round_to(np.array([70_000.0, 1e-8, 1.001]), "bfloat16")
    assert np.isfinite(brain).all()
    assert (brain[:2] > 0).all()
    assert brain[2] == 1


@says(
    "07-gpu",
    "Too small a scale loses the small gradients, too large a scale turns large ones into infinity",
    "There is a wide valley between",
    "what is below half of $6 \\cdot 10^{-8}$ becomes 0",
)
def test_the_valley_of_loss_scales():
    """Over eight draws: is something lost at 1 and at 2^30, next to nothing over at least five doublings between?"""
    assert formats.round_to(np.array([2.9e-8, 3.1e-8]), "float16").tolist() == [0.0, 2.0**-24]
    for seed in SEEDS:
        gradients = formats.sample_gradients(20_000, seed=seed)
        lost = [sum(formats.lost_share(gradients, "float16", 2.0**k)) for k in range(31)]
        assert lost[0] > 0.02
        assert lost[30] > 0.02
        assert sum(share < 0.001 for share in lost) >= 5
