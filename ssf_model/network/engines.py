"""What runs a network: onnxruntime where it can be imported, else NumPy."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import ModuleType
from typing import Union

import numpy as np

from ssf_model.errors import ModelError
from ssf_model.network.numpy_engine import NumpyEngine
from ssf_model.network.onnx_file import OnnxGraph

ENGINES = ("auto", "onnxruntime", "numpy")
ONNXRUNTIME_CHUNK = 16  # windows a call: small enough that a call's maps stay in the cache
NUMPY_CHUNK = 1024  # windows a call, which the engine sorts by the rows that hold faults
MISSING_ONNXRUNTIME = (
    "onnxruntime is not installed. The NumPy engine gives the same results for the models that "
    "ssf exports; to use onnxruntime, install it into the Python that runs ssf: "
    "python3 -m pip install onnxruntime"
)

# Windows, and what else a network reads of each, to its answers: one array, or one an output.
Run = Callable[..., Union[np.ndarray, tuple[np.ndarray, ...]]]

_LOGGER = logging.getLogger("ssf_model")


def engine_for(
    graph: OnnxGraph,
    content: bytes,
    prepare: Callable[[np.ndarray], np.ndarray],
    *,
    engine: str,
    threads: int | None,
) -> tuple[str, Run]:
    """Make a network ready to run.

    Parameters
    ----------
    graph : OnnxGraph
        The network, from `ssf_model.network.ports.in_order`.
    content : bytes
        Its file.
    prepare : function
        Windows to its first input, from `ssf_model.network.ports.input_form`.
    engine : {"auto", "onnxruntime", "numpy"}
        "auto" is onnxruntime where it can be imported, else NumPy.
    threads : int or None
        Windows are shared among so many threads; None for as many as there are cores.

    Returns
    -------
    name : str
        "onnxruntime" with its version, or "numpy".
    run : function
        From (n, rows, cols) uint8 windows, and what else the network reads of each, to its
        output, or a tuple of its outputs, each with n rows.

    Raises
    ------
    ModelError
        If the engine is not there or cannot run the network.
    """
    threads = threads or usable_cores()
    onnxruntime = None if engine == "numpy" else _import_onnxruntime()
    if onnxruntime is not None:
        run = _onnxruntime_run(onnxruntime, content, graph, prepare, threads)
        return f"onnxruntime {onnxruntime.__version__}", run
    if engine == "onnxruntime":
        message = f"{graph.source}: {MISSING_ONNXRUNTIME}"
        raise ModelError(message)
    return "numpy", _numpy_run(graph, prepare, threads)


def usable_cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _import_onnxruntime() -> ModuleType | None:
    """The onnxruntime module, or None."""
    try:
        import onnxruntime
    except (ImportError, OSError):  # OSError: its libraries do not load
        _LOGGER.info(MISSING_ONNXRUNTIME)
        return None
    return onnxruntime


def _onnxruntime_run(
    onnxruntime: ModuleType, content: bytes, graph: OnnxGraph, prepare: Callable, threads: int
) -> Run:
    """Windows to answers with onnxruntime; one call a thread is faster than threads in a call."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 4  # what goes wrong comes back as an exception
    try:
        session = onnxruntime.InferenceSession(
            content, sess_options=options, providers=["CPUExecutionProvider"]
        )
    except Exception as error:  # its errors have no common class of their own
        raise ModelError(_refusal(graph, "onnxruntime", error)) from error
    outputs = [port.name for port in graph.outputs]

    def run_chunk(chunk: tuple[np.ndarray, ...]) -> list[np.ndarray]:
        windows, *others = chunk
        try:
            inputs = zip(graph.inputs, (prepare(windows), *others))
            return session.run(outputs, {port.name: values for port, values in inputs})
        except Exception as error:
            raise ModelError(_refusal(graph, "onnxruntime", error)) from error

    def run(*inputs: np.ndarray) -> np.ndarray | tuple[np.ndarray, ...]:
        chunks = _chunks(inputs, ONNXRUNTIME_CHUNK)
        if threads == 1 or len(chunks) == 1:
            return _joined([run_chunk(chunk) for chunk in chunks])
        with ThreadPoolExecutor(min(threads, len(chunks))) as pool:
            return _joined(list(pool.map(run_chunk, chunks)))

    return run


def _numpy_run(graph: OnnxGraph, prepare: Callable, threads: int) -> Run:
    """Windows to answers with the NumPy engine."""
    engine = NumpyEngine(graph, threads=threads)

    def run(*inputs: np.ndarray) -> np.ndarray | tuple[np.ndarray, ...]:
        chunks = _chunks(inputs, NUMPY_CHUNK)
        return _joined([engine.run_all(prepare(windows), *others) for windows, *others in chunks])

    return run


def _chunks(inputs: tuple[np.ndarray, ...], size: int) -> list[tuple[np.ndarray, ...]]:
    """The windows, and what is told of them, so many at a time."""
    starts = range(0, len(inputs[0]), size)
    return [tuple(values[first : first + size] for values in inputs) for first in starts]


def _joined(answers: list) -> np.ndarray | tuple[np.ndarray, ...]:
    """The chunks' answers one after the other, output by output."""
    outputs = tuple(np.concatenate(parts) for parts in zip(*answers))
    return outputs[0] if len(outputs) == 1 else outputs


def _refusal(graph: OnnxGraph, engine: str, error: Exception) -> str:
    """One line on a model that an engine cannot run."""
    reason = " ".join(str(error).split())[:300]
    return f"{graph.source} (opset {graph.opset}) cannot be run by {engine}: {reason}"
