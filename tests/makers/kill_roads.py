"""Verbs to be killed: tiny inputs, what they make of them, and how they are begun again."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import rasterio
import shapely

from makers.batch_maps import wavy_map
from makers.fork_server import Server
from makers.hand_made_mat import windows_2022
from makers.map_files import ORIGIN, STRAIGHT, UTM, write

COMMANDS = "ssf_model.headless.commands"
MODULES = {
    "ssf_model": (
        "onnxruntime", "pyogrio", "rasterio", "shapely", "tqdm", "ssf_model.__main__",
        *(f"{COMMANDS}.{verb}" for verb in
          ["batch", "check", "compare", "estimate", "explain", "join", "trace", "windows"]),
    ),
    "training": (
        "tensorflow", "keras", "onnx", "onnxruntime", "scipy.io", "h5py", "numba", "tqdm",
        "training.__main__",
        *(f"training.commands.{verb}" for verb in
          ["simulate", "ingest", "split", "train", "evaluate", "export"]),
    ),
}  # fmt: skip
FRAMES = 12  # of a simulation


@dataclass(frozen=True)
class Road:
    """A verb with its arguments; `{0}` in them is the folder of the inputs."""

    verb: str
    words: str
    again: str  # what is added to begin anew after a kill, as the docs say
    former: str  # words of an earlier run into the same outputs, which gave something else
    module: str = "ssf_model"
    before: str = ""
    most_left: int = 1  # hidden folders: one for each output that is made at a time
    grows: tuple[str, ...] = ()  # folders whose files are whole one by one, but not yet final
    whole_folders: tuple[str, ...] = ()  # folders that are there with all files or not at all


ESTIMATE = (
    "estimate {0}/a.gpkg --out r.gpkg --profile p.csv --report p.html --figure p.svg "
    "--raster strips --shift 0 --thickness "
)
EXPLAIN = "explain {0}/a.gpkg --out r.gpkg --no-contributions --shift 0 --thickness "
COMPARE = "compare {0}/%s.gpkg {0}/%s.gpkg --out r.gpkg --shift 0 --thickness 3"
BATCH = "batch {0}/a.gpkg {0}/b.gpkg --out out --shift 0 "
TRAIN = "train --windows {0}/windows --split {0}/split.json --config {0}/config.json --run run"
EXPORT = "export --run {0}/run --windows {0}/windows --scores {0}/scores.json --name tiny "
OVER = "--overwrite"
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
    Road("simulate", "simulate --out raw --only EB_025_1 PP_050_1 --workers 2", "--resume",
         "simulate --out raw --only EB_025_1 PP_050_1 --seed 7", module="training",
         before="makers.kill_roads:simulate_briefly", most_left=2),
    Road("ingest", "ingest {0}/raw --out windows --workers 2", OVER,
         "ingest {0}/raw --out windows --pens drawn", module="training",
         whole_folders=("windows",)),
    Road("train", TRAIN + " --seed 5", "--resume", TRAIN + " --seed 6", module="training",
         grows=("run",)),
    Road("export", EXPORT + "--version 7 --out m.onnx", OVER, EXPORT + "--version 6 --out m.onnx",
         module="training"),
]  # fmt: skip


def make_inputs(module: str, folder: Path, server: Server) -> None:
    """Make what the roads of a command line read."""
    (_maps if module == "ssf_model" else _run)(folder, server)


def simulate_briefly() -> None:
    """Have this process plan short simulations; what it plans tells its workers how long."""
    from training.virtual import runs

    runs.LABORATORY_FRAMES = dict.fromkeys(runs.LABORATORY_FRAMES, FRAMES)


def _maps(folder: Path, server: Server) -> None:
    """Maps of one zone, rasters of them, and a result."""
    for seed, name in enumerate("ab"):
        wavy_map(folder / f"{name}.gpkg", zones=1, length_km=12, seed=seed)
    for name, shift_m in (("map", 0), ("other", 3_000)):
        lines = [shapely.linestrings(STRAIGHT + ORIGIN + [0, shift_m])]
        write(folder / f"{name}.geojson", lines, id=[1])
        _raster(folder / f"{name}.tif", lines[0])
    _do(server, "ssf_model", folder, "estimate a.gpkg --out result.gpkg")


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


def _run(folder: Path, server: Server) -> None:
    """Experiment files, their windows and split, settings, a run and its scores."""
    from scipy.io import savemat

    (folder / "raw").mkdir()
    names = ("EB_025_1", "EB_025_2", "EB_025_3", "PP_050_1", "PP_050_2", "PP_050_3")
    for seed, name in enumerate(names):
        savemat(folder / "raw" / f"{name}.mat", windows_2022(seed=seed))
    settings = {"epochs": 3, "windows_per_epoch": 32, "batch_size": 16, "threads": 1}
    settings["architecture"], settings["shift_px"] = "published", [1, 1]
    (folder / "config.json").write_text(json.dumps(settings))
    for words in (
        "ingest raw --out windows",
        "split windows --by experiment --out split.json",
        TRAIN + " --seed 1",
        "evaluate --run run --windows windows --split split.json --out scores.json",
    ):
        _do(server, "training", folder, words)


def _do(server: Server, module: str, folder: Path, words: str) -> None:
    """Run a verb that must work."""
    done = server.run(module, words.format(folder).split(), folder)
    assert done.code == 0, done.said
