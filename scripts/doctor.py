"""`make doctor`: makes the environment where it is missing, then says what this machine has.

GRADING=yes asks whether submissions can be graded here; LOG=error.txt looks for the cause of an error text.
"""

from __future__ import annotations

import os
import subprocess
import sys

from scripts import environment

_NO = {"", "no", "0", "false"}


def command(variables: dict[str, str]) -> list[str]:
    """The line that starts the doctor, whatever stands in the person's variables: it is to name them."""
    line = [str(environment.venv_python()), "-I", "-m", "bookutils", "doctor"]
    if variables.get("GRADING", "").lower() not in _NO:
        line.append("--grading")
    if variables.get("LOG"):
        line += ["--log", variables["LOG"]]
    return line


def main() -> int:
    """Make what is missing, and hand over to the doctor; it gets the person's own variables."""
    line = command(dict(os.environ))
    extras = environment.FOR_LEARNERS + (("grade",) if "--grading" in line else ())
    try:
        environment.ensure(extras)
    except environment.SetupError as error:
        print(error, file=sys.stderr, flush=True)
        if not environment.python_works(environment.venv_python()):
            return 2
        print("Going on with the environment as it is.", file=sys.stderr, flush=True)
    except KeyboardInterrupt:
        return 130
    if os.name != "nt":
        os.execv(line[0], line)
    return subprocess.run(line, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
