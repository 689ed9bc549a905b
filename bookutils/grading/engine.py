"""Grades a folder of submissions: leads the workers, tends the servers, and writes down what comes."""

from __future__ import annotations

import hashlib
import importlib.util
import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from bookutils.core.errors import MissingPartError, StoppedError, UsageError
from bookutils.core.messages import _, join_words
from bookutils.core.progress import progress_bar
from bookutils.exercises.catalogue import CHAPTERS, load_chapter
from bookutils.grading.gradebook import Gradebook, open_gradebook
from bookutils.grading.grader import FLAG, FORBID
from bookutils.grading.libraries import modules_for, set_for
from bookutils.grading.model import GRADED, NOT_GRADED, Limits, Result, Submission, Unreadable
from bookutils.grading.program import load_course_chapter
from bookutils.grading.reports.writing import write_reports
from bookutils.grading.sandbox.choice import AUTO, KINDS, WARM, choose_sandbox
from bookutils.grading.sandbox.servers import Servers
from bookutils.grading.submissions import digest_of, survey
from bookutils.grading.who.roster import people_of, read_roster
from bookutils.grading.worker import Setting, grade_here, start_worker

_PACKAGE = Path(__file__).resolve().parents[1]
_TICK = 0.05  # seconds between looks at the servers
_WAITING = 2  # submissions handed out for each worker


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
                raise UsageError(
                    _("--{name} is {word!r}.").format(name=name, word=word),
                    _("It can be {known}.").format(known=join_words(list(known), _("or"))),
                )


@dataclass
class Outcome:
    """What a run did: how many submissions there are, how many of them were graded now, and what has no verdict."""

    submissions: int = 0
    graded_now: int = 0
    without_verdict: int = 0

    def sentence(self, out: Path) -> str:
        """Say it in a line or two."""
        says = _("{all} submissions, {now} of them graded now. Open {page}.")
        told = [says.format(all=self.submissions, now=self.graded_now, page=out / "index.html")]
        if self.without_verdict:
            told.append(_("{n} could not be graded; the reasons stand there.").format(n=self.without_verdict))
        return " ".join(told)


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
        todo = _Todo(wanted, gradebook, notebooks, options)
        try:
            graded = _grade_all(todo, notebooks, options, say)
        except KeyboardInterrupt:
            raise StoppedError(
                _("Stopped; what was graded is kept."), _("The same command goes on from there.")
            ) from None
        keys = [(item.learner, item.chapter) for item in wanted]
        unreadable = [item for item in found if isinstance(item, Unreadable)]
        exercises = {name: load_chapter(name)[0] for name in CHAPTERS}
        write_reports(out, lambda: gradebook.results(keys), unreadable, exercises, people=people)
        missing = sum(result.status != GRADED for result in gradebook.results(keys))
    return Outcome(len(wanted), graded, missing + sum(not item.superseded for item in unreadable))


class _Todo:
    """The submissions whose result is not in the gradebook yet, each with the digest of all that it depends on."""

    def __init__(self, wanted: Sequence[Submission], gradebook: Gradebook, notebooks: Path, options: Options) -> None:
        self.wanted, self.gradebook = wanted, gradebook
        chapters = {item.chapter for item in wanted}
        self.course = {name: _course_digest(notebooks / f"{name}.ipynb", options) for name in chapters}

    def __iter__(self) -> Iterator[tuple[Submission, str | None]]:
        """Yield (submission, digest), or (submission, None) when there is nothing to do."""
        for item in self.wanted:
            digest = digest_of(item, self.course[item.chapter])
            known = digest and self.gradebook.digest((item.learner, item.chapter)) == digest
            yield item, None if known else digest


def _course_digest(notebook: Path, options: Options) -> str:
    """Return a digest of what a verdict depends on beside the submission: the course's code, the chapter, how."""
    digest = hashlib.sha256(notebook.read_bytes())
    for path in sorted(_PACKAGE.rglob("*.py")):
        if path.relative_to(_PACKAGE).parts[0] in ("core", "numerics", "bert", "text", "exercises", "grading"):
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    digest.update(repr((options.delegation, sorted(asdict(options.limits).items()))).encode())
    return digest.hexdigest()


def _grade_all(todo: _Todo, notebooks: Path, options: Options, say: Callable[[str], None]) -> int:
    """Grade what is to be graded; how many those were."""
    work = iter(todo)
    first = next(((item, digest) for item, digest in work if digest is not None), None)
    total, done = len(todo.wanted), 0
    if first is None:
        say(_("Nothing has changed since the last time."))
        return 0
    sandbox = choose_sandbox(options.sandbox, say)
    chapters = [load_course_chapter(notebooks / f"{name}.ipynb") for name in sorted(todo.course)]
    modules = modules_for(chapters)
    workers = options.workers or os.cpu_count() or 1
    with ExitStack() as stack:
        stack.enter_context(_terminated_like_interrupted())
        servers = None
        addresses: dict[str, str] = {}
        if sandbox == WARM:
            servers = stack.enter_context(Servers(modules, options.limits.files))
            addresses = {name: servers.address(name) for name in modules}
            for name in sorted({set_for(chapter.setup) for chapter in chapters}):
                servers.start(name)
        setting = Setting(
            notebooks, todo.gradebook.seed, sandbox, addresses, modules, options.limits, options.delegation
        )  # fmt: skip
        pool = stack.enter_context(_Pool(workers, setting))
        bar = stack.enter_context(progress_bar(total, _("Grading"), unit=_(" submissions")))
        waiting = deque([first])
        exhausted = False
        while True:
            while not exhausted and pool.has_room:
                item, digest = waiting.popleft() if waiting else next(work, (None, None))
                if item is None:
                    exhausted = True
                elif digest is None:
                    bar.update(1)
                else:
                    pool.submit(item, digest)
            if not len(pool):
                break
            for digest, result in pool.finished(servers):
                todo.gradebook.add(digest if result.status != NOT_GRADED else "", result)
                done += 1
                bar.update(1)
            todo.gradebook.alive()
    return done


class _Pool:
    """Worker processes. When one dies, what was under way is tried once more, each alone, and then all goes on."""

    def __init__(self, workers: int, setting: Setting) -> None:
        self._workers, self._setting = workers, setting
        self._executor = self._start(workers)
        self._running: dict[Future[Result], tuple[Submission, str]] = {}
        self._suspects: deque[tuple[Submission, str]] = deque()
        self._alone = False

    def _start(self, workers: int) -> ProcessPoolExecutor:
        # Not forked: a fork would inherit what this process has open.
        context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(workers, context, start_worker, (self._setting,))

    def submit(self, item: Submission, digest: str) -> None:
        """Hand out a submission."""
        self._running[self._executor.submit(grade_here, item)] = (item, digest)

    def __len__(self) -> int:
        return len(self._running) + len(self._suspects)

    @property
    def has_room(self) -> bool:
        """Whether another one may be handed out."""
        return not self._alone and len(self._running) < self._workers * _WAITING

    def finished(self, servers: Servers | None) -> list[tuple[str, Result]]:
        """Wait until something is finished, and tend the servers meanwhile."""
        while not (done := [future for future in self._running if future.done()]):
            if servers is not None:
                servers.tend()
            if self._suspects and not self._running:
                self.submit(*self._suspects.popleft())
            wait(self._running, _TICK, FIRST_COMPLETED)
        results, broken = [], []
        for future in done:
            item, digest = self._running.pop(future)
            try:
                results.append((digest, future.result()))
            except BrokenProcessPool:
                broken.append((item, digest))
        if broken:
            results += self._replace(broken)
        elif self._alone and not self:
            self._restart(alone=False)
        return results

    def _replace(self, broken: list[tuple[Submission, str]]) -> list[tuple[str, Result]]:
        """Start new workers. The submission that was alone with a dying one is to blame; of several none is yet."""
        broken += self._running.values()
        self._running.clear()
        results = []
        if self._alone:
            reason = _("The process that grades it ended twice, perhaps for want of memory.")
            results = [
                (digest, Result(item.learner, item.chapter, item.name, NOT_GRADED, reason=reason))
                for item, digest in broken
            ]
        else:
            self._suspects += broken
        self._restart(alone=bool(self._suspects))
        return results

    def _restart(self, alone: bool) -> None:
        self._executor.shutdown(wait=False, cancel_futures=True)
        self._alone = alone
        self._executor = self._start(1 if alone else self._workers)

    def __enter__(self) -> _Pool:
        return self

    def __exit__(self, *_error: object) -> None:
        processes = list((self._executor._processes or {}).values())
        self._executor.shutdown(wait=False, cancel_futures=True)
        for process in processes:
            process.kill()


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
