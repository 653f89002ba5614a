"""Steps that keep the rows of maps apart, run on those rows that differ from a blank window's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ssf_model.network.numpy_convolution import Convolution
from ssf_model.network.numpy_operators import Reach
from ssf_model.network.numpy_steps import Step


class RowSteps:
    """A chain of steps, each of which reads only some rows around a row.

    Attributes
    ----------
    reach : Reach
        Which rows of the first maps a row of the last ones reads.

    Parameters
    ----------
    steps : sequence of Step
        Each has a reach, and one input that is no constant.
    constants : mapping of str to array
        The others by name.
    """

    def __init__(self, steps: Sequence[Step], constants: Mapping[str, np.ndarray]) -> None:
        self._steps, self._constants = steps, constants
        self._reaches = [step.operator.reach or Reach() for step in steps]
        self._strides = _strides_after(steps, self._reaches)
        self.reach = chained(self._reaches)

    def run_all(self, maps: np.ndarray) -> list[np.ndarray]:
        """Whole maps, (n, channels, rows, cols), before each step and after the last."""
        found = [maps]
        for step in self._steps:
            found.append(self._compute(step, found[-1]))
        return found

    def run(
        self, blank: Sequence[np.ndarray], maps: np.ndarray, low: int
    ) -> tuple[np.ndarray, int]:
        """Rows of the last maps of windows that differ from a blank one in some rows only.

        A convolution adds up what its input differs by from a blank window's: each row that
        differs is multiplied once, and none of those around it, which it is added to.

        Parameters
        ----------
        blank : sequence of (1, channels, rows, cols) arrays
            A blank window's maps, from `run_all`.
        maps : (n, channels, rows, cols) float32 array
            The windows' rows from `low` on, up to the last that differs.

        Returns
        -------
        maps : (n, channels, rows, cols) float32 array
            All rows that can differ from a blank window's.
        low : int
            The first of them.
        """
        count = len(maps)
        for number, (step, reach) in enumerate(zip(self._steps, self._reaches)):
            if isinstance(step.operator.compute, Convolution):
                differing = maps - blank[number][:, :, low : low + maps.shape[2]]
                begin = low + reach.pad_top - reach.extent
                stride = self._strides[number]
                low = max(begin, 0) // stride * stride
                high = -(-(begin + reach.extent + differing.shape[2]) // stride) * stride
                after = blank[number + 1][:, :, low:high].transpose(0, 2, 3, 1)
                maps = np.repeat(after, count, axis=0).transpose(0, 3, 1, 2)
                step.operator.compute.add_to(maps, differing, begin - low)
            elif reach.stride > maps.shape[2]:
                none = blank[-1][:, :, :0]  # what differs lies in rows that pooling leaves out
                return np.repeat(none, count, axis=0), 0
            else:
                maps = self._compute(step, maps)
                low //= reach.stride
        return maps, low

    def _compute(self, step: Step, maps: np.ndarray) -> np.ndarray:
        """A step's answer to some maps."""
        return step.operator.compute(*(self._constants.get(name, maps) for name in step.inputs))


def chained(reaches: Sequence[Reach]) -> Reach:
    """The reach of steps one after the other."""
    extent, stride, pad = 0, 1, 0
    for reach in reaches:
        extent, pad = extent + stride * reach.extent, pad + stride * reach.pad_top
        stride *= reach.stride
    return Reach(extent, stride, pad)


def _strides_after(steps: Sequence[Step], reaches: Sequence[Reach]) -> list[int]:
    """How many rows after each step go together into one row of the next convolution."""
    strides = [1] * len(steps)
    for number in range(len(steps) - 2, -1, -1):
        if steps[number + 1].op_type != "Conv":
            strides[number] = reaches[number + 1].stride * strides[number + 1]
    return strides
