"""Are the references of chapter 13's exercises those of the course, and do the predictions tell the truth?"""

from __future__ import annotations

import numpy as np
import pytest

from bookutils.exercises import comparison
from bookutils.exercises.comparison import models as comparison_models
from bookutils.judging.judge import plan_calls
from bookutils.numerics import economics as costs
from bookutils.numerics.comparison.tfidf import tfidf_split
from bookutils.numerics.scaling import compute, parameters
from bookutils.numerics.scaling import laws as scaling


def test_four_exercises_are_graded():
    """Are there four graded exercises of four points, and the others optional?"""
    graded = [exercise.id for exercise in comparison.EXERCISES if not exercise.optional]
    assert graded == ["tfidf_split", "bert_params", "train_flops", "break_even"]
    assert {exercise.points for exercise in comparison.EXERCISES if not exercise.optional} == {4}


def test_references_are_the_functions_of_the_course():
    """Is each judged against the function that the chapter itself uses?"""
    references = {exercise.id: exercise.reference for exercise in comparison.EXERCISES}
    assert references["bert_params"] is parameters.bert_params
    assert references["train_flops"] is compute.train_flops
    assert references["break_even"] is costs.break_even
    assert references["compute_split"] is scaling.compute_split
    assert references["tfidf_split"] is tfidf_split


def test_published_encoders_are_among_the_cases():
    """Is a learner's count compared with encoders that exist?"""
    known = {(a.vocabulary, a.hidden, a.layers, a.heads) for a in parameters.ARCHITECTURES.values()}
    calls = plan_calls(comparison.BERT_PARAMS, seed=1)
    assert sum(tuple(call.arguments) in known for call in calls) == 4


def test_dev_has_words_that_train_lacks_where_it_should():
    """Do the ordinary cases of the second part have new words in dev, and those of the first none?"""
    for call in plan_calls(comparison.TFIDF_SPLIT, seed=1):
        train, dev = ({word for sentence in side for word in sentence.split()} for side in call.arguments)
        if call.ordinary:
            assert bool(dev - train) == (call.part > 0)


def test_own_and_rented_prices_are_apart():
    """Is an own request cheaper by far in every paying case, and dearer in those that never pay?"""
    for call in plan_calls(comparison.BREAK_EVEN, seed=1):
        own, rented = call.arguments
        never = np.isinf(costs.break_even(own, rented))
        assert never == (call.part == 1)


@pytest.mark.parametrize("prediction", comparison.PREDICTIONS, ids=lambda prediction: prediction.id)
def test_each_option_answers_for_itself(prediction):
    """Has every option of a prediction a text and an answer of its own?"""
    options = prediction.options.values()
    assert len({option.text for option in options}) == len({option.says for option in options}) == len(options) == 3


def test_what_the_predictions_claim_is_true():
    """Do heads change no count, and does the printed law give less than half of 70 billion, on a flat minimum?"""
    assert parameters.bert_params(30522, 768, 12, 12) == parameters.bert_params(30522, 768, 12, 24)
    n, d = scaling.best_split(5.76e23)
    assert n < 35e9
    assert float(scaling.scaling_loss(70e9, 5.76e23 / 6 / 70e9)) - float(scaling.scaling_loss(n, d)) < 0.01


def test_the_usual_leak_is_the_one_that_is_named():
    """Is a vectorizer that is fitted on both sets at once told as fitted on everything?"""
    (everything,) = (m for m in comparison.TFIDF_SPLIT.mistakes if m.id == "everything")
    train, dev = ["good film", "bad film"], ["zest zest"]
    leaked = everything.also[0](train, dev)
    assert leaked[0].shape == (2, 4)
    assert comparison_models.tfidf_split(train, dev)[0].shape == (2, 3)
