"""The same answer however the map is drawn, wherever it lies and whichever way it is turned.

Maps are drawn by seed and read by the shipped model; windows are matched by place, never by
number. Tolerances are about twice what 50 maps of each kind needed at most.
"""

from functools import lru_cache

import numpy as np
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from rasterio.warp import transform

from makers.drawn_maps import HERE, on_earth, traces_of, turned
from makers.map_files import write
from ssf_model.estimate.ensemble import open_models
from ssf_model.estimate.estimating import Options, estimate_strips
from ssf_model.geometry.frames import LocalFrame
from ssf_model.headless.reading import read_traces
from ssf_model.scale import ExperimentScale
from ssf_model.zones.planning import plan_strips

pytestmark = pytest.mark.numerical

SCALE = ExperimentScale()
MODELS = open_models([], engine="numpy")[0]
SEEDS = st.integers(0, 10_000)
quick = settings(max_examples=5)

# Reversing, reordering or splitting a line moves nothing but the last digits of sums.
EXACT_M, EXACT_KE = 0.01, 1e-3
# A guide weighs traces in cells of 500 m; added vertices and turned axes move what lies in each,
# the guide by metres (tens of metres at its ends), and pixels at the rims of lines with it.
REDRAWN_M, TURNED_M, RIM_KE = 20.0, 80.0, 0.03
# Where a zone is as long as whole windows are, to this, rounding decides whether one more fits.
BRINK_M = 10.0


def lines_of(seed):
    """A bent fault zone of 60-80 km in metres: strands, gaps, echelon shears and a splay."""
    rng = np.random.default_rng(seed)
    along = np.arange(0.0, rng.uniform(60_000, 80_000), 400.0)
    bend = rng.uniform(-20_000, 20_000) * (along / along[-1]) ** 2
    wave = np.cumsum(rng.normal(0, 60, len(along)))
    middle = np.column_stack([along, bend + wave]) - [35_000, 0]
    n_cuts = int(rng.integers(1, 5))
    cuts = np.sort(rng.choice(np.arange(20, len(along) - 20), n_cuts, replace=False))
    strands = [part for part in np.split(middle, cuts) if len(part) > 2]
    strands = [part + [0, rng.uniform(-400, 400)] for part in strands]
    splay = middle[40:55] + np.column_stack([np.zeros(15), np.linspace(200, 1_500, 15)])
    shears = [
        middle[at] + turned([[-1_500, 0], [1_500, 0]], 76)
        for at in rng.integers(20, len(along) - 20, 3)
    ]
    return [np.asarray(line, dtype=float) for line in (*strands, splay, *shears)]


def windows_of(traces, **options):
    """Middle (lon, lat) of every window and its KE, NaN where it cannot be known."""
    strips = plan_strips(traces, scale=SCALE)
    for strip in strips:
        # A zone's first window begins 25 m before its guide to 2475 m after (half a stride).
        begin = strip.along_m - SCALE.window_length_m / 2
        assume(strip.number > 1 or min(abs(begin + 25), abs(begin - 2_475)) > BRINK_M)
    found = estimate_strips(traces, strips, MODELS, options=Options(**options))
    windows = [window for strip in found for window in strip.windows]
    places = np.array([window.footprint[:4].mean(axis=0) for window in windows])
    ke = np.array([np.nan if window.ke is None else window.ke for window in windows])
    return places, ke


@lru_cache
def drawn(seed):
    """What a seed's map gives as drawn."""
    return windows_of(traces_of(*lines_of(seed)))


def assert_same(expected, found, *, place_m, ke, frame=HERE, back=lambda metres: metres):
    """Every window has its match by place, and the match the same KE."""
    there = back(frame.to_metres(found[0]))
    here = HERE.to_metres(expected[0])
    assert len(here) == len(there) > 8
    apart = np.hypot(*np.moveaxis(here[:, None] - there[None], 2, 0))
    match = apart.argmin(axis=1)
    assert sorted(match) == list(range(len(here)))
    assert apart.min(axis=1).max() <= place_m
    np.testing.assert_array_equal(np.isnan(found[1][match]), np.isnan(expected[1]))
    np.testing.assert_allclose(found[1][match], expected[1], atol=ke)


@quick
@given(seed=SEEDS, order=st.randoms(use_true_random=False))
def test_the_order_and_direction_of_lines_change_nothing(seed, order):
    """But for rounding: sums are taken in another order."""
    lines = lines_of(seed)
    order.shuffle(lines)
    lines = [line[::-1] if order.random() < 0.5 else line for line in lines]
    assert_same(drawn(seed), windows_of(traces_of(*lines)), place_m=EXACT_M, ke=EXACT_KE)


@quick
@given(seed=SEEDS, pieces=st.integers(2, 9))
def test_lines_may_be_split_and_merged(seed, pieces):
    split = []
    for line in lines_of(seed):
        cuts = np.linspace(0, len(line) - 1, min(pieces, len(line) - 1) + 1).astype(int)
        split += [line[a : b + 1] for a, b in zip(cuts, cuts[1:])]
    assert len(split) > len(lines_of(seed))
    assert_same(drawn(seed), windows_of(traces_of(*split[::-1])), place_m=EXACT_M, ke=EXACT_KE)


@quick
@given(seed=SEEDS, spacing_m=st.floats(20, 350))
def test_vertices_may_be_denser(seed, spacing_m):
    denser = []
    for line in lines_of(seed):
        shape = shapely.segmentize(shapely.LineString(line), spacing_m)
        denser.append(shapely.get_coordinates(shape))
    assert_same(drawn(seed), windows_of(traces_of(*denser)), place_m=REDRAWN_M, ke=RIM_KE)


@quick
@given(
    seed=SEEDS,
    azimuth_deg=st.floats(0, 360),
    lon=st.floats(-180, 180),
    lat=st.floats(-89, 89),
)
def test_a_map_may_lie_anywhere_and_be_turned(seed, azimuth_deg, lon, lat):
    frame = LocalFrame(lon, lat)
    moved = [turned(line, azimuth_deg) for line in lines_of(seed)]
    found = windows_of(traces_of(*moved, frame=frame))
    angle = np.radians(azimuth_deg - 90)
    back = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    assert_same(
        drawn(seed), found, place_m=TURNED_M, ke=RIM_KE, frame=frame, back=lambda m: m @ back.T
    )


@quick
@given(seed=SEEDS)
def test_a_mirror_image_of_the_other_sense_gives_the_same(seed):
    mirrored = [line * [1, -1] for line in lines_of(seed)]
    found = windows_of(traces_of(*mirrored), sense="sinistral")
    assert_same(drawn(seed), found, place_m=REDRAWN_M, ke=RIM_KE, back=lambda m: m * [1, -1])


@settings(quick, max_examples=4)
@given(seed=SEEDS)
def test_a_mirror_image_of_the_other_sense_is_read_as_the_map_was(seed):
    """Without the ensemble's own mirror images the sense is all that makes them alike."""
    lines = lines_of(seed)
    expected = windows_of(traces_of(*lines), flips="none")
    mirrored = traces_of(*[line * [1, -1] for line in lines])
    found = windows_of(mirrored, flips="none", sense="sinistral")
    assert_same(expected, found, place_m=REDRAWN_M, ke=RIM_KE, back=lambda m: m * [1, -1])


@settings(quick, max_examples=3)
@given(seed=SEEDS)
def test_the_crs_of_a_file_changes_nothing(tmp_path_factory, seed):
    """UTM, its neighbour zone, web Mercator and degrees, by way of files.

    A segment of 400 m that is straight in one of them bows by centimetres in another.
    """
    lines = [on_earth(line) for line in lines_of(seed)]
    folder = tmp_path_factory.mktemp("crs")
    for crs in ("EPSG:4326", "EPSG:32611", "EPSG:32610", "EPSG:3857", "EPSG:4269"):
        placed = [np.column_stack(transform("EPSG:4326", crs, *line.T)) for line in lines]
        path = write(
            folder / f"{crs[5:]}.gpkg", [shapely.linestrings(line) for line in placed], crs=crs
        )
        traces = read_traces(path, layer=None, zone_field=None).traces
        assert_same(drawn(seed), windows_of(traces), place_m=1.0, ke=RIM_KE)
