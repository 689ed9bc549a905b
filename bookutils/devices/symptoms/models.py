"""Causes that lie between a program and what it loads: Keras 2 and 3, TensorFlow Hub, what is stored."""

from __future__ import annotations

from functools import partial

from bookutils.core.messages import _
from bookutils.devices.symptoms.rules import Symptom, symptom

_symptom = partial(symptom, subject="packages")

_HUB = r"tensorflow_hub|hub\.KerasLayer|KerasLayer\(|\(type KerasLayer\)"
_GONE_WITH_KERAS_3 = (
    r"engine|layers\.(?:core|merge|normalization|embeddings|recurrent|convolutional|advanced_activations|wrappers|"
    r"experimental)|preprocessing\.text|utils\.(?:np_utils|generic_utils|vis_utils|data_utils)|wrappers|"
    r"backend\.tensorflow_backend|optimizer_v2|optimizers\.legacy|src\.engine|saving\.hdf5_format|objectives|"
    r"applications\.\w+_v1"
)
_MOVED_IN_KERAS = (
    r"Merge|CuDNNLSTM|CuDNNGRU|MaxoutDense|np_utils|layer_utils|generic_utils|data_utils|conv_utils|tf_utils|"
    r"adam|Adam|SGD|set_session|get_session"
)
_MOVED_WITHIN_KERAS = r"pad_sequences|img_to_array|load_img|to_categorical|BatchNormalization|LayerNormalization"
_ONLY_IN_KERAS_3 = r"ops|random|quantizers|distribution|src\.(?:ops|trainers|backend\.common|quantizers|distribution)"
_NAMES_OF_TENSORFLOW = r"compat|keras|__version__|constant|Variable|function|config|data"
_GONE_WITH_TENSORFLOW_2 = (
    r"Session|placeholder|contrib|app|ConfigProto|GPUOptions|get_default_graph|global_variables_initializer|"
    r"set_random_seed|flags|variable_scope|get_variable|reset_default_graph|layers|logging|gfile|InteractiveSession|"
    r"truncated_normal|random_normal|log|Print|to_float|mul|sub|initialize_all_variables|summary_op|python_io"
)
_LOAD_ENCODER = _(
    "Load the module with bookutils.models.sources.names.load_encoder, which makes a layer of Keras 3 of it."
)
_OTHER_KERAS = _("The stored model was written by another generation of Keras than the one that reads it.")

MODELS: tuple[Symptom, ...] = (
    _symptom(
        "hub-cache-incomplete",
        (
            r"SavedModel file does not exist at:? [^\n]{0,300}tfhub_modules",
            r"tfhub_modules[^\n]{0,300}contains neither 'saved_model\.pb' nor 'saved_model\.pbtxt'",
            r"incompatible/unknown type\. [^\n]{0,300}[0-9a-f]{40}[^\n]{0,9} contains neither 'saved_model\.pb' nor",
            r"tfhub_modules[^\n]{0,300}variables[^\n]{0,120}(?:No such file|does not exist|not found)",
        ),
        _("The module's folder in TensorFlow Hub's cache is not whole: a download broke off, or the system cleaned its "
          "temporary folder. It is never fetched again by itself."),
        _("Delete that folder, set TFHUB_CACHE_DIR to one that stays, and load the module again."),
    ),
    _symptom(
        "damaged-module",
        (r"does not appear to be a valid module",),
        _("What was downloaded from TensorFlow Hub is cut off, or is a web page: a proxy's or a login's."),
        _("Delete the module's folder in TFHUB_CACHE_DIR and fetch it again."),
    ),
    _symptom(
        "text-not-imported",
        (r"Op type not registered '(?:CaseFoldUTF8|NormalizeUTF8|\w*Wordpiece\w*|RegexSplitWithOffsets|"
         r"SentencepieceOp|SentencepieceTokenizeOp)'",),
        _("The module holds operations of tensorflow_text, which is not imported."),
        _("Put this before loading it: import tensorflow_text"),
    ),
    _symptom(
        "tf-keras-missing",
        (
            r"No module named '?tf_keras",
            r"installed version of Keras is Keras 3, but this is not yet supported in Transformers",
            r"TF_USE_LEGACY_KERAS[^\n]{0,200}(?:tf_keras|tf-keras)[^\n]{0,80}(?:not installed|install)",
            r"(?:please|try|with|run)[^\n]{0,60}pip install tf[-_]keras",
        ),
        _("A package wants Keras 2, which is a package of its own since TensorFlow 2.16: tf-keras."),
        _("Type: pip install tf-keras==2.21.*   (the number is TensorFlow's)."),
        against=(r"Successfully installed [^\n]{0,2000}tf[-_]keras",),
    ),
    _symptom(
        "hub-layer-of-keras-2",
        (
            r"Only instances of `?keras\.Layer`? can be added[^\n]{0,200}tensorflow_hub",
            r"A KerasTensor is symbolic",
            r"A KerasTensor cannot be used as input to a TensorFlow function",
        ),
        _("hub.KerasLayer belongs to Keras 2; in a model of Keras 3 it fails, or runs and trains nothing."),
        _LOAD_ENCODER,
        context=(_HUB,),
    ),
    _symptom(
        "unknown-hub-layer",
        (r"Unknown layer: '?KerasLayer\b", r"Could not locate class 'KerasLayer'"),
        _("The stored model holds a layer of TensorFlow Hub, which Keras knows by no name of its own."),
        _('Load it with: load_model(path, custom_objects={"KerasLayer": hub.KerasLayer})   with tf_keras, in '
          "which it was written."),
    ),
    _symptom(
        "keras-generations-mixed",
        (
            r"Only instances of `?keras\.Layer`? can be added",
            r"The added layer must be an instance of class Layer",
        ),
        _("A layer of one Keras was put into a model of another: keras, tensorflow.keras and tf_keras do not mix."),
        _("Take all layers and models from one place: import keras"),
        context=(r"Received: ?<?(?:tf_keras|keras\.src\.engine|tensorflow\.python\.keras|keras\.engine|keras\.layers|"
                 r"tensorflow\.keras)|Found: ?<(?:tf_keras|keras|tensorflow)\.",),
        unless=("hub-layer-of-keras-2",),
    ),
    _symptom(
        "symbolic-keras-tensor",
        (r"A KerasTensor cannot be used as input to a TensorFlow function", r"A KerasTensor is symbolic"),
        _("A symbolic tensor of Keras 3, such as an Input, was given to a function that wants numbers."),
        _("Use keras.ops in its place (keras.ops.matmul for tf.matmul), or put the call into the method call of a "
          "layer."),
        unless=("hub-layer-of-keras-2",),
    ),
    _symptom(
        "keras-2-code",
        (
            r"Argument\(s\) not recognized: \{'(?:lr|decay)'",
            r"Unrecognized keyword arguments passed to \w+: \{'(?:weights|input_length|batch_input_shape|input_dim|"
            r"time_major|implementation|dropout_rate)'",
            rf"No module named '(?:tensorflow\.)?keras\.(?:{_GONE_WITH_KERAS_3})",
            r"module '(?:tensorflow\.|tensorflow\.[\w.]{1,40}\.)?keras\.optimizers' has no attribute 'legacy'",
            r"module 'keras[\w.]{0,40}' has no attribute '(?:wrappers|text|np_utils|generic_utils|get_session|"
            r"set_session|tensorflow_backend|tf)'",
            r"`?keras\.optimizers\.legacy`? is not supported in Keras 3",
            r"add_weight\(\) got multiple values for argument 'shape'",
            r"cannot import name 'ImageDataGenerator' from '(?:tensorflow\.)?keras\.preprocessing\.image'",
            rf"cannot import name '(?:{_MOVED_IN_KERAS})' from '(?:tensorflow\.)?keras\.",
            rf"cannot import name '(?:{_MOVED_WITHIN_KERAS})' from '(?:tensorflow\.)?keras\.(?:preprocessing\.|"
            r"layers\.normalization)",
        ),
        _("The code was written for another Keras, mostly an older one; the installed one has no such name."),
        _("Look the name up in Keras 3 (keras.io/api): lr is learning_rate, Tokenizer is TextVectorization; or keep "
          "the old code on tf-keras with TF_USE_LEGACY_KERAS=1."),
    ),
    _symptom(
        "keras-2-code",
        (r"module 'keras\._tf_keras\.keras(?:\.[\w.]{1,40})?' has no attribute '__internal__'",),
        _("The code, mostly a package's, reaches into the inside of Keras 2; Keras 3 is installed, which has another."),
        _("Upgrade the package that the traceback names. Where it has no newer version, type: pip install tf-keras   "
          "and set TF_USE_LEGACY_KERAS=1 before TensorFlow is imported."),
        unless=("keras-2-code",),
    ),
    _symptom(
        "code-of-another-keras",
        (
            rf"No module named '(?:tensorflow\.)?keras\.(?:{_ONLY_IN_KERAS_3})\b",
            r"cannot import name 'ops' from '(?:tensorflow\.)?keras'",
        ),
        _("The code was written for Keras 3, and the installed Keras is older."),
        _("Type: pip install --upgrade tensorflow keras"),
        unless=("keras-2-code",),
    ),
    _symptom(
        "code-of-another-keras",
        (
            r"No module named 'keras\.\w{1,40}\.(?-i:[a-z])[\w.]{0,60}'",  # a class is a slip, no module
            rf"cannot import name '(?:{_MOVED_WITHIN_KERAS})' from '(?:tensorflow\.)?keras\.(?:utils|layers)'",
            r"module 'keras' has no attribute '__internal__'",
        ),
        _("The code was written for another Keras than the installed one, an older or a newer one: that name is "
          "elsewhere in it, or nowhere."),
        _("Look the name up in Keras 3 (keras.io/api) and type: pip install --upgrade tensorflow keras   or keep old "
          "code on tf-keras with TF_USE_LEGACY_KERAS=1."),
        unless=("keras-2-code", "code-of-another-keras"),
    ),
    _symptom(
        "model-format-not-read",
        (r"File format not supported: filepath=[^\n]{0,300}Keras 3 only supports V3 `?\.keras`? files and legacy H5",),
        _("Keras 3 reads files that end in .keras or .h5 and nothing else: this path is a SavedModel's folder, a file "
          "of another kind, or empty."),
        _("Look at the path that the message gives. A SavedModel reads tf.saved_model.load, or tf_keras where Keras 2 "
          "wrote it."),
    ),
    _symptom(
        "model-of-another-keras",
        (
            r"Unrecognized keyword arguments: \[(?:'\w+', ?)*'(?:batch_shape|optional)'",
            r"Unrecognized keyword arguments:', dict_keys\(\['(?:ragged|batch_shape|optional|groups)'",
            r"(?:Input|InputLayer|Conv\w{0,20})(?:\.__init__\(\)|\(\))? got an unexpected keyword argument "
            r"'(?:ragged|batch_shape|groups)'",
            r"Unknown dtype policy: '?DTypePolicy",
            r"Unrecognized keyword arguments passed to DepthwiseConv2D: \{'groups'",
            r"Error when deserializing class '\w+'[^\n]{0,200}batch_shape",
        ),
        _OTHER_KERAS,
        _("Read it with the Keras that wrote it: tf_keras for Keras 2, keras 3 for the others; a SavedModel reads "
          "tf.saved_model.load."),
    ),
    _symptom(
        "tensorflow-not-whole",
        (  # TensorFlow does not find its own parts
            r"[/\\]tensorflow(?:_core)?[/\\][\w/\\]{0,200}\.py\"?,? line \d+, in <module>\n[^\n]{0,300}\n"
            r"ImportError: cannot import name '\w+' from '(?:partially initialized module )?'?tensorflow\.python",
        ),
        _("Parts of two versions of TensorFlow are mixed in one folder, or one part is missing."),
        _('Make a new environment and type there: pip install "tensorflow==2.21.0"'),
        unless=("own-file-hides-package", "numpy-of-another-version", "protobuf-of-another-version"),
    ),
    _symptom(
        "keras-and-tensorflow-differ",
        (
            r"module 'tensorflow\.compat\.v2\.__internal__' has no attribute",
            r"cannot import name '__version__' from 'keras'",
            r"module 'tensorflow\._api\.[\w.]{1,60}' has no attribute '(?:__internal__|v1|v2)'",
            r"module 'tensorflow\._api\.[\w.]{0,60}__internal__[\w.]{0,40}' has no attribute",
            r"module 'tensorflow\.compat' has no attribute 'v1'",
            r"cannot import name '(?:tf2|keras|pywrap_tensorflow)' from 'tensorflow\.python'",
            r"module 'keras\.backend\.tensorflow_backend' has no attribute",
            r"module 'tensorflow\.python\.framework\.ops' has no attribute '_TensorLike'",
            r"Keras requires TensorFlow 2\.\d+ or higher",
            r"cannot import name '\w+' from 'tensorflow\.python\.(?:keras|framework|distribute|trackable|eager)",
            r"No module named 'tensorflow\.python\.(?:keras|trackable|distribute)",
            r"module 'tensorflow\.python\.keras[\w.]*' has no attribute",
        ),
        _("keras, or another package that builds on TensorFlow, belongs to another version of it."),
        _("Type: pip install --upgrade tensorflow keras   and write keras or tensorflow.keras, never "
          "tensorflow.python.keras."),
        unless=("numpy-of-another-version", "tensorflow-not-whole"),
    ),
    _symptom(
        "hub-too-old",
        (
            r"module 'tensorflow_hub\.tf_v1' has no attribute 'estimator'",
            r"module 'tensorflow(?:\._api\.[\w.]{1,60})?' has no attribute 'estimator'",
        ),
        _("This tensorflow_hub is older than the TensorFlow beside it, which has no estimators any more."),
        _("Type: pip install --upgrade tensorflow-hub"),
        context=(_HUB,),
    ),
    _symptom(
        "tensorflow-not-whole",
        (
            rf"module 'tensorflow' has no attribute '(?:{_NAMES_OF_TENSORFLOW})'",
            r"No module named 'tensorflow\.python'\s{0,9}$",
        ),
        _("What Python imports as tensorflow is no whole TensorFlow 2: the installation is damaged or very old, or a "
          "folder of that name hides it."),
        _('Make a new environment and type there: pip install "tensorflow==2.21.0"   ; start Python in a folder '
          "without tensorflow in it."),
        unless=("own-file-hides-package", "numpy-of-another-version", "protobuf-of-another-version",
                "tensorflow-not-whole"),
    ),
    _symptom(
        "tensorflow-1-code",
        (
            rf"module 'tensorflow' has no attribute '(?:{_GONE_WITH_TENSORFLOW_2})'",
            r"No module named '?tensorflow\.(?:contrib|examples|models)\b",
        ),
        _("The code was written for TensorFlow 1."),
        _("Look for a version of it for TensorFlow 2; much of it runs with: import tensorflow.compat.v1 as tf"),
        unless=("own-file-hides-package",),
    ),
)  # fmt: skip
