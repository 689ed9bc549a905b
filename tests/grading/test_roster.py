"""The class as its teacher knows it: every usual CSV is read, and nobody is guessed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookutils.core.errors import UsageError
from bookutils.grading.model import Person
from bookutils.grading.submissions import survey
from bookutils.grading.who.joining import people_of
from bookutils.grading.who.roster import Row, read_roster
from tests.grading.layouts import CHAPTERS, CLASS, LAYOUTS
from tests.grading.test_platforms import contents, written

FILES = {
    "plain": ("id,name,group\n1,Ada Lovelace,A\n2,Zoë Müller,B\n", "utf-8"),
    "from Excel": ("\ufeffid;name;group\r\n1;Ada Lovelace;A\r\n2;Zoë Müller;B\r\n", "utf-8"),
    "an old code page": ("id;name;group\n1;Ada Lovelace;A\n2;Zoë Müller;B\n", "cp1252"),
    "tabs in UTF-16": ("id\tname\tgroup\n1\tAda Lovelace\tA\n2\tZoë Müller\tB\n", "utf-16"),
    "a line for Excel": ("sep=;\nid;name;group\n1;Ada Lovelace;A\n2;Zoë Müller;B\n", "utf-8"),
    "first and last": ("First name,Surname,ID number,group\nAda,Lovelace,1,A\nZoë,Müller,2,B\n", "utf-8"),
    "German": ("Vorname;Nachname;Matrikelnummer;group\nAda;Lovelace;1;A\nZoë;Müller;2;B\n", "cp1252"),
    "quoted": ('"Student","ID","group"\n"Lovelace, Ada",1,A\n"Müller, Zoë",2,B\n', "utf-8"),
    "blank rows": ("\n\nid,name,group\n\n1,Ada Lovelace,A\n,,\n2,Zoë Müller,B\n", "utf-8"),
    "accents taken apart": ("id,name,group\n1,Ada Lovelace,A\n2,Zoe\u0308 Mu\u0308ller,B\n", "utf-8"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_roster_is_read_as_it_comes(tmp_path, name):
    """Are numbers, names and further columns read from each usual kind of file, and people matched by either?"""
    text, encoding = FILES[name]
    path = tmp_path / "roster.csv"
    path.write_bytes(text.encode(encoding))
    rows = read_roster(path)
    assert [(row.ids, row.details) for row in rows] == [(("1",), (("group", "A"),)), (("2",), (("group", "B"),))]
    people, lines = people_of([], [Person("Zoë Müller", name="Zoë Müller"), Person("x", id="1", name="x")], rows)
    assert [(person.learner, person.on_roster, person.id) for person in people] == [
        ("Zoë Müller", True, "2"), ("x", True, "1"),
    ]  # fmt: skip
    assert lines == []


WRONG = {
    "nothing in it": (b"", "is empty"),
    "blanks": (b"\n \n", "is empty"),
    "only headers": (b"id,name\n", "Nobody is in"),
    "no column that says who": (b"group,points\nA,3\n", "no column for numbers or names"),
    "another delimiter": (b"id^name\n1^Ada\n", "no column for numbers or names"),
    "a spreadsheet": (b"PK\x03\x04....", "is a spreadsheet"),
    "a number twice": (b"id,name\n1,Ada\n1,Bob\n", "'1' twice"),
    "a quote that never ends": (b'id,name\n1,"' + b"x" * 200_000, "no CSV"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_with_a_roster_is_a_sentence(tmp_path, name):
    """Does each fault end with what happened, and the exit code for wrong use?"""
    data, words = WRONG[name]
    path = tmp_path / "roster.csv"
    path.write_bytes(data)
    with pytest.raises(UsageError, match=words):
        read_roster(path)


def test_a_roster_that_is_not_there_is_a_sentence(tmp_path):
    """Are a missing file and a folder wrong use?"""
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(UsageError, match="cannot be read"):
            read_roster(path)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_roster_or_a_sentence(tmp_path_factory, data):
    """Does no file raise anything else?"""
    path = tmp_path_factory.mktemp("roster") / "roster.csv"
    path.write_bytes(data)
    try:
        rows = read_roster(path)
    except UsageError:
        return
    people, _lines = people_of([], [Person("Ada")], rows)
    labels = [person.learner for person in people]
    assert len(set(labels)) == len(labels)


def test_who_hands_in_nothing_is_there_and_who_is_a_stranger_is_said():
    """Has an absentee a row with the further columns, and is somebody else known as not of the class?"""
    rows = [Row(("1",), "Ada", (("group", "A"),)), Row(("2",), "Bob")]
    people, lines = people_of([], [Person("Ada", name="Ada"), Person("Eve", name="Eve")], rows)
    assert people == [
        Person("Ada", "1", "Ada", details=(("group", "A"),), on_roster=True),
        Person("Eve", "", "Eve", on_roster=False), Person("Bob", "2", "Bob", on_roster=True),
    ]  # fmt: skip
    assert lines == []


def test_namesakes_are_never_guessed():
    """Is one of two people of one name put before the instructor, and neither of them called absent?"""
    rows = [Row(("1",), "John Smith"), Row(("2",), "Smith, John"), Row(("3",), "Ada")]
    people, (line,) = people_of([], [Person("John Smith", name="John Smith")], rows)
    assert [(person.learner, person.on_roster) for person in people] == [("John Smith", None), ("Ada", True)]
    assert "(1)" in line.reason and "(2)" in line.reason and not line.superseded
    two = [Person(f"John Smith ({n})", n, "John Smith", "canvas") for n in ("1", "2")]
    people, lines = people_of([], two, rows)
    assert [(p.learner, p.id, p.on_roster) for p in people] == [
        ("John Smith (1)", "1", True), ("John Smith (2)", "2", True), ("Ada", "3", True),
    ]  # fmt: skip
    assert lines == []


def test_who_could_not_be_graded_is_not_absent(tmp_path):
    """Is a look-alike's row left out of those who handed in nothing, and who did is still there?"""
    found = survey(
        written(tmp_path, [(f"{who}/01-activations.ipynb", "x") for who in ("anna", " anna", "bob")]), CHAPTERS
    )
    rows = [Row(("1",), "Anna"), Row(("2",), "bob"), Row(("3",), "carl")]
    people, _lines = people_of(found.found, found.people, rows, found.doubtful)
    assert [person.learner for person in people] == ["bob", "carl"]


def test_a_number_of_a_hand_in_is_no_number_of_a_person():
    """Where Moodle's number is by chance somebody else's in the roster, does the name decide?"""
    rows = [Row(("11",), "Ada"), Row(("12",), "Bob")]
    people, lines = people_of([], [Person("Bob", "11", "Bob", "moodle")], rows)
    assert [(p.learner, p.name, p.on_roster) for p in people] == [("Bob", "Bob", True), ("Ada", "Ada", True)]
    assert lines == []
    blind = [Person("Participant 11", "11", "Participant", "moodle")]
    people, lines = people_of([], blind, [Row(("Participant 11",), "Ada")])
    assert [(p.learner, p.name, p.on_roster) for p in people] == [("Participant 11", "Ada", True)]


@pytest.mark.parametrize(
    "layout", ["Moodle's folders", "Canvas", "a folder each", "Brightspace", "ILIAS", "Gradescope"]
)
def test_a_class_of_forty_is_matched(tmp_path, layout):
    """Is everybody found in the roster who can be told, and is each absentee of two there?"""
    make, option, says = LAYOUTS[layout]
    found = survey(written(tmp_path / "in", make(option)), CHAPTERS)
    lines = ["account,id,name"] + [f"{one.account},{one.number},{one.name}" for one in CLASS]
    path = tmp_path / "roster.csv"
    path.write_text("\n".join([*lines, "s1,1,Nobody Here", "s2,2,Nobody Else"]), encoding="utf-8")
    people, doubts = people_of(found.found, found.people, read_roster(path))
    handed = {learner for learner, _chapter in contents(found)}
    absent = [person for person in people if person.learner not in handed]
    assert sorted(person.name for person in absent) == ["Nobody Else", "Nobody Here"]
    if says == "names":
        assert {item.name.split(" (")[0] for item in doubts} == {"John Smith", "Li Wei"}
        assert {person.name for person in people if not person.on_roster} == {"John Smith", "Li Wei"}
    else:
        assert doubts == [] and all(person.on_roster for person in people)


@pytest.mark.parametrize("label", ["John Smith 77", "77_Smith_John", "Smith, John (77)", "john smith - s77"])
def test_a_name_with_its_number_is_the_person_of_both(label):
    """Is a folder that an instructor called by name and number one of two namesakes', and not a stranger's?"""
    rows = [Row(("77", "s77"), "John Smith"), Row(("78", "s78"), "John Smith"), Row(("7",), "Smith 7")]
    people, lines = people_of([], [Person(label, name=label)], rows)
    assert [(p.id, p.on_roster) for p in people] == [("77", True), ("78", True), ("7", True)] and lines == []
    people, lines = people_of([], [Person("John Smith 79", name="John Smith 79")], rows)
    assert [person.on_roster for person in people] == [None, True] and len(lines) == 1  # neither of both is absent


@pytest.mark.parametrize("label", ["Ada King 77", "77_Ada_King", "King, Ada (s77)", "Ada King_s77"])
def test_a_number_that_the_roster_does_not_have_hides_no_name(label):
    """Is the name enough where it is one person's, and are namesakes put before you instead of called absent?"""
    rows = [Row((), "Ada King"), Row((), "Bo")]
    people, lines = people_of([], [Person(label, name=label)], rows)
    assert [(p.learner, p.on_roster) for p in people] == [(label, True), ("Bo", True)] and lines == []
    people, lines = people_of([], [Person(label, name=label), Person("Ada King 5", name="Ada King 5")], rows)
    assert [p.on_roster for p in people] == [None, None, True] and len(lines) == 2


@pytest.mark.parametrize(
    "blind", [Person("Participant 11", "11", "Participant", "moodle"), Person("anon x7", "x7", "anon", "canvas")]
)
def test_where_marking_is_blind_nobody_is_called_absent(blind):
    """Does a roster of names not turn a blind class into strangers, and everybody into an absentee?"""
    people, (line,) = people_of([], [blind], [Row(("1",), "Ada"), Row(("2",), "Bo")])
    assert [(p.learner, p.on_roster) for p in people] == [(blind.learner, None)] and "blind" in line.reason


def test_an_underscore_in_a_name_is_nothing_at_canvas():
    """Is Anna_Maria found, whose name Canvas squeezes and leaves the underscore in?"""
    people, _lines = people_of([], [Person("kowalskaanna_maria", "7", "kowalskaanna_maria", "canvas")],
                               [Row((), "Anna_Maria Kowalska")])  # fmt: skip
    assert [p.on_roster for p in people] == [True]
