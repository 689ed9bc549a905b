"""The file itself is the attack: metadata that claim, JSON that is no notebook, text that would live on a page."""

from __future__ import annotations

import json
from typing import Any

from tests.classroom import cell_of, code, solutions
from tests.hostile.attack import Attack, answer

Notebook = dict[str, Any]
_SCRIPT = "<script>document.title='@MARK@'</script><img src=x onerror=alert(1)><a href='http://127.0.0.1/'>x</a>"


def _claim_points(notebook: Notebook) -> None:
    verdict = {"exercise": "dead_fraction", "status": "passed", "earned": 99, "points": 99}
    for cell in notebook["cells"]:
        ours = cell["metadata"].setdefault("bookutils", {})
        ours.update(points=99, earned=99, max_points=99, verdict="passed", tolerance=1e9, answer="anything")
        cell["metadata"]["nbgrader"] = {"grade": True, "points": 99, "score": 99, "solution": True, "locked": True,
                                        "grade_id": "dead_fraction", "schema_version": 3, "task": False}  # fmt: skip
        if cell["cell_type"] == "code":
            shown = {"application/vnd.bookutils.verdict+json": verdict, "text/plain": "passed"}
            cell["outputs"] = [{"output_type": "display_data", "metadata": {}, "data": shown}]
    notebook["metadata"].update(points=99, learner="z-control-last", bookutils={"seed": 0, "grade": 99})


def _swap_ids(notebook: Notebook) -> None:
    right = cell_of(notebook, "relu_backward")
    for name in ("dead_fraction", "sigmoid_grad_from_output"):
        cell_of(notebook, name)["metadata"]["bookutils"]["exercise"] = "relu_backward"
        notebook["cells"].append({**right, "metadata": {"bookutils": {"exercise": name, "role": "exercise"}}})


def _mark_as(role: str) -> Any:
    def change(notebook: Notebook) -> None:
        for name in ("dead_fraction", "relu_backward"):
            cell_of(notebook, name)["metadata"]["bookutils"] = {"role": role}

    return change


def _other_kernel(notebook: Notebook) -> None:
    notebook["metadata"]["kernelspec"] = {"name": "bash; touch /tmp/x", "display_name": _SCRIPT, "language": "R"}
    notebook["metadata"]["language_info"] = {"name": "../../../../bin/sh", "file_extension": "/etc/passwd"}
    notebook["nbformat"] = 4
    notebook["nbformat_minor"] = 10**9


def _odd_types(notebook: Notebook) -> None:
    odd: tuple[Any, ...] = (None, 1, [], {}, [[]], {"a": []}, True, 1e308, "\ud800", ["a", None], -(10**30))
    for number, thing in enumerate(odd):
        notebook["cells"] += [
            thing, {"cell_type": thing}, code(thing), {**code("x"), "metadata": thing}, {**code("x"), "outputs": thing},
            {**code("x"), "metadata": {"bookutils": thing}}, {**code("x"), "outputs": [thing, {"data": thing}]},
            {**code("x"), "metadata": {"bookutils": {"exercise": thing, "role": thing}}}, {"source": thing},
            {**code(f"y{number} = 1"), "id": thing, "execution_count": thing, "attachments": thing},
        ]  # fmt: skip
    notebook["metadata"] = []
    notebook["nbformat"] = "four"


def _many_cells(notebook: Notebook) -> None:
    notebook["cells"] += [code("pass")] * (1_499 - len(notebook["cells"]))


def _as_text(old: str, new: str) -> Any:
    def change(notebook: Notebook) -> bytes:
        return json.dumps(notebook).replace(old, new, 1).encode("utf-8", "surrogatepass")

    return change


def _widgets(notebook: Notebook) -> None:
    state = {f"{n:032x}": {"model_name": "HTMLModel", "state": {"value": _SCRIPT * 10}} for n in range(2000)}
    notebook["metadata"]["widgets"] = {"application/vnd.jupyter.widget-state+json": {"state": state}}


METADATA = (
    Attack("points and passes", change=_claim_points),
    Attack("ids of other exercises", change=_swap_ids),
    Attack("an answer marked as a demonstration", change=_mark_as("demonstration")),
    Attack("an answer marked as set-up", change=_mark_as("setup")),
    Attack("an answer marked as nonsense", change=_mark_as("__class__")),
    Attack("other kernels and versions", change=_other_kernel),
    Attack(
        "the answer twice, wrong where its id is",
        after=(solutions()["gelu"],),
        answers={"gelu": "def gelu(x):\n    return x"},
    ),
    Attack(
        "a cell that names itself the check",
        before=("def check(*a, **k): print('✓ passed')\nhint = predict = check",),
        after=("check('dead_fraction')", "from bookutils.judging import judge\njudge.CHECK_SEED = 0"),
    ),
)

READER = (
    Attack("brackets without end", after=("(" * 100_000,)),
    Attack("brackets, closed", after=("[" * 90 + "]" * 90, "x = " + "(" * 5_000 + "1" + ")" * 5_000)),
    Attack("a sum of thousands of parts", after=("x = 1" + " + 1" * 20_000, "x" + ".a" * 20_000)),
    Attack("words that are never closed", after=("'''" + "x\\\n" * 50_000, 'f"' + "{x}" * 9_000 + '"')),
    Attack("magics that nobody knows", after=(
        "%%unknown\n" * 20, "!" * 400, "?" * 400, "%" * 400, "a? b?? %c !d\n" * 40,
    )),
    Attack("many cells", change=_many_cells),
    Attack("too many cells", change=lambda notebook: notebook["cells"].extend([code("pass")] * 5_000),
           refused="5[0-9]{3} cells"),
    Attack("cells of wrong types", change=_odd_types),
    Attack("widgets", change=_widgets),
    Attack("a file nested deeply", refused="nested too deeply", change=_as_text(
        '"nbformat"', '"deep": ' + "[" * 200_000 + "]" * 200_000 + ', "nbformat"')),
    Attack("numbers without end", change=_as_text('"nbformat"', f'"huge": {"9" * 100_000}, "nbformat"'),
           refused="is no JSON"),
    Attack("numbers that are none", change=_as_text(
        '"nbformat"', '"nan": [NaN, Infinity, -Infinity, 1e999], "nbformat"')),
    Attack("keys twice", change=_as_text('"cells"', '"cells": "none", "nbformat_minor": {}, "cells"')),
    Attack("half of it", change=lambda notebook: json.dumps(notebook).encode()[:-200], refused="is no JSON"),
    Attack("bytes that are no letters", change=lambda notebook: (
        json.dumps(notebook).encode().replace(b"markdown", b"\xff\xfe\x80", 3))),
    Attack("half of a letter", after=("x = '\ud800'", "# \udfff\x00\x1b[31m")),
    Attack("no notebook at all", change=lambda _notebook: b"\x89PNG\r\n\x1a\n" + b"\x00" * 1000, refused="is no JSON"),
)  # fmt: skip

PAGE = (
    Attack(
        "scripts in everything",
        answer(
            f"raise type('<script>x', (Exception,), {{}})({_SCRIPT!r})",
            f"# {_SCRIPT}\n# {{{{ 7 * 7 }}}} {{% include '/etc/passwd' %}} </code></pre></body>",
        ),
        answers={
            "sigmoid_grad_from_output": f"# {_SCRIPT}\nclass K: pass\nK.__name__ = '<script>k'\n"
            "def sigmoid_grad_from_output(a):\n    return K()",
            "gelu": f"raise ValueError({_SCRIPT!r} + '`' * 50 + '<form><input type=hidden>')",
            "gelu_minimum": "gelu_minimum = '<iframe src=javascript:alert(1)>'",
        },
        says={"dead_fraction": "script"},
    ),
    Attack(
        "formulas for a spreadsheet",
        answer("raise ValueError('\\n=HYPERLINK(\"http://127.0.0.1/@MARK@\")')"),
        learner="=cmd|' _c calc'!A1", says={"dead_fraction": "HYPERLINK"},
    ),
    Attack("scripts in a name", learner="<script>alert(1)<_script>&lt;b&gt;\"'onload=x"),
    Attack("letters that move the cursor", learner="eve\x1b[2J\x1b]0;x\x07\r\nzoe\u202egnp", answer=answer(
        "raise ValueError('\\x1b[31m\\x1b[2J\\x07\\x00\\u202egnp.exe\\ud800\\u2028')"),
        says={"dead_fraction": "ValueError"}),
    Attack("a message without end", answer("raise ValueError('x' * 10 ** 7)"), says={"dead_fraction": "xxx"}, answers={
        "sigmoid_grad_from_output": f"def sigmoid_grad_from_output{'_long' * 50_000}(a):\n    return 1",
        "gelu": f"def gelu(x):\n    raise type('T' * 10 ** 6, (Exception,), {{}})('y' * 10 ** 6)  # {'z' * 10_000}",
        "gelu_minimum": "gelu_minimum = {'k' * 10 ** 6: ['v' * 10 ** 6] * 3}",
    }),
    Attack("a cell of many letters", answer(f"return 0.123  # {'x' * 400_000}")),
    Attack(
        "links and pictures in a docstring",
        answer('"""<a href="javascript:x">[x](javascript:alert(1)) ![x](http://127.0.0.1/@MARK@)"""\n'
               "return '<svg onload=alert(1)>'"),
    ),
)  # fmt: skip
