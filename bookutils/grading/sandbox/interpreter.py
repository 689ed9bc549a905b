"""All that this Python needs to run, wherever it lies: what a sandbox has to show, and nothing beside it."""

from __future__ import annotations

import contextlib
import os
import sys
import sysconfig
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

_OUR_CLONE = Path(__file__).resolve().parents[3]
# What an environment consists of, where other things lie beside it.
_OF_A_PREFIX = ("bin", "lib", "lib64", "libexec", "include", "share", "etc", "ssl", "pyvenv.cfg")
_MOST_LINKS = 100


@dataclass(frozen=True)
class Interpreter:
    """Where a Python is.

    Parameters
    ----------
    paths : folders and files that it needs, none inside another one; no part of them is a link
    links : links outside of them that lead to it -> what they say
    libraries : folders in which the system's loader found libraries that lie elsewhere
    """

    paths: tuple[Path, ...]
    links: dict[Path, str]
    libraries: tuple[str, ...]


def find_python(shown: Sequence[str]) -> Interpreter:
    """Find what the running Python needs beyond the folders that are shown anyway.

    Parameters
    ----------
    shown : folders of the system

    Notes
    -----
    An environment may be a link, may be made of a Python that is one, and may lie below a folder that a sandbox
    empties. One that lies in somebody's home or in the clone itself is shown by its parts, without what is beside it.
    """
    places = {Path(path) for path in (sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix)}
    places = {part for prefix in places for part in _parts_of(prefix)}
    places |= {Path(sysconfig.get_paths()[name]) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    places |= {Path(path) for path in sys.path if Path(path).name in ("site-packages", "dist-packages")}
    real = _outermost((Path(os.path.realpath(place)) for place in places if place.exists()), shown)
    libraries = [path for path in _loaded_libraries() if not _is_below(path, [*shown, *real])]
    real += [Path(os.path.realpath(path)) for path in libraries]
    links: dict[Path, str] = {}
    for place in (Path(sys.executable), *places, *libraries):
        links.update((link, target) for link, target in _links_on(place) if not _is_below(link, [*shown, *real]))
    return Interpreter(tuple(real), links, tuple(dict.fromkeys(str(path.parent) for path in libraries)))


def _parts_of(prefix: Path) -> Iterator[Path]:
    if any(Path(place).is_relative_to(prefix) for place in (Path.home(), _OUR_CLONE)):
        yield from (prefix / name for name in _OF_A_PREFIX)
    else:
        yield prefix


def _outermost(places: Iterable[Path], shown: Sequence[str]) -> list[Path]:
    found: list[Path] = []
    for place in sorted(set(places), key=lambda place: (len(place.parts), place)):
        if not _is_below(place, [*shown, *found]):
            found.append(place)
    return found


def _is_below(path: Path, folders: Iterable[str | Path]) -> bool:
    return any(path.is_relative_to(folder) for folder in folders)


def _links_on(path: Path) -> Iterator[tuple[Path, str]]:
    """Yield the links that are met on the way to a file, each with what it says."""
    waiting, here = [part for part in reversed(path.parts) if part != "/"], Path("/")
    for _step in range(_MOST_LINKS * 10):
        if not waiting:
            return
        part = waiting.pop()
        here = here.parent if part == ".." else here / part
        if here.is_symlink():
            target = str(here.readlink())
            yield here, target
            waiting += [part for part in reversed(Path(target).parts) if part != "/"]
            here = Path("/") if target.startswith("/") else here.parent


def _loaded_libraries() -> list[Path]:
    """Return the shared libraries that this process runs on."""
    found = []
    with contextlib.suppress(OSError):
        for line in Path("/proc/self/maps").read_text(encoding="utf-8", errors="surrogateescape").splitlines():
            path = line.split(maxsplit=5)[-1]
            if path.startswith("/") and ".so" in path and Path(path).is_file():
                found.append(Path(path))
    return list(dict.fromkeys(found))
