"""What the tests of the grader stand on: a sandbox that starts on this machine."""

from __future__ import annotations

import pytest

from bookutils.grading.sandbox.launch import works


@pytest.fixture
def sandbox(bubblewrap):
    """Skip where the machine forbids namespaces, as some containers do, and say what bubblewrap said."""
    there, why = works()
    if not there:
        pytest.skip(f"bubblewrap does not start here: {why}")
