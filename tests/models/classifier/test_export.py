"""Does an exported classifier say the same, from text alone, in a process that knows nothing of this package?"""

from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import pytest

from bookutils.core.errors import BookError, DataError, UsageError

pytestmark = pytest.mark.tensorflow

SENTENCES = ["a good film", "The DULL stories .", "", "unheard of", "good " * 40]
STRANGER = """
import json, sys
import tensorflow as tf, tensorflow_text
serve = tf.saved_model.load(sys.argv[1]).signatures["serving_default"]
probabilities = serve(sentences=tf.constant(json.loads(sys.argv[2])))["probability"]
assert not any(name.split(".")[0] == "bookutils" for name in sys.modules)
print(json.dumps(probabilities.numpy().tolist()))
"""


@pytest.fixture
def classifier(tiny_encoder):
    from bookutils.models.classifier.model import SentenceClassifier

    return SentenceClassifier(tiny_encoder)


def test_a_fresh_process_says_the_same(classifier, tmp_path):
    """Loaded by TensorFlow alone, with capitals, unknown words, nothing and too much: the same probabilities?"""
    from bookutils.models.classifier.export import export_savedmodel

    folder = export_savedmodel(classifier, tmp_path / "new" / "model")
    done = subprocess.run(
        [sys.executable, "-c", STRANGER, str(folder), json.dumps(SENTENCES)],
        capture_output=True, text=True, cwd=tmp_path, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    np.testing.assert_allclose(json.loads(done.stdout), classifier.predict_proba(SENTENCES), atol=1e-6)


def test_it_is_loaded_with_what_was_learnt(classifier, tmp_path):
    """After other weights, do export and loading give those, one sentence at a time too, and is dropout off?"""
    from bookutils.models.classifier.export import export_savedmodel, load_savedmodel

    rng = np.random.default_rng(0)
    classifier.model.set_weights([rng.normal(size=w.shape, scale=0.5) for w in classifier.model.get_weights()])
    saved = load_savedmodel(export_savedmodel(classifier, tmp_path / "model"))
    expected = classifier.predict_proba(SENTENCES)
    assert np.ptp(expected) > 0.01
    np.testing.assert_allclose(saved.predict_proba(SENTENCES), expected, atol=1e-6)
    np.testing.assert_allclose([saved.predict_proba([sentence])[0] for sentence in SENTENCES], expected, atol=1e-6)
    assert saved.predict_proba([]).shape == (0,)
    with pytest.raises(UsageError):
        saved.predict_proba("a good film")


def test_nothing_is_overwritten_and_nothing_half_is_left(classifier, tmp_path, monkeypatch):
    """Is an existing folder refused, and after a failure, is there no folder that looks whole?"""
    import tensorflow as tf

    from bookutils.models.classifier.export import export_savedmodel

    kept = tmp_path / "kept"
    kept.mkdir()
    with pytest.raises(UsageError):
        export_savedmodel(classifier, kept)

    def full_disk(*_args, **_kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tf.saved_model, "save", full_disk)
    with pytest.raises(BookError):
        export_savedmodel(classifier, tmp_path / "model")
    assert list(tmp_path.iterdir()) == [kept]


def test_another_folder_is_no_classifier(tmp_path):
    """Is a folder without a SavedModel refused in a sentence?"""
    from bookutils.models.classifier.export import load_savedmodel

    with pytest.raises(DataError, match="holds no exported classifier"):
        load_savedmodel(tmp_path)
