"""What shape convolutions, pools and products answer with, and how many products they take."""

from __future__ import annotations

import math

from ssf_model.network.limits import MAX_VALUES, require
from ssf_model.network.window_shapes import Call, Value

MAX_KERNEL = 64  # rows or columns that a kernel spans


def conv(call: Call) -> list[Value]:
    """Convolution of maps."""
    channels, *sizes = _maps(call)
    weights = call[1]
    require(not weights.by_window and weights.ndim == 4, "weights of another form")
    out_channels, each, *kernel = weights.shape
    group = call.flag("group", 1)
    require(group >= 1 and each * group == channels, f"{each} x {group} channels of {channels}")
    require(out_channels % group == 0, f"group {group} of {out_channels}")
    bias = call.given(2)
    require(bias is None or not bias.by_window, "bias that hangs on the window")
    out = _outer(call, sizes, kernel)
    require(each * math.prod(kernel) * math.prod(out) <= MAX_VALUES, "patches of this size")
    return [call[0].like([out_channels, *out])]


def conv_products(call: Call, out: Value) -> int:
    """Products of a convolution."""
    return out.size * math.prod(call[1].shape[1:])


def pool(call: Call) -> list[Value]:
    """The largest of each patch, or its mean."""
    channels, *sizes = _maps(call)
    require(call.n_outputs == 1, "a second output")
    kernel = call.whole_numbers("kernel_shape") or []
    return [call[0].like([channels, *_outer(call, sizes, kernel)])]


def pool_products(call: Call, out: Value) -> int:
    """Numbers that a pool compares."""
    return out.size * math.prod(call.whole_numbers("kernel_shape") or [])


def global_pool(call: Call) -> list[Value]:
    """One number a map."""
    channels, *sizes = _maps(call)
    return [call[0].like([channels, *(1 for _ in sizes)])]


def _maps(call: Call) -> tuple[int, ...]:
    """Channels, rows and columns."""
    require(call[0].by_window and call[0].ndim == 4, "no maps of channels, rows and columns")
    return call[0].shape


def _outer(call: Call, sizes: list[int], kernel: list[int]) -> list[int]:
    """Rows and columns after a kernel has gone over a map."""
    strides = call.whole_numbers("strides") or [1, 1]
    steps = call.whole_numbers("dilations") or [1, 1]
    pads = call.whole_numbers("pads") or [0, 0, 0, 0]
    require([len(one) for one in (kernel, strides, steps, pads)] == [2, 2, 2, 4], "lists")
    require(min([*kernel, *strides, *steps]) > 0 and min(pads) >= 0, "sizes below 1")
    spans = [(size - 1) * step + 1 for size, step in zip(kernel, steps)]
    require(
        max(spans) <= MAX_KERNEL and max(pads) <= MAX_KERNEL, f"kernel or pads over {MAX_KERNEL}"
    )
    auto_pad = call.attributes.get("auto_pad", "NOTSET")
    if auto_pad in ("SAME_UPPER", "SAME_LOWER"):
        return [-(-size // stride) for size, stride in zip(sizes, strides)]
    require(auto_pad in ("NOTSET", "VALID"), f"auto_pad {auto_pad!r}")
    more = [0, 0] if auto_pad == "VALID" else [pads[0] + pads[2], pads[1] + pads[3]]
    out = []
    for size, extra, span, stride in zip(sizes, more, spans, strides):
        room = size + extra - span
        require(room >= 0, "maps smaller than the kernel")
        out.append((-(-room // stride) if call.flag("ceil_mode") else room // stride) + 1)
    return out


def gemm(call: Call) -> list[Value]:
    """Product with a matrix, one row a window, and a sum."""
    a, b = call[0], call[1]
    require(a.by_window and a.ndim == 2 and call.flag("transA") == 0, "no row a window")
    require(not b.by_window and b.ndim == 2, "a matrix that hangs on the window")
    into, out = b.shape[::-1] if call.flag("transB") else b.shape
    require(into == a.shape[0], f"{a.shape[0]} numbers for {into}")
    c = call.given(2)
    shape = (out,)
    if c is not None:
        fits = c.by_window and c.shape in ((1,), shape)
        fits = fits or (not c.by_window and c.shape in ((), (1,), (1, 1), shape, (1, out)))
        require(fits, "a sum of another shape")
    return [Value(shape)]


def gemm_products(call: Call, out: Value) -> int:
    """Products of a row with a matrix."""
    return call[1].size


def matmul(call: Call) -> list[Value]:
    """Product with a constant matrix, or of stacks of matrices, one a window."""
    a, b = call[0], call[1]
    if a.by_window and b.by_window:
        require(a.ndim == b.ndim >= 3, "no matrix a window")
        stack = [max(pair) for pair in zip(a.shape[:-2], b.shape[:-2])]
        alike = all(
            one in (1, most) for shape in (a.shape, b.shape) for one, most in zip(shape, stack)
        )
        require(alike, "stacks of other sizes")
        rows = a.shape[-2]
    else:
        require(a.by_window and b.ndim == 2 and a.ndim >= 2, "no constant matrix after a window's")
        stack, rows = list(a.shape[:-1]), 0
    require(a.shape[-1] == b.shape[-2], f"{a.shape[-1]} numbers for {b.shape[-2]}")
    return [Value((*stack, *([rows] if b.by_window else []), b.shape[-1]))]


def matmul_products(call: Call, out: Value) -> int:
    """Products of matrices."""
    return out.size * call[0].shape[-1]
