"""Exercises of chapter 14: the bytes of a cache, and an error hunt about kinds of models."""

from __future__ import annotations

from collections.abc import Iterable

from bookutils.core.messages import _
from bookutils.judging.model import Case, Exercise, Option, Part, Rng, Tolerance, case, choice
from bookutils.judging.switches import Switches, combiner, mistakes_of
from bookutils.numerics.generation import scale as book


def _decoders(rng: Rng) -> Iterable[Case]:
    yield case(96, 96, 128, 2048, 2, 1)
    yield case(12, 12, 64, 1024, 2, 3)
    for _unused in range(4):
        yield case(*(int(rng.integers(3, 9)) for _size in range(3)), int(rng.integers(10, 60)), 4, 3)


def _buggy_cache(
    bugs: Switches, layers: int, heads: int, head_size: int, tokens: int, bytes_per_number: int, batch: int
) -> float:
    size = (1 if "keys_alone" in bugs else 2) * heads * head_size * tokens * batch
    size *= 1 if "one_layer" in bugs else layers
    size *= tokens if "tokens_squared" in bugs else 1
    size *= heads if "heads_twice" in bugs else 1
    return size * bytes_per_number / (8 if "bits_for_bytes" in bugs else 1)


CACHE_BYTES = Exercise(
    id="cache_bytes",
    answer="cache_bytes",
    asks=_("How many bytes the keys and values of what was read take."),
    reference=book.cache_bytes,
    parts=(Part(_("decoders of several sizes"), 0, _decoders),),
    tolerance=Tolerance(rtol=1e-9, atol=0.0),
    mistakes=mistakes_of(
        _buggy_cache,
        (
            "keys_alone",
            _("You have half of the bytes."),
            _("A new query is compared with the keys. And what does it take its weighted mean of?"),
            _("Keys and values are both kept: a factor of 2."),
        ),
        (
            "one_layer",
            _("Your result does not grow with the number of layers."),
            _("Does each layer have keys of its own?"),
            _("Multiply by `layers`."),
        ),
        (
            "tokens_squared",
            _("Twice as many tokens take four times as many bytes with you."),
            _("Are the scores of all pairs kept, or one key and one value for each token?"),
            _("Multiply by `tokens` once; the scores are thrown away."),
        ),
        (
            "heads_twice",
            _("Your result grows with the square of the number of heads."),
            _("`head_size` is the length of one head's key. How many numbers is a whole token's key?"),
            _("heads · head_size is the hidden size; multiply by `heads` once."),
        ),
        (
            "bits_for_bytes",
            _("You have an eighth of the bytes."),
            _("Is `bytes_per_number` given in bits?"),
            _("Do not divide by 8: a number of 16 bits has 2 bytes already."),
        ),
    ),
    combine=combiner(_buggy_cache),
    hints=(
        _("How many numbers does one token leave behind in one layer?"),
        _("A key and a value in each head, `head_size` numbers each; in every layer, for every token and every text."),
    ),
    optional=True,
)

WRITER_HUNT = choice(
    "writer_hunt",
    _("Which of the five printed sentences is wrong?"),
    {
        "a": Option(_("sentence a"), _("Sentence a is right: the mask is what tells the two apart.")),
        "b": Option(
            _("sentence b"), _("Sentence b is right: with a causal mask every place is a question with its answer.")
        ),
        "c": Option(
            _("sentence c"),
            _(
                "BERT's encoder looks to both sides and was trained to fill gaps. At the end of a text it has no next "
                "word to offer: it was never asked for one. Models that write from left to right are decoders."
            ),
            right=True,
        ),
        "d": Option(
            _("sentence d"), _("Sentence d is right: that third kind reads with one mask and writes with the other.")
        ),
        "e": Option(_("sentence e"), _("Sentence e is right: keys and values of what was read cannot change.")),
    },
    hints=(
        _("Draw the mask of each model that is named. Who may look where?"),
        _("Which model was trained to say what comes next, and which to say what is missing?"),
    ),
)
