"""Files that Python imports in the place of a library, because they lie where it looks first."""

from __future__ import annotations

import contextlib
import os
import site
import sys
import sysconfig
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.machinery import BuiltinImporter, FrozenImporter, PathFinder, all_suffixes
from pathlib import Path

import bookutils
from bookutils.core.findings import NOTE, PROBLEM, Finding
from bookutils.core.messages import _, join_words

# Python has modules of these names, and nothing that the course uses imports them.
_HARMLESS = {"antigravity", "idlelib", "test", "tests", "this", "turtle", "turtledemo", "scripts", "setup", "conftest"}
_FIRST = ("tensorflow", "keras", "numpy", "bookutils")  # named before others where there are many
_SHOWN = 3


@dataclass(frozen=True)
class Shadow:
    """A file or folder that is imported in the place of a library.

    Attributes
    ----------
    name : of the library
    path : what is imported instead
    """

    name: str
    path: Path


def find_shadows(folder: Path, libraries: Sequence[str] | None = None) -> list[Shadow]:
    """Return what in a folder would be imported in the place of a library, when Python looks there first.

    Parameters
    ----------
    folder : searched itself, not what lies below it
    libraries : the folders of the installed libraries; by default those of this Python

    Notes
    -----
    A module of Python's own that is built in or frozen cannot be replaced, and is not named. A folder without
    ``__init__.py`` gives way to a library of its name.
    """
    places = list(library_folders() if libraries is None else libraries)
    if any(_is_same(folder, place) for place in (*places, *_standard_folders())):
        return []
    found: dict[str, Shadow] = {}
    with contextlib.suppress(OSError):
        for entry in sorted(folder.iterdir()):
            name = _module_name(entry)
            if name and name not in _HARMLESS and _is_taken(name, entry, places):
                found.setdefault(name, Shadow(name, entry))
    order = {name: number for number, name in enumerate(_FIRST)}
    return sorted(found.values(), key=lambda shadow: (order.get(shadow.name, len(order)), shadow.name))


def library_folders() -> list[str]:
    """Return the folders where this Python's libraries are installed."""
    return list(dict.fromkeys([sysconfig.get_path("purelib"), sysconfig.get_path("platlib"), *site.getsitepackages()]))


def shadow_findings(environment: Mapping[str, str], folders: Sequence[Path]) -> list[Finding]:
    """Name the files that stand in the place of libraries: on PYTHONPATH, in these folders, in the user's packages.

    Parameters
    ----------
    environment : variables
    folders : those in which notebooks or programs are started
    """
    found = []
    entries = [Path(entry) for entry in environment.get("PYTHONPATH", "").split(os.pathsep) if entry]
    for entry in entries:
        if shadows := find_shadows(entry):
            says = _("PYTHONPATH names {folder}. From there {what}.").format(folder=entry, what=_say(shadows))
            facts = {"variable": "PYTHONPATH", "file": str(shadows[0].path)}
            todo = _("Unset PYTHONPATH and restart the kernel.")
            found.append(Finding("environment", PROBLEM, says, todo, facts))
    seen = list(entries)
    for folder in folders:
        if any(_is_same(folder, other) for other in seen):
            continue
        seen.append(folder)
        if shadows := find_shadows(folder):
            says = _("In the folder {folder} {what}.").format(folder=folder, what=_say(shadows))
            todo = _("Rename {names}, and restart the kernel.").format(
                names=join_words([shadow.path.name for shadow in shadows])
            )
            found.append(Finding("environment", PROBLEM, says, todo, {"file": str(shadows[0].path)}))
    own = _user_packages(environment)
    if own is not None and (shadows := find_shadows(own)):
        says = _("Packages that were installed for you alone go before those of this Python: from {folder} {what}.")
        todo = _("Set PYTHONNOUSERSITE=1 and restart the kernel.")
        facts = {"file": str(shadows[0].path)}
        found.append(Finding("environment", NOTE, says.format(folder=own, what=_say(shadows)), todo, facts))
    return found


def _say(shadows: Sequence[Shadow]) -> str:
    files = join_words([shadow.path.name for shadow in shadows[:_SHOWN]])
    names = join_words([shadow.name for shadow in shadows[:_SHOWN]])
    if len(shadows) > _SHOWN:
        more = _("{files} and {count} more are imported in the place of libraries")
        return more.format(
            files=", ".join(shadow.path.name for shadow in shadows[:_SHOWN]), count=len(shadows) - _SHOWN
        )
    if len(shadows) > 1:
        return _("{files} are imported in the place of the libraries {names}").format(files=files, names=names)
    return _("{files} is imported in the place of the library {names}").format(files=files, names=names)


def _module_name(entry: Path) -> str:
    """Return the name under which a file or folder can be imported, "" where it cannot."""
    if entry.is_dir():
        importable = any((entry / f"__init__{suffix}").is_file() for suffix in all_suffixes())
        return entry.name if importable and entry.name.isidentifier() else ""
    suffix = next((suffix for suffix in all_suffixes() if entry.name.endswith(suffix)), "")
    name = entry.name.removesuffix(suffix) if suffix else ""
    return name if name.isidentifier() else ""


def _is_taken(name: str, entry: Path, libraries: Sequence[str]) -> bool:
    if name == "bookutils":  # in a clone it is the one that is installed
        return not _is_same(entry, Path(bookutils.__file__).parent)
    if name in sys.stdlib_module_names:
        return BuiltinImporter.find_spec(name) is None and FrozenImporter.find_spec(name) is None
    spec = PathFinder.find_spec(name, libraries)
    return spec is not None and spec.origin is not None and not _is_same(entry, Path(spec.origin))


def _user_packages(environment: Mapping[str, str]) -> Path | None:
    """Return the folder of the user's own packages, where this Python looks into it."""
    in_environment = sys.prefix != sys.base_prefix
    if environment.get("PYTHONNOUSERSITE") or in_environment:
        return None
    with contextlib.suppress(Exception):  # an account without a home
        return Path(site.getusersitepackages())
    return None


def _standard_folders() -> Iterator[str]:
    for name in ("stdlib", "platstdlib"):
        yield sysconfig.get_path(name)


def _is_same(one: Path, other: Path | str) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False
