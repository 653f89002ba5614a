"""Rows of maps put together, against cutting them from whole maps."""

import numpy as np
import pytest

from ssf_model.network.numpy_operators import Reach
from ssf_model.network.numpy_rows import chained, rows_between


@pytest.mark.parametrize(("low", "rows"), [(0, 4), (3, 5), (8, 2), (0, 10)])
def test_rows_between_are_those_of_a_blank_map_with_the_others_laid_on_it(low, rows):
    rng = np.random.default_rng(1)
    blank, maps = rng.random((1, 3, 10, 4)), rng.random((2, 3, rows, 4))
    whole = np.repeat(blank, 2, axis=0)
    whole[:, :, low : low + rows] = maps
    for start in range(low + rows):  # what is asked for always has some of the rows
        for stop in range(max(start, low) + 1, 11):
            found = rows_between(maps, blank, low, start, stop)
            np.testing.assert_array_equal(found, whole[:, :, start:stop])


def test_the_reach_of_steps_in_a_chain_is_that_of_reading_row_by_row():
    """Which input rows the second output row reads, step by step backwards."""
    steps = [Reach(2, 1, 1), Reach(1, 2, 0), Reach(4, 1, 2), Reach(2, 3, 1)]
    wanted = {1}
    for step in reversed(steps):
        first = {row * step.stride - step.pad_top for row in wanted}
        wanted = {row + more for row in first for more in range(step.extent + 1)}
    reach = chained(steps)
    begin = reach.stride - reach.pad_top
    assert (min(wanted), max(wanted)) == (begin, begin + reach.extent)
