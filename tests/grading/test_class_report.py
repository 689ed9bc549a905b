"""The class as a whole: absentees, shares of all that was set, and the way from a bar to the people and back."""

from __future__ import annotations

import csv
import json
import re
from dataclasses import replace

import pytest

from bookutils.grading.model import Grade, Person, Result, Unreadable
from bookutils.grading.reports.about import About, about_run, notebook_title
from bookutils.grading.reports.pages import for_handing_out
from bookutils.grading.reports.roll import Roll
from bookutils.grading.reports.spread import Bar, histogram, middle_in_words
from bookutils.grading.reports.text import code_lines, code_parts
from bookutils.grading.reports.writing import write_reports
from tests.grading.test_reports import CHAPTER, DOUBLE, EXERCISES, Page, assert_dead

OTHER = "02-losses"
COURSE = {**EXERCISES, OTHER: (replace(DOUBLE, id="halve"),)}
ABOUT = About("A course", "bookutils 9", "2026-11-27 21:00 UTC", "bookutils grade in --out out", "warm",
              {CHAPTER: "Activations: the bend"})  # fmt: skip


def done(learner, points, chapter=CHAPTER, **more):
    more = {"status": "passed" if points == 3 else "not yet", "code": "def double(x):\n    return x", **more}
    one = Grade(learner, chapter, "double" if chapter == CHAPTER else "halve", points=points, max_points=3, **more)
    return Result(learner, chapter, f"{learner}/{chapter}.ipynb", grades=(one,))


def write(out, results, unreadable=(), people=(), about=ABOUT):
    write_reports(out, lambda: iter(results), unreadable, COURSE, people, about)
    return Page((out / "index.html").read_text(encoding="utf-8"))


@pytest.fixture
def class_of_five(tmp_path):
    """Ann has all; Bo dropped out; Cem's second file is no notebook; Dora and Emil are absent; Hal is a stranger."""
    results = [
        done("Ann", 3), done("Ann", 3, OTHER), done("Bo", 3), done("Cem", 0),
        Result("Cem", OTHER, "Cem/02.ipynb", "unreadable", (), "No notebook."), done("Hal", 3), done("Hal", 0, OTHER),
    ]  # fmt: skip
    people = [Person(name, str(number), name, on_roster=name != "Hal")
              for number, name in enumerate(("Ann", "Bo", "Cem", "Dora", "Emil", "Hal"))]  # fmt: skip
    return tmp_path, write(tmp_path, results, people=people)


def rows(out):
    with (out / "results.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_a_share_is_of_all_that_was_set(class_of_five):
    """Is a drop-out's share out of everything, an absentee's nothing, and what has no verdict no zero?"""
    _out, page = class_of_five
    table = page.text[page.text.index("Points by learner and chapter") :]
    for words in (
        "Ann 0 3 3 0 6 of 6 100%",
        "Bo 1 3 – not handed in 1 3 of 6 50%",
        "Cem 2 0 ? without a verdict 0 0 of 3 0%",
        "Dora 3 handed in nothing – not handed in – not handed in 2 0 of 6 0%",
    ):
        assert words in table, (words, table)


def test_the_absent_have_rows_and_are_counted(class_of_five):
    """Are those who handed in nothing in all files, with a status of their own and no points?"""
    out, page = class_of_five
    assert [(row["learner"], row["chapter"], row["status"], row["points"], row["max_points"]) for row in rows(out)
            if row["status"] in ("absent", "not handed in")] == [
        ("Bo", OTHER, "not handed in", "", "3"), ("Dora", "", "absent", "", "6"), ("Emil", "", "absent", "", "6"),
    ]  # fmt: skip
    people = {one["learner"]: one for one in json.loads((out / "results.json").read_text("utf-8"))["people"]}
    assert people["Dora"]["status"] == "absent" and people["Dora"]["points"] is None and people["Dora"]["page"] == ""
    assert people["Bo"]["missing"] == [OTHER] and people["Bo"]["page"] == "learners/Bo.html"
    assert "handed in nothing 2" in page.text and "Handed in nothing: 2" in page.text
    assert not (out / "learners" / "Dora.html").exists()
    bo = Page((out / "learners" / "Bo.html").read_text("utf-8")).text
    assert "3 of 6 points" in bo and "not handed in – of 3" in bo


def test_mean_and_median_are_told_with_and_without_the_missing(class_of_five):
    """Are both of those who handed in, and both of the whole class, right for each chapter and in all?"""
    _out, page = class_of_five
    assert "Chapter 02: losses 3 3 3 50% 50% 20% 0%" in page.text
    assert "All that was set 6 4 3 62% 75% 33% 25%" in page.text


def test_whoever_is_not_on_the_roster_stands_in_a_red_box(class_of_five):
    """Is a stranger counted in a loud tile, named, and linked?"""
    _out, page = class_of_five
    assert "Not on the roster: 1" in page.text and "not on the roster 1" in page.text
    assert ("a", {"href": "learners/Hal.html"}) in page.tags


def test_a_file_put_aside_is_as_loud_as_one_without_a_verdict(tmp_path):
    """When files lie beside others that were graded, does the page not say that all is well?"""
    beside = Unreadable("Ann/01 (1).ipynb", "Another one counts.", "Ann", CHAPTER, superseded=True)
    page = write(tmp_path, [done("Ann", 3)], [beside])
    assert "Nothing. Every submission" not in page.text and "Files put aside: 1" in page.text
    assert [tag for tag, attributes in page.tags if attributes.get("class") == "loud"] == ["div"]
    quiet = write(tmp_path, [done("Ann", 3)])
    assert "Nothing. Every submission" in quiet.text
    assert not [tag for tag, attributes in quiet.tags if attributes.get("class") == "loud"]


def test_a_file_of_no_chapter_may_be_any_that_is_missing():
    """Is a chapter not called missing while a file of the learner's waits for its name?"""
    roll = Roll(COURSE, [CHAPTER, OTHER])
    standing = roll.add("Ann", [done("Ann", 3)], [Unreadable("Ann/homework.ipynb", "No chapter.", "Ann")])
    assert standing.missing == [] and (standing.points, standing.most) == (3, 3)


def test_the_way_leads_from_a_bar_to_the_people_and_back(tmp_path):
    """From a mistake to each who made it, to the place on their page, and back to the class's exercise?"""
    results = [done(name, 0, mistake="once", code=f"def double(x):\n    return x{'  # long' * n}")
               for n, name in enumerate(("Zoë M", "Bo", "Cem"))]  # fmt: skip
    page = write(tmp_path, results)
    place = f"{CHAPTER}--double"
    assert ("a", {"href": f"#{place}"}) in page.tags and ("h4", {"id": place}) in page.tags
    links = [attributes["href"] for tag, attributes in page.tags if tag == "a" and attributes["href"].endswith(place)]
    assert links[-4:] == [
        f"learners/Zo%C3%AB%20M.html#{place}", f"learners/Bo.html#{place}", f"learners/Cem.html#{place}",
        f"learners/Zo%C3%AB%20M.html#{place}",  # whose code is shown: it is the shortest
    ]  # fmt: skip
    assert page.codes == ["def double(x):\n    return x"]
    theirs = (tmp_path / "learners" / "Bo.html").read_bytes()
    assert ("a", {"href": f"../index.html#{place}"}) in Page(theirs.decode()).tags
    handed_out = for_handing_out(theirs)
    assert b"index.html" not in handed_out
    assert_dead(Page(handed_out.decode()), None)
    assert theirs.count(b"<p ") - handed_out.count(b"<p ") == 1


def test_the_headline_is_the_longest_bar(tmp_path):
    """When an unnamed behaviour is the most frequent, does the headline say so, in the same number?"""
    results = [done(f"L{n}", 0, mistake="once" if n < 2 else None, message="In the part “numbers”, with x = 1: what "
                    "came back has the shape (1,); the shape () was expected.") for n in range(7)]  # fmt: skip
    page = write(tmp_path, results)
    assert "5 of 7 have the most frequent wrong result, a mistake without a name." in page.text
    widths = [float(attributes["width"]) for tag, attributes in page.tags
              if tag == "rect" and attributes["class"] in ("named", "unnamed")]  # fmt: skip
    assert widths == [pytest.approx(100 * 5 / 7, abs=0.1), pytest.approx(100 * 2 / 7, abs=0.1)]
    assert "No mistake here has a name" not in page.text and "Returns another shape." in page.text


def test_every_page_says_what_it_is_of(tmp_path):
    """Are course, version, date and titles on both pages, and the command on the instructor's alone?"""
    page = write(tmp_path, [done("Ann", 3)])
    learner = Page((tmp_path / "learners" / "Ann.html").read_text("utf-8"))
    for one in (page, learner):
        for words in ("A course", "bookutils 9", "Graded on 2026-11-27 21:00 UTC", "Chapter 01: Activations: the bend"):
            assert words in one.text, words
    assert "bookutils grade in --out out" in page.text and "sandbox: warm" in page.text
    assert "--out" not in learner.text


def test_a_page_in_which_nothing_has_changed_keeps_its_date(tmp_path):
    """Does a later run leave a page alone where it would change nothing but the date, and write it where it would?"""
    write(tmp_path, [done("Ann", 3), done("Bo", 3)])
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.html")}
    write(tmp_path, [done("Ann", 3), done("Bo", 0)], about=replace(ABOUT, when="2026-12-01 08:00 UTC"))
    changed = {path.name for path, data in before.items() if path.read_bytes() != data}
    assert changed == {"Bo.html", "index.html"}


def test_titles_come_from_the_notebooks(repository, tmp_path):
    """Has each chapter the title that its notebook carries, a foreign one its first heading, a broken one none?"""
    about = about_run(repository / "notebooks", EXERCISES)
    assert about.title(CHAPTER).startswith("Chapter 01: Activations: ")
    assert about.course.startswith("From Neuron to Product") and re.search(r"bookutils \d", about.version)
    cells = [{"cell_type": "markdown", "source": ["Hello\n", "# A title #\n"]}]
    (tmp_path / "a.ipynb").write_text(json.dumps({"cells": cells}))
    (tmp_path / "b.ipynb").write_text("[1]")
    assert [notebook_title(tmp_path / name) for name in ("a.ipynb", "b.ipynb", "c.ipynb")] == ["A title", "", ""]


def test_the_date_can_be_fixed(monkeypatch, tmp_path):
    """Does SOURCE_DATE_EPOCH decide about the date?"""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    assert about_run(tmp_path, ()).when == "1970-01-01 00:00 UTC"


def test_a_long_docstring_folds_away_and_no_line_is_lost(tmp_path):
    """Is the answer in sight, are the line numbers those of the cell, and is every line there?"""
    code = 'def double(x):\n    """Twice.\n\n    x: a number\n    """\n    return x\n\ndef f():\n    """Short."""'
    parts = code_parts(code_lines(code)[0])
    assert [(part.first, part.folded) for part in parts] == [(1, False), (2, True), (6, False)]
    assert "\n".join(line for part in parts for line in part.lines) == code
    write(tmp_path, [done("Ann", 0, code=code)])
    page = Page((tmp_path / "learners" / "Ann.html").read_text("utf-8"))
    assert "\n".join(page.codes) == code and "docstring, 4 lines" in page.text
    assert ("code", {"style": "counter-reset: line 5"}) in page.tags


@pytest.mark.parametrize(
    "code",
    ['def f(x):\n    """never closed\n' * 3, "class A:\n", "def f():\n    r'''a\n b\n c'''; x = 1", "", "def f(:\n\n"],
)
def test_any_code_can_be_parted(code):
    """Do docstrings without an end, and code that is none, lose no line?"""
    lines = code_lines(code)[0]
    assert [line for part in code_parts(lines) for line in part.lines] == lines


def test_optional_exercises_do_not_count_as_wrong(tmp_path):
    """Has whoever solved all that has points all exercises right, the optional ones being told apart?"""
    idle = Grade("Ann", CHAPTER, "line", "not started", 0, 0)
    one = done("Ann", 3)
    write(tmp_path, [replace(one, grades=(*one.grades, idle))])
    text = Page((tmp_path / "learners" / "Ann.html").read_text("utf-8")).text
    assert "1 of 1 3 of 3" in text and "Not started: 1" in text


@pytest.mark.parametrize(
    ("counts", "says"),
    [
        ([0, 0, 0, 0, 0, 0, 3, 1, 0, 0, 0], "At least half of the 4 submissions have 60% of the points or more"),
        ([0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0], "At least half of the 2 submissions have 70% of the points or more"),
        ([1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], "At least half of the 2 submissions have all points"),
        ([3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2], "More than half of the 5 submissions have less than 10% of the points"),
        ([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], "The share of the points that was earned"),
    ],
)
def test_the_title_says_where_the_middle_is(counts, says):
    """Is the sentence above the distribution true of the numbers below it?"""
    assert middle_in_words(counts) == says


def test_a_histogram_has_a_column_for_each_share():
    """Has each column its height, and do the words name those that are not empty, and the missing?"""
    drawn = histogram([2, 0, 0, 1, 0, 0, 0, 0, 0, 0, 5], missing=4)
    assert [(first, count, bar.length) for first, _label, count, bar in drawn.columns if count] == [
        ("0", 2, "40"), ("30", 1, "20"), ("100", 5, "100"),
    ]  # fmt: skip
    assert "Submissions: 8. 0–9 per cent: 2, 30–39 per cent: 1, 100 per cent: 5. Not handed in: 4." in drawn.alt
    assert (Bar(0, 0).length, Bar(1, 10_000).length) == ("0", "0.7")


def test_pages_show_the_names_of_the_roster(tmp_path):
    """Is an account or a squeezed name shown as the person's, with the number of namesakes, and the label beside it?"""
    people = [
        Person("muelleranna", "71", "Anna Müller", "canvas", on_roster=True),
        Person("s1", "s1", "John Smith", on_roster=True), Person("s2", "s2", "John Smith", on_roster=True),
        Person("Li Wei (9)", "9", "Li Wei", on_roster=True), Person("eve", "", "Eve", on_roster=False),
    ]  # fmt: skip
    page = write(tmp_path, [done(person.learner, 0, mistake="once") for person in people], people=people)
    table = page.text[page.text.index("Points by learner and chapter") :]
    for words in ("Anna Müller muelleranna · 71", "John Smith (s1) s1", "John Smith (s2) s2", "Li Wei (9) 9", "eve"):
        assert words in table, (words, table)
    assert "muelleranna" not in page.text[: page.text.index("Points by learner")]
    assert "Anna Müller" in Page((tmp_path / "learners" / "muelleranna.html").read_text("utf-8")).text
    assert {row["learner"] for row in rows(tmp_path)} == {person.learner for person in people}


def test_numbers_of_one_assignment_are_not_taken_for_a_class(tmp_path):
    """Where nobody has a second chapter, as in blind marking, does the page say what its shares are worth?"""
    blind = [done(f"Participant {n}", 3, chapter) for n, chapter in enumerate((CHAPTER, CHAPTER, OTHER, OTHER))]
    assert "Nobody has a second chapter" in write(tmp_path, blind).text
    assert "Nobody has a second chapter" not in write(tmp_path, blind[:3]).text
    assert "Nobody has a second chapter" not in write(tmp_path, [*blind, done("Participant 3", 3)]).text


def test_what_is_nobodys_is_not_put_beside_a_learner(tmp_path):
    """Are the course's own editions, as nbgrader keeps them, named quietly and not as somebody's second file?"""
    own = Unreadable("source/01/01.ipynb", "It is nobody's.", None, CHAPTER, superseded=True)
    page = write(tmp_path, [done("Ann", 3)], [own])
    assert "nobody's: 1" in page.text and "source/01/01.ipynb" in page.text
    assert "Files put aside" not in page.text and "files put aside" not in page.text


def test_nothing_is_called_hard_where_everything_is_right(tmp_path):
    """When all points were earned, does no headline say that an exercise is the hardest?"""
    right = write(tmp_path, [done("Ann", 3), done("Bo", 3, OTHER)]).text
    assert "Hardest" not in right and "All points were earned" in right
    assert "Hardest: double, 99% of" in write(tmp_path, [done(f"n{n}", 3 if n else 2) for n in range(150)]).text


def test_a_question_of_who_is_who_is_no_file(tmp_path):
    """Is it told loudly, in all reports, and counted neither as a submission nor as unreadable?"""
    question = Unreadable("John Smith", "Two are called John Smith.", question=True)
    page = write(tmp_path, [done("John Smith (1)", 3), done("John Smith (2)", 3)], [question])
    for words in ("submissions 2", "graded 2", "unreadable 0", "unclear who is who 1", "Not clear who is who: 1"):
        assert words in page.text, words
    assert "Without a verdict" not in page.text and "Nothing. Every submission" not in page.text
    assert [row["message"] for row in rows(tmp_path) if row["status"] == "unclear"] == [question.reason]
    data = json.loads((tmp_path / "results.json").read_text("utf-8"))
    assert data["unreadable"] == [] and data["questions"] == [{"about": "John Smith", "reason": question.reason}]


def test_namesakes_who_were_graded_apart_miss_nothing(tmp_path):
    """Where a namesake's second chapter may stand under another number, is it no chapter that was not handed in?"""
    people = [Person(f"John Smith ({n})", str(n), "John Smith", "moodle") for n in (1, 2, 3, 4)]
    results = [
        done(person.learner, 3, chapter)
        for person, chapter in zip(people, (CHAPTER, CHAPTER, OTHER, OTHER), strict=True)
    ]
    question = Unreadable("John Smith", "Two are called John Smith.", question=True)
    page = write(tmp_path, [done("Ann", 0), *results], [question], [Person("Ann", name="Ann"), *people])
    assert "chapters not handed in 1" in page.text and "All that was set 6 5 1" in page.text
    assert not [row for row in rows(tmp_path) if row["status"] == "not handed in" and row["learner"] != "Ann"]
