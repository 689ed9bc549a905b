"""Bars: the numbers from which the pages draw them, and what a histogram says in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bookutils.core.messages import _


@dataclass(frozen=True)
class Bar:
    """A bar of a certain length, of another that would be the whole."""

    count: float
    whole: float

    @property
    def length(self) -> str:
        """Per cent of the whole, as SVG writes it; what is there at all can be seen."""
        share = self.count / self.whole if self.whole else 0.0
        return f"{max(100 * share, 0.7 if self.count else 0.0):.4g}"


@dataclass(frozen=True)
class Histogram:
    """How the points of a chapter are spread.

    Parameters
    ----------
    title : what it shows, in a sentence
    columns : (from how many per cent on, the whole name, how many, its bar)
    alt : the same in words
    missing : learners who did not hand the chapter in
    """

    title: str
    columns: list[tuple[str, str, int, Bar]]
    alt: str
    missing: int = 0


def share_labels() -> list[str]:
    """Return the names of the columns: per cent of the points.

    Examples
    --------
    >>> share_labels()[0], share_labels()[-1], len(share_labels())
    ('0–9', '100', 11)
    """
    return [*(f"{low}–{low + 9}" for low in range(0, 100, 10)), "100"]


def histogram(counts: Sequence[int], missing: int = 0) -> Histogram:
    """Make the histogram of a chapter.

    Parameters
    ----------
    counts : submissions with 0 to 9 per cent, 10 to 19, …, 90 to 99, and all points
    missing : learners who did not hand the chapter in; they are told apart, and stand in no column
    """
    labels, highest = share_labels(), max(1, *counts)
    told = ", ".join(
        _("{share} per cent: {count}").format(share=label, count=count)
        for label, count in zip(labels, counts, strict=True)
        if count
    )
    alt = _("A histogram of the points. Submissions: {total}. {told}.").format(
        total=sum(counts), told=told or _("Empty")
    )
    if missing:
        alt += " " + _("Not handed in: {missing}.").format(missing=missing)
    columns = [
        (label.partition("–")[0], label, count, Bar(count, highest))
        for label, count in zip(labels, counts, strict=True)
    ]
    return Histogram(middle_in_words(counts), columns, alt, missing)


def middle_in_words(counts: Sequence[int]) -> str:
    """Say where the middle of a distribution lies.

    Examples
    --------
    >>> middle_in_words([0, 0, 0, 0, 0, 0, 3, 1, 0, 0, 0])
    'At least half of the 4 submissions have 60% of the points or more'
    """
    total = sum(counts)
    if total < 2:
        return _("The share of the points that was earned")
    # Half of all is in the highest column that still has half in it or above.
    middle = max(low for low in range(len(counts)) if 2 * sum(counts[low:]) >= total)
    if middle == len(counts) - 1:
        return _("At least half of the {total} submissions have all points").format(total=total)
    if middle == 0:
        return _("More than half of the {total} submissions have less than 10% of the points").format(total=total)
    says = _("At least half of the {total} submissions have {share}% of the points or more")
    return says.format(total=total, share=10 * middle)
