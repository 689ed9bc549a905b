"""`make lock`: writes requirements.lock from pyproject.toml, for every system and Python that the course supports.

Versions that are in the lock stay as long as they fit; `make lock UPGRADE=yes` takes the newest.
"""

from __future__ import annotations

import os
import sys
import tomllib

from scripts import environment

NOT_IN_LOCK = {"bench"}  # PyTorch alone is larger than everything else together


def main() -> int:
    """Resolve once for all extras but `bench`; the file carries versions and no addresses."""
    project = tomllib.loads((environment.ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [f"--extra={name}" for name in sorted(project["optional-dependencies"]) if name not in NOT_IN_LOCK]
    options = [
        "--universal",
        "--python-version",
        "3.11",
        "--no-emit-index-url",
        "--no-annotate",
        "--no-header",
        "--quiet",
    ]
    if os.environ.get("UPGRADE", "").lower() == "yes":
        options.append("--upgrade")
    try:
        uv = environment.find_uv()
        environment.run(uv, "pip", "compile", *options, *extras, "--output-file", environment.LOCK, "pyproject.toml")
    except environment.SetupError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
