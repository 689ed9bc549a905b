"""Collects what is to be written, and writes it at once: all, or nothing where something is in the way."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from bookutils.core.errors import UsageError
from bookutils.core.files import shown, write_atomically

Say = Callable[[str], None]


class Draft:
    """Files that are to be written into a clone.

    Parameters
    ----------
    root : the clone
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._texts: dict[Path, str] = {}
        self._gone: list[Path] = []

    def exists(self, name: str) -> bool:
        """Return whether there is such a file, written already or to be written."""
        return self.root / name in self._texts or (self.root / name).exists()

    def read(self, name: str) -> str:
        """Return a file's text, with what was changed up to now."""
        path = self.root / name
        return self._texts[path] if path in self._texts else path.read_text(encoding="utf-8")

    def add(self, name: str, text: str) -> None:
        """Add a new file.

        Raises
        ------
        UsageError
            When there is one already.
        """
        if self.exists(name):
            raise UsageError(f"There is a file {shown(self.root / name)} already.", "Choose another name.")
        self._texts[self.root / name] = text

    def change(self, name: str, text: str) -> None:
        """Give a file another text."""
        self._texts[self.root / name] = text

    def move(self, name: str, to: str) -> None:
        """Move a file."""
        self.add(to, self.read(name))
        self._texts.pop(self.root / name, None)
        self._gone.append(self.root / name)

    def write(self, say: Say) -> None:
        """Write and lay out all files; say the name of each."""
        for path in self._gone:
            path.unlink()
        for path, text in sorted(self._texts.items()):
            path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(path, text.encode())
        self._lay_out([path for path in self._texts if path.suffix == ".py"])
        for path in sorted(self._texts):
            say(f"  {shown(path)}")

    def _lay_out(self, paths: list[Path]) -> None:
        """Sort imports and break lines, where ruff is installed."""
        if paths and importlib.util.find_spec("ruff") is not None:
            for verb in (["format", "--quiet"], ["check", "--select", "I", "--fix", "--quiet"]):
                subprocess.run([sys.executable, "-m", "ruff", *verb, *map(str, paths)], cwd=self.root, check=False)
