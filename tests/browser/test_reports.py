"""The reports in a real browser: nothing is cut on any screen, axe finds nothing, the bars follow light and dark."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from bookutils.exercises.catalogue import CHAPTERS, load_chapter
from bookutils.grading.model import Grade, Person, Result, Unreadable
from bookutils.grading.reports.about import about_run
from bookutils.grading.reports.writing import write_reports
from bookutils.judging.model import Exercise

NAMES = (
    "Anna Müller", "李小明", "Иван Петров", "Maximilian-Alexander von Hohenstaufen-Wittelsbach", "Bo", "Đặng Thị Hoa",
    "A" * 70,
)  # fmt: skip
SET = ("01-activations", "05-optimizers", "11-bert")
CODE = (
    'def {name}(x):\n    """Take the slope.\n\n    A long docstring.\n    Another line.\n    """\n    return {long}\n'
)
# What of the page is cut off or runs out of it; what may be scrolled by itself is left out.
CUT = """() => {
    const wide = document.documentElement.clientWidth, found = [];
    if (document.documentElement.scrollWidth > wide) found.push('the page scrolls sideways');
    for (const element of document.querySelectorAll('body *')) {
        if (element.closest(".scroll, .hidden, thead") || !element.checkVisibility()) continue;
        const box = element.getBoundingClientRect();
        if (box.right > wide + 1 || box.left < -1) found.push(element.tagName + ' ' + element.textContent.slice(0, 40));
        const clips = getComputedStyle(element).overflowX !== 'visible' && element.clientWidth > 0;
        if (clips && element.scrollWidth > element.clientWidth + 1) found.push(element.textContent.slice(0, 40));
    }
    return found;
}"""
# Short words that are torn in two, as a column that is too narrow does with "unreadable".
TORN = """() => {
    const found = [], texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        const node = texts.currentNode;
        if (!node.parentElement.checkVisibility() || node.parentElement.closest('pre, .hidden, thead')) continue;
        for (const word of node.data.matchAll(/(?<!\\w)\\w{2,20}(?!\\w)/g)) {
            const range = document.createRange();
            range.setStart(node, word.index); range.setEnd(node, word.index + word[0].length);
            const lines = new Set(Array.from(range.getClientRects(), box => Math.round(box.top)));
            if (lines.size > 1) found.push(word[0]);
        }
    }
    return found;
}"""


def graded(learner: str, chapter: str, number: int) -> Result:
    """Make a result in which many kinds of things are wrong."""
    grades = [
        grade(learner, chapter, exercise, number + place) for place, exercise in enumerate(load_chapter(chapter)[0])
    ]
    return Result(learner, chapter, f"{learner}/{chapter}.ipynb", grades=tuple(grades))


def grade(learner: str, chapter: str, exercise: Exercise, kind: int) -> Grade:
    """Make a grade; `kind` decides about what is wrong."""
    code = CODE.format(name=exercise.answer, long=" + ".join(["x"] * (20 * kind + 1)))
    parts = tuple((part.name, False, 0, part.points) for part in exercise.parts)
    ids = [mistake.id for mistake in exercise.mistakes] or [
        key for key, one in exercise.options.items() if not one.right
    ]
    status, mistake, says = ("not yet", "error", "not started", "passed", "not yet")[kind % 5], None, "x" * 300
    if kind % 5 == 0:
        mistake, says = ids[kind % len(ids)], "You return `x`, and your slope is wrong."
    points = exercise.points if status == "passed" else 0
    flags = ("claimed",) if kind % 7 == 0 else ()
    return Grade(
        learner, chapter, exercise.id, status, points, exercise.points, says, says, mistake, parts,
        "" if status == "not started" else code, flags,
    )  # fmt: skip


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The reports of a small class in which everything happens."""
    out = tmp_path_factory.mktemp("grades")
    results = [
        graded(name, chapter, number) for number, name in enumerate(NAMES) for chapter in SET[: 1 + number % len(SET)]
    ]
    results.append(Result("Zed", SET[0], "Zed/01.ipynb", "not graded", (), "The sandbox ended. " * 5))
    files = [Unreadable("week1.zip/" + "homework" * 12 + ".ipynb", "No chapter is called so."),
             Unreadable("Bo/01 (1).ipynb", "Another one counts.", "Bo", SET[0], superseded=True)]  # fmt: skip
    people = [Person("Nora Quiet", "9", "Nora Quiet", on_roster=True), Person("Bo", "10", "Bo", on_roster=False)]
    about = about_run(Path(__file__).resolve().parents[2] / "notebooks", CHAPTERS, "warm")
    write_reports(out, lambda: iter(results), files, {name: load_chapter(name)[0] for name in CHAPTERS}, people, about)
    return out


@pytest.fixture(params=[(320, "light"), (375, "dark"), (1280, "light"), (1280, "dark")], ids=str)
def screen(request: pytest.FixtureRequest, browser) -> Iterator[tuple]:
    """A window of a width and a theme."""
    width, theme = request.param
    window = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=theme)
    yield window.new_page(), theme
    window.close()


@pytest.mark.parametrize("name", ["index.html", f"learners/{NAMES[2]}.html", f"learners/{NAMES[-1]}.html"])
def test_every_screen_shows_the_whole_page(reports, screen, name) -> None:
    """From a small telephone to a desk, light and dark: is nothing cut, folded or open, and does axe find nothing?"""
    from axe_playwright_python.sync_playwright import Axe

    page, theme = screen
    page.goto((reports / name).as_uri())
    assert page.evaluate(CUT) == []
    page.evaluate("() => { for (const details of document.querySelectorAll('details')) details.open = true; }")
    assert page.evaluate(CUT) == [] == page.evaluate(TORN)
    if name == "index.html":
        page.screenshot(path=_picture(f"report-{page.viewport_size['width']}-{theme}"))
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_the_bars_follow_the_theme(reports, browser) -> None:
    """Have bars other colours on a dark page, and do they stand out from what is behind them in both?"""
    seen = {}
    for theme in ("light", "dark"):
        window = browser.new_context(color_scheme=theme)
        page = window.new_page()
        page.goto((reports / "index.html").as_uri())
        colours = page.evaluate("""() => ['.named', '.blue', '.whole'].map(
            name => getComputedStyle(document.querySelector('rect' + name)).fill.match(/\\d+/g).map(Number))""")
        behind = page.evaluate("() => getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)")
        seen[theme] = colours
        assert all(_contrast(colour, behind) > 3 for colour in colours[:2])
        assert all(_contrast(colour, colours[2]) > 2.2 for colour in colours[:2])
        window.close()
    assert all(light != dark for light, dark in zip(seen["light"], seen["dark"], strict=True))


def test_a_bar_leads_to_an_answer_and_back(reports, browser) -> None:
    """Do a click on a bar, on a name, and on the link back arrive where they should, without a script?"""
    window = browser.new_context(java_script_enabled=False)
    page = window.new_page()
    page.goto((reports / "index.html").as_uri())
    bar = page.locator(".rows details").first
    bar.locator("summary").first.click()
    link = bar.locator(".names a").first
    address = link.get_attribute("href")
    link.click()
    page.wait_for_url(f"**/{address.replace(' ', '%20')}")
    place = address.partition("#")[2]
    page.locator(f'a[href="../index.html#{place}"]').click()
    page.wait_for_url(f"**/index.html#{quote(place)}")
    window.close()


def _contrast(one: list[int], other: list[int]) -> float:
    """Return the ratio of the luminances of two colours, as WCAG defines it."""

    def luminance(colour: list[int]) -> float:
        linear = [c / 12.92 if (c := v / 255) <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for v in colour[:3]]
        return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _picture(name: str) -> Path:
    path = Path(__file__).resolve().parents[2] / "test-results" / "browser" / f"{name}.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    return path
