"""Small changes to a reference, one at a time: what a judge that cannot tell them apart would let pass.

Mutation testing (DeMillo, Lipton and Sayward 1978) turned on the judge: if a changed formula still earns the points,
the cases are too weak.
"""

from __future__ import annotations

import ast
import copy
import inspect
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

_OPERATORS: dict[type, tuple[type, ...]] = {
    ast.Add: (ast.Sub,), ast.Sub: (ast.Add,), ast.Mult: (ast.Div, ast.Add), ast.Div: (ast.Mult,),
    ast.Pow: (ast.Mult,), ast.FloorDiv: (ast.Div,), ast.Mod: (ast.FloorDiv,), ast.MatMult: (ast.Mult,),
    ast.BitAnd: (ast.BitOr,), ast.BitOr: (ast.BitAnd,),
}  # fmt: skip
_COMPARISONS: dict[type, tuple[type, ...]] = {
    ast.Lt: (ast.LtE, ast.Gt), ast.LtE: (ast.Lt, ast.GtE), ast.Gt: (ast.GtE, ast.Lt), ast.GtE: (ast.Gt, ast.LtE),
    ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,), ast.In: (ast.NotIn,), ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,), ast.IsNot: (ast.Is,),
}  # fmt: skip
_TWINS = {
    "minimum": "maximum", "maximum": "minimum", "min": "max", "max": "min", "all": "any", "any": "all",
    "mean": "sum", "sum": "mean", "log1p": "log", "log": "log1p", "exp": "expm1", "sin": "cos", "cos": "sin",
    "zeros_like": "ones_like", "ones_like": "zeros_like", "argmax": "argmin", "argmin": "argmax", "abs": "negative",
}  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """A changed reference: `what` shows the line before and after, `function` runs it."""

    what: str
    function: Callable[..., Any]


def mutants_of(reference: Callable[..., Any]) -> Iterator[Mutant]:
    """Yield every mutant of a function: operators, constants, signs, axes, comparisons, dropped terms.

    Parameters
    ----------
    reference : a function written in Python; a partial is looked through

    Examples
    --------
    >>> from bookutils.numerics.activations.functions import sigmoid_grad_from_output
    >>> 'a * (1 - a)  ->  a / (1 - a)' in [mutant.what for mutant in mutants_of(sigmoid_grad_from_output)]
    True
    """
    inner = reference
    while isinstance(inner, partial):
        inner = inner.func
    tree = ast.parse(textwrap.dedent(inspect.getsource(inner)))
    definition = tree.body[0]
    if not isinstance(definition, ast.FunctionDef):
        return  # a lambda in the middle of an expression has no source of its own
    definition.decorator_list = []
    seen = {ast.dump(definition)}
    for place, node in enumerate(_nodes(definition)):
        for replacement in _changes(node):
            mutated = copy.deepcopy(tree)
            changed = _replace(mutated, place, replacement)
            if ast.dump(mutated.body[0]) in seen:
                continue
            seen.add(ast.dump(mutated.body[0]))
            function = _compile(mutated, inner, definition.name)
            if isinstance(reference, partial):
                function = partial(function, *reference.args, **reference.keywords)
            yield Mutant(f"{ast.unparse(node)}  ->  {ast.unparse(changed)}", function)


def _nodes(definition: ast.FunctionDef) -> list[ast.expr]:
    """Return the expressions of the body, without docstrings, annotations and the text of errors."""
    found: list[ast.expr] = []

    def visit(node: ast.AST) -> None:
        if isinstance(node, (ast.Raise, ast.JoinedStr)):
            return
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            return
        if isinstance(node, ast.expr):
            found.append(node)
        for name, value in ast.iter_fields(node):
            if name in {"annotation", "returns", "decorator_list", "args"} and not isinstance(node, ast.Call):
                continue
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST):
                    visit(child)

    visit(definition)
    return found


def _replace(tree: ast.Module, place: int, replacement: ast.expr) -> ast.expr:
    definition = tree.body[0]
    assert isinstance(definition, ast.FunctionDef)
    target = _nodes(definition)[place]
    for parent in ast.walk(tree):
        for name, value in ast.iter_fields(parent):
            if value is target:
                setattr(parent, name, replacement)
            elif isinstance(value, list):
                for index, child in enumerate(value):
                    if child is target:
                        value[index] = replacement
    return replacement


def _compile(tree: ast.Module, original: Callable[..., Any], name: str) -> Callable[..., Any]:
    code = compile(ast.fix_missing_locations(tree), f"<mutant of {name}>", "exec")
    namespace = dict(original.__globals__)
    exec(code, namespace)
    return namespace[name]


def _changes(node: ast.expr) -> Iterator[ast.expr]:
    """Yield what may stand in the place of one expression."""
    node = copy.deepcopy(node)
    if isinstance(node, ast.BinOp):
        for operator in _OPERATORS.get(type(node.op), ()):
            yield ast.BinOp(node.left, operator(), node.right)
        yield node.left
        yield node.right
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.Not, ast.Invert)):
        yield node.operand
    elif isinstance(node, ast.Constant):
        yield from _other_constants(node.value)
    elif isinstance(node, ast.Compare) and len(node.ops) == 1:
        for comparison in _COMPARISONS.get(type(node.ops[0]), ()):
            yield ast.Compare(node.left, [comparison()], node.comparators)
    elif isinstance(node, ast.BoolOp):
        yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
        yield from node.values
    elif isinstance(node, ast.IfExp):
        yield node.body
        yield node.orelse
    elif isinstance(node, ast.Call):
        yield from _other_calls(node)


def _other_constants(value: object) -> Iterator[ast.expr]:
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, (int, float)):
        for other in (value + 1, 0, -value, 2 * value):
            if other != value:
                yield ast.Constant(other) if other >= 0 else ast.UnaryOp(ast.USub(), ast.Constant(-other))


def _other_calls(node: ast.Call) -> Iterator[ast.expr]:
    if len(node.args) >= 1:
        yield node.args[0]  # the function dropped
    if len(node.args) >= 2:
        yield ast.Call(node.func, [*node.args[:-2], node.args[-1], node.args[-2]], node.keywords)
        yield node.args[-1]
    for index, keyword in enumerate(node.keywords):
        rest = [other for place, other in enumerate(node.keywords) if place != index]
        if keyword.arg in {"axis", "keepdims", "ddof"}:
            yield ast.Call(node.func, node.args, rest)
    if isinstance(node.func, ast.Attribute) and node.func.attr in _TWINS:
        yield ast.Call(ast.Attribute(node.func.value, _TWINS[node.func.attr], ast.Load()), node.args, node.keywords)
