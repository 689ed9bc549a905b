"""What an entry in the tables of causes is: words that show a cause, what must stand beside them, and what must not.

A pattern is found fast because each holds a *needle*: letters that stand in every text that fits it. Where the needle
is missing, the regular expression is not tried; so a log of some megabytes takes a fraction of a second.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from bookutils.devices.symptoms.text import Reading

# Words of libraries that meet the same faults of CUDA as TensorFlow, and are mended otherwise.
OTHER_LIBRARIES = (
    r"[/\\]torch\w*[/\\]|\btorch\.|import torch|TORCH_USE_CUDA_DSA|current PyTorch installation|"
    r"(?:CUDA|cuDNN) error: (?:no kernel|device kernel|CU[A-Z]{2,4}_STATUS)|"
    r"jaxlib[./\\]|[/\\]jax[/\\]|\bjax\.|import jax\b|XlaRuntimeError|[/\\]triton[/\\](?:compiler|backends|runtime)|"
    r"\b(?:cupy\w*|onnxruntime|mxnet|paddle|mmcv|numba|pycuda|ctranslate2|bitsandbytes|taichi|llama)[./\\]|ggml_"
)

_LONGEST_MATCH = 4000
_SPACES = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]| \?| ", re.DOTALL)  # classes and what is escaped stay as they are
_WHITE = {" ": r"\s{1,60}", " ?": r"\s{0,60}"}


@dataclass(frozen=True)
class Pattern:
    """A regular expression, and the letters that stand in every text that fits it."""

    expression: re.Pattern[str]
    needle: str

    def search(self, reading: Reading) -> re.Match[str] | None:
        """Find the first place that fits."""
        place = reading.lowered.find(self.needle)
        if place < 0:
            return None
        same_places = len(reading.lowered) == len(reading.text)
        return self.expression.search(reading.text, self._line_start(reading.text, place) if same_places else 0)

    def search_for(self, reading: Reading, fits: Callable[[re.Match[str]], bool] | None) -> re.Match[str] | None:
        """Find the first place that fits, and whose numbers do."""
        if fits is None:
            return self.search(reading)
        return next(filter(fits, self.all_in(reading)), None)

    def found_in(self, log: Sequence[Reading]) -> bool:
        """Whether any reading of a log fits."""
        return any(self.search(reading) is not None for reading in log)

    def all_in(self, reading: Reading) -> Iterator[re.Match[str]]:
        """Find all places that fit."""
        return self.expression.finditer(reading.text) if self.needle in reading.lowered else iter(())

    @staticmethod
    def _line_start(text: str, place: int) -> int:
        return text.rfind("\n", 0, max(0, place - _LONGEST_MATCH)) + 1


@dataclass(frozen=True)
class Symptom:
    """A cause, and how a log shows it.

    Attributes
    ----------
    name : the cause's name
    patterns : any one of them shows it; the first that is found is quoted
    fits : what the numbers in it have to be, such as one version newer than the other
    says : what it means
    todo : the one thing to do
    context : all of them have to be in the log too
    against : none of them may be in the log
    unless : causes that already explain it
    detail : finds what may be said more closely, in the first of its groups that holds something
    detail_says : the sentence for it, with {detail}
    subject : what it is about: "gpu" or "packages"
    note : the program went on: where it ended in another error, this is not why
    """

    name: str
    patterns: tuple[Pattern, ...]
    says: str
    todo: str
    fits: Callable[[re.Match[str]], bool] | None = None
    context: tuple[Pattern, ...] = ()
    against: tuple[Pattern, ...] = ()
    unless: frozenset[str] = frozenset()
    detail: Pattern | None = None
    detail_says: str = ""
    subject: str = "gpu"
    note: bool = False


def pattern(words: str) -> Pattern:
    """Compile; a space stands for any white space, since terminals break long lines, and "space?" for that or none."""
    spaced = _SPACES.sub(lambda part: _WHITE.get(part[0], part[0]), words)
    return Pattern(re.compile(spaced, re.IGNORECASE | re.MULTILINE), find_needle(words))


def symptom(
    name: str, patterns: Sequence[str], says: str, todo: str, *,
    fits: Callable[[re.Match[str]], bool] | None = None, context: Sequence[str] = (), against: Sequence[str] = (),
    unless: Sequence[str] = (), detail: str = "", detail_says: str = "", subject: str = "gpu", note: bool = False,
) -> Symptom:  # fmt: skip
    """Make an entry of a table; see `Symptom` for the words."""
    return Symptom(
        name, tuple(map(pattern, patterns)), says, todo, fits, tuple(map(pattern, context)),
        tuple(map(pattern, against)), frozenset(unless), pattern(detail) if detail else None, detail_says, subject,
        note,
    )  # fmt: skip


def find_needle(words: str) -> str:
    r"""Find the longest run of letters that every text holds that fits a regular expression, in small letters.

    Groups, classes and what may be missing are left aside; an expression with a choice at its top has no needle.

    >>> find_needle(r"version '?GLIBC_2\.\d+' not found")
    'glibc_2.'
    >>> find_needle("this|that")
    ''
    """
    runs, run, depth, place = [], "", 0, 0
    while place < len(words):
        sign = words[place]
        width, letter = 1, ""
        if sign == "\\":
            width = 2
            letter = words[place + 1] if not words[place + 1].isalnum() else ""
        elif sign == "[":
            width = _end_of_class(words, place) - place
        elif sign in "()":
            depth += 1 if sign == "(" else -1
        elif sign == "|" and not depth:
            return ""
        elif sign not in "|.^$?*+{} ":
            letter = sign
        place += width
        following = words[place : place + 1]
        if sign == "{":  # a repetition's numbers
            place = words.index("}", place) + 1
        if letter and not depth and following not in {"?", "*", "{"}:
            run += letter
        else:
            runs.append(run)
            run = ""
    return max([*runs, run], key=len).lower()


def _end_of_class(words: str, start: int) -> int:
    place = start + 1 + (words[start + 1] == "^")
    place += words[place] == "]"
    while words[place] != "]":
        place += 2 if words[place] == "\\" else 1
    return place + 1
