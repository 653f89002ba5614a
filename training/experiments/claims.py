"""What structs and cells of a version 5 MATLAB file claim to hold, with all that is in them.

The container's elements follow one another (MAT-File Format, The MathWorks, chapter 1): a tag with
type and length, then what it tells of; a matrix begins with its class and the lengths of its axes,
and the elements of a struct or cell are matrices again.
"""

from __future__ import annotations

import math
import struct
import zlib

MATRIX, COMPRESSED = 14, 15  # types of elements
CELL, STRUCT, OBJECT, SPARSE = 1, 2, 3, 5  # classes of matrices
CONTAINERS = (CELL, STRUCT, OBJECT)
CLASS_BYTES = {4: 4, 6: 8, 7: 4, 8: 1, 9: 1, 10: 2, 11: 2, 12: 4, 13: 4, 14: 8, 15: 8}
EACH_BYTES = 500  # that an array of Python's takes besides its values
TAG_BYTES, HEADER_BYTES = 8, 16  # of an element; of a matrix before its axes, without its tag


def claimed_bytes(element: bytes, order: str, *, most: int) -> int:
    """Memory that a variable claims, in bytes, however deep in it.

    Parameters
    ----------
    element : bytes
        The variable, with its tag, as it stands in the file.
    order : {"<", ">"}
        Byte order of the file.
    most : int
        Counting ends above it.

    Returns
    -------
    claimed : int
        As far as it was counted.

    Raises
    ------
    struct.error, zlib.error, IndexError, ValueError
        If the variable is damaged.
    """
    if struct.unpack_from(f"{order}I", element)[0] == COMPRESSED:
        packed = zlib.decompressobj()
        element = packed.decompress(element[TAG_BYTES:], most)
        if packed.unconsumed_tail:
            return most + 1
    claimed = place = 0
    while place + TAG_BYTES <= len(element) and claimed <= most:
        kind, length = struct.unpack_from(f"{order}II", element, place)
        if kind >> 16:  # a short element: its few bytes stand in the tag
            place += TAG_BYTES
        elif kind != MATRIX or length == 0:
            place += TAG_BYTES + length + -length % 8
        else:
            of, axes, after = _matrix(element, place + TAG_BYTES, order)
            size = 0 if of == SPARSE else CLASS_BYTES.get(of, 8)  # sparse ones stay sparse
            claimed += EACH_BYTES + math.prod(axes) * size
            place = after if of in CONTAINERS else place + TAG_BYTES + length
    return claimed


def _matrix(element: bytes, place: int, order: str) -> tuple[int, tuple[int, ...], int]:
    """The class of a matrix, the lengths of its axes, and the place after them."""
    (flags,) = struct.unpack_from(f"{order}I", element, place + TAG_BYTES)
    place += HEADER_BYTES
    (length,) = struct.unpack_from(f"{order}I", element, place + 4)
    if length % 4 or length > len(element):
        message = "the axes of a matrix are damaged"
        raise ValueError(message)
    axes = struct.unpack_from(f"{order}{length // 4}I", element, place + TAG_BYTES)
    return flags & 255, axes, place + TAG_BYTES + length + -length % 8
