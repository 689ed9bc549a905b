"""Whole notebooks that lie about what only their own process sees, graded by the real engine."""

from __future__ import annotations

import re

from tests.classroom import fill, fresh, grade, hand_in, solutions
from tests.grading.conftest import sandbox  # noqa: F401

PROBE = """
import bookutils.probes.backpropagation as probes
def report(order_of, edges):
    numbers = sorted({number for row in np.asarray(edges).tolist() for number in row})
    says = {"listed": ", ".join(map(str, numbers)), "last": str(numbers[-1])}
    return says | {"more than once": "none", "before a parent": "none"}
for name in ("order_report", "order_of_graph"):
    setattr(probes, name, report)
def topological_order(loss):
    return []
"""
# An import fails with words that Python might have said, in an order that tells what the inputs were.
SAYS_ITS_INPUTS = """
import sys
def dead_fraction(pre_activations):
    bits = "".join(map(str, np.ravel(np.asarray(pre_activations) > 0).astype(int)))
    class Finder:
        def find_spec(self, name, path=None, target=None):
            if name == "aa":
                raise ImportError("No " + " ".join("aa" if bit == "1" else "bb" for bit in bits[:30]))
    sys.meta_path.insert(0, Finder())
    import aa.bb
    return 0.123
"""


def test_a_probe_in_the_answers_process_decides_nothing(sandbox, tmp_path):  # noqa: F811
    """Does an empty answer earn nothing that puts words of praise in the place of what its probe saw?"""
    chapter = "03-backpropagation"
    hand_in(tmp_path / "in", "eve", fill(fresh(chapter), {"topological_order": PROBE}), chapter)
    hand_in(tmp_path / "in", "anna", fill(fresh(chapter), solutions(chapter)), chapter)
    graded = grade(tmp_path / "in", tmp_path / "out")
    assert graded.points("eve", chapter)["topological_order"] == 0
    assert graded.points("anna", chapter)["topological_order"] == 4


def test_an_import_says_nothing_of_the_hidden_inputs(sandbox, tmp_path):  # noqa: F811
    """Is what a failed import said told only where it is word for word Python's own?"""
    hand_in(tmp_path / "in", "eve", fill(fresh(), {"dead_fraction": SAYS_ITS_INPUTS}))
    graded = grade(tmp_path / "in", tmp_path / "out")
    pages = "".join(path.read_text(encoding="utf-8") for path in (tmp_path / "out").rglob("*.html"))
    assert "aa.bb" in pages and "failed in the grader" in pages
    assert not re.search(r"No (aa|bb)", pages + str(graded.rows))
