"""Learner and chapter read off paths by a regular expression of the instructor's, where no rule of ours knows them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from pathlib import Path

from bookutils.core.errors import UsageError
from bookutils.core.messages import _, join_words
from bookutils.grading.listing import Entry
from bookutils.grading.model import Unreadable
from bookutils.grading.who.naming import chapter_in, skeleton
from bookutils.grading.who.places import Claim
from bookutils.grading.who.platforms import NAMES

GROUPS = ("learner", "id", "chapter", "time")


def compile_names(names: str) -> re.Pattern[str]:
    r"""Compile what ``--names`` was given.

    Raises
    ------
    UsageError
        When it is no regular expression, or names neither a learner nor a number.

    Examples
    --------
    >>> compile_names(r"(?P<learner>[^/]+)/.*").groupindex["learner"]
    1
    """
    try:
        pattern = re.compile(names)
    except (re.error, OverflowError, RecursionError) as error:
        raise UsageError(
            _("--names is no regular expression: {reason}.").format(reason=str(error)),
            _("For example: '(?P<learner>[^/]+)/(?P<chapter>[^/]+)[.]ipynb'"),
        ) from None
    groups = set(pattern.groupindex)
    if not groups & {"learner", "id"} or groups - set(GROUPS):
        raise UsageError(
            _(
                "--names has to have a group that is called learner or id, and others only of these names: {names}."
            ).format(names=join_words(list(GROUPS))),
            _("For example: '(?P<learner>[^/]+)/(?P<chapter>[^/]+)[.]ipynb'"),
        )
    return pattern


def read_by_regex(
    entries: Iterable[Entry], chapters: Collection[str], names: str, root: Path
) -> tuple[list[Claim], list[Unreadable]]:
    """Read each notebook's place with a regular expression.

    Parameters
    ----------
    entries : all that was found
    chapters : the names of the course's chapters
    names : matched from the beginning of a path, which goes from the folder of all submissions, has ``/`` between
        folders, and goes on inside a zip
    root : the folder of all submissions, or the zip

    Returns
    -------
    a claim for each notebook that it matches, and a line for each of the others
    """
    pattern = compile_names(names)
    claims, lines = [], []
    for entry in entries:
        if not entry.is_notebook:
            if entry.fault:
                lines.append(Unreadable(entry.shown, entry.fault))
            continue
        path = entry.shown if not root.is_file() else entry.shown.removeprefix(f"{root.name}/")
        match = pattern.match(path)
        told = {name: (match[name] or "") if match and name in pattern.groupindex else "" for name in GROUPS}
        if match is None or not (skeleton(told["learner"]) or told["id"]):
            lines.append(Unreadable(entry.shown, _("The regular expression of --names does not match its path.")))
            continue
        said = told["chapter"] if "chapter" in pattern.groupindex else entry.stem
        chapter = chapter_in(said, chapters) or next(
            (found for folder in reversed(entry.folders) if (found := chapter_in(folder, chapters))), None
        )
        claims.append(
            Claim(
                entry, told["learner"] or told["id"], chapter, chapter_in(entry.stem, chapters) is not None,
                told["id"], NAMES if told["id"] else "", when=told["time"],
            )
        )  # fmt: skip
    return claims, lines
