"""Which networks ssf runs at all, decided from their graph before any engine sees it.

A model file comes from anywhere. Of its graph only operators listed here are run: they have no
graphs inside, draw nothing by chance, read no files, and work on each window by itself. What they
ask for in memory and work is told from shapes and is bounded.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from ssf_model.errors import ModelError
from ssf_model.network.limits import require
from ssf_model.network.onnx_file import ELEMENT_TYPES, Node, OnnxGraph
from ssf_model.network.window_shapes import (
    Call,
    Rule,
    Value,
    along_axis,
    broadcast,
    concat,
    flatten,
    inactive_dropout,
    layer_normalized,
    normalized,
    padded,
    reduced,
    reshape,
    same,
    slice_,
    split,
    squeeze,
    transpose,
    unsqueeze,
)
from ssf_model.network.window_work import (
    conv,
    conv_products,
    gemm,
    gemm_products,
    global_pool,
    matmul,
    matmul_products,
    pool,
    pool_products,
)

OPSETS = (9, 28)  # where the operators mean what stands here
MAX_NODES = 1_000  # a ResNet-152 has some 500
# Of one window, all values together, and products. Source for comparison: VGG-16 (Simonyan &
# Zisserman 2015), large as networks of pictures go, has 1.5e7 values and 1.5e10 products.
MAX_NUMBERS = 2**25
MAX_PRODUCTS = 2 * 10**10


class Allowed(NamedTuple):
    """An operator: how many inputs it has, the shape of its answer, and its products.

    Products beyond one for each number that it reads.
    """

    inputs: tuple[int, int]
    shape: Rule
    products: Callable[[Call, Value], int] = lambda call, out: 0


# One number for one, whatever stands around it; see `same`.
ONE_FOR_ONE = (
    "Abs", "Cast", "Ceil", "Celu", "Elu", "Erf", "Exp", "Floor", "Gelu", "HardSigmoid",
    "HardSwish", "Identity", "LeakyRelu", "Log", "Mish", "Neg", "Reciprocal", "Relu", "Selu",
    "Sigmoid", "Sign", "Softplus", "Softsign", "Sqrt", "Tanh", "ThresholdedRelu",
)  # fmt: skip
REDUCING = (
    "ReduceL1", "ReduceL2", "ReduceLogSumExp", "ReduceMax", "ReduceMean", "ReduceMin",
    "ReduceProd", "ReduceSum", "ReduceSumSquare",
)  # fmt: skip
ANY = (1, 100)
ALLOWED: dict[str, Allowed] = {
    **dict.fromkeys(ONE_FOR_ONE, Allowed((1, 1), same)),
    **dict.fromkeys(("Add", "Div", "Mul", "PRelu", "Pow", "Sub"), Allowed((2, 2), broadcast)),
    **dict.fromkeys(("Max", "Mean", "Min", "Sum"), Allowed(ANY, broadcast)),
    **dict.fromkeys(REDUCING, Allowed((1, 2), reduced)),
    **dict.fromkeys(("AveragePool", "MaxPool"), Allowed((1, 1), pool, pool_products)),
    **dict.fromkeys(("GlobalAveragePool", "GlobalMaxPool"), Allowed((1, 1), global_pool)),
    **dict.fromkeys(("LogSoftmax", "Softmax"), Allowed((1, 1), along_axis)),
    "BatchNormalization": Allowed((5, 5), normalized),
    "Clip": Allowed((1, 3), same),
    "Concat": Allowed(ANY, concat),
    "Conv": Allowed((2, 3), conv, conv_products),
    "Dropout": Allowed((1, 3), inactive_dropout),
    "Flatten": Allowed((1, 1), flatten),
    "Gemm": Allowed((2, 3), gemm, gemm_products),
    "InstanceNormalization": Allowed((3, 3), same),
    "LayerNormalization": Allowed((2, 3), layer_normalized),
    "MatMul": Allowed((2, 2), matmul, matmul_products),
    "Pad": Allowed((1, 3), padded),
    "Reshape": Allowed((2, 2), reshape),
    "Slice": Allowed((1, 5), slice_),
    "Split": Allowed((1, 2), split),
    "Squeeze": Allowed((1, 2), squeeze),
    "Transpose": Allowed((1, 1), transpose),
    "Unsqueeze": Allowed((1, 2), unsqueeze),
}


def require_allowed(graph: OnnxGraph, *, window: tuple[int, ...]) -> None:
    """Refuse a network that is not to be run.

    Parameters
    ----------
    graph : OnnxGraph
        The network; its first input is the maps, a second one holds a number a window.
    window : tuple of int
        Shape of a window as its first input has it: (1, rows, cols) or (rows, cols, 1).

    Raises
    ------
    ModelError
        If it has an operator that is not in `ALLOWED` or a form of one that mixes windows or is
        left to chance, its nodes do not follow from each other, a weight is no finite number, or
        it asks for more than `MAX_NUMBERS` or `MAX_PRODUCTS` a window.
    """
    try:
        _walk(graph, window)
    except (ValueError, TypeError, IndexError, OverflowError) as error:
        reason = " ".join(str(error).split())[:300]  # it may repeat names from the file
        message = f"{graph.source} is no network that ssf runs: {reason}."
        raise ModelError(message) from error


def _walk(graph: OnnxGraph, window: tuple[int, ...]) -> None:
    """From the inputs to the outputs, node by node."""
    oldest, newest = OPSETS
    known_opset = oldest <= graph.opset <= newest
    require(known_opset, f"its opset {graph.opset} is not within {oldest} to {newest}")
    require(len(graph.nodes) <= MAX_NODES, f"it has {len(graph.nodes)} nodes, over {MAX_NODES}")
    values = {name: _weight(name, array) for name, array in graph.constants.items()}
    shapes = [window, *(() for _ in graph.inputs[1:])]
    values.update((port.name, Value(shape)) for port, shape in zip(graph.inputs, shapes))
    numbers = products = 0
    for node in graph.nodes:
        require(not set(values) & set(node.outputs), f"two values are called {node.outputs[:3]}")
        if node.op_type == "Constant" and node.domain in ("", "ai.onnx"):
            values[_only(node.outputs)] = _weight(node.outputs[0], _constant(node))
            continue
        made, taken = _shapes_of(node, values, graph.opset)
        values.update(zip(node.outputs, made))
        numbers += sum(value.size for value in made)
        products += taken
        require(numbers <= MAX_NUMBERS, f"it holds over {MAX_NUMBERS} numbers a window")
        require(products <= MAX_PRODUCTS, f"it takes over {MAX_PRODUCTS} products a window")
    for port in graph.outputs:
        made_of_window = port.name in values and values[port.name].by_window
        require(made_of_window, f"nothing makes its output '{port.name}' of a window")


def _shapes_of(node: Node, values: dict[str, Value], opset: int) -> tuple[list[Value], int]:
    """What a node answers with, and its products."""
    allowed = ALLOWED.get(node.op_type) if node.domain in ("", "ai.onnx") else None
    if allowed is None:
        name = f"{node.domain}.{node.op_type}" if node.domain else node.op_type
        message = f"the operator '{name}' is not among those that it runs"
        raise ValueError(message)
    odd = [name for name, value in node.attributes.items() if value is None]
    require(not odd, f"'{node.op_type}' has '{', '.join(odd)}', a graph or of an unknown kind")
    absent = [name for name in node.inputs if name and name not in values]
    require(not absent, f"'{node.op_type}' reads '{', '.join(absent)}', which nothing before makes")
    require(len(node.outputs) > 0 and all(node.outputs), f"'{node.op_type}' makes nothing")
    require(
        len(set(node.outputs)) == len(node.outputs), f"two values are called {node.outputs[:3]}"
    )
    least, most = allowed.inputs
    require(least <= len(node.inputs) <= most, f"'{node.op_type}' has {len(node.inputs)} inputs")
    inputs = tuple(values.get(name) for name in node.inputs)
    call = Call(inputs, node.attributes, len(node.outputs), opset)
    try:
        if node.op_type == "Cast":
            require(node.attributes.get("to") in ELEMENT_TYPES, "an unknown type")
        made = list(allowed.shape(call))
        require(len(made) == len(node.outputs), "more outputs than it has")
        taken = sum(value.size for value in inputs if value is not None)
        return made, taken + allowed.products(call, made[0])
    except (ValueError, TypeError, IndexError, OverflowError) as error:
        message = f"'{node.op_type}' with {error}"
        raise ValueError(message) from error


def _constant(node: Node) -> np.ndarray | None:
    """The array of a Constant, in whichever way it is given."""
    given = list(node.attributes.values())
    require(len(given) == 1 and not node.inputs, "a constant of several values")
    return None if given[0] is None or isinstance(given[0], str) else np.asarray(given[0])


def _weight(name: str, array: np.ndarray | None) -> Value:
    """A constant; refused where it is of a type that is not read, or no finite number."""
    if array is None:
        message = f"the weights '{name}' are of a type that it does not read"
        raise ValueError(message)
    finite = array.dtype.kind != "f" or bool(np.isfinite(array).all())
    require(finite, f"the weights '{name}' are not all finite numbers")
    return Value(array.shape, by_window=False, constant=array)


def _only(outputs: tuple[str, ...]) -> str:
    """The one output of a constant."""
    require(len(outputs) == 1 and outputs[0] != "", "a constant without a name")
    return outputs[0]
