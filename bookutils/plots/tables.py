"""Tables in a notebook: one text for JupyterLab, Colab and GitHub, and plain columns where there is no page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Table:
    """Rows of words under a header; shows itself as the last expression of a cell.

    Parameters
    ----------
    header : a name for each column
    rows : of as many words each; the first column stands left, the others right

    Examples
    --------
    >>> Table(["model", "size"], [["small", "1"], ["large", "1,000"]])
    model   size
    small      1
    large  1,000
    """

    header: Sequence[str]
    rows: Sequence[Sequence[str]]

    def __repr__(self) -> str:
        lines = [self.header, *self.rows]
        widths = [max(len(line[column]) for line in lines) for column in range(len(self.header))]
        return "\n".join(
            "  ".join(
                word.rjust(width) if column else word.ljust(width)
                for column, (word, width) in enumerate(zip(line, widths, strict=True))
            ).rstrip()
            for line in lines
        )

    def _repr_markdown_(self) -> str:
        rule = ["---", *["---:"] * (len(self.header) - 1)]
        escaped = [[word.replace("|", "\\|") for word in row] for row in self.rows]
        return "\n".join("| " + " | ".join(line) + " |" for line in [list(self.header), rule, *escaped])


def short_count(number: float) -> str:
    """A large number as one says it, to three digits.

    >>> short_count(412), short_count(22_713_216), short_count(174.6e9), short_count(65_300), short_count(float("inf"))
    ('412', '22.7 million', '175 billion', '65,300', '∞')
    """
    if number == float("inf"):
        return "∞"
    for size, name in ((1e12, "trillion"), (1e9, "billion"), (1e6, "million")):
        if number >= size:
            return f"{float(f'{number / size:.3g}'):g} {name}"
    rounded = float(f"{number:.3g}")
    return f"{rounded:,.0f}" if rounded >= 100 else f"{rounded:g}"


def short_time(seconds: float) -> str:
    """A duration to two digits.

    >>> short_time(0.00034), short_time(0.0213), short_time(4.26), short_time(420)
    ('0.34 ms', '21 ms', '4.3 s', '7 min')
    """
    value, unit = (seconds * 1000, "ms") if seconds < 1 else (seconds, "s") if seconds < 90 else (seconds / 60, "min")
    return f"{float(f'{value:.2g}'):g} {unit}"


def short_ratio(ratio: float) -> str:
    """A ratio to two digits.

    >>> short_ratio(1.0), short_ratio(7.34), short_ratio(5123)
    ('1 ×', '7.3 ×', '5,100 ×')
    """
    rounded = float(f"{ratio:.2g}")
    return f"{rounded:,.0f} ×" if rounded >= 10 else f"{rounded:g} ×"
