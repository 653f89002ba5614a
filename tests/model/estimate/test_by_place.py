"""KE at other places, against windows whose places are known by hand."""

import dataclasses

import numpy as np
import pytest

from makers.drawn_maps import HERE, model_that, on_earth, traces_of
from ssf_model.errors import InputError
from ssf_model.estimate.by_place import WindowFinder
from ssf_model.estimate.estimating import estimate_strips
from ssf_model.scale import ExperimentScale
from ssf_model.zones.planning import plan_strips


def windows_of(traces):
    """Windows whose KE is a tenth of their number along the zone."""
    strips = plan_strips(traces, scale=ExperimentScale())
    model = model_that(lambda window: 0.5)
    found = [w for one in estimate_strips(traces, strips, [model]) for w in one.windows]
    return [
        dataclasses.replace(window, ke=0.1 * (number + 1), flags=(), ke_low=0.0, ke_high=1.0)
        for number, window in enumerate(found)
    ]


def test_places_without_any_windows_are_refused():
    with pytest.raises(InputError, match="selection of windows is empty"):
        WindowFinder([])


@pytest.fixture(scope="module")
def finder():
    """20 km along x: windows with their middles at -5, 0 and 5 km, KE 0.1, 0.2 and 0.3."""
    return WindowFinder(windows_of(traces_of([[-10_000, 0], [10_000, 0]])))


@pytest.mark.parametrize(
    ("place", "ke", "along_km"),
    [
        ((-5_000, 0), 0.1, 5.0),
        ((-2_400, 3_000), 0.2, 7.6),  # both hold it; 2.4 km from the second's middle
        ((-2_600, -3_000), 0.1, 7.4),
        ((8_100, 6_300), 0.3, 18.1),
        ((8_300, 0), None, None),  # past the last window's end
        ((0, 6_500), None, None),
    ],
)
def test_a_point_has_the_ke_of_the_window_nearest_along_strike(finder, place, ke, along_km):
    found = finder.estimate([on_earth([place])])
    if ke is None:
        assert (found.ke, found.zone, found.covered, found.n_windows) == (None, None, 0.0, 0)
        return
    assert found.ke == pytest.approx(ke)
    assert found.ofd == pytest.approx(1 - ke)
    assert found.along_km == pytest.approx(along_km, abs=0.02)
    assert found.across_km == pytest.approx(place[1] / 1000, abs=0.02)
    assert (found.zone, found.covered, found.n_windows) == ("zone 1", 1.0, 1)


def test_along_a_line_ke_is_weighted_by_length(finder):
    """From -4 to 6 km: 1.5 km are nearest to the first window's middle, then 5 and 3.5 km."""
    found = finder.estimate([on_earth([[-4_000, 100], [6_000, 100]])])
    assert found.ke == pytest.approx((1.5 * 0.1 + 5 * 0.2 + 3.5 * 0.3) / 10, abs=2e-3)
    assert (found.ke_min, found.ke_max) == pytest.approx((0.1, 0.3))
    assert (found.ke_low, found.ke_high) == pytest.approx((0, 1))
    assert (found.n_windows, found.covered) == (3, pytest.approx(1))


def test_half_a_line_outside_counts_as_uncovered(finder):
    """The last window ends at 8.2 km."""
    found = finder.estimate([on_earth([[6_200, 0], [10_200, 0]])])
    assert found.covered == pytest.approx(0.5, abs=0.02)
    assert found.ke == pytest.approx(0.3)


def test_a_place_between_two_zones_belongs_to_the_nearer_one():
    """Zones 5 km apart; the windows of both, 12.8 km wide, hold it."""
    traces = traces_of(
        [[-10_000, 0], [10_000, 0]], [[-8_000, 5_000], [12_000, 5_000]], zone_names=["a", "b"]
    )
    finder = WindowFinder(windows_of(traces))
    for north, zone in ((2_000, "a"), (3_000, "b")):
        assert finder.estimate([on_earth([[2_300, north]])]).zone == zone


def test_a_line_across_two_zones_has_the_name_of_that_with_more_of_it():
    traces = traces_of(
        [[-10_000, 0], [10_000, 0]], [[-8_000, 5_000], [12_000, 5_000]], zone_names=["a", "b"]
    )
    finder = WindowFinder(windows_of(traces))
    for north, zone in (((0, 3_500), "a"), ((1_500, 5_000), "b")):
        assert finder.estimate([on_earth([[2_300, end] for end in north])]).zone == zone


def test_windows_without_ke_say_nothing_but_their_flags():
    windows = windows_of(traces_of([[-10_000, 0], [10_000, 0]]))
    windows[1] = dataclasses.replace(
        windows[1], ke=None, ke_low=None, ke_high=None, flags=("misaligned", "no_trace")
    )
    finder = WindowFinder(windows)
    point = finder.estimate([on_earth([[0, 0]])])
    assert (point.ke, point.zone, point.flags) == (None, "zone 1", ("no_trace", "misaligned"))
    line = finder.estimate([on_earth([[-5_000, 0], [5_000, 0]])])
    assert line.ke == pytest.approx(0.2)  # half of what is known in each of the others
    assert line.n_windows == 3
    windows[0] = dataclasses.replace(windows[0], ke_low=None, ke_high=None)
    line = WindowFinder(windows).estimate([on_earth([[-5_000, 0], [5_000, 0]])])
    assert (line.ke_low, line.ke_high) == (None, None)


def test_it_agrees_with_asking_every_window_in_its_plane():
    """Oracle: the azimuthal plane around the map, corners as polygons, and the rule by hand."""
    rng = np.random.default_rng(1)
    traces = traces_of([[-20_000, 0], [0, 800], [20_000, -500]])
    windows = windows_of(traces)
    finder = WindowFinder(windows)
    corners = [HERE.to_metres(window.footprint[:4]) for window in windows]
    for place in rng.uniform([-22_000, -8_000], [22_000, 8_000], size=(200, 2)):
        best = None
        for window, ring in zip(windows, corners):
            along, across = ring[1] - ring[0], ring[3] - ring[0]
            u = (place - ring[0]) @ along / (along @ along)
            v = (place - ring[0]) @ across / (across @ across)
            inside = 0.005 < u < 0.995 and 0.005 < v < 0.995
            at_edge = -0.005 < u < 1.005 and -0.005 < v < 1.005 and not inside
            if at_edge:
                break
            if inside and (best is None or abs(u - 0.5) < best[0] - 1e-3):
                best = (abs(u - 0.5), window.ke)
        else:
            found = finder.estimate([on_earth([place])]).ke
            assert found == (None if best is None else pytest.approx(best[1]))
