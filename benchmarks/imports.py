"""How long `import bookutils` takes, and that no TensorFlow comes with it.

Each statement runs in fresh Pythons, in turn with an empty one, whose time is taken off.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from statistics import median

from benchmarks import report

RUNS = 9
SECONDS = 0.3
STATEMENTS = {
    "import bookutils": "import bookutils",
    "what check needs": "from bookutils import check, hint, predict, progress, recall",
    "the command line": "import bookutils.cli",
}
HEAVY = ("tensorflow", "keras", "sklearn", "torch")


def seconds_for(code: str) -> float:
    """Run a fresh Python with this code; its wall time in seconds."""
    variables = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    begin = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], env=variables, check=True)
    return time.perf_counter() - begin


def heavy_modules(code: str) -> int:
    """How many of the heavy libraries a statement loads."""
    counting = f"{code}\nimport sys\nprint(len(set({HEAVY!r}) & set(sys.modules)))"
    return int(subprocess.check_output([sys.executable, "-c", counting], text=True))


def measure() -> list[report.Row]:
    """Measure each statement in turn with an empty Python."""
    times: dict[str, list[float]] = {code: [] for code in ("pass", *STATEMENTS.values())}
    for code in times:
        seconds_for(code)  # from here on the files are in memory and the bytecode is written
    for _ in range(RUNS):
        for code, seconds in times.items():
            seconds.append(seconds_for(code))
    empty = median(times["pass"])
    rows = [report.Row("python -c pass", empty, "s")]
    for name, code in STATEMENTS.items():
        target = SECONDS if code == "import bookutils" else None
        rows.append(report.Row(f"{name}, beyond that", median(times[code]) - empty, "s", target))
        rows.append(report.Row(f"{name}: heavy libraries", heavy_modules(code), "count", 0))
    return rows


if __name__ == "__main__":
    raise SystemExit(report.main(measure, __doc__))
