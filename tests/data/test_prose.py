"""The text for small language models: is it the size that its docstring says, and plain?"""

from bookutils.data.prose import load_prose


def test_the_text_is_plain_and_of_the_size_that_is_said():
    """Are there about 84,000 characters, ASCII, and no line that is markup?"""
    text = load_prose()
    assert abs(len(text) / 84_000 - 1) < 0.01
    assert text.isascii()
    assert not any(line.startswith(("#", "```", "|")) for line in text.splitlines())
