"""The gradebook on disk: what is written stays, whatever happens to the process, and the secret stays secret."""

from __future__ import annotations

import json
import stat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookutils.core.errors import BookError
from bookutils.grading.gradebook import open_gradebook
from bookutils.grading.model import NOT_GRADED, Grade, Result


def graded(learner, points=1, message=""):
    grade = Grade(
        learner, "01-x", "e", "passed", points, 1, message, parts=(("a part", True, 1, 1),), flags=("claimed",)
    )
    return Result(learner, "01-x", f"{learner}/01-x.ipynb", grades=(grade,))


def test_a_result_comes_back_as_it_was(tmp_path):
    """Is what was added read again by the next one who opens it, in the order that is asked for?"""
    results = [graded("b", message="\ud800 ≤ \x00"), graded("a"), Result("c", "01-x", "c", NOT_GRADED, reason="why")]
    with open_gradebook(tmp_path) as gradebook:
        for result in results:
            gradebook.add("digest", result)
        seed = gradebook.seed
    with open_gradebook(tmp_path) as gradebook:
        keys = [("a", "01-x"), ("b", "01-x"), ("nobody", "01-x"), ("c", "01-x")]
        assert list(gradebook.results(keys)) == [results[1], results[0], results[2]]
        assert gradebook.seed == seed and gradebook.digest(("a", "01-x")) == "digest"
        assert gradebook.digest(("nobody", "01-x")) is None


def test_only_the_owner_can_read_it(tmp_path):
    """Are folder, secret and results closed to others, also after the file was written anew?"""
    with open_gradebook(tmp_path) as gradebook:
        for points in range(5):
            gradebook.add("d", graded("a", points))
    folder = tmp_path / "gradebook"
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.iterdir())}
    assert modes == {"gradebook": 0o700, "secret": 0o600, "results.jsonl": 0o600}
    assert len((folder / "results.jsonl").read_text().splitlines()) == 1


@given(cut=st.integers(0, 2000), junk=st.binary(max_size=30))
def test_a_line_that_was_cut_off_does_not_count(tmp_path_factory, cut, junk):
    """Wherever a killed process stopped writing, are the results before it kept, and new ones readable after it?"""
    out = tmp_path_factory.mktemp("out")
    with open_gradebook(out) as gradebook:
        for name in "abc":
            gradebook.add("d", graded(name))
    path = out / "gradebook" / "results.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole[:cut] + junk)
    lines = whole.splitlines(keepends=True)
    kept = [name for n, name in enumerate("abc") if sum(map(len, lines[: n + 1])) <= cut]
    with open_gradebook(out) as gradebook:
        gradebook.add("d", graded("z"))
    with open_gradebook(out) as gradebook:
        found = [result.learner for result in gradebook.results([(name, "01-x") for name in "abcz"])]
    assert found == [*kept, "z"] or (found == [*kept, "abc"[len(kept)], "z"] and len(kept) < 3)


def test_two_at_once_are_told(tmp_path):
    """Does a second process that grades into the same folder get a sentence?"""
    with open_gradebook(tmp_path), pytest.raises(BookError, match="Another process"), open_gradebook(tmp_path):
        pass


def test_a_damaged_secret_is_told_and_not_replaced(tmp_path):
    """Is a secret that cannot be read left alone, since all points depend on it?"""
    with open_gradebook(tmp_path):
        pass
    secret = tmp_path / "gradebook" / "secret"
    secret.write_text("what?")
    with pytest.raises(BookError, match="damaged"), open_gradebook(tmp_path):
        pass
    assert secret.read_text() == "what?"


def test_a_hostile_line_is_passed_over(tmp_path):
    """Are lines of another form no results, and no error?"""
    path = tmp_path / "gradebook" / "results.jsonl"
    path.parent.mkdir()
    lines = ["[]", "{}", '{"digest": 1, "result": {}}', json.dumps({"digest": "d", "result": {"grades": 3}}), "null"]
    path.write_text("\n".join(lines) + "\n")
    with open_gradebook(tmp_path) as gradebook:
        gradebook.add("d", graded("a"))
        assert [result.learner for result in gradebook.results([("a", "01-x")])] == ["a"]


def test_what_a_killed_run_left_half_written_is_removed(tmp_path):
    """Are hidden parts of reports gone when the next run begins, and nothing else?"""
    (tmp_path / "learners").mkdir()
    left = [tmp_path / ".index.html.x1.part", tmp_path / "learners" / ".anna.html.x2.part"]
    kept = [tmp_path / "index.html", tmp_path / "learners" / ".notes.txt"]
    for path in (*left, *kept):
        path.write_text("x")
    with open_gradebook(tmp_path):
        assert not any(path.exists() for path in left) and all(path.exists() for path in kept)
