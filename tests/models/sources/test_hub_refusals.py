"""What is no BERT encoder, or a damaged one, gets a sentence that says what it is and what to do."""

import shutil

import pytest
import tensorflow as tf

from bookutils.core.errors import DataError
from bookutils.models.sources.hub import DamagedModuleError
from bookutils.models.sources.names import load_encoder

pytestmark = pytest.mark.tensorflow


def tf1_module(folder):
    """A module as TensorFlow 1 wrote it: a graph with the empty set of tags."""
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        x = tf.compat.v1.placeholder(tf.int32, (None,), "x")
        table = tf.compat.v1.get_variable("table", (4,))
        signature = tf.compat.v1.saved_model.predict_signature_def({"x": x}, {"y": tf.gather(table, x)})
        session.run(tf.compat.v1.global_variables_initializer())
        builder = tf.compat.v1.saved_model.Builder(str(folder))
        builder.add_meta_graph_and_variables(session, [], {"default": signature})
        builder.save()
    return folder


@pytest.mark.parametrize("marked", [True, False], ids=["tfhub_module.pb", "saved_model.pb alone"])
def test_a_module_of_tensorflow_1_is_refused(tmp_path, marked):
    """Is the old format recognised, and the handle of the same size in the new one named?"""
    folder = tf1_module(tmp_path / "bert_uncased_L-4_H-512_A-8")
    if marked:
        (folder / "tfhub_module.pb").write_bytes(b"\x08\x03")
    with pytest.raises(DataError, match="old format of TensorFlow 1") as caught:
        load_encoder(folder)
    assert "load_encoder('small-bert-4-512')" in caught.value.todo
    assert "small_bert/bert_en_uncased_L-4_H-512_A-8/2" in caught.value.todo


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"takes": ("ids", "mask", "types")}, "does not take the three inputs"),
        ({"gives": ("pooled_output",)}, "does not give pooled_output and sequence_output"),
    ],
)
def test_another_signature_is_refused(tiny_encoder, export_module, tmp_path, options, says):
    """Is a callable module that is no BERT encoder told from one, with what is missing?"""
    folder = export_module(tiny_encoder, tmp_path / "other" / "module", **options)
    with pytest.raises(DataError, match=says):
        load_encoder(folder)


def test_a_saved_model_that_cannot_be_called_is_refused(tmp_path):
    """Is a SavedModel of something else answered with a sentence?"""
    root = tf.Module()
    root.number = tf.Variable(1.0)
    tf.saved_model.save(root, str(tmp_path / "number"))
    with pytest.raises(DataError, match="no BERT encoder: it cannot be called"):
        load_encoder(tmp_path / "number")


def test_an_unknown_operation_is_not_taken_for_damage(hub_folder):
    """Is a module that needs another library told from a broken one, so that it is not fetched again and again?"""
    graph = hub_folder / "saved_model.pb"
    graph.write_bytes(graph.read_bytes().replace(b"MatMul", b"NatMul"))
    with pytest.raises(DataError, match="an operation that this TensorFlow does not have") as caught:
        load_encoder(hub_folder)
    assert not isinstance(caught.value, DamagedModuleError)


def break_graph(folder):
    (folder / "saved_model.pb").write_bytes(b"\xff\xff not a protocol buffer")


def empty_graph(folder):
    (folder / "saved_model.pb").write_bytes(b"")


def cut_graph(folder):
    whole = (folder / "saved_model.pb").read_bytes()
    (folder / "saved_model.pb").write_bytes(whole[: len(whole) // 2])


def cut_weights(folder):
    data = next((folder / "variables").glob("*.data-*"))
    data.write_bytes(data.read_bytes()[:100])


def cut_index(folder):
    index = folder / "variables" / "variables.index"
    index.write_bytes(index.read_bytes()[:20])


def change_weights(folder):
    data = next((folder / "variables").glob("*.data-*"))
    content = bytearray(data.read_bytes())
    content[40] ^= 1
    data.write_bytes(content)


def drop_weights(folder):
    shutil.rmtree(folder / "variables")


DAMAGES = [break_graph, empty_graph, cut_graph, cut_weights, cut_index, change_weights, drop_weights]


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_folder_gets_a_sentence_and_is_left_alone(hub_folder, damage):
    """Is each kind of damage in a person's own folder told, and nothing there deleted?"""
    damage(hub_folder)
    with pytest.raises(DataError, match="is damaged") as caught:
        load_encoder(hub_folder)
    assert str(hub_folder) in caught.value.what
    assert hub_folder.is_dir()


def test_an_empty_folder_gets_a_sentence(tmp_path):
    """Is a folder without a SavedModel told from one with?"""
    with pytest.raises(DataError, match=r"holds no saved_model\.pb"):
        load_encoder(tmp_path)


def test_a_vocabulary_of_another_size_is_refused(hub_folder):
    """Is a vocabulary that does not fit the word vectors refused before it gives wrong ids?"""
    vocabulary = hub_folder / "assets" / "vocab.txt"
    vocabulary.write_text(vocabulary.read_text() + "extra\n")
    with pytest.raises(DataError, match="14 word vectors, and the vocabulary 15 pieces"):
        load_encoder(hub_folder)


def test_without_a_vocabulary_berts_own_must_fit(tiny_encoder, export_module, tmp_path):
    """Is the uncased vocabulary that stands in also held against the number of word vectors?"""
    folder = export_module(tiny_encoder, tmp_path / "bare" / "module", vocabulary=False)
    with pytest.raises(DataError, match="14 word vectors, and the vocabulary 30522 pieces"):
        load_encoder(folder)
