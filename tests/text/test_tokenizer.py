from unicodedata import normalize

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import BertWordPieceTokenizer

from bookutils.core.errors import DataError
from bookutils.data.sst2 import load_sst2
from bookutils.numerics.tokenization import make_mask
from bookutils.text.tokenizer import Tokenizer

pytestmark = pytest.mark.tensorflow

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "un", "##aff", "##able", "a", "film", "##s", "!", "it", "'"]


@pytest.fixture(scope="module")
def small():
    return Tokenizer(WORDS, max_length=8)


@pytest.fixture(scope="session")
def reference(vocabulary_file):
    """Hugging Face's WordPiece, a Rust implementation that shares no code with TensorFlow Text."""
    return BertWordPieceTokenizer(str(vocabulary_file), lowercase=True)


def test_ids_agree_with_hugging_face_on_all_sentences(tokenizer, reference):
    """Does every sentence of SST-2 (of the sample, where SST-2 is not at hand) get the reference's ids?"""
    sentences = [sentence for data in load_sst2(progress=False) for sentence in data.sentences]
    expected = [encoding.ids for encoding in reference.encode_batch(sentences)]
    assert tokenizer.ragged(sentences).to_list() == expected
    print(f"{len(sentences)} sentences compared")


@pytest.mark.parametrize(
    "sentence",
    [
        "Isn't THIS an «unaffable» Café — naïve, über-cool?!",
        "3.14 % of 1,000,000 viewers ($5–€7) left @ 10:30pm…",
        "日本語 and русский текст, ελληνικά",
        "tabs\tand\nnew lines\r\nand  double  spaces",
        "supercalifragilisticexpialidocious" * 6,
        "emoji 🎬🍿 and zero\u200bwidth, no\u00a0break, \x00nothing \x07rings, broken \ufffd",
        "ﬁne ½ ™ İstanbul 한국어",
        "",
        "   ",
    ],
)
def test_ids_agree_on_difficult_text(tokenizer, reference, sentence):
    """Do capitals, accents, symbols, other scripts and empty text get the reference's ids as well?"""
    assert tokenizer.encode(sentence) == reference.encode(sentence).ids


@given(st.text(st.characters(max_codepoint=0x7BF, exclude_characters="Σ", exclude_categories=("Cs", "Cn"))))
def test_ids_agree_on_any_text(tokenizer, reference, sentence):
    """Does text drawn at random from the scripts up to Arabic and Syriac get the reference's ids?

    Left out: the Greek capital sigma, which becomes "ς" at the end of a word here and in Google's code, and always "σ"
    in Hugging Face's.
    """
    pieces = reference.encode(sentence, add_special_tokens=False).ids[: tokenizer.max_length - 2]
    assert tokenizer.encode(sentence) == [tokenizer.cls_id, *pieces, tokenizer.sep_id]


def test_pieces_can_be_read(small):
    """Are the pieces those that one expects, with ## where a word goes on and [UNK] for what is not known?"""
    assert small.pieces("Unaffable films!") == ["[CLS]", "un", "##aff", "##able", "film", "##s", "!", "[SEP]"]
    assert small.pieces("a xylophone") == ["[CLS]", "a", "[UNK]", "[SEP]"]
    assert small.encode("a film") == [2, 7, 8, 3]


def test_cuts_long_text_and_keeps_the_last_sep(small):
    """Is a long sentence cut to max_length, [CLS] and [SEP] included?"""
    assert small.pieces("a a a a a a a a a a") == ["[CLS]", *["a"] * 6, "[SEP]"]
    assert small.lengths(["a", "a " * 20]).tolist() == [3, 8]


@given(counts=st.lists(st.integers(0, 12), min_size=1, max_size=5), length=st.one_of(st.none(), st.integers(8, 20)))
def test_padding_and_mask_belong_together(counts, length):
    """Are the three inputs int32, of one shape, and is the mask 1 exactly where there is no padding?"""
    small = Tokenizer(WORDS, max_length=8)
    inputs = small(["film " * count for count in counts], length=length)
    ids, mask, types = (inputs[name].numpy() for name in ("input_word_ids", "input_mask", "input_type_ids"))
    assert ids.dtype == mask.dtype == types.dtype == np.int32
    longest = min(max(counts) + 2, 8)
    assert ids.shape == mask.shape == types.shape == (len(counts), length or longest)
    np.testing.assert_array_equal(mask, make_mask(ids))
    assert mask.sum(axis=1).tolist() == [min(count + 2, 8) for count in counts]
    assert not types.any()


def test_works_inside_tf_data(tokenizer):
    """Does a pipeline that tokenizes batches give what the direct call gives?"""
    sentences = ["a charming film", "no", "it 's slow , but it gets somewhere", "well"]
    batches = list(tf.data.Dataset.from_tensor_slices(sentences).batch(2).map(tokenizer))
    for start, batch in zip((0, 2), batches, strict=True):
        direct = tokenizer(sentences[start : start + 2])
        for name in direct:
            np.testing.assert_array_equal(batch[name], direct[name])


def test_works_inside_an_exported_model(tokenizer, tmp_path):
    """Can a SavedModel take text, after the Python object is gone?"""

    class Reader(tf.Module):
        def __init__(self):
            self.tokenizer = tokenizer

        @tf.function(input_signature=[tf.TensorSpec([None], tf.string)])
        def __call__(self, text):
            return tokenizer(text)

    tf.saved_model.save(Reader(), str(tmp_path / "model"))
    again = tf.saved_model.load(str(tmp_path / "model"))
    sentences = ["A charming film!", "no"]
    np.testing.assert_array_equal(
        again(tf.constant(sentences))["input_word_ids"], tokenizer(sentences)["input_word_ids"]
    )


def test_refuses_a_vocabulary_without_the_special_pieces():
    """Is a list of words that belongs to no BERT refused?"""
    with pytest.raises(DataError, match=r"lacks \[PAD\], \[CLS\]"):
        Tokenizer(["[UNK]", "[SEP]", "a"])


LETTERS = ["a", "ж", "ก", "ᄀ", "한", "é", "e\u0301", "😀", "京", "\u0e31", "İ", "\u200d"]


@pytest.fixture(scope="module", params=[True, False], ids=["uncased", "cased"])
def letter_by_letter(request):
    """Both tokenizers over a vocabulary of single letters, so that no word is unknown but for its length."""
    from bookutils.text.tokenization.wordpiece import WordPiece

    forms = [form(text) for text in LETTERS for form in (str, str.lower, lambda text: normalize("NFD", text.lower()))]
    letters = dict.fromkeys(letter for form in forms for letter in form)
    vocabulary = [*WORDS[:4], ".", "-", *letters, *("##" + letter for letter in letters)]
    fast = Tokenizer(vocabulary, lower_case=request.param, max_length=2000)
    return WordPiece(vocabulary, request.param).encode, lambda texts: fast.ragged(texts).to_list()


def test_a_word_has_two_hundred_letters_in_every_script(letter_by_letter):
    """Words around 100 bytes and around 200 letters, alone and among others: are they cut by letters, and alike?"""
    plain, fast = letter_by_letter
    lengths = (17, 33, 34, 50, 51, 100, 101, 199, 200, 201, 268, 801)
    texts = [text for letter in LETTERS for n in lengths for text in (letter * n, f"a {letter * n}.{letter * 60}-a")]
    assert fast(texts) == [plain(text) for text in texts]
    assert len(fast(["ก" * 200])[0]) == 202 and len(fast(["ก" * 201])[0]) == 3


MIXED = st.text(st.sampled_from([*"".join(LETTERS * 2), *" .-\u00a0^"]), min_size=150, max_size=600)


@settings(max_examples=50)
@given(texts=st.lists(MIXED, min_size=1, max_size=8))
def test_long_words_of_mixed_scripts_are_cut_alike(letter_by_letter, texts):
    """Whatever scripts meet in a word, do both count the same letters?"""
    plain, fast = letter_by_letter
    assert fast(texts) == [plain(text) for text in texts]


@pytest.mark.parametrize(
    "sentences", ["one", None, ["a", None], ["a", 7], ["a", b"b"], ["a", float("nan")], ["a", "so\ud83d"], [["a"]]]
)
def test_what_is_no_text_is_refused_with_its_place(small, sentences):
    """Is the sentence that cannot be read named, before TensorFlow raises an error of its own?"""
    for read in (small, small.lengths, small.ragged):
        with pytest.raises(DataError) as refused:
            read(sentences)
        assert not isinstance(sentences, list) or "sentences[" in str(refused.value)


def test_no_sentences_give_no_ids(small):
    """Is an empty list no error?"""
    assert small.ragged([]).to_list() == []
