"""Maps and results for the tests of batches."""

import csv

import numpy as np
import pyogrio
import shapely

from makers.map_files import ORIGIN, write

# One drawing and place of each window, so that a test is quick; mirrored, so that members differ.
QUICK = ["--thickness", "3", "--shift", "0"]


def wavy_map(path, *, zones, length_km, seed=0):
    """Zones of broken, wavy lines 40 km apart, each `length_km` long; a field names them."""
    rng = np.random.default_rng(seed)
    shapes, names = [], []
    for zone in range(zones):
        for start in np.arange(0, length_km * 1000, 4_000):
            x = np.linspace(start, start + 4_500, 12)
            y = 40_000 * zone + 400 * np.sin(x / 9_000) + rng.normal(0, 60, 12)
            shapes.append(shapely.linestrings(np.column_stack([x, y]) + ORIGIN))
            names.append(f"zone {zone}")
    return write(path, shapes, zone=np.array(names, dtype=object))


def small_map(path, seed=0):
    """A map of one short zone."""
    return wavy_map(path, zones=1, length_km=12, seed=seed)


def summary_rows(out):
    """Rows of a batch's summary, by map."""
    with open(out / "summary.csv", encoding="utf-8", newline="") as file:
        return {row["map"]: row for row in csv.DictReader(file)}


def tables(path):
    """Every layer and table of a GeoPackage: names of the columns, all their bits, the shapes."""
    found = {}
    for layer in pyogrio.list_layers(path)[:, 0]:
        meta, _, shapes, values = pyogrio.raw.read(path, layer=layer)
        bits = [one.tolist() if one.dtype == object else one.tobytes() for one in values]
        found[str(layer)] = meta["fields"].tolist(), bits, shapes is not None and shapes.tolist()
    return found
