import io
import sys

import pytest

from bookutils.core.progress import progress_bar, say


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(
    ("terminal", "static", "show", "visible"),
    [
        (True, "", True, True),
        (False, "", True, False),
        (True, "1", True, False),
        (True, "", False, False),
    ],
)
def test_a_bar_shows_on_a_screen_only(monkeypatch, terminal, static, show, visible):
    """Is the bar seen on a terminal, and nowhere else: not in a file, not in a built notebook, not when unwanted?"""
    screen = Terminal() if terminal else io.StringIO()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setenv("BOOKUTILS_STATIC", static)
    with progress_bar(2_000_000, "Weights", unit="B", show=show) as bar:
        bar.update(1_000_000)
        bar.refresh()
        shown = screen.getvalue()
    assert ("Weights" in shown and "1.00M/2.00M" in shown) == visible


def test_a_sentence_is_printed(capsys):
    """Does a sentence reach the reader on a line of its own?"""
    say("The weights are here.")
    assert capsys.readouterr().out == "The weights are here.\n"
