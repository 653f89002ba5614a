"""A graph's nodes made ready for NumPy, and refused where they are none of ours."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ssf_model.network.allowed import OPSETS
from ssf_model.network.limits import require
from ssf_model.network.numpy_operators import OPERATORS, Operator
from ssf_model.network.numpy_vectors import VECTOR_OPERATORS
from ssf_model.network.onnx_file import Node, OnnxGraph

KNOWN = {**OPERATORS, **VECTOR_OPERATORS}
# All but the first input of these lists axes, places or sizes.
LISTING = ("Reshape", "ReduceSum", "Slice", "Split", "Squeeze", "Unsqueeze")


@dataclass(frozen=True)
class Step:
    """One operator of the graph with the names of its inputs and its output."""

    op_type: str
    operator: Operator
    inputs: tuple[str, ...]
    output: str


def steps_of(graph: OnnxGraph) -> tuple[list[Step], dict[str, Any]]:
    """Make a graph's nodes ready.

    Parameters
    ----------
    graph : OnnxGraph
        The network.

    Returns
    -------
    steps : list of Step
        In the graph's order, those that hang on an input.
    constants : dict of str to array
        All else by name, whether the file holds it or it is made of such.

    Raises
    ------
    ValueError, TypeError, IndexError, OverflowError
        If a node is none of ours, or does not hang together with the others.
    """
    oldest, newest = OPSETS
    known_opset = oldest <= graph.opset <= newest
    require(known_opset, f"its opset {graph.opset} is not within {oldest} to {newest}")
    steps: list[Step] = []
    constants: dict[str, Any] = dict(graph.constants)  # `_step` refuses None
    known = {*(port.name for port in graph.inputs), *constants}
    for node in (part for whole in graph.nodes for part in _single_outputs(whole)):
        require(not known & set(node.outputs), f"two values are called {node.outputs}")
        if node.op_type == "Constant" and isinstance(node.attributes.get("value"), np.ndarray):
            constants[node.outputs[0]] = node.attributes["value"]
        else:
            step = _step(node, known, constants)
            if set(step.inputs) <= set(constants):
                made_of = (constants[name] for name in step.inputs)
                constants[step.output] = step.operator.compute(*made_of)
            else:
                steps.append(step)
        known.add(node.outputs[0])
    made = {step.output for step in steps}
    for port in graph.outputs:
        require(port.name in made, f"no operator makes its output '{port.name}'")
    return steps, constants


def _single_outputs(node: Node) -> list[Node]:
    """A node, or as many as it has outputs where it splits a value."""
    if node.op_type != "Split":
        return [node]
    parts = len(node.outputs)
    return [
        dataclasses.replace(
            node, outputs=(name,), attributes={**node.attributes, "part": part, "parts": parts}
        )
        for part, name in enumerate(node.outputs)
    ]


def _step(node: Node, known: set[str], constants: Mapping[str, np.ndarray | None]) -> Step:
    """A node made ready, refused where it is none of ours."""
    build = KNOWN.get(node.op_type)
    if build is None or node.domain not in ("", "ai.onnx"):
        message = f"it does not know the operator '{node.op_type}'"
        raise ValueError(message)
    names = node.inputs
    while names and not names[-1]:  # optional inputs that are left out
        names = names[:-1]
    placed = len(node.outputs) == 1 and len(names) > 0 and set(names) <= known
    require(placed, f"'{node.op_type}' has inputs or outputs that it cannot place")
    for place, name in enumerate(names):
        wanted = np.int64 if node.op_type in LISTING and place > 0 else np.float32
        dtype = getattr(constants.get(name), "dtype", None)
        fits = name not in constants or dtype == wanted
        require(fits, f"'{name}' of '{node.op_type}' is {dtype}, not {wanted.__name__}")
    try:
        operator = build([constants.get(name) for name in names], **node.attributes)
    except (ValueError, TypeError, IndexError, OverflowError) as error:
        message = f"'{node.op_type}' with {error}"
        raise ValueError(message) from error
    return Step(node.op_type, operator, names, node.outputs[0])
