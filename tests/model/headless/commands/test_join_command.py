"""`ssf join` on files."""

import re
import sqlite3
from contextlib import closing

import numpy as np
import pyogrio
import pytest
import shapely

from makers.field_maps import TWO_FOLDERS_KML
from makers.map_files import ORIGIN, STRAIGHT, UTM, read, write
from ssf_model.__main__ import main


@pytest.fixture
def result(tmp_path, model):
    """An estimate of a fault of 24 km."""
    path = write(tmp_path / "faults.gpkg", [shapely.linestrings(STRAIGHT + ORIGIN)])
    out = tmp_path / "result.gpkg"
    assert main(["estimate", path, "--model", model, "--out", str(out)]) == 0
    return str(out)


def symbols_of(path, layer):
    """Kinds of the symbols in a layer's style."""
    with closing(sqlite3.connect(path)) as database:
        ((qml,),) = database.execute(
            "SELECT styleQML FROM layer_styles WHERE f_table_name = ?", (layer,)
        ).fetchall()
    return set(re.findall(r'<symbol [^>]*type="(\w+)"', qml))


def test_points_get_the_ke_of_their_window(result, tmp_path, capsys):
    places = [ORIGIN, ORIGIN + [0, 50_000]]
    path = write(
        tmp_path / "sites.gpkg", [shapely.points(p) for p in places], kind="Point", n=[1, 2]
    )
    out = tmp_path / "joined.gpkg"
    assert main(["join", result, path, "--out", str(out)]) == 0
    assert "1 of 2 features has a KE" in capsys.readouterr().err
    joined, shapes, _ = read(out, "joined")
    assert joined["n"].tolist() == [1, 2]
    windows, rings, _ = read(result, "windows")
    inside = shapely.contains(rings, shapely.points(ORIGIN))
    assert joined["ke"][0] in windows["ke"][inside].tolist()
    assert np.isnan(joined["ke"][1])
    assert shapes[0].geom_type == "Point"
    assert symbols_of(out, "joined") == {"marker"}


def test_lines_get_the_look_of_lines(result, tmp_path):
    path = write(tmp_path / "roads.gpkg", [shapely.linestrings(STRAIGHT + ORIGIN)])
    out = tmp_path / "joined.gpkg"
    assert main(["join", result, path, "--out", str(out)]) == 0
    assert symbols_of(out, "joined") == {"line"}


def test_polygons_are_refused_and_inputs_kept(result, tmp_path, capsys):
    with open(result, "rb") as file:
        before = file.read()
    assert main(["join", result, f"{result}|layername=windows", "--out", str(tmp_path / "j.gpkg")])
    assert "joined to points and lines" in capsys.readouterr().err
    assert main(["join", result, result, "--out", result, "--overwrite"]) == 1
    with open(result, "rb") as file:
        assert file.read() == before


@pytest.fixture
def strangers(tmp_path, result):
    """Files and layers that are no windows with a KE."""
    write(tmp_path / "lines.gpkg", [shapely.linestrings(STRAIGHT + ORIGIN)], zone=["a"])
    (tmp_path / "text.txt").write_text("windows")
    (tmp_path / "table.csv").write_text("zone,along_km,ke\na,1,0.5\n")
    faults = str(tmp_path / "faults.gpkg")
    for verb in ("windows", "check"):
        assert main([verb, faults, "--out", str(tmp_path / f"{verb}.gpkg")]) == 0
    write(tmp_path / "two.gpkg", [shapely.points(ORIGIN)], kind="Point", layer="one")
    write(tmp_path / "two.gpkg", [shapely.points(ORIGIN)], kind="Point", layer="two", append=True)
    return tmp_path


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("lines.gpkg", "lines.gpkg, layer 'lines' has no column 'along_km', so it holds no wind"),
        ("two.gpkg", "two.gpkg has no layer 'windows' (its layers: one, two), so it is no result"),
        ("windows.gpkg", "windows.gpkg, layer 'windows' has no column 'ke', so it holds no wind"),
        ("check.gpkg", "check.gpkg, layer 'windows' has no column 'ke', so it holds no windows"),
        ("text.txt", "text.txt is no vector file that GDAL can read"),
        ("table.csv", "table.csv, layer 'table' is a table without geometry; windows are polygons"),
        ("result.gpkg|layername=traces", "result.gpkg, layer 'traces' has no column 'zone'"),
        ("result.gpkg|layername=a", "result.gpkg has no layer 'a' (its layers: windows, "),
        ("none.gpkg", "none.gpkg does not exist."),
    ],
)
def test_what_is_no_result_is_refused_by_name_and_what_would_do(strangers, capsys, given, said):
    sites = write(strangers / "sites.gpkg", [shapely.points(ORIGIN)], kind="Point")
    out = strangers / "joined.gpkg"
    capsys.readouterr()
    assert main(["join", str(strangers / given), sites, "--out", str(out)]) == 1
    (line,) = [one for one in capsys.readouterr().err.splitlines() if one.startswith("error")]
    assert said in line
    assert not out.exists()


def test_the_only_layer_of_a_file_is_that_of_windows_whatever_its_name(result, tmp_path):
    """As QGIS names it where it saves a layer of windows."""
    sites = write(tmp_path / "sites.gpkg", [shapely.points(ORIGIN)], kind="Point")
    meta, _, shapes, values = pyogrio.raw.read(result, layer="windows")
    pyogrio.raw.write(tmp_path / "mine.gpkg", shapes, values, meta["fields"], crs=UTM, layer="mine",
                      geometry_type="Polygon")  # fmt: skip
    for given, out in ((result, "one"), (tmp_path / "mine.gpkg", "two")):
        assert main(["join", str(given), sites, "--out", str(tmp_path / f"{out}.gpkg")]) == 0
    one, two = (read(tmp_path / f"{out}.gpkg", "joined")[0] for out in ("one", "two"))
    assert one["ke"] == two["ke"] > 0


def test_a_table_of_places_is_refused(result, tmp_path, capsys):
    (tmp_path / "table.csv").write_text("site,n\na,1\n")
    assert main(["join", result, str(tmp_path / "table.csv"), "--out", str(tmp_path / "j.gpkg")])
    assert "without geometry; KE is joined to points and lines." in capsys.readouterr().err


def test_what_is_no_result_is_refused(tmp_path, capsys):
    sites = write(tmp_path / "sites.gpkg", [shapely.points(ORIGIN)], kind="Point", n=[1])
    shapes = shapely.to_wkb([shapely.points(ORIGIN)])
    pyogrio.raw.write(
        sites, shapes, [], [], layer="more", geometry_type="Point", crs=UTM, append=True
    )
    assert main(["join", sites, sites, "--out", str(tmp_path / "out.gpkg")]) == 1
    said = capsys.readouterr().err
    assert "sites.gpkg has no layer 'windows' (its layers: " in said
    assert "so it is no result of an estimate" in said
    assert not (tmp_path / "out.gpkg").exists()


def test_folders_of_places_are_not_guessed_among(result, tmp_path, capsys):
    """Of a map they are all read; places are one layer."""
    places, out = tmp_path / "places.kml", tmp_path / "joined.gpkg"
    places.write_text(TWO_FOLDERS_KML)
    assert main(["join", result, str(places), "--out", str(out)]) == 1
    assert "places.kml has several layers; name one with --layer-b." in capsys.readouterr().err
    assert not out.exists()
    assert main(["join", result, str(places), "--layer-b", "north", "--out", str(out)]) == 0
