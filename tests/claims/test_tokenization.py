"""What chapter 08 says, computed again: from the vocabulary and the texts at hand, or from strings drawn anew."""

from __future__ import annotations

import unicodedata
from collections import Counter
from itertools import pairwise

import numpy as np
import pytest

from bookutils.core.errors import DownloadError
from bookutils.data.sst2 import load_sst2
from bookutils.models.sources.names import fetch_vocabulary
from bookutils.numerics.tokenization import cut_pair, padding_cost, padding_waste, row_operations
from bookutils.text.tokenization.differences import DIFFERENCES, difference_of, other_tokenizers
from bookutils.text.tokenization.learning import count_words, learn_pieces, letters_of
from bookutils.text.tokenization.samples import GERMAN, ONE_SENTENCE, load_messages
from bookutils.text.tokenization.wordpiece import WordPiece, clean_text, list_tries, read_vocabulary, wordpiece
from tests.claims.quotation import says

SEEDS = range(8)


@pytest.fixture(scope="module")
def vocabulary():
    try:
        return read_vocabulary(fetch_vocabulary("minilm"))
    except DownloadError as error:
        pytest.skip(f"no vocabulary at hand: {error.what}")


@pytest.fixture(scope="module")
def book(vocabulary):
    return WordPiece(vocabulary)


@pytest.fixture(scope="module")
def reviews():
    """The sentences of SST-2, (train, dev); a smaller sample has other numbers."""
    train, new = (data.sentences for data in load_sst2(progress=False))
    if len(train) != 6920:
        pytest.skip("SST-2 is not at hand")
    return train, new


@says(
    "08-tokenization",
    "One word in twenty is missing, although the list has nearly 14,000 entries.",
    "It helps steadily, and it never ends. About half of the *different* words occur only once",
    "Characters miss nothing here, and make a sentence five times as long.",
)
def test_a_longer_list_helps_and_never_ends(reviews):
    """In eight random orders of the reviews: does each longer list miss less, and the whole one still one in twenty?"""
    train, new = reviews
    words = [word for sentence in new for word in sentence.split()]
    for seed in SEEDS:
        order = [train[place].split() for place in np.random.default_rng(seed).permutation(len(train))]
        missing = []
        for count in (500, 1000, 2000, 4000, 6920):
            known = {word for sentence in order[:count] for word in sentence}
            missing.append(np.mean([word not in known for word in words]))
        assert all(later < 0.8 * earlier for earlier, later in pairwise(missing))
        assert missing[-1] == pytest.approx(1 / 20, abs=0.005)
    times = Counter(word for sentence in train for word in sentence.split())
    assert 13_500 < len(times) < 14_000
    assert np.mean([number == 1 for number in times.values()]) == pytest.approx(0.5, abs=0.05)
    assert sum(map(len, new)) / len(words) == pytest.approx(5, abs=0.6)
    assert {c for text in new for c in text} <= {c for text in train for c in text}


@says(
    "08-tokenization",
    "The table alone takes 11.7 of its 22.7 million parameters. Half of that model is its vocabulary.",
    "The ids up to 998 are unused or special",
    "each letter from *a* to *z*, and of the Greek and Russian alphabets too, is an entry with and without `##`",
)
def test_what_the_list_holds(vocabulary):
    """Is the table half of the model, are small ids no words, and are three alphabets there as letters?"""
    assert len(vocabulary) * 384 == pytest.approx(11.7e6, rel=0.005)
    assert len(vocabulary) * 384 / 22_713_216 == pytest.approx(0.5, abs=0.02)
    assert all(entry.startswith("[") for entry in vocabulary[:999])
    assert not vocabulary[999].startswith("[")
    known = set(vocabulary)
    for letter in "abcdefghijklmnopqrstuvwxyzαβγδεζηθικλμνξοπρσςτυφχψωабвгдежзиклмнопрстуфхцчшщъыьэюя":
        assert {letter, "##" + letter} <= known


@says(
    "08-tokenization",
    "*schön* (beautiful) and *schon* (already) become one word. Russian *й* loses its curve",
    'the dot that makes a syllable nasal is a "mark without width"',
    "Lower-case the text, write it in NFD, and drop the category `Mn`.",
)
def test_cleaning_merges_words():
    """Do words that differ become one, and is the order of the steps the one in which a Greek word ends in ς?"""
    assert clean_text("schön") == clean_text("schon") == "schon"
    assert clean_text("й") == "и"
    assert unicodedata.category("\u0902") == "Mn" and "\u0902" not in clean_text("लंबी")
    assert clean_text("ΟΔΌΣ") == "οδος"


@says(
    "08-tokenization",
    "Both write `σ` at the end of a Greek word, where the reference, lower-casing whole words, writes `ς`.",
    "Both give up on words of more than 100 characters (TensorFlow Text: bytes), the reference on those of more than",
    "The book's tokenizers follow the reference in both.",
)
@pytest.mark.tensorflow
def test_where_neither_library_is_the_reference(book):
    """For eight Greek words and eight lengths: does the book end in ς and cut 200 characters, and neither other?"""
    pytest.importorskip("tensorflow_text")
    pytest.importorskip("tokenizers")
    others = other_tokenizers(fetch_vocabulary("minilm"))
    for word in ("ΟΔΟΣ", "ΛΟΓΟΣ", "ΦΩΣ", "ΠΟΛΙΣ", "ΜΥΘΟΣ", "ΚΑΙΡΟΣ", "ΝΟΜΟΣ", "ΘΕΟΣ"):
        assert book.tokenize(word)[-1].endswith("ς")
        assert all(book.words(encode([word])[0])[-2].endswith("σ") for encode in others.values())
    for length in (101, 110, 125, 140, 160, 180, 199, 200):
        assert "[UNK]" not in book.tokenize("z" * length)
        assert all(book.words(encode(["z" * length])[0][1:-1]) == ["[UNK]"] for encode in others.values())
    assert book.tokenize("z" * 201) == ["[UNK]"]
    assert all("[UNK]" not in book.words(encode(["z" * 100])[0]) for encode in others.values())


@says(
    "08-tokenization",
    "most of the characters behind it are control characters, for which it puts a blank instead of nothing",
    "Hugging Face gives the same ids for all 13,366 texts.",
    "TensorFlow Text, left to clean by itself, gives others for 45 messages.",
)
@pytest.mark.tensorflow
def test_what_makes_tensorflow_text_differ(book, reviews):
    """Are there 45 messages, and is each character behind them a control character, the larger part, or an ellipsis?"""
    pytest.importorskip("tensorflow_text")
    pytest.importorskip("tokenizers")
    texts = [text for part in (*reviews, *load_messages().values()) for text in part]
    if len(texts) != 13_366:
        pytest.skip("the messages are not at hand")
    others = other_tokenizers(fetch_vocabulary("minilm"))
    mine = [book.encode(text) for text in texts]
    assert others["Hugging Face"](texts) == mine
    differ = [text for text, ids, own in zip(texts, others["TensorFlow Text"](texts), mine, strict=True) if ids != own]
    assert len(differ) == 45
    behind = Counter(c for text in differ for c in set(text) if difference_of(c))
    control = sum(times for c, times in behind.items() if unicodedata.category(c) == "Cc")
    assert control > behind["…"] and control + behind["…"] == sum(behind.values())


@says(
    "08-tokenization", "One of the six is a slip: the last. The others are choices.", "They disagree for six reasons:"
)
def test_one_of_six_is_a_slip():
    """Are there six reasons, the last of them the block of Chinese characters that begins at one wrong digit?"""
    assert len(DIFFERENCES) == 6 and DIFFERENCES[-1].reason == "range"
    name = unicodedata.name("\U0002b820")  # a character of that block, by Unicode's own list
    assert name.startswith("CJK UNIFIED IDEOGRAPH") and 0x2B920 - 0x2B820 == 256
    assert not any("slip" in one.explanation for one in DIFFERENCES[:-1])


@says(
    "08-tokenization",
    "Greedy needs at most $n(n+1)/2$ look-ups for a word of $n$ letters, never goes back",
    "even where another cut exists",
)
def test_greedy_is_quick_and_not_clever():
    """Over random words and lists: are there never more look-ups, and does a word go that could have been cut?"""
    given_up = 0
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        for _draw in range(200):
            word = "".join(rng.choice(list("ab"), rng.integers(1, 9)))
            drawn = {"".join(rng.choice(list("ab"), rng.integers(1, 4))) for _piece in range(6)}
            known = drawn | {"##" + piece for piece in drawn}
            assert len(list_tries(word, known)) <= len(word) * (len(word) + 1) // 2
            given_up += wordpiece(word, known) == ["[UNK]"] and _can_be_cut(word, known)
    assert given_up > 8
    assert len(list_tries("ab", {"a", "##b"})) == 3  # the bound is met


def _can_be_cut(word, known, start=0):
    if start == len(word):
        return True
    ends = range(start + 1, len(word) + 1)
    return any(("##" if start else "") + word[start:end] in known and _can_be_cut(word, known, end) for end in ends)


@says("08-tokenization", "Of a text of 40 pieces and one of 12, only the first is cut, until both are equally long.")
def test_the_longer_text_gives():
    """For every room: is the second text whole until the first is as short, and are they then level?"""
    for room in range(52):
        first, second = (len(part) for part in cut_pair([0] * 40, [0] * 12, room))
        assert first + second == room
        assert second == 12 if room >= 24 else abs(first - second) <= 1


@says(
    "08-tokenization",
    "the second term equals the first at $T = 6H = 2304$ positions",
    "At 128 positions it is a twentieth of the work.",
    "A little more than twice as much.",
)
def test_when_length_hurts_twice():
    """Are the two parts equal at T = 6H, a twentieth at 128, and do 256 positions cost just over twice as much?"""
    hidden, layers = 384, 6

    def parts(tokens):
        return 24 * tokens * hidden**2 * layers, 4 * tokens**2 * hidden * layers

    for tokens in (32, 128, 256, 2304):
        assert sum(parts(tokens)) == float(row_operations(tokens))
    assert parts(2304)[0] == parts(2304)[1]
    assert parts(128)[1] / sum(parts(128)) == pytest.approx(1 / 20, abs=0.005)
    assert 2 < float(row_operations(256) / row_operations(128)) < 2.2


@says(
    "08-tokenization",
    "in these two sets it cuts next to nothing. As the width of every row it wastes about four fifths of the work.",
    "Nearly every text is far shorter than {limit} tokens",
    "Texts of similar length waste little together.",
)
def test_a_limit_is_no_width(book, reviews):
    """Of both sets: is next to nothing cut at 128, is about 80 % padding, and nearly none when sorted by length?"""
    for sentences in ([*reviews[0], *reviews[1]], *load_messages().values()):
        lengths = np.array([len(book.encode(text)) for text in sentences])
        cost = padding_cost(lengths, 128, fixed=True)
        assert cost.cut < 0.002 and 1 - 1 / cost.work == pytest.approx(0.8, abs=0.05)
        assert np.mean(lengths < 64) > 0.95
        for seed in SEEDS:
            mixed = padding_waste(np.random.default_rng(seed).permutation(lengths), 32)
            assert padding_waste(np.sort(lengths), 32) < 0.02 < 0.4 < mixed


@says(
    "08-tokenization",
    "They take 19 or 20 tokens instead of 14",
    "spelled out nearly letter by letter, in about three times as many tokens",
    "Chinese takes as few tokens as English here, and ten of them say nothing",
    "One sentence: outside English it falls to pieces, or is lost",
)
def test_what_other_languages_cost(book):
    """Are the counts those of the prose, and the Greek and Russian pieces little more than letters?"""
    cut = {language: book.tokenize(sentence) for language, sentence in ONE_SENTENCE.items()}
    counts = {language: len(pieces) for language, pieces in cut.items()}
    assert counts["English"] == counts["Chinese"] == 14 and cut["Chinese"].count("[UNK]") == 10
    assert {counts[language] for language in ("French", "German", "Finnish")} == {19, 20}
    for language in ("Greek", "Russian"):
        assert counts[language] / 14 == pytest.approx(3, abs=0.2)
        assert np.mean([len(piece.removeprefix("##")) for piece in cut[language]]) < 1.5
    assert all(counts[language] > 14 or "[UNK]" in cut[language] for language in cut if language != "English")


@says(
    "08-tokenization",
    "The first pieces save most, in their own language",
    "But it gains less: its words are cut into more pieces than English ones at the end.",
    "Common endings and little words appear early",
)
def test_the_first_pieces_save_most(reviews):
    """From eight parts of the reviews: do the first pieces save most, and does German gain less than English?"""
    train, new = reviews
    words = {"English": count_words(new[:200]), "German": count_words(GERMAN)}
    for seed in SEEDS:
        counts = count_words(train[400 * seed : 400 * (seed + 1)])
        learnt = learn_pieces(counts, 120)
        assert {"##ing", "##ed", "the", "and"} <= set(learnt[:40])
        tokens = {
            name: [_tokens_a_word(learnt[:n], counts, of) for n in (0, 30, 60, 90, 120)] for name, of in words.items()
        }
        saved = {name: -np.diff(values) for name, values in tokens.items()}
        assert saved["English"][0] > 2 * max(saved["English"][1:])
        assert sum(saved["German"]) < sum(saved["English"])
        assert tokens["German"][-1] > tokens["English"][-1]


def _tokens_a_word(pieces, counts, words):
    known = {letter for word in (*words, *counts) for letter in letters_of(word)} | set(pieces)
    return sum(times * len(wordpiece(word, known)) for word, times in words.items()) / sum(words.values())
