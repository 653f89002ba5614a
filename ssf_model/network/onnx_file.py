"""An ONNX file as plain Python and NumPy values: card, inputs, outputs, weights and nodes.

Many QGIS builds carry neither onnx nor onnxruntime, so the few protobuf fields that a
network's file uses are read here. Source of the field numbers: onnx.proto of ONNX 1.16
(https://github.com/onnx/onnx/blob/main/onnx/onnx.proto).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ssf_model.errors import ModelError
from ssf_model.network.limits import require
from ssf_model.network.protobuf import (
    Value,
    bytes_in,
    fields,
    float_in,
    int_in,
    numbers_in,
    text_in,
)

MAX_FILE_BYTES = 64 * 2**20  # 400 times our network; a larger file is no fault network
MAX_ENTRIES = 20_000  # nodes, weights, inputs and outputs together
MAX_DIMS = 8

# TensorProto.DataType -> little-endian NumPy type
ELEMENT_TYPES: dict[int, np.dtype] = {
    1: np.dtype("<f4"),
    2: np.dtype("u1"),
    3: np.dtype("i1"),
    4: np.dtype("<u2"),
    5: np.dtype("<i2"),
    6: np.dtype("<i4"),
    7: np.dtype("<i8"),
    9: np.dtype("?"),
    10: np.dtype("<f2"),
    11: np.dtype("<f8"),
    12: np.dtype("<u4"),
    13: np.dtype("<u8"),
}
HDF5_START = b"\x89HDF"  # Keras weights, the likeliest file to be taken for an ONNX model


@dataclass(frozen=True)
class Port:
    """An input or output of the graph; `None` stands for a size that the file leaves open.

    `dtype` is None for types other than `ELEMENT_TYPES`, `shape` where none is given.
    """

    name: str
    dtype: np.dtype | None
    shape: tuple[int | None, ...] | None


@dataclass(frozen=True)
class Node:
    """One operator; `attributes` holds int, float, str, lists of them, and arrays.

    An attribute of another kind (such as a subgraph) is there with the value None.
    """

    op_type: str
    domain: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: dict[str, Any]


@dataclass(frozen=True)
class OnnxGraph:
    """What an ONNX file holds; `constants` has None for a type not in `ELEMENT_TYPES`."""

    source: str
    opset: int
    metadata: dict[str, str]
    inputs: tuple[Port, ...]
    outputs: tuple[Port, ...]
    constants: dict[str, np.ndarray | None]
    nodes: tuple[Node, ...]


def read_onnx_bytes(path: Path) -> bytes:
    """The bytes of a model's file.

    Raises
    ------
    ModelError
        If there is no such file, it cannot be read, or it is far too large for a network.
    """
    try:
        if not path.is_file():
            message = f"{path}: there is no such model file."
            raise ModelError(message)
        if path.stat().st_size > MAX_FILE_BYTES:
            message = f"{path.name} is over {MAX_FILE_BYTES // 2**20} MB: too large for a network."
            raise ModelError(message)
        return path.read_bytes()
    except (OSError, ValueError) as error:  # ValueError: a path with a zero byte
        message = f"{path}: this model file cannot be read ({error})."
        raise ModelError(message) from error


def parse_onnx(content: bytes, *, source: str) -> OnnxGraph:
    """Parse an ONNX ModelProto.

    Parameters
    ----------
    content : bytes
        The whole file.
    source : str
        Name of the file, for messages.

    Returns
    -------
    graph : OnnxGraph
        Arrays are read-only views of `content` where its layout allows.

    Raises
    ------
    ModelError
        If the bytes are no ONNX model, or a damaged one. Work and memory stay within a
        small multiple of the length of `content`, whatever it says.
    """
    if content.startswith(HDF5_START):
        message = (
            f"{source} is not an ONNX model but an HDF5 file. Published Keras weights become "
            "an ONNX model by: python -m training import-keras"
        )
        raise ModelError(message)
    try:
        graph = _model(memoryview(content), source)
    except ValueError as error:
        message = f"{source} is not an ONNX model, or not a whole one ({error})."
        raise ModelError(message) from error
    if graph is None:
        message = f"{source} is not an ONNX model: it holds no graph."
        raise ModelError(message)
    return graph


def _model(view: memoryview, source: str) -> OnnxGraph | None:
    """ModelProto: opset, metadata and graph; None where it holds no graph."""
    opset, metadata, body = 0, {}, None
    for number, value in fields(view):
        if number == 7:
            body = bytes_in(value)
        elif number == 8:
            domain, version = _pair(value)
            if text_in(domain) in ("", "ai.onnx"):
                opset = int_in(version)
        elif number == 14:
            key, entry = _pair(value)
            require(text_in(key) not in metadata, f"two entries are called {text_in(key)!r}")
            metadata[text_in(key)] = text_in(entry)
    if body is None:
        return None
    inputs, outputs, nodes, constants = [], [], [], {}
    for entry_number, (number, value) in enumerate(fields(body)):
        require(entry_number <= MAX_ENTRIES, f"it has over {MAX_ENTRIES} nodes and weights")
        if number == 1:
            nodes.append(_node(bytes_in(value)))
        elif number == 5:
            name, array = _tensor(bytes_in(value))
            require(name not in constants, f"two weights are called {name!r}")
            constants[name] = array
        elif number == 11:
            inputs.append(_port(bytes_in(value)))
        elif number == 12:
            outputs.append(_port(bytes_in(value)))
    # files older than IR version 4 list their weights among the inputs
    inputs = [port for port in inputs if port.name not in constants]
    return OnnxGraph(
        source, opset, metadata, tuple(inputs), tuple(outputs), constants, tuple(nodes)
    )


def _pair(value: Value) -> tuple[Value | None, Value | None]:
    """Fields 1 and 2 of a small message, None where absent."""
    found: dict[int, Value] = dict(fields(bytes_in(value)))
    return found.get(1), found.get(2)


def _node(view: memoryview) -> Node:
    """NodeProto."""
    inputs, outputs, op_type, domain, attributes = [], [], "", "", {}
    for number, value in fields(view):
        if number == 1:
            inputs.append(text_in(value))
        elif number == 2:
            outputs.append(text_in(value))
        elif number == 4:
            op_type = text_in(value)
        elif number == 5:
            name, attribute = _attribute(bytes_in(value))
            attributes[name] = attribute
        elif number == 7:
            domain = text_in(value)
    return Node(op_type, domain, tuple(inputs), tuple(outputs), attributes)


def _attribute(view: memoryview) -> tuple[str, Any]:
    """AttributeProto: its name and value."""
    name, kind, single, floats, ints, strings = "", 0, {}, [], [], []
    for number, value in fields(view):
        if number == 1:
            name = text_in(value)
        elif number == 20:
            kind = int_in(value)
        elif number == 7:
            floats += numbers_in(value, np.dtype("<f4"))
        elif number == 8:
            ints += numbers_in(value, None)
        elif number == 9:
            strings.append(text_in(value))
        else:
            single[number] = value
    if kind == 1:
        return name, float_in(single.get(2))
    if kind == 2:
        return name, int_in(single.get(3))
    if kind == 3:
        return name, text_in(single.get(4))
    if kind == 4:
        return name, _tensor(bytes_in(single.get(5)))[1]
    return name, {6: floats, 7: ints, 8: strings}.get(kind)


def _port(view: memoryview) -> Port:
    """ValueInfoProto of a tensor."""
    name, dtype = "", None
    shape: tuple[Any, ...] | None = None
    for number, value in fields(view):
        if number == 1:
            name = text_in(value)
        elif number == 2:
            tensor_type = dict(fields(bytes_in(value))).get(1)
            element, dims = (None, None) if tensor_type is None else _pair(tensor_type)
            dtype = ELEMENT_TYPES.get(int_in(element))
            if dims is not None:
                shape = tuple(
                    dict(fields(bytes_in(dim))).get(1)  # dim_value; a named size has none
                    for field, dim in fields(bytes_in(dims))
                    if field == 1
                )
    if shape is not None and not all(dim is None or isinstance(dim, int) for dim in shape):
        message = f"the shape of {name!r} is no list of sizes"
        raise ValueError(message)
    return Port(name, dtype, shape)


def _tensor(view: memoryview) -> tuple[str, np.ndarray | None]:
    """TensorProto: its name and array, None for an element type we do not read."""
    name, kind, shape, raw = "", 0, [], None
    typed: dict[int, list] = {4: [], 5: [], 7: [], 10: [], 11: []}
    packed: dict[int, np.dtype] = {4: np.dtype("<f4"), 10: np.dtype("<f8")}
    for number, value in fields(view):
        if number == 1:
            shape += numbers_in(value, None)
        elif number == 2:
            kind = int_in(value)
        elif number == 8:
            name = text_in(value)
        elif number == 9:
            raw = bytes_in(value)
        elif number == 14 and value == 1:
            message = f"the weights {name!r} lie in another file"
            raise ValueError(message)
        elif number in typed:
            typed[number] += numbers_in(value, packed.get(number))
    dtype = ELEMENT_TYPES.get(kind)
    if dtype is None:
        return name, None
    if len(shape) > MAX_DIMS or not all(0 <= dim < 2**31 for dim in shape):
        message = f"the weights {name!r} have the shape {shape[: MAX_DIMS + 1]}"
        raise ValueError(message)
    if raw is None:
        field = {1: 4, 7: 7, 11: 10, 12: 11, 13: 11}.get(kind, 5)
        flat = _typed(typed[field], dtype)
    elif len(raw) % dtype.itemsize:
        message = f"the weights {name!r} are cut short"
        raise ValueError(message)
    else:
        flat = np.frombuffer(raw, dtype)
    return name, flat.reshape(shape)


def _typed(values: list, dtype: np.dtype) -> np.ndarray:
    """A list of numbers as an array; half floats stand as their 16 bits."""
    if dtype == np.dtype("<f2"):
        return np.array(values, dtype="<i8").astype("<u2").view(dtype)
    return np.array(values, dtype="<f8" if dtype.kind == "f" else "<i8").astype(dtype)
