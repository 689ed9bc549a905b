"""nbgrader beside the course: real course folders, and the time that `nbgrader autograde` takes in them.

nbgrader runs in an environment of its own, `.venv-nbgrader`. A chapter that needs TensorFlow gets its kernel from
`.venv`, as a course does that keeps nbgrader and its kernels apart: the same Python runs the answers for both graders.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts import environment

NOTEBOOKS = environment.ROOT / "notebooks"
# What an answer needs: setup cells, exercises, checks, and what the learner added (which has no role).
NEEDED_ROLES = {None, "setup", "exercise", "check"}
CELL_SECONDS = 300  # nbgrader's own limit is 30, which a chapter that trains does not keep
Points = dict[str, dict[str, float | None]]

CONFIGURATION = f"""\
c = get_config()
c.CourseDirectory.course_id = "course"
c.Execute.timeout = {CELL_SECONDS}
"""

# nbgrader's own reader of its gradebook. A grade that a person would have to give counts as none.
READ_POINTS = """\
import json, sys
from nbgrader.api import Gradebook

with Gradebook("sqlite:///gradebook.db") as gradebook:
    points = {
        submission.student.id: {
            grade.name: None if grade.needs_manual_grade else grade.score
            for notebook in submission.notebooks
            for grade in notebook.grades
        }
        for submission in gradebook.assignment_submissions(sys.argv[1])
    }
print(json.dumps(points))
"""


def nbgrader_is_missing() -> bool:
    """Whether `make setup` has not made the environment yet."""
    return not environment.venv_script("nbgrader", environment.NBGRADER.venv).is_file()


@dataclass(frozen=True)
class CourseFolder:
    """A course of one assignment, as an instructor keeps it: source, release, submitted, gradebook.

    Parameters
    ----------
    folder : where it is; made by `make_course`
    chapter : the chapter's name, which is the assignment's too
    students : who has handed in
    """

    folder: Path
    chapter: str
    students: tuple[str, ...] = ()

    @property
    def log(self) -> Path:
        """The file with what the last command said."""
        return self.folder / "nbgrader.log"

    @property
    def variables(self) -> dict[str, str]:
        """The environment of nbgrader's processes: nothing of a person's settings is read or written."""
        beside = environment.venv_python(environment.NBGRADER.venv).parent
        variables = environment.child_environment()
        own = {
            "BOOKUTILS_HOME": "home", "IPYTHONDIR": "ipython", "JUPYTER_CONFIG_DIR": "config",
            "JUPYTER_DATA_DIR": "data", "JUPYTER_RUNTIME_DIR": "runtime", "JUPYTER_PATH": "path",
        }  # fmt: skip
        variables |= {name: str(self.folder / "jupyter" / part) for name, part in own.items()}
        path = os.pathsep.join([str(beside), variables.get("PATH", "")])  # nbgrader calls alembic by its name
        return variables | {"PATH": path, "MPLBACKEND": "Agg", "TF_CPP_MIN_LOG_LEVEL": "3"}

    def start(self, *words: str | Path) -> subprocess.Popen[str]:
        """Start an nbgrader command in this course. What it says goes into a file: a full pipe would stop it."""
        line = [str(environment.venv_script("nbgrader", environment.NBGRADER.venv)), *map(str, words)]
        with self.log.open("w", encoding="utf-8") as log:
            return subprocess.Popen(
                line, cwd=self.folder, env=self.variables, stdin=subprocess.DEVNULL, stdout=log,
                stderr=subprocess.STDOUT, text=True,
            )  # fmt: skip

    def said(self) -> str:
        """Return what the last command said."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def run(self, *words: str | Path) -> str:
        """Run an nbgrader command; what it said. Raises RuntimeError when it fails."""
        with self.start(*words) as process:
            returncode = process.wait()
        if returncode:
            raise RuntimeError(f"nbgrader {' '.join(map(str, words))} ended with {returncode}:\n{self.said()[-4000:]}")
        return self.said()

    def hand_in(self, student: str, notebook: Mapping[str, Any]) -> None:
        """Put a notebook where a submission is expected."""
        path = self.folder / "submitted" / student / self.chapter / f"{self.chapter}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(notebook, ensure_ascii=False), encoding="utf-8")

    def points(self) -> Points:
        """Return student -> exercise -> points, from the gradebook; None where a person would have to decide."""
        python = environment.venv_python(environment.NBGRADER.venv)
        line = [str(python), "-W", "ignore", "-c", READ_POINTS, self.chapter]
        return json.loads(subprocess.check_output(line, cwd=self.folder, env=self.variables, text=True))

    def reset(self) -> None:
        """Forget every grade: the gradebook is the one of a new term."""
        shutil.rmtree(self.folder / "autograded", ignore_errors=True)
        shutil.copyfile(self.folder / "unused.db", self.folder / "gradebook.db")


def read(path: Path) -> dict[str, Any]:
    """Read a notebook file."""
    return json.loads(path.read_text(encoding="utf-8"))


def exercises_alone(notebook: Mapping[str, Any]) -> dict[str, Any]:
    """Return a notebook without its text and demonstrations: what is left is what an answer needs, and the checks.

    This is to nbgrader's advantage, which runs every cell that it is given: a chapter that trains would take minutes.
    """
    cells = [cell for cell in notebook["cells"] if _role(cell) in NEEDED_ROLES]
    return {**notebook, "cells": cells}


def _role(cell: Mapping[str, Any]) -> str | None:
    return cell.get("metadata", {}).get("bookutils", {}).get("role")


def make_course(folder: Path, source: Mapping[str, Any], *, tensorflow: bool = False) -> CourseFolder:
    """Make a course folder with one assignment, released as an instructor releases it.

    Parameters
    ----------
    folder : an empty folder
    source : the notebook as learners get it; its metadata name the chapter
    tensorflow : True: the kernel is the one of `.venv`, which has TensorFlow
    """
    course = CourseFolder(folder, source["metadata"]["bookutils"]["chapter"])
    path = folder / "source" / course.chapter / f"{course.chapter}.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(source, ensure_ascii=False), encoding="utf-8")
    (folder / "nbgrader_config.py").write_text(CONFIGURATION, encoding="utf-8")
    if tensorflow:
        kernel = folder / "jupyter" / "path" / "kernels" / "python3" / "kernel.json"
        argv = [str(environment.venv_python()), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        kernel.parent.mkdir(parents=True)
        kernel.write_text(json.dumps({"argv": argv, "display_name": "course", "language": "python"}), encoding="utf-8")
    course.run("generate_assignment", course.chapter)
    shutil.copyfile(folder / "gradebook.db", folder / "unused.db")
    return course


def make_courses(
    folder: Path, chapter: str, submissions: Sequence[Path], n: int, *, processes: int = 1, alone: bool = False,
    tensorflow: bool = False,
) -> tuple[CourseFolder, ...]:  # fmt: skip
    """Prepare what `autograde` times: one course for each process, with its share of `n` submissions.

    Parameters
    ----------
    folder : an empty folder
    chapter : such as "01-activations"
    submissions : notebooks that learners handed in; they are repeated until there are `n`
    n : how many submissions there are in all
    processes : how many nbgrader processes share them; each has a gradebook of its own
    alone : True: `exercises_alone` of the chapter and of each submission
    tensorflow : True: the kernel has TensorFlow
    """
    shown = exercises_alone if alone else dict
    source = shown(read(NOTEBOOKS / f"{chapter}.ipynb"))
    courses = []
    for process in range(processes):
        course = make_course(folder / f"course-{process}", source, tensorflow=tensorflow)
        numbers = range(process, n, processes)
        for number in numbers:
            course.hand_in(f"learner-{number:03}", shown(read(submissions[number % len(submissions)])))
        students = tuple(f"learner-{number:03}" for number in numbers)
        courses.append(CourseFolder(course.folder, chapter, students))
    return tuple(courses)


def autograde(courses: Sequence[CourseFolder]) -> float:
    """Run `nbgrader autograde` in every course at once; the seconds by the wall clock.

    Raises
    ------
    RuntimeError
        When nbgrader fails, or a submission did not get points for each of its exercises.
    """
    for course in courses:
        course.reset()
    begin = time.perf_counter()
    processes = [course.start("autograde", course.chapter) for course in courses]
    returncodes = [process.wait() for process in processes]
    seconds = time.perf_counter() - begin
    for course, returncode in zip(courses, returncodes, strict=True):
        points = course.points()
        missing = [name for name in course.students if not points.get(name) or None in points[name].values()]
        if returncode or missing:
            who = ", ".join(missing) or "nobody"
            raise RuntimeError(f"nbgrader ended with {returncode} and left out {who}:\n{course.said()[-4000:]}")
    return seconds
