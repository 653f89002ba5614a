"""Attribute texts that mean something to spreadsheets, browsers or disks, through QGIS."""

import csv
from xml.etree import ElementTree  # nosec B405 - it reads what a test wrote a line before

import pytest
from qgis.core import QgsExpression, QgsExpressionContext, QgsVectorLayer

from makers.hand_made_layers import NORTHING, make_layer, rows, straight
from ssf_model.tables.cells import unguarded

HOSTILE = ["../../outside", '=HYPERLINK("x")', "-2+3", "@SUM(1)", "<img src=x onerror=a()>", "-5"]
QUICK = {"THICKNESS": "3", "SHIFT": 0}


@pytest.fixture
def hostile_map(qgis):
    """A fault for each name; one of its columns has a name like a formula."""
    shapes = [straight(north=NORTHING + 60_000 * number) for number in range(len(HOSTILE))]
    values = [[name, -1.5] for name in HOSTILE]
    return make_layer(shapes, fields=["zone:string", "=cmd:double"], attributes=values)


def cells(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_tables_for_spreadsheets_hold_no_formula(run, hostile_map, tmp_path):
    outputs = {"ZONES": "zones.csv", "PROFILE": "p.csv", "TRACES_OUT": "t.csv", "WINDOWS": "w.csv"}
    paths = {key: str(tmp_path / name) for key, name in outputs.items()}
    run("ssf:estimateke", TRACES=hostile_map, ZONE_FIELD="zone", **QUICK, **paths)
    for path in paths.values():
        found = cells(path)
        assert {unguarded(row["zone"]) for row in found} == set(HOSTILE)
        for row in found:
            for text in (*row, *row.values()):
                assert text[:1] not in ("=", "+", "@")
                assert text[:1] != "-" or float(text) < 0
    assert {float(row["'=cmd"]) for row in cells(paths["TRACES_OUT"])} == {-1.5}


def test_other_files_keep_texts_as_they_are(run, hostile_map, tmp_path):
    out = tmp_path / "t.gpkg"
    run("ssf:estimateke", TRACES=hostile_map, ZONE_FIELD="zone", **QUICK,
        WINDOWS="TEMPORARY_OUTPUT", TRACES_OUT=str(out))  # fmt: skip
    layer = QgsVectorLayer(str(out), "t", "ogr")
    assert {row["zone"] for row in rows(layer)} == set(HOSTILE)
    assert "=cmd" in layer.fields().names()


def texts_by_name(path):
    """What an XML file holds by its elements' names; a GDAL without LIBKML reads no columns."""
    found = {}
    for element in ElementTree.parse(path).iter():  # noqa: S314 # nosec B314 - our own file
        text = (element.findtext("{*}value") or element.text or "").strip()
        if text:
            name = element.get("name") or element.tag.rpartition("}")[2]
            found.setdefault(name, set()).add(text)
    return found


@pytest.mark.parametrize("ending", ["kml", "gml"])
def test_letters_that_xml_cannot_hold_are_left_out(run, qgis, tmp_path, ending):
    """As the command line does it."""
    values = [["a\x01b\x0c", "\x1f\ufffe\uffffü\U0001f30b", 1.5]]
    fields = ["zone:string", "note:string", 'q"x:double']
    layer = make_layer([straight()], fields=fields, attributes=values)
    out = {key: tmp_path / f"{key}.{ending}" for key in ("WINDOWS", "TRACES_OUT")}
    run("ssf:estimateke", TRACES=layer, ZONE_FIELD="zone", **QUICK,
        **{key: str(path) for key, path in out.items()})  # fmt: skip
    windows, traces = map(texts_by_name, out.values())
    assert windows["zone"] == {"ab"}
    assert traces["note"] == {"ü\U0001f30b"}
    assert set(map(float, traces["q_x"])) == {1.5}


def test_zones_never_become_paths(run, hostile_map, tmp_path):
    folder = tmp_path / "a" / "b" / "strips"
    folder.parent.mkdir(parents=True)
    run("ssf:rasterizetraces", TRACES=hostile_map, ZONE_FIELD="zone", FOLDER=str(folder))
    strips = [path for path in folder.iterdir() if path.suffix == ".tif"]
    assert len(strips) == len(HOSTILE)
    assert [path for path in tmp_path.rglob("*.tif") if path not in strips] == []
    assert all(path.name[0].isalnum() for path in strips)


def test_map_tips_show_a_name_and_do_not_obey_it(qgis):
    from qgis_ssf_plugin.looks.dressing import map_tip

    fields = ["zone:string", "n_strips:int", "n_lines:int"]
    layer = make_layer([straight()], fields=fields, attributes=[["<b>A & B", 1, 2]])
    context = QgsExpressionContext()
    context.setFeature(next(layer.getFeatures()))
    context.setFields(layer.fields())
    shown = QgsExpression.replaceExpressionText(map_tip("guides", lambda name: name), context)
    assert shown == "Fault zone: &lt;b>A &amp; B<br>Strips: 1<br>Trace lines: 2"
