"""Tasks in processes of their own that may die: a death is that task's answer, the others go on.

A pool of the standard library waits for ever, or gives up all tasks, where a process dies.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from ssf_model.command_line import deaf_children
from ssf_model.errors import InputError
from training.fitting.workers import end_with_parent

AHEAD = 2  # answers that may wait for an earlier one, for each process


@dataclass(frozen=True)
class Died:
    """In place of an answer: the task's process ended."""

    exit_code: int | None  # below 0: the number of the signal that killed it

    @property
    def how(self) -> str:
        """How it ended, in words."""
        code = self.exit_code
        return f"signal {-code}" if code is not None and code < 0 else f"exit code {code}"


def answers_apart(
    function: Callable[[Any], Any], tasks: Sequence[Any], *, workers: int
) -> Generator[Any, None, None]:
    """What a function answers to each task, in fresh processes that are replaced when they die.

    Close it where it may not be read to its end: that ends the processes.

    Parameters
    ----------
    function : function
        Of one argument; of a module, so that a fresh process can import it.
    tasks : sequence
        Its arguments.
    workers : int
        Processes at a time, 1 or more.

    Yields
    ------
    answer : object
        In the tasks' order; `Died` where the task took its process along. What the function
        raises is raised here.
    """
    answers: dict[int, tuple[bool, Any]] = {}
    pool = [_Worker(function) for _ in range(min(workers, len(tasks)))]
    begun = 0
    try:
        for number in range(len(tasks)):
            while True:
                for worker in pool:
                    if worker.task is None and begun < min(len(tasks), number + AHEAD * len(pool)):
                        worker.begin(begun, tasks[begun])
                        begun += 1
                if number in answers:
                    break
                for connection in wait([worker.ours for worker in pool if worker.task is not None]):
                    worker = next(worker for worker in pool if worker.ours is connection)
                    done = worker.task
                    answers[done] = worker.answer()
            raised, answer = answers.pop(number)
            if raised:
                raise answer
            yield answer
    finally:
        for worker in pool:
            worker.end()


def answer_apart(function: Callable[[Any], Any], task: Any) -> Any:
    """What a function answers to one task in a process of its own, as `answers_apart`."""
    with closing(answers_apart(function, [task], workers=1)) as answers:
        return next(answers)


def killed_reader(path: Path, died: Died) -> InputError:
    """What is wrong with a file that took its reader along."""
    return InputError(
        f"{path.name}: damaged, or more than memory holds: reading it ended the process that did "
        f"({died.how}). Write the file again from where it came."
    )


class _Worker:
    """A process that answers one task after another."""

    def __init__(self, function: Callable[[Any], Any]) -> None:
        self._function = function
        self.task: int | None = None
        self._start()

    def _start(self) -> None:
        """Begin a process; its end of the pipe stays open there alone, so that a death shows."""
        context = multiprocessing.get_context("spawn")
        self.ours, theirs = context.Pipe()
        self._process = context.Process(
            target=_answer_all, args=(self._function, theirs), daemon=True
        )
        with deaf_children():
            self._process.start()
        theirs.close()

    def begin(self, number: int, task: Any) -> None:
        """Hand it a task."""
        self.task = number
        try:
            self.ours.send(task)
        except OSError:  # died while it had nothing to do
            self.end()
            self._start()
            self.ours.send(task)

    def answer(self) -> tuple[bool, Any]:
        """Whether the task raised, and what; or that the process died, which is replaced."""
        self.task = None
        try:
            return self.ours.recv()
        except (EOFError, OSError):
            self._process.join()
            died = Died(self._process.exitcode)
            self.end()
            self._start()
            return False, died

    def end(self) -> None:
        """End the process, whatever it does."""
        self.ours.close()
        self._process.terminate()
        self._process.join()
        self._process.close()


def _answer_all(function: Callable[[Any], Any], theirs: Connection) -> None:
    """Answer tasks until there is nobody to ask; runs in the process."""
    end_with_parent()
    while True:
        try:
            task = theirs.recv()
        except (EOFError, OSError):
            return
        try:
            answer = False, function(task)
        except Exception as error:  # raised again by the one who asked
            answer = True, error
        theirs.send(answer)
