"""Does a table say the same on a page and in plain text?"""

from bookutils.plots.tables import Table


def test_a_table_says_the_same_on_a_page_and_without_one():
    """Has the Markdown a rule and escaped bars, and the text all words in columns?"""
    table = Table(["model", "size"], [["a|b", "1"], ["large", "1,000"]])
    assert table._repr_markdown_().splitlines() == [
        "| model | size |", "| --- | ---: |", "| a\\|b | 1 |", "| large | 1,000 |"
    ]  # fmt: skip
    assert repr(table).splitlines()[-1] == "large  1,000"
