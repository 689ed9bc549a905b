"""Whether a notebook and the installed package are of one version; said in one sentence, and nothing is held up."""

from __future__ import annotations

import sys

from bookutils.core.messages import _
from bookutils.core.version import __version__
from bookutils.feedback.rendering import Card


def made_for(version: str) -> None:
    """Say so where a notebook is newer or older than the installed package; the first code cell of each calls this.

    Parameters
    ----------
    version : the version of bookutils that the notebook was made for
    """
    sentence = _sentence(version, __version__)
    if sentence:
        Card(sentence, tone="bad").show()


def _sentence(notebook: str, installed: str) -> str:
    """Return what there is to say; empty where both are of one version."""
    if notebook == installed:
        return ""
    newer = _is_newer(notebook, installed)
    if newer:
        says = _("This notebook is newer than the installed bookutils ({notebook} and {installed}): {todo}.")
    else:
        says = _("This notebook is older than the installed bookutils ({notebook} and {installed}): {todo}.")
    if "google.colab" in sys.modules:
        todo = _("choose Runtime → Restart session and run it again from its first cell")
    elif newer:
        todo = _("bring the course up to date and open it again with `make lab`")
    else:
        todo = _("`make lab` gives you the newer one with your answers in it")
    return says.format(notebook=notebook, installed=installed, todo=todo)


def _is_newer(one: str, other: str) -> bool:
    from packaging.version import InvalidVersion, Version

    try:
        return Version(one) > Version(other)
    except InvalidVersion:
        return one > other
