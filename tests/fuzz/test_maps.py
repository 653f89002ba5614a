"""Maps that no geologist drew, and damaged files: a valid result, or one clear line."""

import json

import numpy as np
import pyogrio
import pytest

from makers.fuzzing import ODD_JSON, RESULT, counted, damaged, outcome_of, seeds
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


def estimated(kind, path, capsys, *words):
    """Estimate a map into `o.gpkg` beside it, by one member."""
    out = path.parent / "o.gpkg"
    words = ["estimate", path, *ONE_MEMBER, *words, "--out", out]
    if outcome_of(kind, main, words, out, capsys) == RESULT:
        check_result(out)
        return True
    return False


@pytest.mark.parametrize("seed", seeds(30))
def test_random_maps(tmp_path, capsys, seed):
    rng = np.random.default_rng([4, seed])
    (tmp_path / "m.geojson").write_text(random_map(rng), encoding="utf-8")
    words = ["--zone-field", "zone"] if rng.random() < 0.5 else []
    estimated("maps", tmp_path / "m.geojson", capsys, *words)


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_beside_a_plain_line(tmp_path, capsys, shape):
    rng = np.random.default_rng(5)
    made = SHAPES[shape](rng)
    lines = [*(made if isinstance(made, list) else [made]), straight(rng) + [0, 1]]
    geometry = {"type": "MultiLineString", "coordinates": [line.tolist() for line in lines]}
    feature = {"type": "Feature", "properties": {}, "geometry": geometry}
    (tmp_path / "m.geojson").write_text(json.dumps(feature), encoding="utf-8")
    estimated("shapes", tmp_path / "m.geojson", capsys)


@pytest.mark.parametrize("ending", ["gpkg", "geojson", "fgb", "shp"])
@pytest.mark.parametrize("seed", seeds(6))
def test_damaged_maps(tmp_path, capsys, ending, seed):
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
    estimated(f"bytes, {ending}", path, capsys)


def test_a_plain_map_gives_a_result(tmp_path, capsys):
    """Else the tests above would be content with refusing everything."""
    rng = np.random.default_rng(7)
    geometry = {"type": "LineString", "coordinates": straight(rng).tolist()}
    text = json.dumps({"type": "Feature", "properties": {}, "geometry": geometry})
    (tmp_path / "m.geojson").write_text(text, encoding="utf-8")
    assert estimated("plain", tmp_path / "m.geojson", capsys)


def test_a_name_cannot_command_the_terminal(tmp_path, capsys):
    path = tmp_path / "m\x1b[2J.geojson"
    assert main(["check", str(path)]) == 1
    said = capsys.readouterr().err.splitlines()[-1]
    assert said.isprintable()
    assert r"m\x1b[2J.geojson" in said
    counted("terminal", "refused")
