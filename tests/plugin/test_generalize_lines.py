"""Dense maps in QGIS: the parameter, the output, and the same numbers as the core's road."""

import numpy as np
import pytest
from qgis.core import (
    QgsCoordinateTransformContext,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingUtils,
)

from makers.dense_maps import dense_lines
from makers.hand_made_layers import EASTING, NORTHING, UTM11, make_layer, rows

QUICK = {"THICKNESS": "3", "SHIFT": 0}


@pytest.fixture(scope="module")
def dense():
    shapes = [
        "LineString (" + ", ".join(f"{EASTING + x} {NORTHING + y}" for x, y in line.tolist()) + ")"
        for line in dense_lines()
    ]
    return make_layer(shapes, fields=["zone:string"], attributes=[["one"]] * len(shapes))


def core_estimates(qgis, layer, **options):
    """What the core makes of the layer's lines."""
    from qgis_ssf_plugin import reading
    from ssf_model.estimate.ensemble import open_models
    from ssf_model.estimate.estimating import estimate_strips
    from ssf_model.options import Options
    from ssf_model.zones.planning import plan_strips

    context = QgsProcessingContext()
    traces = reading.read_traces(
        QgsProcessingUtils.variantToSource(layer, context),
        QgsCoordinateTransformContext(),
        zone_field="zone",
        cancelled=lambda: False,
    )
    models, scale = open_models([])
    strips = plan_strips(traces, scale=scale)
    options = Options(thickness_px=(3.0,), shift_px=0, **options)
    return list(estimate_strips(traces, strips, models, options=options))


@pytest.mark.parametrize("choice", ["auto", "never", "always"])
def test_windows_and_lines_are_the_cores(qgis, estimate, dense, choice):
    results = estimate(
        dense, ZONE_FIELD="zone", GENERALIZE=choice, GENERALIZED="TEMPORARY_OUTPUT", **QUICK
    )
    expected = core_estimates(qgis, dense, generalize=choice)
    windows = [window for strip in expected for window in strip.windows]
    told = rows(results["WINDOWS"])
    assert [row["ke"] for row in told] == [window.ke for window in windows]
    assert [row["generalized"] for row in told] == [int(window.generalized) for window in windows]
    assert {row["generalized"] for row in told} == {"auto": {0, 1}, "never": {0}, "always": {1}}[
        choice
    ]
    layer = results["GENERALIZED"]
    assert layer.crs().authid() == UTM11
    drawn = [line for strip in expected if strip.generalized for line in strip.drawn]
    assert [row["length_m"] for row in rows(layer)] == pytest.approx(
        [np.hypot(*np.diff(line, axis=0).T).sum() for line in drawn]
    )
    for feature, line in zip(layer.getFeatures(), drawn):
        assert len(list(feature.geometry().vertices())) == len(line)


def test_by_default_dense_strips_are_generalized_and_no_layer_is_made(estimate, dense):
    results = estimate(dense, ZONE_FIELD="zone", **QUICK)
    assert {row["generalized"] for row in rows(results["WINDOWS"])} == {0, 1}
    assert "GENERALIZED" not in results


def test_the_output_is_empty_where_nothing_was_generalized(estimate, dense):
    results = estimate(
        dense, ZONE_FIELD="zone", GENERALIZE="never", GENERALIZED="TEMPORARY_OUTPUT", **QUICK
    )
    assert results["GENERALIZED"].featureCount() == 0


def test_a_word_that_is_none_is_refused(estimate, dense):
    with pytest.raises(QgsProcessingException, match=r"Generalize lines: .* auto, never, always"):
        estimate(dense, GENERALIZE="sometimes", **QUICK)
