"""MATLAB files: the variables of a `.mat` file, whichever of its two containers it is.

Version 5 to 7 is MATLAB's own container, read by scipy. Version 7.3 is HDF5, read by h5py; MATLAB
writes an array's axes into it in reversed order, and marks each variable with its class.
"""

from __future__ import annotations

import math
import struct
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Union

import h5py
import numpy as np
from scipy.io import loadmat, whosmat
from scipy.io.matlab import MatReadError
from scipy.sparse import issparse

from ssf_model.errors import InputError
from training.experiments.claims import claimed_bytes

UNREADABLE = (
    ValueError, TypeError, OSError, EOFError, IndexError, KeyError, MemoryError, OverflowError,
    NameError, NotImplementedError, RuntimeError, zlib.error, struct.error, MatReadError,
)  # fmt: skip  # what scipy and h5py raise on files that are no .mat, cut short or damaged
HEADER_BYTES = 128  # of a version 5 file, before its first variable
TAG_BYTES = 8  # before each variable: its type and its length
# What a variable may claim to hold, before it is read: a file of 4 kB can claim 14 GB.
# The laboratory's cubes of 135 x 313 x 228 numbers of 8 bytes are 77 MB.
MOST_BYTES = 2**31
FREE_BYTES = 2**25  # that any file may claim
MOST_PACKED = 1032  # bytes from one byte, the most that deflate can do (RFC 1951)
CLASS_BYTES = {
    "double": 8, "single": 4, "logical": 1, "int8": 1, "uint8": 1, "int16": 2, "uint16": 2,
    "int32": 4, "uint32": 4, "int64": 8, "uint64": 8, "char": 4,
}  # fmt: skip  # of an element in memory; 8 for all others
BYTE_ORDERS = {b"IM": "<", b"MI": ">"}  # end of the header

Variable = Union[np.ndarray, dict[str, np.ndarray]]  # an array, or the fields of a struct


def variable_names(path: Path) -> list[str]:
    """Names of the variables in a `.mat` file.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    names : list of str
        Of its variables, in the order of the file.

    Raises
    ------
    InputError
        If it is no `.mat` file, or ends within a variable.
    """
    try:
        if h5py.is_hdf5(path):
            with h5py.File(path, "r") as file:
                return [name for name in file if not name.startswith("#")]  # #refs# and the like
        names = [name for name, _, _ in whosmat(path)]
        cut = _cut_variable(path)
    except UNREADABLE as error:
        message = f"{path.name}: not readable as a MATLAB file, or cut short ({_one_line(error)})."
        raise InputError(message) from error
    if cut is not None:
        which = f"variable '{names[cut]}'" if cut < len(names) else f"variable number {cut + 1}"
        message = f"{path.name}: cut short or damaged in {which}, where the file ends."
        raise InputError(message)
    return names


def read_variable(path: Path, name: str) -> Variable:
    """Read one variable of a `.mat` file.

    Parameters
    ----------
    path : Path
        The file.
    name : str
        One of `variable_names`.

    Returns
    -------
    variable : array or dict
        With its axes in MATLAB's order; text as an array of str. A struct gives its fields.

    Raises
    ------
    InputError
        If the variable cannot be read, claims more than such a file can hold, or stands in
        another file; or if an HDF5 file does not tell its class.
    """
    try:
        if not h5py.is_hdf5(path):
            for number, (found, shape, kind) in enumerate(whosmat(path)):
                if found == name:
                    _check_claim(path, name, shape, CLASS_BYTES.get(kind, 8))
                    if kind not in CLASS_BYTES and kind != "sparse":
                        _check_inside(path, name, number)
            return _plain(loadmat(path, variable_names=[name])[name])
        with h5py.File(path, "r") as file:
            _check_links(path, file, name)
            if "MATLAB_class" not in file[name].attrs:
                message = (
                    f"{path.name}: '{name}' has no attribute MATLAB_class, so the order of its "
                    "axes is not known. Write the file by MATLAB's save -v7.3."
                )
                raise InputError(message)
            return _from_hdf5(path, name, file[name])
    except InputError:
        raise
    except UNREADABLE as error:
        message = f"{path.name}: cut short or damaged in variable '{name}' ({_one_line(error)})."
        raise InputError(message) from error


def _cut_variable(path: Path) -> int | None:
    """Position of the variable within which a version 5 file ends; None where it is whole."""
    size = path.stat().st_size
    with path.open("rb") as file:
        order = BYTE_ORDERS.get(file.read(HEADER_BYTES)[-2:])
        place, number = HEADER_BYTES, 0
        while order is not None and place < size:
            file.seek(place)
            tag = file.read(TAG_BYTES)
            if len(tag) < TAG_BYTES:
                return number
            place += TAG_BYTES + struct.unpack(f"{order}II", tag)[1]
            if place > size:
                return number
            number += 1
    return None


def _plain(value: np.ndarray) -> Variable:
    """A variable of scipy's: sparse matrices filled, a struct as its fields."""
    if issparse(value):
        return value.toarray()
    if value.dtype.names is not None:
        return {name: value[name].item() for name in value.dtype.names} if value.size == 1 else {}
    return value


def _from_hdf5(path: Path, name: str, value: h5py.Dataset | h5py.Group) -> Variable:
    """A variable of a version 7.3 file; of a struct only the fields that are arrays."""
    if isinstance(value, h5py.Group):
        for field in value:
            _check_links(path, value, field)
        fields = {field: value[field] for field in value}
        return {
            field: _from_hdf5(path, f"{name}.{field}", inner)
            for field, inner in fields.items()
            if isinstance(inner, h5py.Dataset)
        }
    if value.is_virtual or value.external:
        raise InputError(_elsewhere(path, name))
    for shape in (value.shape, value.chunks or ()):
        _check_claim(path, name, shape, value.dtype.itemsize)
    array = value[()]
    if "MATLAB_empty" in value.attrs:  # the dataset then holds the lengths of the axes
        axes = tuple(int(length) for length in np.ravel(array))
        if 0 not in axes:
            message = f"{path.name}: damaged in variable '{name}': of {axes}, it is called empty."
            raise InputError(message)
        return np.zeros(axes)
    if value.attrs.get("MATLAB_class") == b"char":
        return np.array(["".join(chr(code) for code in np.ravel(array))])
    return np.asarray(array).T


def _check_links(path: Path, group: h5py.Group, name: str) -> None:
    """Refuse a name that leads into another file, or round about."""
    if not isinstance(group.get(name, getlink=True), h5py.HardLink):
        raise InputError(_elsewhere(path, name))


def _elsewhere(path: Path, name: str) -> str:
    """What is wrong with a variable that the file only points to."""
    return (
        f"{path.name}: '{name}' stands elsewhere, and the file only leads there. Write the file "
        "by MATLAB's save -v7.3."
    )


def _check_inside(path: Path, name: str, number: int) -> None:
    """Refuse a struct or cell of a version 5 file if what is in it claims too much."""
    most = _most_bytes(path)
    with path.open("rb") as file:
        order = BYTE_ORDERS[file.read(HEADER_BYTES)[-2:]]
        for _ in range(number + 1):
            tag = file.read(TAG_BYTES)
            length = struct.unpack(f"{order}II", tag)[1]
            place = file.tell()
            file.seek(place + length)
        file.seek(place)
        claimed = claimed_bytes(tag + file.read(length), order, most=most)
    if claimed > most:
        message = (
            f"{path.name}: what is in '{name}' claims {claimed} bytes or more; of a file of "
            f"{path.stat().st_size} bytes {most} are believed. Save the map and its labels as "
            "variables of their own."
        )
        raise InputError(message)


def _most_bytes(path: Path) -> int:
    """What a variable of a file of that size may claim."""
    return min(MOST_BYTES, FREE_BYTES + MOST_PACKED * path.stat().st_size)


def _check_claim(path: Path, name: str, shape: Sequence[int], itemsize: int) -> None:
    """Refuse a variable that no file of this size can hold, or no experiment has."""
    claimed = math.prod(int(length) for length in shape) * itemsize
    size = path.stat().st_size
    if claimed > _most_bytes(path):
        message = (
            f"{path.name}: '{name}' claims {' x '.join(map(str, shape))} values, {claimed} bytes. "
            f"A file of {size} bytes cannot hold them, or they are more than the {MOST_BYTES} "
            "bytes that a variable may have."
        )
        raise InputError(message)


def _one_line(error: Exception) -> str:
    """The message of a library's error without its line breaks."""
    return " ".join(str(error).split()) or type(error).__name__
