"""Exercises of chapter 15: parameters of an encoder, computing of a training, the best split of a budget."""

from __future__ import annotations

from collections.abc import Iterable

from bookutils.core.messages import _
from bookutils.judging.model import Case, Exercise, Part, Rng, Tolerance, case, edge
from bookutils.judging.switches import Switches, combiner, mistakes_of
from bookutils.numerics.scaling.compute import train_flops
from bookutils.numerics.scaling.laws import compute_split
from bookutils.numerics.scaling.parameters import bert_params


def _one_layer(rng: Rng) -> Iterable[Case]:
    for heads, width in ((2, 8), (4, 5), (3, 6)):
        yield case(int(rng.integers(50, 900)), heads * width, 1, heads)
    yield edge(1, 1, 1, 1)


def _deep(rng: Rng) -> Iterable[Case]:
    for heads in (2, 4, 8):
        yield case(int(rng.integers(1000, 9000)), 16 * heads, int(rng.integers(2, 9)), heads)


def _published(rng: Rng) -> Iterable[Case]:
    """Encoders that exist, and two of them with a vocabulary of another size: the published counts are known."""
    for row in ((30522, 128, 2, 2), (28996, 768, 12, 12), (30522, 1024, 24, 16), (119547, 768, 12, 12)):
        yield case(*row)
    for hidden, layers, heads in ((512, 4, 8), (768, 12, 12)):
        yield case(int(rng.integers(5_000, 250_000)), hidden, layers, heads)


def _buggy_params(bugs: Switches, vocabulary: int, hidden: int, layers: int, heads: int) -> int:
    h = hidden
    small = 0 if "tables" in bugs else 512 + 2
    norm = 0 if "norms" in bugs else 2 * h
    bias = 0 if "biases" in bugs else h
    attention = 4 * (h * h * (heads if "heads" in bugs else 1) + bias) + norm
    feed_forward = 8 * h * h + 5 * bias + norm
    pooler = 0 if "pooler" in bugs else h * h + bias
    return (vocabulary + small) * h + norm + layers * (attention + feed_forward) + pooler


BERT_PARAMS = Exercise(
    id="bert_params",
    answer="bert_params",
    asks=_("How many numbers a BERT encoder learns, from its configuration."),
    reference=bert_params,
    parts=(
        Part(_("one layer"), 1, _one_layer),
        Part(_("several layers"), 1, _deep),
        Part(_("published encoders"), 2, _published),
    ),
    tolerance=Tolerance(rtol=0.0, atol=0.5),
    mistakes=mistakes_of(
        _buggy_params,
        (
            "biases",
            _("Your count is too small by one number for each output of each dense layer."),
            _("A dense layer computes Wx + b. How many numbers are in b, and which layers have one?"),
            _("Add the biases: 4H for attention, 4H + H for the feed-forward part, in each layer; H for the pooler."),
        ),
        (
            "norms",
            _("Your count is too small by 2H for the embeddings and by 4H for each layer."),
            _("Every layer normalises twice, the embeddings once. What does a LayerNorm learn?"),
            _("A LayerNorm has H scales and H shifts: add 2H once, and 2 · 2H in each layer."),
        ),
        (
            "tables",
            _("Your count is too small by 514·H, whatever the number of layers."),
            _(
                "How does the encoder know where in the sentence a word stands, and to which of two sentences it "
                "belongs?"
            ),
            _("Add the tables of positions and segments: (512 + 2)·H."),
        ),
        (
            "pooler",
            _("Your count is too small by H² + H, whatever the number of layers."),
            _("Is there a dense layer after the last encoder layer?"),
            _("Add the pooler: H² weights and H biases, once."),
        ),
        (
            "heads",
            _("Your count grows when only the number of heads grows."),
            _(
                "Twelve heads share a width of 768. How wide is each of them, and how many weights do they have "
                "together?"
            ),
            _("Leave out the number of heads: each has H/heads columns, so all of them have H · H weights."),
        ),
    ),
    combine=combiner(_buggy_params),
    hints=(
        _("Write the list first: three tables and a LayerNorm; then one layer; then the pooler. Count each line."),
        _("A dense layer from n to m numbers has n·m + m. One layer has four of H to H, one of H to 4H, one back."),
        _("In all: (V + 514)·H + 2H, plus layers · (12H² + 13H), plus H² + H."),
    ),
)


def _runs(rng: Rng) -> Iterable[Case]:
    for layers, epochs in ((5, 2.0), (12, 3.0), (24, 4.0)):
        yield case(
            float(rng.uniform(1e6, 9e7)), layers, float(rng.uniform(1e6, 1e9)), float(rng.integers(100, 900)), epochs
        )
    yield edge(1.0, 1, 1.0, 1.0, 1.0)
    yield edge(1e6, 2, 0.0, 30.0, 1.0)


def _real_runs(rng: Rng) -> Iterable[Case]:
    """Runs as they were, and the first and the last with fewer sentences: what the real ones took is known."""
    yield case(109e6 / 12, 12, 250e9 / 40 / 512, 512.0, 40.0)  # BERT-base
    yield case(174.6e9 / 96, 96, 300e9 / 2048, 2048.0, 1.0)  # GPT-3
    yield case(10.6e6 / 6, 6, 6228.0, 24.0, 3.0)  # this course's own fine-tuning
    yield case(109e6 / 12, 12, float(rng.integers(1_000_000, 9_000_000)), 512.0, 40.0)
    yield case(10.6e6 / 6, 6, float(rng.integers(1_000, 6_000)), 24.0, 3.0)


def _buggy_flops(
    bugs: Switches, layer_parameters: float, layers: int, sentences: float, tokens: float, epochs: float
) -> float:
    n = layer_parameters * (1 if "one_layer" in bugs else layers)
    d = sentences * (1 if "examples" in bugs else tokens) * (1 if "epochs" in bugs else epochs)
    factor = 2 if "forward_only" in bugs else 6
    return factor * n * d / (1e15 * 3600 * (1 if "hours" in bugs else 24))


TRAIN_FLOPS = Exercise(
    id="train_flops",
    answer="train_flops",
    asks=_("The computing that a training takes, in petaflop/s-days."),
    reference=train_flops,
    parts=(Part(_("made-up runs"), 2, _runs), Part(_("BERT-base, GPT-3, and this course"), 2, _real_runs)),
    tolerance=Tolerance(rtol=1e-4, atol=0.0),
    mistakes=mistakes_of(
        _buggy_flops,
        (
            "forward_only",
            _("Your result is a third of what it should be."),
            _("2ND is one pass forward. What does a training step do after it, and how much work is that?"),
            _("Count 6 operations for a weight and a token: 2 forward, 4 backward."),
        ),
        (
            "one_layer",
            _("Your result is too small by the number of layers."),
            _("`layer_parameters` belong to one layer. How many weights does a token meet on its way?"),
            _("Multiply by `layers`."),
        ),
        (
            "epochs",
            _("Your result does not change with the number of epochs."),
            _("What does the second reading of the same sentence cost?"),
            _("Multiply by `epochs`: a token costs the same every time."),
        ),
        (
            "hours",
            _("Your result is 24 times too large."),
            _("For how long does a machine with 10¹⁵ operations a second run in a PF-day?"),
            _("Divide by 10¹⁵ · 86,400: a day has 24 · 3,600 seconds."),
        ),
        (
            "examples",
            _("Your result does not change with the length of the sentences."),
            _("D counts what the weights are multiplied with. Is that a sentence, or a token?"),
            _("D = sentences · tokens · epochs."),
        ),
    ),
    combine=combiner(_buggy_flops),
    hints=(
        _("Find N, all the parameters, and D, all the tokens that are read, repetitions included."),
        _("Operations = 6 · N · D."),
        _("A PF-day is 10¹⁵ operations a second for 24 · 3,600 seconds: divide by 8.64e19."),
    ),
)


def _budgets(rng: Rng) -> Iterable[Case]:
    for exponent in (18, 21, 24):
        yield case(
            float(rng.uniform(1, 9)) * 10.0**exponent,
            float(rng.uniform(300, 600)),
            float(rng.uniform(0.31, 0.38)),
            float(rng.uniform(900, 2000)),
            float(rng.uniform(0.24, 0.29)),
        )
    yield edge(6.0, 400.0, 0.3, 400.0, 0.3)


def _printed(rng: Rng) -> Iterable[Case]:
    for exponent in (19, 22, 25):
        yield case(float(rng.uniform(1, 9)) * 10.0**exponent, 406.4, 0.34, 410.7, 0.28)


def _buggy_split(bugs: Switches, flops: float, a: float, alpha: float, b: float, beta: float) -> list[float]:
    product = flops if "six" in bugs else flops / 6
    ratio = a / b if "slopes" in bugs else alpha * a / (beta * b)
    ratio = 1 / ratio if "inverted" in bugs else ratio
    power = alpha if "exponents" in bugs else beta
    n = ratio ** (1 / (alpha + beta)) * product ** (power / (alpha + beta))
    return [n, product] if "tokens" in bugs else [n, product / n]


COMPUTE_SPLIT = Exercise(
    id="compute_split",
    answer="compute_split",
    asks=_("The parameters and tokens with the smallest expected loss for a budget."),
    reference=compute_split,
    parts=(Part(_("made-up laws"), 0, _budgets), Part(_("Chinchilla's law as printed"), 0, _printed)),
    tolerance=Tolerance(rtol=1e-4, atol=0.0),
    optional=True,
    mistakes=mistakes_of(
        _buggy_split,
        (
            "six",
            _("Your parameters times your tokens give the budget itself."),
            _("How many operations does one token cost for each parameter?"),
            _("C = 6·N·D, so N·D = C/6."),
        ),
        (
            "slopes",
            _(
                "Your split is the one where both terms of the loss are in the ratio of their constants, not the "
                "minimum."
            ),
            _("What stands in front when you differentiate N to the power of −α?"),
            _("The exponents come down: the ratio is (α·a) / (β·b)."),
        ),
        (
            "inverted",
            _("Your parameters are too small by a constant factor, the same for every budget."),
            _("If `a` grows, parameters help more. Should there be more of them, or fewer?"),
            _("Turn the ratio round: (α·a) / (β·b), with `a` on top."),
        ),
        (
            "exponents",
            _("Your parameters grow too fast with the budget, and your tokens too slowly."),
            _("If α is large, parameters pay off quickly. Does that ask for more growth of N, or for less?"),
            _("N grows with (C/6) to the power of β/(α + β): the other one's exponent is on top."),
        ),
        (
            "tokens",
            _("Your parameters are right; your tokens are parameters times tokens."),
            _("Of C = 6·N·D you know C and N. What is D?"),
            _("D = C / (6·N)."),
        ),
    ),
    combine=combiner(_buggy_split),
    hints=(
        _("Put D = C/(6N) into the loss, so that only N is left, and differentiate."),
        _("At the minimum α·a·N^(−α) = β·b·D^(−β)."),
        _("N = (α·a / (β·b))^(1/(α+β)) · (C/6)^(β/(α+β)), and D = C/(6N)."),
    ),
)
