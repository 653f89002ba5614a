"""`ssf join` on files."""

import re
import sqlite3
from contextlib import closing

import numpy as np
import pytest
import shapely

from makers.map_files import ORIGIN, STRAIGHT, read, write
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
    assert "1 of 2 features have a KE" in capsys.readouterr().err
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
