"""Where windows fall on long, bent, stepping, forked and far-off faults, in real coordinates.

Shapes are arcs drawn by hand with the radius of the fault that they are named after.
"""

import numpy as np
import pytest
import shapely
from rasterio.warp import transform

from makers.drawn_maps import HERE, traces_of
from ssf_model.geometry.frames import LocalFrame, to_earth_centred
from ssf_model.scale import ExperimentScale
from ssf_model.zones.planning import plan_strips
from ssf_model.zones.strips import strip_paths

pytestmark = pytest.mark.numerical

SCALE = ExperimentScale()
STRIDE_M = SCALE.stride_px * SCALE.pixel_size_m


def arc(length_m, radius_m, azimuth_deg=90.0, spacing_m=1_000.0):
    """A fault that turns to the right along a circle, its middle at (0, 0)."""
    along = np.arange(-length_m / 2, length_m / 2 + 1, spacing_m)
    heading = np.radians(azimuth_deg) + along / radius_m
    steps = spacing_m * np.column_stack([np.sin(heading), np.cos(heading)])
    path = np.cumsum(steps, axis=0)
    return path - path[len(path) // 2]


def straight(start, end, spacing_m=1_000.0):
    """A straight fault with vertices as densely drawn as an arc's."""
    start, end = np.array([start, end], dtype=float)
    count = int(np.ceil(np.hypot(*(end - start)) / spacing_m)) + 1
    return start + np.linspace(0, 1, count)[:, None] * (end - start)


def windows_of(traces):
    """For each window its zone, middle (Earth-centred), mean row of its traces, their trend.

    Rows are metres left of the middle, the trend degrees from the window's length: that of the
    line from the first to the last place of the traces in the window, ends of zones left out.
    """
    found = []
    for strip in plan_strips(traces, scale=SCALE):
        paths = strip_paths(traces, strip)
        for number in range(strip.n_windows):
            left = number * STRIDE_M
            inside = np.concatenate([_inside(path, left) for path in paths])
            row = inside[:, 1].mean() - SCALE.window_width_m / 2
            slope = np.polyfit(inside[:, 0], inside[:, 1], 1)[0]
            middle = to_earth_centred(strip.footprint(number)[:4]).mean(axis=0)
            found.append((strip.zone, middle, row, np.degrees(np.arctan(slope))))
    return found


def _inside(path, left_m):
    """Places every 50 m of a path in the columns of a window and within its rows."""
    steps = np.hypot(*np.diff(path, axis=0).T)
    at = np.concatenate([[0], np.cumsum(steps)])
    every = np.arange(0, at[-1], 50.0)
    places = np.column_stack([np.interp(every, at, path[:, axis]) for axis in (0, 1)])
    kept = (places[:, 0] >= left_m) & (places[:, 0] <= left_m + SCALE.window_length_m)
    return places[kept & (places[:, 1] >= 0) & (places[:, 1] <= SCALE.window_width_m)]


def assert_follows(windows, *, row_m, trend_deg, apart=0.01):
    """Windows lie on the traces' middle, along their trend, a stride apart in every zone."""
    for zone in {window[0] for window in windows}:
        mine = [window for window in windows if window[0] == zone]
        apart_m = np.linalg.norm(np.diff([window[1] for window in mine], axis=0), axis=1)
        np.testing.assert_allclose(apart_m, STRIDE_M, rtol=apart)
    assert max(abs(window[2]) for window in windows) <= row_m
    assert max(abs(window[3]) for window in windows) <= trend_deg


FAULTS = {
    "North Anatolian": (arc(1_100_000, 1_600_000, 75), LocalFrame(35.0, 40.8)),
    "Kunlun": (arc(1_000_000, 4_000_000, 95), LocalFrame(96.0, 35.5)),
    "Denali": (arc(1_000_000, 500_000, 110), LocalFrame(-146.0, 63.3)),
    "across UTM zones 10 and 11": (arc(300_000, 2_000_000, 120), LocalFrame(-120.0, 36.0)),
    "across the antimeridian": (arc(400_000, 900_000, 60), LocalFrame(179.9, -17.0)),
    "near the north pole": (arc(600_000, 900_000, 40), LocalFrame(15.0, 86.0)),
    "over the south pole": (arc(300_000, 5_000_000, 0), LocalFrame(0.0, -89.9)),
}


@pytest.mark.parametrize(("line", "frame"), FAULTS.values(), ids=FAULTS)
def test_windows_follow_a_long_curved_fault_without_gap_or_overlap(line, frame):
    """Half a pixel of row a window's arc of such a radius bows by; a strip leaves it by 6 px.

    A box may turn from its guide by 5 degrees. Middles are a stride apart to 0.5 % within a strip;
    between strips, which are straight and leave an arc to different sides, to 6 %.
    """
    windows = windows_of(traces_of(line, frame=frame))
    length_m = np.hypot(*np.diff(line, axis=0).T).sum()
    assert len(windows) == pytest.approx((length_m - 6_400) / STRIDE_M + 1, abs=2)
    assert {window[0] for window in windows} == {"zone 1"}
    assert_follows(windows, row_m=600, trend_deg=5.0, apart=0.06)


@pytest.mark.parametrize("bend_deg", [15, 30, 45])
def test_windows_turn_gently_around_a_bend(bend_deg):
    """The guide rounds a corner off over one window's length on either side."""
    angle = np.radians(bend_deg)
    corner = 60_000 * np.array([np.cos(angle), np.sin(angle)])
    line = np.concatenate([straight([-60_000, 0], [-1_000, 0]), straight([0, 0], corner)])
    windows = windows_of(traces_of(line))
    assert 22 <= len(windows) <= 24
    # Smoothing a corner over a Gaussian of s = 6.4 km leaves it off by s tan(bend / 2) (2 / pi)^.5.
    row_m = 6_400 * np.tan(angle / 2) * np.sqrt(2 / np.pi)
    assert_follows(
        windows, row_m=row_m, trend_deg=max(5.0, bend_deg / 2), apart=0.06 * bend_deg / 15
    )


def test_faults_that_meet_at_a_sharp_corner_are_guided_each_on_its_own():
    """Conjugate faults meet at 60 degrees, drawn as one line: no window cuts the corner."""
    far = 50_000 * np.array([-np.cos(np.radians(60)), np.sin(np.radians(60))])
    line = np.concatenate([straight([-50_000, 0], [-1_000, 0]), straight([0, 0], far)])
    windows = windows_of(traces_of(line))
    assert {window[0] for window in windows} == {"zone 1", "zone 1, part 2"}
    assert len(windows) == 18
    middles = HERE.earth_centred_to_metres(np.array([window[1] for window in windows]))
    across = np.array([-np.sin(np.radians(120)), np.cos(np.radians(120))])
    off = np.minimum(np.abs(middles[:, 1]), np.abs(middles @ across))
    assert off.max() < 200


@pytest.mark.parametrize("side", [1, -1], ids=["releasing", "restraining"])
@pytest.mark.parametrize("overlap_m", [-1_500, 0, 5_000], ids=["gap", "no overlap", "overlap"])
def test_both_strands_of_a_step_are_in_its_window(side, overlap_m):
    """A step of 1.2 km between two faults of 50 km is one zone, and no place is read twice.

    A line fitted through such a step climbs 1.5 times 1.2 km in a window's 6.4 km: 15.7 degrees.
    """
    one = straight([-50_000, 0], [overlap_m / 2, 0])
    other = straight([-overlap_m / 2, side * 1_200], [50_000, side * 1_200])
    traces = traces_of(one, other)
    windows = windows_of(traces)
    assert {window[0] for window in windows} == {"zone 1"}
    assert len(windows) == 19
    assert_follows(windows, row_m=400, trend_deg=15.8, apart=0.01)


def test_a_branch_longer_than_a_box_is_guided_along_itself():
    trunk = straight([-80_000, 0], [80_000, 0])
    branch = straight([0, 0], [50_000, 35_000])
    windows = windows_of(traces_of(trunk, branch))
    assert {window[0] for window in windows} == {"zone 1", "zone 2"}
    assert_follows(windows, row_m=200, trend_deg=1.0)


@pytest.mark.parametrize("frame", [HERE, LocalFrame(-143.0, 62.6)])
def test_a_fork_of_short_lines_has_windows_along_both_arms(frame):
    """As databases draw it, no line longer than 9 km: a cluster, whose trunk is found."""
    arms = [
        straight([-70_000, 0], [0, 0]),
        straight([0, 0], [70_000, 30_000]),
        straight([0, 0], [50_000, -40_000]),
    ]
    pieces = [arm[k : k + 10] for arm in arms for k in range(0, len(arm) - 1, 10)]
    traces = traces_of(*pieces, frame=frame)
    windows = windows_of(traces)
    assert {window[0] for window in windows} == {"zone 1", "zone 1, part 2"}
    assert np.median([abs(window[2]) for window in windows]) < 200
    rings = [
        frame.to_metres(strip.footprint(number))
        for strip in plan_strips(traces, scale=SCALE)
        for number in range(strip.n_windows)
    ]
    covered = shapely.union_all(shapely.polygons(rings))
    for arm in arms:
        # Whole windows leave out up to half a stride at each end; between the trunk's windows and
        # the first line that counts as a branch (9 km from the fork) there may be a gap.
        inner = arm[np.abs(np.hypot(*arm.T) - 35_000) < 24_000]
        assert shapely.covers(covered, shapely.points(inner)).all()


@pytest.mark.parametrize("apart_m", [3_000, 5_000])
def test_windows_lie_between_parallel_strands_of_a_named_zone(apart_m):
    strands = [straight([-30_000, y], [30_000, y]) for y in (0, apart_m)]
    windows = windows_of(traces_of(*strands, zone_names=["pair", "pair"]))
    assert len(windows) == 11
    # The guide is fitted until it moves by less than 6 m a round: to some px of the very middle.
    assert_follows(windows, row_m=300, trend_deg=2.0)


def test_strands_of_a_named_zone_that_no_window_holds_together_have_windows_each():
    strands = [straight([-30_000, y], [30_000, y]) for y in (0, 16_000)]
    windows = windows_of(traces_of(*strands, zone_names=["wide", "wide"]))
    assert [window[0] for window in windows] == ["wide"] * 11 + ["wide, part 2"] * 11
    assert_follows(windows, row_m=150, trend_deg=0.5)


@pytest.mark.parametrize("lat", [0.0, 45.0, 89.0])
@pytest.mark.parametrize("reach_m", [13_000.0, 1_000_000.0])
def test_the_scale_of_a_frame_is_true_to_half_a_percent(lat, reach_m):
    """Oracle: PROJ's geodesics over 1 km steps, along and across, at the frame's rim.

    13 km is half a strip. At 1,000 km, half of the longest fault, only guides are drawn; across
    the radius the plane stretches by (r / R)^2 / 6 = 0.41 %.
    """
    frame = LocalFrame(10.0, lat)
    for azimuth in np.radians(np.arange(0, 360, 30)):
        outward = np.array([np.sin(azimuth), np.cos(azimuth)])
        for direction in (outward, np.array([-outward[1], outward[0]])):
            pair = frame.to_lonlat(
                np.array([reach_m * outward, reach_m * outward])
                + [
                    [0, 0],
                    1_000 * direction,
                ]
            )
            plane = f"+proj=aeqd +lat_0={pair[0, 1]} +lon_0={pair[0, 0]} +datum=WGS84"
            x, y = transform("EPSG:4326", plane, *pair[1:].T)
            assert np.hypot(x[0], y[0]) == pytest.approx(1_000, rel=5e-3)


def test_a_guide_does_not_catch_on_faults_that_cross_its_way():
    """A chain of 40 km, and lines of a cluster beside it that cross its straight continuation."""
    chain = straight([0, 0], [40_000, 0])
    link = straight([20_000, 500], [20_000, 25_000])
    bridge = straight([20_000, 25_500], [40_000, 26_000])
    crossing = [
        straight([70_000 + 100 * k, y], [70_000 + 100 * k, y + 8_000])
        for k, y in enumerate(range(-40_000, 40_000, 9_000))
    ]
    ladder = [straight([x, 26_000], [x + 8_000, 26_000]) for x in range(41_000, 70_000, 9_000)]
    windows = windows_of(traces_of(chain, link, bridge, *ladder, *crossing))
    mine = [window for window in windows if window[0] == "zone 1"]
    assert len(mine) == 7
    middles = HERE.earth_centred_to_metres(np.array([window[1] for window in mine]))
    assert np.abs(middles[:, 1]).max() < 1_000
    assert middles[:, 0].max() < 40_000


def test_a_guide_goes_on_along_short_lines_beyond_its_chain():
    """40 km in one piece and 20 km in pieces of 9 km with gaps of 1 km: one row of windows."""
    pieces = [straight([x, 0], [x + 9_000, 0]) for x in (41_000, 51_000)]
    windows = windows_of(traces_of(straight([0, 0], [40_000, 0]), *pieces))
    assert [window[0] for window in windows] == ["zone 1"] * 11
    assert_follows(windows, row_m=50, trend_deg=0.5)


def test_a_named_zone_is_one_row_of_windows_across_a_wide_gap():
    pieces = [straight([0, 0], [15_000, 0]), straight([35_000, 300], [60_000, 300])]
    windows = plan_strips(traces_of(*pieces, zone_names=["z", "z"]), scale=SCALE)
    assert {strip.zone for strip in windows} == {"z"}
    assert sum(strip.n_windows for strip in windows) == 11
