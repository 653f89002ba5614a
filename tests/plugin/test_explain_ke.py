"""ssf:explainke on a stepping fault drawn by hand."""

import numpy as np
import pytest
from qgis.core import NULL, QgsProcessingException

from makers.hand_made_layers import EASTING, NORTHING, make_layer, rows

TEMPORARY = dict.fromkeys(("CONTRIBUTIONS", "COLUMNS", "STRETCHES"), "TEMPORARY_OUTPUT")
QUICK = {"FLIPS": "none", "THICKNESS": "3", "SHIFT": 0, "TREND": 90}
STEP = 1100.0  # metres to the left, in the middle


def stepping(**options):
    """Two strands of a fault along the equator of the map, 20 km together; one step."""
    north, south = NORTHING + STEP / 2, NORTHING - STEP / 2
    shapes = [
        f"LineString ({EASTING - 10_000} {south}, {EASTING + 300} {south})",
        f"LineString ({EASTING - 300} {north}, {EASTING + 10_000} {north})",
    ]
    return make_layer(shapes, **options)


@pytest.fixture
def explain(run):
    """ssf:explainke with all three outputs in memory."""

    def explain_layer(layer, **parameters):
        return run("ssf:explainke", TRACES=layer, **{**TEMPORARY, **QUICK, **parameters})

    return explain_layer


def test_the_step_is_where_ke_is_lost(explain):
    results = explain(stepping())
    columns = rows(results["COLUMNS"])
    assert results["N_WINDOWS"] == 3
    assert len(columns) == 3 * 16
    places = [
        feature.geometry().centroid().asPoint() for feature in results["COLUMNS"].getFeatures()
    ]
    worst = sorted(zip([row["lost"] for row in columns], places), key=lambda pair: -pair[0])[:3]
    for lost, place in worst:
        assert lost > 0.01
        assert abs(place.x() - EASTING) < 2500
    assert results["MOST_LOST"] == pytest.approx(
        sum(row["lost"] for row in columns if row["window"] == 2)
    )
    assert "strip 1, window 2" in results["said"]
    most = max(row["lost"] for row in columns if row["window"] == 2)
    assert f"the column that loses most, {most:.2f}, is at km" in results["said"]


def test_cells_lie_on_the_strands_and_sum_up_to_their_columns(explain):
    results = explain(stepping())
    cells = list(results["CONTRIBUTIONS"].getFeatures())
    for cell in cells:
        # On UTM's central meridian a kilometre is drawn 0.9996 km long.
        assert cell.geometry().area() == pytest.approx(400**2 * 0.9996**2, rel=1e-3)
        # The network's reach is 32 px, a window's move 2.5, half a line 2 and half a cell 2:
        # nothing farther off can contribute.
        away = abs(cell.geometry().centroid().asPoint().y() - NORTHING)
        assert away < STEP / 2 + 3900
    for row in rows(results["COLUMNS"]):
        mine = [
            cell["contribution"]
            for cell in cells
            if (cell["window"], cell["col"]) == (row["window"], row["col"])
        ]
        assert sum(mine) == pytest.approx(row["contribution"], abs=2e-3)  # tiny ones are left out


def test_stretches_lie_on_the_traces_and_tell_of_ke_without_them(explain):
    layer = stepping()
    results = explain(layer, STRETCH=2000)
    traces = [feature.geometry() for feature in layer.getFeatures()]
    stretches = list(results["STRETCHES"].getFeatures())
    assert len(stretches) == 8
    for stretch in stretches:
        trace = traces[stretch["feature"] - 1]
        assert stretch.geometry().within(trace.buffer(1, 8))
        assert stretch["length_m"] == pytest.approx(stretch.geometry().length() / 0.9996, rel=1e-4)
        change = stretch["ke_without"] - stretch["ke"]
        assert stretch["ke_change"] == pytest.approx(change)
    changes = np.array([stretch["ke_change"] for stretch in stretches])
    assert changes.min() < -0.05


def test_only_what_is_asked_for_is_worked_out(explain):
    results = explain(stepping(), STRETCHES=None)
    assert "STRETCHES" not in results
    assert results["COLUMNS"].featureCount() == 48
    results = explain(stepping(), CONTRIBUTIONS=None, COLUMNS=None)
    assert {"CONTRIBUTIONS", "COLUMNS"}.isdisjoint(results)
    assert results["STRETCHES"].featureCount() > 8
    assert results["MOST_LOST"] in (None, NULL)


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:3857"])
def test_other_reference_systems_give_the_same(explain, crs):
    import processing

    moved = processing.run(
        "native:reprojectlayer",
        {"INPUT": stepping(), "TARGET_CRS": crs, "OUTPUT": "TEMPORARY_OUTPUT"},
    )["OUTPUT"]
    expected, found = explain(stepping()), explain(moved)
    for key in TEMPORARY:
        assert found[key].crs().authid() == crs
    np.testing.assert_allclose(
        [row["ke_change"] for row in rows(found["STRETCHES"])],
        [row["ke_change"] for row in rows(expected["STRETCHES"])],
        atol=0.02,  # ends of lines move by micrometres, over the edge of a pixel at most
    )


def test_a_run_can_be_cancelled(explain):
    results = explain(stepping(), cancel_at=15)
    assert "STRETCHES" not in results


@pytest.mark.parametrize(
    ("parameters", "match"),
    [
        ({"STRETCH": 50}, "The length of stretches is from 200 m"),
        (dict.fromkeys(TEMPORARY), "at least one of the three layers"),
        ({"THICKNESS": "thick"}, "Line thicknesses are numbers"),
    ],
)
def test_what_cannot_be_is_refused(explain, parameters, match):
    with pytest.raises(QgsProcessingException, match=match):
        explain(stepping(), **parameters)


@pytest.mark.parametrize("key", sorted(TEMPORARY))
def test_each_output_can_be_had_alone_and_is_the_same(run, explain, key):
    alone = run("ssf:explainke", TRACES=stepping(), **QUICK, **{key: "TEMPORARY_OUTPUT"})
    assert [name for name in TEMPORARY if name in alone] == [key]
    found, expected = rows(alone[key]), rows(explain(stepping())[key])
    assert len(found) == len(expected) > 0
    assert [row["zone"] for row in found] == [row["zone"] for row in expected]


def test_stretches_may_be_as_short_as_a_millimetre_but_have_a_length(qgis):
    algorithm = qgis.processingRegistry().createAlgorithmById("ssf:explainke")
    stretch = algorithm.parameterDefinition("STRETCH")
    assert stretch.checkValueIsAcceptable(0.5)
    assert not stretch.checkValueIsAcceptable(0.0)
