"""Who estimates chunks: this process, others beside it, or a Dask cluster."""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from ssf_model.errors import InputError, WorkersError
from ssf_model.headless.batch import worker_process
from ssf_model.headless.batch.chunks import Chunk, StripAnswer
from ssf_model.headless.batch.recipe import Recipe, estimate_chunk

AHEAD = 2  # chunks under way for each worker: one at work, one that waits for it
KILLED = (
    "A worker process was killed, for want of memory perhaps. The same command goes on where it "
    "was; fewer --workers need less memory."
)

Task = TypeVar("Task")


class Answer(Protocol):
    """What was asked for, now or later."""

    def result(self) -> tuple[StripAnswer, ...]:
        """Wait for it; raises what its work raised."""


@dataclass(frozen=True)
class Workers:
    """Takes chunks and promises answers; `slots` tells how many may be under way."""

    submit: Callable[[Chunk], Answer]
    slots: Callable[[], int]


@dataclass(frozen=True)
class Later:
    """An answer that is worked out, or read, when it is asked for."""

    work: Callable[[], tuple[StripAnswer, ...]]

    def result(self) -> tuple[StripAnswer, ...]:
        """Work it out."""
        return self.work()


@contextmanager
def local_workers(recipe: Recipe, count: int) -> Iterator[Workers]:
    """Give workers on this machine: processes of their own, or this one where `count` is 1.

    Raises
    ------
    InputError
        If `count` is below 1.
    """
    check_workers(count)
    if count == 1:
        yield Workers(lambda chunk: Later(lambda: estimate_chunk(chunk, recipe, None)), lambda: 1)
        return
    # Not forked: engines have threads, which a forked process lacks.
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(count, mp_context=context, initializer=worker_process.begin)

    def submit(chunk: Chunk) -> _FromProcess:
        try:
            return _FromProcess(pool.submit(estimate_chunk, chunk, recipe))
        except BrokenProcessPool as error:
            raise WorkersError(KILLED) from error

    try:
        yield Workers(submit, lambda: AHEAD * count)
    except KeyboardInterrupt:
        for process in multiprocessing.active_children():
            process.terminate()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def check_workers(count: int) -> None:
    """Refuse a number of processes below 1 (InputError)."""
    if count < 1:
        message = f"The number of workers is 1 or more, not {count}."
        raise InputError(message)


@dataclass(frozen=True)
class _FromProcess:
    """An answer from a process of the pool."""

    future: Future

    def result(self) -> tuple[StripAnswer, ...]:
        """Wait for it; WorkersError where the process was killed."""
        try:
            return self.future.result()
        except BrokenProcessPool as error:
            raise WorkersError(KILLED) from error


def in_order(
    tasks: Iterable[Task], ask: Callable[[Task], Answer], slots: Callable[[], int]
) -> Iterator[tuple[Task, Answer]]:
    """Ask for answers ahead and give them in the order of the tasks.

    Parameters
    ----------
    tasks : iterable
        Taken one by one, as there is room for them, so that they may be made on the way.
    ask : callable
        Task to `Answer`.
    slots : callable
        How many answers may be under way, now.

    Yields
    ------
    task, answer
        The answer may still be under way; its `result` waits.
    """
    waiting: deque[tuple[Any, Answer]] = deque()
    for task in tasks:
        waiting.append((task, ask(task)))
        while len(waiting) >= slots():
            yield waiting.popleft()
    while waiting:
        yield waiting.popleft()


def cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
