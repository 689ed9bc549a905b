"""`make lab` and `make doctor` on an account full of settings for something else: a real server, kernel, terminal."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import ProxyHandler, Request, build_opener

import pytest

from scripts import doctor, environment, serve

ROOT = Path(__file__).resolve().parents[2]
LATEST = 120
CODE = """!command -v bookutils
import os, sys, numpy
print(sys.executable, numpy.__file__)
print([name for name in ("PYTHONPATH", "PYTHONWARNINGS", "TF_USE_LEGACY_KERAS") if name in os.environ])
"""
# Each line alone would keep the page from opening, or would open it to others.
SETTINGS = """
c.ServerApp.base_url = "/elsewhere/"
c.ServerApp.token = "known"
c.IdentityProvider.token = "known"
c.ServerApp.password = "argon2:x"
c.PasswordIdentityProvider.hashed_password = "argon2:x"
c.PasswordIdentityProvider.password_required = True
c.ServerApp.port = 1
c.ServerApp.ip = "192.0.2.1"
c.ServerApp.certfile = "/nowhere/a.pem"
c.ServerApp.root_dir = "/nowhere"
c.ServerApp.notebook_dir = "/nowhere"
c.ServerApp.preferred_dir = "/nowhere"
c.ServerApp.sock = "/nowhere/socket"
c.ServerApp.open_browser = True
c.ServerApp.allow_origin = "*"
c.ServerApp.terminals_enabled = False
c.ServerApp.jpserver_extensions = {"jupyterlab": False}
c.LabApp.default_url = "/tree"
"""
BROKEN = "this is neither Python nor JSON\n"


def write(path: Path, content: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)


def fill(home: Path) -> None:
    """Give an account settings for another Jupyter, a kernel of another Python, and a theme of its own."""
    own = home / ".jupyter"
    write(own / "jupyter_server_config.py", SETTINGS + BROKEN)
    write(own / "jupyter_lab_config.py", SETTINGS)
    write(own / "jupyter_notebook_config.py", SETTINGS)
    write(own / "jupyter_server_config.json", BROKEN)
    write(own / "jupyter_config.json", json.dumps({"ServerApp": {"base_url": "/elsewhere/", "token": "known"}}))
    disabled = {"@jupyter-widgets/jupyterlab-manager": True, "@jupyterlab/notebook-extension": True}
    write(own / "labconfig" / "page_config.json", json.dumps({"disabledExtensions": disabled}))
    write(own / "lab" / "user-settings" / "@jupyterlab" / "apputils-extension" / "themes.jupyterlab-settings",
          json.dumps({"theme": "JupyterLab Dark"}))  # fmt: skip
    kernel = {"argv": ["/nowhere/python", "-f", "{connection_file}"], "display_name": "Other", "language": "python"}
    write(home / ".local" / "share" / "jupyter" / "kernels" / "python3" / "kernel.json", json.dumps(kernel))
    write(home / ".keras" / "keras.json", json.dumps({"backend": "torch"}))
    write(home / "library" / "numpy.py", "raise RuntimeError('no numpy')\n")


@contextlib.contextmanager
def lab(folder: Path, **variables: str) -> Iterator[Server]:
    """Serve a folder as `make lab` does."""
    hidden = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTERLAB_SETTINGS_DIR", "IPYTHONDIR")
    environment = {name: value for name, value in os.environ.items() if name not in hidden}
    (folder / "work").mkdir()
    line = [sys.executable, "-I", str(ROOT / "scripts" / "serve.py"), "--root", str(folder / "work"), "--port", "0"]
    with subprocess.Popen(
        [*line, "--log", str(folder / "lab.log")], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        env={**environment, "BROWSER": "no", **variables},
    ) as process:  # fmt: skip
        try:
            assert process.stdout is not None
            said = []
            for text in process.stdout:
                said.append(text)
                if "token=" in text:
                    break
            else:
                pytest.fail("".join(said))
            yield Server(text.strip(), "".join(said))
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=LATEST)


class Server:
    """A running server, asked as JupyterLab's page asks it."""

    def __init__(self, url: str, said: str) -> None:
        self.url, self.said = url, said
        self.address, self.token = url.split("/lab")[0], url.split("token=")[1]

    def ask(self, path: str, content: object = None) -> bytes:
        """Return what the server answers; a content is posted."""
        body = None if content is None else json.dumps(content).encode()
        request = Request(f"{self.address}/{path}", body, {"Authorization": f"token {self.token}"})
        with build_opener(ProxyHandler({})).open(request, timeout=LATEST) as answer:
            return answer.read()

    def talk(self, path: str) -> Any:
        """Open a web socket."""
        from tornado.websocket import websocket_connect

        return websocket_connect(f"{self.address.replace('http', 'ws')}/{path}?token={self.token}")

    def type(self, line: str, until: str) -> str:
        """Type a line into a terminal; return what is seen there up to a word."""
        name = json.loads(self.ask("api/terminals", {}))["name"]

        async def typed() -> str:
            socket, seen = await self.talk(f"terminals/websocket/{name}"), ""
            await socket.write_message(json.dumps(["stdin", f"{line}\r"]))
            while until not in seen:
                kind, *words = json.loads(await asyncio.wait_for(socket.read_message(), LATEST))
                seen += "".join(map(str, words)) if kind == "stdout" else ""
            socket.close()
            return seen

        return asyncio.run(typed())

    def run(self, code: str) -> str:
        """Run a cell in a new kernel; return what it printed, or raised."""
        kernel, number = json.loads(self.ask("api/kernels", {"name": "python3"}))["id"], uuid.uuid4().hex
        header = {"msg_id": number, "msg_type": "execute_request", "version": "5.3"}
        header |= dict.fromkeys(("username", "session", "date"), "")
        message = {"channel": "shell", "header": header, "parent_header": {}, "metadata": {}, "content": {"code": code}}

        async def ran() -> str:
            socket, seen = await self.talk(f"api/kernels/{kernel}/channels"), ""
            await socket.write_message(json.dumps(message))
            while True:
                told = json.loads(await asyncio.wait_for(socket.read_message(), LATEST))
                content = told["content"]
                seen += content.get("text", "") if told["msg_type"] == "stream" else ""
                seen += content["evalue"] if told["msg_type"] == "error" else ""
                if told["parent_header"].get("msg_id") == number and content.get("execution_state") == "idle":
                    socket.close()
                    return seen

        return asyncio.run(ran())


pytestmark = pytest.mark.skipif(os.name != "posix", reason="the terminal's shell is a POSIX one")


def test_an_account_full_of_other_settings_opens_the_course(tmp_path: Path) -> None:
    """Do page, terminal and kernel work, with the course's own Python and command, and with the person's theme?"""
    pytest.importorskip("jupyterlab")
    home = tmp_path / "home"
    fill(home)
    variables = {
        "HOME": str(home), "PYTHONPATH": str(home / "library"), "PYTHONWARNINGS": "error", "TF_USE_LEGACY_KERAS": "1",
        "JUPYTER_CONFIG_PATH": str(home / ".jupyter"), "JUPYTER_PATH": str(home / ".local" / "share" / "jupyter"),
        "JUPYTER_TOKEN": "known", "JUPYTER_PORT": "1", "JUPYTERLAB_DIR": "/nowhere", "MPLBACKEND": "TkAgg",
    }  # fmt: skip
    with lab(tmp_path, **variables) as server:
        page = server.ask("lab").decode()
        assert "jupyterlab-manager" not in page.partition('"disabledExtensions"')[2].partition("]")[0]
        themes = json.loads(server.ask("lab/api/settings/@jupyterlab/apputils-extension:themes"))
        assert "JupyterLab Dark" in themes["raw"]
        for token in ("known", ""):
            with pytest.raises(OSError, match="403"):
                Server(f"{server.address}/lab?token={token}", "").ask("api/contents")
        command = str(Path(sys.executable).with_name("bookutils"))
        assert command in server.type("command -v bookutils; echo do''ne", "done")
        seen = server.run(CODE)
        assert command in seen and f"{sys.executable} " in seen and "[]" in seen, seen
        assert server.address == server.url.split("/lab")[0] and "127.0.0.1" in server.address


def test_a_home_that_cannot_be_written_opens_the_course(tmp_path: Path) -> None:
    """Without a home, a shell and a temporary folder of one's own: is a place found, and said?"""
    pytest.importorskip("jupyterlab")
    variables = {"HOME": "/proc/nowhere", "SHELL": "/nowhere/zsh", "TMPDIR": "/nowhere", "LC_ALL": "C"}
    with lab(tmp_path, **variables) as server:
        assert "/proc/nowhere" in server.said and str(tmp_path / "home") in server.said
        assert f"{sys.executable} " in server.run(CODE)


def test_a_server_that_does_not_obey_is_given_up_soon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where something still makes it answer others only, is it left after seconds, not after two minutes?"""
    answers = iter([None, 403, *[404] * 10_000])
    monkeypatch.setattr(serve, "answer_of", lambda *_: next(answers))
    monkeypatch.setattr(serve, "SECONDS_TO_OBEY", 0.5)
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as server:
        assert not serve.wait_until_served(server, 1, "")
        server.kill()
    assert next(answers) == 404


def test_a_configuration_of_the_machine_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When nothing helps, is the file named in which to look?"""
    paths = pytest.importorskip("jupyter_core.paths")
    write(tmp_path / "jupyter_server_config.py", BROKEN)
    write(tmp_path / "lab.log", "Bad config encountered\n")
    monkeypatch.setattr(paths, "SYSTEM_CONFIG_PATH", [str(tmp_path)])
    said = serve.explain_no_start(tmp_path / "lab.log")
    assert str(tmp_path / "jupyter_server_config.py") in said and "Bad config" in said and "make doctor" in said


def test_what_make_doctor_types() -> None:
    """Do GRADING and LOG become what the command knows, and stands nothing of the person's in its way?"""
    plain = doctor.command({"GRADING": "no", "LOG": ""})
    assert plain[1:] == ["-I", "-m", "bookutils", "doctor"]
    assert doctor.command({"GRADING": "yes"})[-1] == "--grading"
    assert doctor.command({"LOG": "a b.txt"})[-2:] == ["--log", "a b.txt"]


@pytest.mark.parametrize(
    ("words", "says"), [(["LOG=tests/devices/logs/SOURCES.md"], ""), (["GRADING=yes"], "ubmissions can")]
)  # fmt: skip
def test_make_doctor_runs_in_any_surroundings(words: list[str], says: str, tmp_path: Path) -> None:
    """With variables under which no Python starts, and LOG set for another program, does the verb answer?"""
    if not environment.read_stamp():
        pytest.skip("there is no .venv, and a test does not install one")
    write(tmp_path / "json.py", BROKEN)
    variables = {"PYTHONHOME": "/nowhere", "PYTHONPATH": str(tmp_path), "PYTHONWARNINGS": "error", "LOG": "debug"}
    done = subprocess.run(
        ["make", "--no-print-directory", "doctor", f"PYTHON={sys.executable}", *words], cwd=ROOT, capture_output=True,
        text=True, env={**os.environ, **variables}, check=False,
    )  # fmt: skip
    assert "Traceback" not in done.stderr and "debug" not in done.stdout + done.stderr
    assert says in done.stdout and done.stdout.strip(), done.stderr
