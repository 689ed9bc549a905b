"""The start page in a real browser: what a person meets first."""

from __future__ import annotations

import urllib.error
import urllib.request

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
PAGE = "00-start-here.ipynb"
NO_BIAS = """def weighted_sum(inputs, weights, bias):
    return np.sum(inputs * weights)"""
RIGHT = """def weighted_sum(inputs, weights, bias):
    return sum(x * w for x, w in zip(inputs, weights)) + bias"""


@pytest.fixture(scope="module")
def chapter(open_for_all):
    """Chapter 00, with all cells run."""
    notebook = open_for_all(PAGE)
    notebook.run_all()
    return notebook


def test_the_first_start_shows_the_page_and_nothing_else(lab, browser) -> None:
    """Does the printed address open the start page, without a question, a toast or a prompt for news?"""
    page = browser.new_page()
    said: list[str] = []
    page.on("request", lambda request: said.append(request.url))
    page.goto(lab)
    expect(page.get_by_role("heading", name="From Neuron to Product").first).to_be_visible(timeout=60_000)
    page.wait_for_timeout(3000)
    assert page.locator(".jp-Dialog").count() == 0
    assert page.locator(".Toastify__toast").count() == 0
    assert [url for url in said if not url.startswith(("http://127.0.0.1:", "data:", "blob:"))] == []
    page.close()


def test_the_page_is_closed_to_strangers(lab, ask_lab) -> None:
    """Does the server show its files to whoever has the token, and to nobody else?"""
    assert PAGE in [entry["name"] for entry in ask_lab("api/contents")["content"]]
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with pytest.raises(urllib.error.HTTPError, match="403"):
        opener.open(f"{lab.split('/lab')[0]}/api/contents", timeout=10)


def test_an_answer_is_typed_judged_and_used(chapter) -> None:
    """Is a wrong answer told its own mistake, and does the page go on with the right one?"""
    assert chapter.errors() == []
    folded = chapter.page.locator(".jp-CodeCell", has_text="Only Colab needs this cell")
    expect(folded.locator(".jp-InputPlaceholder")).to_be_visible()  # one line, and nothing below it
    assert folded.locator(".jp-OutputArea-output").count() == 0
    folded.scroll_into_view_if_needed()
    chapter.picture("start-folded")
    expect(chapter.output('check("first_answer").function')).to_contain_text("the book's weighted_sum")

    chapter.write("def weighted_sum", NO_BIAS)
    chapter.run('check("first_answer")')
    expect(chapter.output('check("first_answer")')).to_contain_text("whatever the bias is")
    chapter.picture("start-wrong")

    chapter.write("def weighted_sum", RIGHT)
    chapter.run('check("first_answer")')
    chapter.run('check("first_answer").function')
    expect(chapter.output('check("first_answer").function')).to_contain_text("your weighted_sum runs")
    chapter.picture("start-right")


def test_a_prediction_is_kept_by_keyboard(chapter) -> None:
    """Can a prediction be made without a mouse, and is it quoted back?"""
    option = chapter.output('predict("doubled_input")').locator("button, input[type=radio]").first
    option.focus()
    chapter.page.keyboard.press("Space")
    expect(chapter.output('predict("doubled_input")')).to_contain_text("It doubles, to 8.")
    chapter.run('recall("doubled_input")')
    expect(chapter.output('recall("doubled_input")')).to_contain_text("You predicted: It doubles, to 8.")
