"""Exercises of chapter 08: a printed listing with four silent slips, to be mended, optional."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from bookutils.core.messages import _
from bookutils.exercises.tokenization.batch import buggy_batch
from bookutils.judging.model import Case, Exercise, Part, Rng, case, edge
from bookutils.judging.switches import Switches, combiner, mistakes_of
from bookutils.numerics.tokenization import CLS_ID, SEP_ID
from bookutils.text.tokenization.batches import encode_texts
from bookutils.text.tokenization.wordpiece import normalise_and_split, split_words, wordpiece

_PIECES = ("the", "a", "film", "scene", "long", "watch", "un", "##watch", "##able", "##s", "##er", "not", ".", "!")
_VOCABULARY = ["[PAD]", *(f"[unused{place}]" for place in range(99)), "[UNK]", "[CLS]", "[SEP]", *_PIECES]
_COMMON = ("the", "a", "film", "scene", "not", "long")
_CAPITALS = ("The", "Film", "NOT", "Long", "A")
_CUT = ("films", "scenes", "longer", "watchable", "unwatchable", "films.", "longer!", "watchers")


def _text(rng: Rng, words: int) -> str:
    """Draw a text with a capital, a word that is cut, a common word twice, and further common ones."""
    one, other, twice = (str(rng.choice(kind)) for kind in (_CAPITALS, _CUT, _COMMON))
    more = [str(word) for word in rng.choice(_COMMON, words)]
    return " ".join([one, other, twice, twice, *more])


def _all_fit(rng: Rng) -> Iterable[Case]:
    for rows in (2, 3, 3, 4):
        counts = rng.permutation(6)[:rows]  # different lengths, so that something is padded
        yield case([_text(rng, int(count)) for count in counts], _VOCABULARY, 40)
    yield edge(["The film, unwatchable."], _VOCABULARY, 40)  # the comma is not in the list
    yield edge(["zx film", ""], _VOCABULARY, 40)


def _some_are_cut(rng: Rng) -> Iterable[Case]:
    for rows in (2, 3, 4):
        texts = ["A film", *(_text(rng, int(count)) for count in rng.integers(4, 9, rows - 1))]
        yield case(texts, _VOCABULARY, int(rng.integers(6, 9)))


def _buggy_listing(bugs: Switches, texts: list[str], vocabulary: list[str], limit: int) -> dict[str, Any]:
    ids = {piece: index for index, piece in enumerate(vocabulary)}
    split = split_words if "capitals_kept" in bugs else normalise_and_split
    words = [split(text) for text in texts]
    if "whole_words" in bugs:
        pieces = [[word if word in ids else "[UNK]" for word in row] for row in words]
    else:
        pieces = [[piece for word in row for piece in wordpiece(word, ids)] for row in words]
    if "ranks" in bugs:
        counts = Counter(piece for row in pieces for piece in row)
        ids = {piece: rank for rank, (piece, _times) in enumerate(counts.most_common(), 1)}
    slips = {"mask_of_ones"} & bugs
    if "front" in bugs:
        slips |= {"front_cut", "padded_in_front"}
    rows = [[ids[piece] for piece in row] for row in pieces]
    made = buggy_batch(frozenset(slips), rows, limit + (2 if "no_special" in bugs else 0))
    if "no_special" not in bugs:
        return made
    width = made["input_word_ids"].shape[1] - 2
    for row, (numbers, mask) in enumerate(zip(made["input_word_ids"], made["input_mask"], strict=True)):
        kept = [number for number in numbers if number not in (0, CLS_ID, SEP_ID)]
        place = slice(width - len(kept), width) if "front" in bugs else slice(0, len(kept))
        made["input_word_ids"][row], mask[:] = 0, "mask_of_ones" in bugs
        made["input_word_ids"][row, place], mask[place] = kept, 1
    return {name: array[:, :width] for name, array in made.items()}


TOKENIZER_HUNT = Exercise(
    id="tokenizer_hunt",
    answer="tokenizer_hunt",
    asks=_("The printed listing, mended: from texts to ids, mask and segments."),
    reference=encode_texts,
    parts=(Part(_("texts that fit"), 0, _all_fit), Part(_("texts that are cut"), 0, _some_are_cut)),
    optional=True,
    mistakes=mistakes_of(
        _buggy_listing,
        (
            "ranks",
            _("Your ids are ranks by frequency: the commonest token of the batch has the id 1."),
            _("Which row of its table will the encoder take for the id 1? Who numbered those rows?"),
            _("A token's id is its index in `vocabulary`: `{piece: index for index, piece in enumerate(vocabulary)}`."),
        ),
        (
            "whole_words",
            _("Your words are looked up whole; those that the list does not hold become [UNK]."),
            _("“films” is not in the list. Is nothing of it there?"),
            _("Cut each word by your `wordpiece(word, ids_of)` and look up the pieces."),
        ),
        (
            "capitals_kept",
            _("Words with capitals become [UNK]."),
            _("Does the vocabulary of an uncased encoder hold “Film”, or “film”?"),
            _("Split by your `split_words`, which lower-cases."),
        ),
        (
            "no_special",
            _("Your rows do not begin with 101 and end with 102."),
            _("What did every text that the encoder was trained on begin and end with?"),
            _("Put 101 in front and 102 behind, as `encode_batch` does; both count towards `limit`."),
        ),
        (
            "front",
            _("You pad in front of the text, and cut its beginning when it is too long."),
            _("Where did padding stand when the encoder was trained? And which position does [CLS] have?"),
            _("Cut the end, and fill up behind: your `encode_batch` does both."),
        ),
        (
            "mask_of_ones",
            _("Your mask is 1 everywhere, also where the id is 0."),
            _("What does the encoder then read beside the words?"),
            _("Put 0 where the id is 0."),
        ),
    ),
    combine=combiner(_buggy_listing),
    hints=(
        _("Turn the ids that come back into tokens, one row at a time: `[vocabulary[index] for index in row]`."),
        _("You have written all that it needs: `split_words`, then `wordpiece`, then the ids, then `encode_batch`."),
        _(
            "`ids_of = {piece: index for index, piece in enumerate(vocabulary)}`; a row is `[ids_of[piece] for word in "
            "split_words(text) for piece in wordpiece(word, ids_of)]`; give all rows to `encode_batch`."
        ),
    ),
)
