"""The same result as GeoPackage, GeoJSON, FlatGeobuf and KML."""

import csv
import os

import numpy as np
import pyogrio
import pytest
import rasterio.warp
import shapely

from makers.full_disk import full_disk
from makers.map_files import ORIGIN, STRAIGHT, UTM, read, write
from ssf_model.__main__ import main

QUICK = ("--thickness", "3", "--shift", "0", "--flips", "none")
SINGLE = (".geojson", ".json", ".fgb")


@pytest.fixture
def estimate(tmp_path, monkeypatch, model):
    """A run of `estimate` on a map of one fault, in its folder."""
    monkeypatch.chdir(tmp_path)
    write(
        "f.gpkg",
        [shapely.linestrings(STRAIGHT + ORIGIN), shapely.linestrings(STRAIGHT[1:3] + ORIGIN + 300)],
        count=np.array([3, 4]),
        mapper=np.array(["Ü", None], dtype=object),
    )

    def run(out, *words, traces="f.gpkg"):
        return main(["estimate", traces, "--out", out, "--model", model, *QUICK, *words])

    return run


def names():
    return sorted(os.listdir())


def places(wkb):
    return shapely.get_coordinates(shapely.from_wkb(wkb))


@pytest.mark.parametrize("ending", [*SINGLE, ".kml"])
def test_every_format_holds_what_the_geopackage_holds(estimate, ending, capsys):
    """Oracle of places: PROJ, by way of rasterio."""
    assert estimate("g.gpkg", "--members") == 0
    assert estimate(f"r{ending}", "--members") == 0
    single = ending in SINGLE
    files = [f"r{ending}", *([f"r_traces{ending}"] if single else [])]
    files += ["r_zones.csv", "r_members.csv"]
    assert f"Written: {', '.join(files)}\n" in capsys.readouterr().out
    looks = ["r.qml", "r_traces.qml"] if single else []
    assert names() == sorted(["f.gpkg", "g.gpkg", *files, *looks])
    for layer in ("windows", "traces"):
        path = f"r_{layer}{ending}" if single and layer == "traces" else f"r{ending}"
        meta, _, geometry, values = pyogrio.raw.read(path, layer=layer)
        found = dict(zip(meta["fields"].tolist(), values))
        order = np.argsort(found[{"windows": "window", "traces": "count"}[layer]])  # FlatGeobuf's
        found = {name: column[order] for name, column in found.items()}
        geometry = geometry[order]
        expected, shapes, _ = read("g.gpkg", layer)
        for name in ("ke", "strip", "count", "covered"):
            if name in expected:
                np.testing.assert_allclose(found[name].astype(float), expected[name].astype(float))
        xy = shapely.get_coordinates(shapes)
        if ending != ".fgb":
            xy = np.column_stack(rasterio.warp.transform(UTM, "EPSG:4326", *xy.T))
        np.testing.assert_allclose(places(geometry), xy, atol=1e-6 if ending != ".fgb" else 0)
    with open("r_zones.csv", encoding="utf-8", newline="") as file:
        (zone,) = csv.DictReader(file)
    expected, _, _ = read("g.gpkg", "zones")
    assert float(zone["ke_mean"]) == pytest.approx(expected["ke_mean"][0])
    assert zone["zone"] == expected["zone"][0]


@pytest.mark.parametrize("ending", [".shp", ".tab", ""])
def test_a_format_that_is_none_is_refused(estimate, ending, capsys):
    assert estimate(f"r{ending}") == 1
    assert "ends with .gpkg, .geojson, .json, .fgb, .kml (the format)" in capsys.readouterr().err
    assert names() == ["f.gpkg"]


def test_no_file_of_a_result_is_replaced_unasked_and_none_of_an_older_one_stays(estimate, capsys):
    assert estimate("r.geojson", "--members") == 0
    os.remove("r.geojson")
    assert estimate("r.geojson") == 1
    assert "r_traces.geojson exists already; give --overwrite" in capsys.readouterr().err
    with open("r.qml", "w") as file:
        file.write("a style of mine")
    assert estimate("r.geojson", "--overwrite") == 0
    assert "r_members.csv" not in names()
    with open("r.qml") as file:
        assert file.read() == "a style of mine"


def test_no_file_of_a_result_is_an_input(estimate, capsys):
    os.rename("f.gpkg", "r_traces.geojson")  # GDAL looks at what is inside
    assert estimate("r.geojson", "--overwrite", traces="r_traces.geojson") == 1
    assert "r_traces.geojson is the input TRACES" in capsys.readouterr().err


@pytest.mark.parametrize("ending", [".geojson", ".fgb", ".kml"])
@pytest.mark.parametrize("room_bytes", [600, 3_000])
def test_a_full_disk_leaves_no_file_of_a_result(estimate, ending, room_bytes, monkeypatch, capsys):
    from ssf_model.headless import formats

    convert = formats._convert

    def full(*words, **options):
        with full_disk(room_bytes):  # once the GeoPackage is made
            convert(*words, **options)

    monkeypatch.setattr(formats, "_convert", full)
    assert estimate(f"r{ending}") == 1
    assert capsys.readouterr().err.splitlines()[-1].startswith("error: ")
    assert names() == ["f.gpkg"]


def test_windows_across_the_antimeridian_stay_in_one_piece(estimate):
    line = shapely.linestrings([[179.9, 10.0], [180.0, 10.05], [180.1, 10.1]])
    write("f.gpkg", [line], crs="EPSG:4326", id=[1])
    assert estimate("r.geojson") == 0
    _, _, geometry, _ = pyogrio.raw.read("r.geojson")
    bounds = shapely.bounds(shapely.from_wkb(geometry))
    assert (bounds[:, 2] - bounds[:, 0] < 1).all()
