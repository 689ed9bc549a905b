"""What is asked of the exercises and predictions of several chapters alike."""

from __future__ import annotations

import pytest

from bookutils.exercises.catalogue import all_predictions, load_chapter


@pytest.mark.parametrize(
    ("chapter", "ids"),
    [
        ("13-comparison", ["tfidf_split", "bayes_weights", "pipeline_hunt"]),
        ("15-scaling", ["bert_params", "train_flops"]),
        ("22-economics", ["break_even"]),
    ],
)
def test_graded_exercises_have_four_points(chapter, ids):
    """Are the graded ones those of the chapter, with four points each, and the others optional?"""
    graded = [exercise for exercise in load_chapter(chapter)[0] if not exercise.optional]
    assert [exercise.id for exercise in graded] == ids
    assert {exercise.points for exercise in graded} == {4}


@pytest.mark.parametrize("prediction", [one for _chapter, one in all_predictions()], ids=lambda one: one.id)
def test_each_option_answers_for_itself(prediction):
    """Has every option of a prediction a text and an answer of its own?"""
    options = prediction.options.values()
    assert len({option.text for option in options}) == len({option.says for option in options}) == len(options) == 3
