"""Protobuf's wire format: the fields of a message, checked against the bytes that are there.

Source: https://protobuf.dev/programming-guides/encoding. What does not hold together
raises ValueError; who reads a file turns that into a ModelError that names it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Union

import numpy as np

Value = Union[int, memoryview]  # of a field: a number, or the bytes of anything else


def fields(view: memoryview) -> Iterator[tuple[int, Value]]:
    """Number and value of every field of a message, in the order of the file.

    Parameters
    ----------
    view : memoryview of bytes
        The message.

    Yields
    ------
    number : int
        The field's number, from 1.
    value : int or memoryview
        A signed 64-bit number, or the bytes of text, of a message, or of a fixed-size number.

    Raises
    ------
    ValueError
        If a field reaches past the end or is of a kind that protobuf 3 does not have.
    """
    at, end = 0, len(view)
    while at < end:
        key, at = _varint(view, at)
        number, kind = key >> 3, key & 7
        if number < 1 or kind not in (0, 1, 2, 5):
            message = f"byte {at}: no field {number} of kind {kind} can be"
            raise ValueError(message)
        if kind == 0:
            value, at = _varint(view, at)
            yield number, value
            continue
        if kind == 2:
            length, at = _varint(view, at)
        else:
            length = 8 if kind == 1 else 4
        if not 0 <= length <= end - at:
            message = f"a field of {length} bytes where {end - at} are left"
            raise ValueError(message)
        yield number, view[at : at + length]
        at += length


def _varint(view: memoryview, at: int) -> tuple[int, int]:
    """A signed 64-bit number in base 128, and where it ends."""
    number = 0
    for place, byte in enumerate(view[at : at + 10]):
        number |= (byte & 0x7F) << (7 * place)
        if byte < 0x80:
            number &= 2**64 - 1
            return number - 2**64 if number >= 2**63 else number, at + place + 1
    message = "a number is cut short"
    raise ValueError(message)


def numbers_in(value: Value, dtype: np.dtype | None) -> list:
    """The entries of a repeated field: packed or single; varints where `dtype` is None."""
    if isinstance(value, int):
        return [value]
    if dtype is not None:
        return np.frombuffer(value, dtype).tolist()  # a ValueError where the bytes do not fit
    numbers, at = [], 0
    while at < len(value):
        number, at = _varint(value, at)
        numbers.append(number)
    return numbers


def int_in(value: Value | None) -> int:
    """A number; 0, protobuf's default, where it is absent."""
    if value is None or isinstance(value, int):
        return value or 0
    message = "bytes stand where a number belongs"
    raise ValueError(message)


def bytes_in(value: Value | None) -> memoryview:
    """Bytes; none where absent."""
    if isinstance(value, int):
        message = "a number stands where bytes belong"
        raise ValueError(message)
    return memoryview(b"") if value is None else value


def float_in(value: Value | None) -> float:
    """A 32-bit float; 0, protobuf's default, where it is absent."""
    entries = [0.0] if value is None else np.frombuffer(bytes_in(value), "<f4").tolist()
    if len(entries) != 1:
        message = "a number of 4 bytes has another length"
        raise ValueError(message)
    return entries[0]


def text_in(value: Value | None) -> str:
    """UTF-8 text; empty where absent."""
    return bytes(bytes_in(value)).decode("utf-8")
