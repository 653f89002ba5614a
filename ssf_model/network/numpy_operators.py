"""The ONNX operators that a fault network needs, written with NumPy.

Each function below takes an operator's constant inputs and attributes and returns what
computes it. Source of their meaning: https://onnx.ai/onnx/operators. Maps are (n, channels,
rows, cols) as in ONNX, but lie in memory as (n, rows, cols, channels).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np

from ssf_model.network.limits import require, require_room
from ssf_model.network.numpy_convolution import Convolution
from ssf_model.network.numpy_products import each_by_itself

FLOAT = 1  # TensorProto.FLOAT
MAX_KERNEL = 64  # rows or columns that a kernel spans

Constants = Sequence[Optional[np.ndarray]]


@dataclass(frozen=True)
class Reach:
    """Which input rows an output row reads: ``row * stride - pad_top`` and `extent` after it.

    The same for columns, where `pad_top` is the pad to the left.
    """

    extent: int = 0
    stride: int = 1
    pad_top: int = 0


@dataclass(frozen=True)
class Operator:
    """An operator ready to run; `reach` is None where rows do not stay apart.

    `col_reach` says of columns what `reach` says of rows. `linear` holds the matrix, (values,
    answers), and what is added, of an operator that weighs all values of a window.
    """

    compute: Callable[..., np.ndarray]
    reach: Reach | None = None
    col_reach: Reach = Reach()
    linear: tuple[np.ndarray, np.ndarray] | None = None


def conv(
    constants: Constants,
    *,
    kernel_shape: Any = None,
    dilations: Any = (1, 1),
    strides: Any = (1, 1),
    pads: Any = (0, 0, 0, 0),
    auto_pad: Any = "NOTSET",
    group: Any = 1,
) -> Operator:
    """Convolution with stride 1 and constant weights."""
    weights = _constant(constants, 1, 4)
    bias = None if _given(constants, 2) is None else _constant(constants, 2, 1)
    out_channels, _, kernel_rows, kernel_cols = weights.shape
    require(kernel_shape is None or _ints(kernel_shape) == weights.shape[2:], "kernel_shape")
    require(_ints(strides) == (1, 1), f"strides {strides}: only 1 is known")
    require(group == 1, f"group {group}: only 1 is known")
    row_step, col_step = _ints(dilations, 2, low=1)
    extent, span = (kernel_rows - 1) * row_step, (kernel_cols - 1) * col_step
    require(min(weights.shape) > 0 and max(extent, span) < MAX_KERNEL, "kernel of this size")
    require(bias is None or bias.shape == (out_channels,), "bias of another size")
    if auto_pad in ("SAME_UPPER", "SAME_LOWER"):
        upper = auto_pad == "SAME_UPPER"
        before = [size // 2 if upper else size - size // 2 for size in (extent, span)]
        pads = (*before, extent - before[0], span - before[1])
    elif auto_pad == "VALID":
        pads = (0, 0, 0, 0)
    else:
        require(auto_pad == "NOTSET", f"auto_pad {auto_pad!r}")
    top, left, bottom, right = _ints(pads, 4, low=0)
    require(max(top, left, bottom, right) <= MAX_KERNEL, f"pads {pads}")
    compute = Convolution(
        weights, bias, dilations=(row_step, col_step), pads=(top, left, bottom, right)
    )
    return Operator(compute, Reach(extent, 1, top), Reach(span, 1, left))


def max_pool(
    constants: Constants,
    *,
    kernel_shape: Any,
    strides: Any = (1, 1),
    pads: Any = (0, 0, 0, 0),
    dilations: Any = (1, 1),
    auto_pad: Any = "NOTSET",
    ceil_mode: Any = 0,
    storage_order: Any = 0,
) -> Operator:
    """Largest value of each patch, patches side by side; a rest at the border is left out."""
    row_step, col_step = _ints(kernel_shape, 2, low=1)
    require(max(row_step, col_step) < MAX_KERNEL, f"kernel_shape {kernel_shape}")
    require(_ints(strides) == (row_step, col_step), "strides other than the kernel")
    require(auto_pad in ("NOTSET", "VALID") and not any(_ints(pads, 4)), "padding")
    require(_ints(dilations) == (1, 1) and ceil_mode == 0, "dilations or ceil_mode")

    def compute(maps: np.ndarray) -> np.ndarray:
        rows, cols = maps.shape[2] // row_step, maps.shape[3] // col_step
        require(min(rows, cols) > 0, f"maps of {maps.shape[2]} x {maps.shape[3]}")
        maps = maps[:, :, : rows * row_step, : cols * col_step]
        tallest = maps[:, :, ::row_step]
        for start in range(1, row_step):
            tallest = np.maximum(tallest, maps[:, :, start::row_step])
        largest = tallest[:, :, :, ::col_step]
        for start in range(1, col_step):
            largest = np.maximum(largest, tallest[:, :, :, start::col_step])
        return largest

    return Operator(compute, Reach(row_step - 1, row_step), Reach(col_step - 1, col_step))


def relu(constants: Constants) -> Operator:
    """What is above 0, else 0."""
    return Operator(lambda values: np.maximum(values, np.float32(0)), Reach())


def cast(constants: Constants, *, to: Any, saturate: Any = 1, round_mode: Any = "up") -> Operator:
    """To float32; the last two attributes speak of 8-bit floats only."""
    require(to == FLOAT, f"type {to}: only float32 is known")
    return Operator(lambda values: values.astype(np.float32, copy=False), Reach())


def identity(constants: Constants) -> Operator:
    """The same values."""
    return Operator(lambda values: values, Reach())


def batch_normalization(
    constants: Constants,
    *,
    epsilon: Any = 1e-5,
    momentum: Any = 0.9,
    training_mode: Any = 0,
    spatial: Any = 1,
) -> Operator:
    """Each channel scaled and shifted by its statistics from training."""
    require(training_mode == 0 and spatial == 1, "training_mode or spatial")
    require(isinstance(epsilon, float), "epsilon")
    gain, offset, mean, variance = (_constant(constants, place, 1) for place in range(1, 5))
    factor = gain / np.sqrt(variance + np.float32(epsilon))
    shift = offset - mean * factor

    def compute(values: np.ndarray, *_: np.ndarray) -> np.ndarray:
        require(values.ndim >= 2, "fewer than two axes")
        along = (len(factor),) + (1,) * (values.ndim - 2)
        return values * factor.reshape(along) + shift.reshape(along)

    return Operator(compute, Reach())


def add(constants: Constants) -> Operator:
    """Sum, sizes of 1 repeated."""
    return Operator(elementwise(np.add), _same_in_every_row(constants))


def mul(constants: Constants) -> Operator:
    """Product, sizes of 1 repeated."""
    return Operator(elementwise(np.multiply), _same_in_every_row(constants))


def gemm(
    constants: Constants,
    *,
    alpha: Any = 1.0,
    beta: Any = 1.0,
    transA: Any = 0,
    transB: Any = 0,
) -> Operator:
    """``alpha * A @ B + beta * C`` with constants B and C; A holds a window a row."""
    matrix = _constant(constants, 1, 2)
    shift: Any = np.float32(0)
    if len(constants) > 2:
        require(constants[2] is not None, "a last input that is no constant")
        shift = constants[2]
    require(transA == 0, "transA other than 0")
    require(transB in (0, 1), "transB other than 0 and 1")
    require(isinstance(alpha, float) and isinstance(beta, float), "alpha or beta")
    matrix = np.float32(alpha) * (matrix.T if transB else matrix)
    shift = np.float32(beta) * shift

    def compute(values: np.ndarray, *_: np.ndarray) -> np.ndarray:
        require(values.ndim == 2, "other than two axes")
        require(values.shape[1] == len(matrix), f"{values.shape[1]} values for {len(matrix)}")
        require_room(len(values) * matrix.shape[1])
        return each_by_itself(values, matrix) + shift

    one_of_each = shift.shape in ((), (1,), (matrix.shape[1],), (1, 1), (1, matrix.shape[1]))
    linear = (matrix, np.broadcast_to(shift, (1, matrix.shape[1]))[0]) if one_of_each else None
    return Operator(compute, linear=linear)


def flatten(constants: Constants, *, axis: Any = 1) -> Operator:
    """All axes before `axis` as one, all others as another."""
    require(axis == 1, f"axis {axis}: only 1 is known")
    return Operator(lambda values: np.ascontiguousarray(values).reshape(len(values), -1))


def reshape(constants: Constants, *, allowzero: Any = 0) -> Operator:
    """Another shape: 0 keeps an axis, -1 is what remains."""
    wanted = constants[1]
    if wanted is None or wanted.dtype != np.int64:
        message = "shape that the file does not give"
        raise ValueError(message)
    require(allowzero == 0 and wanted.ndim == 1 and 0 < len(wanted) <= 8, "shape")
    sizes = tuple(int(size) for size in wanted)
    require(sizes[0] in (0, -1), f"shape {sizes}: the number of windows must stay")

    def compute(values: np.ndarray, _: np.ndarray) -> np.ndarray:
        require(0 not in sizes[values.ndim :], f"shape {sizes}")
        shape = [values.shape[axis] if size == 0 else size for axis, size in enumerate(sizes)]
        return np.ascontiguousarray(values).reshape(shape)

    return Operator(compute)


def transpose(constants: Constants, *, perm: Any) -> Operator:
    """Axes in another order, windows first."""
    order = _ints(perm)
    require(order[:1] == (0,), f"perm {order}: windows must stay first")
    return Operator(lambda values: values.transpose(order))


def elementwise(function: np.ufunc) -> Callable[..., np.ndarray]:
    """A function of two arrays whose result is known to fit before it is made."""

    def compute(first: np.ndarray, second: np.ndarray) -> np.ndarray:
        require_room(np.broadcast(first, second).size)
        return function(first, second)

    return compute


def _same_in_every_row(constants: Constants) -> Reach | None:
    """Reach of an elementwise operator with one constant that does not vary by row."""
    given = [constant for constant in constants if constant is not None]
    if len(given) == 1 and (given[0].ndim < 2 or given[0].shape[-2] == 1) and given[0].ndim <= 4:
        return Reach()
    return None


def _constant(constants: Constants, place: int, axes: int) -> np.ndarray:
    """A float32 constant input with so many axes."""
    value = _given(constants, place)
    if value is None or value.dtype != np.float32 or value.ndim != axes:
        message = f"input {place} that is no float32 constant of {axes} axes"
        raise ValueError(message)
    return value


def _given(constants: Constants, place: int) -> np.ndarray | None:
    """A constant input; None where it is left out or comes from another operator."""
    return constants[place] if place < len(constants) else None


def _ints(value: Any, length: int | None = None, low: int | None = None) -> tuple[int, ...]:
    """A list of whole numbers as a tuple."""
    require(
        isinstance(value, (list, tuple))
        and all(isinstance(item, int) for item in value)
        and (length is None or len(value) == length)
        and (low is None or min(value) >= low),
        f"{value!r} where whole numbers belong",
    )
    return tuple(value)


OPERATORS: dict[str, Callable[..., Operator]] = {
    "Add": add,
    "BatchNormalization": batch_normalization,
    "Cast": cast,
    "Conv": conv,
    "Flatten": flatten,
    "Gemm": gemm,
    "Identity": identity,
    "MaxPool": max_pool,
    "Mul": mul,
    "Relu": relu,
    "Reshape": reshape,
    "Transpose": transpose,
}
