"""Run a fault network with NumPy alone, where onnxruntime cannot be had.

Most rows of a window hold no fault. There the network's maps are those of a blank window,
so they are computed once, and anew only in the rows that a fault can reach: the same sums,
fewer of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from ssf_model.errors import ModelError
from ssf_model.network.limits import require
from ssf_model.network.numpy_operators import OPERATORS, Operator, Reach
from ssf_model.network.onnx_file import Node, OnnxGraph

CHUNK_BYTES = 2**20  # of the largest map in one go: what stays in a core's cache is fast
OPSETS = (9, 28)  # where the operators mean what ours do; tested with onnxruntime
REMEDY = "onnxruntime may: python3 -m pip install onnxruntime"


@dataclass(frozen=True)
class Step:
    """One operator of the graph with the names of its inputs and its output."""

    op_type: str
    operator: Operator
    inputs: tuple[str, ...]
    output: str


@dataclass(frozen=True)
class BlankWindow:
    """What a window without a fault gives: before each row step, after the last, and at the end."""

    maps: tuple[np.ndarray, ...]
    answer: np.ndarray


class NumpyEngine:
    """An ONNX graph made ready for NumPy.

    Parameters
    ----------
    graph : OnnxGraph
        With one input and one output.
    threads : int
        Chunks of windows that are run at the same time.

    Raises
    ------
    ModelError
        If it holds an operator, or a form of one, that is not in `OPERATORS`.
    """

    def __init__(self, graph: OnnxGraph, *, threads: int) -> None:
        self._threads = threads
        self._source = graph.source
        self._input = graph.inputs[0].name
        self._output = graph.outputs[0].name
        self._constants: dict[str, Any] = dict(graph.constants)  # `_step` refuses None
        self._blank: BlankWindow | None = None
        try:
            self._head, self._rows, self._tail = self._parts(self._steps(graph))
        except (ValueError, TypeError, IndexError, OverflowError, MemoryError) as error:
            raise ModelError(self._refusal(error)) from error
        reaches = [step.operator.reach for step in self._rows]
        self._reaches = [reach for reach in reaches if reach is not None]  # each has one

    def run(self, maps: np.ndarray) -> np.ndarray:
        """The graph's output.

        Parameters
        ----------
        maps : (n, ...) array
            The graph's input, window after window; n is at least 1. Memory beyond twice its
            own is bounded by `CHUNK_BYTES`.

        Returns
        -------
        answers : (n, ...) float32 array

        Raises
        ------
        ModelError
            If the shapes do not go together, in the graph or with the input.
        """
        try:
            if self._blank is None:
                self._blank = self._blank_window(np.zeros_like(maps[:1]))
            with ThreadPoolExecutor(self._threads) as pool:
                return self._answers(maps, self._blank, pool.map)
        except (ValueError, TypeError, LookupError, MemoryError) as error:
            raise ModelError(self._refusal(error)) from error

    def reaches(self) -> tuple[Reach, Reach] | None:
        """Which rows and columns of the input a row and a column of the output read.

        None where the graph is no chain of steps whose rows stay apart up to its output.
        """
        if not self._rows or self._tail:
            return None
        return _chained(self._reaches), _chained([step.operator.col_reach for step in self._rows])

    def _steps(self, graph: OnnxGraph) -> list[Step]:
        """The graph's nodes made ready, its constants apart."""
        oldest, newest = OPSETS
        known_opset = oldest <= graph.opset <= newest
        require(known_opset, f"its opset {graph.opset} is not within {oldest} to {newest}")
        steps: list[Step] = []
        known = {self._input, *self._constants}
        for node in graph.nodes:
            require(not known & set(node.outputs), f"two values are called {node.outputs}")
            if node.op_type == "Constant" and isinstance(node.attributes.get("value"), np.ndarray):
                self._constants[node.outputs[0]] = node.attributes["value"]
            else:
                steps.append(self._step(node, known))
            known.add(node.outputs[0])
        made = {step.output for step in steps}
        require(self._output in made, f"no operator makes its output '{self._output}'")
        return steps

    def _step(self, node: Node, known: set[str]) -> Step:
        """A node made ready, refused where it is none of ours."""
        build = OPERATORS.get(node.op_type)
        if build is None or node.domain not in ("", "ai.onnx"):
            message = f"it does not know the operator '{node.op_type}'"
            raise ValueError(message)
        names = node.inputs
        while names and not names[-1]:  # optional inputs that are left out
            names = names[:-1]
        placed = len(node.outputs) == 1 and len(names) > 0 and set(names) <= known
        require(placed, f"'{node.op_type}' has inputs or outputs that it cannot place")
        wanted = np.int64 if node.op_type == "Reshape" else np.float32
        for name in names:
            dtype = getattr(self._constants.get(name), "dtype", None)
            fits = name not in self._constants or dtype == wanted
            require(fits, f"'{name}' of '{node.op_type}' is {dtype}, not {wanted.__name__}")
        constants = [self._constants.get(name) for name in names]
        try:
            operator = build(constants, **node.attributes)
        except (ValueError, TypeError, IndexError, OverflowError) as error:
            message = f"'{node.op_type}' with {error}"
            raise ValueError(message) from error
        return Step(node.op_type, operator, names, node.outputs[0])

    def _parts(self, steps: list[Step]) -> tuple[list[Step], list[Step], list[Step]]:
        """Split at the chain of steps, from the first convolution on, whose rows stay apart."""
        first = next((at for at, step in enumerate(steps) if step.op_type == "Conv"), len(steps))
        uses = [name for step in steps for name in step.inputs] + [self._output]
        entry = value = steps[first - 1].output if first else self._input
        end = first
        for step in steps[first:]:
            moving = [name for name in step.inputs if name not in self._constants]
            if step.operator.reach is None or moving != [value] or uses.count(value) != 1:
                break
            value, end = step.output, end + 1
        made_after = {value, *(step.output for step in steps[end:])}
        asked_after = {name for step in steps[end:] for name in step.inputs}
        if end == first or not asked_after <= made_after | set(self._constants):
            return [], [], steps
        self._entry, self._exit = entry, value
        return steps[:first], steps[first:end], steps[end:]

    def _evaluate(
        self, steps: Sequence[Step], values: dict[str, np.ndarray], wanted: str
    ) -> np.ndarray:
        """The value called `wanted` after some steps."""
        for step in steps:
            values[step.output] = step.operator.compute(*self._arguments(step, values))
        return values[wanted]

    def _arguments(self, step: Step, values: dict[str, np.ndarray]) -> list[np.ndarray]:
        """The arrays that go into a step."""
        return [
            self._constants[name] if name in self._constants else values[name]
            for name in step.inputs
        ]

    def _blank_window(self, window: np.ndarray) -> BlankWindow:
        """Run one blank window and keep what passes the row steps."""
        if not self._rows:
            return BlankWindow((window,), self._dense(window))
        with np.errstate(all="ignore"):
            maps = [self._evaluate(self._head, {self._input: window}, self._entry)]
            for step in self._rows:
                values = dict.fromkeys(step.inputs, maps[-1])
                maps.append(step.operator.compute(*self._arguments(step, values)))
            answer = self._evaluate(self._tail, {self._exit: maps[-1]}, self._output)
        return BlankWindow(tuple(maps), answer)

    def _answers(
        self, maps: np.ndarray, blank: BlankWindow, each: Callable[..., Iterator]
    ) -> np.ndarray:
        """Answers in chunks; windows with faults in like rows go together."""
        step = max(1, CHUNK_BYTES // max(one.nbytes for one in blank.maps))
        if not self._rows:
            chunks = [maps[at : at + step] for at in range(0, len(maps), step)]
            return np.concatenate(list(each(self._dense, chunks)))
        maps = self._evaluate(self._head, {self._input: maps}, self._entry)
        differs = (maps != blank.maps[0]).any(axis=(1, 3))
        first = differs.argmax(axis=1)
        last = differs.shape[1] - differs[:, ::-1].argmax(axis=1)
        order = np.lexsort((last, first))
        order = order[differs[order].any(axis=1)]
        chunks = [order[at : at + step] for at in range(0, len(order), step)]
        lows = [int(first[chunk].min()) for chunk in chunks]
        strips = [maps[chunk, :, low : last[chunk].max()] for chunk, low in zip(chunks, lows)]
        answers = np.repeat(blank.answer, len(maps), axis=0)
        for chunk, answer in zip(chunks, each(partial(self._sparse, blank), strips, lows)):
            answers[chunk] = answer
        return answers

    def _dense(self, maps: np.ndarray) -> np.ndarray:
        """Answers to a chunk of windows, step by step."""
        with np.errstate(all="ignore"):
            return self._evaluate(self._tail, {self._input: maps}, self._output)

    def _sparse(self, blank: BlankWindow, maps: np.ndarray, low: int) -> np.ndarray:
        """Answers to a chunk of windows that differ from a blank one only from row `low` on."""
        with np.errstate(all="ignore"):  # the caller sees to answers that are not finite
            after = self._row_steps(blank.maps, maps, low, low + maps.shape[2])
            return self._evaluate(self._tail, {self._exit: after}, self._output)

    def _row_steps(
        self, blank: Sequence[np.ndarray], maps: np.ndarray, low: int, high: int
    ) -> np.ndarray:
        """Run the row steps on windows that differ from a blank one in rows low..high only."""
        count = len(maps)
        for step, reach, before, after in zip(self._rows, self._reaches, blank, blank[1:]):
            low_out = max(0, -(-(low + reach.pad_top - reach.extent) // reach.stride))
            high_out = min(after.shape[2], (high - 1 + reach.pad_top) // reach.stride + 1)
            if high_out <= low_out:  # what differs lies in rows that pooling leaves out
                return np.repeat(blank[-1], count, axis=0)
            start = low_out * reach.stride - reach.pad_top
            stop = (high_out - 1) * reach.stride - reach.pad_top + reach.extent + 1
            inside = _rows_between(maps, before, low, max(start, 0), min(stop, before.shape[2]))
            arguments = self._arguments(step, dict.fromkeys(step.inputs, inside))
            if step.op_type == "Conv":
                row_pads = (max(-start, 0), max(stop - before.shape[2], 0))
                maps = step.operator.compute(*arguments, row_pads=row_pads)
            else:
                maps = step.operator.compute(*arguments)
            low, high = low_out, high_out
        return _rows_between(maps, blank[-1], low, 0, blank[-1].shape[2])

    def _refusal(self, error: Exception) -> str:
        """One line on a graph that this engine cannot run."""
        reason = " ".join(str(error).split())[:300]  # it may repeat names from the file
        return f"{self._source}: the NumPy engine cannot run it: {reason}. {REMEDY}"


def _chained(reaches: Sequence[Reach]) -> Reach:
    """The reach of steps one after the other."""
    extent, stride, pad = 0, 1, 0
    for reach in reaches:
        extent, pad = extent + stride * reach.extent, pad + stride * reach.pad_top
        stride *= reach.stride
    return Reach(extent, stride, pad)


def _rows_between(
    maps: np.ndarray, blank: np.ndarray, low: int, start: int, stop: int
) -> np.ndarray:
    """Rows start..stop: those of `maps`, which begin at row `low`, and of a blank window around."""
    high = low + maps.shape[2]
    middle = maps[:, :, max(start - low, 0) : max(stop - low, 0)]
    pieces = [blank[:, :, start:low], middle, blank[:, :, high:stop]]
    shape = (len(maps), *maps.shape[1:2])
    wide = [
        np.broadcast_to(piece, (*shape, *piece.shape[2:])).transpose(0, 2, 3, 1)
        for piece in pieces
        if piece.shape[2]
    ]
    # joined with the channels last, as the convolution wants them in memory
    return (wide[0] if len(wide) == 1 else np.concatenate(wide, axis=1)).transpose(0, 3, 1, 2)
