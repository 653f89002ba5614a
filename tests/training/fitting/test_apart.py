"""A task that takes its process along is that task's answer; the others are answered."""

import multiprocessing
import os
import signal
from contextlib import closing

import pytest

from training.fitting.apart import Died, answer_apart, answers_apart

SQUARES = [0, 1, 4, 9, 16, 25, 36, 49]


def square(number):
    """Of a number; text says what to do instead."""
    if number == "crash":
        os.kill(os.getpid(), signal.SIGSEGV)
    if number == "leave":
        os._exit(7)
    if number == "raise":
        message = "refused"
        raise ValueError(message)
    return number**2


@pytest.mark.parametrize("workers", [1, 3])
def test_answers_come_in_the_tasks_order(workers):
    with closing(answers_apart(square, range(8), workers=workers)) as answers:
        assert list(answers) == SQUARES
    assert multiprocessing.active_children() == []


@pytest.mark.parametrize("workers", [1, 2])
def test_those_that_die_are_told_and_replaced(workers):
    tasks = ["crash", 1, "leave", 2, 3, "crash"]
    with closing(answers_apart(square, tasks, workers=workers)) as answers:
        crash, leave = Died(-signal.SIGSEGV), Died(7)
        assert list(answers) == [crash, 1, leave, 4, 9, crash]
    assert (crash.how, leave.how) == ("signal 11", "exit code 7")
    assert multiprocessing.active_children() == []


def test_what_is_raised_there_is_raised_here_and_ends_them():
    with closing(answers_apart(square, [3, "raise", 4], workers=2)) as answers:
        assert next(answers) == 9
        with pytest.raises(ValueError, match="refused"):
            next(answers)
    assert multiprocessing.active_children() == []


def test_closing_early_leaves_no_process():
    with closing(answers_apart(square, range(99), workers=2)) as answers:
        assert next(answers) == 0
        assert len(multiprocessing.active_children()) == 2
    assert multiprocessing.active_children() == []


def test_one_task_alone():
    assert answer_apart(square, 5) == 25
    assert answer_apart(square, "crash") == Died(-signal.SIGSEGV)
