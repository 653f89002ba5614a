"""Which rows of a network's maps hang together."""

from __future__ import annotations

from collections.abc import Sequence

from ssf_model.network.numpy_operators import Reach
from ssf_model.network.numpy_steps import Step


def chained(reaches: Sequence[Reach]) -> Reach:
    """The reach of steps one after the other."""
    extent, stride, pad = 0, 1, 0
    for reach in reaches:
        extent, pad = extent + stride * reach.extent, pad + stride * reach.pad_top
        stride *= reach.stride
    return Reach(extent, stride, pad)


def strides_after(steps: Sequence[Step]) -> list[int]:
    """How many rows after each step go together into one row of the next convolution."""
    strides = [1] * len(steps)
    for number in range(len(steps) - 2, -1, -1):
        if steps[number + 1].op_type != "Conv":
            reach = steps[number + 1].operator.reach or Reach()
            strides[number] = reach.stride * strides[number + 1]
    return strides
