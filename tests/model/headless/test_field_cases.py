"""Maps as people have them, through the command line's reader; QGIS's must do the same."""

import datetime
import json

import numpy as np
import pyogrio
import pytest

from makers import field_maps
from makers.field_maps import ZONES, geojson, line
from ssf_model.__main__ import main
from ssf_model.errors import InputError
from ssf_model.headless.reading import read_traces
from ssf_model.zones.grouping import find_zones


@pytest.mark.parametrize("field", ZONES)
def test_values_name_zones_exactly(tmp_path, field):
    values, names = ZONES[field]
    path = geojson(tmp_path / "map.geojson", [line(0), line(1)], **{field: values})
    traces = read_traces(path, zone_field=field).traces
    assert [zone.name for zone in find_zones(traces)] == names


def test_what_holds_no_trace_is_skipped(tmp_path):
    path = geojson(tmp_path / "map.geojson", field_maps.STRAYS)
    file = read_traces(path)
    assert file.traces.features.tolist() == field_maps.LINES_OF_STRAYS
    assert file.remarks[0].startswith(field_maps.SKIPPED)
    assert file.remarks[1:] == [field_maps.LEFT_OUT]
    assert file.drawable.sum() == field_maps.DRAWABLE_STRAYS
    with pytest.raises(InputError, match="feature 1 is a point; fault traces are lines"):
        read_traces(path, strict=True)


def test_what_no_layer_of_lines_can_hold_is_left_out_of_the_traces(tmp_path, model):
    path = geojson(tmp_path / "map.geojson", field_maps.STRAYS, n=list(range(9)))
    out = tmp_path / "out.gpkg"
    assert main(["estimate", path, "--out", str(out), "--model", model]) == 0
    meta, _, _geometry, values = pyogrio.raw.read(out, layer="traces")
    columns = dict(zip(meta["fields"].tolist(), values))
    assert columns["n"].tolist() == [0, 3, 4, 5, 6, 7, 8]
    assert np.isfinite(columns["ke"]).tolist() == [True, False, False, False, False, True, True]


def test_attributes_come_out_as_they_went_in(tmp_path, model, capsys):
    columns = {
        "i": [None, 1],
        "b": [None, True],
        "big": [None, 9007199254740993],
        "r": [0.1, None],
        "d": [None, "2023-02-06"],
        "dt": ["2023-02-06T01:17:35Z", None],
        "local": ["2023-02-06T01:17:35", "2023-02-06T04:17:35"],
        "ahead": ["2023-02-06T04:17:35+03:00", None],
        "txt": ["断層", None],
        "t": ["01:17:35", None],
        "lst": [[1, 2], None],
        "obj": [{"a": 1}, None],
    }
    path = geojson(tmp_path / "map.geojson", [line(0), line(1)], **columns)
    out = tmp_path / "out.gpkg"
    assert main(["estimate", path, "--out", str(out), "--model", model]) == 0
    said = capsys.readouterr().err
    assert "these attributes are text: t (times of day), lst (lists), obj (JSON)" in said
    info = pyogrio.read_info(out, layer="traces")
    kinds = dict(zip(info["fields"].tolist(), info["dtypes"].tolist()))
    assert [kinds[name] for name in ("i", "b", "big", "r")] == ["int32", "bool", "int64", "float64"]
    assert [kinds[name] for name in ("d", "dt", "local", "ahead")] == [
        "datetime64[D]", *["datetime64[ms]"] * 3,
    ]  # fmt: skip
    found = dict(zip(info["fields"], _second_reader(out)))
    assert found["i"] == [None, 1]
    assert found["b"] == [None, 1]
    assert found["big"] == [None, 9007199254740993]
    assert found["r"] == [0.1, None]
    assert found["d"] == [None, "2023-02-06"]
    assert found["dt"] == ["2023-02-06T01:17:35Z", None]
    assert found["local"] == ["2023-02-06T01:17:35", "2023-02-06T04:17:35"]
    assert found["ahead"] == ["2023-02-06T01:17:35Z", None]  # the same moment
    assert found["txt"] == ["断層", None]
    assert found["t"] == ["01:17:35", None]
    assert json.loads(found["lst"][0]) == [1, 2]
    assert json.loads(found["obj"][0]) == {"a": 1}


def _second_reader(path):
    """The table's columns by SQLite itself; a GeoPackage's time has three digits or none."""
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(path)) as database:
        cursor = database.execute("SELECT * FROM traces")
        names = [entry[0] for entry in cursor.description]
        rows = cursor.fetchall()
    skipped = names.index("geom") + 1
    return [
        [value.replace(".000", "") if isinstance(value, str) else value for value in column]
        for column in list(zip(*rows))[skipped:]
    ]


def test_dates_before_the_year_1970_are_read(tmp_path):
    path = geojson(tmp_path / "map.geojson", [line(0)], d=["0365-07-21"])
    assert read_traces(path).columns["d"].plain() == [datetime.date(365, 7, 21)]
