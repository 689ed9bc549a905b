"""Are the references of chapter 13's exercises those of the course, and do the predictions tell the truth?"""

from __future__ import annotations

from bookutils.exercises import comparison
from bookutils.judging.judge import plan_calls
from bookutils.numerics.comparison.bayes import bayes_weights, dev_scores
from bookutils.numerics.comparison.tfidf import tfidf_split


def test_references_are_the_functions_of_the_course():
    """Is each judged against the function that the chapter itself uses?"""
    references = {exercise.id: exercise.reference for exercise in comparison.EXERCISES}
    assert references["tfidf_split"] is tfidf_split
    assert references["bayes_weights"] is bayes_weights
    assert references["pipeline_hunt"] is dev_scores


def test_dev_has_words_that_train_lacks_where_it_should():
    """Do the ordinary cases of the second part have new words in dev, and those of the first none?"""
    for call in plan_calls(comparison.TFIDF_SPLIT, seed=1):
        train, dev = ({word for sentence in side for word in sentence.split()} for side in call.arguments)
        if call.ordinary:
            assert bool(dev - train) == (call.part > 0)


def test_the_usual_leak_is_the_one_that_is_named():
    """Is a vectorizer that is fitted on both sets at once told as fitted on everything?"""
    (everything,) = (m for m in comparison.TFIDF_SPLIT.mistakes if m.id == "everything")
    train, dev = ["good film", "bad film"], ["zest zest"]
    leaked = everything.also[0](train, dev)
    assert leaked[0].shape == (2, 4)
    assert tfidf_split(train, dev)[0].shape == (2, 3)
