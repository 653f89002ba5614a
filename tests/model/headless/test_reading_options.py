"""Which file, which layers, which features, which CRS, which letters."""

import json

import numpy as np
import pyogrio
import pytest
import shapely

from makers.field_maps import TWO_FOLDERS_KML, geojson, line
from makers.map_files import ORIGIN, STRAIGHT, UTM, read, write
from ssf_model.__main__ import main
from ssf_model.errors import InputError
from ssf_model.headless.map_places import result_name
from ssf_model.headless.reading import read_guides, read_traces

GOOD = shapely.linestrings(STRAIGHT + ORIGIN)
AWAY = shapely.linestrings(STRAIGHT + ORIGIN + [0, 50_000])
TURKISH = "Kuzey Anadolu fay\u0131"


def names_of(file):
    return file.columns["name"].plain()


@pytest.fixture
def a_map(tmp_path):
    return geojson(tmp_path / "map.geojson", [line(0), line(1)], name=["a", "b"], n=[1, 2])


def test_a_filter_leaves_out_features(a_map):
    file = read_traces(a_map, where="n > 1 AND name = 'b'")
    assert names_of(file) == ["b"]
    assert file.remarks == ["1 feature is that for which n > 1 AND name = 'b'."]


@pytest.mark.parametrize(
    ("where", "match"),
    [
        ("n > 7", "no fault trace for which n > 7"),
        ("nix = 1", "'nix = 1' is not understood.*the fields are: name, n"),
        ("n >", "is not understood"),
        ("n > 0; DROP TABLE map", "more than one statement"),
    ],
)
@pytest.mark.parametrize("ending", ["geojson", "gpkg"])
def test_a_filter_that_does_not_fit_is_refused(a_map, tmp_path, where, match, ending):
    path = a_map
    if ending == "gpkg":
        path = write(tmp_path / "map.gpkg", [GOOD, AWAY], name=["a", "b"], n=[1, 2])
    with pytest.raises(InputError, match=match):
        read_traces(path, where=where)


def test_a_semicolon_inside_a_text_is_none_between_statements(tmp_path):
    path = geojson(tmp_path / "map.geojson", [line()], name=["a;b"])
    assert names_of(read_traces(path, where="name = 'a;b'")) == ["a;b"]


def test_a_crs_is_given_where_the_file_has_none(tmp_path):
    path = tmp_path / "map.csv"
    text = shapely.to_wkt(shapely.linestrings(line()["coordinates"]))
    path.write_text(f'WKT,name\n"{text}",a\n')
    with pytest.raises(InputError, match=r"no coordinate reference system.*such as --crs EPSG"):
        read_traces(path)
    file = read_traces(path, crs="EPSG:4326")
    np.testing.assert_allclose(file.traces.lines[0], line()["coordinates"], atol=1e-6)
    assert file.remarks == []


def test_a_crs_that_is_given_holds_whatever_the_file_says(tmp_path):
    shape = shapely.linestrings(line()["coordinates"])
    path = write(tmp_path / "map.gpkg", [shape], crs=UTM, name=["a"])
    file = read_traces(path, crs="EPSG:4326")
    np.testing.assert_allclose(file.traces.lines[0], line()["coordinates"], atol=1e-9)
    assert file.remarks == ["Coordinates are taken as EPSG:4326, which is not what the file says."]
    right = write(tmp_path / "right.gpkg", [GOOD], crs=UTM, name=["a"])
    assert read_traces(right, crs=UTM).remarks == []  # it says the same


def test_a_crs_that_is_none_is_refused(a_map):
    with pytest.raises(InputError, match="reference system is not understood"):
        read_traces(a_map, crs="nix")


def test_guides_take_the_crs_given_only_where_they_have_none(tmp_path):
    with_one = write(tmp_path / "with.gpkg", [GOOD], name=["a"])
    without = write(tmp_path / "without.gpkg", [GOOD], crs=None, name=["a"])
    expected = read_guides(with_one)[0]
    np.testing.assert_array_equal(read_guides(with_one, crs="EPSG:4326")[0], expected)
    np.testing.assert_array_equal(read_guides(without, crs=UTM)[0], expected)


def test_text_that_is_not_utf8_needs_its_encoding(tmp_path):
    path = tmp_path / "map.geojson"
    text = (tmp_path / geojson(path, [line()], name=[TURKISH])).read_text(encoding="utf-8")
    path.write_bytes(text.encode("cp1254"))
    with pytest.raises(InputError, match=r"text that is not UTF-8; --encoding says"):
        read_traces(path)
    with pytest.raises(InputError, match=r"text that is not ascii; --encoding says"):
        read_traces(path, encoding="ascii")
    with pytest.raises(InputError, match="encoding 'nix' is not known"):
        read_traces(path, encoding="nix")
    assert names_of(read_traces(path, encoding="cp1254")) == [TURKISH]


@pytest.mark.parametrize("written", ["utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("asked", [None, "utf-16"])
def test_utf16_is_said_to_be_that_since_no_encoding_helps(tmp_path, written, asked):
    path = tmp_path / "map.csv"
    rows = "".join(f'{row},"LINESTRING (31.{row} 40.7, 31.4 40.72)"\n' for row in range(3))
    path.write_bytes(("id,WKT\n" + rows).encode(written))
    with pytest.raises(InputError, match=r"map.csv is written in UTF-16, .*save it as UTF-8"):
        read_traces(path, crs="EPSG:4326", encoding=asked)


def test_letters_of_a_table_that_does_not_say_its_encoding_are_said_to_be_guessed(tmp_path):
    path = tmp_path / "map.shp"
    write(path, [GOOD], name=["fay"])
    path.with_suffix(".cpg").unlink()
    table = path.with_suffix(".dbf")
    rows = bytearray(table.read_bytes())
    rows[29] = 0
    table.write_bytes(rows)
    assert read_traces(path).remarks == []  # letters that all encodings share
    table.write_bytes(bytes(rows).replace(b"fay", "fa\u0131".encode("cp1254")))
    (remark,) = read_traces(path).remarks
    assert "which is a guess" in remark
    assert "--encoding" in remark
    file = read_traces(path, encoding="cp1254")
    assert (names_of(file), file.remarks) == (["fa\u0131"], [])


def several_layers(path):
    """Two layers of lines, one of points, and a table of styles as QGIS leaves it."""
    write(path, [GOOD], layer="one", name=["a"])
    write(path, [AWAY], layer="two", append=True, name=["b"])
    write(path, [shapely.points(ORIGIN)], kind="Point", layer="towns", append=True, name=["c"])
    pyogrio.raw.write(
        path, None, [np.array(["x"], dtype=object)], ["styleQML"], layer="layer_styles",
        append=True, geometry_type=None,
    )  # fmt: skip
    return str(path)


def test_what_can_hold_no_trace_is_passed_over(tmp_path):
    path = tmp_path / "map.gpkg"
    write(path, [GOOD], layer="one", name=["a"])
    write(path, [shapely.points(ORIGIN)], kind="Point", layer="towns", append=True, name=["c"])
    pyogrio.raw.write(
        path, None, [np.array(["x"], dtype=object)], ["styleQML"], layer="layer_styles",
        append=True, geometry_type=None,
    )  # fmt: skip
    assert names_of(read_traces(path)) == ["a"]


def test_a_layer_must_be_named_among_several_with_lines(tmp_path):
    path = several_layers(tmp_path / "map.gpkg")
    with pytest.raises(InputError, match=r"--layer takes one or more of: one, two\."):
        read_traces(path)
    assert names_of(read_traces(path, layer="two")) == ["b"]
    assert names_of(read_traces(f"{path}|layername=two")) == ["b"]
    with pytest.raises(InputError, match="has no layer 'three'"):
        read_traces(path, layer=["one", "three"])
    with pytest.raises(InputError, match="has no layer 'three'"):
        read_traces(f"{path}|layername=three")
    with pytest.raises(InputError, match=r"'\|layerid=0' is not understood"):
        read_traces(f"{path}|layerid=0")


def test_several_layers_are_one_map(tmp_path):
    file = read_traces(several_layers(tmp_path / "map.gpkg"), layer=["two", "one"])
    assert names_of(file) == ["b", "a"]
    assert file.remarks[0].startswith("2 layers are read as one map: map.gpkg, layer 'two', map")


def test_several_files_are_one_map_in_the_crs_of_the_first(tmp_path):
    """The same line in degrees and in metres, with fields of other names and kinds."""
    degrees = geojson(tmp_path / "a.geojson", [line(0)], name=["a"], n=[1], m=["x"])
    there = read_traces(write(tmp_path / "b.gpkg", [GOOD], name=["b"], n=[2.5], k=[7]))
    file = read_traces([degrees, tmp_path / "b.gpkg"])
    np.testing.assert_allclose(file.traces.lines[1], there.traces.lines[0], atol=1e-9)
    shapes = shapely.from_wkb(file.geometry)
    np.testing.assert_allclose(shapely.get_coordinates(shapes[1]), there.traces.lines[0], atol=1e-9)
    assert file.crs == "EPSG:4326"
    columns = {name: column.plain() for name, column in file.columns.items()}
    assert columns == {"name": ["a", "b"], "n": ["1", "2.5"], "m": ["x", None], "k": [None, 7]}
    assert "Fields of another kind in each layer became text: n." in file.remarks


def test_several_files_give_the_result_of_one_that_holds_all(tmp_path, model):
    parts = [write(tmp_path / "a.gpkg", [GOOD], name=["a"])]
    parts.append(write(tmp_path / "b.gpkg", [AWAY], name=["b"]))
    whole = write(tmp_path / "whole.gpkg", [GOOD, AWAY], name=["a", "b"])
    results = []
    for number, maps in enumerate((parts, [whole])):
        out = tmp_path / f"{number}.out.gpkg"
        assert main(["estimate", *maps, "--out", str(out), "--model", model]) == 0
        results.append([read(out, layer)[0] for layer in ("windows", "traces")])
    for some, others in zip(*results):
        assert list(some) == list(others)
        for name, values in some.items():
            np.testing.assert_array_equal(values, others[name])


def test_folders_of_a_kml_file_are_one_map(tmp_path, model):
    path = tmp_path / "map.kml"
    path.write_text(TWO_FOLDERS_KML)
    assert len(read_traces(path).traces.lines) == 2
    assert len(read_traces(path, layer="north").traces.lines) == 1
    out = tmp_path / "out.gpkg"
    assert main(["estimate", str(path), "--out", str(out), "--model", model]) == 0
    columns, shapes, _ = read(out, "traces")
    assert columns["Name"].tolist() == ["a", "b"]
    assert {shape.geom_type for shape in shapes} == {"MultiLineString"}


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("maps/a.gpkg", "a"),
        ("maps/a.gpkg|layername=north/south 1", "a_north_south_1"),
        ("/vsizip/maps.zip/b.shp", "b"),
    ],
)
def test_results_of_a_batch_are_called_by_file_and_layer(given, name):
    assert result_name(given) == name


def test_maps_of_a_batch_may_each_name_a_layer(tmp_path, model):
    path = several_layers(tmp_path / "map.gpkg")
    out = tmp_path / "results"
    maps = [f"{path}|layername=one", f"{path}|layername=two"]
    words = ["batch", *maps, "--out", str(out), "--model", model, "--workers", "1"]
    assert main(words) == 0
    assert read(out / "map_one.gpkg", "traces")[0]["name"].tolist() == ["a"]
    assert read(out / "map_two.gpkg", "traces")[0]["name"].tolist() == ["b"]


def test_what_was_said_of_a_map_is_in_the_json(tmp_path, model, capsys):
    path = geojson(tmp_path / "map.geojson", [line(0), None], name=["a", "b"])
    words = ["estimate", path, "--out", str(tmp_path / "out.gpkg"), "--model", model, "--json"]
    assert main(words) == 0
    said = capsys.readouterr()
    (remark,) = json.loads(said.out)["remarks"]
    assert "1 of 2 features holds no trace and is skipped: 1 without geometry" in remark
    assert f"note: map.geojson, layer 'map': {remark}" in said.err
    assert main([*words, "--overwrite", "--strict"]) == 1


def test_map_b_of_a_comparison_is_read_by_its_own_options(tmp_path, model):
    path = several_layers(tmp_path / "map.gpkg")
    out = tmp_path / "out.gpkg"
    words = ["compare", path, path, "--out", str(out), "--model", model, "--layer", "one"]
    more = write(tmp_path / "more.gpkg", [AWAY], name=["d"])
    assert main([*words, "--layer-b", "one", "--layer-b", "two", "--also", f"{more}"]) == 1
    assert main([*words[:-2], "--also", more, "--layer", "one", "--layer-b", "one"]) == 1
    assert main([*words, "--layer-b", "one", "--layer-b", "two"]) == 0


def test_a_table_is_no_map(tmp_path):
    (tmp_path / "table.csv").write_text("fault,length\na,1\n")
    with pytest.raises(InputError, match="is a table without geometry; fault traces are lines"):
        read_traces(tmp_path / "table.csv", crs="EPSG:4326")
