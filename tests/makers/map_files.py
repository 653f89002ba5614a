"""Vector files for the tests of the command line."""

import numpy as np
import pyogrio
import shapely

UTM = "EPSG:32611"  # HERE lies in it
ORIGIN = np.array([545_900.0, 3_817_700.0])  # of HERE, to about 100 m
STRAIGHT = np.array([[-12_000.0, 0.0], [-3_000.0, 300.0], [4_000.0, -200.0], [12_000.0, 100.0]])


def write(path, shapes, *, crs=UTM, layer=None, kind="LineString", append=False, **columns):
    """Write a layer with pyogrio; `columns` are attributes."""
    pyogrio.raw.write(
        path,
        shapely.to_wkb(np.array(shapes, dtype=object)),
        [np.array(values) for values in columns.values()],
        list(columns),
        layer=layer,
        geometry_type=kind,
        crs=crs,
        append=append,
    )
    return str(path)


def read(path, layer):
    """A layer as columns with None for NULL, and its shapes and CRS."""
    meta, _, geometry, values = pyogrio.raw.read(path, layer=layer)
    columns = dict(zip(meta["fields"].tolist(), values))
    return columns, shapely.from_wkb(geometry), meta["crs"]
