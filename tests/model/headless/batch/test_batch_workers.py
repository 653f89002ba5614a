"""Answers come in the order of what was asked, and not too much is asked for ahead."""

import multiprocessing
import os
import signal
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from itertools import count, islice

import pytest

from makers.places import REPOSITORY
from ssf_model.headless.batch.worker_process import THREADS_OF_LIBRARIES, begin
from ssf_model.headless.batch.workers import Later, in_order


@pytest.mark.parametrize("slots", [1, 2, 3, 7, 100])
def test_answers_come_in_order_with_no_more_under_way_than_there_is_room(slots):
    under_way, most = set(), []

    def ask(task):
        under_way.add(task)
        most.append(len(under_way))
        return Later(lambda: task * task)

    found = []
    for task, answer in in_order(range(20), ask, lambda: slots):
        under_way.remove(task)
        found.append((task, answer.result()))
    assert found == [(task, task * task) for task in range(20)]
    assert max(most) == min(slots, 20)


def test_tasks_are_taken_as_there_is_room_for_them():
    """Endless tasks do no harm, and workers may come and go meanwhile."""
    tasks, slots = count(), iter([5, 5, 5, 5, 5, 4, 2, 2, 2, 2, 2, 2])
    found = in_order(tasks, lambda task: Later(lambda: task), lambda: next(slots))
    assert [answer.result() for _, answer in islice(found, 4)] == [0, 1, 2, 3]
    assert next(tasks) == 5


def test_a_worker_leaves_ctrl_c_to_its_parent_and_libraries_one_thread():
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context, initializer=begin) as pool:
        assert pool.submit(signal.getsignal, signal.SIGINT).result(60) == signal.SIG_IGN
        for name in THREADS_OF_LIBRARIES:
            assert pool.submit(os.getenv, name).result(60) == "1"


PARENT = """
import multiprocessing, os, sys, time
from concurrent.futures import ProcessPoolExecutor
from ssf_model.headless.batch.worker_process import begin
if __name__ == "__main__":
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(1, mp_context=context, initializer=begin)
    print(pool.submit(os.getpid).result(), flush=True)
    pool.submit(time.sleep, 600).running()
    time.sleep(600)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no process can be killed so here")
def test_a_worker_ends_with_a_parent_that_was_killed(tmp_path):
    """However long its task is; what it holds open, a pipe here, is so closed."""
    script = tmp_path / "parent.py"
    script.write_text(PARENT)
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    parent = subprocess.Popen(
        [sys.executable, script], stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, env=environment
    )
    worker = int(parent.stdout.readline())
    os.kill(worker, 0)  # it lives
    parent.kill()
    try:
        assert parent.communicate(timeout=120)[0] == b"", "closed by the worker, too"
    finally:
        with suppress(ProcessLookupError):
            os.kill(worker, signal.SIGKILL)
