"""`make colab-test`: makes .venv-colab, with the versions that Colab has, and runs the course in it.

The wheel is installed there by the notebooks' own first cell, as on Colab; see tests/colab.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

from scripts import environment, stages

VENV = environment.ROOT / ".venv-colab"
STAMP = VENV / "bookutils-environment.json"
VERSIONS = environment.ROOT / "scripts" / "colab-requirements.txt"
PYTHON = (3, 13)  # Colab's own since August 2026
NEEDED_DISK = int(2.5 * environment.GIGABYTE)


def version_of(python: str | Path) -> tuple[int, ...]:
    """The version of a Python, as (3, 13); () where it does not start."""
    probe = [str(python), "-c", "import sys, ensurepip; print(*sys.version_info[:2])"]
    try:
        done = subprocess.run(probe, capture_output=True, text=True, check=False, env=environment.child_environment())
    except OSError:
        return ()
    return tuple(map(int, done.stdout.split())) if done.returncode == 0 else ()


def find_python() -> str:
    """Colab's Python where this machine has it, else the one that runs this; what is used is said."""
    name = ".".join(map(str, PYTHON))
    pyenv = sorted(Path.home().glob(f".pyenv/versions/{name}*/bin/python"))
    candidates = [sys.executable, shutil.which(f"python{name}"), *map(str, reversed(pyenv))]
    for candidate in filter(None, candidates):
        if version_of(candidate) == PYTHON:
            print(f"Python {name}, as on Colab.", flush=True)
            return candidate
    own = ".".join(map(str, sys.version_info[:2]))
    print(f"Python {own}: Colab has {name}, which was not found here.", flush=True)
    return sys.executable


def ensure() -> None:
    """Bring .venv-colab to the versions in colab-requirements.txt; quick when it is there already."""
    python = find_python()
    versions = hashlib.sha256(VERSIONS.read_bytes()).hexdigest()
    state = {"versions": versions, "python": list(version_of(python)), "root": str(environment.ROOT)}
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        stamp = None
    if stamp == state and environment.python_works(environment.venv_python(VENV)):
        return
    environment.check_disk(needed=NEEDED_DISK)
    print(f"Making {VENV.name} with Colab's versions ...", flush=True)
    shutil.rmtree(VENV, ignore_errors=True)
    environment.run(python, "-m", "venv", VENV)
    options = ("--compile-bytecode", "--python", environment.venv_python(VENV), "--requirement", VERSIONS)
    environment.run(environment.find_uv(), "pip", "install", *options, leave_out=(" + ", " - ", " ~ "))
    STAMP.write_text(json.dumps(state, indent=1) + "\n", encoding="utf-8")


def main() -> int:
    """Make the environment, then run the tests in it; the last line counts them."""
    try:
        ensure()
        return stages.run(("colab",))
    except environment.SetupError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
