"""Functions that compare are patched, and objects claim to be equal to everything."""

from tests.classroom import WRONG, solutions
from tests.hostile.attack import Attack, answer

_LIAR = """
class Liar:
    __array_priority__ = 10.0 ** 6
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    __lt__ = __le__ = __gt__ = __ge__ = __eq__
    def __bool__(self): return True
    def __hash__(self): return 0
    def __sub__(self, other): return 0.0
    __rsub__ = __abs__ = __float__ = lambda self, *_: 0.0
"""
_BOTH = {"sigmoid_grad_from_output": "def sigmoid_grad_from_output(a):\n    return lie(np.shape(a))"}


def _lie(name: str, source: str, **more: object) -> Attack:
    """Make an attack in which two answers return the same lie; `lie` is called with a shape."""
    return Attack(name, answer("return lie(())"), before=(f"import numpy as np\n{source}",), answers=_BOTH, **more)


PATCHED = (
    Attack(
        "functions of NumPy",
        before=(
            "import numpy as np\nyes = lambda *a, **k: True\nnothing = lambda *a, **k: None\n"
            "np.isclose = np.allclose = np.array_equal = np.array_equiv = np.all = np.equal = yes\n"
            "np.testing.assert_allclose = np.testing.assert_array_equal = np.testing.assert_equal = nothing",
        ),
    ),
    Attack(
        "every function of that name, in every module",
        before=(
            "import sys\nfor module in list(sys.modules.values()):\n    for name in ('isclose', 'allclose', 'is_close',"
            " 'array_equal', 'difference', 'judge', 'check', 'plan_calls', 'as_numbers', 'name_mistake'):\n"
            "        try:\n            if hasattr(module, name): setattr(module, name, lambda *a, **k: None)\n"
            "        except Exception: pass",
        ),
    ),
    Attack(
        "builtins",
        before=(
            "import builtins\nbuiltins.all = builtins.any = builtins.isinstance = builtins.issubclass = "
            "builtins.callable = lambda *a: True\nbuiltins.abs = builtins.max = lambda *a, **k: 0",
        ),
    ),
    Attack(
        "to_plain",
        before=(
            "import bookutils.core.plain as p, bookutils.core.calling as c, bookutils.grading.sandbox.inside as i\n"
            f"{_LIAR}\np.to_plain = c.to_plain = i.to_plain = lambda value: Liar()",
        ),
    ),
    Attack(
        "run_calls",
        before=(
            "import bookutils.core.calling as c, bookutils.grading.sandbox.inside as i\n"
            "i.run_calls = c.run_calls = lambda answer, inputs, *_: [c.Outcome('returned', True, a) for a in inputs]",
        ),
    ),
    Attack(
        "the code of run_calls",
        before=(
            "import bookutils.core.calling as c\ndef other(answer, inputs, seconds, probe=None):\n"
            "    return [Outcome('passed', None, tuple(a), None) for a in inputs]\n"
            "c.run_calls.__code__ = other.__code__",
        ),
    ),
    Attack(
        "encode",
        before=(
            "import bookutils.grading.wire as w, bookutils.grading.sandbox.inside as i\nold = w.encode\n"
            "def new(told):\n    told.update(status='passed', points=99, verdict='passed', earned=3)\n"
            "    return old(told)\nw.encode = i.encode = new",
        ),
    ),
    Attack(
        "json and base64",
        before=(
            "import json, base64\njson.dumps = lambda *a, **k: '{\"%\": [\"dict\", [[\"number\", true]]]}'\n"
            "base64.b64encode = lambda data: b'AAAA'",
        ),
    ),
    Attack(
        "the shell",
        before=(
            "shell = get_ipython()\nclass Names(dict):\n    def get(self, name, other=None):\n"
            "        return (lambda *a: True) if name.startswith('dead') else dict.get(self, name, other)\n"
            "shell.user_ns = Names(shell.user_ns)\nold = type(shell).run_cell\n"
            "type(shell).run_cell = lambda self, source, **k: old(self, source.replace('return', 'return 1 or'), **k)",
        ),
    ),
    Attack(
        "the reference itself",
        before=(
            "import bookutils.numerics.activations.functions as book\nbook.dead_fraction = lambda *a: 0.123\n"
            "book.dead_fraction.__module__ = 'bookutils.numerics.activations.functions'\n"
            "book.sigmoid_grad_from_output.__code__ = (lambda a: 1 - a * a).__code__",
        ),
    ),
    Attack(
        "an import hook",
        before=(
            "import sys, types, importlib.abc, importlib.machinery\n"
            "class Hook(importlib.abc.MetaPathFinder, importlib.abc.Loader):\n"
            "    def find_spec(self, name, path=None, target=None):\n"
            "        if 'exercises' in name or 'grading' in name:\n"
            "            return importlib.machinery.ModuleSpec(name, self)\n"
            "    def create_module(self, spec): return types.ModuleType(spec.name)\n"
            "    def exec_module(self, module): module.judge = module.difference = lambda *a, **k: None\n"
            "sys.meta_path.insert(0, Hook())\nfor name in [n for n in sys.modules if n.startswith('bookutils')]:\n"
            "    del sys.modules[name]\nimport bookutils.judging.judge",
        ),
    ),
    Attack(
        "False itself",
        before=("import ctypes\nctypes.c_long.from_address(id(False) + 24).value = 1",),
    ),
    Attack(
        "NumPy's own loop for ==",
        before=(
            "import ctypes, numpy as np\nsize = 48\n"
            "ctypes.memmove(id(np.not_equal) + 16, id(np.equal) + 16, size)\n",
        ),
    ),
    Attack(
        "NumPy for the right answers below",
        before=(
            "import numpy as np\nnp.where = np.maximum = np.minimum = np.log1p = np.exp = np.asarray = lambda *a: 7.0\n"
            "np.log = np.logaddexp = np.abs = np.multiply = lambda *a, **k: 7.0",
        ),
    ),
    Attack(
        "answers of others, from a thread",
        before=(
            "import threading, time\nnames = get_ipython().user_ns\ndef spoil():\n    while True:\n"
            "        for name in ('relu_backward', 'log_sigmoid', 'np'):\n"
            "            names[name] = lambda *a: 0.123\n        time.sleep(0.0005)\n"
            "threading.Thread(target=spoil, daemon=True).start()",
        ),
    ),
    Attack(
        "the report on inputs",
        answers={
            "relu_backward": "import bookutils.core.calling as calling\nold = calling.to_plain\n"
            "def relu_backward(x, upstream):\n    x[:] = 9.0\n    return 7.0 + 0 * x"
        },
        right=("log_sigmoid",), wrong=("dead_fraction", "sigmoid_grad_from_output", "relu_backward"),
    ),
)  # fmt: skip

EQUAL = (
    _lie("to everything", f"{_LIAR}\nlie = lambda shape: Liar()"),
    _lie("as entries of an array", f"{_LIAR}\nlie = lambda shape: np.full(shape or (1,), Liar(), dtype=object)"),
    _lie(
        "as what NumPy takes for an array",
        f"{_LIAR}\nclass Array(Liar):\n    def __array__(self, *a, **k): return np.array(Liar(), dtype=object)\n"
        "    def __array_ufunc__(self, *a, **k): return True\n    def __array_function__(self, *a, **k): return True\n"
        "    __array_interface__ = {'shape': (), 'typestr': '|O', 'data': (0, False), 'version': 3}\n"
        "lie = lambda shape: Array()",
    ),
    _lie(
        "as a kind of array",
        "class Array(np.ndarray):\n    def __eq__(self, other): return np.ones(self.shape, bool)\n"
        "    def __array_ufunc__(self, *a, **k): return np.ones(self.shape, bool)\n"
        "    def __array_function__(self, *a, **k): return True\n    def __array_finalize__(self, other): pass\n"
        "    def __array_wrap__(self, *a): return True\n    def all(self, *a, **k): return True\n"
        "    def copy(self, *a): return self\n    tobytes = astype = copy\n"
        "    dtype = property(lambda self: np.dtype('f8'))\nlie = lambda shape: np.zeros(shape).view(Array)",
    ),
    _lie(
        "as another class",
        f"{_LIAR}\nclass Other(Liar):\n    __class__ = property(lambda self: np.ndarray)\n"
        "    dtype, shape, size, ndim = np.dtype('f8'), (), 1, 0\n    def astype(self, *a): return self\n"
        "lie = lambda shape: Other()",
    ),
    _lie(
        "as numbers",
        "class Number(float):\n    __eq__ = __le__ = __lt__ = lambda self, other: True\n"
        "    __sub__ = __rsub__ = __abs__ = lambda self, *a: 0.0\n    __hash__ = float.__hash__\n"
        "lie = lambda shape: Number(7)",
    ),
    _lie(
        "as words, lists and dicts",
        "class Word(str):\n    __eq__ = lambda self, other: True\n    __hash__ = str.__hash__\n"
        "class Dict(dict):\n    __eq__ = __contains__ = lambda self, other: True\n"
        "    def __getitem__(self, key): return Word('x')\nclass List(list):\n    __eq__ = lambda self, other: True\n"
        "    def __len__(self): return 4\n"
        "lie = lambda shape: List([Word('e'), Dict()]) if shape else Dict()",
    ),
    _lie("as a scalar of NumPy", (
        "class Scalar(np.float64):\n    __module__ = 'numpy'\n    def item(self): return Item(1)\n"
        "    __eq__ = lambda self, other: True\nclass Item(float):\n    __eq__ = lambda self, other: True\n"
        "lie = lambda shape: Scalar(7)"
    )),
    _lie("as NaN", "lie = lambda shape: np.full(shape, np.nan)"),
    _lie("as complex NaN", "lie = lambda shape: np.full(shape, complex('nan+infj'))"),
    _lie("as infinity", "lie = lambda shape: np.full(shape, np.inf)"),
    _lie("as masked entries", "lie = lambda shape: np.ma.masked_all(shape or (1,))"),
    _lie("as records", "lie = lambda shape: np.zeros(shape, [('value', 'f8'), ('other', 'O')])"),
    _lie("as what is broadcast", "lie = lambda shape: np.full((1,) * 20, 0.5)"),
    _lie("as nothing at all", "lie = lambda shape: np.zeros((0, 3))"),
    _lie("as what is done later", (
        "class Later:\n    def __init__(self): self.asked = 0\n"
        "    def __array__(self, *a, **k):\n        self.asked += 1\n        return np.zeros(3) + self.asked\n"
        "lie = lambda shape: (value for value in [Later()]) if shape else Later()"
    )),
    _lie("by a metaclass", (
        "class Meta(type):\n    __eq__ = __instancecheck__ = __subclasscheck__ = lambda *a: True\n"
        "    __hash__ = type.__hash__\n    __name__ = __module__ = property(lambda self: 'ndarray')\n"
        "class Kind(metaclass=Meta):\n    __eq__ = lambda self, other: True\nlie = lambda shape: Kind()"
    )),
    _lie("as an array that changes", (
        "import threading, time\nkept = np.zeros(10 ** 4)\ndef change():\n    while True: kept[:] = np.random.rand(1)\n"
        "threading.Thread(target=change, daemon=True).start()\n"
        "lie = lambda shape: np.lib.stride_tricks.as_strided(kept, shape)"
    )),
)  # fmt: skip

CHEATS = (
    Attack(
        "looks whether it is graded",
        answer(
            "graded = os.path.exists('/course') or 'bookutils.grading.sandbox.inside' in sys.modules\n"
            "return 1.0 if graded else 0.5",
            "import os, sys",
        ),
    ),
    Attack(
        "is another one at each call",
        answer("calls.append(1)\nreturn [0.0, 0.25, 0.5, 1.0][len(calls) % 4]", "calls = []"),
    ),
    Attack(
        "takes all it is given for the result",
        answer("return pre_activations"),
        answers={"sigmoid_grad_from_output": "def sigmoid_grad_from_output(a):\n    return a"},
    ),
    Attack(
        "gives the mistakes that the course knows",
        answers={"sigmoid_grad_from_output": WRONG["sigmoid_grad_from_output"]},
        answer=answer("return float((pre_activations <= 0).mean())"),
        says={"dead_fraction": "counted entries"},
    ),
    Attack(
        "guesses each option in a cell of its own",
        after=tuple(f"wake_unit = {key!r}" for key in "eabcd"),
        wrong=("dead_fraction", "sigmoid_grad_from_output", "wake_unit"),
    ),
    Attack(
        "is right when it is called first",
        answer(
            "calls.append(1)\nif len(calls) > 1: return 0.7\nreturn float(np.all(pre_activations <= 0, axis=0).mean())",
            "calls = []",
        ),
    ),
    Attack(
        "hides the right answer behind wrong ones",
        after=tuple(f"def relu_backward(x, upstream):\n    return x * {n}" for n in range(2, 20)),
        right=("log_sigmoid", "relu_backward"),
        answers={"relu_backward": solutions()["relu_backward"]},
    ),
)
