"""Attributes whose names clash come out under others, as on the command line."""

import json

import pytest
from qgis.core import QgsVectorLayer

from makers.hand_made_layers import make_layer, rows, straight

QUICK = {"THICKNESS": "3", "SHIFT": 0, "FLIPS": "none"}
OURS = ["ke", "ofd", "ke_min", "ke_max", "covered"]


@pytest.fixture
def traces_out(run, tmp_path):
    """The traces as they come out, in a GeoPackage; what was said."""

    def written(layer, name="t.gpkg"):
        path = tmp_path / name
        results = run("ssf:estimateke", TRACES=layer, **QUICK, WINDOWS="TEMPORARY_OUTPUT",
                      TRACES_OUT=str(path))  # fmt: skip
        return QgsVectorLayer(str(path), "t", "ogr"), results["said"]

    return written


@pytest.mark.parametrize(
    ("kind", "values"),
    [("string", ["sam000", "x"]), ("double", [1.5, 2.5]), ("integer", [7, 7])],
)
def test_a_fid_that_is_no_key_is_kept_under_another_name(traces_out, kind, values):
    shapes = [straight(), straight(length_m=3_000)]
    layer = make_layer(
        shapes,
        fields=[f"fid:{kind}", "geom:string"],
        attributes=[[value, "here"] for value in values],
    )
    out, said = traces_out(layer)
    assert out.fields().names() == ["fid", "fid_2", "geom_2", *OURS]
    assert [row["fid_2"] for row in rows(out)] == values
    assert said.count("under other names: fid as fid_2, geom as geom_2.") == 1


def test_names_that_differ_in_case_are_kept_under_others(traces_out, tmp_path):
    coordinates = [[-116.0, 34.0], [-115.9, 34.1], [-115.8, 34.2]]
    feature = {
        "type": "Feature",
        "properties": {"Name": "a", "name": "b", "NAME": "c", "name_2": "d"},
        "geometry": {"type": "LineString", "coordinates": coordinates},
    }
    path = tmp_path / "case.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    out, _ = traces_out(str(path))
    (row,) = rows(out)
    told = {name: row[name] for name in ("Name", "name_3", "NAME_4", "name_2")}
    assert told == {"Name": "a", "name_3": "b", "NAME_4": "c", "name_2": "d"}


def test_the_key_of_a_geopackage_stays_its_key(traces_out):
    out, _ = traces_out(make_layer([straight()], fields=["a:string"], attributes=[["x"]]))
    again, said = traces_out(out, "again.gpkg")
    assert again.fields().names()[:2] == ["fid", "a"]
    assert "fid as" not in said


def test_a_result_estimated_again_says_where_the_ke_of_this_run_is(traces_out):
    fields = ["ke:double", "ssf_ke:double"]
    out, said = traces_out(make_layer([straight()], fields=fields, attributes=[[0.5, 0.4]]))
    assert said.count("so ssf writes ke as ssf_ssf_ke.") == 1
    (row,) = rows(out)
    assert (row["ke"], row["ssf_ke"]) == (0.5, 0.4)
    assert row["ssf_ssf_ke"] == pytest.approx(1 - row["ofd"])


def test_a_zone_of_a_plan_made_again_is_said_to_have_another_name(run):
    layer = make_layer([straight()], fields=["zone:string"], attributes=[["x"]])
    results = run("ssf:makewindows", TRACES=layer, TRACES_OUT="TEMPORARY_OUTPUT")
    assert results["said"].count("so ssf writes zone as ssf_zone.") == 1
