"""Active rows: the part of a network's maps that the faults of a window can reach.

Most rows of a window hold no fault. What convolutions make of such rows is that of a blank
window, which is known, so a network need only be run on the rows around the faults: the same
sums, fewer of them. Here a network of convolutions, pools and ReLUs whose features are one
weighted sum of their last maps becomes a family of smaller ones, each for so many rows in the
middle of a window or at its edges. What blank rows beyond those add to each convolution is a
constant of the smaller network; what they add to the features is added afterwards.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ssf_model.network.limits import require
from ssf_model.network.numpy_engine import NumpyEngine
from ssf_model.network.numpy_operators import Reach
from ssf_model.network.onnx_file import Node, OnnxGraph, Port
from ssf_model.network.onnx_writing import onnx_bytes
from ssf_model.network.part_rows import Part, PartRows, Stage
from ssf_model.network.weighed_rows import WeighedRows

CROP, ROWS = "crop", "rows"  # input and output of the smaller networks


class ActiveRows:
    """A network whose windows are run in parts.

    Attributes
    ----------
    rows : PartRows
        Which rows belong to a part.

    Parameters
    ----------
    engine : NumpyEngine
        The network, made ready.
    graph : OnnxGraph
        The same.
    blank : (1, 1, rows, cols) array
        A window without a fault.

    Raises
    ------
    ValueError
        If the network is of another form.
    """

    def __init__(self, engine: NumpyEngine, graph: OnnxGraph, blank: np.ndarray) -> None:
        chain = engine.chain(blank)
        self.rows, self._constants = PartRows(chain.rows, chain.blank), chain.constants
        self._attributes = {node.outputs[0]: node.attributes for node in graph.nodes}
        self._opset = graph.opset
        require({step.op_type for step in chain.head} <= {"Cast"}, "a head of its own")
        require({step.op_type for step in chain.rows} <= {"Conv", "MaxPool", "Relu"}, "operators")
        self._blank = chain.blank
        maps = self._blank[0]
        require(maps.shape[1] == 1 and not maps.any(), "maps that are not one")
        self._end = WeighedRows(chain.tail, chain.rows[-1].output, chain.told, chain.blank[-1])

    def cut(self, maps: np.ndarray, begins: np.ndarray, part: Part) -> np.ndarray:
        """The rows of maps, (n, rows, cols), that a part reads from `begins`, (n,) units, on."""
        first = next(self.rows.stages(int(begins[0]), part))
        rows = begins[:, None] * self.rows.unit + np.arange(first.stop - first.start)
        return maps[np.arange(len(maps))[:, None], rows]

    def content(self, begin: int, part: Part) -> bytes:
        """The smaller network as the bytes of an ONNX file.

        It reads (n, 1, rows, cols) uint8 and gives the last maps, (n, rows, values of a row). It
        is the same for every `begin` that `rows` gives with this part.
        """
        nodes = [Node("Cast", "", (CROP,), ("x",), {"to": 1})]
        constants: dict[str, np.ndarray] = {}
        value, rows = "x", 0
        for number, stage in enumerate(self.rows.stages(begin, part)):
            step, name = stage.step, f"x{number}"
            rows = stage.out_stop - stage.out_start
            names = [value]
            for place, constant in enumerate(step.inputs[1:]):
                names.append(f"w{number}_{place}")
                constants[names[-1]] = self._constants[constant]
            attributes = self._attributes_of(number, stage)
            nodes.append(Node(step.op_type, "", tuple(names), (name,), attributes))
            value = name
            beyond = self._beyond(number, stage, part) if step.op_type == "Conv" else None
            if beyond is not None:
                constants[f"beyond{number}"], value = beyond, f"{name}_whole"
                nodes.append(Node("Add", "", (name, f"beyond{number}"), (value,), {}))
        _, channels, _, cols = self._blank[-1].shape
        constants["form"] = np.array([0, rows, channels * cols], dtype=np.int64)
        nodes.append(Node("Transpose", "", (value,), ("turned",), {"perm": [0, 2, 1, 3]}))
        nodes.append(Node("Reshape", "", ("turned", "form"), (ROWS,), {}))
        first = next(self.rows.stages(begin, part))
        crop = Port(
            CROP, np.dtype("u1"), (None, 1, first.stop - first.start, self._blank[0].shape[3])
        )
        given = Port(ROWS, np.dtype("<f4"), (None, rows, channels * cols))
        return onnx_bytes(nodes, constants, [crop], [given], opset=self._opset)

    def _attributes_of(self, number: int, stage: Stage) -> dict[str, Any]:
        """Attributes of a step; a convolution's pads make its output reach beyond the part."""
        operator, output = stage.step.operator, stage.step.output
        if stage.step.op_type == "MaxPool":
            patch = [(operator.reach or Reach()).stride, operator.col_reach.stride]
            return {"kernel_shape": patch, "strides": patch}
        if stage.step.op_type != "Conv":
            return {}
        left, span = operator.col_reach.pad_top, operator.col_reach.extent
        cols, cols_out = (one.shape[3] for one in self._blank[number : number + 2])
        return {
            "dilations": list(self._attributes[output].get("dilations", (1, 1))),
            "kernel_shape": list(self._constants[stage.step.inputs[1]].shape[2:]),
            "pads": [stage.above, left, stage.below, cols_out - cols + span - left],
        }

    def _beyond(self, number: int, stage: Stage, part: Part) -> np.ndarray | None:
        """What the blank rows beyond a part add to a convolution of it; None for nothing."""
        blank = self._blank[number]
        middle = blank[:, :, blank.shape[2] // 2][:, :, None]
        if not middle.any() or (part.top and part.bottom):
            return None
        nothing = np.zeros_like(middle)
        above, below = (nothing if edge else middle for edge in (part.top, part.bottom))
        counts = (stage.above, stage.stop - stage.start, stage.below)
        pieces = zip((above, nothing, below), counts)
        maps = np.concatenate([np.repeat(row, count, axis=2) for row, count in pieces], axis=2)
        arguments = [maps, *(self._constants[name] for name in stage.step.inputs[1:])]
        compute = stage.step.operator.compute
        added = compute(*arguments, row_pads=(0, 0)) - compute(
            np.zeros_like(maps), *arguments[1:], row_pads=(0, 0)
        )
        return np.ascontiguousarray(added, dtype="<f4")

    def features(self, found: np.ndarray, begins: np.ndarray, part: Part) -> np.ndarray:
        """Features of windows from what their parts' last maps are, in order of `begins`.

        Parameters
        ----------
        found : (n, rows, values of a row) float32 array
            From the smaller network.
        begins : (n,) int array
            Their first rows, in units.
        part : Part
            Theirs.

        Returns
        -------
        features : (n, k) float32 array
            Window by window the same bits, whatever windows come with it.
        """
        _, channels, _, cols = self._blank[-1].shape
        features: list[np.ndarray] = [np.empty(0)] * len(found)
        for begin in np.unique(begins).tolist():
            mine = np.flatnonzero(begins == begin)
            *_, last = self.rows.stages(begin, part)
            low = last.out_start
            maps = found[mine].reshape(len(mine), -1, channels, cols).transpose(0, 2, 1, 3)
            differing = maps - self._blank[-1][:, :, low : low + found.shape[1]]
            for window, one in zip(mine.tolist(), self._end.features(differing, low)):
                features[window] = one
        return np.stack(features)

    def blank_features(self) -> np.ndarray:
        """Features of a window without a fault, (1, k) float32."""
        return self._end.blank_features()
