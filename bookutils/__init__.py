"""The helper package of the course *From Neuron to Product: large models, hands on*.

A notebook needs four names from here: ``check``, ``hint``, ``predict`` and ``progress``. They are loaded on
first use, so that ``import bookutils`` is quick and brings no TensorFlow with it.
"""

from __future__ import annotations

from importlib import import_module

from bookutils.core.cells import FEEDBACK
from bookutils.core.version import __version__

# Not from typing, whose imports a file types.py or enum.py on PYTHONPATH would end: the doctor has to name that file.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from bookutils.feedback.checking import check as check
    from bookutils.feedback.checking import hint as hint
    from bookutils.feedback.predictions import predict as predict
    from bookutils.feedback.predictions import recall as recall
    from bookutils.feedback.progress import progress as progress
    from bookutils.feedback.versions import made_for as made_for

__all__ = ["__version__", *FEEDBACK]


def __getattr__(name: str) -> Any:
    if name in __all__:
        return getattr(import_module("bookutils.feedback"), name)
    raise AttributeError(f"module 'bookutils' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
