"""Makes the environment in .venv: what `make setup` runs, and the first step of `make lab` and `make test`.

Only the standard library is used here, since nothing else is there yet.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "bookutils-environment.json"
LOCK = ROOT / "requirements.lock"

FOR_LEARNERS = ("lab", "tensorflow")
FOR_CONTRIBUTORS = ("author", "grade", "lab", "oracles", "tensorflow", "test")
# A person's variables for another Python; some of them would let each of the course's own processes fail.
FOREIGN = {
    "PYTHONDONTWRITEBYTECODE", "PYTHONHOME", "PYTHONINSPECT", "PYTHONOPTIMIZE", "PYTHONPATH", "PYTHONSAFEPATH",
    "PYTHONSTARTUP", "PYTHONWARNINGS", "VIRTUAL_ENV", "CONDA_PREFIX",
}  # fmt: skip
GIGABYTE = 10**9
NEEDED_DISK = int(3.5 * GIGABYTE)  # .venv takes 3.1 GB; uv's cache shares its files where both are on one disk
NEEDED_BY_CONTRIBUTORS = int(4.5 * GIGABYTE)  # 3.5 GB, and 0.9 GB beside it where nothing is shared


@dataclass(frozen=True)
class Beside:
    """A small environment beside .venv, for the tests of contributors: the base install, and more or other packages.

    Parameters
    ----------
    venv : its folder
    packages : what is installed there, at versions of its own
    unlocked : the packages that may have another version there than requirements.lock says
    """

    venv: Path
    packages: tuple[str, ...]
    unlocked: tuple[str, ...] = ()


# As on Colab: the kernel's side of the widgets is tested in it.
OLD_WIDGETS = Beside(
    ROOT / ".venv-widgets7", ("ipywidgets==7.7.1",), ("ipywidgets", "widgetsnbextension", "jupyterlab-widgets")
)
# Apart, because nbgrader adds its own buttons to the JupyterLab that it finds.
NBGRADER = Beside(ROOT / ".venv-nbgrader", ("nbgrader==0.9.6",))
ALL_BESIDE = (OLD_WIDGETS, NBGRADER)


class SetupError(Exception):
    """Something is missing here; the message's first line says what to type."""


def venv_python(venv: Path = VENV) -> Path:
    """The environment's own Python."""
    return venv / "Scripts" / "python.exe" if os.name == "nt" else venv / "bin" / "python"


def venv_script(name: str, venv: Path = VENV) -> Path:
    """A command that the environment installed."""
    python = venv_python(venv)
    return python.with_name(name + python.suffix)


def child_environment() -> dict[str, str]:
    """The environment variables of a child: without those that slow it down or lead it to another Python."""
    return {name: value for name, value in os.environ.items() if name not in FOREIGN}


def run(*command: str | Path, leave_out: tuple[str, ...] = ()) -> None:
    """Run a command and let its output through; raise SetupError when it fails.

    On a terminal the command draws its own progress. In a log, lines that begin as `leave_out` says are left out.
    """
    line = [str(word) for word in command]
    in_a_log = bool(leave_out) and not sys.stderr.isatty()
    with subprocess.Popen(
        line, cwd=ROOT, env=child_environment(), stdin=subprocess.DEVNULL, text=True, encoding="utf-8",
        errors="replace", stderr=subprocess.PIPE if in_a_log else None,
    ) as process:  # fmt: skip
        for text in process.stderr or ():
            if not text.startswith(leave_out):
                print(text, end="", file=sys.stderr, flush=True)
    if process.returncode:
        raise SetupError(f"This did not work: {' '.join(line)}\nThe reason is above. Then type the same make again.")


def fingerprint() -> str:
    """What the installed environment depends on; when it changes, the environment is brought up to date."""
    digest = hashlib.sha256()
    for path in (LOCK, ROOT / "pyproject.toml"):
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def read_stamp() -> dict:
    """What was installed here last, or {} when an installation did not come to its end."""
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def check_python(version: tuple[int, ...] = sys.version_info[:2]) -> None:
    """Refuse a Python that the lock was not made for."""
    if not (3, 11) <= tuple(version) <= (3, 13):
        found = ".".join(map(str, version))
        raise SetupError(f"Type: make lab PYTHON=python3.12   (This is Python {found}; 3.11, 3.12 or 3.13 is needed.)")


def check_venv_module(has_ensurepip: bool | None = None) -> None:
    """Refuse a Python whose distribution keeps venv in a package of its own."""
    if has_ensurepip is None:
        has_ensurepip = all(importlib.util.find_spec(name) for name in ("venv", "ensurepip"))
    if not has_ensurepip:
        package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
        raise SetupError(f"Type: sudo apt-get install {package}   (This Python comes without its venv module.)")


def check_disk(free: int | None = None, needed: int = NEEDED_DISK) -> None:
    """Refuse to begin an installation that would fill the disk."""
    if free is None:
        free = shutil.disk_usage(ROOT).free
    if free < needed:
        raise SetupError(
            f"Free {needed / GIGABYTE:.1f} GB of disk, then type the same again: {free / GIGABYTE:.1f} GB are free "
            f"here.\nThe environment goes into {VENV}. To see what is full, type: df -h ."
        )


def python_works(python: Path) -> bool:
    """Whether an environment's Python starts: it does not when the Python below it went away."""
    if not python.exists():
        return False
    probe = [str(python), "-c", "import pip"]
    return subprocess.run(probe, capture_output=True, env=child_environment(), check=False).returncode == 0


def remove_venv() -> None:
    """Remove .venv; where it is a link, the link only."""
    if VENV.is_symlink():
        VENV.unlink()
    else:
        shutil.rmtree(VENV, ignore_errors=True)


def make_venv() -> None:
    """Make .venv, unless a working one is there."""
    if python_works(venv_python()):
        return
    check_venv_module()
    print("Making the environment in .venv ...", flush=True)
    remove_venv()
    run(sys.executable, "-m", "venv", VENV)


def venv_version() -> list[int]:
    """The version of the environment's Python, as [3, 12]."""
    probe = [str(venv_python()), "-c", "import sys; print(*sys.version_info[:2])"]
    return [int(part) for part in subprocess.check_output(probe, text=True, env=child_environment()).split()]


def find_uv() -> Path:
    """The uv of this environment or of this machine; installed into .venv when there is none."""
    own = venv_script("uv")
    if own.exists():
        return own
    on_path = shutil.which("uv")
    if on_path:
        return Path(on_path)
    print("Fetching uv, which installs the rest ...", flush=True)
    run(venv_python(), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "uv")
    return own


def install(extras: tuple[str, ...]) -> None:
    """Install the package and its extras, each at the version in requirements.lock, with bytecode compiled."""
    uv = find_uv()
    print(f"Installing the versions in {LOCK.name} (for: {', '.join(extras)}) ...", flush=True)
    what = f"{ROOT}[{','.join(extras)}]"
    options = ("--constraint", LOCK, "--compile-bytecode", "--python", venv_python())
    run(uv, "pip", "install", *options, "--editable", what, leave_out=(" + ", " - ", " ~ "))


def install_beside(uv: Path, beside: Beside) -> None:
    """Make a small environment beside .venv: the base install and the packages named there, the rest as locked."""
    python = venv_python(beside.venv)
    if not python_works(python):
        run(sys.executable, "-m", "venv", beside.venv)
    lines = LOCK.read_text(encoding="utf-8").splitlines()
    locked = [line for line in lines if line.partition("==")[0] not in beside.unlocked]
    constraints = beside.venv / "constraints.txt"
    constraints.write_text("\n".join([*locked, *beside.packages]) + "\n", encoding="utf-8")
    options = ("--quiet", "--constraint", constraints, "--python", python)
    run(uv, "pip", "install", *options, "--editable", ROOT, *beside.packages)


def configure_lab() -> None:
    """Give JupyterLab its defaults, inside .venv only: nobody's own settings are touched, and they go first."""
    no_news = {"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}}
    # Cells that scroll out of sight stay as they are: a widget that is taken away and put back flickers.
    defaults = {"@jupyterlab/notebook-extension:tracker": {"windowingMode": "defer"}}
    files = {
        VENV / "etc" / "jupyter" / "labconfig" / "page_config.json": no_news,
        VENV / "share" / "jupyter" / "lab" / "settings" / "overrides.json": defaults,
    }
    for path, content in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def is_stale(stamp: dict) -> bool:
    """Whether .venv was made for another folder (its commands hold the path) or another Python than PYTHON= names."""
    if not stamp:
        return False
    other_python = bool(os.environ.get("PYTHON")) and stamp.get("python") != list(sys.version_info[:2])
    return stamp.get("root") != str(ROOT) or other_python


def ensure(extras: tuple[str, ...]) -> None:
    """Bring .venv to the state that `extras` needs; quick when it is there already."""
    check_python()
    stamp = read_stamp()
    wanted = sorted({*extras, *stamp.get("extras", ())})
    beside = sorted(package for small in ALL_BESIDE for package in small.packages) if "test" in wanted else []
    state = {"extras": wanted, "beside": beside, "fingerprint": fingerprint(), "root": str(ROOT)}
    if all(stamp.get(key) == state[key] for key in state) and not is_stale(stamp) and venv_python().exists():
        return
    if is_stale(stamp):
        remove_venv()
        stamp = {}
    if not stamp:
        check_disk(needed=NEEDED_BY_CONTRIBUTORS if "test" in wanted else NEEDED_DISK)
    make_venv()
    STAMP.unlink(missing_ok=True)  # an installation that breaks off is begun again
    install(tuple(wanted))
    configure_lab()
    for small in ALL_BESIDE if "test" in wanted else ():
        install_beside(find_uv(), small)
    state["python"] = venv_version()
    STAMP.write_text(json.dumps(state, indent=1) + "\n", encoding="utf-8")
    print("The environment is ready.", flush=True)


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--for", dest="who", choices=["learners", "contributors"], default="contributors")
    arguments = parser.parse_args()
    try:
        ensure(FOR_LEARNERS if arguments.who == "learners" else FOR_CONTRIBUTORS)
    except SetupError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
