"""Learn a small vocabulary of word pieces from a text, by byte-pair encoding (Sennrich et al. 2016).

Taught in chapter 08.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import pairwise

from bookutils.data.checks import as_texts
from bookutils.text.tokenization.wordpiece import clean_text, split_words


def count_words(texts: Iterable[str], lower_case: bool = True) -> dict[str, int]:
    """Count the words of texts, as `split_words` splits them.

    >>> count_words(["a film, a fine film"])
    {'a': 2, 'film': 2, ',': 1, 'fine': 1}
    """
    return dict(Counter(word for text in as_texts(texts) for word in split_words(clean_text(text, lower_case))))


def letters_of(word: str) -> list[str]:
    """Return the letters of a word as pieces: all but the first begin with ``##``.

    >>> letters_of("new")
    ['n', '##e', '##w']
    """
    return [word[0], *("##" + letter for letter in word[1:])]


def learn_pieces(counts: Mapping[str, int], number: int) -> list[str]:
    """Join the pair of neighbours that occurs most often into a new piece, `number` times.

    Parameters
    ----------
    counts : word -> how often it occurs
    number : how many pieces to learn; fewer when no pair is left

    Returns
    -------
    list of the new pieces in the order in which they were learnt. Of pairs that occur equally often, the one that
    comes first in alphabetical order, by its left piece and then by its right one, is joined.

    Notes
    -----
    Sennrich, Haddow and Birch 2016, algorithm 1, with BERT's ``##``. Taught in chapter 08.

    Examples
    --------
    >>> learn_pieces({"low": 5, "lower": 2, "new": 3}, 3)
    ['##ow', 'low', '##ew']
    """
    words = {word: letters_of(word) for word in counts}
    learnt: list[str] = []
    for _round in range(number):
        pairs: Counter[tuple[str, str]] = Counter()
        for word, pieces in words.items():
            for pair in pairwise(pieces):
                pairs[pair] += counts[word]
        if not pairs:
            break
        best = min(pairs, key=lambda pair: (-pairs[pair], pair))
        learnt.append(best[0] + best[1].removeprefix("##"))
        words = {word: join(pieces, best) if best[0] in pieces else pieces for word, pieces in words.items()}
    return learnt


def join(pieces: list[str], pair: tuple[str, str]) -> list[str]:
    """Join each occurrence of a pair of neighbours, from the left.

    >>> join(["a", "##b", "##b", "##b"], ("##b", "##b"))
    ['a', '##bb', '##b']
    """
    joined: list[str] = []
    place = 0
    while place < len(pieces):
        if tuple(pieces[place : place + 2]) == pair:
            joined.append(pair[0] + pair[1].removeprefix("##"))
            place += 2
        else:
            joined.append(pieces[place])
            place += 1
    return joined
