"""Lines that are hard on the mathematics of guides: a plan that holds together, or one sentence."""

import numpy as np
import pytest

from makers.drawn_maps import on_earth
from ssf_model.errors import InputError
from ssf_model.faults.traces import make_traces
from ssf_model.geometry.curves import distances_along, evenly_spaced, principal_curve
from ssf_model.scale import ExperimentScale
from ssf_model.zones.planning import plan_strips

SCALE = ExperimentScale()


def checked(strips):
    """A plan whose strips are somewhere and point somewhere."""
    assert strips
    for strip in strips:
        assert np.isfinite([strip.azimuth_deg, strip.along_m]).all()
        assert np.isfinite(strip.footprint(0)).all()
    return strips


def level(*lon):
    """A line along the equator, which is straight to the last bit."""
    return np.column_stack([lon, np.zeros(len(lon))])


def test_a_line_that_doubles_back_has_a_plan():
    """A vertex of an even walk then falls on the one before."""
    checked(
        plan_strips(
            make_traces([[level(10.489, 10.55, 10.284, 10.085, 10.583, 10.246)]]), scale=SCALE
        )
    )
    checked(plan_strips(make_traces([[level(10.0, 10.5, 10.0)]]), scale=SCALE))


def test_two_short_traces_of_a_zone_far_apart_have_a_plan():
    """Between them, where no place is near, all means of the guide are one place."""
    west = [[-117.793445, -31.453858], [-117.79991, -31.453693]]
    east = [[-117.512062, -31.113586], [-117.512975, -31.112256]]
    strips = checked(plan_strips(make_traces([[west], [east]], zone_names=["a", "a"]), scale=SCALE))
    assert sum(strip.n_windows for strip in strips) * 5 > 40  # from one to the other: 46 km


def test_an_even_walk_along_a_path_that_turns_right_back_never_stands_still():
    """The walk has 3 steps of 4 m out of 6 there and 6 back: at 4, 4 and 0 from the start."""
    walk = evenly_spaced(np.array([[0.0, 0.0], [6.0, 0.0], [0.0, 0.0]]), 4.0)
    np.testing.assert_allclose(walk[:, 0], [0.0, 4.0, 0.0])
    assert (np.diff(distances_along(walk)) > 0).all()


def test_a_curve_of_one_place_stays_as_it_was():
    """Places at both ends of a first curve whose pull goes to one of them: weights decide."""
    first = np.array([[0.0, 0.0], [1_000.0, 0.0]])
    places = np.array([[500.0, 1.0], [500.0, 1.0]])
    found = principal_curve(
        places, np.ones(2), first, smoothing_m=10_000.0, spacing_m=100.0, width_m=6_400.0
    )
    assert found is first


@pytest.mark.parametrize("lon", [(-41.35, 318.65), (170.0, -190.0, 170.0)])
def test_a_line_around_the_earth_to_where_it_began_has_no_length(lon):
    with pytest.raises(InputError, match="feature 1: a trace has no length"):
        make_traces([[np.column_stack([lon, np.full(len(lon), -27.0)])]])


@pytest.mark.parametrize(
    ("guide", "match"),
    [
        ([[10.0, 0.0], [370.0, 0.0]], "guide 1: a trace has no length"),
        ([[10.0, 0.0]], "guide 1: a trace needs two or more vertices"),
        ([[10.0, 0.0], [np.nan, 0.0]], "guide 1: a vertex is not finite"),
    ],
)
def test_guide_lines_that_are_no_lines_are_refused(guide, match):
    traces = make_traces([[level(10.0, 10.2)]])
    with pytest.raises(InputError, match=match):
        plan_strips(traces, scale=SCALE, guides=[np.array(guide)])


@pytest.mark.parametrize("size_m", [1e-300, 0.001, 0.99, 10_001, 1e300])
def test_pixels_at_which_nothing_can_be_read_are_refused(size_m):
    with pytest.raises(InputError, match=r"A pixel is 1 to 10000 m wide on the ground"):
        plan_strips(make_traces([[level(10.0, 10.2)]]), scale=ExperimentScale(size_m))


def test_a_zone_of_very_many_pixels_is_refused_in_one_sentence():
    traces = make_traces([[level(10.0, 12.0, 14.0)]])
    with pytest.raises(InputError, match=r"too long for pixels of 1 m: its lines are 445\d{3} of"):
        plan_strips(traces, scale=ExperimentScale(1.0))
    checked(plan_strips(traces, scale=SCALE))


@pytest.mark.parametrize("size_m", [1.0, 10_000.0])
def test_the_smallest_and_the_largest_pixels_have_a_plan(size_m):
    line = on_earth([[-1_000, 0], [1_000, 10]])
    checked(plan_strips(make_traces([[line]]), scale=ExperimentScale(size_m)))


@pytest.mark.parametrize("aside_m", [0, 10, 300])
@pytest.mark.parametrize("length_m", [20_000, 40_000, 90_000])
def test_a_line_drawn_forth_and_back_has_its_windows_once(length_m, aside_m):
    """Truth: the plan of the line drawn forth alone."""
    forth = [[x, 0] for x in range(0, length_m + 1, 1_000)]
    back = [[x, aside_m] for x in range(length_m, -1, -1_000)]
    expected = checked(plan_strips(make_traces([[on_earth(forth)]]), scale=SCALE))
    found = checked(plan_strips(make_traces([[on_earth(forth + back)]]), scale=SCALE))
    counts = [sum(strip.n_windows for strip in strips) for strips in (found, expected)]
    assert counts[0] == counts[1]
    assert {strip.zone for strip in found} == {"zone 1"}
