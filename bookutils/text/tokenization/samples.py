"""Texts that tokenizers are tried on: text messages, and one sentence in several languages.

Taught in chapter 08.
"""

from __future__ import annotations

from collections.abc import Sequence

from bookutils.core.errors import DownloadError
from bookutils.core.messages import _
from bookutils.core.progress import say
from bookutils.data.sms_spam import load_sms_spam

# The same thing said in each; the course's own sentences.
ONE_SENTENCE = {
    "English": "The film is long, but I did not want it to end.",
    "French": "Le film est long, mais je ne voulais pas qu'il finisse.",
    "German": "Der Film ist lang, aber ich wollte nicht, dass er endet.",
    "Finnish": "Elokuva on pitkä, mutta en halunnut sen loppuvan.",
    "Greek": "Η ταινία είναι μεγάλη, αλλά δεν ήθελα να τελειώσει.",
    "Russian": "Фильм длинный, но я не хотел, чтобы он кончился.",
    "Hindi": "फिल्म लंबी है, लेकिन मैं नहीं चाहता था कि वह खत्म हो।",
    "Chinese": "电影很长，但我不希望它结束。",
}

GERMAN = (
    "Ein Film, der seine Zuschauer ernst nimmt und trotzdem zum Lachen bringt.",
    "Die Schauspieler sind gut, das Drehbuch leider nicht.",
    "Nach einer Stunde habe ich auf die Uhr gesehen, nach zwei Stunden war ich eingeschlafen.",
    "Selten war ein so kleiner Film so reich an Einfällen.",
    "Wer die Bücher kennt, wird enttäuscht sein, wer sie nicht kennt, versteht kein Wort.",
    "Die Musik ist wunderbar, die Bilder sind es auch, nur eine Geschichte fehlt.",
    "Man möchte ihn gleich noch einmal sehen.",
    "Was als leichte Komödie beginnt, endet als Lehrstück über Freundschaft.",
)


def load_messages(*, progress: bool = False) -> dict[str, list[str]]:
    """Return the SMS Spam Collection as ``{"SMS spam": texts}``, or nothing, and a sentence, where it cannot be had.

    Parameters
    ----------
    progress : whether a download shows itself
    """
    try:
        return {"SMS spam": load_sms_spam(progress=progress).sentences}
    except DownloadError as error:
        say(
            _("The SMS Spam Collection is not at hand, so the chapter goes on without it. {why}").format(why=error.what)
        )
        return {}


def count_ways(
    train: Sequence[str], new: Sequence[str], pieces: Sequence[Sequence[str]], entries: int
) -> dict[str, tuple[int, float, float]]:
    """Compare three ways to cut new sentences, with lists made from other sentences.

    Parameters
    ----------
    train : sentences from which the lists of characters and of words are made; words are what blanks divide
    new : sentences that are cut
    pieces : their word pieces
    entries : of the vocabulary of word pieces

    Returns
    -------
    dict
        Name of the way -> (entries of its list, tokens a sentence, share of the tokens that is unknown).

    Examples
    --------
    >>> count_ways(["a b"], ["a c"], [["a", "c"]], 9)["words"]
    (2, 2.0, 0.5)
    """
    ways: dict[str, tuple[int, float, float]] = {}
    for name, cut in ((_("characters"), list), (_("words"), str.split)):
        known = {token for sentence in train for token in cut(sentence)}
        tokens = [token for sentence in new for token in cut(sentence)]
        unknown = sum(token not in known for token in tokens)
        ways[name] = (len(known), len(tokens) / len(new), unknown / len(tokens))
    cut_pieces = [piece for sentence in pieces for piece in sentence]
    ways[_("pieces")] = (entries, len(cut_pieces) / len(new), cut_pieces.count("[UNK]") / len(cut_pieces))
    return ways
