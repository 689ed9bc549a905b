"""Serves JupyterLab on this machine only, prints the address when the page is there, ends cleanly with Ctrl-C.

Runs with the environment's Python, from `make lab` and from the browser tests.
"""

from __future__ import annotations

import argparse
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import webbrowser
from pathlib import Path

HOST = "127.0.0.1"
FIRST_PAGE = "00-start-here.ipynb"
SECONDS_TO_START = 120
SECONDS_TO_END = 10


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
    """The line that starts JupyterLab."""
    line = [
        sys.executable, "-m", "jupyterlab",
        "--no-browser",
        f"--ServerApp.ip={HOST}",
        f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
        f"--ServerApp.root_dir={root}",
        "--LabApp.check_for_updates_class=jupyterlab.handlers.announcements.NeverCheckForUpdate",
    ]  # fmt: skip
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        line.append("--allow-root")
    return line


def environment(token: str) -> dict[str, str]:
    """The server's and the kernels' environment: the token (which `ps` does not show there), and less noise."""
    variables = dict(os.environ)
    variables.pop("PYTHONDONTWRITEBYTECODE", None)
    variables["JUPYTER_TOKEN"] = token
    variables.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    variables.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")
    return variables


def wait_until_served(server: subprocess.Popen, port: int, token: str) -> bool:
    """Whether the server answered before it ended or the time was over."""
    request = urllib.request.Request(f"http://{HOST}:{port}/api/status", headers={"Authorization": f"token {token}"})
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # a proxy does not know this machine
    end = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < end and server.poll() is None:
        try:
            with opener.open(request, timeout=2):
                return True
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    return False


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
    with log.open("w", encoding="utf-8") as stream:
        # A session of its own: Ctrl-C reaches this process, which ends the server without its question.
        server = subprocess.Popen(
            command(root, port), cwd=root, env=environment(token), stdin=subprocess.DEVNULL,
            stdout=stream, stderr=subprocess.STDOUT, start_new_session=os.name != "nt",
        )  # fmt: skip
        try:
            if not wait_until_served(server, port, token):
                stop(server)
                tail = log.read_text(encoding="utf-8", errors="replace").splitlines()[-15:]
                print("JupyterLab did not start. It said:", *tail, f"(all of it: {log})", sep="\n", file=sys.stderr)
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
    parser.add_argument("--root", type=Path, required=True, help="the folder with the notebooks")
    parser.add_argument("--port", type=int, default=8888, help="the first port to try; 0 takes any")
    parser.add_argument("--log", type=Path, required=True, help="where the server's own messages go")
    arguments = parser.parse_args()
    return serve(arguments.root.resolve(), arguments.port, arguments.log)


if __name__ == "__main__":
    sys.exit(main())
