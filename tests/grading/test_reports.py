"""Reports: is every number where it belongs, and does nothing that a learner wrote come to life?"""

from __future__ import annotations

import csv
import io
import json
import re
import string
import tracemalloc
import unicodedata
from html.parser import HTMLParser
from itertools import pairwise
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bookutils.core.errors import BookError
from bookutils.grading.model import Grade, Result, Unreadable
from bookutils.grading.reports.names import FileNames
from bookutils.grading.reports.pages import learner_page
from bookutils.grading.reports.summary import ClassNumbers
from bookutils.grading.reports.tables import COLUMNS, CsvReport, JsonReport
from bookutils.grading.reports.text import spreadsheet_text, visible, visible_code
from bookutils.grading.reports.wording import for_instructor, without_ticks
from bookutils.grading.reports.writing import write_reports
from bookutils.judging.model import Exercise, Mistake, Option, Part, case, choice

CHAPTER = "01-activations"


def double(x):
    return 2 * x


DOUBLE = Exercise(
    id="double", answer="double", asks="Twice `x`.", reference=double,
    parts=(Part("numbers", 1, lambda rng: [case(1)]), Part("edges", 2, lambda rng: [case(0)])),
    mistakes=(Mistake("once", lambda x: x, "You return `x` itself.", "How often?", "Multiply."),),
)  # fmt: skip
LINE = choice(
    "line", "Which line?", {"a": Option("the first line", "No."), "b": Option("the other", "Yes.", right=True)}
)
EXERCISES = {"00-start-here": (), CHAPTER: (DOUBLE, LINE)}

HOSTILE = [
    "</pre><script>alert(1)</script>", "<img src=x onerror=alert(1)>", '"><a href="https://evil.example">x</a>',
    "{{ 7*7 }}", "{% for x in y %}", "a\ud800b", "nul\0", "\u202etxt.exe", "`<b>`", "]]>", "<!--", "&lt;b&gt;", "\r\n",
    "=cmd|' /C calc'!A0", "javascript:alert(1)", "' style='x", "\u2028", "\x1b[31m", "<svg/onload=alert(1)>",
]  # fmt: skip
hostile = st.lists(
    st.one_of(st.sampled_from(HOSTILE), st.text(st.characters(codec=None), max_size=20)), min_size=1, max_size=4
).map("".join)


def grade(learner="Ann", exercise="double", status="not yet", points=0, max_points=3, **more):
    more.setdefault("parts", (("numbers", False, 0, 1), ("edges", False, 0, 2)))
    more.setdefault("feedback", more.get("message", ""))
    return Grade(learner, CHAPTER, exercise, status, points, max_points, **more)


def result(learner="Ann", *grades, chapter=CHAPTER, file="f.ipynb"):
    return Result(learner, chapter, file, grades=grades or (grade(learner),))


def write(out, results=(), unreadable=(), **more):
    write_reports(out, lambda: iter(results), unreadable, EXERCISES, **more)
    return out


def rows_of(out):
    with (out / "results.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


VOID = {"meta", "img", "br", "link"}  # tags that have no end


class Page(HTMLParser):
    """What a browser would make of a page: its tags with their attributes, and its text."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.tags, self.open, self.codes, self.words, self.styles = [], [], [], [], []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
        if tag == "pre":
            self.codes.append("")

    def handle_endtag(self, tag):
        assert self.open and self.open[-1] == tag, f"</{tag}> where {self.open} are open"
        self.open.pop()

    def handle_data(self, data):
        if "style" in self.open:
            return
        if "pre" in self.open:
            self.codes[-1] += data
        self.words.append(data)

    @property
    def text(self):
        return " ".join(" ".join(self.words).split())


def page_of(out, name):
    return Page((out / name).read_text(encoding="utf-8"))


def assert_dead(page, like):
    """The page has the tags of a harmless one, and nothing in it that runs, loads or leads away."""
    assert not page.open
    assert [tag for tag, _ in page.tags] == [tag for tag, _ in like.tags] if like else True
    assert not {"script", "iframe", "object", "embed", "form", "link", "base", "img"} & {tag for tag, _ in page.tags}
    for tag, attributes in page.tags:
        assert not [name for name in attributes if name.startswith("on")], (tag, attributes)
        assert set(attributes) <= {
            "class", "id", "lang", "charset", "name", "content", "http-equiv", "scope", "href", "width", "y", "viewbox",
            "height", "role", "tabindex", "title", "open", "aria-label", "aria-labelledby", "aria-hidden", "style",
            "preserveaspectratio", "data-label",
        }  # fmt: skip
        if "href" in attributes:
            assert re.fullmatch(
                r"(learners/[^:/]+\.html|\.\./index\.html)?(#[\w-]+)?|results\.(csv|json)", attributes["href"]
            )
        if "style" in attributes:
            assert re.fullmatch(r"counter-reset: line \d+|height: calc\(7rem \* [\d.]+ / 100\)", attributes["style"])


# Tables


def test_the_csv_has_a_row_for_each_exercise(tmp_path):
    """Is the header the promised one, and does each learner, chapter and exercise have a row, in order?"""
    right = grade("Bo", "line", "passed", 0, 0)
    out = write(tmp_path, [result("Ann", grade("Ann", message="You, “Ann”,\nsay")), result("Bo", grade("Bo"), right)])
    text = (out / "results.csv").read_bytes().decode()
    assert text.startswith("\ufefflearner,chapter,exercise,status,points,max_points,message\n")
    assert text.count("\n") == 4 and "\r" not in text
    assert [(row["learner"], row["exercise"], row["status"], row["points"]) for row in rows_of(out)] == [
        ("Ann", "double", "not yet", "0"), ("Bo", "double", "not yet", "0"), ("Bo", "line", "passed", "0"),
    ]  # fmt: skip
    assert rows_of(out)[0]["message"] == "They, “Ann”,⏎say"


def test_what_has_no_verdict_is_a_line_and_never_a_zero(tmp_path):
    """Do unreadable files, failures of the grader and strangers have a row with their reason and without points?"""
    undecided = grade("Cem", status="not graded", message="The judge failed.")
    out = write(
        tmp_path,
        [
            Result("Ann", CHAPTER, "a.ipynb", "unreadable", (), "No notebook."),
            Result("Bo", CHAPTER, "b.ipynb", "not graded", (), "The sandbox failed."),
            result("Cem", undecided),
        ],
        [
            Unreadable("x.zip", "Damaged."),
            Unreadable("Dan/01.ipynb", "Encrypted.", "Dan", CHAPTER),
            Unreadable("Eve/99.ipynb", "No such chapter.", "Eve"),
        ],
    )
    assert [tuple(row.values()) for row in rows_of(out)] == [
        ("Ann", CHAPTER, "", "unreadable", "", "", "No notebook."),
        ("Bo", CHAPTER, "", "not graded", "", "", "The sandbox failed."),
        ("Cem", CHAPTER, "double", "not graded", "", "3", "The judge failed."),
        ("", "", "", "unreadable", "", "", "x.zip: Damaged."),
        ("Dan", CHAPTER, "", "unreadable", "", "", "Encrypted."),
        ("Eve", "", "", "unreadable", "", "", "Eve/99.ipynb: No such chapter."),
    ]
    told = json.loads((out / "results.json").read_text(encoding="utf-8"))
    assert [(one["status"], one["points"]) for one in told["submissions"]] == [
        ("unreadable", None), ("not graded", None), ("graded", 0),
    ]  # fmt: skip
    assert told["submissions"][2]["exercises"][0]["points"] is None and told["submissions"][2]["max_points"] == 0
    assert [item["file"] for item in told["unreadable"]] == ["x.zip", "Dan/01.ipynb", "Eve/99.ipynb"]
    for name in ("Ann", "Bo", "Cem", "Dan", "Eve"):
        assert "not a zero" in page_of(out, f"learners/{name}.html").text
    index = page_of(out, "index.html").text
    for reason in ("No notebook.", "The sandbox failed.", "The judge failed.", "Damaged.", "Encrypted.", "No such"):
        assert reason in index


def test_a_file_beside_the_one_that_counts_is_a_note(tmp_path):
    """Does a second file of a learner for a chapter cost nothing: no row, no stain, one note for both readers?"""
    copy = Unreadable("Ann/01 (1).ipynb", "Another one counts.", "Ann", CHAPTER, superseded=True)
    script = Unreadable("Ann/01.py", "It is no notebook.", "Ann", CHAPTER)
    out = write(tmp_path, [result("Ann")], [copy, script])
    assert len(rows_of(out)) == 1
    noted = json.loads((out / "results.json").read_text(encoding="utf-8"))["unreadable"]
    assert [item["superseded"] for item in noted] == [True, True]
    assert "Another one counts." in page_of(out, "index.html").text
    page = page_of(out, "learners/Ann.html").text
    assert "Another one counts." in page and "not a zero" not in page


def test_the_json_holds_everything_of_a_grade(tmp_path):
    """Are status, points, message, mistake, parts and flags of each exercise in results.json, and no code?"""
    told = grade(message="Half.", mistake="once", flags=("differs",), code="SECRET", points=1, status="partly",
                 parts=(("numbers", True, 1, 1), ("edges", False, 0, 2)))  # fmt: skip
    out = write(tmp_path, [result("Ann", told)])
    text = (out / "results.json").read_text(encoding="utf-8")
    read = json.loads(text)
    assert read["submissions"] == [
        {
            "learner": "Ann", "id": "", "chapter": CHAPTER, "file": "f.ipynb", "status": "graded", "reason": "",
            "points": 1, "max_points": 3,
            "exercises": [{
                "exercise": "double", "status": "partly", "points": 1, "max_points": 3, "message": "Half.",
                "mistake": "once", "flags": ["differs"],
                "parts": [{"name": "numbers", "passed": True, "points": 1, "max_points": 1},
                          {"name": "edges", "passed": False, "points": 0, "max_points": 2}],
            }],
        },
    ]  # fmt: skip
    assert [chapter["chapter"] for chapter in read["course"]["chapters"]] == list(EXERCISES)
    assert "SECRET" not in text


@settings(max_examples=40)
@given(hostile, hostile)
def test_tables_stay_whole_whatever_is_in_them(name, message):
    """Do JSON and CSV come back as they were written, with hostile names and messages?"""
    json_file, csv_file = io.BytesIO(), io.BytesIO()
    as_json, as_csv = JsonReport(json_file, EXERCISES), CsvReport(csv_file)
    for one in (
        result(name, grade(name, message=message)),
        Result("Zoë" + name, CHAPTER, name, "unreadable", (), name),
    ):
        as_json.add(one)
        as_csv.add(one)
    as_json.finish([Unreadable(name, message)], [])
    as_csv.add_file(Unreadable(name, message))
    read = json.loads(json_file.getvalue().decode("utf-8", "strict"))
    rows = list(csv.DictReader(io.StringIO(csv_file.getvalue().decode("utf-8-sig", "strict"), newline="")))
    no_half = {point: f"⟨U+{point:04X}⟩" for point in range(0xD800, 0xE000)}
    assert read["submissions"][0]["learner"] == name.translate(no_half)
    assert read["submissions"][0]["exercises"][0]["message"] == message.translate(no_half)
    assert len(rows) == 3 and tuple(rows[0]) == COLUMNS
    assert rows[0]["learner"] == spreadsheet_text(name)
    assert rows[0]["message"] == spreadsheet_text(without_ticks(for_instructor(message)))
    for row in rows:
        for cell in row.values():
            assert cell[:1] not in ("=", "+", "-", "@", "\t", "\r")
            assert all(unicodedata.category(letter) not in ("Cc", "Cs") for letter in cell)


SIGNS = [*HOSTILE, "=1+1", "@x", "+1", "-1+2", ";", "\t", "\n", "\r", ",", '"', "|", " ", "ab"]


@settings(max_examples=60)
@given(st.lists(st.sampled_from(SIGNS), max_size=9))
def test_no_text_makes_a_row_or_a_cell_of_its_own(pieces):
    """Whatever stands in a cell, does a reader of lines, or of another separator, see one line and no formula?"""
    text, file = "".join(pieces), io.BytesIO()
    table = CsvReport(file)
    table.add(result(text, grade(text, message=text)))
    lines = file.getvalue().decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    for delimiter in ";\t":
        for row in csv.reader(lines, delimiter=delimiter):
            assert len(row) == 1
    for cell in next(csv.reader(lines[1:])):
        for inside in re.split(r"[,|]", cell):
            assert (
                not re.match(
                    r"[=@]|[-+](?!\d+(\.\d+)?([\s,)]|$))",
                    inside.strip(" \"'"),
                )
                or "'" in inside
            )


# File names


names = st.one_of(
    st.text(st.characters(codec=None), max_size=80), hostile,
    st.sampled_from(["CON", "con.x", "lpt1 .y", "..", ".", " ", "", "a.", " a", "a/b", "a\\b", "é"]),
    st.sampled_from(["e\u0301", "A", "a"]),
    st.text("aAàÀß", min_size=1, max_size=3),
)  # fmt: skip


@settings(max_examples=200)
@given(st.lists(names, min_size=1, max_size=12, unique=True))
def test_file_names_are_allowed_everywhere_and_nobody_shares_one(learners):
    """Are file names safe on Linux, macOS and Windows, short, and different also where capitals count for nothing?"""
    given_out = FileNames(learners)
    files = [given_out.of(learner) for learner in learners]
    for file in files:
        stem = file.removesuffix(".html")
        assert stem and file.endswith(".html") and len(file.encode()) <= 100
        assert not set(file) & set('/\\:*?"<>|')
        assert not [letter for letter in file if unicodedata.category(letter)[0] in "CZ" and letter != " "]
        assert stem == stem.strip(" .")
        assert not re.match(r"(con|prn|aux|nul|com\d|lpt\d) *(\.|$)", stem, re.IGNORECASE)
        assert unicodedata.is_normalized("NFC", file)
    folded = {unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", file).casefold()) for file in files}
    assert len(folded) == len(learners)


@pytest.mark.parametrize("name", ["Zoë Müller", "李小明", "O'Brien-Łukasz, Jr", "anna.schmidt@uni", "Nguyễn Thị"])
def test_ordinary_names_stay_as_they_are(name):
    """Can an instructor find a page by its learner's name?"""
    assert FileNames([name, "somebody else"]).of(name) == f"{name}.html"


@given(st.lists(names, min_size=1, max_size=6, unique=True), names)
def test_a_changed_name_does_not_depend_on_who_else_is_there(learners, another):
    """Is the file name of a learner whose name had to be changed the same in every class?"""
    alone, together = FileNames(learners[:1]), FileNames([*learners, another])
    if alone.of(learners[0]) != learners[0] + ".html":
        assert together.of(learners[0]) == alone.of(learners[0])


def test_nobody_can_take_the_page_of_another():
    """Is a learner who calls herself like another's marked file name sent to a page of her own?"""
    marked = FileNames(["a/b"]).of("a/b").removesuffix(".html")
    both = FileNames(["a/b", marked])
    assert both.of("a/b") != both.of(marked)


# Pages


@settings(max_examples=60)
@given(hostile, hostile, hostile, hostile)
def test_nothing_of_a_learner_comes_to_life(name, code, message, file):
    """Does hostile text leave a page with the very tags that harmless text gives, and the code as its text?"""

    def make(name, code, message, file):
        items = [Unreadable(file, message, name)]
        theirs = result(name, grade(name, message=message, code=code), file=file)
        return Page(learner_page(name, [theirs], items, EXERCISES).decode("utf-8", "strict"))

    page = make(name, "x" + code, message, file)
    # Lines of code and backticks make elements of ours; give the harmless page as many.
    shown = visible_code("x" + code).rstrip("\n")
    ticks = re.sub(r"[^`]", "x", visible(message))
    harmless = make("Ann", re.sub(r"[^\n]", "x", shown), ticks, "f.ipynb")
    assert_dead(page, harmless if len(page.codes) == 1 else None)  # a docstring is folded away
    assert "\n".join(page.codes) == shown
    assert "\u202e" not in page.text and "\0" not in page.text


@settings(max_examples=10)
@given(hostile, hostile)
def test_the_class_page_is_dead_as_well(tmp_path_factory, name, reason):
    """Do hostile names and reasons leave the instructor's page without markup of theirs, its links leading to pages?"""
    out = write(
        tmp_path_factory.mktemp("out"),
        [
            Result(name, CHAPTER, name, "unreadable", (), reason),
            result(name + "z", grade(name + "z", flags=("claimed",))),
        ],
        [Unreadable(name, reason), Unreadable(name, reason, name + "!", None)],
    )
    page = page_of(out, "index.html")
    assert_dead(page, None)
    written = {path.name for path in (out / "learners").iterdir()}
    led_to = {
        unquote(a["href"][9:].partition("#")[0]) for _, a in page.tags if a.get("href", "").startswith("learners/")
    }
    assert led_to == written and len(written) == 3


def test_the_browser_is_told_to_run_nothing(tmp_path):
    """Does every page carry a policy that allows no script and no address outside, before anything of a learner?"""
    out = write(tmp_path, [result("<Ann>")])
    for path in [out / "index.html", *(out / "learners").iterdir()]:
        html = path.read_text(encoding="utf-8")
        (policy,) = [a["content"] for _, a in Page(html).tags if a.get("http-equiv") == "Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'")
        assert html.index("Content-Security-Policy") < html.index("<title>")
        assert "http:" not in html and "https:" not in html


def test_code_reads_as_it_runs():
    """Are characters that turn the reading direction, or are not seen at all, spelled out?"""
    code = 'if access != "user\u202e \u2066# admin\u2069 \u2066":\n\tx\u200b\u00a0= 1\ufe0f'
    (shown,) = Page(learner_page("Ann", [result("Ann", grade(code=code))], (), EXERCISES).decode()).codes
    assert shown == 'if access != "user⟨U+202E⟩ ⟨U+2066⟩# admin⟨U+2069⟩ ⟨U+2066⟩":\n\tx⟨U+200B⟩⟨U+00A0⟩= 1⟨U+FE0F⟩'


def test_a_learner_reads_points_parts_and_sentence_and_no_suspicion():
    """Does the page hold what the learner needs, say what is optional, and keep the instructor's flags to itself?"""
    told = grade(status="partly", points=1, message="You return `x` itself.", code="def double(x):\n    return x",
                 flags=("claimed",), parts=(("numbers", True, 1, 1), ("edges", False, 0, 2)))  # fmt: skip
    idle = grade(exercise="line", status="not started", max_points=0, parts=(),
                 message="Nothing to check yet: fill in the variable `line` in the cell above and run it.")  # fmt: skip
    page = Page(learner_page("Ann", [result("Ann", told, idle)], (), EXERCISES).decode())
    for words in ("1 of 3 points", "◐ partly right", "You return x itself.", "numbers", "0 of 2", "Twice x .",
                  "Not started: 1", "line (optional): Which line?", "No answer of yours was found to:"):  # fmt: skip
        assert words in page.text.replace("  ", " "), words
    assert "cell above" not in page.text and "claimed" not in page.text and "pass that is none" not in page.text
    assert ("code", {}) in page.tags
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h\d", tag)]
    assert levels[0] == 1 and all(after <= before + 1 for before, after in pairwise(levels))
    assert all("scope" in attributes for tag, attributes in page.tags if tag == "th")


def test_a_cell_without_end_is_cut():
    """Does a cell of a million characters leave a page that opens, and say how much is missing?"""
    page = learner_page("Ann", [result("Ann", grade(code="x" * 10**6, message="y" * 10**6))], (), EXERCISES)
    assert len(page) < 100_000 and "980000 more characters" in page.decode()


# The class


def test_mistakes_are_counted_for_those_who_started(tmp_path):
    """Is each mistake told in words with its count, the base being those who started the exercise?"""
    results = [
        result("A", grade(mistake="once"), grade(exercise="line", max_points=0, mistake="a", parts=())),
        result("B", grade(mistake="once"), grade(exercise="line", max_points=0, status="passed", parts=())),
        result("C", grade(status="error"), grade(exercise="line", max_points=0, status="not started", parts=())),
        result("D", grade(status="passed", points=3)),
        result("E", grade(status="not started")),
        result("F", grade(status="not graded", mistake="once")),
        result("G", grade()),
    ]
    numbers = ClassNumbers(EXERCISES)
    for one in results:
        numbers.add(one)
    of_double = numbers.chapters[CHAPTER].exercises["double"]
    assert (of_double.judged, of_double.started, of_double.passed) == (6, 5, 1)
    assert [(group.says, group.named, group.learners) for group in of_double.ranked()] == [
        ("They return `x` itself.", True, ["A", "B"]),
        ("No known mistake. Every part is wrong.", False, ["G"]),
        ("Stops with an error.", False, ["C"]),
    ]  # fmt: skip
    assert of_double.idle == ["E"] and (of_double.points, of_double.max_points) == (3, 18)
    page = page_of(write(tmp_path, results), "index.html")
    assert "1 of 5 who started have it right. 2 of 5 made the most frequent mistake." in page.text
    for words in (
        "They return x itself. 2 of 5 A B",
        "Stops with an error. 1 of 5 C",
        "Chosen: the first line 1 of 2 A",
    ):
        assert words in page.text, words


def test_the_distribution_counts_shares():
    """Does each graded submission stand in the bin of its share, and one without points to be had in none?"""
    numbers = ClassNumbers(EXERCISES)
    for learner, points in (("A", 0), ("B", 1), ("C", 2), ("D", 3), ("E", 3)):
        numbers.add(result(learner, grade(learner, points=points)))
    numbers.add(result("F", grade("F", "line", max_points=0)))
    assert numbers.chapters[CHAPTER].bins == [1, 0, 0, 1, 0, 0, 1, 0, 0, 0, 2]
    assert numbers.chapters[CHAPTER].graded == 6


def test_flags_stand_first_and_lead_to_the_place(tmp_path):
    """Is each flag explained, before all statistics, and is there a link to the very answer?"""
    out = write(tmp_path, [result("Zoë M", grade("Zoë M", flags=("differs", "delegation", "claimed")))])
    page = page_of(out, "index.html")
    assert page.text.index("Answers to look at: 3") < page.text.index("How the points are spread")
    for words in ("passes check , fails here", "shows a pass that is none", "calls the course's own function"):
        assert words in page.text
    assert ("a", {"href": f"learners/Zo%C3%AB%20M.html#{CHAPTER}--double"}) in page.tags
    assert ("h3", {"id": f"{CHAPTER}--double"}) in page_of(out, "learners/Zoë M.html").tags


@pytest.mark.parametrize("learners", [0, 1, 200])
def test_every_size_of_class_has_a_page(tmp_path, learners):
    """Does a class of none, of one and of many give a whole page, long lists being folded?"""
    results = [result(f"L{n:03}", grade(f"L{n:03}", flags=("claimed",))) for n in range(learners)]
    page = page_of(write(tmp_path, results), "index.html")
    assert_dead(page, None)
    folded = [attributes for tag, attributes in page.tags if tag == "details"]
    assert sum("open" in attributes for attributes in folded) == {0: 0, 1: 2, 200: 0}[learners]
    assert ("Nothing was handed in." in page.text) == (learners == 0)
    assert len(rows_of(tmp_path)) == learners


# Writing


def test_writing_again_gives_the_same_bytes(tmp_path):
    """Do two runs, one of them over an older one, leave the same files with the same bytes?"""
    results = [result(name, grade(name, mistake="once")) for name in ("Ann", "Bo", "ann")]
    unreadable = [Unreadable("x", "y")]
    one = write(tmp_path / "one", results, unreadable)
    write(tmp_path / "two", [result("Old"), result("Ann")])
    other = write(tmp_path / "two", results, unreadable)
    read = [{str(p.relative_to(out)): p.read_bytes() for p in out.rglob("*") if p.is_file()} for out in (one, other)]
    assert read[0] == read[1] and len(read[0]) == 6


def test_pages_of_those_who_are_gone_are_removed_and_nothing_else(tmp_path):
    """Does a second run remove a stale page, and leave alone what others put into the folder?"""
    out = write(tmp_path, [result("Ann"), result("Bo")])
    mine = out / "learners" / "mine.html"
    mine.write_text("<p>my notes</p>", encoding="utf-8")
    (out / "learners" / "link.html").symlink_to(out / "index.html")
    write(out, [result("Ann")])
    assert sorted(path.name for path in (out / "learners").iterdir()) == ["Ann.html", "link.html", "mine.html"]
    assert (out / "index.html").exists()


def test_a_page_that_turned_into_a_marked_one_leaves_no_old_twin(tmp_path):
    """When a second learner differs in nothing but capitals, are there two marked pages and no third?"""
    out = write(tmp_path, [result("ann")])
    write(out, [result("Ann"), result("ann")])
    files = sorted(path.name for path in (out / "learners").iterdir())
    assert len(files) == 2 and all(re.fullmatch(r"[Aa]nn-[a-z2-7]{12}\.html", file) for file in files)


def test_a_failure_leaves_the_old_tables(tmp_path):
    """When the results break off half-way, do results.json and results.csv stay those of the run before?"""
    out = write(tmp_path, [result("Ann")])
    before = (out / "results.csv").read_bytes(), (out / "results.json").read_bytes()

    def broken():
        yield result("Bo")
        raise BookError("gone", "try again")

    with pytest.raises(BookError):
        write_reports(out, broken, [], EXERCISES)
    assert ((out / "results.csv").read_bytes(), (out / "results.json").read_bytes()) == before
    assert not list(out.glob(".*"))


def test_memory_does_not_grow_with_submissions(tmp_path):
    """Do ten times as many submissions, 50 kB of code in each, need hardly more memory?"""
    code = string.ascii_letters * 1000

    def peak(count):
        def results():
            for n in range(count):
                yield result(f"{n:05}", grade(f"{n:05}", code=f"{n}{code}", mistake="once"))

        tracemalloc.start()
        write_reports(tmp_path / str(count), results, [], EXERCISES)
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    peak(2)  # what is loaded once
    few, many = peak(10), peak(100)
    assert many < few + 2_000_000, (few, many)  # all of them held at once would be 4.7 MB more
