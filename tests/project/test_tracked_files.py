"""What may stand in no file of the repository, and verbs that must exist."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# Written in pieces, so that this file passes its own test.
REGISTRIES = ("py" + "pi.org", "python" + "hosted.org", "npm" + "js.org", "ana" + "conda.org", "ana" + "conda.com/")
HOSTS = re.compile("|".join(map(re.escape, REGISTRIES)), re.IGNORECASE)
PATHS = re.compile(r"(?<![\w.$}/~*-])/(?:ro" + r"ot|wo" + r"rk|ho" + r"me/\w+|Us" + r"ers/\w+)/[\w.]")


def tracked() -> list[Path]:
    listing = subprocess.run(
        ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False
    )
    if listing.returncode:
        pytest.skip("this is not a git checkout")
    return [path for name in listing.stdout.decode().split("\0") if name and (path := ROOT / name).is_file()]


def text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


@pytest.mark.parametrize(("pattern", "what"), [(HOSTS, "a package registry's host"), (PATHS, "a path of one machine")])
def test_no_file_names_a_registry_or_a_machine(pattern: re.Pattern[str], what: str) -> None:
    """Does a tracked file hold an address of a registry or a path that exists on one machine only?"""
    found = []
    for path in tracked():
        for number, line in enumerate(text_of(path).splitlines(), 1):
            if match := pattern.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {match.group()}")
    assert not found, f"{what}:\n" + "\n".join(found)


@pytest.mark.parametrize("line", ["see https://py" + "pi.org/x", "index = files.python" + "hosted.org"])
def test_the_search_sees_a_registry(line: str) -> None:
    """Would the test above notice?"""
    assert HOSTS.search(line)


def test_the_search_sees_a_path() -> None:
    """Would it notice a path, and leave a relative one alone?"""
    assert PATHS.search('open("/ro' + 'ot/x.txt")')
    assert not PATHS.search("copies go to ./work/ and $HOME/work/x")


def pages() -> list[Path]:
    return [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]


def verbs() -> set[str]:
    return set(re.findall(r"^([a-z-]+):.*##", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


@pytest.mark.parametrize("page", pages(), ids=lambda path: str(path.relative_to(ROOT)))
def test_pages_name_verbs_that_exist(page: Path) -> None:
    """Is each `make verb` that a page tells people to type a verb of the Makefile?"""
    named = set(re.findall(r"`make ([a-z-]+)", page.read_text(encoding="utf-8")))
    named |= set(re.findall(r"^make ([a-z-]+)", page.read_text(encoding="utf-8"), re.MULTILINE))
    assert named <= verbs(), f"{page.name}: {sorted(named - verbs())}"
