"""What structs and cells claim is added up before SciPy reads them: 202 bytes took 6.9 GB."""

import struct
import zlib

import numpy as np
import pytest
from scipy.io import savemat

from ssf_model.errors import InputError
from training.experiments.claims import EACH_BYTES, claimed_bytes
from training.experiments.matlab import read_variable, variable_names

HEAD = b"MATLAB 5.0 MAT-file".ljust(124)
CELL, STRUCT, CHAR, DOUBLE = 1, 2, 4, 6


def element(kind, content, order="<"):
    return struct.pack(f"{order}II", kind, len(content)) + content + b"\0" * (-len(content) % 8)


def matrix(kind, axes, content=b"", *, name=b"", order="<"):
    """A matrix by the book: class, lengths of the axes, name, and what is in it."""
    flags = element(6, struct.pack(f"{order}II", kind, 0), order)
    lengths = element(5, struct.pack(f"{order}{len(axes)}i", *axes), order)
    return element(14, flags + lengths + element(1, name, order) + content, order)


def fields(*names, order="<"):
    """Names of a struct's fields, eight bytes each."""
    length = struct.pack(f"{order}HHI", 5, 4, 8) if order == "<" else struct.pack(">HHI", 4, 5, 8)
    return length + element(1, b"".join(name.ljust(8, b"\0") for name in names), order)


def number(order="<"):
    return matrix(DOUBLE, (1, 1), element(9, struct.pack(f"{order}d", 1.0), order), order=order)


def written(path, variable, *, packed=True):
    if packed:
        content = zlib.compress(variable, 9)
        variable = struct.pack("<II", 15, len(content)) + content
    path.write_bytes(HEAD + struct.pack("<HH", 0x0100, 0x4D49) + variable)
    return path


INSIDE = {
    "a struct of no fields": matrix(STRUCT, (30_000, 30_000), fields()),
    "a cell": matrix(CELL, (30_000, 30_000)),
    "text": matrix(CHAR, (30_000, 30_000), element(4, b"")),
    "many numbers": matrix(CELL, (200_000, 1), number() * 200_000),
    "a struct in a struct": matrix(
        STRUCT, (1, 1), fields(b"b") + matrix(STRUCT, (2**31 - 1, 1), fields())
    ),
}


# As it stands, a file of many numbers is as large as they are.
CASES = [(inside, packed) for inside in INSIDE for packed in (True, False)]
CASES.remove(("many numbers", False))


@pytest.mark.parametrize(("inside", "packed"), CASES)
def test_what_no_file_of_that_size_can_hold_is_refused_before_it_is_read(tmp_path, inside, packed):
    variable = matrix(STRUCT, (1, 1), fields(b"a") + INSIDE[inside], name=b"map")
    path = written(tmp_path / "E.mat", variable, packed=packed)
    assert variable_names(path) == ["map"]
    with pytest.raises(InputError, match=r"E\.mat: what is in 'map' claims \d+ bytes or more; of"):
        read_variable(path, "map")


@pytest.mark.parametrize("order", ["<", ">"])
def test_claims_add_up(order):
    """By hand: a struct of two fields, of which one is a cell of three numbers."""
    three = matrix(CELL, (3, 1), number(order) * 3, order=order)
    variable = matrix(STRUCT, (1, 1), fields(b"a", b"b", order=order) + number(order) + three,
                      order=order)  # fmt: skip
    expected = (EACH_BYTES + 8) + (EACH_BYTES + 8) + (EACH_BYTES + 3 * 8) + 3 * (EACH_BYTES + 8)
    assert claimed_bytes(variable, order, most=10**6) == expected


@pytest.mark.parametrize("packed", [False, True])
def test_structs_that_scipy_writes_are_read_whatever_stands_before_them(tmp_path, packed):
    inner = {"cube": np.arange(24.0).reshape(2, 3, 4), "word": "clay", "n": np.uint8(3)}
    content = {"before": np.eye(3), "told": {**inner, "deeper": {"cells": [1, "two", inner]}}}
    savemat(tmp_path / "E.mat", content, do_compression=packed)
    told = read_variable(tmp_path / "E.mat", "told")
    np.testing.assert_array_equal(told["cube"], inner["cube"])
    assert set(told) == {"cube", "word", "n", "deeper"}
    assert 24 * 8 * 2 < _claim(tmp_path / "E.mat") < 20_000


def _claim(path):
    """Of the second variable of a file."""
    content = path.read_bytes()[128:]
    first = 8 + struct.unpack("<II", content[:8])[1]
    return claimed_bytes(content[first:], "<", most=10**6)
