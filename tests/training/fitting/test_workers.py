import os
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest

from makers.places import REPOSITORY
from training.fitting import workers

HANGS_S = 1800  # whoever takes longer never ends, however busy the machine is

# A worker sleeps for longer than any test; its parent kills itself once it has begun.
KILLED = """
import multiprocessing, os, signal, time
from concurrent.futures import ProcessPoolExecutor
from training.fitting.workers import end_with_parent

def begin(writer):
    end_with_parent()
    writer.send("begun")

if __name__ == "__main__":
    context = multiprocessing.get_context("spawn")
    reader, writer = context.Pipe(duplex=False)
    pool = ProcessPoolExecutor(1, mp_context=context, initializer=begin, initargs=(writer,))
    pool.submit(time.sleep, 100_000)
    reader.recv()
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_workers_end_with_a_parent_that_was_killed(tmp_path):
    """Their output goes to the parent's pipe, which is at its end when the last of them ended."""
    (tmp_path / "killed.py").write_text(KILLED)
    process = subprocess.Popen(
        [sys.executable, tmp_path / "killed.py"],
        stdout=subprocess.PIPE,
        cwd=REPOSITORY,
        env={"PYTHONPATH": str(REPOSITORY), "PATH": ""},
    )
    try:
        process.communicate(timeout=HANGS_S)
    finally:
        process.kill()
    assert process.returncode == -signal.SIGKILL


def test_a_stop_while_workers_start_waits_for_no_task(tmp_path, monkeypatch):
    """As Ctrl-C does that came while it was held back; the task reads what nobody writes."""

    @contextmanager
    def deaf_until_stopped():
        yield
        raise KeyboardInterrupt

    monkeypatch.setattr(workers, "deaf_children", deaf_until_stopped)
    os.mkfifo(tmp_path / "never")
    waited = threading.Event()

    def have_it_end():
        waited.set()
        (tmp_path / "never").write_text("")

    clock = threading.Timer(HANGS_S, have_it_end)
    clock.start()
    with pytest.raises(KeyboardInterrupt):
        workers.side_by_side(Path.read_text, [(tmp_path / "never",)], workers=1)
    clock.cancel()
    assert not waited.is_set()
