"""The ONNX operators on few numbers a window, written with NumPy.

What a network is told besides its map, and what it makes of that and of the few numbers that
its convolutions leave, goes through these. They are as in opset 13 and later, with the windows
along axis 0, which none of them may touch. Source: https://onnx.ai/onnx/operators.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ssf_model.network.limits import require, require_room
from ssf_model.network.numpy_operators import Constants, Operator, elementwise


def clip(constants: Constants) -> Operator:
    """Values cut off at two constants."""
    require(len(constants) == 3 and _are_numbers(constants[1:]), "bounds that are no two constants")
    return Operator(lambda values, low, high: np.minimum(np.maximum(values, low), high))


def exp(constants: Constants) -> Operator:
    """The exponential function."""
    return Operator(np.exp)


def log(constants: Constants) -> Operator:
    """Natural logarithm."""
    return Operator(np.log)


def softplus(constants: Constants) -> Operator:
    """``log(exp(x) + 1)``, without overflow."""
    return Operator(lambda values: np.logaddexp(values, np.float32(0)))


def sub(constants: Constants) -> Operator:
    """Difference, sizes of 1 repeated."""
    return Operator(elementwise(np.subtract))


def div(constants: Constants) -> Operator:
    """Quotient, sizes of 1 repeated."""
    return Operator(elementwise(np.divide))


def matmul(constants: Constants) -> Operator:
    """Product with a constant matrix, or of two stacks of matrices, one a window."""
    matrix = constants[1]
    require(matrix is None or matrix.ndim == 2, "a constant that is no matrix")

    def compute(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        stacks = a.ndim == b.ndim >= 3
        require(matrix is not None or stacks, "a matrix that is neither constant nor stacked")
        require_room(a.size // max(a.shape[-1], 1) * (b[0].size if stacks else b.size))
        return np.matmul(a, b)

    return Operator(compute)


def reduce_sum(
    constants: Constants, *, keepdims: Any = 1, noop_with_empty_axes: Any = 0
) -> Operator:
    """Sum along constant axes."""
    axes = _list(constants, 1)
    require(len(axes) > 0 and keepdims in (0, 1), "no axes, or keepdims")

    def compute(values: np.ndarray, _: np.ndarray) -> np.ndarray:
        along = tuple(_place(axis, values.ndim) for axis in axes)
        return values.sum(axis=along, keepdims=bool(keepdims))

    return Operator(compute)


def slice_(constants: Constants) -> Operator:
    """Part of some axes, from a place to another in steps, which may go backward."""
    starts, ends, axes = (_list(constants, place) for place in (1, 2, 3))
    steps = _list(constants, 4) if len(constants) > 4 else [1] * len(starts)
    require(len(starts) == len(ends) == len(axes) == len(steps) and 0 not in steps, "lists")

    def compute(values: np.ndarray, *_: np.ndarray) -> np.ndarray:
        parts = [slice(None)] * values.ndim
        for start, end, axis, step in zip(starts, ends, axes, steps):
            parts[_place(axis, values.ndim)] = slice(start, end, step)
        return values[tuple(parts)]

    return Operator(compute)


def split(
    constants: Constants, *, part: int, parts: int, axis: Any = 0, num_outputs: Any = None
) -> Operator:
    """One of the parts of an axis: of given sizes, or all alike."""
    require(isinstance(axis, int) and num_outputs in (None, parts), "axis or num_outputs")
    given = _list(constants, 1) if len(constants) > 1 else None
    require(given is None or (len(given) == parts and min(given) >= 0), "sizes of other parts")

    def compute(values: np.ndarray, *_: np.ndarray) -> np.ndarray:
        along = _place(axis, values.ndim)
        size = values.shape[along]
        sizes = [size // parts] * parts if given is None else given
        require(sum(sizes) == size, f"parts of {sizes} in {size}")
        places = [slice(None)] * values.ndim
        places[along] = slice(sum(sizes[:part]), sum(sizes[: part + 1]))
        return values[tuple(places)]

    return Operator(compute)


def squeeze(constants: Constants) -> Operator:
    """Without some axes of size 1."""
    axes = _list(constants, 1)

    def compute(values: np.ndarray, _: np.ndarray) -> np.ndarray:
        return values.squeeze(tuple(_place(axis, values.ndim) for axis in axes))

    return Operator(compute)


def unsqueeze(constants: Constants) -> Operator:
    """With more axes of size 1, at these places of the result."""
    axes = _list(constants, 1)
    require(len(axes) <= 8, f"{len(axes)} more axes")

    def compute(values: np.ndarray, _: np.ndarray) -> np.ndarray:
        ndim = values.ndim + len(axes)
        return np.expand_dims(values, tuple(_place(axis, ndim) for axis in axes))

    return Operator(compute)


def concat(constants: Constants, *, axis: Any) -> Operator:
    """Values side by side along an axis."""
    require(isinstance(axis, int), "axis")

    def compute(*values: np.ndarray) -> np.ndarray:
        require_room(sum(value.size for value in values))
        return np.concatenate(values, axis=_place(axis, values[0].ndim))

    return Operator(compute)


def _place(axis: int, ndim: int) -> int:
    """An axis counted from the first; the windows' own is refused."""
    require(-ndim <= axis < ndim and axis % ndim != 0, f"axis {axis} of {ndim}")
    return axis % ndim


def _list(constants: Constants, place: int) -> list[int]:
    """A constant input that lists whole numbers."""
    value = constants[place] if place < len(constants) else None
    if value is None or value.dtype != np.int64 or value.ndim != 1:
        message = f"input {place} that is no constant list of whole numbers"
        raise ValueError(message)
    return value.tolist()


def _are_numbers(constants: Constants) -> bool:
    """Whether each is one constant number."""
    return all(constant is not None and constant.size == 1 for constant in constants)


VECTOR_OPERATORS: dict[str, Callable[..., Operator]] = {
    "Clip": clip,
    "Concat": concat,
    "Div": div,
    "Exp": exp,
    "Log": log,
    "MatMul": matmul,
    "ReduceSum": reduce_sum,
    "Slice": slice_,
    "Softplus": softplus,
    "Split": split,
    "Squeeze": squeeze,
    "Sub": sub,
    "Unsqueeze": unsqueeze,
}
