"""The templates: files with blanks, beside this module. A blank is `§name`, since `$` stands in formulae."""

from __future__ import annotations

from pathlib import Path
from string import Template

FOLDER = Path(__file__).parent / "templates"


class _Blanks(Template):
    delimiter = "§"


def fill(name: str, blanks: dict[str, str]) -> str:
    """Return a template's text with its blanks filled in.

    Parameters
    ----------
    name : of a file in ``templates/``, without ``.txt``
    blanks : blank -> what stands in its place

    Examples
    --------
    >>> fill("answers.py", {"id": "size_of"}).splitlines()[0]
    'def size_of_loop(x):'
    """
    return _Blanks((FOLDER / f"{name}.txt").read_text(encoding="utf-8")).substitute(blanks)
