"""Exercises of chapter 13: TF-IDF, learnt from train alone."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from bookutils.core.messages import _
from bookutils.judging.model import Case, Exercise, Part, Rng, Tolerance, case, edge
from bookutils.judging.switches import Switches, combiner, mistakes_of, switched
from bookutils.numerics.comparison.tfidf import tfidf_split

_WORDS = ["a", "bad", "dull", "film", "good", "plot", "the", "warm"]
_NEW = ["zest", "brisk", "numb"]


def _sentences(rng: Rng, count: int, new: list[str]) -> list[str]:
    """Sentences of three to six words; each has a word twice, and one of `new` where there are some."""
    made = []
    for number in range(count):
        words = [str(word) for word in rng.choice(_WORDS, int(rng.integers(2, 5)), replace=False)]
        words.append(words[0])
        if new:
            words.append(new[number % len(new)])
        made.append(" ".join(str(word) for word in rng.permutation(words)))
    return made


def _known(rng: Rng) -> Iterable[Case]:
    for count in (3, 4):
        yield case([*_sentences(rng, count, []), " ".join(_WORDS)], _sentences(rng, 2, []))
    yield edge(["good film"], ["good film", "film"])


def _with_news(rng: Rng) -> Iterable[Case]:
    for count in (3, 4, 5):
        new = [str(word) for word in rng.choice(_NEW, 2, replace=False)]
        yield case([*_sentences(rng, count, []), "the film the"], _sentences(rng, 2, new))
    yield edge(["good film", "bad film"], ["zest", "brisk film"])


def _buggy_tfidf(bugs: Switches, train: list[str], dev: list[str]) -> list[np.ndarray]:
    ours, theirs = ([sentence.split() for sentence in sentences] for sentences in (train, dev))

    def fit(vocabulary: list[list[str]], counted: list[list[str]]) -> tuple[list[str], np.ndarray]:
        words = sorted(set().union(*vocabulary))
        holds = np.array([[word in sentence for word in words] for sentence in counted])
        idf = np.log((1 + len(counted)) / (1 + holds.sum(axis=0))) + 1
        return words, np.ones(len(words)) if "no_idf" in bugs else idf

    def transform(sentences: list[list[str]], words: list[str], idf: np.ndarray) -> np.ndarray:
        rows = np.array([[sentence.count(word) for word in words] for sentence in sentences]) * idf
        length = np.sqrt((rows**2).sum(axis=1, keepdims=True))
        return rows if "no_norm" in bugs else rows / np.where(length > 0, length, 1)

    counted = [*ours, *theirs] if "everything" in bugs else ours
    words, idf = fit([*ours, *theirs] if "dev_words" in bugs else ours, counted)
    again = fit(theirs, theirs) if "refitted" in bugs else (words, idf)
    return [transform(ours, words, idf), transform(theirs, *again)]


TFIDF_SPLIT = Exercise(
    id="tfidf_split",
    answer="tfidf_split",
    asks=_("TF-IDF of two sets of sentences, with all that is learnt taken from the first."),
    reference=tfidf_split,
    parts=(
        Part(_("dev without new words"), 1, _known),
        Part(_("dev with words that train lacks"), 2, _with_news),
        Part(_("inputs left as they were"), 1, _with_news, compares="inputs"),
    ),
    tolerance=Tolerance(rtol=1e-5, atol=1e-6),
    mistakes=mistakes_of(
        _buggy_tfidf,
        (
            "everything",
            _("Your weights change when only a sentence of dev changes, also those of train."),
            _("When the model is in use, which sentences exist while it is fitted?"),
            _("Count in how many sentences of `train` each word stands; leave `dev` out of n and of d."),
        ),
        (
            "refitted",
            _("Your matrix of dev has columns, or weights, of its own; train's is as it should be."),
            _("The model has a weight for each column of train. What does it find in those of your second matrix?"),
            _("Use the words and the IDF of train for dev as well: `transform`, not `fit_transform`."),
        ),
        (
            "no_idf",
            _("In your rows a word that stands in every sentence weighs as much as a rare one."),
            _("Which factor of TF-IDF depends on the number of sentences that hold a word?"),
            _("Multiply each column by ln((1 + n) / (1 + d)) + 1 before you divide by the length."),
        ),
        (
            "no_norm",
            _("Your rows are longer for longer sentences; each should have the length 1."),
            _("Should a review that is twice as long be twice as far from everything else?"),
            _("Divide each row by the root of the sum of its squares; leave a row of zeros as it is."),
        ),
        (
            "dev_words",
            _("Your matrices have columns for words that stand in dev alone."),
            _("What weight can a model have learnt for a word that it never saw?"),
            _("Take the words from `train` alone; others are left out of the counts."),
        ),
        also={"everything": (switched(_buggy_tfidf, "everything", "dev_words"),)},  # one fit on both sets
    ),
    combine=combiner(_buggy_tfidf),
    hints=(
        _("Write down what is learnt: a list of words, and one number for each. Learn both before you look at `dev`."),
        _("A matrix is counts times IDF, column by column; then each row is divided by its length."),
        _(
            'With scikit-learn: `TfidfVectorizer(token_pattern=r"\\S+")`, then `fit_transform(train)` and '
            "`transform(dev)`, and `.toarray()` of both."
        ),
    ),
)
