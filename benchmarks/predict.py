"""From text to probability: one sentence, and SST-2's 872 dev sentences; ours, PyTorch and ONNX Runtime.

The same weights on every side, with a head that is not trained: first it is checked that all give the same logits. A
time begins with a string and ends with a number. Each side forms batches of 64 sentences of like length for the 872
(for our SavedModel, of like numbers of letters). For one sentence the first forty of them are sent alone, one after
another, the same ones on each side. All sides compute in float32 with two threads.
"""

from __future__ import annotations

import argparse
import math
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median

from benchmarks import report
from benchmarks.contest import Side, bench_python, compete, paired_row, sides

OURS, AGAIN, SAVED, TORCH, ONNX = "ours", "ours again", "our SavedModel", "PyTorch", "ONNX Runtime"
ROUNDS, TIMES, TOLERANCE = 7, 40, 1e-3


def logit(probability: float) -> float:
    """What the sigmoid was taken of."""
    return math.log(probability) - math.log1p(-probability)


def check_agreement(values: Mapping[str, Sequence[float]], tolerance: float = TOLERANCE) -> float:
    """The largest difference between the first side's logits and any other's; refuses one above the tolerance."""
    first, *others = values
    expected = [logit(p) for p in values[first]]
    worst = 0.0
    for name in others:
        apart = max(abs(logit(p) - e) for p, e in zip(values[name], expected, strict=True))
        if apart > tolerance:
            raise SystemExit(f"{name} does not compute what {first} computes: logits are {apart:.2g} apart.")
        worst = max(worst, apart)
    return worst


def rows_from(contestants: Mapping[str, Side], rounds: int) -> list[report.Row]:
    """Check that all agree, warm up, let them take turns."""
    apart = check_agreement({name: side.ask(what="probabilities")["values"] for name, side in contestants.items()})
    rows: list[report.Row] = [report.Row("logits, largest difference", apart, "", TOLERANCE)]
    for side in contestants.values():
        side.ask(what="one", times=5)
    one = compete(contestants, rounds, what="one", times=TIMES)
    many = compete(contestants, rounds, what="all")
    times = {name: [median(answer["times"]) for answer in answers] for name, answers in one.items()}
    rates = {name: [answer["rate"] for answer in answers] for name, answers in many.items()}
    for name in contestants:
        if name != OURS:
            rows.append(paired_row(f"one sentence, {name}", times[OURS], times[name], "ms"))
    for name in contestants:
        if name != OURS:
            rows.append(paired_row(f"872 sentences, {name}", rates[OURS], rates[name], "1/s", higher_is_better=True))
    return rows


def run(python: Path, rounds: int) -> list[report.Row]:
    """Start all sides and compare them."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        mine = [sys.executable, "-m", "benchmarks.our_side"]
        theirs = [python, "-m", "benchmarks.torch_side"]
        writer = Side(OURS, [*mine, "predict", folder])
        try:
            writer.ask(what="ready")
            others = {
                AGAIN: [*mine, "predict", folder], SAVED: [*mine, "saved", folder],
                TORCH: [*theirs, "torch", folder], ONNX: [*theirs, "onnx", folder],
            }  # fmt: skip
            with sides(others) as started:
                return rows_from({OURS: writer, **started}, rounds)
        finally:
            writer.close()


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--torch-python")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    options, rest = parser.parse_known_args(argv)
    python = bench_python(options.torch_python)
    return report.main(lambda: run(python, options.rounds), __doc__, rest)


if __name__ == "__main__":
    raise SystemExit(main())
