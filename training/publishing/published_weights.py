"""The study's published weights, taken into our own architecture.

Keras 2 HDF5 files also describe a network, and such a description may hold code. Nothing of
it is read: the weights are taken by name and shape.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ssf_model.errors import InputError, ModelError, SsfError, counted
from ssf_model.scale import ExperimentScale
from training.fitting import architectures

if TYPE_CHECKING:
    import keras


MATERIAL = "wet kaolin"
CITATION = (
    "Chaipornkaew, L., Elston, H., Cooke, M., Mukerji, T. & Graham, S. A. (2022), Predicting "
    "Off-Fault Deformation From Experimental Strike-Slip Fault Images Using Convolutional Neural "
    "Networks, Geophys. Res. Lett. 49(12), doi 10.1029/2021GL096854."
)
GROUP = "model_weights"  # of a file that holds a whole model; absent where it holds weights only
MAX_VALUES = 10_000_000  # a weight larger than this belongs to no network of this kind


def read_published(path: Path, *, scale: ExperimentScale) -> keras.Model:
    """Fill the study's architecture with weights from a Keras 2 HDF5 file.

    Parameters
    ----------
    path : Path
        The file, with or without a description of its network; that is not looked at.
    scale : ExperimentScale
        Gives the window's size.

    Returns
    -------
    model : keras.Model

    Raises
    ------
    InputError
        If there is no such file, or it is no HDF5.
    ModelError
        If its weights are not those of this architecture.
    """
    import h5py

    try:
        with h5py.File(path, "r") as file:
            group = file.get(GROUP, file)
            found = list(_weights_in(group, path))
    except FileNotFoundError as error:
        message = f"{path}: there is no such file."
        raise InputError(message) from error
    except SsfError:
        raise
    except Exception as error:  # of damaged HDF5, h5py raises whatever it stumbles on
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        message = f"{path}: cannot be read as HDF5 ({reason})."
        raise InputError(message) from error
    model = architectures.published_network(scale.window_rows, scale.window_cols)
    wanted = [layer for layer in model.layers if layer.weights]
    if len(found) != len(wanted):
        has = f"has {counted(len(found), 'layer')} with weights"
        message = f"{path}: {has}, the study's has {len(wanted)}."
        raise ModelError(message)
    for layer, (name, arrays) in zip(wanted, found):
        shapes = [tuple(weight.shape) for weight in layer.weights]
        if [array.shape for array in arrays] != shapes:
            message = (
                f"{path}: layer '{name}' has weights {[array.shape for array in arrays]}, "
                f"the study's {shapes}."
            )
            raise ModelError(message)
        if not all(np.isfinite(array).all() for array in arrays):
            message = f"{path}: layer '{name}' has weights that are not finite."
            raise ModelError(message)
        layer.set_weights(arrays)
    return model


def _weights_in(group: Any, path: Path) -> Iterator[tuple[str, list[np.ndarray]]]:
    """Name and weights of every layer that has any, in the order that Keras 2 notes."""
    for layer_name in _names(group, "layer_names", path):
        layer = _entry(group, layer_name, path)
        arrays = []
        for weight_name in _names(layer, "weight_names", path):
            weight = _entry(layer, weight_name, path)
            is_weight = getattr(weight, "dtype", None) == np.float32
            if not is_weight or weight.size > MAX_VALUES:
                message = f"{path}: '{weight_name}' is no float32 weight of a small network."
                raise ModelError(message)
            arrays.append(weight[()])
        if arrays:
            yield layer_name, arrays


def _names(group: Any, key: str, path: Path) -> list[str]:
    """A list of names among the group's attributes."""
    names = getattr(group, "attrs", {}).get(key)
    if names is None:
        message = f"{path}: has no '{key}', so it is no weights file of Keras 2."
        raise ModelError(message)
    return [name.decode() if isinstance(name, bytes) else str(name) for name in names]


def _entry(group: Any, name: str, path: Path) -> Any:
    """What the group holds under a name that its own list promises."""
    if name not in group:
        message = f"{path}: '{name}' is listed but not there."
        raise ModelError(message)
    return group[name]
