"""Runs a notebook in a kernel of its own, with nothing of a person's files in reach of its outputs."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path
from typing import Any

from bookutils.authoring.problems import refuse
from bookutils.authoring.source import Chapter, authoring_missing

CELL_SECONDS = 300
TRAINING_SECONDS = 3600


def execute(notebook: Any, chapter: Chapter, *, static: bool = True) -> Any:
    """Execute a notebook in place and return it.

    Parameters
    ----------
    notebook : made from the chapter's cells, in their order
    chapter : names the file and line of a cell that fails
    static : True: a widget shows its picture only; False: as a learner's kernel runs it

    Raises
    ------
    ChapterError
        When a cell raises (and is not tagged ``raises-exception``), takes too long, or kills the kernel.
    """
    try:
        from jupyter_client.manager import AsyncKernelManager
        from nbclient import NotebookClient
        from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
    except ImportError as error:
        raise authoring_missing() from error
    with tempfile.TemporaryDirectory(prefix="bookutils-build-") as folder:
        work = Path(folder) / "work"
        work.mkdir()
        client = NotebookClient(
            notebook,
            timeout=TRAINING_SECONDS if chapter.trains else CELL_SECONDS,
            km=AsyncKernelManager(kernel_name="python3", **_transport(Path(folder))),
            resources={"metadata": {"path": str(work)}},
            record_timing=False,
            store_widget_state=False,
            coalesce_streams=True,
        )
        # Without cleanup_kc a kernel lives until this process ends, and then writes a warning that its parent is gone.
        with client.setup_kernel(env=kernel_environment(Path(folder), static=static), cleanup_kc=True):
            for number, cell in enumerate(notebook.cells):
                try:
                    client.execute_cell(cell, number)
                except CellExecutionError as error:
                    refuse([_failed(chapter, number, f"The cell raises {error.ename}: {error.evalue}", str(error))])
                except CellTimeoutError:
                    refuse([_failed(chapter, number, f"The cell takes more than {client.timeout} seconds.")])
                except DeadKernelError:
                    refuse([_failed(chapter, number, "The kernel died in this cell.")])
    return notebook


def kernel_environment(folder: Path, *, static: bool = True) -> dict[str, str]:
    """Return the environment of a kernel whose outputs do not depend on who runs it.

    Parameters
    ----------
    folder : an empty folder; the learner's small files go there
    static : sets BOOKUTILS_STATIC
    """
    personal = {"BOOKUTILS_STATIC", "MPLBACKEND", "PYTHONHOME", "PYTHONOPTIMIZE", "PYTHONPATH", "PYTHONSTARTUP",
                "PYTHONWARNINGS"}  # fmt: skip
    environment = {name: value for name, value in os.environ.items() if name not in personal}
    return environment | {
        "BOOKUTILS_HOME": str(folder / "home"),
        "BOOKUTILS_LANGUAGE": "en",
        "PYTHONHASHSEED": "0",
        "SOURCE_DATE_EPOCH": "0",  # matplotlib writes it into SVG instead of today
        **({"BOOKUTILS_STATIC": "1"} if static else {}),
    }


def _transport(folder: Path) -> dict[str, str]:
    """Return how client and kernel talk: through files where the system can, so that no other user can listen."""
    if os.name == "nt" or len(str(folder)) > 80:  # a socket's name has at most 103 characters on macOS
        return {"transport": "tcp"}
    # Absolute: the kernel runs in another folder than the client, and the default is a relative name.
    return {"transport": "ipc", "ip": str(folder / "kernel")}


def _failed(chapter: Chapter, number: int, what: str, traceback: str = "") -> Any:
    cell = chapter.cells[number]
    row = re.search(r"Cell In\s*\[\d+\], line (\d+)", re.sub(r"\x1b\[[0-9;]*m", "", traceback))
    return chapter.problem(cell.line_of(int(row[1]) if row else 1), what)
