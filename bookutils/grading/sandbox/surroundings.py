"""What a learner's machine may have had and the grader has not, beside packages: files, the network, newer functions.

Errors of these kinds say nothing about an answer. It needs no imports, since the sandbox uses it, too.
"""

from __future__ import annotations

import re

ANY_NAME = "*"  # a statement that failed may have bound any name
_OF_FILES = frozenset({"FileNotFoundError"})
_OF_THE_NETWORK = frozenset({
    "URLError", "HTTPError", "gaierror", "ConnectionError", "ConnectionRefusedError", "ConnectTimeout", "SSLError",
    "MaxRetryError", "NewConnectionError", "NameResolutionError", "ClientConnectorError", "ConnectError",
})  # fmt: skip
# Of IPython, for a magic that it does not have; of joblib and psutil, which look for processes in /proc.
_OF_PROGRAMS = frozenset({"UsageError", "TerminatedWorkerError", "NoSuchProcess", "UnsupportedOperation"})
ASKS_OUTSIDE = _OF_FILES | _OF_THE_NETWORK | _OF_PROGRAMS

_MISSING = re.compile(r"^module '([\w.]+)' has no attribute '(\w+)'")
_REMOVED = re.compile(r"^`?np\.\w+`? was removed in the NumPy \d|was a deprecated alias for the builtin")
# What other versions have: Python 3.12 to 3.14, and NumPy before 2.
_ELSEWHERE = {
    "itertools": {"batched"},
    "math": {"sumprod", "fma", "fmax", "fmin", "isnormal", "issubnormal", "signbit"},
    "statistics": {"kde", "kde_random"},
    "copy": {"replace"},
    "functools": {"Placeholder"},
    "random": {"binomialvariate"},
    "operator": {"is_none", "is_not_none"},
    "typing": {"override", "TypeAliasType", "TypeIs", "ReadOnly", "NoDefault", "get_protocol_members", "is_protocol"},
    "types": {"get_original_bases", "CapsuleType"},
    "warnings": {"deprecated"},
    "inspect": {"markcoroutinefunction", "BufferFlags"},
    "numpy": {"product", "cumproduct", "sometrue", "alltrue", "trapz", "in1d", "row_stack", "round_", "msort"},
}  # fmt: skip


def asks_outside(kind: str, text: str) -> bool:
    """Whether an error says that something is not here which the learner may have had.

    Parameters
    ----------
    kind, text : the error's type and words

    Examples
    --------
    >>> asks_outside("FileNotFoundError", "data.csv not found.")
    True
    >>> asks_outside("AttributeError", "module 'itertools' has no attribute 'batched'")
    True
    >>> asks_outside("AttributeError", "module 'numpy' has no attribute 'maxium'")
    False
    """
    if kind in ASKS_OUTSIDE:
        return True
    found = _MISSING.match(text) if kind == "AttributeError" else None
    if found is not None and found[2] in _ELSEWHERE.get(found[1], ()):
        return True
    return kind == "AttributeError" and _REMOVED.search(text) is not None
