"""Is the course free of common slips of spelling?"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# What people read. The tests stay out: many of their words are wrong on purpose.
READ = ("README.md", "CONTRIBUTING.md", "Makefile", "docs", "chapters", "bookutils", "scripts", "benchmarks", ".github")


def spell(*words: str) -> subprocess.CompletedProcess[str]:
    """Run codespell, which takes its settings from pyproject.toml."""
    command = [sys.executable, "-m", "codespell_lib", "--check-hidden", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)


def test_no_common_slip_of_spelling() -> None:
    """Does codespell know every word, but for those that pyproject.toml lists?"""
    done = spell(*READ)
    assert done.returncode == 0, (
        f"{done.stdout}{done.stderr}Mend them; a word that is right goes into [tool.codespell] of pyproject.toml."
    )


def test_the_search_sees_a_slip(tmp_path: Path) -> None:
    """Would it notice one?"""
    page = tmp_path / "page.md"
    page.write_text("We do not recieve it.\n", encoding="utf-8")
    done = spell(str(page))
    assert done.returncode and "receive" in done.stdout
