"""The learner's own folder: notebooks are copied there once, and never overwritten."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from bookutils.authoring.carrying import Carried, carry, chapter_version, is_touched
from bookutils.authoring.course import Course
from bookutils.core.commands import to_type
from bookutils.core.course import OLD_NAMES
from bookutils.core.errors import BookError, UsageError
from bookutils.core.files import explain_os_error, need_folder, need_space, write_if_changed
from bookutils.core.messages import _, join_words

Say = Callable[[str], None]


def fill_work(
    course: Course, folder: Path, say: Say, today: date | None = None, old_names: Mapping[str, str] = OLD_NAMES
) -> None:
    """Copy the notebooks that are not in `folder` yet; bring the others to the newest version with their answers.

    Parameters
    ----------
    course : its ``notebooks/`` are copied
    folder : the learner's own; made where it does not exist
    say : gets one sentence for each file that was written, in the learner's words
    today : names the files that are kept
    old_names : what a chapter was called before -> its name now; a copy under the old name is carried over

    Raises
    ------
    UsageError
        When there are no notebooks to copy, or `folder` is the folder they are built in.
    BookError
        When `folder` is a file, is full or cannot be written.
    """
    fresh = sorted(course.notebooks_dir.glob("*.ipynb"))
    if not fresh:
        raise UsageError(
            _("There are no notebooks in {folder}.").format(folder=course.notebooks_dir),
            _("Type: {command}").format(command=to_type("build")),
        )
    if folder.resolve() == course.notebooks_dir.resolve():
        raise UsageError(_("The notebooks cannot be worked on where they are built."), _("Name another folder."))
    assets = [asset for asset in sorted(course.notebooks_dir.rglob("*")) if _is_asset(asset, course.notebooks_dir)]
    today = today or date.today()
    called_before = {new: folder / f"{old}.ipynb" for old, new in old_names.items()}
    places = {file: folder / file.relative_to(course.notebooks_dir) for file in (*fresh, *assets)}
    try:
        # Half a course would be worse than none.
        need_folder(folder)
        need_space(folder, sum(file.stat().st_size for file, place in places.items() if not place.exists()))
        for file, place in places.items():
            if file in assets:
                write_if_changed(place, file.read_bytes())
            elif place.exists():
                _renew(file, place, say, today)
            elif not _take_over(file, called_before.get(file.stem), place, say, today):
                write_if_changed(place, file.read_bytes())
                say(_("{name}: copied.").format(name=place.name))
    except OSError as error:
        if isinstance(error, BookError):
            raise
        raise explain_os_error(error, Path(error.filename) if isinstance(error.filename, str) else folder) from error


def _is_asset(path: Path, folder: Path) -> bool:
    hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
    return path.is_file() and path.suffix != ".ipynb" and not hidden


def _take_over(fresh: Path, before: Path | None, own: Path, say: Say, today: date) -> bool:
    """Carry a learner's copy over from the name that its chapter had before; return whether there was one."""
    old = _read(before) if before is not None and before.is_file() else None
    if before is None or old is None or chapter_version(old) is None:
        return False
    carried = carry(old, json.loads(fresh.read_text(encoding="utf-8")))
    _store(own, carried)
    kept = _keep(before, today)
    before.unlink()
    said = [_("{before} is called {name} now.").format(before=before.name, name=own.name)]
    if parts := _what_came(carried):
        said.append(_("It has {parts}.").format(parts=join_words(parts)))
    say(" ".join([*said, _("Your old file is kept as {kept}.").format(kept=kept)]))
    return True


def _renew(fresh: Path, own: Path, say: Say, today: date) -> None:
    """Bring a learner's copy to the newest version, where there is one."""
    name = own.name
    new = json.loads(fresh.read_text(encoding="utf-8"))
    old = _read(own)
    if old is None:
        kept = _keep(own, today)
        write_if_changed(own, fresh.read_bytes())
        say(
            _("{name}: could not be read; a new copy was made, and yours is kept as {kept}.").format(
                name=name, kept=kept
            )
        )
    elif chapter_version(old) == chapter_version(new):
        return
    elif chapter_version(old) is None:
        say(_("{name}: left as it is; it was not made from a chapter.").format(name=name))
    elif not is_touched(old):
        write_if_changed(own, fresh.read_bytes())
        say(_("{name}: replaced by its newer version; you had not changed it.").format(name=name))
    else:
        carried = carry(old, new)
        kept = _keep(own, today)
        _store(own, carried)
        say(f"{name}: {_summary(carried)} " + _("Your old file is kept as {kept}.").format(kept=kept))


def _read(path: Path) -> dict[str, Any] | None:
    """Return a notebook, or None for a file that is none."""
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, OSError):
        return None
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    return notebook if isinstance(cells, list) and all(isinstance(cell, dict) for cell in cells) else None


def _store(own: Path, carried: Carried) -> None:
    write_if_changed(own, (json.dumps(carried.notebook, indent=1, ensure_ascii=False) + "\n").encode())


def _keep(own: Path, today: date) -> str:
    """Copy the learner's file beside it under a name that is not taken; return the name."""
    number = 1
    while True:
        tail = f" {number}" if number > 1 else ""
        kept = own.with_name(f"{own.stem} (before {today.isoformat()}{tail}){own.suffix}")
        if not kept.exists():
            write_if_changed(kept, own.read_bytes())
            return kept.name
        number += 1


def _summary(carried: Carried) -> str:
    """Say what came along into the newer version."""
    parts = _what_came(carried)
    if not parts:
        return _("there is a newer version; your changes to its examples were not carried over.")
    tail = _(" Other changed cells were not.") if carried.left else ""
    return _("there is a newer version; {parts} were carried into it.").format(parts=join_words(parts)) + tail


def _what_came(carried: Carried) -> list[str]:
    parts = []
    if carried.answers:
        parts.append(_("your answers to {ids}").format(ids=join_words(list(carried.answers))))
    if carried.added:
        parts.append(_("the cells that you added ({number})").format(number=carried.added))
    return parts
