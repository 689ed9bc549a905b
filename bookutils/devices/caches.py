"""Disk, and what is kept on it: downloads, the encoder, TensorFlow Hub's modules."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from pathlib import Path

from bookutils.core import settings
from bookutils.core.commands import to_type
from bookutils.core.files import has_sha256
from bookutils.core.findings import NOTE, OK, PROBLEM, Finding
from bookutils.core.messages import _, join_words
from bookutils.models.sources.handles import HANDLES, has_saved_model, module_folder
from bookutils.models.sources.names import SOURCES

_FULL, _LITTLE = 3 * 10**8, 2 * 10**9  # bytes
_FRESH = 20 * 60  # seconds: a younger lock may belong to a download that runs


def cache_findings() -> list[Finding]:
    """Look at the places where things are kept. Nothing is written but an empty file that goes at once."""
    return [disk_finding(), cache_finding(), encoder_finding(), hub_finding()]


def disk_finding() -> Finding:
    """Say how much room there is where downloads and answers go, and whether one may write there."""
    places = {
        "cache": settings.cache_dir(),
        "home": settings.home_dir(),
        "temporary files": _temporary_folder(),
    }
    free = {}
    for name, folder in places.items():
        there = _existing(folder)
        if not there.is_dir():
            says = _("{folder} is a file and no folder ({name}).").format(folder=there, name=name)
            todo = _("Set {variable} to a folder that you may write to.").format(variable=_variable(name))
            return Finding("disk", PROBLEM, says, todo, {"folder": str(there)})
        if not _can_write(there):
            says = _("There is no permission to write to {folder} ({name}).").format(folder=there, name=name)
            todo = _("Set {variable} to a folder that you may write to.").format(variable=_variable(name))
            return Finding("disk", PROBLEM, says, todo, {"folder": str(there)})
        free[name] = shutil.disk_usage(there).free
    least = min(free, key=lambda name: free[name])
    says = _("{size:.1f} GB are free for {name} in {folder}.").format(
        size=free[least] / 1e9, name=least, folder=places[least]
    )
    if free[least] >= _LITTLE:
        return Finding("disk", OK, says, facts=free)
    todo = _("Free some space, or set {variable} to a folder on another disk.").format(variable=_variable(least))
    return Finding("disk", PROBLEM if free[least] < _FULL else NOTE, says, todo, free)


def cache_finding() -> Finding:
    """Say how large the cache is."""
    folder = settings.cache_dir()
    if not folder.is_dir():
        says = _("{folder} is not there yet; the first download makes it.").format(folder=folder)
        return Finding("cache", OK, says, facts={"folder": str(folder), "bytes": 0})
    size = sum(_size(path) for path in folder.rglob("*"))
    says = _("{size:.2f} GB in {folder}; it may be deleted at any time.").format(size=size / 1e9, folder=folder)
    return Finding("cache", OK, says, facts={"folder": str(folder), "bytes": size})


def encoder_finding(name: str = "minilm") -> Finding:
    """Say whether the course's own encoder is there, whole, by its checksum."""
    source = SOURCES[name]
    missing = [file for file in source.files if not (source.folder / file).is_file()]
    facts = {"name": name, "there": not missing, "folder": str(source.folder)}
    if missing:
        says = _("{name} is not here; the first chapter that uses it fetches {size} MB.")
        todo = _("To have it before, type: {command}").format(command=to_type("fetch"))
        return Finding("encoder", NOTE, says.format(name=name, size=source.megabytes), todo, facts)
    damaged = [file for file, sha256 in source.files.items() if not has_sha256(source.folder / file, sha256)]
    if damaged:
        says = _("{name} is damaged: {files}.").format(name=name, files=join_words(damaged))
        todo = _("Type: {command}").format(command=to_type("fetch"))
        return Finding("encoder", NOTE, says, todo, {**facts, "there": False})
    return Finding("encoder", OK, _("{name} is here, whole by its checksum.").format(name=name), facts=facts)


def hub_finding() -> Finding:
    """Say which modules of TensorFlow Hub are cut off or locked by a program that is gone."""
    folders = [module_folder(HANDLES["bert-base"]).parent]
    if not os.environ.get("TFHUB_CACHE_DIR"):
        folders.append(_temporary_folder() / "tfhub_modules")  # where tensorflow_hub itself puts them
    whole, broken, locks = 0, [], []
    for folder in filter(Path.is_dir, folders):
        for path in sorted(folder.iterdir()):
            if path.name.endswith(".lock"):
                if time.time() - path.stat().st_mtime > _FRESH:
                    locks.append(path)
            elif path.is_dir() and not path.name.startswith(".") and not path.name.endswith(".tmp"):
                if has_saved_model(path):
                    whole += 1
                else:
                    broken.append(path)
    facts = {"whole": whole, "broken": [str(path) for path in broken], "locks": [str(path) for path in locks]}
    if broken:
        says = _("{count} of its modules have no saved_model.pb; they are never repaired by themselves.")
        todo = _("Delete the folder {folder}").format(folder=broken[0])
        return Finding("hub cache", NOTE, says.format(count=len(broken)), todo, facts)
    if locks:
        says = _("A lock is older than 20 minutes, as a killed program leaves it; the next load would wait that long.")
        return Finding("hub cache", NOTE, says, _("Delete the file {file}").format(file=locks[0]), facts)
    return Finding("hub cache", OK, _("{count} modules, each whole.").format(count=whole), facts=facts)


def _temporary_folder() -> Path:
    try:
        return Path(tempfile.gettempdir())
    except OSError:  # none of the usual places can be written
        return Path(os.environ.get("TMPDIR") or "/tmp")


def _existing(folder: Path) -> Path:
    return next(place for place in (folder, *folder.absolute().parents) if _is_there(place))


def _is_there(place: Path) -> bool:
    try:
        return place.exists()
    except OSError:  # below a folder that may not be entered
        return False


def _can_write(folder: Path) -> bool:
    try:
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError as error:
        return error.errno == 28  # a full disk is another matter, and the next lines say it


def _size(path: Path) -> int:
    try:
        return path.lstat().st_size if path.is_file() else 0
    except OSError:
        return 0


def _variable(place: str) -> str:
    return {"cache": "BOOKUTILS_CACHE_DIR", "home": "BOOKUTILS_HOME"}.get(place, "TMPDIR")
