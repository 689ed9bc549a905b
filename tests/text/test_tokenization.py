"""Does the tokenizer in plain Python cut as others do, which share no code with it?"""

from __future__ import annotations

import unicodedata
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookutils.core.errors import DataError, DownloadError
from bookutils.data.sms_spam import load_sms_spam
from bookutils.data.sst2 import load_sst2
from bookutils.text.tokenization.differences import DIFFERENCES, difference_of, other_tokenizers
from bookutils.text.tokenization.learning import count_words, learn_pieces, letters_of
from bookutils.text.tokenization.wordpiece import (
    WordPiece,
    clean_text,
    is_chinese,
    is_punctuation,
    list_tries,
    normalise_and_split,
    read_vocabulary,
    split_words,
    wordpiece,
)

LETTERS = "abc"
PIECES = st.text(LETTERS, min_size=1, max_size=3)
VOCABULARIES = st.sets(st.one_of(PIECES, PIECES.map("##".__add__)), max_size=12)


@pytest.fixture(scope="session")
def plain(vocabulary_file):
    return WordPiece(read_vocabulary(vocabulary_file))


@pytest.fixture(scope="session")
def others(vocabulary_file):
    """TensorFlow Text and Hugging Face, each with its own cleaning."""
    pytest.importorskip("tensorflow_text")
    pytest.importorskip("tokenizers")
    return other_tokenizers(vocabulary_file)


@pytest.fixture(scope="session")
def texts():
    """Every sentence of SST-2 and every message, where they are at hand."""
    found = [sentence for data in load_sst2(progress=False) for sentence in data.sentences]
    try:
        return found + load_sms_spam(progress=False).sentences
    except DownloadError:
        return found


@pytest.mark.tensorflow
def test_all_texts_get_the_ids_of_the_others(plain, tokenizer, others, texts):
    """Do SST-2 and all messages get the ids of Hugging Face, and of TensorFlow Text behind the same cleaning?"""
    mine = [plain.encode(text) for text in texts]
    assert mine == others["Hugging Face"](texts)
    limit = tokenizer.max_length
    cut = [ids if len(ids) <= limit else [*ids[: limit - 1], ids[-1]] for ids in mine]
    assert cut == tokenizer.ragged(texts).to_list()
    print(f"{len(texts)} texts compared")


@pytest.mark.tensorflow
def test_where_tensorflow_lower_cases_by_itself_the_listed_reason_is_there(plain, others, texts):
    """Does each text that TensorFlow Text reads otherwise hold a character of the list?"""
    for text, ids in zip(texts, others["TensorFlow Text"](texts), strict=True):
        assert ids == plain.encode(text) or any(map(difference_of, text)), text


@pytest.mark.tensorflow
@given(
    st.text(
        st.characters(exclude_categories=("Cs",), exclude_characters="Σ").filter(lambda c: difference_of(c) is None),
        max_size=30,
    )
)
def test_any_text_without_a_listed_character_is_cut_alike_by_all_three(plain, others, text):
    """Do three implementations give one row of ids for text drawn from the whole of Unicode, capital sigma aside?"""
    mine = plain.encode(text)
    for name, encode in others.items():
        assert encode([text]) == [mine], name


@pytest.mark.tensorflow
@given(st.text(st.characters(exclude_categories=("Cs", "Cn")), max_size=30))
def test_the_fast_tokenizer_agrees_on_all_of_unicode(plain, tokenizer, text):
    """Does TensorFlow Text, behind the cleaning of this course, cut any text as plain Python does?"""
    assert tokenizer.encode(text) == plain.encode(text)[: tokenizer.max_length]


@pytest.mark.tensorflow
def test_every_disagreement_has_a_reason(others):
    """For each character of the first plane, and some beyond: do the two others agree, or is the reason listed?"""
    points = [*range(0x20, 0xD800), *range(0xE000, 0x10000, 7), *range(0x1D400, 0x1D500), *range(0x2B800, 0x2B940)]
    characters = [chr(point) for point in points]
    tensorflow, hugging_face = (encode([f"a{c}b" for c in characters]) for encode in others.values())
    found = Counter()
    for character, one, other in zip(characters, tensorflow, hugging_face, strict=True):
        if one != other:
            reason = difference_of(character)
            assert reason, f"U+{ord(character):04X}"
            found[reason] += 1
    assert set(found) == {difference.reason for difference in DIFFERENCES}
    print(dict(found))


@pytest.mark.tensorflow
@pytest.mark.parametrize("difference", DIFFERENCES, ids=lambda difference: difference.reason)
def test_the_listed_examples_are_as_printed(plain, others, difference):
    """Do both give the pieces that the chapter prints, and is the reason the listed one?"""
    said = [plain.words(encode([difference.example])[0][1:-1]) for encode in others.values()]
    assert said == [list(difference.tensorflow), list(difference.hugging_face)]
    assert difference.reason in {difference_of(character) for character in difference.example}


@pytest.mark.tensorflow
def test_a_long_word_is_cut_by_letters_here_and_by_bytes_there(plain, others, tokenizer):
    """Is the limit that TensorFlow Text has by itself the one that is listed, and none of the book's tokenizers'?"""
    long = "ж" * 51  # a Cyrillic letter has two bytes
    said = [plain.words(encode([long])[0][1:-1]) for encode in others.values()]
    assert said == [["[UNK]"], ["ж", *["##ж"] * 50]]
    assert plain.tokenize(long) == ["ж", *["##ж"] * 50]
    assert tokenizer.encode(long) == plain.encode(long)


@pytest.mark.parametrize("text", [None, 7, b"a", float("nan"), "so\ud83d", ["a"]])
def test_what_is_no_text_is_refused(text):
    """Is what cannot be read refused in a sentence, as the fast tokenizer refuses it?"""
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
    with pytest.raises(DataError):
        WordPiece(words).encode(text)
    with pytest.raises(DataError, match="row 1"):
        count_words([text])


@given(word=st.text(LETTERS, min_size=1, max_size=9), vocabulary=VOCABULARIES)
def test_pieces_make_up_the_word_and_each_is_the_longest(word, vocabulary):
    """Do the pieces join to the word, is each known, and is none a letter too short? Is [UNK] given for a reason?"""
    pieces = wordpiece(word, vocabulary)
    if pieces == ["[UNK]"]:
        assert not list_tries(word, vocabulary)[-1].found
        return
    assert "".join(piece.removeprefix("##") for piece in pieces) == word
    start = 0
    for piece in pieces:
        assert piece in vocabulary
        assert piece.startswith("##") == (start > 0)
        letters = piece.removeprefix("##")
        for end in range(start + len(letters) + 1, len(word) + 1):
            assert ("##" if start else "") + word[start:end] not in vocabulary
        start += len(letters)
    assert [one.piece for one in list_tries(word, vocabulary) if one.found] == pieces


@given(st.text(max_size=30))
def test_cleaning_twice_changes_nothing(text):
    """Is clean text left as it is, with nothing invisible in it?"""
    once = clean_text(text)
    assert clean_text(once) == once
    assert not any(unicodedata.category(character) in ("Cc", "Cf") for character in once)


@given(st.text(st.characters(exclude_categories=("Cc", "Cf", "Cs"), exclude_characters="\ufffd"), max_size=30))
def test_the_exercise_asks_for_what_the_tokenizer_does(text):
    """Is the exercise's one function the tokenizer's two, where nothing is invisible?"""
    assert split_words(clean_text(text)) == normalise_and_split(text)


def reference_words(text):
    """Split an uncased text as google-research/bert does: tokenization.py, `BasicTokenizer`, commit eedf571."""
    kept = [c for c in text if c not in "\0\ufffd" and (c in "\t\n\r" or unicodedata.category(c) not in ("Cc", "Cf"))]
    spaced = "".join(" " if c in "\t\n\r" or unicodedata.category(c) == "Zs" else c for c in kept)
    spaced = "".join(f" {c} " if is_chinese(c) else c for c in spaced)
    words = []
    for token in spaced.split():
        letters = unicodedata.normalize("NFD", token.lower())
        letters = "".join(c for c in letters if unicodedata.category(c) != "Mn")
        words += "".join(f" {c} " if is_punctuation(c) else c for c in letters).split()
    return words


@given(
    st.text(
        st.one_of(st.characters(exclude_categories=("Cs",)), st.sampled_from("ΣσAß İ.'\u0301東\ue000")), max_size=30
    )
)
def test_words_are_those_of_the_reference(text):
    """Is any text split as BERT's authors split it, word by word, capital sigmas and private characters included?"""
    assert split_words(clean_text(text)) == reference_words(text)


@pytest.mark.tensorflow
def test_where_the_reference_differs_from_both_libraries(plain, others, tokenizer):
    """Does a Greek word end in "ς", and is a word of 101 to 200 letters cut, here and not there?"""
    assert plain.tokenize("ΟΔΟΣ") == tokenizer.pieces("ΟΔΟΣ")[1:-1] == ["ο", "##δ", "##ος"]
    for encode in others.values():
        assert plain.words(encode(["ΟΔΟΣ"])[0][1:-1]) == ["ο", "##δ", "##ο", "##σ"]
        assert plain.words(encode(["ab" * 75])[0][1:-1]) == ["[UNK]"]
    assert len(plain.tokenize("ab" * 75)) == len(tokenizer.pieces("ab" * 75)) - 2 == 75


def test_pieces_and_ids_belong_together():
    """Is there one id for each piece, with the special ones around; is a long word unknown as a whole?"""
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "un", "##aff", "##able", "a", "##a", "!"]
    small = WordPiece(words)
    assert small.pieces("UNAFFABLE à !") == ["[CLS]", "un", "##aff", "##able", "a", "!", "[SEP]"]
    assert small.words(small.encode("a xylophone!")) == ["[CLS]", "a", "[UNK]", "!", "[SEP]"]
    assert small.tokenize("a" * 200) == ["a", *["##a"] * 199]
    assert small.tokenize("a" * 201) == ["[UNK]"]
    assert WordPiece(words, lower_case=False).tokenize("A à") == ["[UNK]", "[UNK]"]
    with pytest.raises(DataError, match=r"lacks \[PAD\], \[SEP\]"):
        WordPiece(["[UNK]", "[CLS]", "a"])


def test_learns_what_hugging_face_learns():
    """Are the pieces those of Hugging Face's BPE trainer, as long as there are no ties?"""
    tokenizers = pytest.importorskip("tokenizers")
    counts = {"low": 50, "lower": 21, "newest": 63, "widest": 34, "lowly": 9, "news": 5, "slow": 7, "yes": 8}
    model = tokenizers.Tokenizer(tokenizers.models.BPE(continuing_subword_prefix="##"))
    model.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    trainer = tokenizers.trainers.BpeTrainer(vocab_size=500, continuing_subword_prefix="##", show_progress=False)
    model.train_from_iterator([f"{word} " * times for word, times in counts.items()], trainer)
    ids = model.get_vocab()
    merged = [piece for piece in sorted(ids, key=ids.get) if len(piece.removeprefix("##")) > 1]
    assert learn_pieces(counts, 4) == merged[:4]


@given(st.dictionaries(st.text("abcd", min_size=1, max_size=6), st.integers(1, 9), max_size=6), st.integers(0, 12))
def test_a_learnt_vocabulary_cuts_its_own_text(counts, number):
    """Is nothing of the text that a vocabulary was made from unknown, and does learning more never cost tokens?"""
    letters = {letter for word in counts for letter in letters_of(word)}
    small, large = (["[UNK]", *sorted(letters), *learn_pieces(counts, size)] for size in (0, number))
    for word in counts:
        assert "[UNK]" not in wordpiece(word, large)
        assert len(wordpiece(word, large)) <= len(wordpiece(word, small))


def test_words_are_counted_after_cleaning():
    """Are capitals merged and signs counted as words?"""
    assert count_words(["A film.", "a FILM!"]) == {"a": 2, "film": 2, ".": 1, "!": 1}
