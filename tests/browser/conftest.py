"""JupyterLab as `make lab` serves it, in the system's Chromium, with a folder of notebooks of its own."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bookutils.authoring.build import draft as draft_of
from bookutils.authoring.course import find_course
from bookutils.authoring.outputs import encode
from bookutils.exercises.catalogue import load_chapter

ROOT = Path(__file__).resolve().parents[2]
PICTURES = ROOT / "test-results" / "browser"
SECONDS = 1000.0  # in milliseconds, as Playwright counts
LATEST = 120 * SECONDS  # a kernel that starts on a busy machine takes its time


class Notebook:
    """A notebook that is open in JupyterLab; cells are found by what is written in them."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.complaints: list[str] = []  # errors that the page's console told of
        page.on("console", lambda line: self.complaints.append(line.text) if line.type == "error" else None)

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
        """Wait until there is a kernel and it rests. (Without one JupyterLab says "idle" as well.)"""
        self.page.locator(".jp-Toolbar .jp-KernelName", has_text="Python").first.wait_for(timeout=LATEST)
        idle = self.page.locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]')
        idle.first.wait_for(timeout=LATEST)

    def run_all(self, latest: float = LATEST) -> None:
        """Run all cells, from the menu, until each that is not folded has its number, or one has failed."""
        self.menu("Run", "Run All Cells")
        self.page.wait_for_function(
            """() => {
                const cells = document.querySelectorAll('.jp-CodeCell .jp-InputPrompt:not(.jp-Placeholder-prompt)');
                const prompts = [...cells].map(prompt => prompt.textContent);
                const failed = document.querySelector('[data-mime-type="application/vnd.jupyter.error"]');
                return prompts.every(text => /\\d/.test(text)) || (failed && !prompts.some(text => text.includes('*')));
            }""",
            timeout=latest,
        )

    def run(self, text: str) -> None:
        """Run one cell, from the keyboard, until it has its new number."""
        self.cell(text).locator(".cm-content").click()
        self._run_this(self.cell(text))

    def write(self, text: str, source: str) -> None:
        """Replace the source of the cell that contains `text`, and run it."""
        self.cell(text).locator(".cm-content").click()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.press("Delete")
        self.page.keyboard.insert_text(source)
        self._run_this(self.page.locator(".jp-CodeCell.jp-mod-active"))

    def _run_this(self, cell: Any) -> None:
        prompt = cell.locator(".jp-InputPrompt").element_handle()
        before = prompt.text_content()
        self.page.keyboard.press("Control+Enter")
        self.page.wait_for_function(
            "([prompt, before]) => prompt.textContent !== before && /\\d/.test(prompt.textContent)",
            arg=[prompt, before], timeout=LATEST,
        )  # fmt: skip

    def errors(self) -> list[str]:
        """What failed: the tracebacks on the page (what a cell writes to stderr is none)."""
        return self.page.locator('[data-mime-type="application/vnd.jupyter.error"]').all_inner_texts()

    def judge(self, output: Any, name: str) -> None:
        """Let axe judge what the course shows in an output, not JupyterLab's page around it."""
        from axe_playwright_python.sync_playwright import Axe

        output.evaluate("(element, id) => { element.id = id }", f"axe-{name}")
        # ipywidgets gives a slider's handle no name, and no way to give it one; the box beside each slider has a name
        # and does the same.
        context = {"include": [[f"#axe-{name}"]], "exclude": [[".noUi-handle"]]}
        found = Axe().run(self.page, context=context)
        assert found.violations_count == 0, found.generate_report()

    def see(self, text: str, name: str) -> None:
        """Bring the output below a cell into view, once all has run, and keep a picture of it."""
        self.wait_until_idle()
        self.output(text).scroll_into_view_if_needed()
        self.picture(name)

    def picture(self, name: str) -> Path:
        """Keep a screenshot in test-results/browser."""
        PICTURES.mkdir(parents=True, exist_ok=True)
        path = PICTURES / f"{name}.png"
        self.page.screenshot(path=path)
        return path


def stored_or_drafted(name: str) -> bytes:
    """A notebook as learners get it; a draft, which no learner gets yet, as its chapter makes it, without outputs."""
    stored = ROOT / "notebooks" / name
    if stored.is_file():
        return stored.read_bytes()
    (chapter,) = (draft for draft in find_course(ROOT).drafts() if f"{draft.name}.ipynb" == name)
    return encode(draft_of(chapter, {chapter.name: load_chapter(chapter.name)}).notebook)


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
        **os.environ, "BROWSER": "no", "BOOKUTILS_QUICK": "1", "PYTHONUNBUFFERED": "1",
        **{name: str(account / name) for name in folders},
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


@pytest.fixture(scope="session")
def window(browser: Any) -> Iterator[Any]:
    """One window for all notebooks, with a page for each: what JupyterLab's page consists of is loaded once."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield context
    context.close()


def ask(lab: str, path: str, method: str = "GET", content: object = None) -> Any:
    """Ask the server as JupyterLab's page does; what it answered, from JSON."""
    address, token = lab.split("/lab")[0], lab.split("token=")[1]
    request = urllib.request.Request(
        f"{address}/{path}", method=method, data=None if content is None else json.dumps(content).encode(),
        headers={"Authorization": f"token {token}", "Content-Type": "application/json"},
    )  # fmt: skip
    # A proxy does not know this machine.
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=30) as answer:
        return json.loads(answer.read() or b"null")


@pytest.fixture
def ask_lab(lab: str) -> Callable[..., Any]:
    """Ask the server: `ask_lab(path, method, content)`."""
    return partial(ask, lab)


@contextmanager
def opening(lab: str, window: Any, work: Path, node: pytest.Item | pytest.Collector) -> Iterator[Callable[..., Any]]:
    """Open fresh copies of notebooks for a test or a file of tests, and close them at its end, with their kernels."""
    opened: dict[str, Notebook] = {}
    # Tests of two files may have one name; in one workspace the notebook of the first would open beside the second's.
    of_test = "" if isinstance(node, pytest.Collector) else f"-{node.name}"
    own = re.sub(r"\W+", "-", f"{node.path.stem}{of_test}").strip("-").lower()

    def open_copy(name: str) -> Notebook:
        copy = f"{Path(name).stem}-{own}.ipynb"
        (work / copy).write_bytes(stored_or_drafted(name))
        page = window.new_page()
        page.set_default_timeout(30 * SECONDS)
        page.goto(re.sub(r"/lab(/tree/[^?]*)?", f"/lab/workspaces/{own}/tree/{copy}", lab))
        page.locator(".jp-Notebook .jp-Cell").first.wait_for(timeout=LATEST)
        notebook = opened[copy] = Notebook(page)
        notebook.wait_until_idle()
        return notebook

    yield open_copy
    for notebook in opened.values():
        notebook.picture(f"last-{own}")  # what there was to see when a test failed
        notebook.page.close()
    for session in ask(lab, "api/sessions"):
        if session["path"] in opened:
            ask(lab, f"api/sessions/{session['id']}", "DELETE")


@pytest.fixture
def open_notebook(lab: str, window: Any, work: Path, request: pytest.FixtureRequest) -> Iterator[Callable[..., Any]]:
    """Open a fresh copy of a notebook, by its name, with a kernel, a page and a workspace of its own."""
    with opening(lab, window, work, request.node) as open_copy:
        yield open_copy


@pytest.fixture(scope="module")
def open_for_all(lab: str, window: Any, work: Path, request: pytest.FixtureRequest) -> Iterator[Callable[..., Any]]:
    """Open a copy that all tests of a file go on with, from one to the next, as a person does."""
    with opening(lab, window, work, request.node) as open_copy:
        yield open_copy
