"""The headless road, from vector files to a GeoPackage, as a user runs it."""

import json

import numpy as np
import pyogrio
import pytest
import rasterio
import shapely

from makers.drawn_maps import HERE, on_earth
from makers.map_files import ORIGIN, STRAIGHT, UTM, read, write
from ssf_model.__main__ import main
from ssf_model.tables.estimates import MEMBER_FIELDS, TRACE_FIELDS, WINDOW_FIELDS
from ssf_model.tables.fields import STATEMENT


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


def test_the_card_is_printed(model, capsys):
    assert main(["model", model]) == 0
    card = json.loads(capsys.readouterr().out)
    assert (card["name"], card["window_rows"], card["window_cols"]) == ("probe", 128, 64)


def test_older_gdal_reads_the_result_without_a_warning(traces, model, tmp_path):
    """A GeoPackage has its version at byte 60 (SQLite's user_version); GDAL 3.6 knows 1.3."""
    target = tmp_path / "result.gpkg"
    assert main(["estimate", str(traces), "--model", str(model), "--out", str(target)]) == 0
    assert int.from_bytes(target.read_bytes()[60:64], "big") == 10200


def test_layers_say_what_they_are_worth(traces, model, tmp_path):
    out = tmp_path / "out.gpkg"
    assert main(["estimate", traces, "--out", str(out), "--model", model]) == 0
    for layer in ("windows", "traces"):
        info = pyogrio.read_info(out, layer=layer)
        assert info["layer_metadata"]["DESCRIPTION"] == STATEMENT


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


def test_every_members_answer_can_be_written(traces, model, tmp_path, capsys):
    """The table's medians are the windows' `ke_raw`; the probe counts each drawing's pixels."""
    out = tmp_path / "result.gpkg"
    options = ["--model", model, "--members", "--other-pixel-sizes", "88", "--shift", "1"]
    assert main(["estimate", traces, "--out", str(out), *options]) == 0
    windows = read(out, "windows")[0]
    meta, _, _, columns = pyogrio.raw.read(out, layer="members")
    members = dict(zip(meta["fields"], columns))
    assert list(members) == [field.name for field in MEMBER_FIELDS]
    assert len(members["ke_raw"]) == 4 * 2 * 5 * 3 * 4
    for number, ke_raw in zip(windows["window"], windows["ke_raw"]):
        mine = members["ke_raw"][members["window"] == number]
        assert np.median(mine) == pytest.approx(ke_raw)
    assert set(members["pixel_size_m"]) == {100.0, 88.0}
    assert "probe-1" in capsys.readouterr().out


def test_a_page_about_a_model_can_be_had(model, tmp_path, capsys):
    page = tmp_path / "model.html"
    assert main(["model", model, "--html", str(page)]) == 0
    text = page.read_text(encoding="utf-8")
    assert "<h2>probe-1</h2>" in text
    assert "6.4 km along and 12.8 km across strike" in text
    assert main(["model", model, "--html", str(page)]) == 1
    assert "--overwrite" in capsys.readouterr().err
