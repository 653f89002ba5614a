"""How faults slip, from a file's fields to the windows' flags, sense and KE."""

import json

import numpy as np
import pytest
import shapely

from makers.drawn_maps import model_that, on_earth
from makers.map_files import ORIGIN, STRAIGHT, read, write
from ssf_model.__main__ import main
from ssf_model.errors import InputError
from ssf_model.estimate.estimating import estimate_strips
from ssf_model.faults.slip import STRIKE_SLIP, UNKNOWN
from ssf_model.faults.slip_fields import slip_of_features
from ssf_model.faults.traces import make_traces
from ssf_model.headless import reading
from ssf_model.options import Options
from ssf_model.scale import ExperimentScale
from ssf_model.zones.planning import plan_strips

FAR = [0, 60_000]  # another fault zone
APART = [shapely.linestrings(STRAIGHT + ORIGIN + np.array(FAR) * number) for number in range(3)]


def windows_of(tmp_path, model, *arguments, **columns):
    """Rows of the windows, zone by zone, of three faults 60 km apart."""
    faults = write(tmp_path / "faults.gpkg", APART, zone=["a", "b", "c"], **columns)
    out = tmp_path / "out.gpkg"
    words = ["estimate", faults, "--out", str(out), "--model", model, "--zone-field", "zone"]
    assert main([*words, *arguments]) == 0
    windows, _, _ = read(out, "windows")
    return {
        zone: {name: values[windows["zone"] == zone] for name, values in windows.items()}
        for zone in "abc"
    }


@pytest.mark.parametrize(
    ("option", "column"),
    [
        ("--rake-field", [175.0, 130.0, 90.0]),
        ("--slip-type-field", ["Dextral", "Reverse-Dextral", "thrust"]),
    ],
)
def test_oblique_faults_are_flagged_and_dip_slip_faults_have_no_ke(option, column, model, tmp_path):
    found = windows_of(tmp_path, model, option, "how", how=column)
    flagged = {zone: ["not_strike_slip" in row for row in found[zone]["flags"]] for zone in "abc"}
    assert [set(flagged[zone]) for zone in "abc"] == [{False}, {True}, {True}]
    assert np.isfinite(found["a"]["ke"]).all()
    assert np.isfinite(found["b"]["ke"]).all()
    assert np.isnan(found["c"]["ke"]).all()


def test_a_gentle_dip_is_flagged_but_no_proof(model, tmp_path):
    found = windows_of(tmp_path, model, "--dip-field", "dip", dip=[89.0, 30.0, np.nan])
    assert ["not_strike_slip" in found[zone]["flags"][0] for zone in "abc"] == [False, True, False]
    assert all(np.isfinite(found[zone]["ke"]).all() for zone in "abc")


def test_each_strip_takes_its_own_sense(model, tmp_path):
    found = windows_of(
        tmp_path, model, "--rake-field", "rake", "--sense", "auto", rake=[180.0, -5.0, np.nan]
    )
    assert [set(found[zone]["sense"]) for zone in "abc"] == [
        {"dextral"},
        {"sinistral"},
        {"dextral"},
    ]
    unknown = [{"sense_unknown" in row for row in found[zone]["flags"]} for zone in "abc"]
    assert unknown == [{False}, {False}, {True}]


def test_the_record_of_a_run_names_the_fields(traces, model, tmp_path, capsys):
    words = ["estimate", traces, "--out", str(tmp_path / "out.gpkg"), "--model", model, "--json"]
    assert main([*words, "--rake-field", "ke", "--zone-field", "name"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert (record["rake_field"], record["zone_field"]) == ("ke", "name")
    assert "dip_field" not in record


def on_the_far_side(window):
    """Share of the fault pixels in the upper half of the window."""
    return window[:64].sum() / window.sum()


@pytest.mark.parametrize(("sense", "expected"), [("dextral", 1.0), ("sinistral", 0.0)])
def test_the_sense_found_is_the_one_the_network_reads_in(sense, expected):
    """Two thirds of the length of a fault 500 m north of its frame's middle slip one way."""
    lines = [on_earth([[-16_000, 500], [5_000, 500]]), on_earth([[5_000, 500], [16_000, 500]])]
    other = {"dextral": "sinistral", "sinistral": "dextral"}[sense]
    names = ["feature 1", "feature 2"]
    slip, _ = slip_of_features(names, {"type": [sense, other]}, slip_type_field="type")
    traces = make_traces([[line] for line in lines], slip=slip)
    guide = on_earth([[-16_000, 0], [16_000, 0]])
    strips = plan_strips(traces, scale=ExperimentScale(), guides=[guide])
    # The first strip has five of the six windows and 21 of its 26.4 km before the change.
    options = Options(sense="auto", flips="none", shift_px=0.0)
    first, *_ = estimate_strips(traces, strips, [model_that(on_the_far_side)], options=options)
    assert {window.sense for window in first.windows} == {sense}
    assert {window.ke for window in first.windows} == {expected}


def test_a_sense_that_cannot_be_found_is_refused():
    traces = make_traces([[on_earth([[-9_000, 0], [9_000, 0]])]])
    strips = plan_strips(traces, scale=ExperimentScale())
    road = estimate_strips(
        traces, strips, [model_that(lambda w: 0.5)], options=Options(sense="auto")
    )
    with pytest.raises(InputError, match="'auto' needs a field with rakes or slip types"):
        next(road)


@pytest.mark.parametrize(
    ("arguments", "match"),
    [
        (["--sense", "auto"], "'auto' needs a field"),
        (["--sense", "auto", "--dip-field", "ke"], "'auto' needs a field"),
        (["--rake-field", "rake"], "has no field 'rake'; its fields are: name, ke"),
        (["--dip-field", "Dip"], "has no field 'Dip'"),
        (["--slip-type-field", "sense"], "has no field 'sense'"),
        (["--strict", "--rake-field", "name"], "'main' (faults.gpkg, layer 'faults', feature 1)"),
        (["--strict", "--slip-type-field", "ke"], "A slip type is dextral"),
    ],
)
def test_fields_that_do_not_tell_are_refused(arguments, match, traces, model, tmp_path, capsys):
    out = tmp_path / "out.gpkg"
    words = ["estimate", traces, "--out", str(out), "--model", model]
    assert main([*words, *arguments]) == 1
    assert match in capsys.readouterr().err
    assert not out.exists()


def test_null_among_whole_numbers_is_unknown(tmp_path):
    """Such a column comes as floats with NaN."""
    features = [
        {
            "type": "Feature",
            "properties": {"rake": rake, "how": how},
            "geometry": {"type": "LineString", "coordinates": [[10.0, 45.0], [10.1, 45.1]]},
        }
        for rake, how in ((0, None), (180, "normal"), (None, "LL"), (None, None))
    ]
    path = tmp_path / "faults.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    file = reading.read_traces(
        path, layer=None, zone_field=None, rake_field="rake", slip_type_field="how"
    )
    assert file.traces.slip.senses.tolist() == [-1, 1, -1, 0]
    assert file.traces.slip.kinds.tolist() == [STRIKE_SLIP] * 3 + [UNKNOWN]


def test_california_has_two_normal_sections(reference_data):
    """Oracle: its rakes; -90 for both of Airport Lake, 135 and 65 for two more."""
    path = reference_data / "faults" / "named_california_sections_nshm23.geojson"
    file = reading.read_traces(path, layer=None, zone_field=None, rake_field="Rake")
    assert np.bincount(file.traces.slip.kinds).tolist() == [0, 50, 1, 3]
