"""What the tests of the grader stand on: a sandbox that starts on this machine."""

from __future__ import annotations

import threading
from functools import partial

import pytest

from bookutils.grading.libraries import NUMPY, TENSORFLOW, modules_for
from bookutils.grading.model import Limits
from bookutils.grading.sandbox.launch import try_layers
from bookutils.grading.sandbox.servers import Servers, knock, launch_single


@pytest.fixture(scope="session")
def sandbox(bubblewrap):
    """Skip where the machine forbids namespaces, as some containers do, and say what bubblewrap said."""
    layers = try_layers()
    if not layers.starts:
        pytest.skip(f"bubblewrap does not start here: {layers.said}")
    return layers


@pytest.fixture(scope="session")
def servers(sandbox, repository):
    """Warm servers, tended by a thread, as the engine tends its own."""
    if not sandbox.nests:
        pytest.skip(f"no namespaces inside a sandbox here: {sandbox.said}")
    from bookutils.grading.program import load_course_chapter

    chapters = [load_course_chapter(path) for path in sorted((repository / "notebooks").glob("*.ipynb"))]
    over = threading.Event()
    with Servers(modules_for(chapters), Limits().files) as running:

        def tend() -> None:
            while not over.wait(0.05):
                running.tend()

        thread = threading.Thread(target=tend)
        thread.start()
        try:
            yield running
        finally:
            over.set()
            thread.join()


@pytest.fixture
def warm(servers):
    """Limits -> what makes a process, forked from the server with NumPy."""
    return lambda limits, libraries=NUMPY: partial(knock, servers.address(libraries), limits, alone=True)


@pytest.fixture(params=["warm", "single"])
def connector(request, sandbox):
    """The same, for each kind of sandbox."""
    if request.param == "warm":
        return request.getfixturevalue("warm")
    modules = {NUMPY: ("numpy",), TENSORFLOW: ("tensorflow",)}
    return lambda limits, libraries=NUMPY: partial(launch_single, modules[libraries], limits, alone=True)
