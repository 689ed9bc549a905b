"""How fast minilm is fine-tuned on SST-2, and in how much memory: ours, transformers' Trainer and a plain PyTorch loop.

The same on every side: the weights, the first weights of the head (mean of the tokens, dropout 0.3, one logit), AdamW
at 5e-5 with epsilon 1e-6, decay 0.01, gradients clipped to norm 1, linear warm-up and decay, batches of 32, no dropout
inside the encoder (what the course trains with; the published configuration says 0.1), 6,920 sentences in the order of
a whole shuffled epoch, two threads.

What differs is what is compared. Ours sorts by length within shuffled windows. The Trainer shuffles and pads each batch
to its longest sentence, its default; its other rows have its own grouping by length. Not the same, and in its favour:
its sentences are tokenized before the clock starts, ours while it runs. It also decays the embeddings, which costs
nothing. The PyTorch loop trains on our very batches. Examples are counted where they enter the model, since an epoch's
last batch is smaller. Memory is the high-water mark of each process, from its start to its last turn: with the default
number of turns each side has then seen every sentence, the longest included; with fewer there is no target.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks import report
from benchmarks.contest import Answer, Side, bench_python, compete, paired_row, sides

OURS, AGAIN, DEFAULTS, GROUPED, LOOP = "ours", "ours again", "Trainer", "Trainer, grouped by length", "PyTorch loop"
ROUNDS, STEPS, WARM_UP = 7, 31, 3  # 7 · 31 steps are one epoch
EPOCH = 217
SPEED, MEMORY = 1.5, 1.0


def rates(answers: Sequence[Answer]) -> list[float]:
    """Examples per second, round by round."""
    return [answer["examples"] / answer["seconds"] for answer in answers]


def rows_from(answers: dict[str, list[Answer]], whole: bool) -> list[report.Row]:
    """The table; `whole` says whether each side trained on a whole epoch."""
    ours = rates(answers[OURS])
    rows: list[report.Row] = [
        paired_row(
            f"training, {name}", ours, rates(answers[name]), "ex/s", target=SPEED if name == DEFAULTS else None,
            higher_is_better=True,
        )
        for name in answers if name != OURS
    ]  # fmt: skip
    for name in (DEFAULTS, GROUPED, LOOP):
        limit = MEMORY if whole and name == DEFAULTS else None
        mine, other = answers[OURS][-1]["megabytes"], answers[name][-1]["megabytes"]
        rows.append(report.Row(f"peak memory, {name}", mine, "MB", limit, other))
        mine, other = answers[OURS][-1]["own_megabytes"], answers[name][-1]["own_megabytes"]
        rows.append(report.Row(f"of it not library files, {name}", mine, "MB", None, other))
    for name in (DEFAULTS, GROUPED, LOOP):
        mine, other = (
            sum(a["positions"] for a in answers[side]) / sum(a["examples"] for a in answers[side])
            for side in (OURS, name)
        )
        rows.append(report.Row(f"positions an example, {name}", mine, "count", None, other))
    return rows


def run(python: Path, rounds: int, steps: int) -> list[report.Row]:
    """Start all sides, warm them up, let them take turns."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        mine = [sys.executable, "-m", "benchmarks.our_side", "train", folder]
        # The first of ours writes what the others read.
        writer = Side(OURS, mine)
        try:
            writer.ask(what="ready")
            roles = {DEFAULTS: "random", GROUPED: "group_by_length", LOOP: "loop"}
            others = {side: [python, "-m", "benchmarks.torch_side", role, folder] for side, role in roles.items()}
            with sides({AGAIN: mine, **others}) as started:
                contestants = {OURS: writer, **started}
                for side in contestants.values():
                    side.ask(what="train", steps=WARM_UP)
                answers = compete(contestants, rounds, what="train", steps=steps)
        finally:
            writer.close()
    return rows_from(answers, whole=rounds * steps >= EPOCH)


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--torch-python")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--steps", type=int, default=STEPS)
    options, rest = parser.parse_known_args(argv)
    python = bench_python(options.torch_python)
    return report.main(lambda: run(python, options.rounds, options.steps), __doc__, rest)


if __name__ == "__main__":
    raise SystemExit(main())
