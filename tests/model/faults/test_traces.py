import numpy as np
import pytest
from rasterio.warp import transform_geom
from shapely.geometry import LineString, shape

from makers.drawn_maps import traces_of
from ssf_model.errors import InputError
from ssf_model.faults.slip import DEXTRAL, STRIKE_SLIP, Slip
from ssf_model.faults.traces import make_traces

GOOD = np.array([[10.0, 45.0], [10.1, 45.1]])


@pytest.mark.parametrize(
    ("line", "match"),
    [
        ([[10.0, 45.0]], "feature 2: .*two or more vertices"),
        ([10.0, 45.0], r"feature 2: .*\(n, 2\); this one has the shape \(2,\)"),
        ([[10.0, 45.0, 0.0], [10.1, 45.1, 0.0]], r"feature 2: .*shape \(2, 3\)"),
        ([[10.0, 45.0], [np.nan, 45.0]], "feature 2: .*not finite"),
        ([[10.0, 45.0], [np.inf, 45.0]], "feature 2: .*not finite"),
        ([[10.0, 45.0], [10.0, 45.0]], "feature 2: .*no length"),
        ([[560000.0, 3880000.0], [561000.0, 3880000.0]], "feature 2: .*no place on Earth"),
    ],
)
def test_a_line_that_is_no_trace_is_refused_by_name(line, match):
    with pytest.raises(InputError, match=match):
        make_traces([[GOOD], [np.array(line)]])


@pytest.mark.parametrize(
    ("line", "worst"),
    [
        ([[10, 45], [-541, 45]], "longitude -541, latitude 45"),
        ([[10, 45], [545, 20], [11, -95]], "longitude 11, latitude -95"),  # 5.6 % too far
        ([[10, 91], [-560, 20], [11, 50]], "longitude -560, latitude 20"),  # 3.7 %
        ([[10, 45], [10, 90.001]], "longitude 10, latitude 90.001"),
        ([[10, 45], [11, -90.5], [12, 45]], "longitude 11, latitude -90.5"),
    ],
)
def test_of_places_beyond_the_earth_the_one_farthest_off_is_told(line, worst):
    with pytest.raises(InputError, match=f"^feature 1: {worst} is no place on Earth"):
        make_traces([[np.array(line, dtype=float)]])


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ([[34.0, -116.0], [34.2, -116.1]], True),
        ([[40.7, 131.0], [40.75, 80.0]], True),
        ([[91.0, 131.0], [40.7, 131.0]], False),
        ([[5e5, 4e6], [5e5, 5e6]], False),
        ([[40.7, 181.0], [40.7, 131.0]], False),
    ],
)
def test_axes_that_would_be_right_the_other_way_round_are_told(line, told):
    with pytest.raises(InputError, match="is no place on Earth") as refusal:
        make_traces([[np.array(line, dtype=float)]])
    assert ("axes may be swapped" in str(refusal.value)) == told


def test_the_poles_and_half_a_turn_beyond_the_antimeridian_are_on_earth():
    line = np.array([[540.0, 90.0], [-540.0, 80.0], [0.0, -90.0]])
    assert len(make_traces([[line]]).lines) == 1


@pytest.mark.parametrize("parts", [[], [[], []]])
def test_a_map_without_lines_is_refused(parts):
    with pytest.raises(InputError, match="no fault traces"):
        make_traces(parts)


@pytest.mark.parametrize("missing", [None, "", "  "])
def test_a_trace_without_a_name_has_no_zone_name(missing):
    traces = make_traces([[GOOD], [GOOD]], zone_names=[" a", missing])
    assert traces.zone_names == ("a", None)


def test_a_feature_without_geometry_needs_no_zone():
    traces = make_traces([[GOOD], []], zone_names=["a", None])
    assert traces.n_features == 2
    assert traces.features.tolist() == [0]


def test_lengths_agree_with_proj():
    """Oracle: the same line's length in a plane by PROJ, here within 5 km of its centre."""
    traces = traces_of([[-3000, 0], [1000, 2000], [2500, -2000]])
    line = {"type": "LineString", "coordinates": traces.lines[0].tolist()}
    plane = "+proj=aeqd +lat_0=34.5 +lon_0=-116.5 +datum=WGS84"
    expected = shape(transform_geom("EPSG:4326", plane, line)).length
    assert expected == pytest.approx(LineString([(-3000, 0), (1000, 2000), (2500, -2000)]).length)
    assert traces.segment_lengths_m()[0].sum() == pytest.approx(expected, rel=1e-6)


def test_traces_carry_how_their_features_slip():
    slip = Slip(np.array([STRIKE_SLIP], dtype=np.int8), np.array([DEXTRAL], dtype=np.int8))
    assert make_traces([[GOOD]]).slip is None
    assert make_traces([[GOOD]], slip=slip).slip is slip
