"""Start TensorFlow without the lines that it writes about itself."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator


def start_tensorflow() -> None:
    """Import TensorFlow and its relatives, so that no log line lands in a learner's cell.

    TensorFlow writes what it found on the machine straight to the process's error stream, before it reads any setting
    of its own. To a learner that looks like an error. Errors themselves are exceptions, and stay.

    Raises
    ------
    ImportError
        When TensorFlow is not installed, or does not load; what it wrote is shown then.
    """
    if "tensorflow" in sys.modules:
        return
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    with _without_stderr():
        import keras
        import tensorflow as tf
        import tensorflow_text  # noqa: F401

        keras.random.uniform((1,))  # the first operation looks for devices, and writes about them
        tf.config.list_physical_devices()


@contextlib.contextmanager
def _without_stderr() -> Iterator[None]:
    """Keep what C code writes to file descriptor 2; show it if the block fails."""
    sys.stderr.flush()
    kept = os.dup(2)
    with tempfile.TemporaryFile() as written:
        os.dup2(written.fileno(), 2)
        try:
            yield
        except BaseException:
            os.dup2(kept, 2)
            written.seek(0)
            sys.stderr.write(written.read().decode(errors="replace"))
            raise
        finally:
            os.dup2(kept, 2)
            os.close(kept)
