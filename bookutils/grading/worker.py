"""One of several processes that grade: reads a submission, has it run in the sandbox, judges, returns the result."""

from __future__ import annotations

import contextlib
import multiprocessing.connection
import os
import signal
import sys
import threading
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import FrameType

from bookutils.core.errors import BookError
from bookutils.core.messages import _
from bookutils.exercises.catalogue import load_chapter
from bookutils.grading.grader import FLAG, Sheets, grade_program
from bookutils.grading.libraries import set_for
from bookutils.grading.model import NOT_GRADED, UNREADABLE, Grade, Job, JobResult, Limits, Program, Result, Submission
from bookutils.grading.notebooks import NotebookError, read_notebook
from bookutils.grading.program import CourseChapter, load_course_chapter, make_program
from bookutils.grading.sandbox.channel import Connect
from bookutils.grading.sandbox.choice import NONE, WARM
from bookutils.grading.sandbox.servers import CrowdedError, knock, launch_single
from bookutils.grading.sandbox.session import Rate, run_job
from bookutils.grading.submissions import read_with_digest

_READ_SECONDS = 60  # of processor time
_PARSE_SECONDS = 120  # then the system ends the process: no alarm is heard within a parser
_READ_MEMORY = 4 * 2**30  # bytes beyond what the process has: a notebook may be made to fill the memory when it is read


@dataclass(frozen=True)
class Setting:
    """What a worker needs to know.

    Parameters
    ----------
    notebooks : the folder of the notebooks that learners got
    seed : the gradebook's secret
    sandbox : "warm" (a server forks), "single" (a sandbox a process), "none"
    addresses : set of libraries -> where its server is to be reached
    modules : set of libraries -> what is imported
    limits, delegation : see `bookutils.grading.grader.grade_program`
    salts : chapter -> the digest of what its verdicts depend on beside the submission
    """

    notebooks: Path
    seed: int
    sandbox: str
    addresses: Mapping[str, str]
    modules: Mapping[str, tuple[str, ...]]
    limits: Limits
    delegation: str = FLAG
    salts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Graded:
    """What came of a submission.

    Parameters
    ----------
    result : its result
    digest : of the very bytes that were judged, and of all else that the result depends on; "" where there were none
    crowded : the machine stopped it, and not a limit; it is to be tried again while nothing else is graded
    """

    result: Result
    digest: str = ""
    crowded: bool = False


class Worker:
    """Grades one submission after the other."""

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.sheets = Sheets(setting.seed)
        self.chapters: dict[str, CourseChapter] = {}

    def grade(self, submission: Submission, alone: bool = True) -> Graded:
        """Grade a submission. Whatever goes wrong is a result with its reason, and nothing is raised.

        Parameters
        ----------
        alone : nothing else is graded at the same time
        """
        make = partial(Result, submission.learner, submission.chapter, submission.name, id=submission.id)
        digest = ""
        try:
            with _reading():
                data, digest = read_with_digest(submission, self.setting.salts.get(submission.chapter, ""))
            return Graded(make(grades=tuple(self._grade(submission, data, alone))), digest)
        except NotebookError as error:
            return Graded(make(UNREADABLE, reason=str(error)), digest)
        except (zipfile.BadZipFile, NotImplementedError, zlib.error, EOFError) as error:
            says = _("The file cannot be read ({reason}).").format(reason=str(error)[:120])
            return Graded(make(NOT_GRADED if digest else UNREADABLE, reason=says), digest)
        except OSError as error:  # of the disk, of a right, of the room for open files: nothing that the learner did
            says = str(error)
            if not isinstance(error, BookError) and not digest:
                says = _("The file cannot be read here ({reason}).").format(reason=says[:120])
            return Graded(make(NOT_GRADED, reason=says), digest)
        except BookError as error:
            return Graded(make(NOT_GRADED, reason=str(error)), digest, isinstance(error, CrowdedError) and not alone)
        except Exception as error:  # ours; never a zero for the learner
            says = _("The grader itself failed: {kind}: {text}. Please report it.")
            return Graded(
                make(NOT_GRADED, reason=says.format(kind=type(error).__name__, text=str(error)[:200])), digest
            )

    def _grade(self, submission: Submission, data: bytes, alone: bool) -> list[Grade]:
        exercises = load_chapter(submission.chapter)[0]
        with _reading():
            program = make_program(read_notebook(data), self._chapter(submission.chapter), exercises)
            connect = self._connect(program, alone)

        def run(job: Job, rate: Rate) -> JobResult:
            return run_job(job, connect, rate)

        setting = self.setting
        return grade_program(
            program, submission.learner, submission.chapter, exercises, self.sheets, run, setting.limits,
            setting.delegation,
        )  # fmt: skip

    def _chapter(self, name: str) -> CourseChapter:
        if name not in self.chapters:
            self.chapters[name] = load_course_chapter(self.setting.notebooks / f"{name}.ipynb")
        return self.chapters[name]

    def _connect(self, program: Program, alone: bool) -> Connect:
        libraries = set_for(program.steps)
        setting = self.setting
        if setting.sandbox == WARM:
            return partial(knock, setting.addresses[libraries], setting.limits, alone)
        return partial(launch_single, setting.modules[libraries], setting.limits, setting.sandbox != NONE, alone)


class _TooLong(BaseException):
    """Raised when reading takes too long; parsers are run inside `except Exception`, which must not catch it."""


@contextlib.contextmanager
def _reading() -> Iterator[None]:
    """Keep reading within bounds, since it happens out here: a file may be made to take for ever, or all memory."""

    def ring(signum: int, frame: FrameType | None) -> None:
        raise _TooLong

    before = signal.signal(signal.SIGPROF, ring)
    signal.setitimer(signal.ITIMER_PROF, _READ_SECONDS, _READ_SECONDS)  # again, should the first be lost
    signal.setitimer(signal.ITIMER_VIRTUAL, _PARSE_SECONDS)
    try:
        with _memory_limit(_READ_MEMORY):
            yield
    except _TooLong:
        raise NotebookError(
            _("Reading the file took longer than {seconds} seconds.").format(seconds=_READ_SECONDS)
        ) from None
    except MemoryError:
        if _is_short_of_memory():
            raise BookError(
                _("There was too little memory to read the file: this machine lets a process have no more."),
                _("Raise the limit (ulimit -d, ulimit -v), or grade where there is more memory."),
            ) from None
        limit = _READ_MEMORY / 2**30
        raise NotebookError(
            _("Reading the file took more than {limit:.0f} GB of memory.").format(limit=limit)
        ) from None
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGPROF, before)


def _is_short_of_memory() -> bool:
    """Whether the machine gives a process less memory than a notebook may take to be read."""
    if sys.platform != "linux":
        return False
    import resource

    known = (resource.getrlimit(kind) for kind in (resource.RLIMIT_DATA, resource.RLIMIT_AS))
    if any(0 <= soft < _READ_MEMORY for soft, _hard in known):
        return True
    told = Path("/proc/meminfo").read_text(encoding="ascii").split()
    free = int(told[told.index("MemAvailable:") + 1]) * 1024 if "MemAvailable:" in told else _READ_MEMORY
    return free < _READ_MEMORY // 4


@contextlib.contextmanager
def _memory_limit(most: int) -> Iterator[None]:
    if sys.platform != "linux":
        yield
        return
    import resource

    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    before = resource.getrlimit(resource.RLIMIT_AS)
    limit = pages * resource.getpagesize() + most
    resource.setrlimit(resource.RLIMIT_AS, (limit if before[1] < 0 else min(limit, before[1]), before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


_worker: Worker | None = None


def start_worker(setting: Setting) -> None:
    """Make this process a worker; Ctrl-C is for the process that leads."""
    global _worker
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _worker = Worker(setting)


def _end_with_parent() -> None:
    """End this process when the leading one is gone: it would wait for work for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        multiprocessing.connection.wait([parent.sentinel])
        os._exit(1)


def grade_here(submission: Submission, alone: bool) -> Graded:
    """Grade a submission in this process, which `start_worker` has made a worker."""
    assert _worker is not None
    return _worker.grade(submission, alone)
