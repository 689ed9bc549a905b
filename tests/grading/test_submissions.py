"""Finding what was handed in: by its place and its name, and never through a link or a trick of a zip."""

from __future__ import annotations

import stat
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookutils.core.errors import UsageError
from bookutils.grading.model import Submission, Unreadable
from bookutils.grading.submissions import read_bytes, survey

CHAPTERS = ("00-start-here", "01-activations", "11-bert")


def put(folder, *names):
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)


def zipped(path, members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, content in members.items():
            archive.writestr(member, content)
    return path


def sorted_out(path):
    found = survey(path, CHAPTERS).found
    good = [(item.learner, item.chapter) for item in found if isinstance(item, Submission)]
    return good, [item for item in found if isinstance(item, Unreadable)]


NAMES = [
    ("anna/01-activations.ipynb", "anna"),
    ("Zoë Müller/01-activations.ipynb", "Zoë Müller"),
    ("Zoe\u0308 Mu\u0308ller/01-activations.ipynb", "Zoë Müller"),
    ("王小明/01-activations.ipynb", "王小明"),
    ("anna__01-activations.ipynb", "anna"),
    ("class of 26/anna__01-activations.ipynb", "anna"),
    ("export/anna/01-activations.ipynb", "anna"),
    ("anna/01-Activations (1).ipynb", "anna"),
    ("anna/01-activations-Copy1.ipynb", "anna"),
    ("anna/01_activations.IPYNB", "anna"),
    ("Anna Berg_4711_assignsubmission_file_/01-activations.ipynb", "Anna Berg"),
]


@pytest.mark.parametrize(("name", "learner"), NAMES)
@pytest.mark.parametrize("form", ["folder", "zip"])
def test_a_name_says_whose_it_is(tmp_path, name, learner, form):
    """Are learner and chapter read off each usual name, in a folder as in a zip, and is the content the file's?"""
    if form == "folder":
        put(tmp_path / "in", name)
        found = survey(tmp_path / "in", CHAPTERS).found
    else:
        found = survey(zipped(tmp_path / "in.zip", {name: name}), CHAPTERS).found
    (item,) = found
    assert isinstance(item, Submission), item
    assert (item.learner, item.chapter) == (learner, "01-activations")
    assert read_bytes(item).decode() == name


def test_what_is_nobodys_submission_is_passed_over(tmp_path):
    """Are hidden files, a Mac's doubles, checkpoints and other kinds of files left alone?"""
    put(tmp_path, "anna/01-activations.ipynb", "anna/.ipynb_checkpoints/01-activations-checkpoint.ipynb",
        "__MACOSX/anna/._01-activations.ipynb", "anna/.DS_Store", "anna/notes.txt", "grades.csv")  # fmt: skip
    assert sorted_out(tmp_path) == ([("anna", "01-activations")], [])


def test_what_cannot_be_told_is_a_line_with_its_reason(tmp_path):
    """Are an unknown chapter and a file without an owner named, and the rest read?"""
    put(tmp_path, "anna/01-activations.ipynb", "anna/99-unknown.ipynb", "01-activations.ipynb")
    good, bad = sorted_out(tmp_path)
    assert good == [("anna", "01-activations")]
    assert sorted(item.reason.split(".")[0] for item in bad) == [
        "The course has no chapter '99-unknown'", "The name does not say whose it is",
    ]  # fmt: skip


def test_of_two_files_one_counts_and_the_other_is_told(tmp_path):
    """Does the file with the chapter's own name count, whichever was listed first?"""
    put(tmp_path, "anna/01-activations (1).ipynb", "anna/01-activations.ipynb")
    found = survey(tmp_path, CHAPTERS).found
    assert [type(item) for item in found] == [Submission, Unreadable]
    assert read_bytes(found[0]).decode() == "anna/01-activations.ipynb"
    assert "that one counts" in found[1].reason and found[1].learner == "anna"


def test_links_are_not_followed(tmp_path):
    """Is a link to another's work, to a folder or out of the submissions named and not read?"""
    put(tmp_path / "in", "anna/01-activations.ipynb")
    put(tmp_path, "secret.ipynb")
    (tmp_path / "in" / "eve").mkdir()
    (tmp_path / "in" / "eve" / "01-activations.ipynb").symlink_to(tmp_path / "in" / "anna" / "01-activations.ipynb")
    (tmp_path / "in" / "eve" / "11-bert.ipynb").symlink_to(tmp_path / "secret.ipynb")
    (tmp_path / "in" / "mallory").symlink_to(tmp_path / "in" / "anna")
    good, bad = sorted_out(tmp_path / "in")
    assert good == [("anna", "01-activations")]
    assert len(bad) == 3 and all("link" in item.reason for item in bad)


def test_a_zip_that_leads_out_is_not_followed(tmp_path):
    """Are absolute names, names with .., backslashes and drives, and links refused, each with its reason?"""
    link = zipfile.ZipInfo("eve/01-activations.ipynb")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    path = zipped(tmp_path / "in.zip", {"anna/01-activations.ipynb": "fine"})
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(link, "/etc/passwd")
        for name in ("/etc/x/01-activations.ipynb", "a/../../b/01-activations.ipynb", "C:/a/01-activations.ipynb"):
            archive.writestr(zipfile.ZipInfo(name), "x")
        archive.writestr("..\\b\\01-activations.ipynb", "x")
    good, bad = sorted_out(path)
    assert good == [("anna", "01-activations")]
    assert len(bad) == 5, bad
    assert sorted(p.name for p in tmp_path.iterdir()) == ["in.zip"], "something was unpacked"


def test_a_bomb_is_not_unpacked(tmp_path):
    """Is a member that unpacks to hundreds of times its size refused by what the directory says?"""
    path = zipped(
        tmp_path / "in.zip", {"eve/01-activations.ipynb": b"0" * 60_000_000, "anna/01-activations.ipynb": "x"}
    )
    good, (bad,) = sorted_out(path)
    assert good == [("anna", "01-activations")]
    assert "times its size" in bad.reason


def test_a_zip_that_lies_about_sizes_is_read_no_further_than_the_limit(tmp_path, monkeypatch):
    """Does reading stop at the limit, whatever the directory claims?"""
    monkeypatch.setattr("bookutils.grading.submissions.MAX_BYTES", 1000)
    item = Submission("eve", "01-activations", zipped(tmp_path / "in.zip", {"x.ipynb": b"0" * 5000}), "x.ipynb", 10)
    assert len(read_bytes(item)) <= 1001


def test_zips_inside_the_folder_are_looked_into(tmp_path):
    """Does a zip for each learner give their notebooks, named by the zip, and is a damaged one a line?"""
    zipped(tmp_path / "anna.zip", {"01-activations.ipynb": "x", "11-bert.ipynb": "y"})
    (tmp_path / "bert.zip").write_bytes(b"PK\x03\x04 broken")
    good, (bad,) = sorted_out(tmp_path)
    assert good == [("anna", "01-activations"), ("anna", "11-bert")]
    assert bad.name == "bert.zip" and "damaged" in bad.reason


def test_a_place_that_is_not_there_is_wrong_use(tmp_path):
    """Does a missing folder end with a sentence and the exit code for wrong use?"""
    with pytest.raises(UsageError) as caught:
        survey(tmp_path / "none", CHAPTERS)
    assert caught.value.exit_code == 2


@given(
    st.dictionaries(
        st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=20),
        st.binary(max_size=20),
        max_size=5,
    )
)
def test_zips_with_any_names_are_listed(tmp_path_factory, members):
    """Is each notebook in a zip of any names either a submission or a line, and nothing an exception?"""
    named = {f"{name}.ipynb": content for name, content in members.items()}
    found = survey(zipped(tmp_path_factory.mktemp("zip") / "in.zip", named), CHAPTERS).found
    for item in found:
        assert isinstance(item, Submission | Unreadable)


@given(st.binary(max_size=100), st.integers(0, 400))
def test_damaged_zips_are_lines(tmp_path_factory, noise, place):
    """Does a zip with some bytes overwritten give submissions, lines, or the sentence for wrong use?"""
    path = zipped(tmp_path_factory.mktemp("zip") / "in.zip", {f"{n}/01-activations.ipynb": "x" * 50 for n in "abc"})
    data = bytearray(path.read_bytes())
    data[place : place + len(noise)] = noise
    path.write_bytes(data)
    try:
        found = survey(path, CHAPTERS).found
    except UsageError:
        return
    assert all(isinstance(item, Submission | Unreadable) for item in found)
