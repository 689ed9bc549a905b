"""JupyterLab as `make lab` serves it, in the system's Chromium, with a folder of notebooks of its own."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
PICTURES = ROOT / "test-results" / "browser"
SECONDS = 1000.0  # in milliseconds, as Playwright counts
LATEST = 120 * SECONDS  # a kernel that starts on a busy machine takes its time


class Notebook:
    """A notebook that is open in JupyterLab; cells are found by what is written in them."""

    def __init__(self, page: Any) -> None:
        self.page = page

    def cell(self, text: str) -> Any:
        """The first code cell whose source contains `text`."""
        editors = self.page.locator(".jp-CodeCell", has=self.page.locator(".jp-InputArea-editor", has_text=text))
        return editors.first

    def output(self, text: str) -> Any:
        """The output below the cell whose source contains `text`."""
        return self.cell(text).locator(".jp-OutputArea").first

    def menu(self, *names: str) -> None:
        """Choose an entry of the menu bar: its menu, then the entry."""
        bar, entry = names
        self.page.locator(".lm-MenuBar-itemLabel", has_text=re.compile(f"^{bar}$")).click()
        self.page.locator(".lm-Menu-itemLabel", has_text=re.compile(f"^{entry}$")).click()

    def wait_until_idle(self) -> None:
        """Wait until no cell is running or waiting."""
        self.page.wait_for_function(
            """() => document.querySelector('.jp-Notebook-ExecutionIndicator')?.dataset.status === 'idle'
                && ![...document.querySelectorAll('.jp-InputPrompt')].some(one => one.textContent.includes('*'))""",
            timeout=LATEST,
        )

    def run_all(self) -> None:
        """Run all cells, from the menu."""
        self.menu("Run", "Run All Cells")
        self.page.wait_for_timeout(500)
        self.wait_until_idle()

    def run(self, text: str) -> None:
        """Run one cell, from the keyboard."""
        self.cell(text).locator(".cm-content").click()
        self.page.keyboard.press("Control+Enter")
        self.page.wait_for_timeout(300)
        self.wait_until_idle()

    def write(self, text: str, source: str) -> None:
        """Replace the source of the cell that contains `text`, and run it."""
        self.cell(text).locator(".cm-content").click()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.press("Delete")
        self.page.keyboard.insert_text(source)
        self.page.keyboard.press("Control+Enter")
        self.page.wait_for_timeout(300)
        self.wait_until_idle()

    def errors(self) -> list[str]:
        """What failed: the tracebacks on the page."""
        found = self.page.locator('.jp-OutputArea-output[data-mime-type="application/vnd.jupyter.stderr"]')
        return [text for text in found.all_inner_texts() if "Traceback" in text or "Error" in text]

    def picture(self, name: str) -> Path:
        """Keep a screenshot in test-results/browser."""
        PICTURES.mkdir(parents=True, exist_ok=True)
        path = PICTURES / f"{name}.png"
        self.page.screenshot(path=path)
        return path


@pytest.fixture(scope="session")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A learner's folder: copies of the notebooks."""
    folder = tmp_path_factory.mktemp("work folder")  # with a space in its name
    for notebook in sorted((ROOT / "notebooks").glob("*.ipynb")):
        shutil.copyfile(notebook, folder / notebook.name)
    return folder


@pytest.fixture(scope="session")
def lab(work: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address that `make lab` would print, for an account that never started JupyterLab before."""
    account = tmp_path_factory.mktemp("account")
    folders = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR", "BOOKUTILS_HOME")
    variables = {
        **os.environ, "BROWSER": "no", "PYTHONUNBUFFERED": "1", **{name: str(account / name) for name in folders}
    }  # fmt: skip
    serve = [sys.executable, str(ROOT / "scripts" / "serve.py"), "--root", str(work), "--port", "0"]
    with subprocess.Popen(
        [*serve, "--log", str(account / "lab.log")], env=variables, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        said = ""
        for line in server.stdout:
            said += line
            if "token=" in line:
                break
        else:
            pytest.fail(f"JupyterLab did not start:\n{said}")
        yield line.strip()
        server.terminate()
        server.communicate(timeout=30)


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Any]:
    """The system's Chromium."""
    from playwright.sync_api import sync_playwright

    # Chromium's own sandbox does not start for root.
    as_root = hasattr(os, "geteuid") and os.geteuid() == 0
    options = ["--no-sandbox", "--disable-dev-shm-usage"] if as_root else ["--disable-dev-shm-usage"]
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=options)
        yield running
        running.close()


@pytest.fixture
def open_notebook(lab: str, browser: Any) -> Iterator[Callable[[str], Notebook]]:
    """Open a notebook by its name in a fresh window."""
    contexts = []

    def opened(name: str) -> Notebook:
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(30 * SECONDS)
        # A workspace of its own: what another test left open stays out of the way.
        page.goto(re.sub(r"/lab(/tree/[^?]*)?", f"/lab/workspaces/{name.split('-')[0]}/tree/{name}", lab))
        page.locator(".jp-Notebook .jp-Cell").first.wait_for(timeout=LATEST)
        notebook = Notebook(page)
        notebook.wait_until_idle()
        return notebook

    yield opened
    for context in contexts:
        context.close()
