"""What runs a network: NumPy where rows can be left out of its sums, else onnxruntime."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ssf_model.errors import ModelError
from ssf_model.network.distinct import ByDistinctMaps, Run
from ssf_model.network.numpy_engine import INSTALL, NumpyEngine
from ssf_model.network.numpy_products import by_loops, product
from ssf_model.network.onnx_file import OnnxGraph
from ssf_model.network.onnx_writing import onnx_bytes
from ssf_model.network.sessions import session_run

LONGEST_REASON = 300  # letters
NUMPY_CHUNK = 1024  # windows a call, which the engine sorts by the rows that hold faults
MISSING_ONNXRUNTIME = (
    "onnxruntime is not installed. The NumPy engine gives the same results for the models that "
    f"ssf exports; to use onnxruntime, install it into the Python that runs ssf: {INSTALL}"
)

_LOGGER = logging.getLogger("ssf_model")


def engine_for(
    graph: OnnxGraph,
    prepare: Callable[[np.ndarray], np.ndarray],
    *,
    engine: str,
    threads: int | None,
    blank: Sequence[np.ndarray],
) -> tuple[str, Run, str | None]:
    """Make a network ready to run.

    Parameters
    ----------
    graph : OnnxGraph
        The network, from `ssf_model.network.ports.in_order`, and one that
        `ssf_model.network.allowed` lets pass.
    prepare : function
        Windows to its first input, from `ssf_model.network.ports.input_form`.
    engine : {"auto", "onnxruntime", "numpy"}
        "auto" is NumPy where the network lets it leave out the rows that no fault reaches, which
        makes it the faster one; else onnxruntime where that is installed and runs the network.
    threads : int or None
        Windows are shared among so many threads; None for as many as there are cores.
    blank : sequence of arrays
        Inputs on which an engine is tried.

    Returns
    -------
    name : str
        "onnxruntime" with its version, or "numpy".
    run : function
        From (n, rows, cols) uint8 windows, and what else the network reads of each, to its
        output, or a tuple of its outputs, each with n rows.
    note : str or None
        Why NumPy runs it though onnxruntime is installed; None where that is not so.

    Raises
    ------
    ModelError
        If the engine is not there or cannot run the network.
    """
    threads = threads or usable_cores()
    note = None
    if engine == "auto" and _numpy_is_faster(graph, prepare(blank[0])):
        engine = "numpy"
    if engine != "numpy":
        try:
            return *_onnxruntime_run(graph, prepare, threads, blank), None
        except _MissingError as error:
            if engine == "onnxruntime":
                message = f"{graph.source}: {MISSING_ONNXRUNTIME}"
                raise ModelError(message) from error
            _LOGGER.info(MISSING_ONNXRUNTIME)
        except ModelError as error:
            if engine == "onnxruntime":
                raise
            note = f"{error} The NumPy engine runs the model instead."
    try:
        run = _numpy_run(graph, prepare, threads)
        run(*blank)
    except ModelError as error:
        if note is None:
            raise
        message = f"{note.replace('runs the model instead', 'cannot either')} {error}"
        raise ModelError(message) from error
    return "numpy", run, note


def usable_cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class _MissingError(Exception):
    """Nobody installed onnxruntime."""


def _import_onnxruntime(source: str) -> Any:
    """The onnxruntime module."""
    try:
        import onnxruntime
    except ModuleNotFoundError as error:
        if error.name == "onnxruntime":
            raise _MissingError from error
        raise ModelError(_broken(source, error)) from error
    except (Exception, SystemExit) as error:  # whatever a half-installed package does
        raise ModelError(_broken(source, error)) from error
    return onnxruntime


def _onnxruntime_run(
    graph: OnnxGraph, prepare: Callable, threads: int, blank: Sequence[np.ndarray]
) -> tuple[str, Run]:
    """Name and windows to answers; what runs is the graph that was read, not all of its file."""
    onnxruntime = _import_onnxruntime(graph.source)
    try:
        options = onnxruntime.SessionOptions()
        name = f"onnxruntime {onnxruntime.__version__}"
    except Exception as error:  # of what an uninstalled one left, any attribute may be missing
        raise ModelError(_broken(graph.source, error)) from error
    options.intra_op_num_threads = 1  # one call a thread is faster than threads in a call
    options.inter_op_num_threads = 1
    options.log_severity_level = 4  # what goes wrong comes back as an exception
    options.enable_cpu_mem_arena = False  # one a part of a network held a hundred MB, no faster

    def opened(
        content: bytes, inputs: Sequence[str], outputs: Sequence[str]
    ) -> Callable[..., list[np.ndarray]]:
        try:
            session = onnxruntime.InferenceSession(
                content, sess_options=options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # its errors have no common class of their own
            raise ModelError(_refusal(graph, name, error)) from error

        def run(*values: np.ndarray) -> list[np.ndarray]:
            try:
                return session.run(outputs, dict(zip(inputs, values)))
            except Exception as error:
                raise ModelError(_refusal(graph, name, error)) from error

        return run

    ports = graph.inputs, graph.outputs
    constants = {name: array for name, array in graph.constants.items() if array is not None}
    content = onnx_bytes(graph.nodes, constants, *ports, opset=graph.opset)
    return name, session_run(content, graph, prepare, opened, threads=threads, blank=blank)


def _numpy_is_faster(graph: OnnxGraph, blank: np.ndarray) -> bool:
    """Whether the NumPy engine leaves out rows of a network, and has a fast matrix product."""
    try:
        sparse = NumpyEngine(graph, threads=1).adds_up(blank)
    except ModelError:
        return False
    return sparse and product() is not by_loops


def _numpy_run(graph: OnnxGraph, prepare: Callable, threads: int) -> Run:
    """Windows to answers with the NumPy engine."""
    engine = NumpyEngine(graph, threads=threads)

    def tell(windows: np.ndarray) -> list[np.ndarray]:
        starts = range(0, len(windows), NUMPY_CHUNK)
        found = [engine.tell(prepare(windows[at : at + NUMPY_CHUNK])) for at in starts]
        return [np.concatenate(parts) for parts in zip(*found)]

    return ByDistinctMaps(tell, engine)


def _broken(source: str, error: BaseException) -> str:
    """One sentence on an onnxruntime that is there and does not work."""
    return (
        f"{source}: onnxruntime is installed but broken ({type(error).__name__}: "
        f"{_reason(error)}); remove it, or install it anew."
    )


def _refusal(graph: OnnxGraph, engine: str, error: Exception) -> str:
    """One sentence on a model that an engine cannot run."""
    return f"{graph.source} (opset {graph.opset}) cannot be run by {engine}: {_reason(error)}."


def _reason(error: BaseException) -> str:
    """What an error says, in one line without its full stop."""
    return " ".join(str(error).split())[:LONGEST_REASON].rstrip(".")
