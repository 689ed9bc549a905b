"""The list of exercises: does it hold what programs need, and what people read?"""

from bookutils.authoring.listing import as_table, list_exercises


def test_points_and_what_is_optional_are_told(authored):
    """Is there a row for each exercise, in order, with its points or the word optional?"""
    rows = list_exercises({"01-small": ((authored.exercise("double", 3), authored.exercise("triple", 0)), ())})
    assert [(row["id"], row["points"], row["optional"]) for row in rows] == [("double", 3, False), ("triple", 0, True)]
    assert rows[0]["parts"] == [{"name": "one number", "points": 3}]
    lines = [line.split() for line in as_table(rows).splitlines()]
    assert lines == [["chapter", "exercise", "points"], ["01-small", "double", "3"], ["01-small", "triple", "optional"]]
