"""What a worker process does before anything else; imports nothing that loads NumPy."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading

# Read by the libraries of linear algebra as they load: the processes share the cores already.
THREADS_OF_LIBRARIES = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS")


def begin() -> None:
    """Leave Ctrl-C to the parent, end when it ends, and keep libraries to one thread."""
    for name in THREADS_OF_LIBRARIES:
        os.environ[name] = "1"
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """End at once when the parent was killed: nobody else would tell this process to."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
