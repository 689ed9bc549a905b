"""Answers that let the course's own implementation do the work, each in its own way."""

_HEAD = (
    "import importlib, inspect, marshal, subprocess, sys, types\n"
    "from bookutils.numerics.activations import functions as book\n"
)
_NAME = "'relu_' + 'backward'"  # the text is looked at, too


def _answer(before: str, *lines: str) -> str:
    body = "".join(f"    {line}\n" for line in lines)
    return f"{_HEAD}{before}\ndef relu_backward(x, upstream):\n{body}"


# What the answer's text says, or what is entered while it runs, tells of these.
SEEN = {
    "by its name": _answer("", "return book.relu_backward(x, upstream)"),
    "under the module's own name": _answer(
        "from bookutils.numerics.activations import functions", "return functions.relu_backward(x, upstream)"
    ),
    "by a name that is put together": _answer("", f"return getattr(book, {_NAME})(x, upstream)"),
    "kept under another name": _answer(f"mine = getattr(book, {_NAME})", "return mine(x, upstream)"),
    "from a list of the module": _answer(
        "mine = [value for name, value in vars(book).items() if name.endswith('u_backward')][0]",
        "return mine(x, upstream)",
    ),
    "through a helper of NumPy": _answer(
        f"mine = np.vectorize(getattr(book, {_NAME}))",
        "return mine(x, upstream) if np.size(x) else np.zeros(np.shape(x))",
    ),
    "a function made of its code while it is called": _answer(
        "",
        f"theirs = getattr(book, {_NAME})",
        "return types.FunctionType(theirs.__code__, vars(book))(x, upstream)",
    ),
    "a function made of its code before": _answer(
        f"mine = types.FunctionType(getattr(book, {_NAME}).__code__, vars(book))", "return mine(x, upstream)"
    ),
    "a module loaded again before": _answer(
        "old = sys.modules.pop(book.__name__)\nfresh = importlib.import_module(book.__name__)\n"
        "sys.modules[book.__name__] = old\n"
        f"mine = getattr(fresh, {_NAME})",
        "return mine(x, upstream)",
    ),
    "its compiled file, before": _answer(
        "from pathlib import Path\n"
        "import importlib.util\n"
        "space = {'__name__': 'elsewhere', '__package__': 'bookutils.numerics'}\n"
        "code = marshal.loads(Path(book.__cached__).read_bytes()[16:]) if Path(book.__cached__).exists() else "
        "compile(Path(book.__file__).read_text(), book.__file__, 'exec')\n"
        "sys.modules['elsewhere'] = types.ModuleType('elsewhere')\n"
        "exec(code, space)\n"
        f"mine = space[{_NAME}]",
        "return mine(x, upstream)",
    ),
    "a module loaded again while it is called": _answer(
        "", f"return getattr(importlib.reload(book), {_NAME})(x, upstream)"
    ),
}  # fmt: skip

# Nothing here tells of these; docs/grading-security.md says so.
UNSEEN = {
    "its source, run again": _answer(
        "space = dict(vars(book))\n"
        f"exec(inspect.getsource(getattr(book, {_NAME})), space)\n"
        f"mine = space[{_NAME}]",
        "return mine(x, upstream)",
    ),
    "another process": _answer(
        "import json",
        "code = 'import json, sys; import numpy as np; from bookutils.numerics.activations import functions as b; '",
        f"code += 'x, u = map(np.array, json.load(sys.stdin)); print(json.dumps(getattr(b, ' + repr({_NAME}) + ')(x, u)"
        ".tolist()))'",
        "both = json.dumps([np.asarray(x).tolist(), np.asarray(upstream).tolist()])",
        "done = subprocess.run([sys.executable, '-c', code], input=both, capture_output=True, text=True)",
        "return np.array(json.loads(done.stdout)).reshape(np.shape(x))",
    ),
    "its code, under another file's name": _answer(
        f"code = getattr(book, {_NAME}).__code__.replace(co_filename='mine.py')\n"
        "mine = types.FunctionType(code, vars(book))",
        "return mine(x, upstream)",
    ),
    "a second module, made while it is called": _answer(
        "import importlib.util",
        "spec = importlib.util.spec_from_file_location('bookutils.numerics.activations.second', book.__file__)",
        "second = importlib.util.module_from_spec(spec)",
        "sys.modules[spec.name] = second",
        "spec.loader.exec_module(second)",
        f"return getattr(second, {_NAME})(x, upstream)",
    ),
    "what was noticed, forgotten": _answer(
        "",
        f"value = getattr(book, {_NAME})(x, upstream)",
        "frame = sys._getframe()",
        "while frame is not None:",
        "    if isinstance(frame.f_locals.get('entered'), list):",
        "        frame.f_locals['entered'].clear()",
        "    frame = frame.f_back",
        "return value",
    ),
    "a relative": _answer("", "return book.relu_grad(x) * upstream"),
    "a copy": _answer("", "return np.where(x > 0, upstream, 0.0)"),
}  # fmt: skip

# The text names the function, and it is never entered.
NAMED_ALONE = _answer(
    "from bookutils.numerics.activations.functions import relu_backward as theirs",
    "return np.where(x > 0, upstream, 0.0)",
)
# A relative of another exercise's function.
LOG_SIGMOID = _HEAD + "def log_sigmoid(x):\n    return -book.softplus(-np.asarray(x, float))\n"
