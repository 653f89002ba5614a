"""Which rows of which maps an engine's sessions are asked for."""

import threading
from types import SimpleNamespace

import numpy as np

from ssf_model.network import sessions
from ssf_model.network.engines import usable_cores


def test_a_part_is_cut_around_the_first_and_last_row_with_a_fault():
    maps = np.zeros((4, 12, 5), np.uint8)
    maps[0, 3, 1] = maps[0, 7, 4] = 1
    maps[1, 11, 0] = 1
    maps[3, 0, 2] = maps[3, 0, 3] = 1
    asked = []

    def around(first, last):
        asked.append((first, last))
        return first, last - first

    parts = SimpleNamespace(rows=SimpleNamespace(around=around))
    calls = sessions._calls(parts, maps)
    assert asked == [(3, 7), (11, 11), (0, 0)]
    found = [(part, begins.tolist(), windows.tolist()) for part, begins, windows in calls]
    assert found == [(4, [3], [0]), (0, [0, 11], [3, 1])]


def test_two_threads_are_at_work_at_the_same_time():
    """Neither of two calls ends before the other has begun."""
    meeting = threading.Barrier(2)
    assert sessions._each(lambda item: item + meeting.wait(60) * 0, [5, 6], threads=2) == [5, 6]


def test_one_thread_is_the_caller_s_own():
    names = sessions._each(lambda _: threading.current_thread().name, [1, 2], threads=1)
    assert names == [threading.current_thread().name] * 2


def test_where_a_system_tells_of_no_cores_there_is_one(monkeypatch):
    monkeypatch.delattr("os.sched_getaffinity", raising=False)
    monkeypatch.setattr("os.cpu_count", lambda: None)
    assert usable_cores() == 1
    monkeypatch.setattr("os.cpu_count", lambda: 7)
    assert usable_cores() == 7


def test_cores_are_those_that_the_process_may_use(monkeypatch):
    monkeypatch.setattr("os.cpu_count", lambda: 64)
    monkeypatch.setattr("os.sched_getaffinity", lambda process: {0, 3, 5}, raising=False)
    assert usable_cores() == 3
