"""Verbs to be killed: tiny inputs, what they make of them, and how they are begun again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import rasterio
import shapely

from makers.batch_maps import wavy_map
from makers.fork_server import Server
from makers.map_files import ORIGIN, STRAIGHT, UTM, write
from makers.road import OVER, Road, do
from makers.training_roads import TRAINING_MODULES, TRAINING_ROADS, make_training_inputs

COMMANDS = "ssf_model.headless.commands"
MODULES = {
    "ssf_model": (
        "onnxruntime", "pyogrio", "rasterio", "shapely", "tqdm", "ssf_model.__main__",
        *(f"{COMMANDS}.{verb}" for verb in
          ["batch", "check", "compare", "estimate", "explain", "join", "trace", "windows"]),
    ),
    "training": TRAINING_MODULES,
}  # fmt: skip


ESTIMATE = (
    "estimate {0}/a.gpkg --out r.gpkg --profile p.csv --report p.html --figure p.svg "
    "--raster strips --shift 0 --thickness "
)
EXPLAIN = "explain {0}/a.gpkg --out r.gpkg --no-contributions --shift 0 --thickness "
COMPARE = "compare {0}/%s.gpkg {0}/%s.gpkg --out r.gpkg --shift 0 --thickness 3"
BATCH = "batch {0}/a.gpkg {0}/b.gpkg --out out --shift 0 "
ROADS = [
    Road("estimate", ESTIMATE + "3 --members", OVER, ESTIMATE + "2", most_left=5),
    Road("explain", EXPLAIN + "3", OVER, EXPLAIN + "2"),
    Road("compare", COMPARE % ("a", "b"), OVER, COMPARE % ("b", "a")),
    Road("check", "check {0}/a.gpkg --out r.gpkg", OVER, "check {0}/b.gpkg --out r.gpkg"),
    Road("windows", "windows {0}/a.gpkg --out r.gpkg", OVER, "windows {0}/b.gpkg --out r.gpkg"),
    Road("trace", "trace {0}/map.tif --out r.gpkg", OVER, "trace {0}/other.tif --out r.gpkg"),
    Road("join", "join {0}/result.gpkg {0}/a.gpkg --out r.gpkg", OVER,
         "join {0}/result.gpkg {0}/b.gpkg --out r.gpkg"),
    Road("batch", BATCH + "--thickness 3 --workers 2", "", BATCH + "--thickness 2 --workers 1",
         grows=("out/batch",), most_left=2),
    *TRAINING_ROADS,
]  # fmt: skip


def make_inputs(module: str, folder: Path, server: Server) -> None:
    """Make what the roads of a command line read."""
    (_maps if module == "ssf_model" else make_training_inputs)(folder, server)


def _maps(folder: Path, server: Server) -> None:
    """Maps of one zone, rasters of them, and a result."""
    for seed, name in enumerate("ab"):
        wavy_map(folder / f"{name}.gpkg", zones=1, length_km=12, seed=seed)
    for name, shift_m in (("map", 0), ("other", 3_000)):
        lines = [shapely.linestrings(STRAIGHT + ORIGIN + [0, shift_m])]
        write(folder / f"{name}.geojson", lines, id=[1])
        _raster(folder / f"{name}.tif", lines[0])
    do(server, "ssf_model", folder, "estimate a.gpkg --out result.gpkg")


def _raster(path: Path, line: shapely.LineString) -> None:
    """A line, three pixels wide."""
    west, south, east, north = np.array(line.bounds) + [-2_000, -2_000, 2_000, 2_000]
    size_m = 100.0
    rows, cols = int((north - south) / size_m), int((east - west) / size_m)
    place = rasterio.Affine(size_m, 0, west, 0, -size_m, north)
    x, y = place * np.meshgrid(np.arange(cols) + 0.5, np.arange(rows) + 0.5)
    pixels = shapely.distance(shapely.points(x, y), line) < 1.5 * size_m
    kind = {"driver": "GTiff", "count": 1, "dtype": "uint8", "width": cols, "height": rows}
    with rasterio.open(path, "w", crs=UTM, transform=place, **kind) as image:
        image.write(pixels.astype(np.uint8), 1)
