"""Matrix products: which one a program gets, and that all give the same numbers."""

import ctypes
import time

import numpy as np
import pytest

from ssf_model.network import numpy_products
from ssf_model.network.numpy_products import (
    SYSTEM_LIBRARIES,
    by_loops,
    each_by_itself,
    row_products,
)

pytestmark = pytest.mark.numerical

PATIENCE = 1e-5  # of sums of 288 products of about 1, in another order


@pytest.fixture(autouse=True)
def _anew():
    """Each test has a trial of its own, and none leaves its choice behind."""
    trial = numpy_products.product
    trial.cache_clear()
    yield
    trial.cache_clear()


def matrices(rng, *shape):
    return rng.normal(size=shape).astype(np.float32)


def libraries():
    """The products of those libraries that are there."""
    found = {name: numpy_products._of_library(name) for name in SYSTEM_LIBRARIES}
    return {name: product for name, product in found.items() if product is not None}


@pytest.mark.parametrize("shape", [(3, 16, 288, 32), (1, 1, 40, 8), (5, 7, 1, 2), (0, 4, 4, 4)])
def test_every_product_is_the_sum_of_products(shape):
    rng = np.random.default_rng(1)
    count, rows, values, columns = shape
    many, one = matrices(rng, count, rows, values), matrices(rng, values, columns)
    wide = matrices(rng, count, rows, 2 * values)[:, :, ::2]  # not in one piece
    for product in (by_loops, *libraries().values()):
        for given in (many, wide, many[::-1]):
            answer = np.full((count, rows, columns), np.nan, np.float32)
            product(given, one, answer)
            expected = (given.astype(float)[..., None] * one.astype(float)).sum(axis=2)
            np.testing.assert_allclose(answer, expected, rtol=PATIENCE, atol=PATIENCE * 20)


def test_whichever_product_is_chosen_takes_double_precision_too(monkeypatch):
    """Explaining asks a network's end in float64, and fell where the loops had been chosen."""
    rng = np.random.default_rng(3)
    rows, matrix = rng.normal(size=(2, 16, 90)), matrices(rng, 90, 32)
    expected = (rows[..., None] * matrix.astype(float)).sum(axis=2)
    for chosen in (numpy_products.by_numpy, by_loops, *libraries().values()):
        monkeypatch.setattr(numpy_products, "product", lambda chosen=chosen: chosen)
        np.testing.assert_allclose(each_by_itself(rows[0], matrix), expected[0], atol=1e-12)
        np.testing.assert_allclose(row_products(rows, matrix), expected, atol=PATIENCE * 20)


def slow(many, one, answer):
    """NumPy's product as in a program that brings a slow one."""
    time.sleep(0.05)
    np.matmul(many, one, out=answer)


def test_another_product_stands_in_for_a_slow_one_and_the_log_says_so(monkeypatch, caplog):
    caplog.set_level("INFO", logger="ssf_model")
    monkeypatch.setattr(numpy_products, "by_numpy", slow)
    chosen = numpy_products.product()
    assert chosen is not slow
    assert numpy_products.product() is chosen
    (message,) = caplog.messages
    assert "matrix product is slow in this program" in message
    rng = np.random.default_rng(2)
    rows, matrix = matrices(rng, 6, 16, 90), matrices(rng, 90, 32)
    np.testing.assert_allclose(row_products(rows, matrix), rows @ matrix, rtol=0, atol=1e-4)
    np.testing.assert_allclose(each_by_itself(rows[0], matrix), rows[0] @ matrix, rtol=0, atol=1e-4)
    alone = [each_by_itself(rows[0, n : n + 1], matrix) for n in range(16)]
    np.testing.assert_array_equal(np.concatenate(alone), each_by_itself(rows[0], matrix))


def wrong(many, one, answer):
    """A library whose numbers are of another size, or that is broken."""
    answer[:] = 7


@pytest.mark.parametrize("values", [1, 127, 128, 129, 300])
def test_a_row_s_product_is_the_sum_of_products_however_many_pieces_it_has(monkeypatch, values):
    """NumPy multiplies 128 values at a time with 32 columns, and what is left by itself."""
    monkeypatch.setattr(numpy_products, "product", lambda: numpy_products.by_numpy)
    rng = np.random.default_rng(3)
    rows, matrix = matrices(rng, 5, values), matrices(rng, values, 32)
    expected = (rows.astype(float)[..., None] * matrix.astype(float)).sum(axis=1)
    np.testing.assert_allclose(each_by_itself(rows, matrix), expected, rtol=0, atol=1e-4)


@pytest.mark.parametrize("found", [None, wrong])
def test_without_a_library_that_works_numpy_s_loops_do_it(monkeypatch, caplog, found):
    caplog.set_level("INFO", logger="ssf_model")
    monkeypatch.setattr(numpy_products, "by_numpy", slow)
    monkeypatch.setattr(numpy_products, "_of_library", lambda name: found)
    assert numpy_products.product() is by_loops
    assert "NumPy's own loops" in caplog.text


@pytest.mark.parametrize("name", ["libno.such.thing.so.9", "libc.so.6", ""])
def test_what_is_no_library_of_linear_algebra_is_passed_over(name):
    assert numpy_products._of_library(name) is None


@pytest.mark.parametrize(
    "shape", [(77, 16, 40, 32), (9, 16, 48, 96), (5, 16, 96, 96), (3, 1, 7, 5)]
)
def test_a_library_gives_a_product_the_same_bits_whatever_is_asked_with_it(shape):
    count, rows, values, columns = shape
    rng = np.random.default_rng(4)
    many, one = matrices(rng, count, rows, values), matrices(rng, values, columns)
    for product in libraries().values():
        together, alone = np.empty((2, count, rows, columns), np.float32)
        product(many, one, together)
        for number in range(count):
            product(many[number : number + 1], one, alone[number : number + 1])
        np.testing.assert_array_equal(together, alone)


def sums(of):
    """A library of our own, which adds up as `of` does where products of 16 rows are joined."""

    def sgemm(_order, _left, _right, rows, columns, values, _one, first, _lda, second, *others):
        def matrix(place, *shape):
            address = ctypes.cast(place, ctypes.POINTER(ctypes.c_float))
            return np.ctypeslib.as_array(address, shape)

        many, one = matrix(first, rows, values), matrix(second, values, columns)
        products = many[:, :, None] * one
        answer = products.sum(axis=1) if rows == 16 else of(products)
        matrix(others[2], rows, columns)[:] = answer

    return sgemm


def test_products_are_joined_only_where_a_library_keeps_their_bits():
    together = numpy_products._together
    assert together(sums(lambda products: products.sum(axis=1)), 16, 40, 32) == 12
    assert together(sums(lambda products: products[:, ::-1].sum(axis=1)), 16, 40, 32) == 1
    assert together(sums(None), 16, 96, 96) == 1, "two are more than a library does in one thread"


@pytest.mark.parametrize("values", [20, 21, 4])
@pytest.mark.parametrize("columns", [2, 3, 5, 16])
def test_a_product_in_pieces_is_the_product(monkeypatch, values, columns):
    """So small that one thread does each: the matrix row by row, where a row is wider than that."""
    monkeypatch.setattr(numpy_products, "SINGLE_THREAD_VALUES", 8)
    monkeypatch.setattr(numpy_products, "product", lambda: numpy_products.by_numpy)
    rng = np.random.default_rng(values + columns)
    many, matrix = matrices(rng, 7, values), matrices(rng, values, columns)
    expected = np.einsum("nv,vk->nk", many.astype(float), matrix.astype(float))
    np.testing.assert_allclose(each_by_itself(many, matrix), expected, rtol=0, atol=PATIENCE)


@pytest.mark.parametrize("piece", [1, 3, 4, 10, 11])
def test_blocks_are_multiplied_some_at_a_time(monkeypatch, piece):
    rng = np.random.default_rng(piece)
    rows, matrix = matrices(rng, 5, 10, 6), matrices(rng, 6, 4)
    monkeypatch.setattr(numpy_products, "SINGLE_THREAD_PRODUCTS", piece * matrix.size)
    expected = np.einsum("nbv,vk->nbk", rows.astype(float), matrix.astype(float))
    np.testing.assert_allclose(row_products(rows, matrix), expected, rtol=0, atol=PATIENCE)
