"""Colab as far as it can be had elsewhere: its versions, its `google.colab` in the kernel, a folder of uploads."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import nbformat

from scripts import colab, environment

CELL_SECONDS = 300


class Colab:
    """A simulated Colab: a kernel in .venv-colab that runs in the folder `content`, where files are uploaded.

    Parameters
    ----------
    folder : empty; gets everything that belongs to this session
    """

    def __init__(self, folder: Path) -> None:
        self.python = environment.venv_python(colab.VENV)
        self.content = folder / "content"
        self.content.mkdir(parents=True)
        self._site, self._kernels = folder / "site", folder / "kernels"
        module = self._site / "google" / "colab" / "__init__.py"
        module.parent.mkdir(parents=True)
        module.write_text('"""Stands for Colab\'s own."""\n')
        (self._site / "sitecustomize.py").write_text("import google.colab\n")  # as Colab's kernel does
        spec = self._kernels / "colab" / "kernel.json"
        spec.parent.mkdir(parents=True)
        argv = [str(self.python), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        spec.write_text(json.dumps({"argv": argv, "display_name": "Colab", "language": "python"}))
        unwanted = {"PYTHONPATH", "BOOKUTILS_STATIC", "MPLBACKEND", "PYTHONWARNINGS"}
        kept = {name: value for name, value in environment.child_environment().items() if name not in unwanted}
        self.variables = kept | {
            "PYTHONPATH": str(self._site),
            "BOOKUTILS_HOME": str(folder / "home"),
            "IPYTHONDIR": str(folder / "ipython"),
            "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        }

    def pip(self, *words: str) -> str:
        """Run pip there; what it prints."""
        command = [str(self.python), "-m", "pip", *words]
        done = subprocess.run(command, capture_output=True, text=True, env=self.variables, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def packages(self) -> dict[str, str]:
        """Every installed package with its version, less the course's own."""
        listed = json.loads(self.pip("list", "--format=json", "--disable-pip-version-check"))
        return {item["name"]: item["version"] for item in listed if item["name"] != "bookutils"}

    def run(self, notebook: Any, *, stop: bool = True, **variables: str) -> Any:
        """Run a notebook whole, as Runtime → Run all does, and return it with its outputs.

        Parameters
        ----------
        notebook : changed in place
        stop : True: a cell that fails fails the test; False: its error is among the outputs
        variables : for the kernel's environment
        """
        from jupyter_client.kernelspec import KernelSpecManager
        from jupyter_client.manager import AsyncKernelManager
        from nbclient import NotebookClient

        specs = KernelSpecManager(kernel_dirs=[str(self._kernels)], ensure_native_kernel=False)
        client = NotebookClient(
            notebook,
            timeout=CELL_SECONDS,
            km=AsyncKernelManager(kernel_name="colab", kernel_spec_manager=specs),
            resources={"metadata": {"path": str(self.content)}},
            allow_errors=not stop,
            store_widget_state=False,
            coalesce_streams=True,
        )
        with client.setup_kernel(env=self.variables | variables):
            for number, cell in enumerate(notebook.cells):
                client.execute_cell(cell, number)
        return notebook


def upload(session: Colab, wheel: Path, name: str = "") -> Path:
    """Put a file where the browser's upload puts it."""
    return Path(shutil.copy(wheel, session.content / (name or wheel.name)))


def code(source: str) -> Any:
    """A cell of code."""
    return nbformat.v4.new_code_cell(source)


def said(cell: Any) -> str:
    """What a cell shows as text: printed, displayed, or as an error."""
    parts = []
    for output in cell.get("outputs", []):
        parts += [output.get("text", ""), "\n".join(output.get("traceback", []))]
        parts.append(str(output.get("data", {}).get("text/plain", "")))
    return "\n".join(part for part in parts if part).strip()
