"""ssf:checktraces on a map with one of everything, drawn by hand."""

import numpy as np

from makers.hand_made_layers import EASTING, NORTHING, make_layer, rows

OUTPUTS = dict.fromkeys(("POINTS", "LINES", "WINDOWS"), "TEMPORARY_OUTPUT")


def wavy(west, east, north=0.0):
    x = np.linspace(west, east, int((east - west) / 400) + 1)
    y = north + 40 * (np.arange(len(x)) % 2)
    places = (f"{EASTING + a:.3f} {NORTHING + b:.3f}" for a, b in zip(x, y))
    return f"LineString ({', '.join(places)})"


def test_findings_lie_where_they_are_and_say_why(run):
    layer = make_layer(
        [wavy(-12_000, 0), wavy(500, 12_000), wavy(500, 12_000), wavy(0, 900, north=9_000)]
    )
    results = run("ssf:checktraces", TRACES=layer, **OUTPUTS)
    points, lines = rows(results["POINTS"]), rows(results["LINES"])
    assert [row["kind"] for row in points] == ["gap"]
    assert sorted(row["kind"] for row in lines) == ["duplicate", "stray"]
    assert "draw it" in points[0]["reason"]
    assert results["N_FINDINGS"] == 3
    (place,) = [feature.geometry().asPoint() for feature in results["POINTS"].getFeatures()]
    assert abs(place.x() - EASTING - 250) < 5
    assert abs(place.y() - NORTHING) < 45
    assert results["SUMMARY"] in results["said"]
    assert "duplicate" in results["SUMMARY"]
    duplicate = next(f for f in results["LINES"].getFeatures() if f["kind"] == "duplicate")
    (drawn,) = [f.geometry() for f in layer.getFeatures() if f.id() == 3]
    assert duplicate.geometry().hausdorffDistance(drawn) < 0.01


def test_flags_to_come_are_those_of_the_estimate(run, estimate):
    layer = make_layer([wavy(-12_000, 0), wavy(500, 12_000), wavy(0, 900, north=9_000)])
    foreseen = rows(run("ssf:checktraces", TRACES=layer, **OUTPUTS)["WINDOWS"])
    came = rows(estimate(layer)["WINDOWS"])
    for one, two in zip(foreseen, came):
        assert (one["zone"], one["window"], one["flags"]) == (
            two["zone"], two["window"], two["flags"].replace("clipped", "").strip(","),
        )  # fmt: skip
        assert bool(one["knowable"]) == (two["ke"] is not None)
    assert len(foreseen) == len(came) == 5


def test_cancelling_leaves_nothing(run, tmp_path):
    layer = make_layer([wavy(-12_000, 0, north=40_000 * n) for n in range(4)])
    results = run("ssf:checktraces", TRACES=layer, POINTS=str(tmp_path / "p.gpkg"), cancel_at=30)
    assert "SUMMARY" not in results
    assert list(tmp_path.iterdir()) == []
