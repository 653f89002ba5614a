"""A run's history where TensorBoard looks for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from ssf_model.errors import InputError


def event_log(folder: Path) -> Callable[[dict[str, float]], None]:
    """Give a function that writes each row of a history, by name, where TensorBoard looks.

    It, and this, raise InputError where nothing can be written.
    """
    import tensorflow as tf

    with _told_of(folder):
        writer = tf.summary.create_file_writer(str(folder))
    # What `tf.summary.scalar` adds, which wants the package tensorboard even to write.
    scalar = tf.compat.v1.SummaryMetadata(
        plugin_data=tf.compat.v1.SummaryMetadata.PluginData(plugin_name="scalars"), data_class=1
    )

    def record(row: dict[str, float]) -> None:
        with _told_of(folder), writer.as_default(step=int(row["epoch"])):
            for name, value in row.items():
                if name != "epoch":
                    tf.summary.write(name, np.float32(value), metadata=scalar)
            writer.flush()

    return record


@contextmanager
def _told_of(folder: Path) -> Iterator[None]:
    """Say of TensorFlow's errors, as of a full disk, which output they are about."""
    import tensorflow as tf

    try:
        yield
    except tf.errors.OpError as error:
        reason = str(error).splitlines()[0].rpartition("; ")[2]
        message = f"{folder}: TensorBoard's log cannot be written ({reason})."
        raise InputError(message) from error
