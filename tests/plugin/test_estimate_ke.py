"""ssf:estimateke on maps drawn by hand."""

import statistics

import pytest
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeatureRequest,
    QgsGeometry,
    QgsProcessingFeatureSourceDefinition,
    QgsProject,
    QgsWkbTypes,
)

from makers.hand_made_layers import (
    EASTING,
    NORTHING,
    SHIPPED_MEMBERS,
    UTM11,
    bent,
    kes,
    make_layer,
    rows,
    straight,
)

WINDOW_KINDS = {
    "zone": str,
    "strip": int,
    "window": int,
    "ke": float,
    "ofd": float,
    "ke_p05": float,
    "ke_p95": float,
    "ke_raw": float,
    "n_members": int,
    "flags": str,
    "trace_px": int,
    "trend_deg": float,
    "sense": str,
    "model": str,
}


def reprojected(layer, crs):
    """The same vertices in another CRS, by QGIS's own algorithm."""
    import processing

    return processing.run(
        "native:reprojectlayer",
        {
            "INPUT": layer,
            "TARGET_CRS": QgsCoordinateReferenceSystem(crs),
            "OUTPUT": "TEMPORARY_OUTPUT",
        },
    )["OUTPUT"]


def test_windows_cover_the_trace_as_the_study_laid_them(estimate):
    """Windows of 6.4 x 12.8 km every 5 km: three whole ones fit on a trace of 20 km."""
    results = estimate(make_layer([straight(20_000, azimuth_deg=60)]))
    windows = list(results["WINDOWS"].getFeatures())
    assert len(windows) == results["N_WINDOWS"] == 3
    trace = QgsGeometry.fromWkt(straight(20_000, azimuth_deg=60))
    for window in windows:
        polygon = window.geometry()
        # On UTM's central meridian a kilometre is drawn 0.9996 km long.
        assert polygon.area() == pytest.approx(6.4e3 * 12.8e3 * 0.9996**2, rel=1e-4)
        assert polygon.intersection(trace).length() == pytest.approx(6.4e3 * 0.9996, rel=1e-3)
        assert polygon.centroid().distance(trace) < 20
    apart = windows[0].geometry().centroid().distance(windows[1].geometry().centroid())
    assert apart == pytest.approx(5e3 * 0.9996, rel=1e-3)


def test_fields_are_those_promised(estimate):
    layer = estimate(make_layer([straight()]))["WINDOWS"]
    assert set(WINDOW_KINDS) <= set(layer.fields().names())
    for row in rows(layer):
        for name, kind in WINDOW_KINDS.items():
            assert isinstance(row[name], kind), name
        assert row["ofd"] == pytest.approx(1 - row["ke"])
        assert 0 <= row["ke_p05"] <= row["ke"] <= row["ke_p95"] <= 1
        assert row["n_members"] == SHIPPED_MEMBERS
        assert row["trend_deg"] == pytest.approx(60, abs=0.1)
    assert [row["window"] for row in rows(layer)] == [1, 2, 3]


def test_the_mean_is_that_of_the_windows(estimate):
    results = estimate(make_layer([straight(), straight(north=NORTHING + 40_000)]))
    found = kes(results)
    assert len(found) == 6
    assert results["MEAN_KE"] == pytest.approx(statistics.fmean(found))


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:3857", "EPSG:32610", "EPSG:4267"])
def test_the_crs_does_not_matter(estimate, crs):
    """Tolerance: places come back to about a millimetre, so hardly a pixel is drawn otherwise."""
    layer = make_layer([bent(), bent(north=NORTHING + 3_000)])
    expected = rows(estimate(layer)["WINDOWS"])
    windows = estimate(reprojected(layer, crs))["WINDOWS"]
    assert windows.crs().authid() == crs
    found = rows(windows)
    assert len(found) == len(expected)
    for ours, theirs in zip(found, expected):
        assert ours["ke"] == pytest.approx(theirs["ke"], abs=0.01)
        assert ours["trace_px"] == pytest.approx(theirs["trace_px"], abs=2)
    back = reprojected(windows, UTM11)
    for ours, theirs in zip(back.getFeatures(), estimate(layer)["WINDOWS"].getFeatures()):
        assert ours.geometry().hausdorffDistance(theirs.geometry()) < 5


def test_a_window_without_trace_has_no_ke(estimate):
    """Two traces of one zone 40 km apart: what lies between has no trace, so no KE, never 0."""
    layer = make_layer(
        [straight(9_000, azimuth_deg=90), straight(9_000, east=EASTING + 40_000, azimuth_deg=90)],
        fields=["zone:string"],
        attributes=[["a"], ["a"]],
    )
    windows = rows(estimate(layer, ZONE_FIELD="zone")["WINDOWS"])
    blank = [row for row in windows if row["trace_px"] == 0]
    assert blank
    for row in blank:
        assert row["ke"] is None
        assert row["ofd"] is None
        assert "no_trace" in row["flags"]
    assert all(row["ke"] is not None for row in windows if row["trace_px"] > 0)


def test_a_map_without_any_ke_has_no_mean(estimate):
    """Traces straight across the frame say nothing: KE is NULL beyond 20 degrees."""
    results = estimate(make_layer([straight(9_000, azimuth_deg=60)]), TREND=150)
    assert results["N_WINDOWS"] > 0
    assert kes(results) == [None] * results["N_WINDOWS"]
    assert results["MEAN_KE"] is None
    assert rows(results["TRACES_OUT"])[0]["ke"] is None


def test_zones_are_kept_apart_by_their_field(estimate):
    layer = make_layer(
        [straight(), straight(north=NORTHING + 1_000)],
        fields=["zone:string"],
        attributes=[["a"], ["b"]],
    )
    windows = rows(estimate(layer, ZONE_FIELD="zone")["WINDOWS"])
    assert [row["zone"] for row in windows] == ["a"] * 3 + ["b"] * 3


def test_traces_keep_their_attributes_and_get_ours(estimate):
    layer = make_layer(
        [straight(), None, straight(500, north=NORTHING + 60_000)],
        fields=["name:string", "ke:double"],
        attributes=[["Calico", 0.25], ["nowhere", 0.5], ["short", 0.75]],
    )
    results = estimate(layer)
    traces = rows(results["TRACES_OUT"])
    assert [row["name"] for row in traces] == ["Calico", "nowhere", "short"]
    assert [row["ke"] for row in traces] == [0.25, 0.5, 0.75]
    of_calico = kes(results)[:3]
    assert min(of_calico) <= traces[0]["ssf_ke"] <= max(of_calico)
    assert traces[0]["ofd"] == pytest.approx(1 - traces[0]["ssf_ke"])
    # Three windows reach over 16.4 of its 20 km.
    assert traces[0]["covered"] == pytest.approx(16.4 / 20, abs=0.005)
    assert traces[1]["ssf_ke"] is None
    geometries = [feature.geometry() for feature in results["TRACES_OUT"].getFeatures()]
    assert geometries[0].equals(QgsGeometry.fromWkt(straight()))
    assert geometries[1].isNull()


def test_curves_and_multipart_lines_stay_what_they_are(estimate):
    shape = f"MultiLineString (({EASTING} {NORTHING}, {EASTING + 9000} {NORTHING}), (1 1, 2 2))"
    shape = shape.replace("(1 1, 2 2)", f"({EASTING} {NORTHING + 99}, {EASTING + 9} {NORTHING})")
    results = estimate(make_layer([shape], kind="MultiLineString"))
    assert results["TRACES_OUT"].wkbType() == QgsWkbTypes.Type.MultiLineString
    assert next(results["TRACES_OUT"].getFeatures()).geometry().constGet().numGeometries() == 2


def test_selected_features_only(estimate):
    layer = make_layer([straight(), straight(north=NORTHING + 40_000)])
    QgsProject.instance().addMapLayer(layer)
    try:
        layer.selectByIds([next(layer.getFeatures(QgsFeatureRequest().setLimit(1))).id()])
        results = estimate(QgsProcessingFeatureSourceDefinition(layer.id(), True))
    finally:
        QgsProject.instance().removeMapLayer(layer)
    assert results["N_WINDOWS"] == 3
    assert results["TRACES_OUT"].featureCount() == 1


def test_a_trend_turns_the_frame(estimate):
    windows = rows(estimate(make_layer([straight(azimuth_deg=60)]), TREND=50)["WINDOWS"])
    assert [row["trend_deg"] for row in windows] == pytest.approx([50] * len(windows), abs=0.2)


def test_a_guide_line_is_followed(estimate):
    guide = make_layer([straight(30_000, azimuth_deg=65)])
    windows = rows(estimate(make_layer([straight(azimuth_deg=60)]), GUIDES=guide)["WINDOWS"])
    # 30 km of guide hold floor((30 - 6.4) / 5) + 1 = 5 windows.
    assert len(windows) == 5
    assert [row["trend_deg"] for row in windows] == pytest.approx([65] * 5, abs=0.2)


def test_pixel_size_scales_the_windows(estimate):
    """Half the pixel, half the window: 3.2 km every 2.5 km, so 7 on 20 km."""
    results = estimate(make_layer([straight()]), PIXEL_SIZE=50)
    assert results["N_WINDOWS"] == 7
    area = next(results["WINDOWS"].getFeatures()).geometry().area()
    assert area == pytest.approx(3.2e3 * 6.4e3 * 0.9996**2, rel=1e-4)


def test_flagged_windows_are_pointed_out(estimate):
    results = estimate(make_layer([straight(1_000)]))
    flags = {flag for row in rows(results["WINDOWS"]) for flag in row["flags"].split(",") if flag}
    assert flags
    assert "Flagged windows" in results["said"]
    for flag in flags:
        assert flag.strip() in results["said"]


def test_a_thousand_traces_work(estimate):
    lines = [
        straight(7_000, east=EASTING + 9e3 * (i % 40), north=NORTHING + 9e3 * (i // 40))
        for i in range(1000)
    ]
    results = estimate(make_layer(lines))
    assert results["TRACES_OUT"].featureCount() == 1000
    assert all(row["ofd"] is not None for row in rows(results["TRACES_OUT"]))


def test_progress_grows_to_the_end(estimate):
    lines = [straight(north=NORTHING + 40_000 * number) for number in range(5)]
    shares = estimate(make_layer(lines))["shares"]
    assert shares == sorted(shares)
    assert len(set(shares)) >= 5 + 5  # a step for each zone laid and each strip estimated
    assert shares[-1] == 100


@pytest.mark.parametrize("share", [1, 30])
def test_cancelling_leaves_nothing(estimate, tmp_path, share):
    """While strips are laid, and while they are estimated."""
    target = tmp_path / "windows.gpkg"
    lines = [straight(north=NORTHING + 40_000 * number) for number in range(5)]
    results = estimate(make_layer(lines), WINDOWS=str(target), cancel_at=share)
    assert "N_WINDOWS" not in results
    assert list(tmp_path.iterdir()) == []
