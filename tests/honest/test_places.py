"""Folders and zips as people and learning platforms make them: whose a notebook is, and why something is none."""

from __future__ import annotations

import io
import json
import shutil
import zipfile
from pathlib import Path

import pytest

from bookutils.grading.model import Submission, Unreadable
from bookutils.grading.submissions import read_bytes, survey
from tests.classroom import CHAPTER, WRONG, fill, fresh, grade, hand_in
from tests.honest.cases import FULL, solved

CHAPTERS = ("00-start-here", CHAPTER, "11-bert")
FILE = f"{CHAPTER}.ipynb"
NAMES = [
    "Anna Müller", "Zoe\u0308 Mu\u0308ller", "Jean-Luc d'Arc", "王小明", "Иванова Ольга", "أحمد", "🙂 Smile",
    "O'Brien, Pat (2)", "-dash", "CON", "a.b.c", "x" * 200, "semi;colon", "100%", "[x]", "a&b <i>", '"quoted"',
    "tab\tbed", "trailing.", "=1+1",
]  # fmt: skip


def found_in(folder: Path) -> tuple[set[tuple[str, str]], list[Unreadable]]:
    found = survey(folder, CHAPTERS).found
    good = [(item.learner, item.chapter) for item in found if isinstance(item, Submission)]
    assert len(set(good)) == len(good)
    return set(good), [item for item in found if isinstance(item, Unreadable)]


def put(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name, encoding="utf-8")
    return folder


def zipped(path: Path, *names: str, folders: tuple[str, ...] = ()) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for folder in folders:
            archive.writestr(folder, "")
        for name in names:
            archive.writestr(zipfile.ZipInfo(name), name.encode("utf-8", "replace"))
    return path


PLACES = {
    "a folder each": (("anna/" + FILE, "bob/" + FILE), {"anna", "bob"}),
    "flat": ((f"Anna Müller__{FILE}", f"bob__{FILE}"), {"Anna Müller", "bob"}),
    "names with underscores": ((f"anna_b__{FILE}", f"a__b__{FILE}"), {"anna_b", "a__b"}),
    "a folder around all": (("class/anna/" + FILE, "class/bob/" + FILE), {"anna", "bob"}),
    "groups": (("A/anna/" + FILE, "B/bob/" + FILE, "B/carl/" + FILE), {"anna", "bob", "carl"}),
    "the course's own folder": (("anna/work/" + FILE, "bob/work/" + FILE), {"anna", "bob"}),
    "a folder within each": (("anna/hw/" + FILE, "bob/hw/" + FILE), {"anna", "bob"}),
    "a folder twice": (("anna/anna/" + FILE, "bob/" + FILE), {"anna", "bob"}),
    "an export": (
        ("Anna B_12_assignsubmission_file_/" + FILE, "Bo_3_assignsubmission_file_/x/" + FILE), {"Anna B", "Bo"},
    ),
    "an export without folders": (("Anna B_12_assignsubmission_file_" + FILE,), {"Anna B"}),
    "an export around": (("Course-1/Anna_12_assignsubmission_file_/" + FILE,), {"Anna"}),
    "another platform's": (
        ("bergann_12345_678_" + FILE, f"lee_LATE_1_2_{CHAPTER}-1.ipynb"), {"bergann", "lee"},
    ),
    "a browser's number": ((f"anna/{CHAPTER} (1).ipynb", f"bob/{CHAPTER}(2).ipynb"), {"anna", "bob"}),
    "copies": (
        (f"anna/Copy of {FILE}", f"bob/{CHAPTER}-Copy1.ipynb", f"c/{CHAPTER} - Copy.ipynb", f"d/Kopie von {FILE}"),
        {"anna", "bob", "c", "d"},
    ),
    "words behind": ((f"anna/{CHAPTER}_final.ipynb", f"bob/{CHAPTER} v2 (last).ipynb"), {"anna", "bob"}),
    "capitals": (
        ("anna/01-Activations.IPYNB", "bob/01_activations.ipynb", "c/01 activations.ipynb"), {"anna", "bob", "c"},
    ),
    "a browser's ending": ((f"anna/{FILE}.txt", f"bob/{FILE}.json"), {"anna", "bob"}),
    "what programs leave behind": (
        ("anna/" + FILE, "anna/.ipynb_checkpoints/01-activations-checkpoint.ipynb", "anna/.DS_Store",
         "__MACOSX/anna/._" + FILE, "anna/Thumbs.db", "anna/__pycache__/helper.pyc"), {"anna"},
    ),
    "attachments": (
        ("anna/" + FILE, "anna/images/plot.png", "anna/data/x.csv", "anna/notes.pdf", "anna/a.tar.gz"), {"anna"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PLACES)
@pytest.mark.parametrize("form", ["folder", "zip", "zip in a folder"])
def test_it_is_told_whose_a_notebook_is(tmp_path, name, form):
    """Are learners told by their places and names, in a folder as in a zip, and nothing else made of it?"""
    files, learners = PLACES[name]
    if form == "folder":
        put(tmp_path / "in", *files)
    elif form == "zip":
        zipped(tmp_path / "in", *files)
    else:
        zipped(tmp_path / "in" / "export.zip", *files)
    good, bad = found_in(tmp_path / "in")
    assert good == {(learner, CHAPTER) for learner in learners}
    assert bad == []


def test_a_zip_for_each_learner(tmp_path):
    """Do zips named by their learners, or in their folders, give their notebooks, whatever folders are inside?"""
    zipped(tmp_path / "anna.zip", FILE, "11-bert.ipynb")
    zipped(tmp_path / "bob.zip", "work/" + FILE)
    zipped(tmp_path / "carl.zip", "carl/" + FILE)
    zipped(tmp_path / "dora" / "submission.zip", FILE)
    zipped(tmp_path / "Eve_7_assignsubmission_file_" / "all my work.zip", "work/" + FILE)
    good, bad = found_in(tmp_path)
    assert good == {
        ("anna", CHAPTER), ("anna", "11-bert"), ("bob", CHAPTER), ("carl", CHAPTER), ("dora", CHAPTER),
        ("Eve", CHAPTER),
    }  # fmt: skip
    assert bad == []


def test_two_people_whose_folders_have_one_name_are_two(tmp_path):
    """Is nobody's work put aside because their folder is called like somebody else's?"""
    put(tmp_path, "anna/my things/" + FILE, "bob/my things/" + FILE, "bob/my things/11-bert.ipynb")
    put(tmp_path / "groups", "A/John/" + FILE, "A/Ann/" + FILE, "B/John/" + FILE, "B/Bo/" + FILE)
    assert found_in(tmp_path / "groups") == (
        {("A/John", CHAPTER), ("B/John", CHAPTER), ("Ann", CHAPTER), ("Bo", CHAPTER)}, [],
    )  # fmt: skip
    shutil.rmtree(tmp_path / "groups")
    good, bad = found_in(tmp_path)
    assert good == {("anna", CHAPTER), ("bob", CHAPTER), ("bob", "11-bert")}
    assert bad == []


def test_one_name_in_two_places_is_put_before_the_instructor(tmp_path):
    """Are a folder and another one of that name graded apart, with a line that says so, since nothing says more?"""
    put(tmp_path, "anna/" + FILE, "export/anna/" + FILE, "export/bob/" + FILE)
    good, (line,) = found_in(tmp_path)
    assert good == {("anna", CHAPTER), ("export/anna", CHAPTER), ("bob", CHAPTER)}
    assert not line.superseded and "anna, export/anna" in line.reason


def test_one_person_in_several_weeks_is_one(tmp_path):
    """Does somebody stay the same person from week to week, where each week has other chapters?"""
    put(tmp_path, "week 1/anna/" + FILE, "week 1/bob/" + FILE, "week 2/anna/11-bert.ipynb")
    assert found_in(tmp_path) == ({("anna", CHAPTER), ("bob", CHAPTER), ("anna", "11-bert")}, [])


def test_a_kept_older_version_is_only_a_note(tmp_path):
    """Does what `bookutils work` keeps of an older version stand beside the notebook that counts?"""
    put(tmp_path, "anna/" + FILE, f"anna/{CHAPTER} (before 2026-11-24).ipynb")
    good, (bad,) = found_in(tmp_path)
    assert good == {("anna", CHAPTER)} and bad.superseded and bad.learner == "anna"
    assert read_bytes(survey(tmp_path, CHAPTERS).found[0]).decode() == "anna/" + FILE


@pytest.mark.parametrize("encoding", ["utf-8", "cp437", "flagged"])
def test_names_in_a_zip_have_their_accents(tmp_path, encoding):
    """Are names right that a zip holds as UTF-8 without saying so, in the old code page, or as UTF-8?"""
    path = tmp_path / "in.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("Zo\u00eb Müller/" + FILE, "x")
    if encoding != "flagged":
        data = path.read_bytes().replace("Zoë Müller".encode(), "Zoë Müller".encode(encoding))
        if encoding == "utf-8":
            data = without_flag(data)
        else:
            path = old_zip(tmp_path, "Zoë Müller/" + FILE)
            data = path.read_bytes()
        path.write_bytes(data)
    good, bad = found_in(path)
    assert (good, bad) == ({("Zoë Müller", CHAPTER)}, [])


def without_flag(data: bytes) -> bytes:
    """A zip that does not say that its names are UTF-8."""
    changed = bytearray(data)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = data.index(mark) + offset
        changed[place + 1] &= ~0x08
    return bytes(changed)


def old_zip(folder: Path, name: str) -> Path:
    """A zip with a name in code page 437."""
    letters = name.encode("cp437")
    stand_in = "a" * len(letters)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(stand_in, "x")
    path = folder / "old.zip"
    path.write_bytes(buffer.getvalue().replace(stand_in.encode(), letters))
    return path


def test_backslashes_of_Windows_are_folders(tmp_path):
    """Is a zip read that has backslashes between its folders, as Windows' own command writes them?"""
    good, bad = found_in(zipped(tmp_path / "in.zip", f"anna\\{FILE}", f"class\\bob\\work\\{FILE}"))
    assert (good, bad) == ({("anna", CHAPTER), ("bob", CHAPTER)}, [])


def test_two_spellings_of_an_accent_side_by_side_are_put_before_the_instructor(tmp_path):
    """Are a letter with its accent and a letter followed by one the same name in two weeks, and two side by side?"""
    put(tmp_path, "week 1/Zo\u00eb/" + FILE, "week 2/Zoe\u0308/11-bert.ipynb")
    assert found_in(tmp_path) == ({("Zo\u00eb", CHAPTER), ("Zo\u00eb", "11-bert")}, [])
    put(tmp_path, "week 1/Zoe\u0308/" + FILE)
    good, bad = found_in(tmp_path)
    assert good == set() and len(bad) == 3
    assert all("\\xeb" in item.reason and "e\\u0308" in item.reason and not item.superseded for item in bad)


def encrypted(path: Path, name: str) -> Path:
    """A zip whose member says that it is encrypted."""
    zipped(path, name)
    data = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[bytes(data).index(mark) + offset] |= 1
    path.write_bytes(bytes(data))
    return path


LINES = {
    "an empty folder": (lambda folder: (folder / "bob").mkdir(), "bob", "no notebook in it"),
    "a folder with something else": (lambda folder: put(folder, "bob/answers.docx"), "bob", "no notebook in it"),
    "a folder deep down": (lambda folder: put(folder, "bob/a/b/answers.docx"), "bob", "no notebook in it"),
    "a chapter that there is not": (lambda folder: put(folder, "bob/99-none.ipynb"), "bob", "no chapter '99-none'"),
    "a file of nobody": (lambda folder: put(folder, FILE), None, "whose it is"),
    "a script": (lambda folder: put(folder, f"bob/{CHAPTER}.py"), "bob", "is a .py file"),
    "a printout": (lambda folder: put(folder, f"bob__{CHAPTER}.pdf"), "bob", "is a .pdf file"),
    "no ending": (lambda folder: put(folder, f"bob/{CHAPTER}"), "bob", "nameless file"),
    "another kind of archive": (lambda folder: put(folder, "bob.rar"), "bob", "is a .rar file"),
    "a damaged zip": (lambda folder: put(folder, "bob.zip"), "bob", "zip is damaged"),
    "a damaged zip in a folder": (lambda folder: put(folder, "bob/x.zip"), "bob", "zip is damaged"),
    "an encrypted zip": (lambda folder: encrypted(folder / "bob.zip", FILE), "bob", "encrypted"),
    "an empty zip": (lambda folder: zipped(folder / "bob.zip"), "bob", "no notebook in it"),
    "a zip with something else": (lambda folder: zipped(folder / "bob.zip", "a.docx"), "bob", "no notebook in it"),
    "a zip with an empty folder": (
        lambda folder: zipped(folder / "class.zip", "carl/" + FILE, folders=("bob/",)), "bob", "no notebook in it",
    ),
    "a zip in a zip": (
        lambda folder: zipped(folder / "class.zip", "carl/" + FILE, "bob/my work.zip"), "bob", "is a .zip file",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LINES)
def test_who_handed_in_no_notebook_is_a_line_with_a_reason(tmp_path, name):
    """Does nobody get lost who handed in something, and does the line say whose it is and what is the matter?"""
    put(tmp_path, "anna/" + FILE)
    make, learner, words = LINES[name]
    make(tmp_path)
    good, bad = found_in(tmp_path)
    assert ("anna", CHAPTER) in good
    assert [item.learner for item in bad] == [learner], bad
    assert words in bad[0].reason


CONFLICT = json.dumps(fresh(), indent=1).replace("{", "{\n<<<<<<< HEAD\n=======\n>>>>>>> other", 1).encode()
UNREADABLE = {
    "a PDF": (b"%PDF-1.7\n\xe2\xe3\xcf\xd3", "but a PDF"),
    "an empty file": (b"", "empty"),
    "blanks": (b"  \n", "empty"),
    "zeros": (b"\0" * 5000, "broke off"),
    "a web page": (b"<!DOCTYPE html><html><body>Sign in</body></html>", "a web page"),
    "an old web page": (b"\xef\xbb\xbf\n<HTML>\n", "a web page"),
    "a script": (b"import numpy as np\n", "no JSON"),
    "a picture": (b"\x89PNG\r\n\x1a\n\x00\x00", "a picture"),
    "a zip": (b"PK\x03\x04\x14\x00", "a zip"),
    "a pointer": (b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n", "Git LFS"),
    "a conflict": (CONFLICT, "conflict in Git"),
    "a conflict from Windows": (CONFLICT.replace(b"\n", b"\r\n"), "conflict in Git"),
    "a shortcut": (b'{"url": "https://docs.example.org/x", "doc_id": "1", "email": "a@example.org"}', "a shortcut"),
    "other JSON": (b'{"name": "me"}', "no cells"),
    "a list": (b"[1, 2]", "no notebook"),
    "cut off": (json.dumps(fresh()).encode()[:-1000], "cut off"),
}


@pytest.fixture(scope="module")
def school(sandbox, tmp_path_factory):
    """A class with odd names and odd files, graded from a folder, and again from a zip of it."""
    folder = tmp_path_factory.mktemp("school")
    notebook = solved()
    for name in NAMES:
        hand_in(folder / "in", name, notebook)
    for name, (data, _words) in UNREADABLE.items():
        hand_in(folder / "in", f"file {name}", data)
    hand_in(folder / "in", "two chapters", notebook)
    hand_in(folder / "in", "two chapters", fill(fresh("00-start-here"), {}), "00-start-here")
    (folder / "in" / "two files").mkdir()
    hand_in(folder / "in", "two files", fill(fresh(), WRONG), f"{CHAPTER} (1)")
    hand_in(folder / "in", "two files", notebook)
    (hand_in(folder / "in", "read only", notebook)).chmod(0o400)
    with zipfile.ZipFile(folder / "in.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted((folder / "in").rglob("*.ipynb")):
            archive.write(path, "the whole class/" + str(path.relative_to(folder / "in")))
        archive.writestr("the whole class/" + "长" * 200 + "/" + FILE, json.dumps(notebook))
    return grade(folder / "in", folder / "out"), grade(folder / "in.zip", folder / "out of the zip")


@pytest.mark.parametrize("name", [*NAMES, "read only", "two files", "two chapters"])
def test_a_name_costs_nobody_anything(school, name):
    """Is each learner found by the name in its usual spelling, with all points, and with a page of their own?"""
    name = {
        "Zoe\u0308 Mu\u0308ller": "Zoë Müller", "-dash": "'-dash", "=1+1": "'=1+1", "tab\tbed": "tab⇥bed",
        "semi;colon": "semi；colon",
    }.get(name, name)  # fmt: skip
    for graded in school:
        assert graded.points(name) == FULL, [row["learner"] for row in graded.rows][::7]
    pages = list((school[0].out / "learners").glob("*.html"))
    assert len(pages) == len({row["learner"] for row in school[0].rows})


def test_a_name_that_no_disk_can_hold_is_graded_from_a_zip(school):
    """Is a learner graded whose name has more bytes than a file's name may have?"""
    assert school[1].points("长" * 200) == FULL


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_is_no_notebook_is_a_line_with_its_reason(school, name):
    """Is there a row without points that says why, instead of a zero?"""
    for graded in school:
        (row,) = graded.of(f"file {name}").values()
        assert (row["exercise"], row["status"], row["points"]) == ("", "unreadable", "")
        assert UNREADABLE[name][1] in row["message"]


def test_of_two_files_the_one_with_the_chapters_name_counts(school):
    """Does the other file cost nothing, and is it told in the report?"""
    for graded in school:
        told = json.loads((graded.out / "results.json").read_text(encoding="utf-8"))["unreadable"]
        (line,) = [item for item in told if item["learner"] == "two files"]
        assert line["superseded"] and "that one counts" in line["reason"]


def test_two_chapters_of_one_learner_are_graded_each(school):
    """Has each chapter rows of its own?"""
    assert set(school[0].of("two chapters", "00-start-here")) == {"first_answer"}
    assert school[0].points("two chapters") == FULL
