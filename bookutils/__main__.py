"""The command `bookutils`, also as `python -m bookutils`."""

from __future__ import annotations

import os
import sys

# Nothing more is imported up here: a file json.py or numpy.py on PYTHONPATH would end the doctor, who is to name it.
_ANEW = "import sys; sys.path.append({folder!r}); sys.argv[0] = 'bookutils'; from bookutils.cli import main; main()"


def main() -> None:
    """Run the command line; the doctor runs in a Python that PYTHONPATH and the current folder cannot lead astray."""
    if sys.argv[1:2] == ["doctor"] and not (sys.flags.ignore_environment and sys.flags.safe_path):
        _start_anew(sys.argv[1:])
    from bookutils.cli import main as run

    run()


def _start_anew(words: list[str]) -> None:
    folder = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120
    line = [sys.executable, "-E", "-P", "-c", _ANEW.format(folder=folder), *words]
    if os.name != "nt":
        os.execv(line[0], line)
    import subprocess  # exec on Windows does not keep the terminal waiting

    sys.exit(subprocess.call(line))


if __name__ == "__main__":
    main()
