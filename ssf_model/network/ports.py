"""What goes into a network and what comes out: its inputs and outputs, held against its card.

Every network reads maps and answers KE. One may be told, besides, how finely each map was drawn,
and one may answer with the ends of an interval as well; their inputs and outputs go by name.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence

import numpy as np

from ssf_model.errors import ModelError
from ssf_model.network.onnx_file import OnnxGraph, Port
from ssf_model.scale import ExperimentScale

MAX_WINDOW_PIXELS = 2**20  # 128 times the laboratory's window; guards memory
INPUTS = ("fault_map", "stretch_px")  # of a network with two
OUTPUTS = ("ke", "ke_low", "ke_high")  # of a network with three


def in_order(graph: OnnxGraph) -> OnnxGraph:
    """Give a network with its inputs and outputs in the order of `INPUTS` and `OUTPUTS`.

    Parameters
    ----------
    graph : OnnxGraph
        As in its file.

    Returns
    -------
    graph : OnnxGraph
        The same, with one input, the maps, or two; and with one output, KE, or three.

    Raises
    ------
    ModelError
        If it has other numbers of them, or several that go by other names.
    """
    return dataclasses.replace(
        graph,
        inputs=_sorted(graph.source, "input", graph.inputs, INPUTS),
        outputs=_sorted(graph.source, "output", graph.outputs, OUTPUTS),
    )


def _sorted(
    source: str, kind: str, ports: tuple[Port, ...], names: Sequence[str]
) -> tuple[Port, ...]:
    """One port of any name, or several by their names."""
    if len(ports) == 1:
        return ports
    by_name = {port.name: port for port in ports}
    if len(ports) != len(names) or set(by_name) != set(names):
        found = ", ".join(repr(port.name) for port in ports[:5])
        message = (
            f"{source} has {len(ports)} {kind}s ({found}); a model of this kind has one {kind}, "
            f"or {len(names)} by the names {', '.join(names)}."
        )
        raise ModelError(message)
    return tuple(by_name[name] for name in names)


def input_form(graph: OnnxGraph, scale: ExperimentScale) -> Callable[[np.ndarray], np.ndarray]:
    """How windows become a network's input, once its inputs and outputs are found to fit.

    Parameters
    ----------
    graph : OnnxGraph
        The network, from `in_order`.
    scale : ExperimentScale
        The window that its card, or the user, says it reads.

    Returns
    -------
    prepare : function
        From windows, a (n, rows, cols) uint8 array, to (n, 1, rows, cols) or
        (n, rows, cols, 1) of the input's type.

    Raises
    ------
    ModelError
        If a type or shape is none that a fault network has, or the window is not the scale's.
    """
    maps, *others = graph.inputs
    if maps.dtype not in (np.dtype(np.uint8), np.dtype(np.float32)):
        message = f"{graph.source} reads maps of type {maps.dtype}, not uint8 or float32."
        raise ModelError(message)
    for detail in others:
        if detail.dtype != np.dtype(np.float32) or detail.shape != (None,):
            message = (
                f"{graph.source} reads {_words(detail)} of type {detail.dtype}, not one float32 a "
                "window for a number of windows that is left open."
            )
            raise ModelError(message)
    for answer in graph.outputs:
        if answer.dtype != np.dtype(np.float32):
            message = f"{graph.source} answers with type {answer.dtype}, not float32."
            raise ModelError(message)
        shape = answer.shape
        if shape is not None and not (len(shape) == 1 or _fits(shape, (None, 1))):
            message = f"{graph.source} answers with {_words(answer)}, not one number a window."
            raise ModelError(message)
    if scale.window_rows * scale.window_cols > MAX_WINDOW_PIXELS:
        message = (
            f"{graph.source} reads windows of {scale.window_rows} x {scale.window_cols} pixels; "
            f"ssf goes up to {MAX_WINDOW_PIXELS} pixels."
        )
        raise ModelError(message)
    axis = _channel_axis(graph.source, maps, scale)
    dtype = maps.dtype
    return lambda windows: np.expand_dims(windows, axis).astype(dtype, copy=False)


def _channel_axis(source: str, maps: Port, scale: ExperimentScale) -> int:
    """Where the input has its channel: axis 1, or the last."""
    shape = maps.shape
    if shape is None or len(shape) != 4:
        message = f"{source} reads {_words(maps)}; maps have 4 axes, (n, 1, rows, cols)."
        raise ModelError(message)
    if shape[0] not in (None, 0):
        message = (
            f"{source} reads exactly {shape[0]} windows at a time; export it with a number of "
            "windows that is left open."
        )
        raise ModelError(message)
    rows, cols = scale.window_rows, scale.window_cols
    first = _fits(shape[1:], (1, rows, cols))
    last = _fits(shape[1:], (rows, cols, 1))
    if first and last and shape[1] != 1 and shape[3] != 1:
        message = f"{source} reads {_words(maps)}, which does not say which axis is the channel."
        raise ModelError(message)
    if first or last:
        return 1 if first and not (last and shape[1] != 1) else 3
    message = (
        f"{source} reads {_words(maps)}, which does not fit the windows of {rows} x {cols} pixels "
        "that its card, or the given scale, says."
    )
    raise ModelError(message)


def _fits(shape: tuple[int | None, ...], expected: tuple[int | None, ...]) -> bool:
    """Whether sizes agree, an open size agreeing with any."""
    return len(shape) == len(expected) and all(
        have is None or want is None or have == want for have, want in zip(shape, expected)
    )


def _words(port: Port) -> str:
    """An input's or output's shape for a message: (n, 1, 128, 64)."""
    if port.shape is None:
        return f"{port.name!r} of no stated shape"
    sizes = ", ".join("n" if size is None else str(size) for size in port.shape)
    return f"{port.name!r} ({sizes})"
