"""Exercises of chapter 10: the embeddings, what a block costs, and claims that are printed, all optional."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from bookutils.core.messages import _
from bookutils.judging.model import Case, Exercise, Option, Part, Rng, Tolerance, case, choice, edge
from bookutils.judging.switches import Switches, combiner, mistakes_of
from bookutils.numerics.arrays import Doubles, Ints
from bookutils.numerics.transformer.costs import count_block_flops
from bookutils.numerics.transformer.encoder import add_embeddings


def _buggy_embed(
    bugs: Switches, word_ids: Ints, type_ids: Ints, words: Doubles, positions: Doubles, segments: Doubles
) -> Doubles:
    rows, tokens = word_ids.shape
    place = np.arange(tokens)
    if "from_one" in bugs:
        place = place + 1
    if "backwards" in bugs:
        place = place[::-1]
    placed = positions[place % len(positions)]
    if "by_row" in bugs:
        placed = positions[np.arange(rows) % len(positions)][:, np.newaxis, :]
    total = words[word_ids]
    if "no_positions" not in bugs:
        total = total + placed
    if "no_segments" not in bugs:
        total = total + segments[type_ids]
    return total / 3 if "mean" in bugs else total


def _draw_embed(rng: Rng, rows: int, tokens: int, hidden: int) -> Case:
    def table(count: int) -> Doubles:
        return np.round(rng.normal(size=(count, hidden)), 3)

    word_ids = rng.integers(0, 9, (rows, tokens)).astype(np.int32)
    type_ids = (np.arange(tokens) >= rng.integers(1, tokens, (rows, 1))).astype(np.int32)
    return case(word_ids, type_ids, table(9), table(tokens + 3), table(2))


def _sentences(rng: Rng) -> Iterable[Case]:
    for rows, tokens, hidden in ((2, 3, 2), (2, 4, 3), (3, 5, 2), (3, 3, 4)):
        yield _draw_embed(rng, rows, tokens, hidden)
    args = _draw_embed(rng, 2, 4, 2).args
    yield edge(args[0][:, :1], args[1][:, :1], *args[2:])
    yield edge(args[0], args[1], args[2], args[3][:4], args[4])  # as long as the table of positions


EMBED_TOKENS = Exercise(
    id="embed_tokens",
    answer="embed_tokens",
    asks=_("For each token the sum of three vectors: its word's, its position's, its segment's."),
    reference=add_embeddings,
    parts=(
        Part(_("sentences"), 0, _sentences),
        Part(_("inputs unchanged"), 0, _sentences, compares="inputs"),
    ),
    tolerance=Tolerance(rtol=1e-5, atol=1e-6),
    mistakes=mistakes_of(
        _buggy_embed,
        (
            "no_positions",
            _("The same word of the same segment gets the same vector wherever it stands."),
            _("How would the encoder know which of two words came first?"),
            _("Add `positions[:tokens]`, one row for each place."),
        ),
        (
            "no_segments",
            _("Your vectors do not depend on `type_ids`."),
            _("What tells the encoder that a token belongs to the second sentence of a pair?"),
            _("Add `segments[type_ids]`."),
        ),
        (
            "by_row",
            _("All tokens of a row get one position's vector: you count the sentences, not the places."),
            _("Along which of the axes (batch, tokens, hidden) do positions run?"),
            _("`positions[:tokens]` has the shape (tokens, hidden) and fits without another axis."),
        ),
        (
            "from_one",
            _("Your first token gets the second row of the table of positions."),
            _("Which row belongs to the place of [CLS]?"),
            _("Count from 0: `positions[:tokens]`."),
        ),
        (
            "backwards",
            _("Your positions run from the end of the sentence to its beginning."),
            _("Which token of a row gets the first row of the table?"),
            _("Take the rows in order: `positions[:tokens]`."),
        ),
        (
            "mean",
            _("Your vectors are a third of what they should be: you take the mean of the three."),
            _("What do the formula's plus signs ask for?"),
            _("Add the three, and do not divide."),
        ),
    ),
    combine=combiner(_buggy_embed),
    hints=(
        _("A table is read by `table[ids]`: for ids of the shape (batch, tokens) that gives (batch, tokens, hidden)."),
        _("Positions need no ids: they are 0, 1, 2, … for every sentence, so `positions[:tokens]` will do."),
    ),
    optional=True,
)


def _buggy_flops(bugs: Switches, tokens: int, hidden: int, inner: int, num_heads: int) -> int:
    projections = (3 if "no_output" in bugs else 4) * tokens * hidden * hidden
    mixing = 0 if "no_mixing" in bugs else (1 if "scores_only" in bugs else 2) * tokens * tokens * hidden
    if "times_heads" in bugs:
        mixing = mixing * num_heads
    feed = (1 if "feed_once" in bugs else 2) * tokens * hidden * inner
    return (1 if "no_additions" in bugs else 2) * (projections + mixing + feed)


def _block_sizes(rng: Rng) -> Iterable[Case]:
    yield case(128, 768, 3072, 12)
    for heads in (2, 3, 4, 6, 8):
        hidden = heads * int(rng.integers(8, 40))
        yield case(int(rng.integers(10, 300)), hidden, int(rng.integers(3, 6)) * hidden, heads)
    yield edge(1, 4, 16, 1)
    yield edge(0, 8, 32, 2)


BLOCK_FLOPS = Exercise(
    id="block_flops",
    answer="block_flops",
    asks=_("The floating-point operations of one block's matrix products, for one sequence."),
    reference=count_block_flops,
    parts=(Part(_("sizes of all kinds"), 0, _block_sizes),),
    tolerance=Tolerance(rtol=1e-9, atol=0.0),
    mistakes=mistakes_of(
        _buggy_flops,
        (
            "no_additions",
            _("Your count is half of what it should be: the multiplications alone."),
            _("An entry of a product is a sum of b products. How many additions go into it?"),
            _("Count 2abc for a product of an (a, b) and a (b, c) matrix."),
        ),
        (
            "no_mixing",
            _("Your count grows in a straight line with the length."),
            _("Which products have tokens on two of their three sides?"),
            _("Add the scores and the weighted mean: 2 · tokens² · hidden for each."),
        ),
        (
            "scores_only",
            _("You count the scores, and not the mean of the values that the weights then take."),
            _("How many products in attention have the shape of the square of tokens on one side?"),
            _("Both: queries times keys, and weights times values. Each takes 2 · tokens² · hidden."),
        ),
        (
            "no_output",
            _("You count three projections of hidden × hidden."),
            _("What happens to the heads' results after they have been merged?"),
            _("There are four: query, key, value, and the output."),
        ),
        (
            "feed_once",
            _("You count one dense layer of the feed-forward part."),
            _("It widens the vectors. Which product makes them narrow again?"),
            _("Count both: tokens × hidden × inner, and tokens × inner × hidden."),
        ),
        (
            "times_heads",
            _("Your count for attention grows with the number of heads."),
            _("How long is the query of one head when there are twice as many heads?"),
            _("All heads together have `hidden` columns, however many they are: leave `num_heads` out."),
        ),
    ),
    combine=combiner(_buggy_flops),
    hints=(
        _("List the matrix products with their shapes: four projections, two products in attention, two dense layers."),
        _("A product of an (a, b) and a (b, c) matrix takes 2abc operations."),
        _("Attention: every head has hidden / num_heads columns, and there are num_heads of them."),
    ),
    optional=True,
)

BLOCK_HUNT = choice(
    "block_hunt",
    _("Which of the six printed sentences is right?"),
    {
        "a": Option(
            _("sentence a"),
            _(
                "BERT-base has 110 million parameters, which the formula of this chapter gives exactly: a tenth of one "
                "billion. Models that are called large today have a thousand times as many."
            ),
        ),
        "b": Option(
            _("sentence b"),
            _(
                "That is a decoder, such as GPT. BERT is an encoder: each token sees the words on both sides, and is "
                "trained to name words that were hidden."
            ),
        ),
        "c": Option(
            _("sentence c"),
            _(
                "That is batch normalisation. Layer normalisation looks at one token's vector and at nothing else, so "
                "it does the same in training and afterwards."
            ),
        ),
        "d": Option(
            _("sentence d"),
            _("8H² in the feed-forward part against 4H² in attention, whatever H is and however many heads there are."),
            right=True,
        ),
        "e": Option(
            _("sentence e"),
            _(
                "The part that grows with the square of the length is small at 128 tokens: the projections and the "
                "feed-forward part take nearly everything. Count again."
            ),
        ),
        "f": Option(
            _("sentence f"),
            _("Up to 4.7 · 10⁻⁴ apart for one number, and more after six blocks. The form belongs to the weights."),
        ),
    },
    hints=(
        _("Each sentence is about something that you have counted or measured in this chapter: look the number up."),
        _("Two of them describe something that exists under another name."),
    ),
)
