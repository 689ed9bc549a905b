"""The course's family of errors: each says what happened and what to do next.

The command line prints them without a traceback; a notebook shows their sentence last.
"""


class BookError(Exception):
    """Something went wrong that a person can mend.

    Parameters
    ----------
    what : one sentence that says what happened, and where
    todo : one sentence that says what to do next; may be empty

    Examples
    --------
    >>> print(BookError("The file data.tsv is empty.", "Download it again."))
    The file data.tsv is empty. Download it again.
    """

    exit_code = 1  # a job that failed; UsageError says 2

    def __init__(self, what: str, todo: str = "") -> None:
        super().__init__(f"{what} {todo}".strip())
        self.what = what
        self.todo = todo


class UsageError(BookError):
    """A command or function was called in a way it does not know."""

    exit_code = 2


class StoppedError(BookError):
    """A person has stopped the work; what was done is kept."""

    exit_code = 130


class ShapeError(BookError, ValueError):
    """An array has another shape than the function can work with."""


class DownloadError(BookError, OSError):
    """A file could not be fetched, or what came back is not the file."""


class DataError(BookError):
    """A data set or a set of weights is not what it should be."""


class ChapterError(BookError):
    """A chapter breaks a rule; `what` begins with ``file:line``."""


class ExerciseError(BookError):
    """An exercise is described wrongly or is not known."""


class MissingPartError(BookError, ImportError):
    """An optional part of the environment is not installed."""
