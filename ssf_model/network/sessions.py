"""Windows to answers by sessions of onnxruntime: of parts of a network where it allows that."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

import numpy as np

from ssf_model.errors import ModelError
from ssf_model.network.active_rows import CROP, ROWS, ActiveRows
from ssf_model.network.distinct import ByDistinctMaps, Run, Tell
from ssf_model.network.limits import require
from ssf_model.network.numpy_engine import NOT_RUN, NumpyEngine
from ssf_model.network.onnx_file import OnnxGraph
from ssf_model.network.part_rows import Part

WINDOWS_A_CALL = 16  # small enough that a call's maps stay in the cache
TOLERANCE = 1e-4  # of the trial; sums in another order differ by some 1e-6

Session = Callable[..., Sequence[np.ndarray]]
Opened = Callable[[bytes, Sequence[str], Sequence[str]], Session]

_LOGGER = logging.getLogger("ssf_model")


def session_run(
    content: bytes,
    graph: OnnxGraph,
    prepare: Callable[[np.ndarray], np.ndarray],
    opened: Opened,
    *,
    threads: int,
    blank: Sequence[np.ndarray],
) -> Run:
    """Make a function from windows to answers.

    Parameters
    ----------
    content : bytes
        A network's file.
    graph : OnnxGraph
        The same.
    prepare : function
        Windows to its first input.
    opened : function
        From a file's bytes and the names of its inputs and outputs to a session: a function from
        the ones to the others, which raises ModelError.
    threads : int
        Calls at the same time.
    blank : sequence of arrays
        Inputs on which the network is tried.

    Raises
    ------
    ModelError
        If the network cannot be run.
    """
    names = [port.name for port in graph.inputs], [port.name for port in graph.outputs]
    whole = _whole_run(opened(content, *names), prepare, threads)
    whole(*blank)
    try:
        engine = NumpyEngine(graph, threads=1)
        parts = ActiveRows(engine, graph, prepare(blank[0]))
        run = ByDistinctMaps(tell_in_parts(parts, opened, engine, threads=threads), engine)
        line = np.zeros_like(blank[0])
        line[:, line.shape[1] // 2, 1:] = 1
        expected, found = (np.asarray(answer(line, *blank[1:])) for answer in (whole, run))
        alike = np.allclose(found, expected, rtol=TOLERANCE, atol=TOLERANCE)
        require(alike, "parts answer otherwise")
    except (ModelError, *NOT_RUN) as reason:
        _LOGGER.debug("%s is run on all rows of every window: %s", graph.source, reason)
        return whole
    return run


def _whole_run(session: Session, prepare: Callable, threads: int) -> Run:
    """Windows to answers by a session of the whole network."""

    def run_chunk(chunk: tuple[np.ndarray, ...]) -> Sequence[np.ndarray]:
        windows, *others = chunk
        return session(prepare(windows), *others)

    def run(*inputs: np.ndarray) -> np.ndarray | tuple[np.ndarray, ...]:
        starts = range(0, len(inputs[0]), WINDOWS_A_CALL)
        chunks = [tuple(one[at : at + WINDOWS_A_CALL] for one in inputs) for at in starts]
        outputs = tuple(np.concatenate(parts) for parts in zip(*_each(run_chunk, chunks, threads)))
        return outputs[0] if len(outputs) == 1 else outputs

    return run


def tell_in_parts(parts: ActiveRows, opened: Opened, engine: NumpyEngine, *, threads: int) -> Tell:
    """Make a function that gives what a network's maps alone tell.

    Parameters
    ----------
    parts : ActiveRows
        The network.
    opened : function
        As `session_run` has it. Each smaller network is opened when it is needed first, and kept.
    engine : NumpyEngine
        Of the same network; does what comes after the features.
    threads : int
        Calls at the same time.

    Returns
    -------
    tell : function
        From (n, rows, cols) uint8 maps; map by map the same bits, whatever maps come with it.
    """
    sessions: dict[Part, Session] = {}

    def tell(maps: np.ndarray) -> tuple[np.ndarray, ...]:
        calls = _calls(parts, maps)
        for part, begins, _ in calls:
            if part not in sessions:
                sessions[part] = opened(parts.content(int(begins[0]), part), [CROP], [ROWS])

        def run(call: tuple[Part, np.ndarray, np.ndarray]) -> np.ndarray:
            part, begins, windows = call
            (found,) = sessions[part](parts.cut(maps[windows], begins, part)[:, None])
            return parts.features(found, begins, part)

        features = np.repeat(parts.blank_features(), len(maps), axis=0)
        for (_, _, windows), one in zip(calls, _each(run, calls, threads)):
            features[windows] = one
        return engine.told_from(features, after=2)

    return tell


def _calls(parts: ActiveRows, maps: np.ndarray) -> list[tuple[Part, np.ndarray, np.ndarray]]:
    """Parts, where they begin, and which maps are read so; those that hold a fault."""
    there: np.ndarray = np.any(maps, axis=2)
    faulted = np.flatnonzero(there.any(axis=1))
    first = there.argmax(axis=1)
    last = there.shape[1] - 1 - there[:, ::-1].argmax(axis=1)
    gathered: dict[Part, list[tuple[int, int]]] = {}
    for window in faulted.tolist():
        begin, part = parts.rows.around(int(first[window]), int(last[window]))
        gathered.setdefault(part, []).append((begin, window))
    calls = []
    for part, found in gathered.items():
        begins, windows = np.array(sorted(found)).T
        for at in range(0, len(windows), WINDOWS_A_CALL):
            calls.append(
                (part, begins[at : at + WINDOWS_A_CALL], windows[at : at + WINDOWS_A_CALL])
            )
    return calls


def _each(function: Callable, items: Sequence, threads: int) -> list:
    """A function's answers to some items, in their order."""
    if threads == 1 or len(items) < 2:
        return [function(item) for item in items]
    from concurrent.futures import ThreadPoolExecutor  # takes a while to load

    with ThreadPoolExecutor(min(threads, len(items))) as pool:
        return list(pool.map(function, items))
