"""Who is who: forty people in every layout that platforms and teachers make, and what cannot be told is said."""

from __future__ import annotations

import random
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bookutils.core.errors import UsageError
from bookutils.grading.model import Submission, Unreadable
from bookutils.grading.submissions import Survey, read_bytes, survey
from bookutils.grading.who.gradescope import parse_submitters
from bookutils.grading.who.platforms import accounts
from tests.grading.layouts import CHAPTERS, CLASS, LAYOUTS, handed_in, moodle

WANTED = {(one.number, chapter): content for one, chapter, content in handed_in()}


def written(folder: Path, files) -> Path:
    for name, content in files:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content, encoding="utf-8")
    return folder


def zipped(path: Path, files) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files:
            archive.writestr(name, content)
    return path


def contents(found: Survey) -> dict[tuple[str, str], str]:
    items = [item for item in found.found if isinstance(item, Submission)]
    told = {(item.learner, item.chapter): read_bytes(item).decode() for item in items}
    assert len(told) == len(items)
    return told


def lines(found: Survey) -> list[Unreadable]:
    return [item for item in found.found if isinstance(item, Unreadable) and not item.superseded]


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("form", ["folder", "zip", "zip in a folder"])
def test_forty_people_are_the_same_in_every_layout(tmp_path, layout, form):
    """Does each layout give the same people with the same work, as far as it says who they are?"""
    make, option, says = LAYOUTS[layout]
    files = list(make(option))
    random.Random(form).shuffle(files)
    if form == "folder":
        found = survey(written(tmp_path / "in", files), CHAPTERS)
    elif form == "zip":
        found = survey(zipped(tmp_path / "in.zip", files), CHAPTERS)
    else:
        (tmp_path / "in").mkdir()
        zipped(tmp_path / "in" / "export.zip", files)
        found = survey(tmp_path / "in", CHAPTERS)
    told = contents(found)
    if says == "numbers":  # nothing connects one chapter's with another's
        assert sorted(told.values()) == sorted(WANTED.values())
        assert len({learner for learner, chapter in told if chapter == CHAPTERS[1]}) == len(CLASS)
        assert all(any(letter.isdigit() for letter in learner) for learner, _chapter in told)
        assert lines(found) == []
        return
    alone = [one for one in CLASS if one.unique or says in ("accounts", "ids", "account ids")]
    wanted = {one.number: {c: text for (n, c), text in WANTED.items() if n == one.number} for one in alone}
    by_learner: dict[str, dict[str, str]] = {}
    for (learner, chapter), content in told.items():
        by_learner.setdefault(learner, {})[chapter] = content
    people = {int(next(iter(work.values())).split()[0]): work for work in by_learner.values()}
    for number, work in wanted.items():
        assert people[number] == work
    if says == "names" and layout != "Google Classroom":  # namesakes: nobody's work is lost, or another's
        assert set(told.values()) == set(WANTED.values())
        assert {name for item in lines(found) for name in (item.name,)} == {"John Smith", "Li Wei"}
    else:
        assert lines(found) == []
        assert len(by_learner) == len(alone)
    assert {person.learner for person in found.people} == set(by_learner)


def test_a_number_that_is_kept_is_a_person(tmp_path):
    """Where names keep their Moodle numbers from chapter to chapter, is each number one person, with no question?"""
    found = survey(written(tmp_path, moodle("old", kept=True)), CHAPTERS)
    told = contents(found)
    johns = [one for one in CLASS if one.name == "John Smith"]
    for one in johns:
        for (number, chapter), content in WANTED.items():
            if number == one.number:
                assert told[f"John Smith ({number})", chapter] == content
    assert ("Ada Lovelace", "01-activations") in told
    assert lines(found) == [] and len(found.people) == len(CLASS)
    assert {p.id for p in found.people} == {str(one.number) for one in CLASS}
    assert {p.platform for p in found.people} == {"moodle"}
    ada = next(person for person in found.people if person.learner == "Ada Lovelace")
    assert dict(ada.places)["01-activations"] == f"Ada Lovelace_{ada.id}_assignsubmission_file"


def file(*names: str) -> list[tuple[str, str]]:
    return [(name, name) for name in names]


FILE = "01-activations.ipynb"
TOLD = {
    "two of one name in one chapter": (
        file(f"Ann Lee_11_assignsubmission_file_/{FILE}", f"Ann Lee_12_assignsubmission_file_/{FILE}"),
        {"Ann Lee (11)", "Ann Lee (12)"}, 0,
    ),
    "two of one name at Canvas": (
        file(f"leeann_11_901_{FILE}", f"leeann_12_902_{FILE}"), {"leeann (11)", "leeann (12)"}, 0,
    ),
    "two of one name at Canvas in two chapters": (
        file(f"leeann_11_901_{FILE}", "leeann_12_902_11-bert.ipynb"), {"leeann (11)", "leeann (12)"}, 0,
    ),
    "blind": (
        file(*(f"Participant_{n}_assignsubmission_file_/{FILE}" for n in (1, 2, 3))),
        {"Participant 1", "Participant 2", "Participant 3"}, 0,
    ),
    "the default group": (file(f"Default group_assignsubmission_file_/{FILE}"), {"Default group"}, 0),
    "a group": (file(f"Red Team_77_assignsubmission_file_/{FILE}"), {"Red Team"}, 0),
    "an underscore at Canvas": (file(f"black_whitevera_LATE_77_901_{FILE}"), {"black_whitevera"}, 0),
    "a chapter's folder is nobody": (file(f"01-activations/{FILE}", f"hw 01-activations/{FILE}"), set(), 2),
    "a zip at Canvas": (file(f"leeann_110_90100_my work/work/{FILE}"), {"leeann"}, 0),
    "an account with an underscore": (
        file(*(f"Set_1_{who}_attempt_2026-11-01-10-00-00_{FILE}" for who in ("ann_lee", "bob_lee"))),
        {"ann_lee", "bob_lee"}, 0,
    ),
    "Blackboard in Dutch": (file(f"Set 1_s1234_poging_2026-11-01-10-00-00_{FILE}"), {"s1234"}, 0),
    "the course's own folder": (
        file(f"ann/course-main/notebooks/{FILE}", f"ann/course-main/work/{FILE}"), {"ann"}, 0,
    ),
    "a course of another name": (
        file(*(f"{who}/neurons/{place}/{FILE}" for who in ("ann", "bob") for place in ("notebooks", "work"))),
        {"ann", "bob"}, 0,
    ),
    "a zip with two folders": (file(f"x/anna/{FILE}", f"x/bob/{FILE}"), {"anna", "bob"}, 0),
    "handed in together": (
        [("submission_metadata.yml", "submission_7:\n  :submitters:\n  - :name: Ann\n    :sid: '1'\n  - :name: Bob\n"),
         (f"submission_7/{FILE}", "x")], {"Ann", "Bob"}, 0,
    ),
    "teams": (
        file(f"Team 1/{FILE}", f"Team 1/anna/{FILE}", f"Team 2/src/{FILE}", f"Team 3/bob__{FILE}"),
        {"Team 1", "Team 2", "Team 3"}, 1,
    ),
    "a Moodle export with a folder around": (
        file(f"CS101-01-activations-7/Ann_12_assignsubmission_file_/{FILE}",
             "CS101-11-bert-8/Ann_55_assignsubmission_file_/11-bert.ipynb"), {"Ann"}, 0,
    ),
    "nbgrader's whole course folder": (
        file(*(f"{place}/01-activations/{FILE}" for place in ("submitted/ada", "source", "autograded/ada"))),
        {"ada"}, 0,
    ),
    "blanks for a name": (
        file(f" _assignsubmission_file_{FILE}", f" _7_assignsubmission_file_{FILE}"), {"7"}, 1,
    ),
    "groups of people": (file(f"Group 1/anna/{FILE}", f"Group 1/bob/{FILE}", f"Group 2/carl/{FILE}"),
                         {"anna", "bob", "carl"}, 0),
    "Blackboard's folder around": (
        file(f"gradebook_NEURO_Set1_2026-11-02-10-00-00/Set1_ada_attempt_2026-11-01-10-00-00_{FILE}"), {"ada"}, 0,
    ),
    "Gradescope without its list": (file(f"submission_7/{FILE}", f"submission_8/{FILE}"), set(), 2),
    "accounts of digits": (file(f"2026001/{FILE}", f"01-activations-2026002/{FILE}"), {"2026001", "2026002"}, 0),
    "a copy's number is nobody": (file(f"anna/01-activations (1)/{FILE}", f"bob/{FILE}"), {"anna", "bob"}, 0),
    "a file that is called otherwise": (file("anna/01-activations/solution.ipynb"), {"anna"}, 0),
}  # fmt: skip


@pytest.mark.parametrize("name", TOLD)
def test_small_cases(tmp_path, name):
    """Is each learner found, and nothing else made of it?"""
    files, learners, count = TOLD[name]
    found = survey(written(tmp_path, files), CHAPTERS)
    assert {learner for learner, _chapter in contents(found)} == learners
    assert len(lines(found)) == count, lines(found)


def test_at_canvas_the_later_upload_counts(tmp_path):
    """When a second download lies in the folder of the first, does the newer attempt count, and its place too?"""
    stems = ("leeann_11_999_01-activations", "leeann_11_1000_01-activations-1", "leeann_11_998_01-activations (2)")
    found = survey(written(tmp_path, [(f"{stem}.ipynb", stem) for stem in stems]), CHAPTERS)
    (content,) = contents(found).values()
    assert content == stems[1]
    assert found.people[0].places == (("01-activations", "leeann_11_1000"),)
    assert all("a later file" in item.reason for item in found.found[1:])


COPIES = [
    "Copy of Copy of 01-activations", "Копия_блокнота_\"01-activations_ipynb\"", "Копія записника 01-activations.ipynb",
    "Kopie von 01-activations", "Copie de 01-activations", "Copia di 01-activations", "Cópia de 01-activations",
    "Kopia notatnika 01-activations", "Kopie van 01-activations", "01-activations kopyası", "“01-activations”的副本",
    "01-activationsのコピー", "01-activations의 사본", "Bản sao của 01-activations", "01_activations (3)",
    "01-activations (1) (2) final", "My 01 Activations", "نسخة من 01-activations", "01-activations-Copy1-Copy2",
]  # fmt: skip


@pytest.mark.parametrize("stem", COPIES)
def test_copies_in_every_language_are_their_chapter(tmp_path, stem):
    """Is a copy known by the chapter's name in it, whatever a program has put around it?"""
    found = survey(zipped(tmp_path / "in.zip", [(f"anna/{stem}.ipynb", "x")]), CHAPTERS)
    assert contents(found) == {("anna", "01-activations"): "x"}


@pytest.mark.parametrize("stem", ["101-activations", "01-activationsx", "01-activations 11-bert", "x01-activations"])
def test_other_words_are_not_a_chapter(tmp_path, stem):
    """Is a name with a longer word in it, or with two chapters, a line?"""
    found = survey(written(tmp_path, file(f"anna/{stem}.ipynb")), CHAPTERS)
    assert contents(found) == {} and len(lines(found)) == 1


ALIKE = [("anna", " anna"), ("Zo\u00eb", "Zoe\u0308"), ("anna", "Anna"), ("anna", "an\u200bna"), ("anna", "\u0430nna"),
         ("Ben M", "Ben  M")]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), ALIKE)
@pytest.mark.parametrize("flat", [False, True])
def test_look_alikes_are_put_before_the_instructor(tmp_path, one, other, flat):
    """Is nobody graded as another whose name looks the same, and do the lines say which letters differ?"""
    end = f"__{FILE}" if flat else f"/{FILE}"
    files = [(f"{one}{end}", "hers"), (f"{other}{end}", "eve's"), (f"carl{end}", "his")]
    found = survey(zipped(tmp_path / "in.zip", files), CHAPTERS)
    assert contents(found) == {("carl", "01-activations"): "his"}
    assert len(lines(found)) == 2
    for line in lines(found):
        assert ascii(one)[1:-1] in line.reason and ascii(other)[1:-1] in line.reason


def test_a_crowd_of_look_alikes_makes_no_crowd_of_words(tmp_path):
    """Are the lines about many look-alikes short, however many there are?"""
    files = [("\u200b" * n + f"a/{FILE}", "x") for n in range(100)]
    found = survey(zipped(tmp_path / "in.zip", files), CHAPTERS)
    assert len(lines(found)) == 100 and max(len(line.reason) for line in lines(found)) < 3000


def test_the_other_file_is_named_with_its_folder(tmp_path):
    """Do the line and its reason name two different files?"""
    found = survey(written(tmp_path, file(f"anna/work/{FILE}", f"anna/notebooks/{FILE}", f"bob/{FILE}")), CHAPTERS)
    (line,) = [item for item in found.found if isinstance(item, Unreadable)]
    assert line.superseded and line.name == f"anna/notebooks/{FILE}" and f"anna/work/{FILE}" in line.reason


def test_a_folder_with_several_peoples_files_is_put_before_the_instructor(tmp_path):
    """Where one folder holds folders of several people beside learners' folders, is it more than a note?"""
    found = survey(written(tmp_path, file(f"anna/{FILE}", f"lab x/bob/{FILE}", f"lab x/carl/{FILE}")), CHAPTERS)
    (line,) = lines(found)
    assert "--names" in line.reason and not line.superseded


def test_what_is_hidden_is_a_line(tmp_path):
    """Is a notebook in a folder whose name begins with a dot named, and a checkpoint not?"""
    files = file(f".net fan/{FILE}", f"anna/.hidden/{FILE}", f"anna/.{FILE}", f"bob/{FILE}",
                 "bob/.ipynb_checkpoints/01-activations-checkpoint.ipynb", f"bob/.git/{FILE}")  # fmt: skip
    for found in (
        survey(written(tmp_path / "in", files), CHAPTERS),
        survey(zipped(tmp_path / "x.zip", files), CHAPTERS),
    ):
        assert set(contents(found)) == {("bob", "01-activations")}
        told = [item.name.removeprefix("x.zip/") for item in lines(found) if "dot" in item.reason]
        assert sorted(told) == sorted([f".net fan/{FILE}", f"anna/.hidden/{FILE}", f"anna/.{FILE}"])


# --- nobody can change what becomes of others


INSIDE = st.lists(
    st.tuples(
        st.lists(
            st.sampled_from(["anna", "bob", "work", "week 1", "x", "anna_13_assignsubmission_file_", "a_b_c_12",
                             "submitted", "01-activations", "01-activations-anna", "submission_7", " anna"]),
            max_size=3,
        ),
        st.sampled_from([FILE, f"anna__{FILE}", f"anna_12_13_{FILE}", f"Anna - {FILE}", "11-bert.ipynb", "x.ipynb",
                         f"anna_12_assignsubmission_file_{FILE}", "submission_metadata.yml", "notes.txt",
                         f"Set 1_anna_attempt_2026-11-01-10-00-00_{FILE}"]),
    ), max_size=6,
)  # fmt: skip
HONEST = {
    "plain": lambda who: f"{who}/", "flat": lambda who: f"{who}__",
    "weeks": lambda who: f"week 1/{who}/",
    "groups": lambda who: f"{who[0] < 'c'}/{who}/", "work": lambda who: f"{who}/work/",
    "nbgrader": lambda who: f"submitted/{who}/01-activations/",
    "moodle": lambda who: f"{who}_{len(who) * 7 + ord(who[0])}_assignsubmission_file_/",
    "ilias": lambda who: f"L_{who}_{who}1_{ord(who[0])}/",
    "whole course": lambda who: f"{who}/course-main/work/",
    "canvas": lambda who: f"{who}_{100 + ord(who[0])}_{90_000 + ord(who[0])}_",
    "blackboard": lambda who: f"Set 1_{who}_attempt_2026-11-01-10-00-00_",
    "brightspace": lambda who: f"{ord(who[0])}-77 - {who} - Nov 1, 2026 1000 AM/",
    "google": lambda who: f"{who} - ",
}  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(HONEST)), INSIDE, st.booleans())
def test_what_eve_puts_into_her_folder_changes_nobody(tmp_path_factory, layout, inside, as_zip):
    """Whatever lies in Eve's own folder or zip: do all others keep their name, chapter and content, and is she one?"""
    make = HONEST[layout]
    honest = [(f"{make(who)}{chapter}.ipynb", f"{who} {chapter}") for who in ("anna", "bob", "carl", "dora")
              for chapter in ("01-activations", "11-bert")]  # fmt: skip
    root = tmp_path_factory.mktemp("eve")
    before = contents(survey(zipped(root / "before.zip", honest), CHAPTERS))
    assert len(before) == len(honest)
    hers = make("eve") if make("eve").endswith("/") else f"{make('eve')}work/" if layout != "flat" else "eve/"
    names = {f"{hers}{'/'.join([*folders, name])}" for folders, name in inside}
    files = [*honest, *((name, "eve's") for name in sorted(names))]
    if as_zip and layout in ("plain", "flat"):
        place = written(root / "in", honest)
        zipped(place / "eve.zip", [(name.removeprefix("eve/"), "eve's") for name in sorted(names)])
        after = contents(survey(place, CHAPTERS))
    else:
        after = contents(survey(zipped(root / "after.zip", files), CHAPTERS))
    assert {key: content for key, content in after.items() if content != "eve's"} == before
    # Beside flat files a folder of another platform's hand-ins may be an export, and docs/grading-security.md says so.
    if layout != "flat" or not any("_" in folder for folders, _name in inside for folder in folders):
        assert len({learner for (learner, _chapter), content in after.items() if content == "eve's"}) <= 1


CHOSEN = (
    f"Set 1_anna_attempt_2027-11-01-10-00-00_{FILE}", f"anna_197_90097_{FILE}",
    f"anna_104_assignsubmission_file_{FILE}", f"97-77 - anna - Nov 1, 2027 1000 AM - {FILE}",
)  # fmt: skip
FLAT = {
    "canvas": HONEST["canvas"], "blackboard": HONEST["blackboard"],
    "moodle": lambda who: f"{who}_{len(who) * 7 + ord(who[0])}_assignsubmission_file_",
    "brightspace": lambda who: f"{ord(who[0])}-77 - {who} - Nov 1, 2026 1000 AM - ",
}  # fmt: skip


@pytest.mark.parametrize("kind", [".ipynb", ".zip"])
@pytest.mark.parametrize("layout", FLAT)
@pytest.mark.parametrize("chosen", CHOSEN)
def test_what_eve_calls_her_file_makes_her_nobody_else(tmp_path, layout, chosen, kind):
    """A platform puts its own words before the name that Eve chose: is she Eve, though hers has a platform's form?"""
    honest = [(f"{FLAT[layout](who)}{FILE}", who) for who in ("anna", "bob", "carl")]
    before = survey(written(tmp_path / "before", honest), CHAPTERS)
    place = written(tmp_path / "after", honest)
    if kind == ".zip":
        zipped(place / f"{FLAT[layout]('eve')}{chosen.removesuffix('.ipynb')}.zip", [(FILE, "eve's")])
    else:
        written(place, [(f"{FLAT[layout]('eve')}{chosen}", "eve's")])
    after = survey(place, CHAPTERS)
    assert {key: content for key, content in contents(after).items() if content != "eve's"} == contents(before)
    assert [learner for (learner, _chapter), content in contents(after).items() if content == "eve's"] == ["eve"]


PARTS = st.text(
    st.one_of(st.sampled_from("ab1_-. ()/\\é\u0301ﬁ𝔄\u200b"), st.characters(codec="utf-8", exclude_characters="\x00")),
    min_size=1, max_size=12,
)  # fmt: skip
PIECES = st.sampled_from(["01-activations", "__", "_12_34_", "_assignsubmission_file_", " - ",
                          "_attempt_2026-11-01-10-00-00_", "1-2 - ", " - Nov 1, 2026 1000 AM - ", "submission_7", "/",
                          "work/", "anna"])  # fmt: skip
NAMES = st.lists(st.one_of(PARTS, PIECES), min_size=1, max_size=6).map("".join)


@settings(max_examples=150, deadline=None)
@given(st.lists(NAMES, max_size=6, unique=True), st.randoms(use_true_random=False))
def test_any_names_in_any_order_give_the_same(tmp_path_factory, names, random):
    """Is every notebook a submission or a line, whatever it is called, and the same in another order?"""
    root = tmp_path_factory.mktemp("names")
    files = [(f"{name}.ipynb", str(number)) for number, name in enumerate(names)]
    one = survey(zipped(root / "in.zip", files), CHAPTERS)
    random.shuffle(files)
    other = survey(zipped(root / "other" / "in.zip", files) if (root / "other").mkdir() is None else root, CHAPTERS)
    assert contents(one) == contents(other)
    assert [(i.name, i.learner, i.reason) for i in one.found if isinstance(i, Unreadable)] == [
        (i.name, i.learner, i.reason) for i in other.found if isinstance(i, Unreadable)
    ]
    ignored = sum(any(part.startswith((".", "_")) for part in name.replace("\\", "/").split("/")) for name, _c in files)
    assert len(contents(one)) + len([i for i in one.found if isinstance(i, Unreadable)]) >= len(files) - ignored


# --- pieces


@given(st.text(max_size=300))
def test_the_list_of_submitters_never_raises(text):
    """Does any text give names, or none?"""
    for begin in ("", "submission_1:\n  :submitters:\n  - "):
        for people in parse_submitters(begin + text).values():
            assert all(name for name, _id in people)


def test_accounts_are_divided_from_assignments():
    """Is an account found behind the assignment's name, with underscores in either?"""
    heads = {
        ("Set 1_ann_lee", "1"),
        ("Set 1_bob_lee", "1"),
        ("Set 1_kim", "1"),
        ("Set 2_ann_lee", "2"),
        ("A_B_kim", "3"),
    }
    assert accounts(heads) == {
        "Set 1_ann_lee": "ann_lee", "Set 1_bob_lee": "bob_lee", "Set 1_kim": "kim", "Set 2_ann_lee": "ann_lee",
        "A_B_kim": "kim",
    }  # fmt: skip
    assert set(accounts({(f"My_Set {n}_s{m}", "1") for n in (1, 2) for m in range(5)}).values()) == {
        f"s{m}" for m in range(5)
    }


# --- the instructor's own rule


RULES = {
    "a rule of one's own": (
        r"[^/]+/(?P<id>\d+)-(?P<chapter>[^/]+)/.*",
        "set/2026000-01-activations/x.ipynb",
        "2026000",
    ),
    "a learner and a number": (r"(?P<learner>[^/]+)/(?P<id>\d+)/", "Ann/7/01-activations.ipynb", "Ann"),
    "a chapter that the file says": (r"(?P<learner>\w+)-", "ann-lee/Copy of 01-activations.ipynb", "ann"),
    "a chapter that a folder says": (r".*/(?P<learner>\w+)\.ipynb", "hw 01-activations/ann.ipynb", "ann"),
}


@pytest.mark.parametrize("name", RULES)
@pytest.mark.parametrize("form", ["folder", "zip"])
def test_a_rule_of_the_instructor_decides(tmp_path, name, form):
    """Do the groups of --names say who and what, and is what does not match a line?"""
    rule, path, learner = RULES[name]
    files = file(path, "?.ipynb")
    place = written(tmp_path / "in", files) if form == "folder" else zipped(tmp_path / "in.zip", files)
    found = survey(place, CHAPTERS, names=rule)
    assert contents(found) == {(learner, "01-activations"): path}
    (line,) = lines(found)
    assert line.name.endswith("?.ipynb") and "--names" in line.reason


def test_a_rule_may_say_the_time(tmp_path):
    """Does the latest file count where the rule reads the time, and are namesakes told apart by its number?"""
    names = (f"Ann_{n}_{time}_{FILE}" for n, time in ((1, "0901"), (1, "1130"), (1, "1015"), (2, "0800")))
    rule = r"(?P<learner>[^_]+)_(?P<id>\d+)_(?P<time>\d+)_"
    found = survey(written(tmp_path, file(*names)), CHAPTERS, names=rule)
    assert contents(found) == {
        ("Ann (1)", "01-activations"): f"Ann_1_1130_{FILE}", ("Ann (2)", "01-activations"): f"Ann_2_0800_{FILE}",
    }  # fmt: skip
    others = [item for item in found.found if isinstance(item, Unreadable)]
    assert len(others) == 2 and all("later file" in item.reason and "1130" in item.reason for item in others)


@pytest.mark.parametrize("rule", ["(", "(?P<learner>", "(?P<chapter>.*)", "(?P<learner>.)(?P<other>.)", ""])
def test_a_rule_that_cannot_be_used_is_a_sentence(tmp_path, rule):
    """Is a faulty expression, or one without whom it means, wrong use?"""
    with pytest.raises(UsageError, match="--names"):
        survey(written(tmp_path, file(f"anna/{FILE}")), CHAPTERS, names=rule)
