"""Puts the folder above first on the path: what lies there is found, and PYTHONPATH itself hides no library."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
