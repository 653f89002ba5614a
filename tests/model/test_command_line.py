"""The headless road, from vector files to a GeoPackage, as a user runs it."""

import json

import numpy as np
import onnx
import pyogrio
import pytest
import rasterio
import shapely
from drawn_maps import HERE, on_earth
from onnx_networks import study_like

from ssf_model.__main__ import main
from ssf_model.attributes import STATEMENT, TRACE_FIELDS, WINDOW_FIELDS
from ssf_model.model_card import CARD_KEY, ModelCard, card_to_json
from ssf_model.outputs import written_aside

UTM = "EPSG:32611"  # HERE lies in it
ORIGIN = np.array([545_900.0, 3_817_700.0])  # of HERE, to about 100 m
STRAIGHT = np.array([[-12_000.0, 0.0], [-3_000.0, 300.0], [4_000.0, -200.0], [12_000.0, 100.0]])


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """An ONNX file of the study's shape with random weights and a card."""
    path = tmp_path_factory.mktemp("model") / "random.onnx"
    proto = study_like(seed=3, card=False)
    card = card_to_json(ModelCard(name="probe", version="1"))
    onnx.helper.set_model_props(proto, {CARD_KEY: card})
    path.write_bytes(proto.SerializeToString())
    return str(path)


def write(path, shapes, *, crs=UTM, layer=None, kind="LineString", append=False, **columns):
    """Write a layer with pyogrio; `columns` are attributes."""
    pyogrio.raw.write(
        path,
        shapely.to_wkb(np.array(shapes, dtype=object)),
        [np.array(values) for values in columns.values()],
        list(columns),
        layer=layer,
        geometry_type=kind,
        crs=crs,
        append=append,
    )
    return str(path)


def read(path, layer):
    """A layer as columns with None for NULL, and its shapes and CRS."""
    meta, _, geometry, values = pyogrio.raw.read(path, layer=layer)
    columns = dict(zip(meta["fields"].tolist(), values))
    return columns, shapely.from_wkb(geometry), meta["crs"]


@pytest.fixture
def traces(tmp_path):
    return write(
        tmp_path / "faults.gpkg",
        [
            shapely.linestrings(STRAIGHT + ORIGIN),
            shapely.linestrings(STRAIGHT * 0.1 + ORIGIN + [0, 900]),
        ],
        name=np.array(["main", "splay"], dtype=object),
        ke=[7, 8],
    )


def test_the_result_has_windows_and_traces_in_the_crs_of_the_input(traces, model, tmp_path, capsys):
    out = tmp_path / "result.gpkg"
    assert main(["estimate", traces, "--out", str(out), "--model", model]) == 0
    windows, squares, crs = read(out, "windows")
    assert crs == UTM
    assert list(windows) == [field.name for field in WINDOW_FIELDS]
    assert windows["window"].tolist() == [1, 2, 3, 4]
    np.testing.assert_allclose(1 - windows["ke"], windows["ofd"])
    np.testing.assert_allclose(shapely.area(squares), 6_400 * 12_800, rtol=2e-3)  # UTM's scale
    middle = np.array([shape.centroid.coords[0] for shape in squares]).mean(axis=0)
    np.testing.assert_allclose(middle, ORIGIN, atol=300)
    lines, shapes, crs = read(out, "traces")
    assert crs == UTM
    assert list(lines) == ["name", "ke", "ssf_ke", *[field.name for field in TRACE_FIELDS[1:]]]
    assert lines["name"].tolist() == ["main", "splay"]
    assert lines["ke"].tolist() == [7, 8]
    np.testing.assert_array_equal(shapely.get_coordinates(shapes[0]), STRAIGHT + ORIGIN)
    assert lines["covered"][1] == pytest.approx(1.0)
    assert "probe-1" in capsys.readouterr().out


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:3857", "EPSG:2229"])  # the last in feet
@pytest.mark.parametrize("ending", ["gpkg", "geojson", "shp"])
def test_any_crs_and_format_give_the_same_ke(traces, model, tmp_path, crs, ending, capsys):
    out = tmp_path / "expected.gpkg"
    assert main(["estimate", traces, "--out", str(out), "--model", model]) == 0
    expected = read(out, "windows")[0]
    if ending == "geojson":
        crs = "EPSG:4326"
    _, _, shapes, _ = pyogrio.raw.read(traces)
    moved = [
        shapely.linestrings(
            np.column_stack(rasterio.warp.transform(UTM, crs, *shapely.get_coordinates(shape).T))
        )
        for shape in shapely.from_wkb(shapes)
    ]
    again = write(tmp_path / f"again.{ending}", moved, crs=crs, name=["a", "b"])
    out = tmp_path / "found.gpkg"
    assert main(["estimate", again, "--out", str(out), "--model", model]) == 0
    found, _, out_crs = read(out, "windows")
    assert out_crs == crs
    np.testing.assert_allclose(found["ke"], expected["ke"], atol=0.01)
    np.testing.assert_allclose(found["trend_deg"], expected["trend_deg"], atol=0.01)


def test_null_is_written_as_null(model, tmp_path):
    """A guide with a gap of 12 km in the traces: the windows in it have NULL, not 0 or NaN."""
    faults = write(
        tmp_path / "gap.gpkg",
        [
            shapely.linestrings(np.array([[-20_000, 0], [-7_000, 0]]) + ORIGIN),
            shapely.linestrings(np.array([[7_000, 0], [20_000, 0]]) + ORIGIN),
        ],
        name=["a", "b"],
    )
    guide = write(
        tmp_path / "guide.geojson",
        [shapely.linestrings(on_earth([[-20_000, 0], [20_000, 0]]))],
        crs="EPSG:4326",
        name=["g"],
    )
    out = tmp_path / "out.gpkg"
    arguments = ["estimate", faults, "--out", str(out), "--model", model, "--guides", guide]
    assert main(arguments) == 0
    _, _, _, values = pyogrio.raw.read(
        out, layer="windows", where="ke IS NULL AND ofd IS NULL AND ke_raw IS NULL"
    )
    assert len(values[0]) >= 1
    flags = read(out, "windows")[0]["flags"]
    assert (flags == "no_trace").sum() == len(values[0])


def test_zones_can_be_named_by_a_field_of_numbers(tmp_path, model, capsys):
    faults = write(
        tmp_path / "f.gpkg",
        [shapely.linestrings(STRAIGHT + ORIGIN), shapely.linestrings(STRAIGHT + ORIGIN + 9_000)],
        system=[5, 3],
    )
    out = tmp_path / "out.gpkg"
    arguments = ["estimate", faults, "--out", str(out), "--model", model, "--json"]
    assert main([*arguments, "--zone-field", "system"]) == 0
    summary = json.loads(capsys.readouterr().out)
    assert [zone["zone"] for zone in summary["zones"]] == ["5", "3"]
    windows = read(out, "windows")[0]
    assert summary["n_windows"] == len(windows["ke"])
    assert summary["mean_ke"] == pytest.approx(np.nanmean(windows["ke"]))
    assert summary["version"]


def test_every_strip_becomes_a_geotiff_of_what_the_network_saw(traces, model, tmp_path):
    out, folder = tmp_path / "out.gpkg", tmp_path / "strips"
    arguments = ["estimate", traces, "--out", str(out), "--model", model, "--raster", str(folder)]
    assert main([*arguments, "--thickness", "2,4"]) == 0
    (path,) = folder.iterdir()
    with rasterio.open(path) as image:
        maps = image.read()
        assert image.descriptions == ("2 px", "4 px")
        assert maps.shape == (2, 128, 214)
        rows, cols = np.nonzero(maps[0])
        x, y = image.transform * (cols + 0.5, rows + 0.5)
        lon, lat = rasterio.warp.transform(image.crs, "EPSG:4326", x, y)
    fault = shapely.linestrings(HERE.to_metres(np.column_stack(rasterio.warp.transform(
        UTM, "EPSG:4326", *(STRAIGHT + ORIGIN).T))))  # fmt: skip
    splay = shapely.linestrings(HERE.to_metres(np.column_stack(rasterio.warp.transform(
        UTM, "EPSG:4326", *(STRAIGHT * 0.1 + ORIGIN + [0, 900]).T))))  # fmt: skip
    pixels = shapely.points(HERE.to_metres(np.column_stack([lon, lat])))
    apart = np.minimum(shapely.distance(pixels, fault), shapely.distance(pixels, splay))
    assert apart.max() <= 100.5  # half of 2 px of 100 m
    assert set(np.unique(maps)) == {0, 1}


def test_multipart_lines_with_heights_work(tmp_path, model):
    parts = [
        shapely.linestrings(np.column_stack([line + ORIGIN, np.full(len(line), 500.0)]))
        for line in (STRAIGHT[:2], STRAIGHT[1:])
    ]
    shape = shapely.multilinestrings([parts])
    faults = write(tmp_path / "f.gpkg", shape, kind="MultiLineString Z", name=["a"])
    out = tmp_path / "out.gpkg"
    assert main(["estimate", faults, "--out", str(out), "--model", model]) == 0
    lines, shapes, _ = read(out, "traces")
    assert len(lines["ke"]) == 1
    assert shapely.has_z(shapes[0])


GOOD = shapely.linestrings(STRAIGHT + ORIGIN)
BAD_LAYERS = {
    "empty": ([], {}, "is empty"),
    "no crs": ([GOOD], {"crs": None}, "no coordinate reference system"),
    "points": ([shapely.points(ORIGIN)], {"kind": "Point"}, "is a point; fault traces are lines"),
    "polygons": ([shapely.box(0, 0, 9, 9)], {"kind": "Polygon"}, "is a polygon"),
    "nan": ([shapely.linestrings([[1, 2], [np.nan, 3]])], {}, "not finite"),
    "infinite": ([shapely.linestrings([[1, 2], [np.inf, 3]])], {}, "not finite"),
    "no length": ([shapely.linestrings([ORIGIN, ORIGIN])], {}, "no length"),
    "no place": ([shapely.linestrings([[1e30, 1e30], [2e30, 2e30]])], {}, "cannot be transformed"),
    "local crs": (
        [GOOD],
        {"crs": 'LOCAL_CS["quarry",UNIT["metre",1]]'},
        "local coordinate reference system that cannot be placed",
    ),
}


@pytest.mark.parametrize("name", BAD_LAYERS)
def test_a_layer_that_cannot_be_used_is_refused_and_nothing_is_written(
    name, model, tmp_path, capsys
):
    shapes, options, match = BAD_LAYERS[name]
    faults = write(tmp_path / "bad.gpkg", shapes, **{"kind": "LineString", **options})
    out = tmp_path / "out.gpkg"
    assert main(["estimate", faults, "--out", str(out), "--model", model]) == 1
    error = capsys.readouterr().err
    assert match in error
    assert "bad.gpkg" in error
    assert error.splitlines()[-1].startswith("error: ")
    assert [path.name for path in tmp_path.iterdir()] == ["bad.gpkg"]


def test_a_line_of_one_vertex_is_refused(tmp_path, model, capsys):
    faults = tmp_path / "one.geojson"
    line = {"type": "LineString", "coordinates": [[10.0, 45.0]]}
    feature = {"type": "Feature", "properties": {}, "geometry": line}
    faults.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    out = tmp_path / "out.gpkg"
    assert main(["estimate", str(faults), "--out", str(out), "--model", model]) == 1
    assert "one.geojson" in capsys.readouterr().err
    assert not out.exists()


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"TRACES": "nothing.gpkg"}, "nothing.gpkg does not exist"),
        ({"--layer": "other"}, "has no layer 'other'; --layer takes one of: faults"),
        ({"--zone-field": "zone"}, "has no field 'zone'; its fields are: name, ke"),
        ({"--out": "out.shp"}, "ends with .gpkg"),
        ({"--out": "no/folder/out.gpkg"}, "does not exist; make it"),
        ({"--thickness": "thin"}, "such as 2,3,4"),
        ({"--pixel-size": "-5"}, "above 0 m"),
        ({"--trend": "nan"}, "azimuth"),
        ({"--model": "no.onnx"}, "no.onnx"),
    ],
)
def test_an_argument_that_does_not_fit_is_refused(change, match, traces, model, tmp_path, capsys,
                                                  monkeypatch):  # fmt: skip
    monkeypatch.chdir(tmp_path)
    options = {"--out": "out.gpkg", "--model": model, **change}
    file = options.pop("TRACES", traces)
    assert main(["estimate", file, *[word for pair in options.items() for word in pair]]) == 1
    assert match in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["faults.gpkg"]


def test_nothing_is_overwritten_unasked(traces, model, tmp_path, capsys):
    out = tmp_path / "out.gpkg"
    out.write_text("mine")
    arguments = ["estimate", traces, "--out", str(out), "--model", model]
    assert main(arguments) == 1
    assert "out.gpkg exists already; give --overwrite" in capsys.readouterr().err
    assert out.read_text() == "mine"
    assert main([*arguments, "--overwrite"]) == 0
    assert len(read(out, "windows")[0]["ke"]) == 4


def test_the_input_is_never_the_output(traces, model, tmp_path, capsys):
    before = (tmp_path / "faults.gpkg").read_bytes()
    assert main(["estimate", traces, "--out", traces, "--model", model, "--overwrite"]) == 1
    assert "is the input" in capsys.readouterr().err
    assert (tmp_path / "faults.gpkg").read_bytes() == before


def test_strips_of_another_run_are_not_mixed_with(traces, model, tmp_path, capsys):
    folder = tmp_path / "strips"
    folder.mkdir()
    (folder / "strip_00001_a.tif").write_text("mine")
    arguments = ["estimate", traces, "--out", str(tmp_path / "o.gpkg"), "--raster", str(folder)]
    assert main([*arguments, "--model", model]) == 1
    assert "holds strips already" in capsys.readouterr().err


def test_a_layer_must_be_named_where_a_file_has_several(tmp_path, model, capsys):
    path = write(tmp_path / "two.gpkg", [GOOD], layer="one", name=["a"])
    write(tmp_path / "two.gpkg", [GOOD], layer="two", append=True, name=["b"])
    out = str(tmp_path / "out.gpkg")
    assert main(["estimate", path, "--out", out, "--model", model]) == 1
    assert "--layer takes one of: one, two" in capsys.readouterr().err
    assert main(["estimate", path, "--out", out, "--model", model, "--layer", "two"]) == 0
    assert read(out, "traces")[0]["name"].tolist() == ["b"]


def test_an_output_that_fails_half_way_leaves_nothing(tmp_path):
    out = tmp_path / "out.gpkg"

    def fail_half_way():
        with written_aside(out, overwrite=False) as aside:
            aside.write_text("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail_half_way()
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_onnx_is_refused(traces, tmp_path, capsys):
    bad = tmp_path / "bad.onnx"
    bad.write_text("this is no model")
    out = tmp_path / "out.gpkg"
    assert main(["estimate", traces, "--out", str(out), "--model", str(bad)]) == 1
    assert "bad.onnx" in capsys.readouterr().err
    assert not out.exists()


def test_a_model_without_card_needs_its_pixel_size_and_outputs_say_so(traces, tmp_path, capsys):
    bare = tmp_path / "bare.onnx"
    bare.write_bytes(study_like(card=False).SerializeToString())
    out = tmp_path / "out.gpkg"
    arguments = ["estimate", traces, "--out", str(out), "--model", str(bare)]
    assert main(arguments) == 1
    assert "pixel size" in capsys.readouterr().err
    assert main([*arguments, "--pixel-size", "100"]) == 0
    assert set(read(out, "windows")[0]["model"]) == {"bare-no-card"}


def test_the_card_is_printed(model, capsys):
    assert main(["model", model]) == 0
    card = json.loads(capsys.readouterr().out)
    assert (card["name"], card["window_rows"], card["window_cols"]) == ("probe", 128, 64)


def test_layers_say_what_they_are_worth(traces, model, tmp_path):
    out = tmp_path / "out.gpkg"
    assert main(["estimate", traces, "--out", str(out), "--model", model]) == 0
    for layer in ("windows", "traces"):
        info = pyogrio.read_info(out, layer=layer)
        assert info["layer_metadata"]["DESCRIPTION"] == STATEMENT


def test_reading_guides_refuses_what_reading_traces_does(tmp_path, traces, model, capsys):
    points = write(tmp_path / "p.gpkg", [shapely.points(ORIGIN)], kind="Point")
    out = str(tmp_path / "o.gpkg")
    assert main(["estimate", traces, "--out", out, "--model", model, "--guides", points]) == 1
    assert "is a point" in capsys.readouterr().err


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:4269"])
def test_windows_are_whole_at_the_antimeridian(crs, model, tmp_path):
    """A fault at 180 degrees in a geographic CRS: no polygon spans the whole Earth."""
    lon = np.array([179.8, 180.2])
    faults = write(
        tmp_path / "f.gpkg",
        [shapely.linestrings(np.column_stack([lon, [-40.0, -40.1]]))],
        crs=crs,
        name=["a"],
    )
    out = tmp_path / "out.gpkg"
    assert main(["estimate", faults, "--out", str(out), "--model", model]) == 0
    _, squares, _ = read(out, "windows")
    assert len(squares) == 6
    assert np.ptp(shapely.bounds(squares)[:, [0, 2]], axis=1).max() < 0.3


def test_guides_in_a_file_of_several_layers_are_refused(traces, model, tmp_path, capsys):
    guides = write(tmp_path / "g.gpkg", [GOOD], layer="one", name=["a"])
    write(tmp_path / "g.gpkg", [GOOD], layer="two", append=True, name=["b"])
    out = str(tmp_path / "o.gpkg")
    assert main(["estimate", traces, "--out", out, "--model", model, "--guides", guides]) == 1
    assert "a file of their own" in capsys.readouterr().err
