"""What the doctor sends through the whole grader: real answers, in each kind of sandbox, with each set of libraries."""

from __future__ import annotations

import importlib.util
import json
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bookutils.core.cells import EXERCISE, SETUP
from bookutils.core.errors import BookError
from bookutils.core.findings import OK, PROBLEM, Finding
from bookutils.core.messages import _
from bookutils.grading.libraries import NUMPY, TENSORFLOW, modules_for
from bookutils.grading.model import GRADED, Grade, Limits, Submission
from bookutils.grading.program import CourseChapter
from bookutils.grading.sandbox.choice import SINGLE, WARM
from bookutils.grading.sandbox.launch import Layers
from bookutils.grading.sandbox.servers import Servers
from bookutils.grading.worker import Setting, Worker

_SEED = 20_261_127  # any; points do not depend on it


@dataclass(frozen=True)
class Trial:
    """An exercise whose answers are known: the right one gets all points, and the wrong one, if any, gets none."""

    libraries: str
    chapter: str
    exercise: str
    right: str
    wrong: str


TRIALS = (
    Trial(
        NUMPY, "01-activations", "relu_backward",
        "def relu_backward(x, upstream):\n    np.random.default_rng(0)\n    return np.where(x > 0, upstream, 0.0)",
        "def relu_backward(x, upstream):\n    return upstream * 7.0 + 1.0",
    ),
    Trial(
        TENSORFLOW, "01-activations", "relu_backward",
        "import tensorflow as tf\n\ndef relu_backward(x, upstream):\n"
        "    x, upstream = tf.convert_to_tensor(x), tf.convert_to_tensor(upstream)\n"
        "    return tf.where(x > 0, upstream, tf.zeros_like(upstream))",
        "",  # starting TensorFlow again and again would show nothing new
    ),
)  # fmt: skip


def try_answers(layers: Layers, limits: Limits) -> list[Finding]:
    """Grade a right and a wrong answer in every way that grading can take here, and compare the points.

    Parameters
    ----------
    layers : what the sandbox has here
    limits : of a submission

    Returns
    -------
    one finding for each set of libraries that is installed
    """
    findings = []
    for trial in TRIALS:
        if trial.libraries == TENSORFLOW and importlib.util.find_spec("tensorflow") is None:
            continue
        kinds = [WARM, SINGLE] if layers.nests else [SINGLE]
        faults = [fault for kind in kinds if (fault := _fault_of(trial, kind, limits))]
        about = _("answers with {libraries}").format(libraries=_NAMES[trial.libraries])
        if faults:
            todo = _("Mend what is said there; until then such answers are not graded, and never a zero.")
            findings.append(Finding(about, PROBLEM, " ".join(faults), todo))
        else:
            says = _("Answers went through all of it ({kinds}) and got the points that they deserve.")
            findings.append(Finding(about, OK, says.format(kinds=", ".join(kinds))))
    return findings


_NAMES = {NUMPY: "NumPy", TENSORFLOW: "TensorFlow"}


def _fault_of(trial: Trial, kind: str, limits: Limits) -> str:
    """Say what went wrong in one kind of sandbox; empty when nothing did."""
    with tempfile.TemporaryDirectory(prefix="bookutils-doctor-") as folder:
        place = Path(folder)
        chapter = CourseChapter(trial.chapter, ())
        (place / f"{trial.chapter}.ipynb").write_text(json.dumps(_notebook("import numpy as np")), encoding="utf-8")
        modules = modules_for([chapter])
        with _servers(kind, modules, limits, trial.libraries) as addresses:
            worker = Worker(Setting(place, _SEED, kind, addresses, modules, limits))
            told = [_grade(worker, trial, place, source) for source in (trial.right, trial.wrong)]
    faults = [text for text in told if isinstance(text, str)]
    if faults:
        return f"{kind}: {faults[0]}"
    right, wrong = (grade for grade in told if isinstance(grade, Grade))
    if (right.points, wrong.points) != (right.max_points, 0):
        says = _("{kind}: a right answer got {right} of {all} points, a wrong one {wrong}. {message}")
        return says.format(
            kind=kind, right=right.points, all=right.max_points, wrong=wrong.points, message=right.message
        )
    return ""


def _grade(worker: Worker, trial: Trial, place: Path, source: str) -> Grade | str:
    path = place / "answer.ipynb"
    path.write_text(json.dumps(_notebook("import numpy as np", source, exercise=trial.exercise)), encoding="utf-8")
    result = worker.grade(Submission("doctor", trial.chapter, path)).result
    if result.status != GRADED:
        return result.reason
    return next(grade for grade in result.grades if grade.exercise == trial.exercise)


def _notebook(setup: str, *sources: str, exercise: str = "") -> dict[str, object]:
    marks = [(SETUP, None, setup), *((EXERCISE, exercise, source) for source in sources)]
    cells: list[dict[str, object]] = [
        {"cell_type": "code", "outputs": [], "execution_count": None, "source": source,
         "metadata": {"bookutils": {"role": role, "exercise": which}}}
        for role, which, source in marks
    ]  # fmt: skip
    return {"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": cells}


@contextmanager
def _servers(
    kind: str, modules: Mapping[str, Sequence[str]], limits: Limits, libraries: str
) -> Iterator[dict[str, str]]:  # fmt: skip
    """Start what a kind of sandbox needs, and tend it."""
    if kind != WARM:
        yield {}
        return
    over = threading.Event()
    with Servers(modules, limits.files) as running:

        def tend() -> None:
            while not over.wait(0.05):
                running.tend()

        running.start(libraries)
        thread = threading.Thread(target=tend, daemon=True)
        thread.start()
        try:
            yield {name: running.address(name) for name in modules}
        except OSError as error:
            raise BookError(str(error)) from error
        finally:
            over.set()
            thread.join()
