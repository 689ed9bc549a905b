"""`make lab`: makes the environment, lays out the chapters in work/, fetches the encoder, opens JupyterLab."""

from __future__ import annotations

import os
import subprocess
import sys

from scripts import environment


def port_from(variables: dict[str, str]) -> int:
    """The port that PORT= names."""
    value = variables.get("PORT") or "8888"
    if not value.isdigit() or not 0 <= int(value) <= 65535:
        raise environment.SetupError(f"Type: make lab PORT=8888   ({value!r} is no port; 1 to 65535 are.)")
    return int(value)


def main() -> int:
    """Run all steps, in the order in which they need each other."""
    try:
        port = port_from(dict(os.environ))
        environment.ensure(environment.FOR_LEARNERS)
        environment.run(environment.venv_script("bookutils"), "work")
        # Without the encoder all chapters but the last ones work, so a failure here is said and not the end.
        fetch = [str(environment.venv_script("bookutils")), "fetch", "minilm"]
        if subprocess.run(fetch, cwd=environment.ROOT, env=environment.child_environment(), check=False).returncode:
            print("Going on without the encoder. Chapters that need it will ask for it again.", flush=True)
    except environment.SetupError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    line = [
        str(environment.venv_python()), str(environment.ROOT / "scripts" / "serve.py"),
        "--root", str(environment.ROOT / "work"), "--port", str(port), "--log", str(environment.VENV / "lab.log"),
    ]  # fmt: skip
    variables = environment.child_environment()
    if os.name != "nt":
        os.execve(line[0], line, variables)  # this process becomes the server's, so that Ctrl-C reaches it once
    return subprocess.run(line, env=variables, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
