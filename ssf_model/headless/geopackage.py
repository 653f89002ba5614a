"""Rows into the layers and tables of a GeoPackage: all of them, or an error."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
from pyogrio.errors import (
    CRSError,
    DataLayerError,
    DataSourceError,
    FeatureError,
    FieldError,
    GeometryError,
)

from ssf_model.errors import in_words
from ssf_model.headless.layer_styles import store_style
from ssf_model.tables.fields import STATEMENT

# A file is written aside, and reaches the disk as a whole before it gets its name: SQLite need not
# wait for the disk after each part as well.
pyogrio.set_gdal_config_options({"OGR_SQLITE_SYNCHRONOUS": "OFF"})

VERSION = {"VERSION": "1.2"}  # GDAL 3.6, which is Debian 12's QGIS, warns of newer ones
WRITE_ERRORS = (
    *(OSError, sqlite3.Error, CRSError, DataLayerError, DataSourceError),
    *(FeatureError, FieldError, GeometryError),
)


def add_rows(
    path: Path,
    layer: str,
    geometry: np.ndarray | None,
    columns: list,
    names: list,
    *,
    look: str | None = None,
    given: Mapping[str, str] | None = None,
    **how: Any,
) -> None:
    """Add rows to a layer, or to a table where there is no geometry.

    Parameters
    ----------
    path : Path
        The file; it and the layer are made where they do not exist.
    layer : str
        Name of the layer.
    geometry : (n,) array of WKB, optional
        Of the rows.
    columns, names : lists
        Values, (n,) arrays, and what each column is called.
    look, given : str and mapping, optional
        Style of the layer, as `store_style` takes it; stored where the layer is new.
    **how
        For `pyogrio.raw.write`.

    Raises
    ------
    OSError
        If they do not get there whole.
    """
    count = len(columns[0] if geometry is None else geometry)
    try:
        is_new = not _has_layer(path, layer)
        former = 0 if is_new else _count(path, layer)
        pyogrio.raw.write(
            path,
            geometry,
            columns,
            names,
            layer=layer,
            driver="GPKG",
            append=path.exists(),
            layer_options={"DESCRIPTION": STATEMENT},
            dataset_options=VERSION,
            **how,
        )
        whole = _count(path, layer) - former == count
        whole = whole and (geometry is None or _has_index(path, layer))
        if whole and is_new and look is not None:
            store_style(path, layer, look, given or {})
    except WRITE_ERRORS as error:
        why = in_words(error).rpartition("failed: ")[2]
        message = f"The layer {layer} cannot be written ({why}). Is the disk full?"
        raise OSError(message) from error
    if not whole:
        message = f"The layer {layer} could not be written whole. Is the disk full?"
        raise OSError(message)


def _has_layer(path: Path, layer: str) -> bool:
    """Whether a file has a layer."""
    return path.exists() and layer in pyogrio.list_layers(path)[:, 0]


def _count(path: Path, layer: str) -> int:
    """How many rows a layer holds."""
    return pyogrio.read_info(path, layer=layer, force_feature_count=True)["features"]


def _has_index(path: Path, layer: str) -> bool:
    """Whether a layer has its spatial index, without which GDAL leaves it where a disk is full."""
    found = "SELECT 1 FROM gpkg_extensions WHERE table_name = ? AND extension_name = ?"
    with closing(sqlite3.connect(path)) as database:
        return database.execute(found, (layer, "gpkg_rtree_index")).fetchone() is not None
