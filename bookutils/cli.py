"""The command line: one thin function a command."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated

import typer

from bookutils.core.errors import BookError, UsageError

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)

CourseFolder = Annotated[
    Path | None, typer.Option("--course", metavar="FOLDER", help="The folder with chapters/; by default this clone.")
]


@app.callback()
def bookutils() -> None:
    """Build, check and open the course From Neuron to Product."""


@app.command()
def build(
    chapters: Annotated[
        list[str] | None, typer.Argument(help="01-activations, or 01, or activations. Default: all.")
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="Compare only; nothing is run or written.")] = False,
    solved: Annotated[
        Path | None, typer.Option("--solved", metavar="DIR", help="Write the solved edition there.")
    ] = None,
    text: Annotated[
        bool, typer.Option("--text", help="Only texts have changed: keep the stored outputs, run nothing.")
    ] = False,
    course: CourseFolder = None,
) -> None:
    """Build notebooks from chapters."""
    from bookutils.authoring.build import build_all, check_sources
    from bookutils.authoring.compare import check_notebooks
    from bookutils.authoring.course import choose, described, find_course
    from bookutils.authoring.navigation import write_pages

    if sum((check, text, solved is not None)) > 1:
        raise UsageError("--check, --text and --solved exclude one another.", "Use one of them.")
    home = find_course(course)
    if not check and solved is None:
        write_pages(home)
    known = home.chapters()
    chosen = choose(known, chapters or [])
    catalogue = described()
    check_sources(home, known, chosen, catalogue, whole=not chapters)
    if check:
        check_notebooks(home, known, chosen, catalogue)
    else:
        build_all(home, chosen, catalogue, typer.echo, solved, text_only=text)


@app.command()
def exercises(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")] = False,
) -> None:
    """List the course's exercises."""
    from bookutils.authoring.course import described
    from bookutils.authoring.listing import as_table, list_exercises

    rows = list_exercises(described())
    typer.echo(json.dumps(rows, indent=2, ensure_ascii=False) if as_json else as_table(rows))


new = typer.Typer(no_args_is_help=True, help="Write all files of a new chapter or exercise, from a template.")
app.add_typer(new, name="new")


@new.command("chapter")
def chapter_from_template(
    name: Annotated[str, typer.Argument(help="Two digits and words, such as 14-generation.")],
    course: CourseFolder = None,
) -> None:
    """Write a whole small chapter that builds: text, exercise, figure, widget, and tests for each."""
    from bookutils.authoring.course import find_course
    from bookutils.authoring.new.chapter import new_chapter

    new_chapter(find_course(course), name, typer.echo)


@new.command("exercise")
def exercise_from_template(
    chapter: Annotated[str, typer.Argument(help="05-optimizers, or 05, or optimizers.")],
    id: Annotated[str, typer.Argument(help="Its id, in small letters; the learner's function has the same name.")],
    graded: Annotated[bool, typer.Option("--graded", help="With points. Default: optional.")] = False,
    course: CourseFolder = None,
) -> None:
    """Write one exercise more: its description, reference, tests, right answers, and its cell in the chapter."""
    from bookutils.authoring.course import find_course
    from bookutils.authoring.new.exercise import new_exercise

    new_exercise(find_course(course), chapter, id, typer.echo, graded=graded)


@app.command()
def work(
    to: Annotated[Path | None, typer.Option("--to", metavar="DIR", help="Default: work/ in the clone.")] = None,
    course: CourseFolder = None,
) -> None:
    """Copy notebooks into the learner's folder; carry answers into newer versions."""
    from bookutils.authoring.course import find_course
    from bookutils.authoring.work import fill_work

    home = find_course(course)
    fill_work(home, to or home.work_dir, typer.echo)


@app.command()
def fetch(
    name: Annotated[str, typer.Argument(help="The encoder; the default is the course's own.")] = "minilm",
) -> None:
    """Bring an encoder into the cache, unless it is there."""
    from bookutils.models.sources.names import fetch_encoder

    fetch_encoder(name)


@app.command()
def grade(
    submissions: Annotated[
        Path, typer.Argument(help="A folder or zip: <learner>/<chapter>.ipynb, or <learner>__<chapter>.ipynb.")
    ],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Gets the reports and the gradebook.")],
    workers: Annotated[
        int | None, typer.Option("--workers", metavar="N", help="Work side by side. Default: the cores.")
    ] = None,
    delegation: Annotated[
        str, typer.Option("--delegation", help="An answer that calls the book's own: flag it, or forbid it.")
    ] = "flag",
    sandbox: Annotated[
        str, typer.Option("--sandbox", help="auto, warm, single, or none: only for notebooks of your own.")
    ] = "auto",
    names: Annotated[
        str | None, typer.Option("--names", metavar="REGEX", help="Read learner and chapter off each path: groups.")
    ] = None,
    roster: Annotated[
        Path | None, typer.Option("--roster", metavar="CSV", help="The class: id, name and further columns.")
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="Grade what has been graded, too.")] = False,
    course: CourseFolder = None,
) -> None:
    """Grade submissions: each runs in a sandbox, is judged outside, and nothing that it does counts but its answers."""
    from bookutils.authoring.course import find_course
    from bookutils.grading.engine import Options, grade_folder

    options = Options(workers, sandbox, delegation, names=names, roster=roster, again=again)
    done = grade_folder(submissions, out, find_course(course).notebooks_dir, options, typer.echo)
    typer.echo(done.sentence(out))
    if done.without_verdict or done.questions:
        raise typer.Exit(1)


@app.command()
def export(
    grades: Annotated[Path, typer.Argument(help="The folder that grade has written.")],
    moodle: Annotated[
        Path | None, typer.Option("--moodle", metavar="CSV", help="Fill in this grading worksheet of an assignment.")
    ] = None,
    canvas: Annotated[
        Path | None, typer.Option("--canvas", metavar="CSV", help="Fill in this exported gradebook.")
    ] = None,
    feedback: Annotated[
        bool, typer.Option("--feedback", help="Zip the learners' pages under the platform's own names.")
    ] = False,
    chapter: Annotated[
        str | None, typer.Option("--chapter", metavar="NAME", help="01-activations, or 01, or activations.")
    ] = None,
    column: Annotated[
        str | None, typer.Option("--column", metavar="NAME", help="The column of the grades, where it is not found.")
    ] = None,
    to: Annotated[
        Path | None, typer.Option("--to", metavar="DIR", help="Where the files go. Default: the folder of the grades.")
    ] = None,
) -> None:
    """Bring grades and feedback back to Moodle or Canvas; in a table of theirs only the grades change."""
    from bookutils.grading.reports.sending import export_grades

    if moodle is None and canvas is None and not feedback:
        raise UsageError("There is nothing to export.", "Name --moodle, --canvas or --feedback.")
    export_grades(grades, to or grades, moodle, canvas, feedback, chapter, column, typer.echo)


@app.command()
def doctor(
    grading: Annotated[bool, typer.Option("--grading", help="Can submissions be graded on this machine?")] = False,
    log: Annotated[
        str | None,
        typer.Option("--log", metavar="FILE", help="Find the cause in an error text; - reads what you paste."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")] = False,
) -> None:
    """Say what this machine has, line by line: OK, or the one thing to do."""
    from bookutils.core.findings import as_data, has_problem
    from bookutils.devices import doctor as devices
    from bookutils.devices.symptoms.diagnosis import diagnose_file
    from bookutils.grading import doctor as graders

    if log is not None:
        if grading:
            raise UsageError("--log reads an error text, --grading looks at the machine.", "Type one of them.")
        causes = diagnose_file(log)
        typer.echo(json.dumps([asdict(cause) for cause in causes], indent=2) if as_json else devices.explain(causes))
        return
    findings = graders.examine() if grading else devices.examine(lambda sentence: typer.echo(sentence, err=True))
    write = graders.report if grading else devices.report
    typer.echo(json.dumps(as_data(findings), indent=2) if as_json else write(findings))
    if has_problem(findings):
        raise typer.Exit(1)


def main() -> None:
    """Run the command line: a BookError is printed as its sentence, without a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # a terminal that knows no ✓, and names that are no UTF-8
            stream.reconfigure(errors="replace")
    try:
        app()
    except BookError as error:
        typer.echo(str(error), err=True)
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
