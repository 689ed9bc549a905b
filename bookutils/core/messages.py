"""Every sentence that a learner can see passes through `_`, so that a translation needs no change of code."""

import gettext as _gettext
import os
from pathlib import Path

LOCALE_DIR = Path(__file__).parent.parent / "locale"


def _translation() -> _gettext.NullTranslations:
    language = os.environ.get("BOOKUTILS_LANGUAGE")
    return _gettext.translation("bookutils", LOCALE_DIR, [language] if language else None, fallback=True)


_translated = _translation()
_ = _translated.gettext
ngettext = _translated.ngettext  # for a sentence with a count in it


def join_words(words: list[str], last: str = "and") -> str:
    """Join words as a sentence does.

    >>> join_words(["one", "two", "three"])
    'one, two and three'
    """
    *head, tail = words
    return f"{', '.join(head)} {last} {tail}" if head else tail
