"""The command line: one thin function a command."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from bookutils.core.errors import BookError

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
    course: CourseFolder = None,
) -> None:
    """Build notebooks from chapters."""
    from bookutils.authoring.build import build_all
    from bookutils.authoring.course import choose, described, find_course

    home = find_course(course)
    chosen = choose(home.chapters(), chapters or [])
    build_all(chosen, described(), home.notebooks_dir, typer.echo)


def main() -> None:
    """Run the command line: a BookError is printed as its sentence, without a traceback."""
    try:
        app()
    except BookError as error:
        typer.echo(str(error), err=True)
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
