"""Every link of a page or a chapter that stays in the repository: does it lead somewhere, heading and all?"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("docs", "chapters", "bookutils", "tests", "benchmarks")
PARSER = MarkdownIt("commonmark").enable("table")


def pages() -> list[Path]:
    return [*sorted(ROOT.glob("*.md")), *(path for name in FOLDERS for path in sorted((ROOT / name).rglob("*.md")))]


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def body(text: str) -> str:
    """A page's text, without the front matter that a chapter begins with."""
    return re.sub(r"\A---\n.*?\n---\n", "", text, flags=re.DOTALL)


def inline(text: str) -> Iterator[Token]:
    for token in PARSER.parse(body(text)):
        yield from token.children or ()


def links(text: str) -> list[str]:
    """What a page links to and which pictures it shows; code is no link."""
    found = (token.attrs.get("href") or token.attrs.get("src") for token in inline(text))
    return [str(target) for target in found if target]


def headings(text: str) -> list[str]:
    """The words of each heading, without their marks."""
    tokens = PARSER.parse(body(text))
    return [
        "".join(child.content for child in after.children or ())
        for token, after in pairwise(tokens)
        if token.type == "heading_open"
    ]


def anchors_on_github(text: str) -> set[str]:
    """The names that GitHub gives to a page's headings: small letters, no punctuation, a number from the second on."""
    slugs, seen = set(), Counter[str]()
    for heading in headings(text):
        slug = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        slugs.add(f"{slug}-{seen[slug]}" if seen[slug] else slug)
        seen[slug] += 1
    return slugs


def anchors_in_jupyter(text: str) -> set[str]:
    """The names that JupyterLab gives to a notebook's headings: the words themselves, with hyphens."""
    return {heading.replace(" ", "-") for heading in headings(text)}


def fault(page: Path, target: str) -> str:
    """What is wrong with a link of a page, "" when it leads somewhere or out of the repository."""
    parts = urlsplit(target)
    if parts.scheme or parts.netloc:
        return ""  # asked once a week, in .github/workflows/weekly.yml
    path = page if not parts.path else (page.parent / unquote(parts.path)).resolve()
    if page.is_relative_to(ROOT / "chapters") and path.suffix == ".ipynb":
        path = ROOT / "notebooks" / path.name  # a chapter's links are read in the notebook that is made from it
    if not path.exists():
        return f"{target} does not exist"
    if not path.is_relative_to(ROOT):
        return f"{target} leads out of the repository"
    if parts.fragment:
        notebook = path.suffix == ".ipynb"
        text = (ROOT / "chapters" / f"{path.stem}.md" if notebook else path).read_text(encoding="utf-8")
        known = anchors_in_jupyter(text) if notebook else anchors_on_github(text)
        if unquote(parts.fragment) not in known:
            return f"{target}: no such heading; there are {', '.join(sorted(known))}"
    return ""


@pytest.mark.parametrize("page", pages(), ids=named)
def test_links_lead_somewhere(page: Path) -> None:
    """Does each link and each picture of a page exist, with the heading that it names?"""
    faults = [said for target in links(page.read_text(encoding="utf-8")) if (said := fault(page, target))]
    assert not faults, f"{named(page)}:\n" + "\n".join(faults)


@pytest.mark.parametrize("page", pages(), ids=named)
def test_pictures_say_what_they_show(page: Path) -> None:
    """Has each picture words for people who do not see it?"""
    mute = [
        token.attrs["src"]
        for token in inline(page.read_text(encoding="utf-8"))
        if token.type == "image" and not token.content.strip()
    ]
    assert not mute, f"{named(page)}: pictures without words: {mute}"


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("README.md", ""),
        ("docs/grading.md#--names-your-own-rule", ""),
        ("chapters/05-optimizers.md", ""),
        ("https://example.org/nowhere", ""),
        ("docs/no-such.md", "does not exist"),
        ("docs/grading.md#no-such-heading", "no such heading"),
        ("../elsewhere", "does not exist"),
        ("..", "leads out of the repository"),
    ],
)
def test_the_search_sees_a_dead_link(target: str, said: str) -> None:
    """Is what leads nowhere named, and what leads somewhere left alone?"""
    found = fault(ROOT / "README.md", target)
    assert said in found and bool(found) == bool(said)


def test_headings_get_the_names_that_github_gives_them() -> None:
    """Are code, punctuation, equal headings and headings in code told as GitHub tells them?"""
    text = "# `--roster`: the class\n## Twice\n## Twice\n## Why, then?\n```\n# none\n```\n[a](b.md) ![c](d.png)\n"
    assert anchors_on_github(text) == {"--roster-the-class", "twice", "twice-1", "why-then"}
    assert links(text + "`[x](y)`") == ["b.md", "d.png"]
