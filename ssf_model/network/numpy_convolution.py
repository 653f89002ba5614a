"""Convolution in NumPy, shaped so that BLAS does most of it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ssf_model.network.limits import require, require_room
from ssf_model.network.numpy_products import row_products

BLOCK_ANSWERS = 32  # columns of the matrix product; the fastest of 8 to 128 for our networks


def block_convolution(
    weights: np.ndarray,
    bias: np.ndarray | None,
    *,
    dilations: tuple[int, int],
    pads: tuple[int, int, int, int],
) -> Callable[..., np.ndarray]:
    """Make a convolution of stride 1.

    A block of neighbouring pixels in a row is answered by one row of a matrix product, whose
    columns hold the kernel once for each pixel of the block. That does some products with 0,
    but copies a pixel less often than im2col does, and in longer runs.

    Parameters
    ----------
    weights : (out channels, in channels, rows, cols) float32 array
    bias : (out channels,) float32 array, or None
    dilations : (rows, cols)
        Pixels from one tap of the kernel to the next.
    pads : (top, left, bottom, right)
        Rows and columns of zeros around a map.

    Returns
    -------
    compute : function
        From maps, (n, in channels, rows, cols), to (n, out channels, rows out, cols out), a
        view of memory that has the channels last, where the maps are fastest so. `row_pads`
        stands for the top and bottom pads in one call. ValueError where the maps do not fit.
    """
    out_channels, in_channels, kernel_rows, kernel_cols = weights.shape
    row_step, col_step = dilations
    top, left, bottom, right = pads
    extent, span = (kernel_rows - 1) * row_step, (kernel_cols - 1) * col_step
    block_cols = max(1, min(8, BLOCK_ANSWERS // out_channels))
    # A block of one pixel reads its taps alone; a wider one reads what lies between them, too.
    reads, step = (kernel_cols, col_step) if block_cols == 1 else (block_cols + span, 1)
    require_room(kernel_rows * reads * in_channels * block_cols * out_channels)
    matrix = np.zeros((kernel_rows, reads, in_channels, block_cols, out_channels), np.float32)
    for col in range(block_cols):
        for tap in range(kernel_cols):
            matrix[:, col + tap * col_step // step, :, col] = weights[:, :, :, tap].transpose(
                2, 1, 0
            )
    matrix = matrix.reshape(kernel_rows * reads * in_channels, block_cols * out_channels)
    shift = None if bias is None else np.tile(bias, block_cols)

    def compute(
        maps: np.ndarray, *_: np.ndarray, row_pads: tuple[int, int] = (top, bottom)
    ) -> np.ndarray:
        count, channels, rows, cols = maps.shape
        rows_out, cols_out = rows + sum(row_pads) - extent, cols + left + right - span
        require(channels == in_channels, f"{channels} channels where {in_channels} are read")
        require(min(rows_out, cols_out) > 0, f"maps of {rows} x {cols}, less than the kernel")
        blocks = -(-cols_out // block_cols)
        require_room(count * rows_out * blocks * max(matrix.shape))
        padded = np.zeros(
            (count, rows + sum(row_pads), blocks * block_cols + span, in_channels), np.float32
        )
        padded[:, row_pads[0] : row_pads[0] + rows, left : left + cols] = maps.transpose(0, 2, 3, 1)
        each, row, pixel, item = padded.strides
        views = np.lib.stride_tricks.as_strided(
            padded,
            (count, rows_out, blocks, kernel_rows, reads, in_channels),
            (each, row, block_cols * pixel, row_step * row, step * pixel, item),
            writeable=False,
        )
        answer = row_products(views.reshape(count * rows_out, blocks, len(matrix)), matrix)
        if shift is not None:
            answer += shift
        answer = answer.reshape(count, rows_out, blocks * block_cols, out_channels)
        return answer[:, :, :cols_out].transpose(0, 3, 1, 2)

    return compute
