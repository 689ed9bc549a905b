"""What a report says of itself: which course, which version, when, by which command. And the titles of chapters."""

from __future__ import annotations

import json
import os
import platform
import re
import shlex
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from bookutils.core.messages import _
from bookutils.core.version import __version__

COURSE: Final = "From Neuron to Product: large models, hands on"
_START_PAGE: Final = "00-start-here"  # its heading is the name of the course


@dataclass(frozen=True)
class About:
    """What stands at the foot of each page; empty texts are left out.

    Parameters
    ----------
    course : its name
    version : of the course and the engine
    when : the run's date and time, as a person reads it
    command : what was typed; on the class page only, since it holds the instructor's own paths
    sandbox : which kind isolated the submissions
    titles : chapter -> its title

    Examples
    --------
    >>> About(titles={"01-activations": "Activations"}).title("01-activations")
    'Chapter 01: Activations'
    >>> About().title("01-activations")
    'Chapter 01: activations'
    """

    course: str = ""
    version: str = ""
    when: str = ""
    command: str = ""
    sandbox: str = ""
    titles: Mapping[str, str] = field(default_factory=dict)

    def title(self, chapter: str) -> str:
        """Make a heading for a chapter; one without a title is called by its file's name."""
        number, dash, subject = chapter.partition("-")
        title = self.titles.get(chapter, "")
        if not (dash and number.isdigit()):
            return title or chapter
        return _("Chapter {number}: {title}").format(number=number, title=title or subject.replace("-", " "))

    def lines(self) -> list[str]:
        """Return what a learner's page says, line by line."""
        return [line for line in (self.course, self.version) if line]


def about_run(notebooks: Path, chapters: Iterable[str], sandbox: str = "") -> About:
    """Describe the run that goes on now.

    Parameters
    ----------
    notebooks : the folder of the notebooks that learners got; titles are read from them
    chapters : whose titles are wanted
    sandbox : which kind isolates the submissions

    Notes
    -----
    Where the environment sets SOURCE_DATE_EPOCH, as builds that are to give the same bytes do, that is the date.
    """
    titles = {name: title for name in chapters if (title := notebook_title(notebooks / f"{name}.ipynb"))}
    version = _("bookutils {version}, Python {python}").format(version=__version__, python=platform.python_version())
    course = _heading(_read(notebooks / f"{_START_PAGE}.ipynb")) or COURSE
    return About(course, version, _now(), _command(), sandbox, titles)


def notebook_title(path: Path) -> str:
    """Return a chapter's title: what its metadata say, else its first heading; empty where there is neither."""
    notebook = _read(path)
    metadata = notebook.get("metadata")
    ours = metadata.get("bookutils") if isinstance(metadata, dict) else None
    title = ours.get("title") if isinstance(ours, dict) else None
    return title if isinstance(title, str) and title.strip() else _heading(notebook)


def _read(path: Path) -> dict[str, Any]:
    try:
        notebook = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return notebook if isinstance(notebook, dict) else {}


def _heading(notebook: Mapping[str, Any]) -> str:
    cells = notebook.get("cells")
    for cell in cells if isinstance(cells, list) else ():
        if not isinstance(cell, dict) or cell.get("cell_type") != "markdown":
            continue
        source = cell.get("source", "")
        text = "".join(map(str, source)) if isinstance(source, list) else str(source)
        found = re.search(r"^#\s+(.+?)\s*#*$", text, re.MULTILINE)
        if found:
            return found[1]
    return ""


def _now() -> str:
    fixed = os.environ.get("SOURCE_DATE_EPOCH", "")
    now = datetime.fromtimestamp(int(fixed), UTC) if fixed.isdigit() else datetime.now().astimezone()
    zone = f"{now:%z}"
    return f"{now:%Y-%m-%d %H:%M} UTC" + (f"{zone[:3]}:{zone[3:]}" if int(zone) else "")


def _command() -> str:
    """Return what was typed; nothing where another program has called us."""
    name = Path(sys.argv[0]).name if sys.argv else ""
    as_module = sys.argv[0].endswith(("bookutils/cli.py", "bookutils/__main__.py"))
    ours = as_module or name.removesuffix(".exe") == "bookutils"
    return shlex.join(["bookutils", *sys.argv[1:]]) if ours else ""
