"""Grades a folder of submissions: leads the workers, tends the servers, and writes down what comes."""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.util
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

from bookutils.core.choices import nearest
from bookutils.core.errors import MissingPartError, StoppedError, UsageError
from bookutils.core.floors import DECIDING
from bookutils.core.messages import _, join_words, ngettext
from bookutils.core.progress import progress_bar
from bookutils.exercises.catalogue import CHAPTERS, load_chapter
from bookutils.grading.changes import Change, changes_between, told_changes, write_changes
from bookutils.grading.gradebook import Gradebook, open_gradebook
from bookutils.grading.grader import FLAG, FORBID
from bookutils.grading.libraries import modules_for, set_for
from bookutils.grading.model import GRADED, NOT_GRADED, Limits, Result, Submission, Unreadable
from bookutils.grading.pool import Pool
from bookutils.grading.program import load_course_chapter
from bookutils.grading.reports.about import about_run
from bookutils.grading.reports.writing import write_reports
from bookutils.grading.sandbox.choice import AUTO, KINDS, WARM, choose_sandbox
from bookutils.grading.sandbox.servers import Servers
from bookutils.grading.submissions import digest_of, survey
from bookutils.grading.who.joining import people_of
from bookutils.grading.who.roster import read_roster
from bookutils.grading.worker import Setting

_PACKAGE = Path(__file__).resolve().parents[1]
_LIBRARIES = ("numpy", "tensorflow", "keras", "tensorflow-text", "scikit-learn", "ipython")


@dataclass(frozen=True)
class Options:
    """How to grade.

    Parameters
    ----------
    workers : processes that work side by side; the cores when None
    sandbox : "auto", "warm", "single" or "none"; see docs/grading.md
    delegation : "flag" or "forbid"
    limits : of each submission
    names : a regular expression that reads learner and chapter off a path; see `bookutils.grading.submissions.survey`
    roster : a CSV file of the class; see `bookutils.grading.who.roster`
    again : grade what has a result already, too
    """

    workers: int | None = None
    sandbox: str = AUTO
    delegation: str = FLAG
    limits: Limits = field(default_factory=Limits)
    names: str | None = None
    roster: Path | None = None
    again: bool = False

    def __post_init__(self) -> None:
        if self.workers is not None and not 1 <= self.workers <= 512:
            raise UsageError(_("--workers is {n}.").format(n=self.workers), _("Give a number from 1 to 512."))
        for name, word, known in (("delegation", self.delegation, (FLAG, FORBID)), ("sandbox", self.sandbox, KINDS)):
            if word not in known:
                todo = _("It can be {known}.").format(known=join_words(list(known), _("or")))
                raise UsageError(
                    _("--{name} is {word!r}.").format(name=name, word=word), f"{nearest(word, known)} {todo}".strip()
                )


@dataclass
class Outcome:
    """What a run did.

    Parameters
    ----------
    submissions, graded_now : how many there are, and how many of them were graded now
    without_verdict : how many files and exercises have none
    questions : how often it is not clear who is who
    changes : of what had been graded before, in the order of learners
    """

    submissions: int = 0
    graded_now: int = 0
    without_verdict: int = 0
    questions: int = 0
    changes: list[Change] = field(default_factory=list)

    def sentence(self, out: Path) -> str:
        """Say it in a few lines."""
        says = ngettext(
            "{all} submission, {now} of them new, changed or tried again. Open {page}.",
            "{all} submissions, {now} of them new, changed or tried again. Open {page}.",
            self.submissions,
        )
        told = [says.format(all=self.submissions, now=self.graded_now, page=out / "index.html")]
        if self.without_verdict:
            told.append(_("{n} could not be graded; the reasons stand there.").format(n=self.without_verdict))
        if self.questions:
            told.append(_("Not clear who is who: {n}; the page says where.").format(n=self.questions))
        return "\n".join([" ".join(told), *told_changes(self.changes, out)])


def grade_folder(
    submissions: Path, out: Path, notebooks: Path, options: Options, say: Callable[[str], None]
) -> Outcome:
    """Grade all that a folder or a zip holds, and write the reports.

    Parameters
    ----------
    submissions : see `bookutils.grading.submissions.survey`
    out : gets results.json, results.csv, index.html, learners/ and gradebook/
    notebooks : the notebooks that learners got
    options : how
    say : tells the person at the screen a sentence

    Raises
    ------
    UsageError
        When there is nothing to grade, or the folders are the same.
    BookError
        When no sandbox can be had, or the folder cannot be written.
    """
    if out.resolve() == submissions.resolve():
        raise UsageError(_("The grades would go among the submissions."), _("Name another folder with --out."))
    if importlib.util.find_spec("jinja2") is None:
        raise MissingPartError(
            _("Jinja2, which writes the reports, is not installed."), _("Type: pip install 'bookutils[grade]'")
        )
    roster = read_roster(options.roster) if options.roster else None
    known = [name for name in CHAPTERS if (notebooks / f"{name}.ipynb").is_file()]
    surveyed = survey(submissions, known, out, options.names)
    found, people = surveyed.found, surveyed.people
    if roster is not None:
        people, doubts = people_of(found, people, roster, surveyed.doubtful)
        found = [*found, *doubts]
    if not found:
        raise UsageError(
            _("There are no notebooks in {path}.").format(path=submissions),
            _("They are to be called <learner>/<chapter>.ipynb or <learner>__<chapter>.ipynb."),
        )
    wanted = [item for item in found if isinstance(item, Submission)]
    with open_gradebook(out) as gradebook:
        sandbox = choose_sandbox(options.sandbox, say) if wanted else options.sandbox
        todo = _Todo(wanted, gradebook, notebooks, options, sandbox)
        try:
            graded, changes = _grade_all(todo, notebooks, options, say)
        except KeyboardInterrupt:
            raise StoppedError(
                _("Stopped; what was graded is kept."), _("The same command goes on from there.")
            ) from None
        keys = [(item.learner, item.chapter) for item in wanted]
        unreadable = [item for item in found if isinstance(item, Unreadable)]
        exercises = {name: load_chapter(name)[0] for name in CHAPTERS}
        about = about_run(notebooks, CHAPTERS, sandbox)
        write_reports(out, lambda: gradebook.results(keys), unreadable, exercises, people=people, about=about)
        write_changes(out, changes)
        missing = sum(map(_without_verdict, gradebook.results(keys)))
    questions = sum(item.question for item in unreadable)
    missing += sum(not item.superseded for item in unreadable) - questions
    return Outcome(len(wanted), graded, missing, questions, changes)


def _without_verdict(result: Result) -> int:
    """Count what of a submission the grader could not decide."""
    return int(result.status != GRADED) + sum(grade.status == NOT_GRADED for grade in result.grades)


def _is_to_be_tried_again(result: Result) -> bool:
    """Whether the grader itself failed on some of it; a file that is no notebook stays none."""
    return NOT_GRADED in (result.status, *(grade.status for grade in result.grades))


class _Todo:
    """The submissions whose result is not in the gradebook yet, or no longer valid."""

    def __init__(
        self, wanted: Sequence[Submission], gradebook: Gradebook, notebooks: Path, options: Options, sandbox: str
    ) -> None:
        self.wanted, self.gradebook, self.sandbox, self.again = wanted, gradebook, sandbox, options.again
        chapters = {item.chapter for item in wanted}
        self.course = {name: _course_digest(notebooks / f"{name}.ipynb", options, sandbox) for name in chapters}

    def __iter__(self) -> Iterator[tuple[Submission, bool]]:
        """Yield (submission, whether it is to be graded)."""
        for item in self.wanted:
            digest = "" if self.again else digest_of(item, self.course[item.chapter])
            yield item, not (digest and self.gradebook.digest((item.learner, item.chapter)) == digest)


def _course_digest(notebook: Path, options: Options, sandbox: str) -> str:
    """Return a digest of what a verdict depends on beside the submission: the course's code, its libraries, how."""
    digest = hashlib.sha256(notebook.read_bytes())
    for path in sorted(_PACKAGE.rglob("*.py")):
        if path.relative_to(_PACKAGE).parts[0] in DECIDING:
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    how = (options.delegation, sorted(asdict(options.limits).items()), sandbox, sys.version, _versions())
    digest.update(repr(how).encode())
    return digest.hexdigest()


def _versions() -> list[str]:
    """Return the versions of the libraries that answers run on, and of this engine."""
    found = []
    for name in ("bookutils", *_LIBRARIES):
        with suppress(importlib.metadata.PackageNotFoundError):
            found.append(f"{name} {importlib.metadata.version(name)}")
    return found


def _grade_all(
    todo: _Todo, notebooks: Path, options: Options, say: Callable[[str], None]
) -> tuple[int, list[Change]]:  # fmt: skip
    """Grade what is to be graded; how many those were, and what changed."""
    work = iter(todo)
    first = next((item for item, needed in work if needed), None)
    total, done, changes = len(todo.wanted), 0, list[Change]()
    if first is None:
        say(_("Nothing has changed since the last time.") if total else _("There is nothing that can be graded."))
        return 0, changes
    chapters = [load_course_chapter(notebooks / f"{name}.ipynb") for name in sorted(todo.course)]
    modules = modules_for(chapters)
    workers = options.workers or os.cpu_count() or 1
    with ExitStack() as stack:
        stack.enter_context(_terminated_like_interrupted())
        servers = None
        addresses: dict[str, str] = {}
        if todo.sandbox == WARM:
            servers = stack.enter_context(Servers(modules, options.limits.files))
            addresses = {name: servers.address(name) for name in modules}
            for name in sorted({set_for(chapter.setup) for chapter in chapters}):
                servers.start(name)
        setting = Setting(
            notebooks, todo.gradebook.seed, todo.sandbox, addresses, modules, options.limits, options.delegation,
            todo.course,
        )  # fmt: skip
        pool = stack.enter_context(Pool(workers, setting))
        bar = stack.enter_context(progress_bar(total, _("Grading"), unit=" " + _("submissions")))
        waiting = chain([(first, True)], work)

        def tend() -> None:
            todo.gradebook.alive()
            if servers is not None:
                servers.tend()

        while True:
            while pool.has_room and (following := next(waiting, None)) is not None:
                item, needed = following
                if needed:
                    pool.submit(item)
                else:
                    bar.update(1)
            if not len(pool):
                break
            for item, graded in pool.finished(tend):
                key = (item.learner, item.chapter)
                before = next(todo.gradebook.results([key]), None)
                todo.gradebook.add("" if _is_to_be_tried_again(graded.result) else graded.digest, graded.result)
                changes += changes_between(before, graded.result)
                done += 1
                bar.update(1)
    return done, sorted(changes)


@contextmanager
def _terminated_like_interrupted() -> Iterator[None]:
    """Let SIGTERM end the work as Ctrl-C does: in order."""

    def ring(*_arguments: Any) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, ring)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
