"""What passes between the parts of the grader: a submission, what of it is run, what came of it, and the grade.

The reader makes a `Program` of a notebook. The engine adds the calls, drawn from the gradebook's secret, and so makes a
`Job`. The sandbox runs it and returns a `JobResult`, plain data that is checked before it is used. The judge, outside,
makes a `Grade` of it for each exercise. Everything here can be pickled and holds no open file.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from bookutils.core.calling import Outcome, Raised
from bookutils.core.plain import Plain
from bookutils.grading.names import Names, names_in


@dataclass(frozen=True)
class Submission:
    """A notebook that was handed in, not read yet.

    Parameters
    ----------
    learner, chapter : from the folder's or the file's name, never from inside the file
    container : the file itself, or the zip that holds it
    member : its name in the zip; None for a file
    size : in bytes, unpacked
    id : the number by which the platform tells people apart; "" where there is none
    """

    learner: str
    chapter: str
    container: Path
    member: str | None = None
    size: int = 0
    id: str = ""

    @property
    def name(self) -> str:
        """How a person finds it."""
        return f"{self.container.name}/{self.member}" if self.member else self.container.name


@dataclass(frozen=True)
class Person:
    """Somebody of the class, with or without a submission.

    Parameters
    ----------
    learner : the label under which results, tables and pages name them; nobody else has it
    id : the platform's or the roster's number; "" where there is none
    name : as the platform or the roster has it
    platform : "moodle", "canvas", …; "" where the files lay in a folder
    places : (chapter, how the platform itself names what was handed in: a folder, or the beginning of a file's name);
        feedback goes back under it
    details : (header, cell) of the roster's further columns
    on_roster : None where there is no roster
    """

    learner: str
    id: str = ""
    name: str = ""
    platform: str = ""
    places: tuple[tuple[str, str], ...] = ()
    details: tuple[tuple[str, str], ...] = ()
    on_roster: bool | None = None


@dataclass(frozen=True)
class Unreadable:
    """Something in the submissions that has no verdict.

    Parameters
    ----------
    name : how a person finds it
    reason : why it has none
    learner, chapter : where they are known
    superseded : another file of the same learner and chapter has the verdict
    question : it is no file, but a question of who is who, about people whose files may all be graded
    """

    name: str
    reason: str
    learner: str | None = None
    chapter: str | None = None
    superseded: bool = False
    question: bool = False


@dataclass(frozen=True)
class Step:
    """A cell that is run.

    Parameters
    ----------
    number : the cell's place in the notebook, counted from 1 over all cells; 0 for what the course itself adds
    source : its text, as in the notebook
    role : a word of `bookutils.core.cells`; ADDED for what the learner wrote beside setup and exercises
    looked_at : its names, where it was looked at already
    """

    number: int
    source: str
    role: str
    looked_at: Names | None = field(default=None, compare=False, repr=False)

    @cached_property
    def names(self) -> Names:
        """What it defines and needs."""
        return names_in(self.source) if self.looked_at is None else self.looked_at


@dataclass(frozen=True)
class Candidate:
    """A place where an answer is to be found: what `name` is bound to after the step with this index has run.

    Parameters
    ----------
    exercise : its id
    step : index into the program's steps
    untouched : the cell still holds the starter
    unseen : the name does not stand in the cell, which may bind it all the same, as `exec` does
    """

    exercise: str
    step: int
    name: str
    untouched: bool = False
    unseen: bool = False


@dataclass(frozen=True)
class Program:
    """What is run of a notebook, in order, and where its answers are.

    Parameters
    ----------
    steps : the cells to run
    candidates : in the order of the notebook; several for an exercise where cells are duplicated
    notes : exercise -> sentences for the feedback, such as that there were two cells and which one counts
    claimed : exercises that the stored outputs show as passed; a hint for the instructor, worth nothing
    delegates : exercise -> names of the course's own implementations that its cells mention
    quiet : no cell can change anything for another one's answer
    failed : a cell's place in the notebook -> the kinds of the errors that its stored outputs show
    python : the version of Python that the notebook names as its kernel's; "" where it names none
    """

    steps: tuple[Step, ...]
    candidates: tuple[Candidate, ...]
    notes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    claimed: frozenset[str] = frozenset()
    delegates: dict[str, tuple[str, ...]] = field(default_factory=dict)
    quiet: bool = False
    failed: dict[int, frozenset[str]] = field(default_factory=dict)
    python: str = ""


@dataclass(frozen=True)
class Limits:
    """What a submission may use; each that is reached is named in the feedback.

    Parameters
    ----------
    cell_seconds : processor time of one cell, and of all processes that it starts
    exercise_seconds : of all cells of one exercise; the calls have a limit of their own
    added_seconds : of all cells that belong to no exercise
    total_seconds : of everything, all retries included
    memory : bytes, beyond what the libraries take
    output : letters that one cell prints
    processes : processes and threads at a time
    file_size, files : bytes of one file, and bytes of all that it may write
    result : bytes of what all calls of one answer may return
    """

    cell_seconds: float = 20.0
    exercise_seconds: float = 40.0
    added_seconds: float = 60.0
    total_seconds: float = 600.0
    memory: int = 2 * 2**30
    output: int = 8 * 2**20
    processes: int = 64
    file_size: int = 32 * 2**20
    files: int = 64 * 2**20
    result: int = 16 * 2**20


@dataclass(frozen=True)
class Task:
    """The calls of one candidate.

    Parameters
    ----------
    exercise, name, step : as in `Candidate`
    kind : "function" or "value"
    inputs : the arguments of each call
    seconds : limit of all its calls together
    probe : "module:name" of the function that stands beside the answer; None without one
    reference : "module:name" of the course's own implementation where it is public; entering it is delegation
    """

    exercise: str
    name: str
    step: int
    kind: str
    inputs: tuple[tuple[Plain, ...], ...]
    seconds: float
    probe: str | None = None
    reference: str | None = None


@dataclass(frozen=True)
class Job:
    """A submission as the sandbox gets it: nothing in it is secret but the inputs, and nothing expected is in it.

    Parameters
    ----------
    steps, tasks, limits : what is run and called, and what it may use
    quiet : see `Program`
    """

    steps: tuple[Step, ...]
    tasks: tuple[Task, ...]
    limits: Limits = Limits()
    quiet: bool = False


@dataclass(frozen=True)
class StepResult:
    """What running a cell did.

    Parameters
    ----------
    number : the cell's place in the notebook
    status : "ran"; "raised"; "limit" when one was reached; "died" when the process ended; "garbled" when it disturbed
        the grader's own messages; "not run"
    error : what was raised
    limit : which one was reached: "time", "memory", "output", "processes" or "files"
    missing : (name that it would have bound, what the failed import said) of imports that failed alone
    """

    number: int
    status: str
    error: Raised | None = None
    limit: str | None = None
    missing: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class TaskResult:
    """What the calls of one candidate gave.

    Parameters
    ----------
    exercise, step : as in `Task`
    status : "called"; "missing" when the name was not bound; "untouched" when it is still the starter, or the book's
        own function; "not callable"; "limit", "died" and "garbled" as in `StepResult`
    outcomes : one a call when it was called
    kind : the type's name when it is not callable
    limit : as in `StepResult`, or "result" when too much came back
    delegated : the course's own implementation was entered while it ran
    missing : as in `StepResult`, of imports that stand in functions
    """

    exercise: str
    step: int
    status: str
    outcomes: tuple[Outcome, ...] = ()
    kind: str = ""
    limit: str | None = None
    delegated: bool = False
    missing: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class JobResult:
    """All that comes out of the sandbox for a submission.

    Parameters
    ----------
    steps, tasks : one result each, in the job's order
    used : processor seconds that it took; where it slept, its share of the seconds on the wall
    """

    steps: tuple[StepResult, ...]
    tasks: tuple[TaskResult, ...]
    used: float = 0.0


@dataclass(frozen=True)
class Grade:
    """What an exercise earned, as the reports show it.

    Parameters
    ----------
    learner, chapter, exercise : whose, and what
    status : the judge's (`bookutils.core.verdicts`), or "not graded" when the grader itself failed: never a zero
    points, max_points : reached, and to be had
    message : the sentence that `check` shows
    feedback : the same without any value that was expected, for the learner's page
    mistake : the id of the mistake that was recognised
    parts : (name, passed, earned, points) of each part
    code : the learner's cell, as it was judged
    flags : for the instructor: "delegation" where the answer calls the course's own implementation; "claimed" where the
        notebook shows a pass that the grader did not see; "differs" where it passes the published inputs and fails the
        secret ones; "follow-through" where it was judged with the course's own earlier answer
    """

    learner: str
    chapter: str
    exercise: str
    status: str
    points: int
    max_points: int
    message: str = ""
    feedback: str = ""
    mistake: str | None = None
    parts: tuple[tuple[str, bool, int, int], ...] = ()
    code: str = ""
    flags: tuple[str, ...] = ()


GRADED, UNREADABLE, NOT_GRADED = "graded", "unreadable", "not graded"


@dataclass(frozen=True)
class Result:
    """What came of one submission: a verdict on each exercise, or the reason why there is none.

    Parameters
    ----------
    learner, chapter : whose, and what
    file : how a person finds the file
    status : "graded"; "unreadable" when the file is no notebook; "not graded" when the grader itself failed
    grades : one an exercise, in the chapter's order; empty unless graded
    reason : why there are none
    id : the platform's number of the learner; "" where there is none
    """

    learner: str
    chapter: str
    file: str
    status: str = GRADED
    grades: tuple[Grade, ...] = ()
    reason: str = ""
    id: str = ""
