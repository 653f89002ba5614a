"""Where in a window a network's answer comes from: exact contributions of the cells of its map.

Behind its convolutions the study's network, and ours, is one linear map of what is left of the
window, 32 by 16 cells of 4 by 4 pixels. So its answer before the last ReLU is a sum over these
cells, and a cell's part of it is known exactly, without a model of the model. Parts are counted
from a blank window: what is the same without any fault contributes nothing.

A network that is told how finely the map was drawn first makes a few sums over the cells, and
weighs these by what it is told. For a window's own detail that is such a linear map again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ssf_model.errors import ModelError
from ssf_model.explain.linear_end import split_at_linear_end
from ssf_model.network.engines import usable_cores
from ssf_model.network.model import Lengths, Model
from ssf_model.network.numpy_engine import NumpyEngine
from ssf_model.network.numpy_operators import Reach
from ssf_model.network.ports import input_form

PIECE = 64  # features a call when the linear map is read off; bounds memory
CHUNK = 1024  # windows a call


@dataclass(frozen=True)
class Cells:
    """Which pixels the cells of one axis stand for, and which they hear of.

    Cell k is drawn over pixels ``first_px + k * size_px`` to ``first_px + (k + 1) * size_px``;
    a pixel up to `reach_px` away from these changes it, one farther away never does.
    """

    count: int
    size_px: int
    first_px: float
    reach_px: float

    @property
    def starts_px(self) -> np.ndarray:
        """First pixel of every cell, (count,)."""
        return self.first_px + self.size_px * np.arange(self.count)

    def hearing(self, low_px: int, high_px: int) -> np.ndarray:
        """Which cells, (count,) bool, a change of pixels low_px..high_px (end open) can reach."""
        begins_before = self.starts_px - self.reach_px < high_px
        return begins_before & (self.starts_px + self.size_px + self.reach_px > low_px)


class Attribution:
    """A model that has been taken apart: what it finds in each cell, and the cell's weights.

    Parameters
    ----------
    model : Model
        As opened by `open_model`. Whichever engine predicts, its graph is read by the NumPy
        engine here.
    threads : int, optional
        Chunks of windows that are run at the same time; as many as the process may use cores
        where not given.

    Attributes
    ----------
    rows, cols : Cells
        How the cells lie in a window.

    Raises
    ------
    ModelError
        If the graph does not end in a flattening, a linear map and at most a ReLU, or the
        NumPy engine does not know its operators: then contributions are not defined.
    """

    def __init__(self, model: Model, *, threads: int | None = None) -> None:
        self.model = model
        graph = model.graph
        if graph is None:
            raise ModelError(_undefined(model, "it was not opened from a file"))
        try:
            body, sums, end = split_at_linear_end(graph)
        except ValueError as error:
            raise ModelError(_undefined(model, str(error))) from error
        self._prepare = input_form(graph, model.card.scale)
        blank = np.zeros((1, model.card.window_rows, model.card.window_cols), dtype=np.uint8)
        try:
            self._body = NumpyEngine(body, threads=threads or usable_cores())
            linear = NumpyEngine(sums, threads=1)
            self._end = None if end is None else NumpyEngine(end, threads=1)
            self._blank = self._body.run(self._prepare(blank))
            origin = linear.run(np.zeros((1, *self._blank.shape[1:])))
        except ModelError as error:
            reason = " ".join(str(error.__cause__ or error).split())[:300]
            why = f"the NumPy engine cannot run it: {reason or type(error.__cause__).__name__}"
            raise ModelError(_undefined(model, why)) from error
        reaches = self._body.reaches()
        one_sum = origin.size == 1 or self._end is not None
        if self._blank.ndim != 4 or reaches is None or not one_sum:
            raise ModelError(_undefined(model, "its features do not lie as a map"))
        self._weights = _weights(linear, self._blank.shape[1:], origin)
        self._form = origin.shape[1:]  # of what the end reads
        self._blank_sums = origin.ravel() + np.array(
            [float((self._blank[0] * weights).sum()) for weights in self._weights]
        )
        self.rows, self.cols = (
            _cells(count, reach) for count, reach in zip(self._blank.shape[2:], reaches)
        )

    def constants(self, stretch_px: Lengths | None = None) -> np.ndarray:
        """Answer to a blank window, before the last ReLU.

        Parameters
        ----------
        stretch_px : (n,) array or sequence of float, optional
            How finely maps are said to be drawn, where the model wants it.

        Returns
        -------
        constants : (n,) float array
            (1,) for a model that is not told.

        Raises
        ------
        InputError
            As `Model.predict`.
        """
        told, which = self._told(stretch_px, 1 if stretch_px is None else len(stretch_px))
        return self._weighed(told)[1][which]

    def contributions(self, windows: np.ndarray, stretch_px: Lengths | None = None) -> np.ndarray:
        """Part of each cell in the answer to each window.

        Parameters
        ----------
        windows : (n, window_rows, window_cols) uint8 array
            0 off a fault and 1 on it.
        stretch_px : (n,) array or sequence of float, optional
            How finely their maps are said to be drawn, where the model wants it.

        Returns
        -------
        contributions : (n, rows.count, cols.count) float array
            In the unit of KE; the window's constant plus their sum is the model's raw answer
            before the last ReLU. 0 where a cell hears of no fault; where it hears of one but
            finds what it finds in a blank window, 0 but for the rounding of float32.

        Raises
        ------
        InputError, ModelError
            As `Model.predict`.
        """
        windows = self.model.checked(windows)
        told, which = self._told(stretch_px, len(windows))
        cells = np.empty((len(windows), self.rows.count, self.cols.count))
        for number, factors in enumerate(self._weighed(told)[0]):
            weights = np.tensordot(factors, self._weights, axes=1)
            alike = np.flatnonzero(which == number)
            for first in range(0, len(alike), CHUNK):
                places = alike[first : first + CHUNK]
                chunk = windows[places]
                unlike_blank = self._body.run(self._prepare(chunk)) - self._blank
                found = np.einsum("ncij,cij->nij", unlike_blank, weights, optimize=True)
                # The last bits of a matrix product hang on the processor and on how many rows of
                # a window are computed, so that a cell far from any fault may not get the blank's.
                cells[places] = np.where(self._hearing(chunk), found, 0)
        return cells

    def _told(self, stretch_px: Lengths | None, count: int) -> tuple[np.ndarray, np.ndarray]:
        """Details that the end is told, each once, and which of them each of `count` maps has."""
        if self._end is None:
            return np.ones(1), np.zeros(count, dtype=int)
        detail = self.model.checked_detail(stretch_px, count)
        return np.unique(detail, return_inverse=True)

    def _weighed(self, told: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """How much each sum counts for each detail, (n, n_sums), and the answers to blank windows.

        For each detail the end is a linear map of the sums, so it is asked for each of them.
        """
        if self._end is None:
            return np.ones((1, 1)), self._blank_sums
        n_sums = len(self._blank_sums)
        if not len(told):
            return np.empty((0, n_sums)), np.empty(0)
        asked = np.concatenate([np.zeros((1, n_sums)), np.eye(n_sums)])
        asked = np.tile(asked, (len(told), 1)).reshape(-1, *self._form)
        answers = self._end.run(asked, np.repeat(told, n_sums + 1).astype(float))
        origin, *units = answers.reshape(len(told), n_sums + 1).T
        factors = np.stack(units, axis=1) - origin[:, None]
        return factors, origin + factors @ self._blank_sums

    def _hearing(self, windows: np.ndarray) -> np.ndarray:
        """Which cells, (n, rows.count, cols.count) bool, hear of a fault."""
        by_row, by_col = (
            np.stack([cells.hearing(px, px + 1) for px in range(size)]).astype(np.float32)
            for cells, size in zip((self.rows, self.cols), windows.shape[1:])
        )
        return by_row.T @ windows.astype(np.float32) @ by_col > 0  # whole numbers, so exact


def _weights(linear: NumpyEngine, shape: Sequence[int], origin: np.ndarray) -> np.ndarray:
    """What each sum makes of each feature, (n_sums, *shape): it is asked for each."""
    size, origin = int(np.prod(shape)), origin.ravel()
    weights = np.empty((len(origin), size))
    for first in range(0, size, PIECE):
        count = min(PIECE, size - first)
        ones = np.zeros((count, size))  # float64, so that subtracting the origin costs nothing
        ones[np.arange(count), first + np.arange(count)] = 1
        answers = linear.run(ones.reshape(count, *shape)).reshape(count, -1)
        weights[:, first : first + count] = (answers - origin).T
    return weights.reshape(len(origin), *shape)


def _cells(count: int, reach: Reach) -> Cells:
    """Cells of one axis; each is drawn in the middle of the pixels that it hears of."""
    beyond = (reach.extent + 1 - reach.stride) / 2
    return Cells(count, reach.stride, beyond - reach.pad_top, beyond)


def _undefined(model: Model, why: str) -> str:
    """One line on a model without contributions."""
    return (
        f"{model.path.name}: contributions are not defined for this model ({why}): they need a "
        "network that ends in a flattening, a linear map and at most a ReLU. What removing a "
        "stretch of trace changes can be told for any model."
    )
