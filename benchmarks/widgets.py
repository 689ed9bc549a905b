"""How long a widget's picture takes to follow its slider: at most 100 ms."""

from importlib import import_module
from statistics import median

from benchmarks import report

TARGET_MS = 100.0
# module, widget, control, and the two values between which it is moved
MOVES = (
    ("activations", "explore_unit", "bias", (-3.0, 2.0)),
    ("activations", "explore_depth", "weight", (0.5, 1.5)),
    ("activations", "explore_zigzag", "mean", (0.0, 0.5)),
    ("losses", "explore_outlier", "y", (-10.0, 10.0)),
    ("losses", "explore_honesty", "reported", (0.3, 0.8)),
    ("losses", "explore_temperature", "temperature", (0.5, 4.0)),
    ("backpropagation", "explore_graph", "step", (3, 8)),
    ("backpropagation", "explore_moons", "steps", (20, 200)),
    ("depth", "explore_profile", "std", (0.1, 0.14)),
    ("depth", "explore_remedies", "std", (0.1, 0.14)),
    ("optimizers", "explore_race", "power", (-1.5, -2.5)),
    ("optimizers", "explore_batches", "power", (0, 5)),
    ("scaling", "explore_parameters", "hidden", (512, 1024)),
    ("scaling", "explore_budget", "exponent", (21.0, 24.0)),
    ("economics", "explore_break_even", "per_hour", (0.5, 2.0)),
    ("gpu", "explore_roofline", "rows", (64, 1024)),
    ("gpu", "explore_memory", "batch", (8, 64)),
    ("tokenization", "explore_pair", "length", (16, 64)),
    ("attention", "explore_query", "angle", (60.0, 150.0)),
    ("attention", "explore_size", "power", (2, 8)),
    ("transformer", "explore_costs", "hidden", (384, 1024)),
    ("generation", "explore_sight", "place", (2, 6)),
)


def _redraw(module: str, name: str, control: str, values: tuple[float, float], repeats: int = 20) -> report.Row:
    explorer = getattr(import_module(f"bookutils.widgets.{module}"), name)()
    moves = iter([values[turn % 2] for turn in range(repeats + 2)])

    def move() -> None:
        explorer.controls[control].value = next(moves)

    times = report.milliseconds(move, repeats)
    return report.Row(f"{name}: redraw after moving {control}", median(times), "ms", target=TARGET_MS)


def measure() -> list[report.Row]:
    return [_redraw(*move) for move in MOVES]


if __name__ == "__main__":
    raise SystemExit(report.main(measure, __doc__))
