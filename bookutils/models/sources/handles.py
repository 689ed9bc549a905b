"""Modules of TensorFlow Hub by their handle: fetched by Hub's protocol, kept whole or not at all.

The cache has the layout of TensorFlow Hub's own (a folder named after the handle's SHA-1), and is Hub's own where
``TFHUB_CACHE_DIR`` is set, so that a module is fetched once for both.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import secrets
import shutil
import tarfile
import zlib
from pathlib import Path
from urllib.parse import urlsplit

from bookutils.core import settings
from bookutils.core.downloads import fetch_and, working_file
from bookutils.core.errors import BookError, DataError, DownloadError, UsageError
from bookutils.core.files import explain_os_error
from bookutils.core.messages import _
from bookutils.core.progress import say
from bookutils.core.transfers import looks_like_html, web_page

_HUB = "https://tfhub.dev/tensorflow"
_SMALL_LAYERS, _SMALL_SIZES = (2, 4, 6, 8, 10, 12), (128, 256, 512, 768)

# name -> its handle on TensorFlow Hub (Turc et al. 2019 for the small ones)
HANDLES = {
    "bert-base": f"{_HUB}/bert_en_uncased_L-12_H-768_A-12/4",
    **{
        f"small-bert-{layers}-{size}": f"{_HUB}/small_bert/bert_en_uncased_L-{layers}_H-{size}_A-{size // 64}/2"
        for layers in _SMALL_LAYERS
        for size in _SMALL_SIZES
    },
}


def is_handle(name: str) -> bool:
    """Whether a name is the address of a module.

    >>> is_handle(HANDLES["bert-base"]), is_handle("bert-base")
    (True, False)
    """
    return name.startswith(("https://", "http://"))


def archive_addresses(handle: str) -> list[str]:
    """Return where a module's archive stands, in the order in which the addresses are tried.

    Hub's protocol comes first, except for a page on Kaggle, which has a download of its own. The English BERTs of
    tfhub.dev have moved to Kaggle, so they are looked for there too.

    >>> archive_addresses("https://example.org/my/encoder/1")
    ['https://example.org/my/encoder/1?tf-hub-format=compressed']
    >>> archive_addresses("https://www.kaggle.com/models/tensorflow/bert/TensorFlow2/en-uncased-l-12-h-768-a-12/4")[0]
    'https://www.kaggle.com/api/v1/models/tensorflow/bert/tensorFlow2/en-uncased-l-12-h-768-a-12/4/download'

    Raises
    ------
    UsageError
        When a page on Kaggle is not that of one version.
    """
    address = urlsplit(handle)
    by_protocol = f"{handle}{'&' if address.query else '?'}tf-hub-format=compressed"
    if address.hostname in {"kaggle.com", "www.kaggle.com"}:
        return [_kaggle_download(handle, address.path), by_protocol]
    moved = re.fullmatch(r"/tensorflow/(small_bert/)?bert_en_uncased_(L-\d+_H-\d+_A-\d+)/(\d+)", address.path)
    if address.hostname == "tfhub.dev" and moved:
        prefix = "bert-" if moved[1] else ""
        sizes = moved[2].lower().replace("_", "-")
        page = f"/models/tensorflow/bert/tensorFlow2/{prefix}en-uncased-{sizes}/{moved[3]}"
        return [by_protocol, _kaggle_download(handle, page)]
    return [by_protocol]


def _kaggle_download(handle: str, page: str) -> str:
    """Return the download of a page such as ``/models/tensorflow/bert/TensorFlow2/variation/4``."""
    found = re.fullmatch(
        r"/models/([^/]+)/([^/]+)/(?:frameworks/)?([^/]+)/(?:variations/)?([^/]+)/(?:versions/)?(\d+)/?", page
    )
    if found is None:
        raise UsageError(
            _("{handle} is not the address of one version of a model.").format(handle=handle),
            _("On Kaggle, take the address that ends in /framework/variation/version."),
        )
    owner, name, framework, variation, version = found.groups()
    framework = framework[0].lower() + framework[1:]
    return f"https://www.kaggle.com/api/v1/models/{owner}/{name}/{framework}/{variation}/{version}/download"


def module_folder(handle: str) -> Path:
    """Return where a module is kept, whether it is there or not."""
    hub = os.environ.get("TFHUB_CACHE_DIR")
    cache = Path(hub).expanduser() if hub else settings.cache_dir() / "hub"
    return cache / hashlib.sha1(handle.encode(), usedforsecurity=False).hexdigest()


def fetch_module(handle: str, *, progress: bool = True) -> Path:
    """Bring a module into the cache, unless it is there, and return its folder.

    Parameters
    ----------
    handle : the module's address on TensorFlow Hub or Kaggle, or anywhere else where Hub's protocol is spoken
    progress : whether the download shows itself

    Raises
    ------
    DownloadError
        When no module came from there; it says why.
    DataError
        When the handle is known to be of the old format.
    BookError
        When the disk is full or the cache cannot be written.

    Notes
    -----
    A folder without a ``saved_model.pb``, which a killed download leaves, is deleted and fetched once more.
    """
    if re.search(r"//tfhub\.dev/google/bert_", handle):
        raise old_format(handle)
    addresses = archive_addresses(handle)
    folder = module_folder(handle)
    if has_saved_model(folder):
        return folder
    if folder.exists():
        discard_module(handle)
    if progress and not settings.is_offline():
        say(_("Fetching {handle}, once.").format(handle=handle))

    def unpack(part: Path) -> Path:
        return _unpack(part, folder)

    with working_file(folder, "tar") as (part, alive):
        if not has_saved_model(folder):  # another process may have brought it meanwhile
            fetch_and(addresses, part, unpack, name=handle, progress=progress, timeout=20, alive=alive)
    with contextlib.suppress(OSError):
        folder.with_name(f"{folder.name}.lock").unlink()  # left by a killed kernel; Hub would wait 20 minutes on it
    return folder


def discard_module(handle: str) -> None:
    """Delete the cached copy of a module that turned out to be incomplete, and say so."""
    folder = module_folder(handle)
    say(_("The copy of {handle} in the cache is incomplete: it is fetched once more.").format(handle=handle))
    try:
        shutil.rmtree(folder)
    except OSError as error:
        raise explain_os_error(error, folder) from error


def has_saved_model(folder: Path) -> bool:
    """Whether a folder has the file that every SavedModel has."""
    return (folder / "saved_model.pb").is_file()


def old_format(source: str) -> DataError:
    """Return the error for a module of TensorFlow 1, with the handle to use instead."""
    sizes = re.search(r"L-(\d+)_H-(\d+)_A-(\d+)", source)
    instead = "bert-base"
    if sizes and (name := f"small-bert-{sizes[1]}-{sizes[2]}") in HANDLES and sizes.groups() != ("12", "768", "12"):
        instead = name
    return DataError(
        _("{source} is in the old format of TensorFlow 1, which cannot be fine-tuned any more.").format(source=source),
        _("Use load_encoder({name!r}), that is {handle}.").format(name=instead, handle=HANDLES[instead]),
    )


def module_sha256(folder: Path) -> str:
    """Return one checksum over a SavedModel's graph and weights, which says exactly which module it is."""
    digest = hashlib.sha256()
    for path in [folder / "saved_model.pb", *sorted((folder / "variables").glob("*"))]:
        with path.open("rb") as file:
            digest.update(f"{path.name}\n{hashlib.file_digest(file, 'sha256').hexdigest()}\n".encode())
    return digest.hexdigest()


def _unpack(archive: Path, folder: Path) -> Path:
    """Unpack a module beside its place and give it its name at the end; nothing can be written elsewhere."""
    if not hasattr(tarfile, "data_filter"):
        raise BookError(
            _("This Python cannot unpack an archive from elsewhere safely."),
            _("Update it to 3.11.4 or newer."),
        )
    draft = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}.tmp")
    try:
        try:
            with tarfile.open(archive, "r:*") as opened:
                opened.extractall(draft, filter="data")
        except (tarfile.TarError, EOFError, zlib.error) as error:
            raise DownloadError(_not_an_archive(archive)) from error
        except OSError as error:
            if error.errno is None:  # gzip's own errors are OSErrors without a number
                raise DownloadError(_not_an_archive(archive)) from error
            raise
        if not has_saved_model(draft):
            raise DownloadError(_("the archive holds no saved_model.pb, so it is no TensorFlow module."))
        if folder.exists():
            shutil.rmtree(folder)
        draft.replace(folder)
        return folder
    except DownloadError:
        raise
    except OSError as error:
        raise explain_os_error(error, folder) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _not_an_archive(archive: Path) -> str:
    with archive.open("rb") as file:
        start = file.read(256)
    return web_page() if looks_like_html(start) else _("what came is no whole tar archive of a module.")
