import numpy as np
import pytest
from shapely.geometry import LineString, Point

from makers.drawn_maps import HERE, on_earth, traces_of, turned
from ssf_model.errors import InputError
from ssf_model.faults.traces import make_traces
from ssf_model.geometry.curves import places_along, project
from ssf_model.scale import ExperimentScale
from ssf_model.zones.grouping import Zone, find_zones
from ssf_model.zones.guide_fitting import _reach, fit_guides
from ssf_model.zones.guides import drawn_guide, from_west, zones_of_guides

pytestmark = pytest.mark.numerical

SCALE = ExperimentScale()


def guide_of(*lines, **options):
    """The guide of traces drawn in metres, its vertices in those metres too."""
    traces = traces_of(*lines)
    guide, *_ = fit_guides(traces, Zone("all", np.arange(len(lines))), scale=SCALE, **options)
    return guide, HERE.to_metres(guide.frame.to_lonlat(guide.vertices))


def test_a_straight_fault_guides_itself():
    line = turned([[-20_000, 0], [20_000, 0]], 125)
    guide, vertices = guide_of(line)
    np.testing.assert_allclose(vertices[[0, -1]], line, atol=20)
    assert guide.length_m == pytest.approx(40_000, abs=20)


@pytest.mark.parametrize("azimuth_deg", [20, 90, 160])
def test_echelon_shears_are_guided_along_the_zone_not_along_themselves(azimuth_deg):
    """Shears turned by 14 degrees whose middles lie on one line: the line is the guide."""
    shear = np.array([[-1_500, 370], [1_500, -370]])
    shears = [turned(shear + [x, 0], azimuth_deg) for x in range(-18_000, 18_001, 3_000)]
    _, vertices = guide_of(*shears)
    strike = np.degrees(np.arctan2(*(vertices[-1] - vertices[0]))) % 180
    assert strike == pytest.approx(azimuth_deg, abs=1.0)


def test_a_long_arc_is_followed_slowly():
    """An arc of 200 km radius over 45 degrees: the guide stays within 3 px of it."""
    angle = np.radians(np.linspace(-22.5, 22.5, 300))
    arc = 200_000 * np.column_stack([np.sin(angle), np.cos(angle) - 1])
    _, vertices = guide_of(arc)
    radius = np.hypot(vertices[:, 0], vertices[:, 1] + 200_000)
    assert np.abs(radius - 200_000).max() < 300
    assert np.hypot(*(vertices[-1] - vertices[0])) == pytest.approx(
        np.hypot(*(arc[-1] - arc[0])), rel=0.01
    )


def test_bends_shorter_than_a_window_are_left_to_the_network():
    """Waves 5 km long and 500 m high are smoothed away: the guide is straight to 1 px."""
    along = np.arange(-30_000, 30_001, 100.0)
    _, vertices = guide_of(np.column_stack([along, 500 * np.sin(along * 2 * np.pi / 5_000)]))
    inner = np.abs(vertices[:, 0]) < 20_000
    assert inner.sum() > 15
    assert np.abs(vertices[inner, 1]).max() < 100


def test_the_guide_does_not_depend_on_how_lines_are_drawn():
    rng = np.random.default_rng(5)
    along = np.arange(-25_000, 25_001, 250.0)
    line = np.column_stack([along, np.cumsum(rng.normal(0, 60, len(along)))])
    _, expected = guide_of(line)
    pieces = [line[k : k + 11] for k in range(0, 200, 10)]
    mixed = [piece[::-1] if number % 3 else piece for number, piece in enumerate(pieces)]
    _, vertices = guide_of(*mixed[::-1])
    # Where pieces are weighed depends on their ends; that moves the guide by a fraction of a pixel.
    np.testing.assert_allclose(vertices, expected, atol=20)


def test_a_given_trend_makes_a_straight_guide():
    _, vertices = guide_of(turned([[-10_000, 0], [0, 3_000], [10_000, 0]], 70), trend_deg=70)
    assert np.degrees(np.arctan2(*(vertices[-1] - vertices[0]))) == pytest.approx(70, abs=0.05)
    assert np.hypot(*(vertices[-1] - vertices[0])) == pytest.approx(20_000, abs=50)


def test_guides_begin_in_the_west_whatever_their_lines_do():
    for line in ([[0, 0], [20_000, -9_000]], [[20_000, -9_000], [0, 0]]):
        _, vertices = guide_of(line)
        assert vertices[0, 0] < vertices[-1, 0]


@pytest.mark.parametrize(
    ("path", "turned_round"),
    [
        ([[0, 0], [1, 5], [-10, 6]], True),  # its first step is to the east, its end in the west
        ([[0, 0], [-1, 5], [10, 6]], False),
        ([[0, 0], [3, 1], [0, 4]], False),  # due north
        ([[0, 4], [3, 1], [0, 0]], True),
    ],
)
def test_which_end_lies_in_the_west_is_asked_of_the_ends(path, turned_round):
    path = np.array(path, dtype=float)
    np.testing.assert_array_equal(from_west(path), path[::-1] if turned_round else path)


def test_dots_far_apart_in_a_triangle_have_a_guide_like_a_dot():
    """No way leads from one to the next: each is farther than half a window's width from both."""
    dots = [[[x, y], [x + 100, y]] for x, y in ((0, 0), (30_000, 0), (15_000, 20_000))]
    guide, points = guide_of(*dots)
    assert len(points) >= 2
    assert guide.length_m > 0


def test_a_guide_reaches_to_the_last_place_in_an_unbroken_row():
    """Places every 5 km beside a curve of 30 km and beyond its ends, each gap of 8 km its end."""
    leg = np.array([[0.0, 0.0], [30_000.0, 0.0]])
    beyond = [-25_000, -20_000, -12_000, -4_000, 34_000, 39_000, 47_000, 52_000]
    inside = list(range(0, 30_001, 5_000))
    places = np.array([[x, 100.0] for x in beyond + inside], dtype=float)
    assert _reach(places, leg, SCALE) == (-4_000, 39_000)
    assert _reach(places[-len(inside) :], leg, SCALE) == (0, 30_000)


def test_a_dot_on_the_map_has_a_short_guide():
    guide, _ = guide_of([[0, 0], [30, 5]])
    assert guide.length_m == pytest.approx(30.4, abs=1)


def test_a_drawn_guide_is_taken_as_drawn():
    line = np.array([[0, 0], [9_000, 4_000], [9_000, 4_000], [20_000, 4_000]], dtype=float)
    guide = drawn_guide(on_earth(line), Zone("guide 1", np.array([0])))
    vertices = HERE.to_metres(guide.frame.to_lonlat(guide.vertices))
    np.testing.assert_allclose(vertices, line[[0, 1, 3]], atol=0.5)


def test_drawn_guides_share_the_traces_by_nearness():
    traces = traces_of(
        [[0, 1_000], [5_000, 1_000]], [[0, 9_000], [5_000, 9_000]], [[0, 30_000], [5_000, 30_000]]
    )
    guides = (on_earth([[-9_000, 0], [9_000, 0]]), on_earth([[-9_000, 8_000], [9_000, 8_000]]))
    found = zones_of_guides(traces, guides, reach_m=6_400)
    assert [guide.zone.lines.tolist() for guide in found] == [[0], [1]]


def test_places_along_a_path_go_on_straight_beyond_its_ends():
    path = np.array([[0.0, 0.0], [3.0, 4.0], [3.0, 10.0]])
    places = places_along(path, np.array([-5.0, 2.5, 11.0, 12.0]))
    np.testing.assert_allclose(places, [[-3, -4], [1.5, 2], [3, 10], [3, 11]], atol=1e-12)


def test_a_zone_that_spans_a_continent_is_refused():
    traces = make_traces(
        [[[[0, 0], [1, 0]]], [[[60, 0], [61, 0]]]], zone_names=["strike-slip", "strike-slip"]
    )
    zone = Zone("strike-slip", np.array([0, 1]))
    with pytest.raises(InputError, match=r"Zone 'strike-slip' spans about 6\d\d\d km"):
        fit_guides(traces, zone, scale=SCALE)


def test_a_name_of_faults_a_world_apart_is_that_of_several_zones(caplog):
    """60 degrees of the equator are 6,371 km through the Earth; the two near ones are one fault."""
    lines = [[[0, 0], [0.1, 0]], [[60, 0], [60.1, 0]], [[0.1, 0], [0.2, 0]], [[9, 0], [9.1, 0]]]
    names = ["San Gabriel", "San Gabriel", "San Gabriel", "San Gabriel (2)"]
    zones = find_zones(make_traces([[line] for line in lines], zone_names=names))
    assert {zone.name: zone.lines.tolist() for zone in zones} == {
        "San Gabriel": [0, 2], "San Gabriel (3)": [1], "San Gabriel (2)": [3],
    }  # fmt: skip
    assert "'San Gabriel' stands for lines up to 8" in caplog.text


def test_a_long_trace_belongs_to_each_of_the_guides_drawn_along_it():
    traces = traces_of([[-100_000, 0], [100_000, 0]])
    guides = (on_earth([[-90_000, 500], [-60_000, 500]]), on_earth([[50_000, 0], [80_000, 0]]))
    found = zones_of_guides(traces, guides, reach_m=6_400)
    assert [guide.zone.lines.tolist() for guide in found] == [[0], [0]]


@pytest.mark.parametrize("seed", range(5))
def test_projecting_on_a_path_finds_the_nearest_place(seed):
    """Oracle: shapely, on a path of evenly spaced vertices."""
    rng = np.random.default_rng(seed)
    heading = np.cumsum(rng.normal(0, 0.2, 40))
    path = np.cumsum(1_000 * np.column_stack([np.cos(heading), np.sin(heading)]), axis=0)
    points = path[rng.integers(0, 40, 50)] + rng.normal(0, 800, size=(50, 2))
    along, distance = project(points, path, open_ended=False)
    line = LineString(path)
    expected = [line.distance(Point(point)) for point in points]
    np.testing.assert_allclose(distance, expected, atol=1e-6)
    for point, length in zip(points, along):
        assert line.interpolate(length).distance(Point(point)) == pytest.approx(
            line.distance(Point(point)), abs=1e-6
        )
