"""Answers come in the order of what was asked, and not too much is asked for ahead."""

from itertools import count, islice

import pytest

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
