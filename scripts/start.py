"""Starts another script of this folder: `python -I scripts/start.py lab`, as the Makefile does.

With -I no variable of the person's has a say, and the folder is searched after Python's own: a file random.py or
types.py that lies in it stands in the place of nothing.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path.append(str(Path(__file__).resolve().parent.parent))
    name = sys.argv.pop(1)
    sys.exit(importlib.import_module(f"scripts.{name}").main())
