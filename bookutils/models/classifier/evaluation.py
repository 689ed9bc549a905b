"""How many sentences a classifier puts on the right side, and how far that number can be trusted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from bookutils.core.messages import _
from bookutils.data.checks import as_labels
from bookutils.numerics.evaluation.classification import standard_error

if TYPE_CHECKING:
    from bookutils.models.classifier.model import SentenceClassifier


def accuracy_of(logits: ArrayLike, labels: ArrayLike) -> float:
    """The share of examples on the right side of 0. Raises DataError where a label is neither 0 nor 1.

    >>> accuracy_of([2.0, -1.0, 0.5, -3.0], [1, 0, 0, 0])
    0.75
    """
    scores = np.asarray(logits)
    return float(np.mean((scores > 0) == (as_labels(labels, len(scores) or None) == 1)))


@dataclass(frozen=True)
class Score:
    """An accuracy with its uncertainty."""

    accuracy: float
    examples: int

    @property
    def standard_error(self) -> float:
        """√(p(1 − p)/n), that of a share p among n examples.

        >>> round(Score(0.88, 872).standard_error, 3)
        0.011
        """
        return standard_error(self.accuracy, self.examples)

    def __str__(self) -> str:
        return _("{accuracy:.0%} of {examples} sentences right, give or take {error:.0%}").format(
            accuracy=self.accuracy, examples=self.examples, error=self.standard_error
        )


def evaluate(classifier: SentenceClassifier, sentences: Sequence[str], labels: ArrayLike) -> Score:
    """Count how many sentences the classifier puts on the right side.

    Notes
    -----
    For the dev set, at the end, once: whatever is chosen by looking at it is no longer measured by it.
    Taught in chapter 12.
    """
    answers = as_labels(labels, len(sentences) or None)  # a wrong one is said before all sentences are read
    return Score(accuracy_of(classifier.logits(sentences), answers), len(sentences))
