"""How long a person waits: `make lab` from a bare clone to a page in the browser, again, and the base install alone.

Every cache is cold: uv's, pip's and the course's own. What is committed is what is measured.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks import report

ROOT = Path(__file__).resolve().parent.parent
COLD_LAB, SECOND_START, BASE_INSTALL = 300.0, 10.0, 90.0  # seconds


def cold(folder: Path) -> dict[str, str]:
    """Environment variables of an account that has nothing yet."""
    unwanted = {"VIRTUAL_ENV", "PYTHONPATH", "MAKEFLAGS", "MAKELEVEL"}
    variables = {name: value for name, value in os.environ.items() if name not in unwanted}
    caches = {
        "UV_CACHE_DIR": "uv", "PIP_CACHE_DIR": "pip", "BOOKUTILS_CACHE_DIR": "bookutils", "BOOKUTILS_HOME": "home",
        "JUPYTER_CONFIG_DIR": "config", "JUPYTER_DATA_DIR": "data", "JUPYTER_RUNTIME_DIR": "runtime",
    }  # fmt: skip
    return {**variables, **{name: str(folder / part) for name, part in caches.items()}, "BROWSER": "no", "PORT": "0"}


@contextmanager
def lab(clone: Path, variables: dict[str, str]) -> Iterator[str]:
    """Run `make lab`; the address that it prints."""
    process = subprocess.Popen(
        ["make", "lab"], cwd=clone, env=variables, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, start_new_session=True,
    )  # fmt: skip
    said: list[str] = []
    try:
        assert process.stdout is not None
        for line in process.stdout:
            said.append(line)
            if match := re.search(r"http://127\.0\.0\.1:\d+/\S*token=\S+", line):
                yield match.group()
                break
        else:
            raise RuntimeError("make lab printed no address:\n" + "".join(said[-30:]))
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGINT)
        process.communicate(timeout=60)


def seconds_to_a_page(clone: Path, variables: dict[str, str]) -> float:
    """From typing `make lab` to the page's first byte, then close it."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    begin = time.perf_counter()
    with lab(clone, variables) as address, opener.open(address, timeout=60) as page:
        page.read()
        return time.perf_counter() - begin


def seconds_to_install_base(clone: Path, folder: Path) -> float:
    """A fresh environment with the base install: what chapters without TensorFlow need."""
    variables = cold(folder)
    environment = folder / "base"
    python = environment / "bin" / "python"
    begin = time.perf_counter()
    for command in (
        [sys.executable, "-m", "venv", str(environment)],
        [str(python), "-m", "pip", "install", "--quiet", "uv"],
        [str(python), "-m", "uv", "pip", "install", "--quiet", "--compile-bytecode", "--python", str(python),
         "--constraint", str(clone / "requirements.lock"), str(clone)],
        [str(python), "-c", "from bookutils import check"],
    ):  # fmt: skip
        subprocess.run(command, cwd=folder, env=variables, check=True)
    return time.perf_counter() - begin


def measure() -> list[report.Row]:
    """Clone what is committed, and install it twice."""
    folder = Path(tempfile.mkdtemp(prefix="bookutils-setup-"))
    try:
        clone = folder / "a clone"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        variables = cold(folder / "caches")
        rows = [
            report.Row("make lab, cold, to a served page", seconds_to_a_page(clone, variables), "s", COLD_LAB),
            report.Row("make lab, again", seconds_to_a_page(clone, variables), "s", SECOND_START),
        ]
        base = folder / "base caches"
        base.mkdir()
        return [*rows, report.Row("base install alone", seconds_to_install_base(clone, base), "s", BASE_INSTALL)]
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    raise SystemExit(report.main(measure, __doc__))
