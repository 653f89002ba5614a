"""Matrix products whose bits hang on their own numbers alone.

The last bits of a product hang on its size, since a library of linear algebra takes large and
small ones apart in other ways, and shares large ones among threads. Here each is of one size,
whatever maps come together, and small enough for one thread.
"""

from __future__ import annotations

import numpy as np

# OpenBLAS shares larger products among threads, which on busy cores takes up to ten times
# as long (its interface/gemm.c); the engine's own threads take whole windows instead.
SINGLE_THREAD_PRODUCTS = 2**18
SINGLE_THREAD_VALUES = 2**12  # of a matrix times a vector (its interface/gemv.c: 9216)


def row_products(rows: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    """Products of matrices, (n, blocks, values), with one other, (values, k), each by itself."""
    piece = max(1, SINGLE_THREAD_PRODUCTS // matrix.size)
    answer = np.empty((*rows.shape[:2], matrix.shape[1]), np.float32)
    for first in range(0, rows.shape[1], piece):
        part = slice(first, first + piece)
        np.matmul(rows[:, part], matrix, out=answer[:, part])
    return answer


def each_by_itself(values: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    """Products of rows, (n, k), with a matrix, (k, m), each by itself."""
    if matrix.shape[1] == 1:
        return (values * matrix[:, 0]).sum(axis=1, keepdims=True)
    piece = max(1, SINGLE_THREAD_VALUES // matrix.shape[1])
    whole = len(matrix) // piece * piece
    answer = np.matmul(values[:, None, whole:], matrix[whole:])[:, 0]
    if whole:
        pieces = values[:, :whole].reshape(len(values), -1, 1, piece)
        stack = matrix[:whole].reshape(-1, piece, matrix.shape[1])
        answer = np.matmul(pieces, stack)[:, :, 0].sum(axis=1) + answer
    return answer
