"""What attributes are called in a result, where their own names clash."""

import json

import pytest

from makers.map_files import read
from ssf_model.__main__ import main
from ssf_model.tables.fields import Field, kept_names, names_in_words, renamed_in_words


@pytest.mark.parametrize(
    ("names", "kept"),
    [
        (["a", "b"], ["a", "b"]),
        (["Name", "name", "NAME"], ["Name", "name_2", "NAME_3"]),
        (["name", "NAME", "name_2"], ["name", "NAME_3", "name_2"]),
        (["FID", "geom", "Geom"], ["FID_2", "geom_2", "Geom_3"]),
        ([], []),
    ],
)
def test_every_name_is_kept_or_numbered(names, kept):
    assert kept_names(names) == kept
    assert len({name.lower() for name in kept}) == len(kept)


def test_a_key_keeps_its_name():
    assert kept_names(["fid", "a"], key="fid") == ["fid", "a"]


def test_what_is_called_otherwise_is_said_once():
    (said,) = renamed_in_words(["fid", "a"], ["fid_2", "a"])
    assert said == "Attributes are written under other names: fid as fid_2."
    assert renamed_in_words(["a"], ["a"]) == []


def test_columns_of_ours_that_give_way_are_said_once():
    ours = [Field("ke", "float", ""), Field("ofd", "float", ""), Field("zone", "str", "")]
    assert names_in_words(["FID", "KE", "zone", "ssf_zone"], ours) == [
        "Attributes are written under other names: FID as FID_2.",
        "There are columns of the same names already, so ssf writes ke as ssf_ke, "
        "zone as ssf_ssf_zone.",
    ]
    assert names_in_words(["fid", "a"], ours, key="fid") == []


def test_a_result_estimated_again_says_where_the_ke_of_this_run_is(tmp_path, capsys):
    line = {"type": "LineString", "coordinates": [[10, 45], [10.1, 45.1]]}
    feature = {"type": "Feature", "properties": {"ke": 0.5, "ssf_ke": 0.4}, "geometry": line}
    path, out = tmp_path / "f.geojson", tmp_path / "r.gpkg"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    quick = ["--thickness", "3", "--shift", "0", "--flips", "none"]
    assert main(["estimate", str(path), "--out", str(out), *quick]) == 0
    assert capsys.readouterr().err.count("so ssf writes ke as ssf_ssf_ke.") == 1
    columns, _, _ = read(out, "traces")
    assert columns["ke"].tolist() == [0.5]
    assert columns["ssf_ke"].tolist() == [0.4]
    assert columns["ssf_ssf_ke"].tolist() == [pytest.approx(1 - columns["ofd"][0])]


@pytest.mark.parametrize("values", [["sam000", "x"], [1.5, 2.5], [7, 7]])
def test_attributes_that_clash_come_out_whole(tmp_path, capsys, values):
    features = [
        {
            "type": "Feature",
            "properties": {"fid": value, "geom": "here", "Name": "a", "name": "b"},
            "geometry": {"type": "LineString", "coordinates": [[10, 45], [10.1, 45.1 + number]]},
        }
        for number, value in enumerate(values)
    ]
    path, out = tmp_path / "f.geojson", tmp_path / "r.gpkg"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    quick = ["--thickness", "3", "--shift", "0", "--flips", "none"]
    assert main(["estimate", str(path), "--out", str(out), *quick]) == 0
    columns, _, _ = read(out, "traces")
    assert columns["fid_2"].tolist() == values
    assert columns["geom_2"].tolist() == ["here", "here"]
    assert columns["Name"].tolist() == ["a", "a"]
    assert columns["name_2"].tolist() == ["b", "b"]
    said = capsys.readouterr().err
    assert said.count("other names: fid as fid_2, geom as geom_2, name as name_2.") == 1
