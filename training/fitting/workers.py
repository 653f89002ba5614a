"""Work in processes of their own, which tell when one of them was killed."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import Any

from ssf_model.command_line import deaf_children
from ssf_model.errors import ModelError


def end_with_parent() -> None:
    """Let this process end when the one that began it does, however that ends.

    The initializer of a pool of processes: a worker whose parent was killed would go on with the
    tasks that are left, and write their files.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to answer
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_after, args=(parent,), daemon=True).start()


def _end_after(parent: Any) -> None:
    """Wait for a process, and end this one."""
    parent.join()
    os._exit(1)


@contextmanager
def ended_at_once() -> Iterator[None]:
    """End all workers where Ctrl-C or its like ends the block: a pool waits for their tasks."""
    try:
        yield
    except KeyboardInterrupt:
        for process in multiprocessing.active_children():
            process.terminate()
        raise


@contextmanager
def told_to_go_on(how: str = "the same command with --resume goes on") -> Iterator[None]:
    """Say, where Ctrl-C or its like ends the block, how what was begun goes on."""
    try:
        yield
    except KeyboardInterrupt as stop:
        message = f"Stopped; {how}."
        raise KeyboardInterrupt(message) from stop


@contextmanager
def told_of_a_kill(whose: str) -> Iterator[None]:
    """Say in a sentence that a process of a pool was killed; `whose` begins it."""
    try:
        yield
    except BrokenProcessPool as error:
        message = (
            f"{whose} was killed, for want of memory perhaps. The same command with --resume goes "
            "on; fewer --workers need less."
        )
        raise ModelError(message) from error


def side_by_side(
    function: Callable[..., Any], tasks: Sequence[tuple], *, workers: int
) -> list[Any]:
    """What a function answers to each task's arguments, in processes of their own.

    Parameters
    ----------
    function : function
        Of a module, so that a fresh process can import it.
    tasks : sequence of tuple
        Its arguments.
    workers : int
        Processes at a time.

    Returns
    -------
    answers : list
        In the tasks' order.

    Raises
    ------
    ModelError
        If a process was killed.
    """
    workers = min(workers, len(tasks))
    context = multiprocessing.get_context("spawn")
    with (
        told_of_a_kill("A training's process"),
        ProcessPoolExecutor(workers, mp_context=context, initializer=end_with_parent) as pool,
        ended_at_once(),
    ):
        with deaf_children():
            jobs = [pool.submit(function, *task) for task in tasks]
        return [job.result() for job in jobs]
