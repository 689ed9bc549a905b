"""What has to be known of the package's floors while it runs: which are heavy, and which of them grading needs."""

# Libraries that take seconds to load, so whatever imports one waits until it is used.
OF_TENSORFLOW = ("tensorflow", "keras", "tf_keras", "tensorflow_text", "tensorflow_hub")
LOADED_ON_USE = ("models", "text")  # the floors whose modules import them at once

# An answer computes with these. A sandbox shows them and what a chapter's cells import besides; no exercise.
_COMPUTING = ("core", "numerics", "text", "models", "probes")
SHOWN = (*_COMPUTING, "data", "devices", "plots", "widgets")
# A verdict depends on these: when one of them changes, what was graded before is graded anew.
DECIDING = (*_COMPUTING, "judging", "exercises", "grading")
