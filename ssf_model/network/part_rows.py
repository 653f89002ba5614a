"""Which rows of a network's maps must be worked out for faults in some rows of a window.

Where a fault lies, and as far around it as convolutions reach, maps differ from those of a blank
window. Those rows are a part; beyond it everything is known. A part in the middle of a window may
lie anywhere there, since a blank window's rows are alike but for those that feel its edges.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from ssf_model.network.limits import require
from ssf_model.network.numpy_operators import Reach
from ssf_model.network.numpy_steps import Step


class Part(NamedTuple):
    """Rows of a map that go together: `units` of them, and whether they end at the map's edges."""

    units: int
    top: bool
    bottom: bool


@dataclass(frozen=True)
class Stage:
    """A step on the way through a part: it reads rows start..stop and gives out_start..out_stop.

    `above` and `below` count the rows before and after those that a convolution reads as well:
    blank ones, or none at all beyond the map's edges.
    """

    step: Step
    start: int
    stop: int
    out_start: int
    out_stop: int
    above: int = 0
    below: int = 0


class PartRows:
    """The rows of a chain of steps.

    Attributes
    ----------
    unit : int
        Rows of a window that make one row of the last maps: parts begin and end at such rows.

    Parameters
    ----------
    steps : sequence of Step
        Convolutions that keep the number of rows, pools, and steps that keep rows apart.
    blank : sequence of (1, channels, rows, cols) arrays
        A window without a fault before each step and after the last.

    Raises
    ------
    ValueError
        If a step is another one.
    """

    def __init__(self, steps: Sequence[Step], blank: Sequence[np.ndarray]) -> None:
        self._steps = steps
        self._reaches = [step.operator.reach or Reach() for step in steps]
        self._rows = [one.shape[2] for one in blank]
        self._alike = [_rows_alike(one) for one in blank]
        self.unit = int(np.prod([reach.stride for reach in self._reaches]))
        for step, reach, before, after in zip(steps, self._reaches, self._rows, self._rows[1:]):
            even = before == after and reach.extent == 2 * reach.pad_top
            require(step.op_type != "Conv" or even, "convolutions that change the rows")
        self.around = lru_cache(maxsize=None)(self._around)

    def _around(self, first: int, last: int) -> tuple[int, Part]:
        """The part of a window whose faults lie in rows first..last.

        Returns
        -------
        begin : int
            Its first row, in units.
        part : Part
            In the middle of the window where that is enough, else the smallest one.
        """
        total = -(-self._rows[0] // self.unit)
        low, high = first // self.unit, last // self.unit + 1
        middle = Part(high - low, top=False, bottom=False)
        if self._fits(low, middle):
            return low, middle
        ways = [(0, Part(total, top=True, bottom=True))]
        ways += [(0, Part(stop, top=True, bottom=False)) for stop in range(high, total)]
        ways += [
            (begin, Part(total - begin, top=False, bottom=True)) for begin in range(1, low + 1)
        ]
        return min((way for way in ways if self._fits(*way)), key=lambda way: way[1].units)

    def _fits(self, begin: int, part: Part) -> bool:
        """Whether all rows that are read beyond a part are like those in a blank map's middle."""
        for stage, (low, high) in zip(self.stages(begin, part), self._alike):
            before, after = stage.start - stage.above, stage.stop + stage.below
            if not part.top and before < stage.start and not low <= before < stage.start <= high:
                return False
            if not part.bottom and stage.stop < after and not low <= stage.stop < after <= high:
                return False
        return True

    def stages(self, begin: int, part: Part) -> Iterator[Stage]:
        """The steps of a part that begins at some unit, in order."""
        start = begin * self.unit
        stop = self._rows[0] if part.bottom else (begin + part.units) * self.unit
        for number, (step, reach) in enumerate(zip(self._steps, self._reaches)):
            if step.op_type == "Conv":
                # As many rows more as faults reach, and up to where the next pool's patches begin.
                pad, stride = reach.pad_top, self._next_stride(number)
                out_start = 0 if part.top else (start - pad) // stride * stride
                up_to = -(-(stop + pad) // stride) * stride
                out_stop = self._rows[number + 1] if part.bottom else up_to
                above, below = start - out_start + pad, out_stop - stop + pad
                yield Stage(step, start, stop, out_start, out_stop, above, below)
            else:
                out_start = start // reach.stride
                out_stop = self._rows[number + 1] if part.bottom else stop // reach.stride
                yield Stage(step, start, stop, out_start, out_stop)
            start, stop = out_start, out_stop

    def _next_stride(self, number: int) -> int:
        """The stride of the pool that follows a convolution, 1 where another comes before one."""
        following = zip(self._steps[number + 1 :], self._reaches[number + 1 :])
        for step, reach in following:
            if step.op_type == "Conv":
                break
            if reach.stride > 1:
                return reach.stride
        return 1


def _rows_alike(blank: np.ndarray) -> tuple[int, int]:
    """From which row to which (left out) a blank window's map is like its middle row."""
    middle = blank.shape[2] // 2
    other = np.flatnonzero((blank != blank[:, :, middle][:, :, None]).any(axis=(0, 1, 3)))
    before, after = other[other < middle], other[other > middle]
    return int(before.max(initial=-1)) + 1, int(after.min(initial=blank.shape[2]))
