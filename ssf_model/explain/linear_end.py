"""The linear end of a network: where it begins, and what of it hangs on the map alone."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

import numpy as np

from ssf_model.network.onnx_file import Node, OnnxGraph, Port

# Operators that leave a linear map one, in what goes into them first ...
SHAPE_ONLY = frozenset({"Flatten", "Identity", "Reshape", "Squeeze", "Transpose", "Unsqueeze"})
LINEAR = SHAPE_ONLY | {"BatchNormalization", "Gemm", "ReduceSum", "Slice", "Split"}
PRODUCTS = frozenset({"MatMul", "Mul"})  # ... in one of two, ...
SUMS = frozenset({"Add", "Concat", "Sub"})  # ... or in all.


def split_at_linear_end(
    graph: OnnxGraph,
) -> tuple[OnnxGraph, OnnxGraph, OnnxGraph | None]:
    """Cut a graph at its linear end.

    Parameters
    ----------
    graph : OnnxGraph
        A network, its first input the maps.

    Returns
    -------
    body : OnnxGraph
        From windows to the features that convolutions leave.
    sums : OnnxGraph
        From features to sums of them: to the one that is KE before its last ReLU, or to the few
        that are weighed by what else the network is told.
    end : OnnxGraph or None
        From the sums, and what else it is told, to KE before its last ReLU; None where the one
        sum is that.

    Raises
    ------
    ValueError
        If KE is no linear map of one set of features, for whatever else the network is told.
    """
    makers = {output: node for node in graph.nodes for output in node.outputs}
    of_map, of_others = (
        _hanging_on(graph, ports) for ports in (graph.inputs[:1], graph.inputs[1:])
    )
    answer = _before_relu(graph, makers)
    linear, features = _linear_end(answer, makers, of_map)
    weighed = [node for node in linear if of_others & set(node.outputs)]
    sums = {name for node in weighed for name in node.inputs if name in of_map - of_others}
    sums = sums if answer in of_others else {answer}
    if len(features) != 1 or features & of_others or len(sums) != 1:
        where = ", ".join(sorted(features)[:3])
        message = f"it ends otherwise, from {where} on"
        raise ValueError(message)
    (feature,), (summed,) = features, sums
    between = _part(graph, makers, (_port(feature),), summed)
    kinds = {node.op_type for node in between.nodes}
    if not kinds & {"Flatten", "Reshape"} or not kinds & {"Gemm", "MatMul"}:
        message = f"it ends otherwise, from {feature} on"
        raise ValueError(message)
    body = _part(graph, makers, graph.inputs[:1], feature)
    if answer not in of_others:
        return body, between, None
    return body, between, _part(graph, makers, (_port(summed), *graph.inputs[1:]), answer)


def _hanging_on(graph: OnnxGraph, ports: Sequence[Port]) -> set[str]:
    """Values that hang on one of some inputs, these with them."""
    found = {port.name for port in ports}
    for node in graph.nodes:
        if found & set(node.inputs):
            found |= set(node.outputs)
    return found


def _before_relu(graph: OnnxGraph, makers: Mapping[str, Node]) -> str:
    """The raw answer: what the last ReLU reads, where there is one."""
    answer = value = graph.outputs[0].name
    while value in makers:
        node = makers[value]
        value = node.inputs[0]
        if node.op_type == "Relu":
            return value
        if node.op_type not in SHAPE_ONLY:
            break
    return answer


def _linear_end(
    answer: str, makers: Mapping[str, Node], of_map: set[str]
) -> tuple[list[Node], set[str]]:
    """Nodes through which the answer is linear in what hangs on the map, and values before them."""
    linear: list[Node] = []
    features: set[str] = set()
    seen, asked = {answer}, [answer]
    while asked:
        value = asked.pop()
        node = makers.get(value)
        moving = [] if node is None else [name for name in node.inputs if name in of_map]
        if node is None or not _is_linear(node, moving):
            features.add(value)
            continue
        linear.append(node)
        asked += set(moving) - seen
        seen |= set(moving)
    return linear, features


def _is_linear(node: Node, moving: list[str]) -> bool:
    """Whether a node is linear in those of its inputs that move."""
    if node.op_type in SUMS:
        return True
    if node.op_type in PRODUCTS:
        return len(moving) == 1
    return node.op_type in LINEAR and moving == [node.inputs[0]]


def _part(
    graph: OnnxGraph, makers: Mapping[str, Node], inputs: Sequence[Port], output: str
) -> OnnxGraph:
    """The part of a graph between some values and another."""
    needed: set[str] = set()
    asked = [output]
    while asked:
        value = asked.pop()
        if value in makers and value not in needed | {port.name for port in inputs}:
            needed.add(value)
            asked += makers[value].inputs
    nodes = tuple(node for node in graph.nodes if needed & set(node.outputs))
    return dataclasses.replace(graph, nodes=nodes, inputs=tuple(inputs), outputs=(_port(output),))


def _port(name: str) -> Port:
    """A value between two parts."""
    return Port(name, np.dtype(np.float32), None)
