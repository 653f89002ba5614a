"""Convolution in NumPy, shaped so that BLAS does most of it."""

from __future__ import annotations

import numpy as np

from ssf_model.network.limits import require, require_room
from ssf_model.network.numpy_products import row_products

BLOCK_ANSWERS = 32  # columns of the matrix product; the fastest of 8 to 128 for our networks


class Convolution:
    """A convolution of stride 1.

    A block of neighbouring pixels in a row is answered by one row of a matrix product, whose
    columns hold the kernel once for each pixel of the block. That does some products with 0,
    but copies a pixel less often than im2col does, and in longer runs.

    Called with maps, (n, in channels, rows, cols), it gives (n, out channels, rows out, cols
    out), a view of memory that has the channels last, where the maps are fastest so. `row_pads`
    stands for the top and bottom pads in one call. ValueError where the maps do not fit.

    Parameters
    ----------
    weights : (out channels, in channels, rows, cols) float32 array
    bias : (out channels,) float32 array, or None
    dilations : (rows, cols)
        Pixels from one tap of the kernel to the next.
    pads : (top, left, bottom, right)
        Rows and columns of zeros around a map.
    """

    def __init__(
        self,
        weights: np.ndarray,
        bias: np.ndarray | None,
        *,
        dilations: tuple[int, int],
        pads: tuple[int, int, int, int],
    ) -> None:
        self._out_channels, self._in_channels, self._kernel_rows, kernel_cols = weights.shape
        self._row_step, col_step = dilations
        top, self._left, bottom, self._right = pads
        self._row_pads = top, bottom
        self._extent = (self._kernel_rows - 1) * self._row_step
        self._span = (kernel_cols - 1) * col_step
        self._block_cols = max(1, min(8, BLOCK_ANSWERS // self._out_channels))
        # A block of one pixel reads its taps alone; a wider one reads what lies between them, too.
        single = self._block_cols == 1
        self._reads = kernel_cols if single else self._block_cols + self._span
        self._step = col_step if single else 1
        across = self._block_cols * self._out_channels
        require_room(self._kernel_rows * self._reads * self._in_channels * across)
        matrix = np.zeros(
            (self._kernel_rows, self._reads, self._in_channels, self._block_cols, len(weights)),
            np.float32,
        )
        for col in range(self._block_cols):
            for tap in range(kernel_cols):
                matrix[:, col + tap * col_step // self._step, :, col] = weights[
                    :, :, :, tap
                ].transpose(2, 1, 0)
        self._matrix = matrix.reshape(-1, across)
        # One row of the kernel beside the other: what a row of a map adds to each row around it.
        self._spreading = np.ascontiguousarray(
            matrix.reshape(self._kernel_rows, -1, across).transpose(1, 0, 2)
        ).reshape(-1, self._kernel_rows * across)
        self._shift = None if bias is None else np.tile(bias, self._block_cols)

    def __call__(
        self, maps: np.ndarray, *_: np.ndarray, row_pads: tuple[int, int] | None = None
    ) -> np.ndarray:
        """Maps to maps, see above."""
        answer = self._gathered(maps, self._row_pads if row_pads is None else row_pads)
        if self._shift is not None:
            answer += self._shift
        return self._as_maps(answer, len(maps), maps.shape[3])

    def add_to(self, sums: np.ndarray, maps: np.ndarray, first: int) -> None:
        """Add what some rows of maps make, which are 0 in all others, to the rows around them.

        Parameters
        ----------
        sums : (n, out channels, rows out, cols out) float32 array
            With the channels last in memory. The bias is taken to be in it.
        maps : (n, in channels, rows, cols) float32 array
        first : int
            The row of `sums` to which the kernel's last row adds what row 0 of `maps` makes.
            What belongs to rows before or after those of `sums` is left out.
        """
        count, rows, stop = len(maps), maps.shape[2], sums.shape[2]
        into = sums.transpose(0, 2, 3, 1)
        if self._block_cols > 1:
            # Few channels: to read some rows of 0 as well costs less than to add row by row.
            added = self._as_maps(
                self._gathered(maps, (self._extent, self._extent)), count, maps.shape[3]
            ).transpose(0, 2, 3, 1)
            low, high = max(0, first), min(stop, first + rows + self._extent)
            if low < high:
                into[:, low:high] += added[:, low - first : high - first]
            return
        require_room(count * rows * sums.shape[3] * self._spreading.shape[1])
        products = row_products(self._read(maps, (0, 0), kernel_rows=1), self._spreading)
        products = products.reshape(count, rows, -1, self._kernel_rows, self._out_channels)
        for number in range(self._kernel_rows):
            begin = first + self._extent - number * self._row_step
            low, high = max(0, begin), min(stop, begin + rows)
            if low < high:
                into[:, low:high] += products[:, low - begin : high - begin, :, number]

    def _gathered(self, maps: np.ndarray, row_pads: tuple[int, int]) -> np.ndarray:
        """Sums of products, (n x rows out, blocks, answers of a block)."""
        return row_products(self._read(maps, row_pads, self._kernel_rows), self._matrix)

    def _read(self, maps: np.ndarray, row_pads: tuple[int, int], kernel_rows: int) -> np.ndarray:
        """What each block of pixels reads, (n x rows out, blocks, values)."""
        count, channels, rows, cols = maps.shape
        rows_out = rows + sum(row_pads) - (kernel_rows - 1) * self._row_step
        cols_out = cols + self._left + self._right - self._span
        read = f"{channels} channels where {self._in_channels} are read"
        require(channels == self._in_channels, read)
        require(min(rows_out, cols_out) > 0, f"maps of {rows} x {cols}, less than the kernel")
        blocks = -(-cols_out // self._block_cols)
        values = kernel_rows * self._reads * channels
        require_room(count * rows_out * blocks * max(values, self._matrix.shape[1]))
        width = blocks * self._block_cols + self._span
        padded = np.zeros((count, rows + sum(row_pads), width, channels), np.float32)
        padded[:, row_pads[0] : row_pads[0] + rows, self._left : self._left + cols] = (
            maps.transpose(0, 2, 3, 1)
        )
        each, row, pixel, item = padded.strides
        views = np.lib.stride_tricks.as_strided(
            padded,
            (count, rows_out, blocks, kernel_rows, self._reads, channels),
            (each, row, self._block_cols * pixel, self._row_step * row, self._step * pixel, item),
            writeable=False,
        )
        return views.reshape(count * rows_out, blocks, values)

    def _as_maps(self, answer: np.ndarray, count: int, cols: int) -> np.ndarray:
        """Answers of blocks as maps, (n, out channels, rows, cols)."""
        rows_blocks = answer.reshape(
            count, -1, answer.shape[1] * self._block_cols, self._out_channels
        )
        cols_out = cols + self._left + self._right - self._span
        return rows_blocks[:, :, :cols_out].transpose(0, 3, 1, 2)
