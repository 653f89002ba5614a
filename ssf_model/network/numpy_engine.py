"""Run a fault network with NumPy alone, where onnxruntime cannot be had.

Most rows of a window hold no fault. There the network's maps are those of a blank window, so
they are computed once, and only what a fault changes is added to them: the same sums, fewer of
them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from ssf_model.errors import ModelError
from ssf_model.network.limits import require
from ssf_model.network.numpy_operators import Reach
from ssf_model.network.numpy_rows import RowSteps, chained
from ssf_model.network.numpy_steps import Step, steps_of
from ssf_model.network.onnx_file import OnnxGraph
from ssf_model.network.weighed_rows import WeighedRows

CHUNK_BYTES = 2**21  # of the largest map in one go: what stays in a core's cache is fast
NOT_RUN = (ValueError, TypeError, LookupError, MemoryError)
INSTALL = "python3 -m pip install onnxruntime"
REMEDY = f"onnxruntime may: {INSTALL}"


@dataclass(frozen=True)
class BlankWindow:
    """What a window without a fault gives: before each row step, after the last, and at the end.

    `window` is as the graph reads it, `found` all that the map alone tells; `end` weighs the last
    maps where that is all that comes after them.
    """

    window: np.ndarray
    maps: tuple[np.ndarray, ...]
    found: tuple[np.ndarray, ...]
    end: WeighedRows | None = None


class Chain(NamedTuple):
    """A graph in parts: steps before the row steps, these, and what else hangs on the map alone.

    `told` names what the rest of the graph reads of these; `blank` is a window without a fault
    before each row step and after the last.
    """

    head: list[Step]
    rows: list[Step]
    tail: list[Step]
    told: tuple[str, ...]
    constants: dict[str, Any]
    blank: tuple[np.ndarray, ...]


class NumpyEngine:
    """An ONNX graph made ready for NumPy.

    Parameters
    ----------
    graph : OnnxGraph
        Its first input is the maps; others may hold a number a window.
    threads : int
        Chunks of windows that are run at the same time.

    Raises
    ------
    ModelError
        If it holds an operator, or a form of one, that `numpy_steps` does not know.
    """

    def __init__(self, graph: OnnxGraph, *, threads: int) -> None:
        self._threads = threads
        self._source = graph.source
        self._input, *self._others = (port.name for port in graph.inputs)
        self._outputs = tuple(port.name for port in graph.outputs)
        self._blank: BlankWindow | None = None
        try:
            steps, self._constants = steps_of(graph)
            of_the_map, self._rest = self._apart(steps)
            self._head, self._rows, self._tail = self._parts(of_the_map)
        except (ValueError, TypeError, IndexError, OverflowError, MemoryError) as error:
            raise ModelError(self._refusal(error)) from error
        self._row_steps = RowSteps(self._rows, self._constants)

    def run(self, maps: np.ndarray, *others: np.ndarray) -> np.ndarray:
        """The graph's first output; arguments as in `run_all`."""
        return self.run_all(maps, *others)[0]

    def run_all(self, maps: np.ndarray, *others: np.ndarray) -> tuple[np.ndarray, ...]:
        """The graph's outputs.

        Parameters
        ----------
        maps : (n, ...) array
            The graph's first input, window after window; n is at least 1. Memory beyond twice
            its own is bounded by `CHUNK_BYTES`.
        *others : (n, ...) float32 arrays
            Its other inputs.

        Returns
        -------
        answers : tuple of (n, ...) float32 arrays

        Raises
        ------
        ModelError
            If the shapes do not go together, in the graph or with the input.
        """
        return self.answers(self.tell(maps), *others)

    def tell(self, maps: np.ndarray) -> tuple[np.ndarray, ...]:
        """All that maps alone tell, map by map the same bits whatever maps come with it."""
        try:
            if self._blank is None:
                self._blank = self._blank_window(np.zeros_like(maps[:1]))
            if self._threads == 1:
                return self._found(maps, self._blank, map)
            from concurrent.futures import ThreadPoolExecutor  # takes a while to load

            with ThreadPoolExecutor(self._threads) as pool:
                return self._found(maps, self._blank, pool.map)
        except NOT_RUN as error:
            raise ModelError(self._refusal(error)) from error

    def answers(self, told: Sequence[np.ndarray], *others: np.ndarray) -> tuple[np.ndarray, ...]:
        """The graph's outputs from what `tell` gives, and its other inputs."""
        try:
            fit = (
                len(others) == len(self._others)
                and len({len(one) for one in (*told, *others)}) == 1
            )
            require(fit, "inputs of other numbers of windows, or too few or many of them")
            values = dict(zip((*self._told, *self._others), (*told, *others)))
            with np.errstate(all="ignore"):  # the caller sees to answers that are not finite
                return self._evaluate(self._rest, values, self._outputs)
        except NOT_RUN as error:
            raise ModelError(self._refusal(error)) from error

    def chain(self, window: np.ndarray) -> Chain:
        """The graph in parts, with `window`, (1, ...), a blank one; ValueError if it has none."""
        require(len(self._rows) > 0, "no steps whose rows stay apart")
        self._blank = self._blank_window(window)
        parts = self._head, self._rows, self._tail
        return Chain(*parts, self._told, self._constants, self._blank.maps)

    def adds_up(self, window: np.ndarray) -> bool:
        """Whether only rows that faults reach are looked at, up to the features' sums.

        `window`, (1, ...), is a blank one.
        """
        if not self._rows:
            return False
        try:
            self._blank = self._blank_window(window)
        except NOT_RUN:
            return False
        return self._blank.end is not None

    def told_from(self, value: np.ndarray, *, after: int) -> tuple[np.ndarray, ...]:
        """What `tell` gives, from what the first so many steps of `Chain.tail` end with."""
        try:
            values = {self._tail[after - 1].output: value}
            with np.errstate(all="ignore"):
                return self._evaluate(self._tail[after:], values, self._told)
        except NOT_RUN as error:
            raise ModelError(self._refusal(error)) from error

    def reaches(self) -> tuple[Reach, Reach] | None:
        """Which rows and columns of the input a row and a column of the output read.

        None where the graph is no chain of steps whose rows stay apart up to its output.
        """
        if not self._rows or self._tail or self._rest:
            return None
        return self._row_steps.reach, chained([step.operator.col_reach for step in self._rows])

    def _apart(self, steps: list[Step]) -> tuple[list[Step], list[Step]]:
        """Steps that hang on the map alone, apart from the rest, whom these tell `self._told`."""
        of_the_map, rest, made = [], [], {self._input}
        for step in steps:
            if set(step.inputs) <= made | set(self._constants):
                of_the_map.append(step)
                made.add(step.output)
            else:
                rest.append(step)
        asked = [name for step in rest for name in step.inputs] + list(self._outputs)
        self._told = tuple(dict.fromkeys(name for name in asked if name in made))
        return of_the_map, rest

    def _parts(self, steps: list[Step]) -> tuple[list[Step], list[Step], list[Step]]:
        """Split at the chain of steps, from the first convolution on, whose rows stay apart."""
        first = next((at for at, step in enumerate(steps) if step.op_type == "Conv"), len(steps))
        uses = [name for step in steps for name in step.inputs] + list(self._told)
        entry = value = steps[first - 1].output if first else self._input
        end = first
        for step in steps[first:]:
            moving = [name for name in step.inputs if name not in self._constants]
            if step.operator.reach is None or moving != [value] or uses.count(value) != 1:
                break
            value, end = step.output, end + 1
        made_after = {value, *(step.output for step in steps[end:])}
        asked_after = {name for step in steps[end:] for name in step.inputs} | set(self._told)
        if end == first or not asked_after <= made_after | set(self._constants):
            return [], [], steps
        self._entry, self._exit = entry, value
        return steps[:first], steps[first:end], steps[end:]

    def _evaluate(
        self, steps: Sequence[Step], values: dict[str, np.ndarray], wanted: Sequence[str]
    ) -> tuple[np.ndarray, ...]:
        """The values called `wanted` after some steps."""
        for step in steps:
            values[step.output] = step.operator.compute(*self._arguments(step, values))
        return tuple(values[name] for name in wanted)

    def _arguments(self, step: Step, values: dict[str, np.ndarray]) -> list[np.ndarray]:
        """The arrays that go into a step."""
        return [
            self._constants[name] if name in self._constants else values[name]
            for name in step.inputs
        ]

    def _blank_window(self, window: np.ndarray) -> BlankWindow:
        """Run one blank window and keep what passes the row steps."""
        if not self._rows:
            return BlankWindow(window, (window,), self._dense(window))
        with np.errstate(all="ignore"):
            maps = list(self._evaluate(self._head, {self._input: window}, (self._entry,)))
            maps = self._row_steps.run_all(maps[0])
            found = self._evaluate(self._tail, {self._exit: maps[-1]}, self._told)
            try:
                end = WeighedRows(self._tail, self._exit, self._told, maps[-1])
            except ValueError:
                end = None
        return BlankWindow(window, tuple(maps), found, end)

    def _found(
        self, maps: np.ndarray, blank: BlankWindow, each: Callable[..., Iterator]
    ) -> tuple[np.ndarray, ...]:
        """All that maps alone tell, in chunks; windows with faults in like rows go together."""
        step = max(1, CHUNK_BYTES // max(one.nbytes for one in blank.maps))
        if not self._rows:
            chunks = [maps[at : at + step] for at in range(0, len(maps), step)]
            return tuple(np.concatenate(parts) for parts in zip(*each(self._dense, chunks)))
        entry, head = blank.maps[0], self._head
        if all(step.operator.reach == Reach() for step in head):
            entry = blank.window  # rows stay where they are, so the head sees only those cut out
        else:
            (maps,), head = self._evaluate(head, {self._input: maps}, (self._entry,)), []
        differs = (maps != entry).any(axis=(1, 3))
        first = differs.argmax(axis=1)
        last = differs.shape[1] - differs[:, ::-1].argmax(axis=1)
        order = np.lexsort((last, first))
        order = order[differs[order].any(axis=1)]
        chunks = [order[at : at + step] for at in range(0, len(order), step)]
        lows = [int(first[chunk].min()) for chunk in chunks]
        strips = [maps[chunk, :, low : last[chunk].max()] for chunk, low in zip(chunks, lows)]
        found = tuple(np.repeat(one, len(maps), axis=0) for one in blank.found)
        for chunk, parts in zip(chunks, each(partial(self._sparse, blank, head), strips, lows)):
            for whole, part in zip(found, parts):
                whole[chunk] = part
        return found

    def _dense(self, maps: np.ndarray) -> tuple[np.ndarray, ...]:
        """What a chunk of windows tells, step by step."""
        with np.errstate(all="ignore"):
            return self._evaluate(self._tail, {self._input: maps}, self._told)

    def _sparse(
        self, blank: BlankWindow, head: Sequence[Step], maps: np.ndarray, low: int
    ) -> tuple[np.ndarray, ...]:
        """What a chunk of windows tells that differ from a blank one only from row `low` on."""
        with np.errstate(all="ignore"):
            if head:
                (maps,) = self._evaluate(head, {self._input: maps}, (self._entry,))
            maps, low = self._row_steps.run(blank.maps, maps, low)
            last = blank.maps[-1]
            if blank.end is not None:
                differing = maps - last[:, :, low : low + maps.shape[2]]
                value = blank.end.features(differing, low)
                return self._evaluate(self._tail[2:], {self._tail[1].output: value}, self._told)
            whole = np.repeat(last, len(maps), axis=0)
            whole[:, :, low : low + maps.shape[2]] = maps
            return self._evaluate(self._tail, {self._exit: whole}, self._told)

    def _refusal(self, error: Exception) -> str:
        """One line on a graph that this engine cannot run."""
        reason = " ".join(str(error).split())[:300]  # it may repeat names from the file
        return f"{self._source}: the NumPy engine cannot run it: {reason}. {REMEDY}"
