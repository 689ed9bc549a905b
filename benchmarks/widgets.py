"""How long a widget's picture takes to follow its slider: at most 100 ms."""

from statistics import median

from benchmarks import report
from bookutils.widgets import activations

TARGET_MS = 100.0


def _redraw(name: str, control: str, values: tuple[float, float], repeats: int = 20) -> report.Row:
    explorer = getattr(activations, name)()
    moves = iter([values[turn % 2] for turn in range(repeats + 2)])

    def move() -> None:
        explorer.controls[control].value = next(moves)

    times = report.milliseconds(move, repeats)
    return report.Row(f"{name}: redraw after moving {control}", median(times), "ms", target=TARGET_MS)


def measure() -> list[report.Row]:
    return [
        _redraw("explore_unit", "bias", (-3.0, 2.0)),
        _redraw("explore_depth", "weight", (0.5, 1.5)),
        _redraw("explore_zigzag", "mean", (0.0, 0.5)),
    ]


if __name__ == "__main__":
    raise SystemExit(report.main(measure, __doc__))
