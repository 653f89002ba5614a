"""The verbs around an estimate, on damaged and odd inputs: their output, or one clear line."""

import contextlib
import shutil
import sqlite3
import warnings
from contextlib import closing

import numpy as np
import pyogrio
import pytest
import rasterio
import shapely

from makers.fuzzed_lines import VERBS
from makers.fuzzing import (
    REFUSED,
    RESULT,
    WRONG,
    counted,
    damaged,
    everything,
    heard,
    none_wrong,
    seeds,
    why_not,
)
from makers.map_files import ORIGIN, STRAIGHT, UTM, write
from makers.onnx_networks import study_like
from ssf_model.__main__ import main

ONE_MEMBER = ["--flips", "none", "--thickness", "3", "--shift", "0"]


def run(folder, line):
    """Exit code and last lines of a verb whose files lie in a folder."""
    words = [str(folder / word) if "." in word else word for word in line.split()]
    words += ONE_MEMBER if words[0] in ("check", "explain", "compare", "estimate") else []
    return heard(main, words)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Sound inputs of every verb."""
    folder = tmp_path_factory.mktemp("whole")
    (folder / "m.onnx").write_bytes(study_like(seed=3).SerializeToString())
    write(folder / "map.gpkg", [shapely.linestrings(STRAIGHT + ORIGIN)], name=["a"])
    write(folder / "other.gpkg", [shapely.linestrings(STRAIGHT + ORIGIN + 90)], name=["a"])
    sites = [shapely.points(ORIGIN), shapely.points(ORIGIN + [0, 40_000])]
    write(folder / "sites.gpkg", sites, kind="Point", n=[1, 2])
    for line in ("estimate map.gpkg --model m.onnx --out result.gpkg",
                 "windows map.gpkg --out plan2.gpkg"):  # fmt: skip
        assert run(folder, line)[0] == 0
    return folder


def drop_what_watches(database):
    """Drop triggers and views, which functions of GDAL's stand in."""
    for name, kind in database.execute(
        "SELECT name, type FROM sqlite_master WHERE type IN ('trigger', 'view')"
    ).fetchall():
        database.execute(f'DROP {kind} "{name}"')


def odd_columns(path, rng):
    """Fields gone, of other names, or of odd values, in one of a GeoPackage's layers."""
    with closing(sqlite3.connect(path)) as database, database:
        tables = [name for (name,) in database.execute("SELECT table_name FROM gpkg_contents")]
        table = str(rng.choice(tables))
        columns = [row[1] for row in database.execute(f'PRAGMA table_info("{table}")')]
        column = str(rng.choice(columns))
        drop_what_watches(database)
        way = int(rng.integers(5))
        if way == 0:
            database.execute(f'ALTER TABLE "{table}" RENAME COLUMN "{column}" TO "stranger"')
        elif way == 1:
            database.execute("DELETE FROM gpkg_contents WHERE table_name = ?", (table,))
        elif way == 2:
            database.execute(f'DELETE FROM "{table}"')  # noqa: S608 # nosec B608 - our own names
        else:
            value = [None, "x" * 3_000, -1, 1e300, b"\x00\xff", "nan", float("inf")]
            value = value[int(rng.integers(len(value)))]
            change = f'UPDATE "{table}" SET "{column}" = ?'  # noqa: S608 # nosec B608 - our own names
            with contextlib.suppress(sqlite3.Error):
                database.execute(change, (value,))
    return f"{table}.{column}, way {way}"


def wrong_outcome(kind, folder, line, out):
    """What went wrong where something did; only the output may be new."""
    there = everything(folder)
    code, said = run(folder, line)
    now = everything(folder)
    new = {path for path in {*now, *there} if now.get(path) != there.get(path)}
    reason = why_not(code, said, new, {folder / out})
    counted(kind, WRONG if reason else REFUSED if code else RESULT)
    return reason


@pytest.mark.parametrize("verb", VERBS)
def test_damaged_inputs(tmp_path, whole, verb):
    line, target, out = VERBS[verb]
    wrong = []
    for seed in seeds(8):
        rng = np.random.default_rng([13, sum(map(ord, verb)), seed])
        folder = tmp_path / str(seed)
        folder.mkdir()
        for name in {*line.replace("|", " ").split()[1:], target}:
            if (whole / name).is_file():
                shutil.copy(whole / name, folder)
        path, what = folder / target, "bytes"
        if target.endswith(".gpkg") and seed % 2:
            what = odd_columns(path, rng)
        else:
            path.write_bytes(damaged(path.read_bytes(), rng))
        reason = wrong_outcome(f"verb {verb}", folder, line, out)
        if reason:
            wrong.append(f"{verb}, {seed}, {what}: {reason}")
    none_wrong(wrong)


def test_windows_that_lack_any_one_column(tmp_path, whole):
    """By chance alone the few that are needed are seldom the one that is gone."""
    line, target, out = VERBS["join, its windows"]
    columns, wrong = pyogrio.read_info(whole / target, layer="windows")["fields"].tolist(), []
    for number, column in enumerate(columns):
        folder = tmp_path / str(number)
        folder.mkdir()
        for name in ("sites.gpkg", target):
            shutil.copy(whole / name, folder)
        with closing(sqlite3.connect(folder / target)) as database, database:
            drop_what_watches(database)
            database.execute(f'ALTER TABLE windows RENAME COLUMN "{column}" TO "stranger"')
        reason = wrong_outcome("verb join, a column gone", folder, line, out)
        if reason:
            wrong.append(f"{column}: {reason}")
    none_wrong(wrong)


@pytest.mark.parametrize("verb", VERBS)
def test_sound_inputs_give_a_result(tmp_path, whole, verb):
    """Else the test above would be content with refusing everything."""
    for path in whole.iterdir():
        shutil.copy(path, tmp_path)
    line, _, out = VERBS[verb]
    assert wrong_outcome("verbs, sound", tmp_path, line, out) is None
    assert (tmp_path / out).exists()


def line_of(rows, cols):
    pixels = np.zeros((rows, cols))
    pixels[rows // 2, cols // 8 : -cols // 8] = 1
    return pixels


NORTH_UP = rasterio.Affine(100, 0, ORIGIN[0], 0, -100, ORIGIN[1])
RASTERS = {  # pixels, where they lie, CRS, and what else the file says
    "plain": (line_of(60, 200), NORTH_UP, UTM, {}),
    "no number": (np.where(line_of(60, 200) > 0, np.nan, 0), NORTH_UP, UTM, {}),
    "infinite": (np.where(line_of(60, 200) > 0, np.inf, 0), NORTH_UP, UTM, {}),
    "all marked": (np.ones((60, 200)), NORTH_UP, UTM, {}),
    "nothing": (np.zeros((60, 200)), NORTH_UP, UTM, {}),
    "complex": (line_of(60, 200).astype(np.complex64), NORTH_UP, UTM, {}),
    "16 bits": (line_of(60, 200).astype(np.uint16) * 65_535, NORTH_UP, UTM, {}),
    "below 0": (-line_of(60, 200).astype(np.int32), NORTH_UP, UTM, {}),
    "turned": (line_of(60, 200), NORTH_UP @ rasterio.Affine.rotation(30), UTM, {}),
    "upside down": (line_of(60, 200), rasterio.Affine(100, 0, 5e5, 0, 100, 4e6), UTM, {}),
    "no size": (line_of(60, 200), rasterio.Affine(0, 0, 5e5, 0, 0, 4e6), UTM, {}),
    "no place": (line_of(60, 200), None, None, {}),
    "not numbers": (line_of(60, 200), rasterio.Affine(np.nan, 0, 5e5, 0, -100, 4e6), UTM, {}),
    "in degrees": (line_of(60, 200), rasterio.Affine(0.001, 0, 31, 0, -0.001, 40), "EPSG:4326", {}),
    "beyond degrees": (line_of(60, 200), rasterio.Affine(1, 0, 999, 0, -1, 40), "EPSG:4326", {}),
    "one pixel": (np.ones((1, 1)), NORTH_UP, UTM, {}),
    "one row": (np.ones((1, 300)), NORTH_UP, UTM, {}),
    "thin": (np.ones((3, 20_000)), NORTH_UP, UTM, {}),
    "noise": (np.random.default_rng(4).random((200, 200)) < 0.3, NORTH_UP, UTM, {}),
    "all unknown": (line_of(60, 200), NORTH_UP, UTM, {"nodata": 1}),
}


def write_raster(path, pixels, place, crs, more):
    """A GeoTIFF."""
    pixels = pixels.astype(np.uint8) if pixels.dtype == bool else pixels
    pixels = pixels.astype(np.float32) if pixels.dtype == np.float64 else pixels
    rows, cols = pixels.shape
    kind = {"driver": "GTiff", "count": 1, "dtype": pixels.dtype, "width": cols, "height": rows}
    where = {} if place is None else {"transform": place}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", rasterio.errors.NotGeoreferencedWarning)
        with rasterio.open(path, "w", crs=crs, **where, **kind, **more) as image:
            image.write(pixels, 1)


@pytest.mark.parametrize("name", RASTERS)
def test_odd_rasters(tmp_path, name):
    write_raster(tmp_path / "map.tif", *RASTERS[name])
    line = "trace map.tif --out lines.gpkg"
    assert wrong_outcome("rasters", tmp_path, line, "lines.gpkg") is None
    if name == "plain":
        assert pyogrio.read_info(tmp_path / "lines.gpkg")["features"] == 1


def test_damaged_rasters(tmp_path):
    write_raster(tmp_path / "whole.tif", *RASTERS["plain"])
    content, wrong = (tmp_path / "whole.tif").read_bytes(), []
    for seed in seeds(20):
        rng = np.random.default_rng([14, seed])
        folder = tmp_path / str(seed)
        folder.mkdir()
        near = 400 if seed % 2 else len(content)  # where the tags stand
        (folder / "map.tif").write_bytes(damaged(content[:near], rng) + content[near:])
        line = "trace map.tif --out lines.gpkg"
        reason = wrong_outcome("bytes, tif", folder, line, "lines.gpkg")
        if reason:
            wrong.append(f"{seed}: {reason}")
    none_wrong(wrong)
