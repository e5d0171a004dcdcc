"""Keras and TensorFlow without the user's settings, loaded silently. Import them from here alone.

Both read their settings while they load: from the environment, and Keras also from `keras.json`.
Equal code gives equal weights whatever a user has set there, because only `ENVIRONMENT` counts.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from pipeline.quiet import quiet

PREFIXES = ("KERAS_", "ONEDNN_", "TF_", "XLA_")
ENVIRONMENT = {
    "KERAS_BACKEND": "tensorflow",
    "TF_CPP_MIN_LOG_LEVEL": "3",  # fatal errors alone
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    # Trains convolutions twice as fast as Eigen, TensorFlow's default on older processors.
    "TF_ENABLE_ONEDNN_OPTS": "1",
}


@contextmanager
def _pinned() -> Iterator[None]:
    """Replace the user's settings, but give `KERAS_HOME` back, where the user may keep MNIST."""
    home = os.environ.get("KERAS_HOME")
    for name in [each for each in os.environ if each.startswith(PREFIXES)]:
        del os.environ[name]
    # In a home that is no folder, Keras finds no keras.json and writes none.
    os.environ.update(ENVIRONMENT, KERAS_HOME=os.devnull)
    yield
    del os.environ["KERAS_HOME"]
    if home is not None:
        os.environ["KERAS_HOME"] = home


with _pinned(), quiet():
    import keras  # noqa: TID251
    import tensorflow as tf  # noqa: TID251

__all__ = ["ENVIRONMENT", "keras", "tf"]
