"""Two maps compared on the command line, from vector files to a GeoPackage."""

import json

import numpy as np
import pyogrio
import pytest
import rasterio.warp
import shapely

from makers.map_files import ORIGIN, STRAIGHT, UTM, read, write
from makers.places import REPOSITORY
from ssf_model.__main__ import main
from ssf_model.tables.comparisons import COMPARISON_FIELDS

pytestmark = pytest.mark.numerical

METHOD = REPOSITORY / "docs" / "method.md"
STRAND = np.array([[-3_000.0, 900.0], [3_000.0, 700.0]])


@pytest.fixture
def other(tmp_path):
    """The map of the fixture `traces` with a strand more, in another CRS and from its end."""
    lines = [STRAND, STRAIGHT * 0.1 + [0, 900], STRAIGHT[::-1]]
    moved = [
        np.column_stack(rasterio.warp.transform(UTM, "EPSG:4326", *(line + ORIGIN).T))
        for line in lines
    ]
    return write(
        tmp_path / "other.geojson",
        [shapely.linestrings(line) for line in moved],
        crs="EPSG:4326",
        system=["north", "main", "main"],
    )


def compare(*words):
    return main(["compare", *(str(word) for word in words)])


def test_the_result_says_what_each_map_gives_and_how_far_they_differ(
    traces, other, model, tmp_path, capsys
):
    out = tmp_path / "result.gpkg"
    assert compare(traces, other, "--out", out, "--model", model) == 0
    said = capsys.readouterr().err
    assert "0 of 3 lines of map B in no window" in said
    assert "do not differ" not in said
    windows, squares, crs = read(out, "windows")
    assert crs == UTM
    assert list(windows) == [field.name for field in COMPARISON_FIELDS]
    np.testing.assert_allclose(shapely.area(squares), 6_400 * 12_800, rtol=2e-3)  # UTM's scale
    alone = tmp_path / "alone.gpkg"
    assert main(["estimate", traces, "--out", str(alone), "--model", model]) == 0
    expected = read(alone, "windows")[0]
    np.testing.assert_array_equal(windows["ke_a"], expected["ke"])
    np.testing.assert_array_equal(windows["trace_px_a"], expected["trace_px"])
    # The strand is 60 px long, 3 px wide, and lies in the two windows in the middle.
    more = windows["trace_px_b"] - windows["trace_px_a"]
    assert more[1:3].sum() > 150
    assert more[[0, 3]].tolist() == [0, 0]
    assert (windows["changed_px"][1:3] >= more[1:3]).all()
    assert (windows["change_p05"] <= windows["ke_change"]).all()
    assert (windows["ke_change"] <= windows["change_p95"]).all()


def test_a_map_compared_with_itself_changes_nowhere(traces, model, tmp_path, capsys):
    """By layer, by zone field and as JSON; the model's weights are random, so nothing is lucky."""
    out = tmp_path / "result.gpkg"
    zones = ["--zone-field", "name", "--zone-field-b", "name"]
    layers = ["--layer", "faults", "--layer-b", "faults"]
    assert compare(traces, traces, "--out", out, "--model", model, *zones, *layers, "--json") == 0
    said = capsys.readouterr()
    assert "The maps do not differ in any window" in said.err
    summary = json.loads(said.out)
    assert [zone["zone"] for zone in summary["zones"]] == ["main", "splay"]
    assert summary["n_windows"] == len(read(out, "windows")[0]["ke_a"])
    assert summary["n_redrawn"] == summary["n_agreed"] == summary["lines_b_left_out"] == 0
    assert summary["mean_ke_change"] == 0
    for zone in summary["zones"]:
        assert {zone[f"ke_change_{which}"] for which in ("median", "min", "max")} <= {0.0, None}
    windows = read(out, "windows")[0]
    known = ~np.isnan(windows["ke_change"])
    assert set(windows["ke_change"][known]) == {0.0}
    assert set(windows["sign_agrees"][known]) == {1.0}


def test_the_summary_counts_by_zone(traces, other, model, tmp_path, capsys):
    out = tmp_path / "result.gpkg"
    assert compare(traces, other, "--out", out, "--model", model, "--shift", "0") == 0
    head, row = capsys.readouterr().out.splitlines()[:2]
    windows = read(out, "windows")[0]
    assert head.split()[:4] == ["zone", "windows", "compared", "redrawn"]
    cells = row.split()
    assert cells[2:5] == ["4", "4", "2"]
    assert float(cells[5]) == pytest.approx(np.median(windows["ke_a"]), abs=0.005)
    assert float(cells[6]) == pytest.approx(np.median(windows["ke_b"]), abs=0.005)
    assert float(cells[7]) == pytest.approx(np.median(windows["ke_change"]), abs=0.0005)
    assert float(cells[8]) == pytest.approx(windows["ke_change"].min(), abs=0.0005)
    assert float(cells[9]) == pytest.approx(windows["ke_change"].max(), abs=0.0005)
    agreed = (windows["sign_agrees"] == 1) & (windows["ke_change"] != 0)
    assert int(cells[10]) == agreed.sum()


def test_null_is_written_as_null(traces, model, tmp_path, capsys):
    """Map B ends in the middle: its western windows have no KE, and so no change."""
    half = write(tmp_path / "half.gpkg", [shapely.linestrings(STRAIGHT[2:] + ORIGIN)], name=["h"])
    out = tmp_path / "out.gpkg"
    assert compare(traces, half, "--out", out, "--model", model) == 0
    windows = read(out, "windows")[0]
    assert windows["flags_b"][0] == "no_trace"
    columns = ("ke_b", "ke_change", "change_p05", "change_p95", "sign_agrees")
    unknown = " AND ".join(f"{column} IS NULL" for column in columns)
    _, fids, _, _ = pyogrio.raw.read(
        out, layer="windows", where=f"{unknown} AND ke_a IS NOT NULL", return_fids=True
    )
    assert len(fids) == (windows["flags_b"] == "no_trace").sum()


def test_a_zone_without_a_compared_window_is_not_said_to_have_no_ke(
    traces, model, tmp_path, capsys
):
    """Its windows have a KE on map A and none on map B: the table told NULL for both."""
    across = shapely.linestrings(STRAIGHT.mean(axis=0) + [[0, -2_600], [0, 2_600]] + ORIGIN)
    lines = [shapely.linestrings(STRAIGHT + ORIGIN)]
    offsets = np.arange(-12_000, 12_001, 1_500)
    lines += [shapely.transform(across, lambda xy, by=by: xy + [by, 0]) for by in offsets]
    ladder = write(tmp_path / "ladder.gpkg", lines, name=["h"] * len(lines))
    out = tmp_path / "out.gpkg"
    assert compare(traces, ladder, "--out", out, "--model", model) == 0
    row = capsys.readouterr().out.splitlines()[1]
    windows = read(out, "windows")[0]
    assert np.isfinite(windows["ke_a"]).all()
    assert np.isnan(windows["ke_b"]).all()
    assert row.split()[-8:] == ["0", str(len(windows["ke_a"])), *"-----", "0"]


def test_lines_of_zones_that_the_first_map_has_not_are_left_out(
    traces, other, model, tmp_path, capsys
):
    """On the other map the strand belongs to the zone north, which map A does not know."""
    out = tmp_path / "out.gpkg"
    named = write(
        tmp_path / "named.gpkg", [shapely.linestrings(STRAIGHT + ORIGIN)], system=["main"]
    )
    zones = ["--zone-field", "system", "--zone-field-b", "system"]
    assert compare(named, other, "--out", out, "--model", model, *zones) == 0
    assert "1 of 3 lines of map B in no window" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "match"),
    [
        (["--zone-field-b", "system"], "the first one's are not"),
        (["--zone-field", "name", "--zone-field-b", "nix"], "has no field 'nix'"),
        (["--layer-b", "nix"], "other.geojson has no layer 'nix'; --layer-b takes one of: other"),
        (["--rake-field", "ke"], "other.geojson, layer 'other' has no field 'ke'"),
        (["--trend", "nan"], "azimuth"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_written(
    words, match, traces, other, model, tmp_path, capsys
):
    out = tmp_path / "out.gpkg"
    assert compare(traces, other, "--out", out, "--model", model, *words) == 1
    error = capsys.readouterr().err
    assert match in error
    assert error.splitlines()[-1].startswith("error: ")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["faults.gpkg", "other.geojson"]


def test_guide_lines_and_a_zone_field_of_the_other_map_are_refused(
    traces, other, model, tmp_path, capsys
):
    guides = write(tmp_path / "g.gpkg", [shapely.linestrings(STRAIGHT + ORIGIN)], name=["g"])
    words = ["--out", tmp_path / "o.gpkg", "--guides", guides, "--zone-field-b", "system"]
    assert compare(traces, other, *words, "--model", model) == 1
    assert "Give guide lines or a zone field, not both" in capsys.readouterr().err


def test_a_map_of_another_place_is_refused(traces, model, tmp_path, capsys):
    far = write(tmp_path / "far.gpkg", [shapely.linestrings(STRAIGHT + ORIGIN + 2e5)], name=["f"])
    out = tmp_path / "out.gpkg"
    assert compare(traces, far, "--out", out, "--model", model) == 1
    assert "No line of the second map lies in a window" in capsys.readouterr().err
    assert not out.exists()


@pytest.mark.parametrize("which", [0, 1])
def test_neither_map_is_ever_the_output(which, traces, model, tmp_path, capsys):
    again = write(tmp_path / "again.gpkg", [shapely.linestrings(STRAIGHT + ORIGIN)], name=["f"])
    target = (traces, again)[which]
    with open(target, "rb") as file:
        before = file.read()
    words = [traces, again, "--out", target, "--model", model, "--overwrite"]
    assert compare(*words) == 1
    assert "is the input" in capsys.readouterr().err
    with open(target, "rb") as file:
        assert file.read() == before


def test_the_method_names_every_column():
    section = METHOD.read_text(encoding="utf-8").split("## 10. What if")[1]
    rows = [row.split("|")[1] for row in section.splitlines() if row.startswith("| ")]
    named = {name.strip() for row in rows for name in row.split(",")}
    assert {field.name for field in COMPARISON_FIELDS} <= named
