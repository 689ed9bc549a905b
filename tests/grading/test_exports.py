"""Grades and feedback go back to the platform: is every grade in its cell, and every other byte as it was?"""

from __future__ import annotations

import csv
import io
import subprocess
import sys
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookutils.core.errors import BookError, UsageError
from bookutils.grading.model import Grade, Person, Result
from bookutils.grading.reports.cells import Table
from bookutils.grading.reports.exports import only_ones, read_grades, write_feedback
from bookutils.grading.reports.filling import fill_canvas, fill_moodle
from bookutils.grading.reports.writing import write_reports
from tests.grading.test_reports import CHAPTER, EXERCISES

OTHER = "02-losses"
COURSE = {**EXERCISES, OTHER: ()}


def done(learner, points, chapter=CHAPTER, status="passed"):
    one = Grade(learner, chapter, "double", status, points, 3, code="def double(x): ...")
    return Result(learner, chapter, f"{learner}.ipynb", grades=(one,))


def person(platform, number, name, *chapters, label=""):
    place = (
        f"{name}_{number}_assignsubmission_file_" if platform == "moodle" else f"{name.lower()}_{number}_77{number}_"
    )
    return Person(label or name, number, name, platform, tuple((chapter, place) for chapter in chapters))


@pytest.fixture
def moodle(tmp_path):
    """Two John Smiths, one whose exercise has no verdict, one whose file cannot be read, one who is absent."""
    people = [
        person("moodle", "401", "John Smith", CHAPTER, label="John Smith (401)"),
        person("moodle", "402", "John Smith", CHAPTER, label="John Smith (402)"),
        person("moodle", "403", "Zoë Müller", CHAPTER), person("moodle", "404", "Cem", CHAPTER),
        person("moodle", "405", "Dora"),
    ]  # fmt: skip
    results = [
        done("Cem", 0, status="not graded"), done("John Smith (401)", 1, status="partly"),
        done("John Smith (402)", 3), Result("Zoë Müller", CHAPTER, "z.ipynb", "unreadable", (), "Broken."),
    ]  # fmt: skip
    write_reports(tmp_path / "moodle", lambda: iter(results), (), COURSE, people)
    return tmp_path / "moodle"


WORKSHEET = (
    '\ufeffIdentifier,"Full name",Email address,Status,Grade,Maximum Grade,Grade can be changed,Last modified (grade),'
    "Feedback comments\r\n"
    'Participant 402,"Smith, John",js2@uni.example,"Submitted for grading - ",,3.00,Yes,-,"a ""b"",\r\nc"\r\n'
    "Participant 405,Dora,d@uni.example,No submission,,3.00,Yes,-,\r\n"
    'Participant 401,John Smith,js1@uni.example,Submitted,"-",3.00,Yes,-,=1+1\r\n'
    "Participant 403,Zoë Müller,z@uni.example,Submitted,2.50,3.00,Yes,-,\r\n"
    "Participant 404,Cem,c@uni.example,Submitted,,3.00,Yes,-,\r\n"
    "Participant 999,Stranger,s@uni.example,Submitted,,3.00,Yes,-,"
)


def test_in_a_worksheet_only_the_grades_change(moodle):
    """Do order, quotes, line ends, marks and all other cells stay, and is nobody without a verdict given a zero?"""
    data = WORKSHEET.encode()
    filled = fill_moodle(data, read_grades(moodle), CHAPTER)
    wanted = data.replace(b'grading - ",,3', b'grading - ",3,3').replace(b'Submitted,"-",', b'Submitted,"1",')
    assert filled.data == wanted and filled.count == 2
    assert filled.by_name == filled.left == [] and not filled.scaled


def test_points_are_scaled_to_the_maximum_and_that_is_said(moodle):
    """Where an assignment has 100 points, does one point of three become 33.33, with the table's own comma?"""
    grades = read_grades(moodle)
    for there, third in (("100.00", "33.33"), ("100,00", '"33,33"'), ("6", "2")):
        data = f'Identifier,Grade,Maximum grade\nParticipant 401,,"{there}"\n'.encode()
        filled = fill_moodle(data, grades, CHAPTER)
        assert filled.data == data.replace(b"401,,", f"401,{third},".encode())
        assert any(there in sentence for sentence in filled.sentences())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16-le", "cp1252"])
@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_a_worksheet_comes_back_in_its_own_encoding(moodle, encoding, sign):
    """Are other separators, encodings and languages of Moodle read, and written as they came?"""
    text = sign.join(["ID", "Vollständiger Name", "Bewertung", "Höchstwert"]) + "\n"
    text += sign.join(["Teilnehmer/in401", "Zoë", "", "3"]) + "\n"
    mark = "\ufeff" if encoding == "utf-16-le" else ""
    filled = fill_moodle((mark + text).encode(encoding), read_grades(moodle), CHAPTER)
    assert filled.data.decode(encoding) == mark + text.replace(f"Zoë{sign}{sign}", f"Zoë{sign}1{sign}")


def test_namesakes_are_never_told_apart_by_their_name(moodle):
    """Without numbers, does a name that two have get no grade, and one that is alone its own, and is both said?"""
    data = b"Identifier,Full name,Grade\nx,John Smith,\ny,Smith John,\n"
    filled = fill_moodle(data, read_grades(moodle), CHAPTER)
    assert filled.data == data and filled.left == ["John Smith (401)", "John Smith (402)"]


def test_a_number_counts_only_where_it_comes_from(tmp_path):
    """Is a student number never taken for Moodle's, nor Moodle's number in one assignment for that in another?"""
    ann = Person("Ann", "402", "Ann Lee", "moodle", ((CHAPTER, "Ann Lee_501_assignsubmission_file"),))
    ben = Person("Ben", "", "Ben Roy", "moodle", ((CHAPTER, "Ben Roy_402_assignsubmission_file"),
                                                  (OTHER, "Ben Roy_501_assignsubmission_file")))  # fmt: skip
    results = [done("Ann", 3), done("Ben", 1), done("Ben", 2, OTHER)]
    write_reports(tmp_path, lambda: iter(results), (), COURSE, [ann, ben])
    data = b"Identifier,Full name,ID number,Grade\nParticipant 402,x,,\nParticipant 501,y,402,\n"
    grades = read_grades(tmp_path)
    assert fill_moodle(data, grades, CHAPTER).data == data.replace(b"x,,", b"x,,1").replace(b"402,\n", b"402,3\n")
    assert fill_moodle(data, grades, OTHER).data == data.replace(b"y,402,", b"y,402,2")
    tables = {path.name: path.read_text() for path in tmp_path.glob("grades-moodle-*.csv")}
    assert "Participant 402,Ben Roy,1,3" in tables[f"grades-moodle-{CHAPTER}.csv"]
    assert "Participant 501,Ben Roy,2,3" in tables[f"grades-moodle-{OTHER}.csv"]


def test_the_worksheet_of_another_assignment_is_refused(moodle):
    """When no number fits, do grades never find their way by the names into another assignment's worksheet?"""
    data = b"Identifier,Full name,Grade\nParticipant 801,Zo\xc3\xab M\xc3\xbcller,\nParticipant 802,Cem,\n"
    with pytest.raises(UsageError, match="another assignment's"):
        fill_moodle(data, read_grades(moodle), CHAPTER)
    one = data + b"Participant 402,John Smith,\n"
    assert fill_moodle(one, read_grades(moodle), CHAPTER).data == one.replace(b"402,John Smith,", b"402,John Smith,3")


def test_sentences_name_people_and_accounts(tmp_path):
    """Is somebody whom the table calls by an account told by name as well, whether found or left?"""
    people = [Person("s7", "s7", "Zoë Müller", on_roster=True), Person("s8", "s8", "Bo", on_roster=True)]
    write_reports(tmp_path, lambda: iter([done("s7", 3), done("s8", 1)]), (), COURSE, people)
    data = "Identifier,Full name,Grade\nParticipant 1,Zoë Müller,\n".encode()
    filled = fill_moodle(data, read_grades(tmp_path), CHAPTER)
    assert filled.by_name == ["Zoë Müller (s7)"] and filled.left == ["Bo (s8)"]


def test_a_table_without_a_column_for_grades_is_refused_with_its_columns(moodle):
    """Does the error name what is there, and is the column taken that a person names?"""
    data = b"Identifier,Mark\nParticipant 401,\n"
    with pytest.raises(UsageError, match=r"“Identifier” and “Mark”.*--column"):
        fill_moodle(data, read_grades(moodle), CHAPTER)
    assert fill_moodle(data, read_grades(moodle), CHAPTER, "Mark").data == b"Identifier,Mark\nParticipant 401,1\n"


GRADEBOOK = (
    "Student,ID,SIS User ID,SIS Login ID,Section,01-activations (5512),Essay (9),02 - Losses (5513),Current Score\n"
    ",,,,,Manual Posting,,,\n"
    "    Points Possible,,,,,3,10,0,(read only)\n"
    '"Müller, Zoë",71,u71,zoe,A,EX,9,,80.5\n'
    '"Smith, John",72,u72,js,"A; B",,7,,\n'
    '"Student, Test",99,,abc,A,,,,\n'
)


@pytest.fixture
def canvas(tmp_path):
    """Zoë could not be graded; John has three points; Ada is known by her roster's number alone."""
    people = [person("canvas", "71", "müllerzoë", CHAPTER), person("canvas", "72", "smithjohn", CHAPTER),
              Person("Ada", "u80", "Ada King")]  # fmt: skip
    results = [done("Ada", 1), Result("müllerzoë", CHAPTER, "z", "not graded", (), "Busy."), done("smithjohn", 3)]
    write_reports(tmp_path / "canvas", lambda: iter(results), (), COURSE, people)
    return tmp_path / "canvas"


def test_in_a_gradebook_only_the_grades_change(canvas):
    """Is the chapter's column found, the number matched, and everything else left as it was?"""
    data = GRADEBOOK.encode()
    filled = fill_canvas(data, read_grades(canvas))
    assert (
        filled.data == data.replace(b'"A; B",,7', b'"A; B",3,7')
        and filled.count == 1
        and filled.left == ["Ada King (Ada)"]
    )
    sis = data + b'"King, A.",80,u80,ada,A,,,,\n'
    assert fill_canvas(sis, read_grades(canvas)).data.endswith(b"u80,ada,A,1,,,\n")


def test_an_assignment_of_another_name_is_named_by_the_instructor(canvas):
    """Is a gradebook whose columns fit no chapter refused, and filled in where --column says?"""
    data = GRADEBOOK.replace("01-activations (5512)", "Week 3 (5512)").encode()
    with pytest.raises(UsageError, match="--column"):
        fill_canvas(data, read_grades(canvas), CHAPTER)
    filled = fill_canvas(data, read_grades(canvas), CHAPTER, "Week 3 (5512)")
    assert filled.data == data.replace(b'"A; B",,7', b'"A; B",3,7')
    with pytest.raises(UsageError, match="no gradebook"):
        fill_canvas(b"a,b\n1,2\n", read_grades(canvas))


def test_a_chapter_without_a_column_is_said(canvas):
    """When one chapter's column is found and another's is not, are you told of the other?"""
    results = [done("smithjohn", 3), done("smithjohn", 1, OTHER)]
    people = [person("canvas", "72", "smithjohn", CHAPTER, OTHER)]
    write_reports(canvas, lambda: iter(results), (), COURSE, people)
    whole = fill_canvas(GRADEBOOK.encode(), read_grades(canvas))
    assert (whole.count, whole.without_column) == (2, [])
    filled = fill_canvas(GRADEBOOK.replace("02 - Losses (5513)", "Week 3 (5513)").encode(), read_grades(canvas))
    assert (filled.count, filled.without_column) == (1, [OTHER])
    assert any(OTHER in sentence and "--column" in sentence for sentence in filled.sentences())


def test_grade_itself_writes_what_the_platform_takes(moodle, canvas):
    """Are there tables of our own where no other is given, without a row for what has no verdict?"""
    with (moodle / "grades-moodle.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["Identifier"], row["Full name"], row["Grade"], row["Maximum grade"]) for row in rows] == [
        ("Participant 401", "John Smith", "1", "3"), ("Participant 402", "John Smith", "3", "3"),
    ]  # fmt: skip
    assert {"Identifier", "Grade", "Last modified (grade)"} <= set(rows[0])  # what Moodle's importer asks for
    with (canvas / "grades-canvas.csv").open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file)) == [
            ["Student", "ID", "Section", CHAPTER], ["    Points Possible", "", "", "3"], ["smithjohn", "72", "", "3"],
        ]  # fmt: skip


def test_a_class_that_came_from_no_platform_gets_no_such_files(tmp_path):
    """Are there no tables and zips that nobody can use?"""
    write_reports(tmp_path, lambda: iter([done("Ann", 3)]), (), COURSE, [Person("Ann")])
    assert {path.name for path in tmp_path.iterdir()} == {"index.html", "learners", "results.csv", "results.json"}


def test_feedback_lies_where_the_platform_put_the_submission(moodle, canvas):
    """Has each of the two John Smiths their own page, under Moodle's folder; and under Canvas's own file name?"""
    with zipfile.ZipFile(moodle / f"feedback-{CHAPTER}.zip") as archive:
        names = archive.namelist()
        pages = {name: archive.read(name).decode() for name in names}
    assert names == [
        "Cem_404_assignsubmission_file_/feedback.html", "John Smith_401_assignsubmission_file_/feedback.html",
        "John Smith_402_assignsubmission_file_/feedback.html", "Zoë Müller_403_assignsubmission_file_/feedback.html",
    ]  # fmt: skip
    assert "1 of 3 points" in pages[names[1]] and "3 of 3 points" in pages[names[2]]
    assert not [name for name, page in pages.items() if "index.html" in page]
    with zipfile.ZipFile(canvas / f"feedback-{CHAPTER}.zip") as archive:
        assert "smithjohn_72_7772_feedback.html" in archive.namelist()


@pytest.mark.parametrize("place", ["../up", "/etc/x", "a//b", "..", "a\\..\\b", "", "nul\0"])
def test_no_place_leads_out_of_the_zip(tmp_path, place):
    """Does a hostile name of a folder give no entry that leads elsewhere when it is unpacked?"""
    people = [Person("Ann", "1", "Ann", "moodle", ((CHAPTER, place),))]
    write_reports(tmp_path, lambda: iter([done("Ann", 3)]), (), COURSE, people)
    made = write_feedback(tmp_path, read_grades(tmp_path), CHAPTER, tmp_path)
    for name in zipfile.ZipFile(made).namelist() if made else ():
        assert not name.startswith("/") and ".." not in name.split("/")


def test_the_same_grades_give_the_same_zip(moodle):
    """Is a zip made twice the same to the byte?"""
    path = moodle / f"feedback-{CHAPTER}.zip"
    before = path.read_bytes()
    write_feedback(moodle, read_grades(moodle), CHAPTER, moodle)
    assert path.read_bytes() == before


cells = st.text(st.sampled_from('ab",;\t\n\r \ufeffé'), max_size=6)


@given(st.lists(st.lists(cells, min_size=1, max_size=4), min_size=1, max_size=4), st.sampled_from(["\n", "\r\n"]))
def test_tables_are_read_as_the_csv_module_reads_them_and_come_back_whole(rows, line_end):
    """Whatever the cells hold, does an unchanged table give its own bytes, and a changed cell its new text?"""
    file = io.StringIO()
    csv.writer(file, lineterminator=line_end, quoting=csv.QUOTE_ALL).writerows(rows)
    data = file.getvalue().encode()
    table = Table(data)
    assert table.data() == data
    if table.delimiter == ",":
        assert [[field.value for field in row] for row in table.rows] == rows
        table.set(len(rows) - 1, 0, '8,"5')
        changed = list(csv.reader(io.StringIO(table.data().decode(), newline="")))
        assert changed == [*rows[:-1], ['8,"5', *rows[-1][1:]]]


@given(st.binary(max_size=60))
def test_no_bytes_are_lost(data):
    """Do files that are no tables, and no text, come back as they were?"""
    assert Table(data).data() == data


def test_only_who_has_a_key_alone_is_found_by_it():
    """Do keys that two share, and empty ones, find nobody?"""
    assert only_ones([("a", 1), ("a", 2), ("", 3), ("b", 4)]) == {"b": 4}


def test_without_grades_the_error_says_what_to_type(tmp_path):
    """Is a folder without results, or with others, answered by a sentence?"""
    with pytest.raises(UsageError, match=r"There are no grades in .*bookutils grade"):
        read_grades(tmp_path)
    (tmp_path / "results.json").write_text("[]")
    with pytest.raises(BookError, match="is not what this version writes"):
        read_grades(tmp_path)


def export(*words):
    command = [sys.executable, "-m", "bookutils.cli", "export", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_command_fills_in_a_copy_and_says_what_it_did(moodle, tmp_path):
    """Is the download left as it is, a copy written, and everything told; and is nothing asked an error of use?"""
    template = tmp_path / "worksheet.csv"
    template.write_bytes(WORKSHEET.encode())
    done = export(moodle, "--moodle", template, "--chapter", "01", "--feedback", "--to", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert "Grades filled in: 2." in done.stdout and "feedback-01-activations.zip" in done.stdout
    assert template.read_bytes() == WORKSHEET.encode()
    assert b'grading - ",3,3' in (tmp_path / "out" / "grades-moodle.csv").read_bytes()
    for words in ((moodle,), (moodle, "--moodle", tmp_path / "none.csv"), (moodle, "--feedback", "--chapter", "99")):
        refused = export(*words)
        assert refused.returncode == 2 and "Traceback" not in refused.stderr, words
