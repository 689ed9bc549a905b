"""Which cells could change anything for the answers of other cells, told from their text."""

from __future__ import annotations

import pytest

from bookutils.grading.manners import keeps_to_itself
from bookutils.grading.names import names_in
from tests.classroom import WRONG, solutions

GIVEN = frozenset({"np", "print", "sum", "sigmoid"})
LOUD = [
    "np.exp = None", "np = 3", "def sum(x):\n    return 0", "import os", "from os import path",
    "import numpy.testing, sys",
    "def f(x):\n    np.pi = 3\n    return x", "def f(x):\n    global g\n    g = 1", "table[0] = 1", "del np",
    "def f(x):\n    table[0] = x\n    return x", "while True: pass", "exec('np.pi = 3')", "setattr(np, 'pi', 3)",
    "f = getattr(np, 'seterr')", "np.seterr(all='raise')", "np.random.seed(0)", "%matplotlib inline", "!ls",
    "from numpy import *", "f.__globals__", "def f(x):\n    np.copyto(sigmoid.table, x)", "open('x', 'w')", "def f(:",
    "class A:\n    np.pi = 3", "async def f():\n    pass", "for np.pi in [3]: pass", "with open('x') as np.pi: pass",
]  # fmt: skip
QUIET = [
    "import numpy as np\nimport math", "x = 3", "f = lambda x: x + 1", "def f(x):\n    y = np.zeros(3)\n    y[0] = x\n"
    "    return y", "def f(x):\n    x[0] = 1\n    return x", "class A:\n    def f(self, x):\n        return x",
    "print(sum([1, 2]))", "def f(x):\n    for i in range(3):\n        x = x + i\n    return x",
]  # fmt: skip


@pytest.mark.parametrize("source", LOUD)
def test_what_could_reach_others_is_loud(source):
    """Is a cell told that patches, imports more than mathematics, or writes to what is not its own?"""
    assert not keeps_to_itself(names_in(source), GIVEN)


@pytest.mark.parametrize("source", QUIET)
def test_what_only_defines_is_quiet(source):
    """Is an ordinary cell told as such?"""
    assert keeps_to_itself(names_in(source), GIVEN)


@pytest.mark.parametrize("source", [*WRONG.values(), *solutions().values()])
def test_answers_are_quiet(source):
    """Are answers of the usual kind, right or wrong, graded in one process?"""
    assert keeps_to_itself(names_in(source), GIVEN)
