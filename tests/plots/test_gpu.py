"""Does each picture of chapter 07 show its data, say so in words, and stay small?"""

import numpy as np
import pytest

from bookutils.numerics.gpu.formats import sample_gradients
from bookutils.numerics.gpu.memory import step_memory
from bookutils.numerics.gpu.rates import Machine, find_machine
from bookutils.plots.gpu import memory
from bookutils.plots.gpu import rates as plots

SLOW = Machine("this machine", 90e9, 12e9, 0, "Recorded")
SIZES = 2 ** np.arange(10)
FIGURES = {
    "layers": plots.gpu_layers,
    "timeline": plots.device_timeline,
    "memory-bound": lambda: plots.roofline_point(1, 1024, 1024, 4, find_machine("T4")),
    "compute-bound": lambda: plots.roofline_point(1024, 1024, 1024, 4, find_machine("T4")),
    "measured": lambda: plots.roofline_measured([64, 512], {"NumPy": [20e9, 85e9]}, SLOW),
    "batches": lambda: plots.batches(SIZES, plots.modelled_batches(find_machine("T4"), SIZES)),
    "narrow batches": lambda: plots.batches([1, 4, 16], {"NumPy": [1e-3, 2e-3, 5e-3]}),
    "bars": lambda: memory.memory_bars(
        {"one": step_memory(10**8, 10**6, 8), "two": step_memory(10**8, 10**6, 8, bits=16)}
    ),
    "too much": lambda: memory.memory_bars({"one": step_memory(10**8, 10**8, 64)}, 8e9),
    "against batch": lambda: memory.memory_against_batch([64, 512], [15.2e6, 18.9e6], [15.4e6, 20.0e6]),
    "formats": memory.formats,
    "scaled": lambda: memory.scaled_gradients(sample_gradients()),
}
WORDS = {
    "layers": ["driver", "cuDNN"],
    "timeline": ["ordered within 30 µs", "after 1500 µs"],
    "memory-bound": ["2% of the peak", "25.3 operations per byte"],
    "compute-bound": ["100% of the peak"],
    "measured": ["Recorded", "20 at 64, at most 85 at 512"],
    "batches": ["T4, by the model: 33 µs for 1"],
    "bars": ["copy in 16 bits 0.20 GB"],
    "too much": ["filled to 340%", "27.20 GB"],
    "against batch": ["15.2 MB for 64", "measured 15.4 and 20"],
    "formats": ["float16: from 6.0 · 10⁻⁸ to 6.6 · 10⁴"],
    "scaled": ["times 1, 19.4% become 0", "times 1,024, 0.0% become 0"],
}


@pytest.mark.parametrize("name", FIGURES)
def test_figure(name, look):
    """Is it drawn without a warning, the same twice, small, legible, and with its key values in words?"""
    look(FIGURES[name], WORDS.get(name, []))


def test_the_title_says_which_limit_holds_a_product_back_and_whether_a_step_fits():
    """Do the titles follow the numbers?"""

    def title(name):
        return FIGURES[name]()._suptitle.get_text()

    assert "memory" in title("memory-bound")
    assert "arithmetic" in title("compute-bound")
    assert "does not fit" in title("too much")
