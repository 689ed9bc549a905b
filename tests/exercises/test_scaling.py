"""Are the references of chapter 15's exercises those of the course, and do the predictions tell the truth?"""

from __future__ import annotations

from bookutils.exercises import scaling
from bookutils.judging.judge import plan_calls
from bookutils.numerics.scaling import compute, laws, parameters


def test_references_are_the_functions_of_the_course():
    """Is each judged against the function that the chapter itself uses?"""
    references = {exercise.id: exercise.reference for exercise in scaling.EXERCISES}
    assert references["bert_params"] is parameters.bert_params
    assert references["train_flops"] is compute.train_flops
    assert references["compute_split"] is laws.compute_split


def test_published_encoders_are_among_the_cases():
    """Is a learner's count compared with encoders that exist?"""
    known = {(a.vocabulary, a.hidden, a.layers, a.heads) for a in parameters.ARCHITECTURES.values()}
    calls = plan_calls(scaling.BERT_PARAMS, seed=1)
    assert sum(tuple(call.arguments) in known for call in calls) == 4


def test_what_the_predictions_claim_is_true():
    """Do heads change no count, and does the printed law give less than half of 70 billion, on a flat minimum?"""
    assert parameters.bert_params(30522, 768, 12, 12) == parameters.bert_params(30522, 768, 12, 24)
    n, d = laws.best_split(5.76e23)
    assert n < 35e9
    assert float(laws.scaling_loss(70e9, 5.76e23 / 6 / 70e9)) - float(laws.scaling_loss(n, d)) < 0.01
