"""A text that is the course's own, to train small language models on."""

from __future__ import annotations

from functools import cache
from pathlib import Path

_FILE = Path(__file__).parent / "sample" / "prose.txt"


@cache
def load_prose() -> str:
    """Return about 84,000 characters of plain English, ASCII, one paragraph or sentence a line.

    The first part is prose of this course's own chapters, the second its sample of reviews; CC BY 4.0. It is a
    snapshot: it does not change when chapters do, so that what is learnt from it stays comparable.

    Notes
    -----
    Used in chapters 10 and 14. Its data card is ``bookutils/data/sample/README.md``.

    Examples
    --------
    >>> text = load_prose()
    >>> text.isascii(), text.count("\\n") > 700
    (True, True)
    """
    return _FILE.read_text(encoding="utf-8")
