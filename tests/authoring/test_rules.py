"""The rules of a chapter: is each broken one named, with its line and what to do?"""

from pathlib import Path

import pytest

from bookutils.authoring.ids import id_problems, missing_chapters
from bookutils.authoring.prose import pictures
from bookutils.authoring.rules import chapter_problems
from bookutils.authoring.source import read_chapter


def cell(body: str, *options: str) -> str:
    return "```{code-cell} ipython3\n" + "".join(f":{option}\n" for option in options) + f"\n{body}\n```\n"


EXERCISE = ("tags: [exercise]", "exercise: double")
SOLVED = "### BEGIN SOLUTION\n{}\n### END SOLUTION"


def test_a_whole_chapter_breaks_no_rule(course, catalogue):
    """Is the chapter that the other tests start from in order?"""
    chapter = read_chapter(course.chapters_dir / "01-small.md")
    assert chapter_problems(chapter) == [] == list(id_problems([chapter], catalogue))


@pytest.mark.parametrize(
    ("body", "line", "says"),
    [
        (cell("x = 1", "tags: [demo]"), 4, "unknown tag, `demo`"),
        (cell("x = 1", "tags: [NBVAL-SKIP]"), 4, "unknown tag, `NBVAL-SKIP`"),
        (cell("x = 1", "tag: [setup]"), 4, "unknown option, `tag`"),
        (cell("x = 1", "tags: [setup, answer-to-prediction]"), 4, "two roles"),
        (cell(SOLVED.format("x = 1"), "tags: [exercise]"), 4, "one half"),
        (cell("x = 1", "exercise: double"), 4, "one half"),
        (cell(SOLVED.format("x = 1"), "tags: [exercise]", "exercise: on"), 4, "one half"),
        (cell("x = 1", *EXERCISE), 4, "has no solution"),
        (cell("x = 1\ny = = 2"), 7, "no Python"),
        (cell("def f():\n    ### BEGIN SOLUTION\n    retrun 1\n    ### END SOLUTION", *EXERCISE), 10, "no Python"),
        (cell("x = 1\ncheck('double')"), 7, "shares its cell"),
        (cell("check(name)"), 6, "without a written-out id"),
        (cell("y = 2\nrecall('up')"), 7, "outside an answer"),
        (cell("check('double')", "tags: [setup]"), 7, "in a cell tagged setup"),
        (
            cell("x = 1") + cell(SOLVED.format("y = 1\nz = x + y"), *EXERCISE),
            14,
            "uses `x`, which no setup cell brings",
        ),
    ],
)
def test_a_broken_rule_is_named_with_its_line(write, body, line, says):
    """Does the problem stand at the line that has to change?"""
    problems = chapter_problems(write(body))
    assert any(problem.line == line and says in problem.what for problem in problems), problems


@pytest.mark.parametrize(
    "body",
    [
        cell("relu = check('double').function"),
        cell("recall('up')\n1 + 1", "tags: [answer-to-prediction]"),
        cell("progress()"),
        cell("%time 1 + 1", "tags: [nbval-ignore-output]"),
        cell("1 /", "tags: [raises-exception]"),
        cell("import math", "tags: [setup]") + cell(SOLVED.format("def f(x):\n    return math.exp(len(x))"), *EXERCISE),
        cell(SOLVED.format("def f(n):\n    return f(n - 1) if n else [i for i in range(n)]"), *EXERCISE),
    ],
)
def test_what_the_design_allows_is_accepted(write, body):
    """Is nothing refused that an author needs?"""
    assert chapter_problems(write(body)) == []


@pytest.mark.parametrize(
    ("front", "says"),
    [
        ("trains: true", "no title"),
        ("title: T\nlevel: 3", "unknown key, `level`"),
        ("title: T\nneeds: [torch]", "`needs`"),
    ],
)
def test_the_front_matter_is_held_to_what_it_means(write, front, says):
    """Is a key that does nothing refused, so that nobody relies on it?"""
    assert [says in problem.what for problem in chapter_problems(write("Text.\n", front=front))] == [True]


@pytest.mark.parametrize(
    ("body", "line", "says"),
    [
        ("Text\nand ![](images/a.png)\n", 5, "no alt text"),
        ("\n<img src='images/a.png' width='3'>\n", 5, "no alt text"),
        ("Text <img src='images/a.png' alt=' '> text\n", 4, "no alt text"),
        ("![A curve.](images/none.png)\n", 4, "no picture images/none.png"),
        ("Text\n\n```{note}\nRead this.\n```\n", 6, "`{note}` is a directive"),
        ("- ```{code-cell} ipython3\n  x = 1\n  ```\n", 4, "inside a list"),
        (":::{note}\nRead.\n:::\n", 4, "`:::`"),
        ("See {ref}`there`.\n", 4, "`{ref}` is a role"),
        ("Text\n\n(here)=\n\n## There\n", 6, "`(here)=` is a target"),
    ],
)
def test_text_that_needs_myst_or_eyes_is_named(write, body, line, says, tmp_path):
    """Is what GitHub, Colab or a screen reader could not show refused where it stands?"""
    (tmp_path / "chapters" / "images").mkdir(parents=True)
    (tmp_path / "chapters" / "images" / "a.png").write_bytes(b"png")
    problems = chapter_problems(write(body))
    assert any(problem.line == line and says in problem.what for problem in problems), problems


def test_formulae_and_listings_are_not_taken_for_myst(write):
    """May a formula or a listing hold what looks like a picture or a directive?"""
    body = "$a_{i}$ and $![](b)$, `![](x)`:\n\n```\n:::{note}\n![](x.png)\n```\n\n$$\n:::\n$$\n"
    assert chapter_problems(write(body)) == []


def test_a_picture_with_words_and_a_file_is_accepted(write, tmp_path):
    """Does a picture in the chapter's folder pass, and does the build know that it belongs to the chapter?"""
    (tmp_path / "chapters" / "images").mkdir(parents=True)
    (tmp_path / "chapters" / "images" / "a.png").write_bytes(b"png")
    chapter = write("![A curve.](images/a.png) ![Another.](data:image/png;base64,AA==)\n")
    assert chapter_problems(chapter) == []
    assert pictures(chapter) == [Path("images/a.png")]


def ids(chapters, catalogue):
    return [str(problem).split("chapters/")[-1] for problem in id_problems(chapters, catalogue)]


def test_an_exercise_that_no_module_describes_is_refused(write, catalogue):
    """Is a name that only the chapter knows found?"""
    chapter = write(cell(SOLVED.format("x = 1"), "tags: [exercise]", "exercise: treble"))
    assert "01-small.md:4: No module describes the exercise `treble`." in ids([chapter], catalogue)[0]


def test_an_exercise_without_a_cell_or_a_check_is_refused(write, catalogue):
    """Is a described exercise that no learner can meet found?"""
    assert "`double` is described and has no cell" in ids([write("Text.\n")], catalogue)[0]
    chapter = write(cell(SOLVED.format("x = 1"), *EXERCISE))
    assert "`double` is never checked" in ids([chapter], catalogue)[0]


def test_an_exercise_in_another_chapter_is_refused(write, catalogue):
    """Does an exercise live where its module says?"""
    body = cell(SOLVED.format("x = 1"), *EXERCISE) + cell("check('double')")
    assert "02-other.md:4: The exercise `double` belongs to 01-small." in ids([write(body, "02-other")], catalogue)[0]


def test_an_id_is_used_once_in_the_course(write, catalogue):
    """Is the second cell named, with the place of the first?"""
    body = cell(SOLVED.format("x = 1"), *EXERCISE) + cell("check('double')")
    found = ids([write(body), write(body, "02-other")], catalogue)
    assert found == [
        "02-other.md:4: The exercise `double` has a cell already (01-small.md:4). An id is used once in the course."
    ]


def test_an_id_is_described_once_in_the_course(course, catalogue, authored):
    """Are exercises and predictions one set of names?"""
    catalogue["02-other"] = ((), (authored.prediction("double"),))
    chapter = read_chapter(course.chapters_dir / "01-small.md")
    assert ids([chapter], catalogue) == [
        "01-small.md:1: The id `double` is described twice (for 01-small and 02-other). Rename one of the two."
    ]


@pytest.mark.parametrize("call", ["check('doubel')", "hint('doubel')", "predict('up')", "check('doubel').function"])
def test_a_call_with_an_unknown_id_is_refused(write, call):
    """Is a slip of the pen in a cell's call found before a learner finds it?"""
    (found,) = ids([write(cell("\n" + call))], {})
    assert found.startswith("01-small.md:7:") and "has that id" in found


def test_predictions_are_asked_once_and_in_some_chapter(write, authored):
    """Is a prediction that is never asked, or asked twice, found?"""
    known = {"01-small": ((), (authored.prediction("up"),))}
    assert "`up` is described and never asked" in ids([write("Text.\n")], known)[0]
    assert "`up` is asked already" in ids([write(cell("predict('up')") + cell("predict('up')"))], known)[0]
    assert ids([write(cell("predict('up')"))], known) == []


def test_a_described_chapter_without_a_file_is_refused(write, catalogue):
    """Is a module whose chapter nobody wrote found?"""
    (problem,) = missing_chapters([write("Text.\n", "02-other")], catalogue, Path("chapters"))
    assert str(problem).startswith(f"{Path('chapters', '01-small.md')}:1:")
