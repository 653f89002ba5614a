"""Who estimates chunks: this process, others beside it, or a Dask cluster."""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from ssf_model.command_line import deaf_children
from ssf_model.errors import InputError
from ssf_model.headless.batch import worker_process
from ssf_model.headless.batch.chunks import Chunk, StripAnswer
from ssf_model.headless.batch.recipe import Recipe, estimate_chunk

AHEAD = 2  # chunks under way for each worker: one at work, one that waits for it
KILLED = (
    "Its windows killed the worker process that estimated them, twice, the second time alone, for "
    "want of memory perhaps. The same command tries them again."
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
    crew = _Crew(recipe, count)
    try:
        yield Workers(crew.submit, lambda: AHEAD * count)
    except KeyboardInterrupt:
        _end_children()
        raise
    finally:
        crew.pool.shutdown(wait=True, cancel_futures=True)


def check_workers(count: int) -> None:
    """Refuse a number of processes below 1 (InputError)."""
    if count < 1:
        message = f"The number of workers is 1 or more, not {count}."
        raise InputError(message)


class _Crew:
    """Processes of this machine. One that is killed takes along what the others were asked."""

    def __init__(self, recipe: Recipe, count: int) -> None:
        self.recipe, self.count = recipe, count
        self.pool = _pool(count)

    def submit(self, chunk: Chunk) -> _FromProcess:
        """Hand a chunk to whichever process is free, in a new pool where the old one broke."""
        try:
            future = self._begun(chunk)
        except BrokenProcessPool:
            self.pool.shutdown(wait=True)
            self.pool = _pool(self.count)
            future = self._begun(chunk)
        return _FromProcess(future, chunk, self)

    def _begun(self, chunk: Chunk) -> Future:
        """Hand it over; processes start as there is work for them."""
        with deaf_children():
            return self.pool.submit(estimate_chunk, chunk, self.recipe)

    def alone(self, chunk: Chunk) -> tuple[StripAnswer, ...]:
        """Have a chunk estimated by a process of its own; InputError where that is killed."""
        with _pool(1) as pool:
            try:
                with deaf_children():
                    future = pool.submit(estimate_chunk, chunk, self.recipe)
                return future.result()
            except BrokenProcessPool as error:
                raise InputError(KILLED) from error
            except KeyboardInterrupt:
                _end_children()
                raise


@dataclass(frozen=True)
class _FromProcess:
    """An answer from a process of the pool."""

    future: Future
    chunk: Chunk
    crew: _Crew

    def result(self) -> tuple[StripAnswer, ...]:
        """Wait for it; once more, alone, where a process was killed, be it over another chunk."""
        try:
            return self.future.result()
        except BrokenProcessPool:
            return self.crew.alone(self.chunk)


def _pool(count: int) -> ProcessPoolExecutor:
    """Processes, not forked: engines have threads, which a forked process lacks."""
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(count, mp_context=context, initializer=worker_process.begin)


def _end_children() -> None:
    """End all processes, which would go on to the end of their chunks."""
    for process in multiprocessing.active_children():
        process.terminate()


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
