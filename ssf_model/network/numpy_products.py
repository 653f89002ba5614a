"""Matrix products whose bits hang on their own numbers alone.

The last bits of a product hang on its size, since a library of linear algebra takes large and
small ones apart in other ways, and shares large ones among threads. Here each is of one size,
whatever maps come together, and small enough for one thread.

In some programs NumPy's product is slow: QGIS on Debian loads the GNU Scientific Library's BLAS,
which then stands in for the one that NumPy was made with and takes ten times as long. So the
product is chosen by a trial, once a process.
"""

from __future__ import annotations

import ctypes
import logging
import time
from collections.abc import Callable
from functools import lru_cache, partial

import numpy as np

# OpenBLAS shares larger products among threads, which on busy cores takes up to ten times
# as long (its interface/gemm.c); the engine's own threads take whole windows instead.
SINGLE_THREAD_PRODUCTS = 2**18
SINGLE_THREAD_VALUES = 2**12  # of a matrix times a vector (its interface/gemv.c: 9216)
# What systems call their own BLAS: Debian's choice among several, then OpenBLAS, FlexiBLAS, ATLAS.
SYSTEM_LIBRARIES = ("libblas.so.3", "libopenblas.so.0", "libflexiblas.so.3", "libcblas.so.3")
TRIAL = (4, 16, 288, 32)  # products, rows, values and columns: those of a convolution
TRIES = 7
CLEARLY = 1.5  # times as fast; a real BLAS is five to forty times as fast as NumPy's loops
MOST_TOGETHER = 32  # more gain nothing: the call is a small share of them
ROW_MAJOR, NOT_TURNED = 101, 111  # of CblasRowMajor and CblasNoTrans, in every cblas.h

# Matrices, (n, rows, values), one other, (values, k), and where the products go, (n, rows, k).
Product = Callable[[np.ndarray, np.ndarray, np.ndarray], object]

_LOGGER = logging.getLogger("ssf_model")


def row_products(rows: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    """Products of matrices, (n, blocks, values), with one other, (values, k), each by itself."""
    piece = max(1, SINGLE_THREAD_PRODUCTS // matrix.size)
    answer = np.empty((*rows.shape[:2], matrix.shape[1]), np.float32)
    if piece >= rows.shape[1]:
        product()(rows, matrix, answer)
        return answer
    for first in range(0, rows.shape[1], piece):
        part = slice(first, first + piece)
        np.matmul(rows[:, part], matrix, out=answer[:, part])
    return answer


def each_by_itself(values: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    """Products of rows, (n, k), with a matrix, (k, m), each by itself."""
    if matrix.shape[1] == 1:
        return (values * matrix[:, 0]).sum(axis=1, keepdims=True)
    chosen = product() if values.dtype == np.float32 else by_numpy
    if chosen is not by_numpy and matrix.size <= SINGLE_THREAD_PRODUCTS:
        answer = np.empty((len(values), 1, matrix.shape[1]), np.float32)
        chosen(np.ascontiguousarray(values)[:, None], np.ascontiguousarray(matrix), answer)
        return answer[:, 0]
    piece = max(1, SINGLE_THREAD_VALUES // matrix.shape[1])
    whole = len(matrix) // piece * piece
    answer = np.matmul(values[:, None, whole:], matrix[whole:])[:, 0]
    if whole:
        pieces = values[:, :whole].reshape(len(values), -1, 1, piece)
        stack = matrix[:whole].reshape(-1, piece, matrix.shape[1])
        answer = np.matmul(pieces, stack)[:, :, 0].sum(axis=1) + answer
    return answer


@lru_cache(maxsize=1)
def product() -> Product:
    """Give the fastest product that this process has: NumPy's, unless that is clearly slow."""
    rng = np.random.default_rng(0)
    count, rows, values, columns = TRIAL
    trial = rng.normal(size=(count, rows, values)), rng.normal(size=(values, columns))
    many, one = (each.astype(np.float32) for each in trial)
    expected = np.matmul(many, one)

    def seconds(chosen: Product) -> float:
        answer, taken = np.empty_like(expected), []
        for _ in range(TRIES):
            begin = time.perf_counter()
            chosen(many, one, answer)
            taken.append(time.perf_counter() - begin)
        right = np.allclose(answer, expected, rtol=1e-4, atol=1e-3)
        return min(taken) if right else float("inf")

    best: Product = by_loops
    if seconds(by_loops) * CLEARLY > seconds(by_numpy):
        return by_numpy
    for name in SYSTEM_LIBRARIES:
        other = _of_library(name)
        if other is not None and seconds(other) < seconds(best):
            best, found = other, name
            break
    else:
        found = "NumPy's own loops"
    _LOGGER.info("NumPy's matrix product is slow in this program; %s stands in for it.", found)
    return best


def by_numpy(many: np.ndarray, one: np.ndarray, answer: np.ndarray) -> None:
    """The product as NumPy has it."""
    np.matmul(many, one, out=answer)


def by_loops(many: np.ndarray, one: np.ndarray, answer: np.ndarray) -> None:
    """The product by NumPy's own loops, without a library."""
    turned = np.ascontiguousarray(one.T)
    np.einsum("nrv,kv->nrk", many, turned, out=answer, casting="same_kind")  # as np.matmul does


def _of_library(name: str) -> Product | None:
    """The product of a library by its name; None where there is none."""
    try:
        sgemm = ctypes.CDLL(name).cblas_sgemm
    except (OSError, AttributeError):
        return None
    sgemm.restype = None
    together = lru_cache(maxsize=64)(partial(_together, sgemm))  # a trial for each size

    def by_library(many: np.ndarray, one: np.ndarray, answer: np.ndarray) -> None:
        many, one = np.ascontiguousarray(many), np.ascontiguousarray(one)
        (count, rows, values), columns = many.shape, one.shape[1]
        fits = many.dtype == one.dtype == answer.dtype == np.float32 and answer.flags.c_contiguous
        if not (fits and values == len(one) and answer.shape == (count, rows, columns)):
            np.matmul(many, one, out=answer)
            return
        joined = together(rows, values, columns)
        whole = count // joined * joined
        _one_by_one(sgemm, many[:whole].reshape(-1, joined * rows, values), one, answer[:whole])
        _one_by_one(sgemm, many[whole:], one, answer[whole:])

    return by_library


def _together(sgemm: Callable[..., None], rows: int, values: int, columns: int) -> int:
    """How many products of a size a library does as one, faster, without changing a bit.

    Its kernels go by the size alone, so that what holds for numbers drawn at random holds for all.
    """
    count = min(MOST_TOGETHER, SINGLE_THREAD_PRODUCTS // max(1, rows * values * columns))
    if count < 2:
        return 1
    rng = np.random.default_rng(0)
    many = rng.normal(size=(count, rows, values)).astype(np.float32)
    one = rng.normal(size=(values, columns)).astype(np.float32)
    apart, joined = np.empty((2, count, rows, columns), np.float32)
    _one_by_one(sgemm, many, one, apart)
    _one_by_one(sgemm, many.reshape(1, -1, values), one, joined)
    return count if np.array_equal(apart, joined) else 1


def _one_by_one(
    sgemm: Callable[..., None], many: np.ndarray, one: np.ndarray, answer: np.ndarray
) -> None:
    """Products of matrices, (n, rows, values), with one other by a library, a call each.

    `answer` has room for as many numbers, in the same order. All are float32 without gaps.
    """
    count, rows, values = many.shape
    columns = one.shape[1]
    # One tuple for all calls, in which two addresses change; whole numbers are passed as they
    # are. Another way to say the same takes as long as a small product itself.
    first, to, right = (ctypes.c_void_p(), ctypes.c_void_p(), ctypes.c_void_p(one.ctypes.data))
    size = (rows, columns, values, ctypes.c_float(1.0), first, values, right, columns)
    told = (ROW_MAJOR, NOT_TURNED, NOT_TURNED, *size, ctypes.c_float(0.0), to, columns)
    begin, end = many.ctypes.data, answer.ctypes.data
    for _ in range(count):
        first.value, to.value = begin, end
        sgemm(*told)
        begin += 4 * rows * values
        end += 4 * rows * columns
