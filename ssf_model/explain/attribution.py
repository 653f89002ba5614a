"""Where in a window a network's answer comes from: exact contributions of the cells of its map.

Behind its convolutions the study's network, and ours, is one linear map of what is left of the
window, 32 by 16 cells of 4 by 4 pixels. So its answer before the last ReLU is a sum over these
cells, and a cell's part of it is known exactly, without a model of the model. Parts are counted
from a blank window: what is the same without any fault contributes nothing.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ssf_model.errors import ModelError
from ssf_model.network.engines import usable_cores
from ssf_model.network.model import Model
from ssf_model.network.numpy_engine import NumpyEngine
from ssf_model.network.numpy_operators import Reach
from ssf_model.network.onnx_file import Node, OnnxGraph, Port
from ssf_model.network.ports import input_form

SHAPE_ONLY = frozenset({"Flatten", "Identity", "Reshape", "Transpose"})
AFFINE = SHAPE_ONLY | {"Add", "BatchNormalization", "Gemm", "MatMul", "Mul"}  # a constant beside
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
    constant : float
        The answer to a blank window, before the last ReLU.
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
        body, head = _split(model, graph)
        self._prepare = input_form(graph, model.card.scale)
        blank = np.zeros((1, model.card.window_rows, model.card.window_cols), dtype=np.uint8)
        try:
            self._body = NumpyEngine(body, threads=threads or usable_cores())
            linear = NumpyEngine(head, threads=1)
            self._blank = self._body.run(self._prepare(blank))
            origin = linear.run(np.zeros((1, *self._blank.shape[1:])))
        except ModelError as error:
            raise ModelError(_undefined(model, "the NumPy engine cannot run it")) from error
        reaches = self._body.reaches()
        if self._blank.ndim != 4 or reaches is None or origin.size != 1:
            raise ModelError(_undefined(model, "its features do not lie as a map"))
        self._weights = _weights(linear, self._blank.shape[1:], origin.item())
        self.constant = origin.item() + float((self._blank[0] * self._weights).sum())
        self.rows, self.cols = (
            _cells(count, reach) for count, reach in zip(self._blank.shape[2:], reaches)
        )

    def contributions(self, windows: np.ndarray) -> np.ndarray:
        """Part of each cell in the answer to each window.

        Parameters
        ----------
        windows : (n, window_rows, window_cols) uint8 array
            0 off a fault and 1 on it.

        Returns
        -------
        contributions : (n, rows.count, cols.count) float array
            In the unit of KE; `constant` plus their sum is the model's raw answer before the
            last ReLU. 0 where a cell hears of no fault; where it hears of one but finds what it
            finds in a blank window, 0 but for the rounding of float32.

        Raises
        ------
        InputError, ModelError
            As `Model.predict`.
        """
        windows = self.model.checked(windows)
        cells = np.empty((len(windows), self.rows.count, self.cols.count))
        for first in range(0, len(windows), CHUNK):
            chunk = windows[first : first + CHUNK]
            unlike_blank = self._body.run(self._prepare(chunk)) - self._blank
            found = np.einsum("ncij,cij->nij", unlike_blank, self._weights, optimize=True)
            # The last bits of a matrix product hang on the processor and on how many rows of a
            # window are computed, so that a cell far from any fault may not get the blank's.
            cells[first : first + CHUNK] = np.where(self._hearing(chunk), found, 0)
        return cells

    def _hearing(self, windows: np.ndarray) -> np.ndarray:
        """Which cells, (n, rows.count, cols.count) bool, hear of a fault."""
        by_row, by_col = (
            np.stack([cells.hearing(px, px + 1) for px in range(size)]).astype(np.float32)
            for cells, size in zip((self.rows, self.cols), windows.shape[1:])
        )
        return by_row.T @ windows.astype(np.float32) @ by_col > 0  # whole numbers, so exact


def _split(model: Model, graph: OnnxGraph) -> tuple[OnnxGraph, OnnxGraph]:
    """Cut a graph before its linear end: window to features, and features to raw answer."""
    makers = {output: node for node in graph.nodes for output in node.outputs}
    known = set(graph.constants)
    known |= {node.outputs[0] for node in graph.nodes if node.op_type == "Constant"}
    value = graph.outputs[0].name
    tail: list[Node] = []
    answer = value
    while value in makers:
        node = makers[value]
        moving = [name for name in node.inputs if name and name not in known]
        if node.op_type == "Relu" and all(after.op_type in SHAPE_ONLY for after in tail):
            tail, answer = [], moving[0]
        elif node.op_type in AFFINE and len(moving) == 1 and len(node.outputs) == 1:
            tail.insert(0, node)
        else:
            break
        value = moving[0]
    flattened = any(node.op_type in ("Flatten", "Reshape") for node in tail)
    if not flattened or not any(node.op_type in ("Gemm", "MatMul") for node in tail):
        raise ModelError(_undefined(model, f"it ends otherwise, from {value!r} on"))
    constants = tuple(node for node in graph.nodes if node.op_type == "Constant")
    others = tuple(node for node in graph.nodes if node not in tail)
    stop = next((at for at, node in enumerate(others, 1) if value in node.outputs), 0)
    features = Port(value, np.dtype(np.float32), None)
    body = dataclasses.replace(graph, nodes=others[:stop], outputs=(features,))
    head = dataclasses.replace(
        graph,
        nodes=(*constants, *tail),
        inputs=(features,),
        outputs=(Port(answer, np.dtype(np.float32), None),),
    )
    return body, head


def _weights(linear: NumpyEngine, shape: Sequence[int], origin: float) -> np.ndarray:
    """What the linear map makes of each feature, in the features' shape: it is asked for each."""
    size = int(np.prod(shape))
    weights = np.empty(size)
    for first in range(0, size, PIECE):
        count = min(PIECE, size - first)
        ones = np.zeros((count, size))  # float64, so that subtracting the origin costs nothing
        ones[np.arange(count), first + np.arange(count)] = 1
        answers = linear.run(ones.reshape(count, *shape))
        weights[first : first + count] = answers.reshape(count) - origin
    return weights.reshape(shape)


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
