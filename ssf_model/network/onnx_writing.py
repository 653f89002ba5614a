"""A small network as the bytes of an ONNX file: what `onnx_file` reads, written.

Source of the field numbers: onnx.proto of ONNX 1.16, see `onnx_file`; of the wire format:
https://protobuf.dev/programming-guides/encoding.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ssf_model.network.onnx_file import ELEMENT_TYPES, Node, Port

IR_VERSION = 8  # read by every onnxruntime that reads opset 17
TYPES = {dtype: number for number, dtype in ELEMENT_TYPES.items()}


def onnx_bytes(
    nodes: Sequence[Node],
    constants: Mapping[str, np.ndarray],
    inputs: Sequence[Port],
    outputs: Sequence[Port],
    *,
    opset: int,
) -> bytes:
    """Give the bytes of an ONNX file.

    Parameters
    ----------
    nodes : sequence of Node
        In an order in which they can be run.
    constants : mapping of str to array
        Weights, of the types in `ELEMENT_TYPES`.
    inputs, outputs : sequence of Port
        With types and shapes; a size None is left open, and the first one is that of the windows.
    opset : int
        That of the operators.
    """
    graph = [_field(1, _node(node)) for node in nodes]
    graph.append(_field(2, "network"))
    graph += [_field(5, _tensor(name, array)) for name, array in constants.items()]
    graph += [_field(11, _port(port)) for port in inputs]
    graph += [_field(12, _port(port)) for port in outputs]
    return _field(1, IR_VERSION) + _field(7, b"".join(graph)) + _field(8, _field(2, opset))


def _node(node: Node) -> bytes:
    """NodeProto."""
    parts = [_field(1, name) for name in node.inputs]
    parts += [_field(2, name) for name in node.outputs]
    parts.append(_field(4, node.op_type))
    for name, value in node.attributes.items():
        parts.append(_field(5, _field(1, name) + _attribute(value)))
    return b"".join(parts)


def _attribute(value: Any) -> bytes:
    """The value of an AttributeProto and its kind."""
    if isinstance(value, int):
        return _field(3, value) + _field(20, 2)
    if isinstance(value, float):
        return _varint(2 << 3 | 5) + struct.pack("<f", value) + _field(20, 1)
    if isinstance(value, str):
        return _field(4, value) + _field(20, 3)
    if isinstance(value, np.ndarray):
        return _field(5, _tensor("", value)) + _field(20, 4)
    if all(isinstance(entry, int) for entry in value):
        return b"".join(_field(8, entry) for entry in value) + _field(20, 7)
    if all(isinstance(entry, float) for entry in value):
        return _field(7, np.array(value, "<f4").tobytes()) + _field(20, 6)
    return b"".join(_field(9, entry) for entry in value) + _field(20, 8)


def _tensor(name: str, array: np.ndarray) -> bytes:
    """TensorProto."""
    sizes = b"".join(_field(1, size) for size in array.shape)
    kind = _field(2, TYPES[array.dtype])
    return sizes + kind + _field(8, name) + _field(9, np.ascontiguousarray(array).tobytes())


def _port(port: Port) -> bytes:
    """ValueInfoProto of a tensor."""
    tensor = _field(1, TYPES[np.dtype(port.dtype)])
    if port.shape is not None:
        open_sizes = [_field(2, "n"), *(b"" for _ in port.shape)]  # only the windows' has a name
        sizes = zip(port.shape, open_sizes)
        named = (_field(1, one if size is None else _field(1, size)) for size, one in sizes)
        tensor += _field(2, b"".join(named))
    return _field(1, port.name) + _field(2, _field(1, tensor))


def _field(number: int, value: int | str | bytes) -> bytes:
    """One field of a message: a number, or the bytes of anything else."""
    if isinstance(value, int):
        return _varint(number << 3) + _varint(value % 2**64)
    content = value.encode() if isinstance(value, str) else value
    return _varint(number << 3 | 2) + _varint(len(content)) + content


def _varint(value: int) -> bytes:
    """A number in base 128, the lowest digit first."""
    digits = []
    while value > 0x7F:
        digits.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*digits, value])
