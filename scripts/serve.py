"""Serves JupyterLab on this machine only, prints the address when the page is there, ends cleanly with Ctrl-C.

Runs with the environment's Python: from `make lab`, from the browser tests, and by hand in a conda environment.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import tempfile
import time
import urllib.error
import urllib.request
import webbrowser
from pathlib import Path

HOST = "127.0.0.1"
FIRST_PAGE = "00-start-here.ipynb"
SECONDS_TO_START = 120
SECONDS_TO_OBEY = 5  # a server that answers, and not as it was asked to, is given this long to think again
SECONDS_TO_END = 10

# Set for another Jupyter, another Keras or another Python than the course's: the course's server starts without them.
FOREIGN = (
    "PYTHONDONTWRITEBYTECODE", "PYTHONHOME", "PYTHONINSPECT", "PYTHONOPTIMIZE", "PYTHONPATH", "PYTHONSTARTUP",
    "PYTHONWARNINGS", "JUPYTER_NO_CONFIG", "JUPYTER_PATH", "JUPYTER_PORT", "JUPYTER_TOKEN_FILE", "JUPYTERLAB_DIR",
    "MPLBACKEND", "TF_USE_LEGACY_KERAS", "CONDA_PREFIX",
)  # fmt: skip


def is_free(port: int) -> bool:
    """Whether nobody listens on this port."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        if os.name != "nt":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def choose_port(wanted: int) -> int:
    """The wanted port, or the next one that is free; 0 takes any."""
    if wanted == 0:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.bind((HOST, 0))
            return int(probe.getsockname()[1])
    for port in range(wanted, min(wanted + 100, 65536)):
        if is_free(port):
            if port != wanted:
                print(f"Port {wanted} is busy; taking {port}. (Another one: make lab PORT=9000)", flush=True)
            return port
    raise SystemExit(f"Type: make lab PORT=9000   (No port from {wanted} on is free.)")


def can_show_a_browser() -> bool:
    """Whether a browser can be opened here; BROWSER=no says that it shall not."""
    if os.environ.get("BROWSER", "").lower() in {"no", "none", "0"}:
        return False
    if sys.platform.startswith("linux"):
        return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    return True


def command(root: Path, port: int) -> list[str]:
    """The line that starts JupyterLab. What stands here goes before every configuration, the machine's too."""
    line = [
        sys.executable, "-m", "jupyterlab",
        "--no-browser",
        f"--ServerApp.ip={HOST}",
        f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
        f"--ServerApp.root_dir={root}",
        f"--ServerApp.preferred_dir={root}",
        "--ServerApp.base_url=/",
        "--ServerApp.default_url=/lab",
        "--ServerApp.sock=",
        "--ServerApp.certfile=",
        "--ServerApp.keyfile=",
        "--ServerApp.client_ca=",
        "--LabApp.check_for_updates_class=jupyterlab.handlers.announcements.NeverCheckForUpdate",
    ]  # fmt: skip
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        line.append("--allow-root")
    return line


def write_configuration(folder: Path, token: str) -> None:
    """Write the configuration that stands in the place of a person's own; the token is in no command line.

    A terminal starts as a shell that does not read its login files again: those would set PATH anew, and `bookutils`
    would no longer be found.
    """
    server: dict[str, object] = {"token": token, "password": "", "allow_origin": "", "disable_check_xsrf": False}
    if os.name != "nt":
        server["terminado_settings"] = {"shell_command": [shell()]}
    settings = {
        "ServerApp": server,
        "IdentityProvider": {"token": token},
        "PasswordIdentityProvider": {"hashed_password": "", "password_required": False},
    }
    for name in ("jupyter_server_config.json", "jupyter_lab_config.json"):
        (folder / name).write_text(json.dumps(settings, indent=1) + "\n", encoding="utf-8")


def environment(token: str, configuration: Path | None = None, home: Path | None = None) -> dict[str, str]:
    """The server's and the kernels' environment: the course's commands first, and of a person's settings their looks.

    Parameters
    ----------
    token : opens the server; `ps` does not show it here
    configuration : stands in the place of the person's own folder for Jupyter. Their themes, shortcuts and the tabs
        that they left open are still taken from there.
    home : their home, or what stands in for it
    """
    variables = {name: value for name, value in os.environ.items() if name not in FOREIGN}
    commands = dict.fromkeys((sysconfig.get_path("scripts"), str(Path(sys.executable).parent)))
    variables["PATH"] = os.pathsep.join(filter(None, (*commands, variables.get("PATH", ""))))
    if sys.prefix != sys.base_prefix:
        variables["VIRTUAL_ENV"] = sys.prefix
    variables["JUPYTER_TOKEN"] = token
    variables["JUPYTER_PREFER_ENV_PATH"] = "1"  # a kernel of the same name, installed elsewhere, has another Python
    variables["KERAS_BACKEND"] = "tensorflow"  # goes before a keras.json in the person's home
    variables.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    variables.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")
    if os.name != "nt":
        variables["SHELL"] = shell()
    if home is not None:
        variables["HOME"] = str(home)
    if configuration is not None:
        own = Path(variables.get("JUPYTER_CONFIG_DIR") or (home or Path.home()) / ".jupyter")
        variables.setdefault("JUPYTERLAB_SETTINGS_DIR", str(own / "lab" / "user-settings"))
        variables.setdefault("JUPYTERLAB_WORKSPACES_DIR", str(own / "lab" / "workspaces"))
        variables["JUPYTER_CONFIG_DIR"] = variables["JUPYTER_CONFIG_PATH"] = str(configuration)
    return variables


def shell() -> str:
    """The person's shell, or the system's where theirs is not there."""
    return shutil.which(os.environ.get("SHELL") or "sh") or "/bin/sh"


def home_that_can_be_written(spare: Path) -> Path:
    """The person's home, or `spare` where nothing can be written there (which is said): JupyterLab needs one."""
    try:
        home = Path.home()
        with tempfile.TemporaryFile(dir=home):
            return home.absolute()
    except (OSError, RuntimeError):
        spare.mkdir(parents=True, exist_ok=True)
        home_says = os.environ.get("HOME") or "(HOME is not set)"
        print(f"Nothing can be written into your home {home_says}; settings and progress go into {spare}.", flush=True)
        return spare


def answer_of(port: int, token: str) -> int | None:
    """The status with which the server answers one that has the token; None while nobody answers."""
    request = urllib.request.Request(f"http://{HOST}:{port}/api/status", headers={"Authorization": f"token {token}"})
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # a proxy does not know this machine
    try:
        with opener.open(request, timeout=2) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except (OSError, http.client.HTTPException):
        return None


def wait_until_served(server: subprocess.Popen, port: int, token: str) -> bool:
    """Whether the server answered as it should before it ended or the time was over."""
    end = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < end and server.poll() is None:
        status = answer_of(port, token)
        if status == 200:
            return True
        if status is not None:  # it runs, and something has told it to be elsewhere or to trust others
            end = min(end, time.monotonic() + SECONDS_TO_OBEY)
        time.sleep(0.1)
    return False


def configurations() -> list[str]:
    """The configuration files of Jupyter that could still have a say: those of the machine and of this environment."""
    from jupyter_core import paths

    found = []
    for folder in (*paths.ENV_CONFIG_PATH, *paths.SYSTEM_CONFIG_PATH):
        for name in ("jupyter_config", "jupyter_server_config", "jupyter_lab_config", "jupyter_notebook_config"):
            found += [str(file) for file in sorted(Path(folder).glob(f"{name}.*"))]
    return found


def explain_no_start(log: Path) -> str:
    """What a person can do when JupyterLab does not start: its last words, and the files that could be the reason."""
    tail = log.read_text(encoding="utf-8", errors="replace").splitlines()[-15:]
    lines = ["JupyterLab did not start. It said:", *tail, f"(all of it: {log})"]
    files = configurations()
    if files:
        lines.append(f"Jupyter is configured here for the whole machine; look into {' and '.join(files)}")
    return "\n".join([*lines, "What this machine has, line by line: make doctor"])


def stop(server: subprocess.Popen) -> None:
    """End the server and with it the kernels."""
    if server.poll() is None:
        server.terminate()
        try:
            server.wait(SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def serve(root: Path, wanted_port: int, log: Path) -> int:
    """Serve `root` until Ctrl-C, a termination signal or the server's own end."""
    port, token = choose_port(wanted_port), secrets.token_hex(24)
    page = f"/tree/{FIRST_PAGE}" if (root / FIRST_PAGE).exists() else ""
    url = f"http://{HOST}:{port}/lab{page}?token={token}"
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may have handed it down as ignored
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), lambda *_: sys.exit(0))
    with contextlib.ExitStack() as stack:
        stream = stack.enter_context(log.open("w", encoding="utf-8"))
        settings = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="lab-settings-", dir=log.parent)))
        write_configuration(settings, token)
        variables = environment(token, settings, home_that_can_be_written(log.parent / "home"))
        # A session of its own: Ctrl-C reaches this process, which ends the server without its question.
        server = subprocess.Popen(
            command(root, port), cwd=root, env=variables, stdin=subprocess.DEVNULL,
            stdout=stream, stderr=subprocess.STDOUT, start_new_session=os.name != "nt",
        )  # fmt: skip
        try:
            if not wait_until_served(server, port, token):
                stop(server)
                print(explain_no_start(log), file=sys.stderr)
                return 1
            print(f"\nThe course is open at this address, for you alone:\n\n    {url}\n", flush=True)
            print("Stop it with Ctrl-C; your work stays in the folder work.", flush=True)
            if can_show_a_browser():
                webbrowser.open(url)
            return server.wait()
        except (KeyboardInterrupt, SystemExit):
            print("\nClosing JupyterLab ...", flush=True)
            return 0
        finally:
            stop(server)


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    work, log = Path(__file__).resolve().parent.parent / "work", Path(sys.prefix) / "lab.log"
    parser.add_argument("--root", type=Path, default=work, help="the folder with the notebooks")
    parser.add_argument("--port", type=int, default=8888, help="the first port to try; 0 takes any")
    parser.add_argument("--log", type=Path, default=log, help="where the server's own messages go")
    arguments = parser.parse_args()
    return serve(arguments.root.resolve(), arguments.port, arguments.log)


if __name__ == "__main__":
    sys.exit(main())
