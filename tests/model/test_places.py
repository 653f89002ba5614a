"""Outputs are held apart from inputs and from one another, whatever they are called."""

import os
from pathlib import Path

import pytest

from ssf_model.errors import InputError
from ssf_model.places import check_apart, files_of

IS_INPUT = r"--out: .* is the input TRACES, and inputs are never changed"
IS_OUTPUT = r"--b: .* is the output --a, too"


@pytest.fixture
def maps(tmp_path):
    """A folder with files named like maps."""
    for name in ("faults.gpkg", "a.shp", "A.DBF", "a.gpkg", "b c.geojson", "other.shp"):
        (tmp_path / name).write_text(name)
    return tmp_path


@pytest.mark.parametrize(
    ("text", "file"),
    [
        ("{}/faults.gpkg", "faults.gpkg"),
        ("{}/faults.gpkg|layername=faults", "faults.gpkg"),
        ("{}/faults.gpkg|layerid=0|subset=a = '|'", "faults.gpkg"),
        ("{}/not there.gpkg|layername=x", "not there.gpkg"),
        ("file://{}/b%20c.geojson?type=csv", "b c.geojson"),
        ("ogr:dbname='{}/faults.gpkg' table=\"x\" (geom)", "faults.gpkg"),
        ("dbname='{}/it\\'s.sqlite' table=\"x\" (geom) sql=", "it's.sqlite"),
        ("ogr:dbname=\"{}/faults.gpkg\" table='x'", "faults.gpkg"),
        ("ogr:dbname = {}/faults.gpkg table=x (geom)", "faults.gpkg"),
        ("/vsizip/{}/a.gpkg/inner/faults.shp", "a.gpkg"),
        ("/vsizip/{{{}/a.gpkg}}/faults.shp", "a.gpkg"),
        ("/vsigzip//vsizip/{}/a.gpkg/x.gz", "a.gpkg"),
        ("/vsizip{}/a.gpkg/x.shp", "a.gpkg"),  # as pathlib leaves it
        ("GPKG:{}/faults.gpkg:faults", "faults.gpkg"),
        ('SQLITE:"{}/faults.gpkg"', "faults.gpkg"),
    ],
)
def test_a_place_lies_in_a_file_however_it_is_named(maps, text, file):
    assert files_of(text.format(maps))[0] == maps / file


@pytest.mark.parametrize("text", ["", "TEMPORARY_OUTPUT", "memory:", "/vsimem/a.gpkg"])
def test_what_is_no_file_lies_in_none(text):
    assert files_of(text) == []


def test_a_name_that_looks_like_a_layer_of_another_file_is_its_own_where_it_is_there(maps):
    odd = maps / "faults.gpkg|layername=x"
    odd.write_text("mine")
    assert files_of(odd) == [odd]


def test_a_shapefile_is_all_its_files(maps):
    """`other.shp` and `a.gpkg` are not of them."""
    assert sorted(path.name for path in files_of(maps / "a.shp")) == ["A.DBF", "a.shp"]


@pytest.fixture(params=["same", "relative", "symlink", "hard link", "link to folder", "dots"])
def other_name(request, maps, monkeypatch):
    """Another path to the map."""
    path = maps / "faults.gpkg"
    if request.param == "relative":
        monkeypatch.chdir(maps)
        return Path("faults.gpkg")
    if request.param == "symlink":
        (maps / "link.gpkg").symlink_to(path)
        return maps / "link.gpkg"
    if request.param == "hard link":
        os.link(path, maps / "hard.gpkg")
        return maps / "hard.gpkg"
    if request.param == "link to folder":
        (maps / "here").symlink_to(maps)
        return maps / "here" / "faults.gpkg"
    if request.param == "dots":
        return maps / ".." / maps.name / "faults.gpkg"
    return path


def test_an_output_that_is_an_input_is_refused_by_any_name(maps, other_name):
    with pytest.raises(InputError, match=IS_INPUT):
        check_apart([("--out", other_name)], [("TRACES", f"{maps}/faults.gpkg|layername=faults")])
    with pytest.raises(InputError, match=IS_INPUT):
        check_apart([("--out", maps / "faults.gpkg")], [("TRACES", other_name)])


def test_an_output_that_is_another_output_is_refused_by_any_name(maps, other_name):
    with pytest.raises(InputError, match=IS_OUTPUT):
        check_apart([("--a", other_name), ("--b", maps / "faults.gpkg")], [])


@pytest.mark.parametrize(("a", "b"), [("r.html", "R.HTML"), ("Düzce.csv", "Du\u0308zce.csv")])
def test_outputs_that_some_file_systems_do_not_tell_apart_are_one(tmp_path, a, b):
    with pytest.raises(InputError, match=IS_OUTPUT):
        check_apart([("--a", tmp_path / a), ("--b", tmp_path / b)], [])


def test_any_file_of_a_shapefile_is_the_input(maps):
    with pytest.raises(InputError, match=IS_INPUT):
        check_apart([("--out", maps / "A.DBF")], [("TRACES", maps / "a.shp")])


def test_a_folder_that_is_the_input_takes_no_output(maps):
    with pytest.raises(InputError, match="lies inside the input TRACES"):
        check_apart([("--out", maps / "out.gpkg")], [("TRACES", maps)])


@pytest.mark.parametrize("table", ["ke", "FAULTS"])
def test_a_table_beside_the_input_in_its_geopackage_changes_the_input(maps, table):
    """QGIS offers to write into the GeoPackage of a project."""
    place = f"ogr:dbname='{maps}/faults.gpkg' table=\"{table}\" (geom)"
    told = f"--out: table '{table}' would go into .*faults.gpkg, the input TRACES, .* another file"
    with pytest.raises(InputError, match=told):
        check_apart([("--out", place)], [("TRACES", f"{maps}/faults.gpkg|layername=faults")])


def test_tables_of_one_file_are_apart(maps):
    place = "ogr:dbname='{}/other.gpkg' table=\"{}\" (geom)"
    check_apart([("--a", place.format(maps, "ke")), ("--b", place.format(maps, "zones"))], [])
    with pytest.raises(InputError, match=IS_OUTPUT):
        check_apart([("--a", place.format(maps, "ke")), ("--b", place.format(maps, "KE"))], [])
    with pytest.raises(InputError, match=IS_OUTPUT):
        check_apart([("--a", place.format(maps, "ke")), ("--b", maps / "other.gpkg")], [])


def test_files_that_differ_are_let_pass(maps):
    outputs = [("--out", maps / "other.gpkg"), ("--report", maps / "other.html")]
    check_apart(outputs, [("TRACES", maps / "faults.gpkg"), ("--guides", maps / "a.gpkg")])
