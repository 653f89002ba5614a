import numpy as np
import pytest
import shapely
from rasterio.warp import transform

from makers.drawn_maps import HERE, on_earth, traces_of, turned
from ssf_model.errors import InputError
from ssf_model.faults.traces import make_traces
from ssf_model.geometry.frames import LocalFrame
from ssf_model.scale import ExperimentScale
from ssf_model.zones.planning import plan_strips, plan_zones
from ssf_model.zones.strips import burn_strip, lines_around, strip_paths

pytestmark = pytest.mark.numerical

SCALE = ExperimentScale()


def middles(strips):
    """Middle of every window in metres around the place."""
    rings = [strip.footprint(n) for strip in strips for n in range(strip.n_windows)]
    return np.array([HERE.to_metres(ring[:4]).mean(axis=0) for ring in rings])


@pytest.mark.parametrize(
    ("length_m", "windows"),
    [
        (6_500, [1]),
        (11_300, [1]),
        (11_340, [1]),
        (11_360, [2]),
        (11_399, [2]),
        (11_500, [2]),
        (26_360, [5]),
        (26_500, [5]),
        (31_500, [5, 1]),
        (60_000, [5, 5, 1]),
    ],
)
def test_as_many_whole_windows_as_fit_in_strips_of_up_to_five(length_m, windows):
    """A window is 6.4 km long and the next one begins 5 km on: 6.4 + 5 (n - 1) <= length.

    By half a pixel, 50 m, a length may fall short of it: a fault of 11.4 km is drawn to the metre.
    """
    strips = plan_strips(traces_of([[0, 0], [length_m, 0]]), scale=SCALE)
    assert [strip.n_windows for strip in strips] == windows
    assert [strip.number for strip in strips] == list(range(1, len(windows) + 1))


def test_windows_lie_on_the_fault_at_the_stride_and_in_its_middle():
    strips = plan_strips(traces_of(turned([[-16_000, 0], [16_000, 0]], 125)), scale=SCALE)
    expected = turned([[x, 0] for x in range(-12_500, 12_501, 5_000)], 125)
    np.testing.assert_allclose(middles(strips), expected, atol=30)
    assert strips[0].trend_deg == pytest.approx(125, abs=0.1)


def test_a_window_is_6400_by_12800_m_on_the_ground():
    """Oracle: PROJ's geodesics from the window's own corners."""
    strips = plan_strips(traces_of(turned([[-16_000, 0], [16_000, 0]], 30)), scale=SCALE)
    ring = strips[0].footprint(2)
    for near, far, expected in [(0, 1, 6_400), (1, 2, 12_800), (2, 3, 6_400)]:
        plane = f"+proj=aeqd +lat_0={ring[near, 1]} +lon_0={ring[near, 0]} +datum=WGS84"
        x, y = transform("EPSG:4326", plane, [ring[far, 0]], [ring[far, 1]])
        assert np.hypot(x[0], y[0]) == pytest.approx(expected, rel=1e-5)
    assert (ring[0] == ring[4]).all()


def test_a_curved_fault_is_a_chain_of_strips_that_stay_near_it():
    """An arc of 60 km radius over 90 degrees: no window's middle is more than 10 px off."""
    angle = np.radians(np.linspace(-45, 45, 400))
    arc = 60_000 * np.column_stack([np.sin(angle), np.cos(angle) - 1])
    strips = plan_strips(traces_of(arc), scale=SCALE)
    assert len(strips) > 4
    off = np.hypot(middles(strips)[:, 0], middles(strips)[:, 1] + 60_000) - 60_000
    assert np.abs(off).max() < 1_000


def test_a_zone_shorter_than_a_window_gets_one_that_reaches_past_its_ends():
    (strip,) = plan_strips(traces_of([[0, 0], [4_000, 0]]), scale=SCALE)
    assert strip.past_end
    np.testing.assert_allclose(middles([strip]), [[2_000, 0]], atol=20)


def test_the_geotransform_and_the_paths_name_the_same_places():
    """A pixel's centre by geotransform and PROJ, and as a path: the same column and row."""
    traces = traces_of(turned([[-8_000, 300], [8_000, -200]], 65))
    (strip,) = plan_strips(traces, scale=SCALE, trend_deg=65)
    path = strip_paths(traces, strip)[0] / SCALE.pixel_size_m
    x0, dx_col, dx_row, y0, dy_col, dy_row = strip.geotransform
    for (col, up), (lon, lat) in zip(path, traces.lines[0]):
        row = strip.shape[0] - up
        place = [x0 + col * dx_col + row * dx_row], [y0 + col * dy_col + row * dy_row]
        back = transform(strip.frame.crs, "EPSG:4326", *place)
        assert back[0][0] == pytest.approx(lon, abs=1e-7)
        assert back[1][0] == pytest.approx(lat, abs=1e-7)


def test_row_zero_is_to_the_left_of_the_trend():
    """Strike due east: a second trace 3 km to the north is drawn 30 rows above the middle."""
    traces = traces_of([[-10_000, 0], [10_000, 0]], [[-10_000, 3_000], [10_000, 3_000]])
    (strip,) = plan_strips(traces, scale=SCALE, guides=[on_earth([[-10_000, 0], [10_000, 0]])])
    drawn = burn_strip(traces, strip, thickness_px=[1.0])[0]
    middle = [32, 33, 34], [63, 64]
    assert sorted(set(np.flatnonzero(drawn.any(axis=1))) - set(middle[0] + middle[1])) == []
    assert drawn[34].all() or drawn[33].all()


@pytest.mark.parametrize(("lon", "lat"), [(180.0, -40.0), (20.0, 89.99), (0.0, 0.0)])
def test_a_fault_is_planned_alike_anywhere_on_earth(lon, lat):
    """Antimeridian, pole and equator give the windows and the pixels that our place gives."""
    line = np.column_stack([np.arange(-16_000, 16_001, 500.0), np.zeros(65)])
    line[:, 1] = 300 * np.sin(line[:, 0] / 3_000)
    here, there = traces_of(line), traces_of(line, frame=LocalFrame(lon, lat))
    options = {"scale": SCALE, "trend_deg": 90.0}
    one, other = plan_strips(here, **options)[0], plan_strips(there, **options)[0]
    assert one.n_windows == other.n_windows == 5
    drawn = [
        burn_strip(traces, strip, thickness_px=[3])[0]
        for traces, strip in ((here, one), (there, other))
    ]
    # Chords of the ellipsoid curve differently there, by metres: a few pixels at the lines' rims.
    assert np.count_nonzero(drawn[0] != drawn[1]) <= 0.02 * np.count_nonzero(drawn[0])


def test_the_outline_goes_around_all_windows():
    """Its corners are the first window's to the left and the last one's to the right."""
    (strip,) = plan_strips(traces_of([[-13_000, -2_000], [13_000, 2_000]]), scale=SCALE)
    first, last = strip.footprint(0), strip.footprint(strip.n_windows - 1)
    corners = [first[0], last[1], last[2], first[3], first[0]]
    np.testing.assert_allclose(strip.outline, corners, rtol=0, atol=1e-9)


def test_footprints_run_on_across_the_antimeridian():
    frame = LocalFrame(180.0, -40.0)
    strips = plan_strips(traces_of([[-16_000, 0], [16_000, 0]], frame=frame), scale=SCALE)
    for strip in strips:
        for window in range(strip.n_windows):
            assert np.ptp(strip.footprint(window)[:, 0]) < 0.5


def test_a_strip_takes_only_its_own_zones_lines():
    traces = traces_of(
        [[0, 0], [30_000, 0]], [[0, 2_500], [30_000, 2_500]], zone_names=["south", "north"]
    )
    strips = plan_strips(traces, scale=SCALE)
    assert [(strip.zone, strip.lines.tolist()) for strip in strips] == [
        ("south", [0]),
        ("north", [1]),
    ]


def test_lines_too_far_to_reach_a_strip_are_left_out_of_it():
    pieces = [[[x, 0], [x + 5_000, 0]] for x in range(0, 200_000, 5_000)]
    strips = plan_strips(traces_of(*pieces), scale=SCALE)
    assert len(strips) == 8
    assert all(len(strip.lines) < 15 for strip in strips)


@pytest.mark.parametrize("azimuth_deg", [90.0, 20.0])
def test_no_line_within_a_windows_length_of_a_strip_is_left_out(azimuth_deg):
    """Oracle: shapely's distance of short lines, drawn all around, from the strip's outline.

    Moved windows reach beyond the strip and its corners, too. What is a window's length farther
    from its middle than its corners are is left out.
    """
    rng = np.random.default_rng(3)
    middles = rng.uniform(-32_000, 32_000, size=(600, 2))
    lines = [[[x, y], [x + dx, y + dy]] for (x, y), (dx, dy) in
             zip(middles, rng.normal(0, 400, size=(600, 2)))]  # fmt: skip
    traces = traces_of(*(turned(line, azimuth_deg) for line in lines))
    guide = on_earth(turned([[-13_250, 0], [13_250, 0]], azimuth_deg))
    (strip,) = plan_strips(traces, scale=SCALE, guides=[guide])
    assert strip.n_windows == 5
    found = lines_around(traces, np.arange(600), frame=strip.frame, n_windows=5, scale=SCALE)
    outline = shapely.box(-13_200, -6_400, 13_200, 6_400)
    shapes = shapely.linestrings(lines)
    away = shapely.distance(outline, shapes)
    # The guide's and the strip's frame differ by a metre or two.
    near = np.flatnonzero(away <= 6_400 - 5)
    assert (away[near] > 4_000).sum() > 30
    assert set(near) <= set(found.tolist())
    from_middle = shapely.distance(shapely.Point(0, 0), shapes) - shapely.length(shapes)
    far = np.flatnonzero(from_middle > np.hypot(13_200, 6_400) + 6_400 + 5)
    assert len(far) > 30
    assert not set(far) & set(found.tolist())


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"trend_deg": np.nan}, "azimuth in degrees"),
        ({"guides": [on_earth([[0, 0], [9e3, 0]])], "trend_deg": 90.0}, "guide lines or a trend"),
        ({"guides": [on_earth([[0, 40e3], [9e3, 40e3]])]}, "guide 1: no trace lies within 6.4 km"),
    ],
)
def test_settings_that_cannot_be_are_refused(options, match):
    with pytest.raises(InputError, match=match):
        plan_strips(traces_of([[0, 0], [10_000, 0]]), scale=SCALE, **options)


def test_guides_and_a_zone_field_are_refused_together():
    traces = traces_of([[0, 0], [10_000, 0]], zone_names=["a"])
    with pytest.raises(InputError, match="guide lines or a zone field"):
        plan_strips(traces, scale=SCALE, guides=[on_earth([[0, 0], [9e3, 0]])])


def test_a_cancelled_plan_ends_early():
    assert plan_strips(traces_of([[0, 0], [9e3, 0]]), scale=SCALE, cancelled=lambda: True) == []


def test_a_map_of_one_degree_lines_is_planned():
    """Traces need no metric frame of the caller's: plain longitude and latitude."""
    traces = make_traces([[[[10.0, 45.0], [10.4, 45.2]]]])
    # 38.6 km long: 6.4 + 6 x 5 km are 36.4 km.
    assert sum(strip.n_windows for strip in plan_strips(traces, scale=SCALE)) == 7


def test_zones_are_planned_one_at_a_time():
    """The third, a line round a quarter of the Earth, can be no zone: met as it comes."""
    lines = [[[lon, 10.0], [lon + 0.3, 10.1]] for lon in (10.0, 20.0)]
    traces = make_traces([*([line] for line in lines), [[[30.0, 10.0], [110.0, 10.0]]]])
    zones = plan_zones(traces, scale=SCALE)
    laid = [next(zones), next(zones)]
    assert [strips[0].zone for strips in laid] == ["zone 1", "zone 2"]
    with pytest.raises(InputError, match="zone 3"):
        next(zones)
    first = plan_strips(make_traces([[line] for line in lines]), scale=SCALE)
    assert [strip.along_m for strips in laid for strip in strips] == [s.along_m for s in first]
