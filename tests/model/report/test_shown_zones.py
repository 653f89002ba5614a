"""Zones that are shown: which other traces there are on their maps."""

import dataclasses

import numpy as np
import pytest
import shapely

from makers.drawn_maps import model_that, traces_of, turned
from ssf_model.estimate.estimating import estimate_strips
from ssf_model.geometry.frames import middle_of
from ssf_model.options import Options
from ssf_model.report.shown_zones import GatheredZones
from ssf_model.report.zone_map import draw_map
from ssf_model.scale import ExperimentScale
from ssf_model.zones.planning import plan_strips

SCALE = ExperimentScale()


def shown(own, others):
    """The zone of the first line as an gathered gives it, and the whole map."""
    names = ["own", *(f"other {number}" for number in range(len(others)))]
    traces = traces_of(own, *others, zone_names=names)
    strips = [strip for strip in plan_strips(traces, scale=SCALE) if strip.zone == "own"]
    gathered = GatheredZones(traces, strips)
    options = Options(thickness_px=(3.0,), flips="none", shift_px=0.0)
    for strip in estimate_strips(traces, strips, [model_that(lambda w: 0.5)], options=options):
        gathered.add(strip.windows)
    return gathered.zone("own"), traces


def parts_of(zone, name):
    """Lines of one name on the map of a zone."""
    items = draw_map(zone).items
    return [part for item in items if getattr(item, "name", "") == name for part in item.parts]


@pytest.mark.parametrize("own_m", [2_000, 9_000, 40_000])
@pytest.mark.parametrize("azimuth_deg", [90.0, 45.0])
def test_a_map_shows_of_other_zones_what_it_would_if_it_were_given_all(own_m, azimuth_deg):
    """Slow twin: every other line, from 300 m to 300 km long, is tried on the picture."""
    rng = np.random.default_rng(0)
    others = [
        turned([[-half, 0], [half, 0]], rng.uniform(0, 180))
        + rng.uniform(-1, 1, 2) * (own_m / 2 + 9_000 + half)
        for half in 10 ** rng.uniform(2.2, 5.2, 50)
    ]
    zone, traces = shown(turned([[-own_m / 2, 0], [own_m / 2, 0]], azimuth_deg), others)
    given_all = dataclasses.replace(zone, others=traces.lines[1:])
    found, expected = (parts_of(each, "other traces") for each in (zone, given_all))
    assert 5 < len(expected) == len(found)
    for one, other in zip(found, expected):
        np.testing.assert_array_equal(one, other)
    assert len(zone.others) < 50


@pytest.mark.parametrize("seed", range(3))
def test_of_other_traces_the_map_shows_what_lies_within_its_frame(seed):
    """Oracle: shapely's intersection; windows' outlines tell where places are on the picture.

    The first line runs past on either side and has no vertex on the map. Detail below a quarter
    of a unit may be left out.
    """
    rng = np.random.default_rng(seed)
    across = np.array([[-150_000.0, 2_000.0], [150_000.0, 3_000.0]])
    others = [across, *(np.cumsum(rng.normal(0, 7_000, (9, 2)), axis=0) for _ in range(8))]
    zone, traces = shown([[-8_000, 0], [8_000, 0]], others)
    zone = dataclasses.replace(zone, others=traces.lines[1:])
    rings = np.concatenate([window.footprint for window in zone.windows])
    frame = middle_of(rings)

    def with_one(lonlat):
        return np.column_stack([frame.to_metres(lonlat), np.ones(len(lonlat))])

    drawn = np.concatenate(parts_of(zone, "outline"))
    to_picture = np.linalg.lstsq(with_one(rings), drawn, rcond=None)[0]
    box = shapely.polygons(parts_of(zone, "frame")[0])
    lines = [with_one(line) @ to_picture for line in zone.others]
    expected = shapely.intersection(shapely.MultiLineString(lines), box)
    found = shapely.MultiLineString(parts_of(zone, "other traces"))
    assert shapely.hausdorff_distance(found, expected, densify=0.01) < 0.3
    assert found.length == pytest.approx(expected.length, rel=1e-3)
    left, _, right, _ = box.bounds
    assert parts_of(zone, "other traces")[0][[0, 1], 0] == pytest.approx([left, right])


@pytest.mark.parametrize(
    ("known", "named", "expected"),
    [
        ({"short", "mid"}, (), ("mid",)),  # the longest has no KE
        ({"short", "mid", "long"}, (), ("long",)),
        (set(), (), ("long",)),
        ({"short"}, ("mid", "long"), ("mid", "long")),
    ],
)
@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1)])
def test_a_figure_shows_the_longest_zone_that_has_a_ke(known, named, expected, order):
    lengths = {"short": 12_000, "mid": 30_000, "long": 60_000}
    lines = [[[0, 40_000 * n], [length, 40_000 * n]] for n, length in enumerate(lengths.values())]
    names = list(lengths)
    traces = traces_of(*(lines[n] for n in order), zone_names=[names[n] for n in order])
    strips = plan_strips(traces, scale=SCALE)
    gathered = GatheredZones(traces, strips, names=named, most=1)
    options = Options(thickness_px=(3.0,), flips="none", shift_px=0.0)
    for strip in estimate_strips(traces, strips, [model_that(lambda w: 0.5)], options=options):
        unknown = [dataclasses.replace(window, ke=None) for window in strip.windows]
        gathered.add(strip.windows if strip.strip.zone in known else unknown)
    assert gathered.figure_names == expected
    for name in expected:
        shown_zone = gathered.zone(name)
        assert len(shown_zone.windows) == sum(s.n_windows for s in strips if s.zone == name)
        assert [window.zone for window in shown_zone.windows] == [name] * len(shown_zone.windows)
