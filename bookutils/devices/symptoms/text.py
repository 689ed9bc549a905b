"""The text of a log as it was before it was copied: without colours, a forum's quotation marks, a terminal's breaks.

People paste logs from terminals of 80 columns, from web pages and from mails. Where a line was broken cannot always be
told, so a log has readings: as it came, and with lines joined that a terminal or a mail seems to have broken.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from functools import cached_property
from itertools import chain, pairwise, takewhile

_COLOURS = re.compile(r"\x1b(?:\[[0-9;?]{0,20}[ -/]{0,3}[@-~]|\][^\x07\n]{0,200}\x07)")
_ENTITY = re.compile(r"&(?:lt|gt|amp|quot|apos|nbsp|#39|#x27);")
_QUOTED = re.compile(r"^(?:>[ \t]){1,9}", re.MULTILINE)  # a forum's quotation; Python's prompt is >>>
_COMPOSE = re.compile(r"^[\w.-]{1,40}[ \t]{1,40}\|[ \t]", re.MULTILINE)  # docker compose: "web-1  | ..."
_QUOTE_MARKS = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "\u00a0": " ", "\u200b": "", "\0": None})
_SHORTEST_BROKEN_LINE, _SHORTEST_LINE_BEFORE_A_LONG_WORD, _WIDTH_OF_A_MAIL = 60, 30, 80
_USUAL_WIDTHS = {79, 80, 100, 120, 132}
_STARTS = re.compile(
    r"""\s{2,} | \s*(?:
        $ | \d{4}-\d\d-\d\d | [IWEF]\d{4}\s | \d\d:\d\d:\d\d | \[ | Traceback\b | File\s | During\s | The\sabove\s |
        [\w.]{0,80}(?:Error|Exception|Warning|Interrupt)\b | (?:ERROR|WARNING|INFO|HINT|NOTE|note|hint|DEBUG)\b | >>> |
        \.\.\. | \$\s | \#\s | PS\s[A-Z]: | [\w.-]{1,40}@[\w.-]{1,40}: | [A-Z]:\\ | [-=*+~^|]{2,} |
        (?:Aborted|Killed)\b | Illegal\s | Skipping\s | To\senable\s | Your\skernel\s | Node:\s | Epoch\s | pip\s |
        Collecting\s
    )""",
    re.VERBOSE,
)
_RAISED = re.compile(r"^(?:E[ \t]{1,8})?[\w.]{0,120}(?:Error|Exception)\b:?[ \t]?[^\n]{0,600}", re.MULTILINE)
_HEADING = re.compile(r"Traceback \(most recent call last\)\s*$")  # Jupyter: "ValueError      Traceback (most ...)"
_OF_GPUS = re.compile(
    r"gpu|cuda|cudnn|cublas|nvidia|driver|ptx|xla|jit|libdevice|\.so\b|dlopen|memory|oom|dnn|native tensorflow|"
    r"algorithm|(?:Internal|Unknown|NotFound|Unimplemented|FailedPrecondition|ResourceExhausted)Error: Graph execution",
    re.IGNORECASE,
)
_PLACES = re.compile(r"\{\{[^}\n]{0,300}\}\}|/job:[\w/:]{0,80}CPU:\d")  # where it ran is not what it died of


class Reading:
    """A log's text, and what is asked of it often.

    Attributes
    ----------
    text : the lines
    lowered : the same in small letters
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.lowered = text.lower()

    @cached_property
    def ends_elsewhere(self) -> int:
        """Where the last exception is raised, if it speaks of nothing that has to do with GPUs; else -1."""
        place = -1
        for raised in _RAISED.finditer(self.text):
            if not _HEADING.search(raised[0]):
                place = -1 if _OF_GPUS.search(_PLACES.sub("", self._message(raised))) else raised.start()
        return place

    def _message(self, raised: re.Match[str]) -> str:
        """Return an exception's line, and those after it that are no other message."""
        first, *others = self.text[raised.start() : raised.end() + 600].split("\n")[:6]
        return "\n".join([first, *takewhile(lambda line: not _STARTS.match(line), others)])


def tidy(text: str) -> str:
    """Take out what a terminal, a forum or a mail put in.

    >>> tidy("> \\x1b[31mversion &#39;GLIBC_2.29’ not found\\x1b[0m\\r\\n")
    "version 'GLIBC_2.29' not found\\n"
    """
    text = _COLOURS.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).translate(_QUOTE_MARKS)
    if "&" in text:
        text = _ENTITY.sub(lambda entity: html.unescape(entity[0]), text)
    if ">" in text:
        text = _QUOTED.sub("", text)
    return _COMPOSE.sub("", text) if "|" in text else text


def join_broken_lines(text: str, in_words: bool = True) -> str:
    """Join the lines that a terminal or a mail seems to have broken.

    A line is joined to a long one before it, unless it looks like the beginning of another message. A terminal breaks
    in the middle of a word, at the same column each time; a mail breaks at a space, which it drops.

    Parameters
    ----------
    text : the lines
    in_words : whether a line of a usual width, or of one that occurs again, was broken in a word

    Examples
    --------
    >>> join_broken_lines("x" * 78 + " of\\ntype float")[-13:]
    'of type float'
    """
    lines = text.split("\n")
    broken = [
        place
        for place, (before, line) in enumerate(pairwise(lines))
        if _seems_broken(before, line) and not _STARTS.match(line)
    ]
    if not broken:
        return text
    widths = Counter(map(len, lines))
    between = ["\n"] * (len(lines) - 1)
    for place in broken:
        before, line = lines[place], lines[place + 1]
        in_a_word = in_words and (len(before) in _USUAL_WIDTHS or widths[len(before)] > 1)
        between[place] = "" if in_a_word or before[-1] in " \t" or line[0] in " \t" else " "
    return "".join(chain.from_iterable(zip(lines, [*between, ""], strict=True)))


def _seems_broken(before: str, line: str) -> bool:
    """Whether a line is long, or is short because the next word was too long for a line of a mail."""
    if len(before) < _SHORTEST_LINE_BEFORE_A_LONG_WORD:
        return False
    return len(before) >= _SHORTEST_BROKEN_LINE or len(before) + 1 + len(line.split(" ", 1)[0]) > _WIDTH_OF_A_MAIL


def readings(text: str) -> tuple[Reading, ...]:
    """Return the readings of a log that differ: as it came, and joined where lines were broken."""
    plain = tidy(text)
    joined = join_broken_lines(plain)
    if joined == plain:
        return (Reading(plain),)
    return tuple(map(Reading, dict.fromkeys((plain, joined, join_broken_lines(plain, in_words=False)))))
