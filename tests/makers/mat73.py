"""Files as MATLAB's `save -v7.3` lays them out, from the format's description."""

import h5py
import numpy as np

CLASSES = {"f8": "double", "f4": "single", "u1": "uint8", "u2": "uint16", "i4": "int32"}
HEADER = b"MATLAB 7.3 MAT-file, Platform: GLNXA64, written by a test HDF5 schema 1.00 .".ljust(124)


def write_mat73(path, variables):
    """Write arrays, numbers, text, booleans and dicts (structs); None is left out."""
    with h5py.File(path, "w", userblock_size=512) as file:
        file.create_group("#refs#")
        for name, value in variables.items():
            if value is not None:
                write_variable(file, name, value)
    with open(path, "r+b") as file:
        file.write(HEADER + b"\x00\x02IM")


def write_variable(group, name, value):
    if isinstance(value, dict):
        struct = group.create_group(name)
        struct.attrs["MATLAB_class"] = np.bytes_("struct")
        for field, inner in value.items():
            write_variable(struct, field, inner)
        return
    if isinstance(value, str):
        stored, kind = np.array([[ord(letter)] for letter in value], np.uint16), "char"
    else:
        array = np.asarray(value)
        array = array.reshape(1, 1) if array.ndim == 0 else array
        kind = "logical" if array.dtype == bool else CLASSES[array.dtype.str[1:]]
        stored = np.transpose(array.astype(np.uint8) if kind == "logical" else array)
        if not array.size:
            stored = np.array(array.shape, np.uint64)
    dataset = group.create_dataset(name, data=stored)
    dataset.attrs["MATLAB_class"] = np.bytes_(kind)
    if kind == "logical":
        dataset.attrs["MATLAB_int_decode"] = np.int32(1)
    if stored.dtype == np.uint64:
        dataset.attrs["MATLAB_empty"] = np.uint8(1)
