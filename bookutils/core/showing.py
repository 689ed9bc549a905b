"""Show one thing in all its forms: a notebook takes the richest, everything else the text."""

from __future__ import annotations

import sys
from typing import Any


def publish(bundle: dict[str, Any]) -> None:
    """Display a bundle of MIME types; outside IPython print the plain text."""
    if "IPython" in sys.modules:
        from IPython import get_ipython
        from IPython.display import display

        if get_ipython() is not None:
            display(bundle, raw=True)
            return
    print(bundle["text/plain"])
