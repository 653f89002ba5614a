"""Maps that no geologist drew, and damaged files: a valid result, or one clear line."""

import json
import sqlite3
import struct
from contextlib import closing

import numpy as np
import pyogrio
import pytest
import shapely

from makers.fuzzing import ODD_JSON, RESULT, TIMES, counted, damaged, outcome_of, seeds
from ssf_model.__main__ import main

ONE_MEMBER = ["--flips", "none", "--thickness", "3", "--shift", "0"]
NAN, INFINITE = float("nan"), float("inf")


def straight(rng, points=6):
    """A wavy line of some 30 km near Bolu, in degrees."""
    x = np.linspace(31.0, 31.35, points) + rng.normal(0, 0.002, points)
    return np.column_stack([x, 40.7 + rng.normal(0, 0.01, points)])


def doubled_back(rng):
    line = straight(rng)
    return np.concatenate([line, line[::-1]])


def star(rng):
    centre, ends = np.array([31.2, 40.7]), rng.normal(0, 0.1, (5, 2))
    return [np.stack([centre, centre + end]) for end in ends]


SHAPES = {
    "straight": straight,
    "doubled back": doubled_back,
    "star": star,
    "parallels": lambda rng: [straight(rng) + [0, step] for step in np.linspace(0, 0.05, 8)],
    "crossing itself": lambda rng: [31.2, 40.7] + np.cumsum(rng.normal(0, 0.02, (25, 2)), axis=0),
    "pole": lambda rng: np.array([[rng.uniform(-180, 180), 89.99], [0, 90], [120, 89.9]]),
    "antimeridian": lambda rng: np.array([[179.9, 40.0], [-179.9, 40.02 + rng.uniform(0, 0.05)]]),
    "round the world": lambda rng: np.array([[31.0, 40.7], [391.0, 40.7 + rng.normal(0, 1e-3)]]),
    "no number": lambda rng: np.insert(straight(rng), 2, [NAN, 40.7], axis=0),
    "infinite": lambda rng: np.insert(straight(rng), 2, [31.1, INFINITE], axis=0),
    "a point": lambda rng: np.repeat(straight(rng)[:1], 3, axis=0),
    "tiny": lambda rng: [31.2, 40.7] + rng.normal(0, 1e-9, (4, 2)),
    "out of degrees": lambda rng: straight(rng) * 1e5,
    "huge numbers": lambda rng: straight(rng) * 1e300,
    "heights": lambda rng: np.column_stack([straight(rng), rng.normal(0, 1e3, 6)]),
    "heights and measures": lambda rng: np.column_stack([straight(rng), np.full((6, 2), NAN)]),
    "nothing": lambda rng: np.empty((0, 2)),
    "an empty part": lambda rng: [straight(rng), np.empty((0, 2))],
}


def random_map(rng):
    """Text of a GeoJSON of one to three features of random shapes, with odd attributes."""
    features = []
    for _ in range(rng.integers(1, 4)):
        shape = SHAPES[list(SHAPES)[int(rng.integers(len(SHAPES)))]](rng)
        parts = isinstance(shape, list)
        coordinates = [part.tolist() for part in shape] if parts else shape.tolist()
        kind = "MultiLineString" if parts else "LineString"
        name = ODD_JSON[int(rng.integers(len(ODD_JSON)))] if rng.random() < 0.4 else "a"
        features.append(
            {
                "type": "Feature",
                "properties": {"zone": name},
                "geometry": {"type": kind, "coordinates": coordinates},
            }
        )
    return json.dumps({"type": "FeatureCollection", "features": features})


def check_result(path):
    """KE within 0 to 1 or not there, and windows that are finite."""
    _, _, shapes, columns = pyogrio.raw.read(path, layer="windows")
    fields = pyogrio.read_info(path, layer="windows")["fields"].tolist()
    ke = columns[fields.index("ke")].astype(float)
    assert np.all(np.isnan(ke) | ((ke >= 0) & (ke <= 1)))
    assert len(shapes) == len(ke)


def estimated(kind, path, *words):
    """Estimate a map into `o.gpkg` beside it, by one member."""
    out = path.parent / "o.gpkg"
    words = ["estimate", path, *ONE_MEMBER, *words, "--out", out]
    if outcome_of(kind, main, words, out) == RESULT:
        check_result(out)
        return True
    return False


@pytest.mark.parametrize("seed", seeds(30))
def test_random_maps(tmp_path, seed):
    rng = np.random.default_rng([4, seed])
    (tmp_path / "m.geojson").write_text(random_map(rng), encoding="utf-8")
    words = ["--zone-field", "zone"] if rng.random() < 0.5 else []
    estimated("maps", tmp_path / "m.geojson", *words)


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_beside_a_plain_line(tmp_path, shape):
    rng = np.random.default_rng(5)
    made = SHAPES[shape](rng)
    lines = [*(made if isinstance(made, list) else [made]), straight(rng) + [0, 1]]
    geometry = {"type": "MultiLineString", "coordinates": [line.tolist() for line in lines]}
    feature = {"type": "Feature", "properties": {}, "geometry": geometry}
    (tmp_path / "m.geojson").write_text(json.dumps(feature), encoding="utf-8")
    estimated("shapes", tmp_path / "m.geojson")


def many(count, most):
    """How many of something: a hundredth of the most in ./check, all of them by SSF_FUZZ=100."""
    return min(most, count * TIMES)


def in_metres(east_m, north_m):
    """Degrees of places near Bolu; a degree of longitude is 84 km there."""
    return np.column_stack([31.2 + np.asarray(east_m) / 84e3, 40.7 + np.asarray(north_m) / 111e3])


def vertices(rng):
    count = many(10_000, 10**6)
    return [in_metres(np.linspace(0, 30e3, count), np.cumsum(rng.normal(0, 3, count)))]


def pixel_segments(rng):
    """Broken to single pixels along a line of 30 km, and all over its sides."""
    places = rng.uniform(0, [30e3, 4e3], (many(500, 100_000), 2))
    return [in_metres(*(place + rng.normal(0, 70, (2, 2))).T) for place in places]


LARGE = {
    "vertices": vertices,
    "one-pixel segments": pixel_segments,
    "parallels": lambda rng: [in_metres([0, 30e3], [y, y + rng.normal(0, 5)])
                              for y in np.linspace(0, 15e3, many(50, 5_000))],
    "star": lambda rng: [in_metres([0, 20e3 * np.cos(turn)], [0, 20e3 * np.sin(turn)])
                         for turn in np.linspace(0, 2 * np.pi, many(50, 1_000))],
    "comb": lambda rng: [in_metres(np.repeat(np.linspace(0, 20e3, many(50, 5_000)), 2),
                                   np.tile([0, 3e3, 3e3, 0], many(50, 5_000))[
                                       : 2 * many(50, 5_000)])],
    "over the world": lambda rng: [in_metres([0, 30e3], [0, 500]) + [rng.uniform(-200, 140),
                                                                    rng.uniform(-110, 35)]
                                   for _ in range(many(8, 300))],
    "long": lambda rng: [np.column_stack([np.linspace(-60, 60, 500), np.linspace(-50, 60, 500)])],
}  # fmt: skip


@pytest.mark.parametrize("shape", LARGE)
def test_large_maps(tmp_path, shape):
    lines = LARGE[shape](np.random.default_rng(15))
    geometry = {"type": "MultiLineString", "coordinates": [line.tolist() for line in lines]}
    feature = {"type": "Feature", "properties": {}, "geometry": geometry}
    (tmp_path / "m.geojson").write_text(json.dumps(feature), encoding="utf-8")
    estimated(f"large, {shape}", tmp_path / "m.geojson")


CURVES = {  # ISO WKB codes of curves: two points more than a line's are the middle of an arc
    "arcs": (8, [[0, 0], [10e3, 500], [20e3, 0]]),
    "an arc of nothing": (8, [[0, 0], [0, 0], [0, 0]]),
    "a circle": (8, [[0, 0], [5e3, 5e3], [0, 0]]),
    "half an arc": (8, [[0, 0], [5e3, 5e3]]),
    "no number": (8, [[0, 0], [NAN, 5e3], [9e3, 0]]),
}


@pytest.mark.parametrize("name", CURVES)
def test_curves(tmp_path, name):
    """As a GeoPackage of another program holds them."""
    code, points = CURVES[name]
    path = tmp_path / "m.gpkg"
    lines = shapely.to_wkb([shapely.linestrings(in_metres([0, 9e3], [0, 9]))])
    pyogrio.raw.write(path, lines, [], [], geometry_type="LineString", crs="EPSG:4326")
    body = struct.pack("<BII", 1, code, len(points)) + in_metres(*np.array(points).T).tobytes()
    header = b"GP\x00\x01" + struct.pack("<i", 4326)
    with closing(sqlite3.connect(path)) as database, database:
        for (trigger,) in database.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            database.execute(f'DROP TRIGGER "{trigger}"')
        database.execute("UPDATE m SET geom = ?", (header + body,))
        database.execute("UPDATE gpkg_geometry_columns SET geometry_type_name = 'GEOMETRY'")
    worked = estimated("curves", path)
    assert worked or name != "arcs"


@pytest.mark.parametrize("ending", ["gpkg", "geojson", "fgb", "shp"])
@pytest.mark.parametrize("seed", seeds(6))
def test_damaged_maps(tmp_path, ending, seed):
    rng = np.random.default_rng([6, seed])
    source = {"type": "LineString", "coordinates": straight(rng).tolist()}
    feature = {"type": "Feature", "properties": {"zone": "a"}, "geometry": source}
    (tmp_path / "made.geojson").write_text(json.dumps(feature), encoding="utf-8")
    meta, _, shapes, columns = pyogrio.raw.read(tmp_path / "made.geojson")
    path = tmp_path / f"m.{ending}"
    pyogrio.raw.write(
        path, shapes, columns, meta["fields"], geometry_type="LineString", crs="EPSG:4326"
    )
    path.write_bytes(damaged(path.read_bytes(), rng))
    estimated(f"bytes, {ending}", path)


def test_a_plain_map_gives_a_result(tmp_path):
    """Else the tests above would be content with refusing everything."""
    rng = np.random.default_rng(7)
    geometry = {"type": "LineString", "coordinates": straight(rng).tolist()}
    text = json.dumps({"type": "Feature", "properties": {}, "geometry": geometry})
    (tmp_path / "m.geojson").write_text(text, encoding="utf-8")
    assert estimated("plain", tmp_path / "m.geojson")


def test_a_name_cannot_command_the_terminal(tmp_path, capsys):
    path = tmp_path / "m\x1b[2J.geojson"
    assert main(["check", str(path)]) == 1
    said = capsys.readouterr().err.splitlines()[-1]
    assert said.isprintable()
    assert r"m\x1b[2J.geojson" in said
    counted("terminal", "refused")
