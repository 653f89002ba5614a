"""Which rows steps in a chain read, against following them back one by one."""

from ssf_model.network.numpy_operators import Reach
from ssf_model.network.numpy_rows import chained


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
