"""ssf:makewindows and the ribbon of ssf:estimateke on layers drawn by hand."""

import pytest
from qgis.core import QgsProcessingException

from makers.hand_made_layers import EASTING, NORTHING, make_layer, rows, straight

TEMPORARY = "TEMPORARY_OUTPUT"
OUTPUTS = dict.fromkeys(("WINDOWS", "STRIPS", "GUIDES_OUT", "TRACES_OUT"), TEMPORARY)


def two_faults():
    return make_layer(
        [straight(30_000), straight(12_000, north=NORTHING + 60_000)],
        fields=["zone:string"],
        attributes=[["mine"], ["yours"]],
    )


def shapes(layer):
    return [feature.geometry() for feature in layer.getFeatures()]


def test_windows_are_those_of_an_estimate(run, estimate):
    layer = two_faults()
    plan = run("ssf:makewindows", TRACES=layer, **OUTPUTS)
    estimated = estimate(layer, THICKNESS="3", SHIFT=0)
    pairs = list(zip(rows(plan["WINDOWS"]), rows(estimated["WINDOWS"])))
    assert plan["N_WINDOWS"] == len(pairs) == 7
    for one, two in pairs:
        assert one == {name: two[name] for name in one}
    for one, two in zip(shapes(plan["WINDOWS"]), shapes(estimated["WINDOWS"])):
        assert one.equals(two)


def test_guides_run_along_the_faults_and_can_be_given_back(run):
    layer = two_faults()
    plan = run("ssf:makewindows", TRACES=layer, **OUTPUTS)
    guides = plan["GUIDES_OUT"]
    assert [round(row["length_km"]) for row in rows(guides)] == [30, 12]
    for guide, trace in zip(shapes(guides), shapes(layer)):
        assert guide.hausdorffDistance(trace) < 30  # metres; UTM's lines are no geodesics
    again = run("ssf:makewindows", TRACES=layer, GUIDES=guides, **OUTPUTS)
    for one, two in zip(shapes(plan["WINDOWS"]), shapes(again["WINDOWS"])):
        assert one.centroid().distance(two.centroid()) < 20
    assert [row["ssf_zone"] for row in rows(again["TRACES_OUT"])] == ["guide 1", "guide 2"]


def test_traces_keep_their_own_columns_beside_the_zone(run):
    plan = run("ssf:makewindows", TRACES=two_faults(), ZONE_FIELD="zone", **OUTPUTS)
    assert rows(plan["TRACES_OUT"]) == [
        {"zone": "mine", "ssf_zone": "mine"},
        {"zone": "yours", "ssf_zone": "yours"},
    ]
    assert [row["n_windows"] for row in rows(plan["STRIPS"])] == [5, 2]


def test_a_map_without_traces_is_refused(run, tmp_path):
    with pytest.raises(QgsProcessingException, match="holds no fault trace"):
        run("ssf:makewindows", TRACES=make_layer([]), WINDOWS=str(tmp_path / "w.gpkg"))
    assert list(tmp_path.iterdir()) == []


def test_the_ribbon_lies_on_the_fault_and_has_the_windows_ke(estimate):
    results = estimate(make_layer([straight(30_000, azimuth_deg=90)]), RIBBON=TEMPORARY)
    windows, ribbon = rows(results["WINDOWS"]), rows(results["RIBBON"])
    assert [row["ke"] for row in ribbon] == [row["ke"] for row in windows]
    xs = []
    for shape in shapes(results["RIBBON"]):
        box = shape.boundingBox()
        assert abs(box.center().y() - NORTHING) < 30
        xs.append((box.xMinimum(), box.xMaximum()))
    assert all(one[1] == pytest.approx(two[0], abs=0.01) for one, two in zip(xs, xs[1:]))
    assert (xs[0][0] + xs[-1][1]) / 2 == pytest.approx(EASTING, abs=10)
    assert xs[-1][1] - xs[0][0] == pytest.approx(26_400, rel=1e-3)  # five windows


def test_the_ribbon_is_shown_from_afar_alone(estimate):
    """Near by it would hide the traces that it follows."""
    from qgis_ssf_plugin.looks.dressing import dress

    ribbon = estimate(make_layer([straight(30_000)]), RIBBON=TEMPORARY)["RIBBON"]
    dress(ribbon, "ribbon")
    assert ribbon.isInScaleRange(3_000_000)
    assert not ribbon.isInScaleRange(100_000)


def test_traces_of_different_zones_have_different_colours(run):
    from makers.pictures import colours_of
    from qgis_ssf_plugin.looks.dressing import dress

    lines = [straight(12_000, north=NORTHING + 30_000 * n) for n in range(4)]
    layer = run("ssf:makewindows", TRACES=make_layer(lines), **OUTPUTS)["TRACES_OUT"]
    dress(layer, "zoned", {"zone": "zone"})
    assert len(colours_of(layer)) == 4
    named = make_layer(
        lines, fields=["zone:string"], attributes=[["Calico"], ["Banning"], ["Garlock"], ["b 2"]]
    )
    dress(named, "zoned", {"zone": "zone"})
    assert len(colours_of(named)) == 4
