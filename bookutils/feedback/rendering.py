"""Show a sentence to a learner: HTML that reads well in light and dark and aloud, plain text everywhere else."""

from __future__ import annotations

import re
import sys
import time
from dataclasses import dataclass, field
from html import escape
from typing import Any

from bookutils.core.showing import publish
from bookutils.core.verdicts import VERDICT_MIME

# Mid-tones with enough contrast for a border on white and on black; no meaning is carried by colour alone.
_BORDER = {"good": "#2a9d5c", "open": "#7a869a", "bad": "#d1741f"}


@dataclass(frozen=True)
class Card:
    """A heading, some paragraphs and a list, shown as one block.

    Parameters
    ----------
    heading : a few words
    paragraphs : sentences; text between backticks is set as code
    items : list entries below them
    tone : "good", "open" or "bad": the colour of the border
    data : machine-readable twin, shown nowhere
    """

    heading: str
    paragraphs: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    tone: str = "open"
    data: dict[str, Any] = field(default_factory=dict)

    def text(self) -> str:
        """Return the card as plain text."""
        return "\n".join([self.heading, *filter(None, self.paragraphs), *(f"- {item}" for item in self.items)])

    def html(self) -> str:
        """Return the card as HTML; it takes its text colour from the page."""
        parts = [f'<p style="margin:0 0 .3em 0"><strong>{_inline(self.heading)}</strong></p>']
        parts += [f'<p style="margin:.3em 0">{_inline(paragraph)}</p>' for paragraph in self.paragraphs if paragraph]
        if self.items:
            rows = "".join(f"<li>{_inline(item)}</li>" for item in self.items)
            parts.append(f'<ul style="margin:.3em 0">{rows}</ul>')
        style = (
            f"border-left:.3em solid {_BORDER[self.tone]};padding:.5em 1em;margin:.3em 0;"
            "background:rgba(127,127,127,.08);color:inherit;max-width:48em;overflow-wrap:anywhere"
        )
        return f'<div role="status" style="{style}">{"".join(parts)}</div>'

    def bundle(self) -> dict[str, Any]:
        """Return the card in all its forms, by MIME type."""
        forms: dict[str, Any] = {"text/plain": self.text(), "text/html": self.html()}
        if self.data:
            forms[VERDICT_MIME] = self.data
        return forms

    def show(self) -> None:
        """Display the card; outside IPython print its text."""
        publish(self.bundle())


def clear_cell() -> None:
    """Take back what the running cell has written so far; outside IPython nothing can be taken back."""
    if "IPython" in sys.modules:
        from IPython import get_ipython
        from IPython.display import clear_output

        if get_ipython() is not None:
            time.sleep(0.02)  # what C code wrote comes through another thread
            clear_output()


def _inline(text: str) -> str:
    """Escape text for HTML; what stands between backticks becomes code."""
    style = "color:inherit;background:rgba(127,127,127,.16);padding:0 .25em;white-space:pre-wrap"
    return re.sub(r"`([^`]+)`", rf'<code style="{style}">\1</code>', escape(text))
