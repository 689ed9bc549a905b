"""What every benchmark shares: a row, the table that is printed, and the JSON file that `--json FILE` writes.

A benchmark is a module with a function that returns rows, and one line at its end::

    if __name__ == "__main__":
        raise SystemExit(report.main(measure, __doc__))
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median


@dataclass(frozen=True)
class Row:
    """One measurement beside what it is compared with.

    Parameters
    ----------
    name : what was measured
    ours : our value
    theirs : the value it is compared with, or None when only a limit exists
    unit : of both values, e.g. "ms"
    target : the limit. It holds for the ratio when `theirs` is there, otherwise for `ours`
    higher_is_better : True for rates, False (the default) for times and sizes
    """

    name: str
    ours: float
    unit: str
    target: float | None = None
    theirs: float | None = None
    higher_is_better: bool = False

    @property
    def ratio(self) -> float | None:
        """Ours divided by theirs; None when there is nothing to divide by."""
        return self.ours / self.theirs if self.theirs else None

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None without a target."""
        if self.target is None:
            return None
        value = self.ours if self.theirs is None else self.ratio
        if value is None:
            return False
        return value >= self.target if self.higher_is_better else value <= self.target

    def as_dict(self) -> dict[str, str | float | bool | None]:
        """The row as `--json` writes it."""
        return {
            "name": self.name,
            "ours": self.ours,
            "theirs": self.theirs,
            "unit": self.unit,
            "ratio": self.ratio,
            "target": self.target,
            "met": self.met,
        }


def milliseconds(function: Callable[[], object], repeats: int = 20, warm_up: int = 2) -> list[float]:
    """Call a function again and again; the wall time of each call in milliseconds."""
    for _ in range(warm_up):
        function()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        function()
        times.append(1000 * (time.perf_counter() - start))
    return times


def median_milliseconds(function: Callable[[], object], repeats: int = 20, warm_up: int = 2) -> float:
    """The median wall time of a call in milliseconds."""
    return median(milliseconds(function, repeats, warm_up))


def _cell(value: str | float | bool | None) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "NO"
    if isinstance(value, str):
        return value
    return f"{value:.3g}" if abs(value) < 100 else f"{value:.0f}"


def table(rows: Sequence[Row]) -> str:
    """The rows as a plain-text table."""
    header = ["name", "ours", "theirs", "unit", "ratio", "target", "met"]
    lines = [header] + [[_cell(row.as_dict()[key]) for key in header] for row in rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(header))]
    text = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]
    return "\n".join([text[0], "  ".join("-" * width for width in widths), *text[1:]])


def write_json(rows: Iterable[Row], path: Path) -> None:
    """Write the rows as a JSON list."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([row.as_dict() for row in rows], indent=2) + "\n", encoding="utf-8")


def main(measure: Callable[[], Sequence[Row]], about: str | None, argv: Sequence[str] | None = None) -> int:
    """Measure, print the table, write the JSON file if asked; 1 when a target is missed."""
    parser = argparse.ArgumentParser(description=(about or "").split("\n")[0])
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows to FILE as well")
    options = parser.parse_args(argv)
    rows = measure()
    print(table(rows))
    if options.json:
        write_json(rows, options.json)
    return 1 if any(row.met is False for row in rows) else 0
