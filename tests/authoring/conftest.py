"""Small courses: a chapter of a few lines, and two exercises to go with it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from bookutils.authoring.course import Course
from bookutils.authoring.source import Chapter, read_chapter
from bookutils.judging.model import Exercise, Option, Part, Prediction, case

# Stands for bookutils.feedback, which knows the course's own exercises only: it shows what programs read of a verdict.
SETUP = """
from IPython.display import display

def check(id):
    status = "passed" if id in globals() and globals()[id](2) == 4 else "not started"
    kind = "application/vnd.bookutils.verdict+json"
    display({kind: {"exercise": id, "status": status}, "text/plain": status}, raw=True)
""".strip()

WHOLE = f'''
---
title: "A small chapter"
---

# Doubling

```{{code-cell}} ipython3
:tags: [setup]

{SETUP}
```

## The exercise

```{{code-cell}} ipython3
:tags: [exercise]
:exercise: double

def double(x):
    """Return twice x."""
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION
```

```{{code-cell}} ipython3
check("double")
```
'''.lstrip()


def make_exercise(id: str, points: int = 1) -> Exercise:
    """Make an exercise that asks for twice the argument."""
    part = Part("one number", points, lambda rng: [case(np.float64(2.0))])
    return Exercise(id=id, answer=id, asks="Twice.", reference=lambda x: 2 * x, parts=(part,), optional=points == 0)


def make_prediction(id: str) -> Prediction:
    """Make a prediction with two options."""
    options = {"a": Option("It grows.", "It does.", right=True), "b": Option("It falls.", "It grows.")}
    return Prediction(id, "What will it do?", options)


@pytest.fixture
def authored() -> SimpleNamespace:
    """Makers of exercises and predictions."""
    return SimpleNamespace(exercise=make_exercise, prediction=make_prediction, whole=WHOLE, setup=SETUP)


@pytest.fixture
def catalogue() -> dict:
    """One chapter with one exercise."""
    return {"01-small": ((make_exercise("double"),), ())}


@pytest.fixture
def course(tmp_path: Path) -> Course:
    """A course with one whole chapter, 01-small."""
    home = Course(tmp_path / "course")
    home.chapters_dir.mkdir(parents=True)
    (home.chapters_dir / "01-small.md").write_text(WHOLE, encoding="utf-8")
    return home


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Chapter]:
    """Write a chapter's text (without its front matter, which takes three lines) and read it."""

    def written(body: str, name: str = "01-small", front: str = "title: Small") -> Chapter:
        path = tmp_path / "chapters" / f"{name}.md"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"---\n{front}\n---\n{body}", encoding="utf-8")
        return read_chapter(path)

    return written
