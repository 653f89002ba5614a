"""Places and lengths along strike, and zones in numbers, on windows laid by hand."""

import numpy as np
import pytest
import shapely

from makers.hand_made_windows import hand_made
from ssf_model.estimate.along_strike import (
    along_strike,
    reaches_km,
    window_length_km,
    window_middle,
)
from ssf_model.tables.estimates import PROFILE_FIELDS, ZONE_FIELDS, profile_values, zone_values
from ssf_model.tables.fields import to_csv
from ssf_model.tables.zone_summary import Summary, summarize_zone


@pytest.mark.parametrize("seed", range(20))
def test_shares_add_up_to_the_length_inside_windows(seed):
    """Oracle: shapely's union of the windows as intervals."""
    rng = np.random.default_rng(seed)
    along = rng.uniform(0, 60, size=8)
    windows = [shapely.box(middle - 3.2, 0, middle + 3.2, 1) for middle in along]
    shares = reaches_km(along, 6.4).sum(axis=1)
    assert shares.sum() == pytest.approx(shapely.union_all(windows).area)
    assert (shares >= 0).all()
    assert (shares <= 6.4 + 1e-9).all()


@pytest.mark.parametrize("seed", range(5))
def test_a_share_is_the_ground_that_is_nearest(seed):
    """Oracle: a walk along the zone in steps of a metre, each to the nearest window."""
    rng = np.random.default_rng(seed)
    along = rng.uniform(0, 40, size=6)
    walk = np.arange(-5, 45, 0.001)
    away = np.abs(walk[:, None] - along)
    nearest = np.where(away.min(axis=1) <= 3.2, away.argmin(axis=1), -1)
    counted = [(nearest == number).sum() * 0.001 for number in range(6)]
    np.testing.assert_allclose(reaches_km(along, 6.4).sum(axis=1), counted, atol=0.003)


def test_the_mean_of_a_zone_is_weighted_by_length():
    """Windows at 0, 5 and 30 km: 5.7, 5.7 and 6.4 km; by hand."""
    zone = summarize_zone(hand_made(along_km=[0, 5, 30], ke=[0.2, 0.4, 0.9]))
    assert zone.length_km == pytest.approx(17.8, abs=1e-3)
    expected = (5.7 * 0.2 + 5.7 * 0.4 + 6.4 * 0.9) / 17.8
    assert zone.ke_mean == pytest.approx(expected, abs=1e-4)
    assert zone.ofd_mean == pytest.approx(1 - expected, abs=1e-4)
    assert (zone.ke_median, zone.ke_min, zone.ke_max) == (0.4, 0.2, 0.9)


def test_windows_without_ke_count_but_do_not_weigh():
    windows = hand_made(
        along_km=[0, 5, 10, 15],
        ke=[0.5, None, 0.7, None],
        flags=[("clipped",), ("no_trace",), (), ("no_trace", "edge")],
    )
    zone = summarize_zone(windows)
    assert (zone.n_windows, zone.n_known, zone.n_flagged) == (4, 2, 3)
    assert zone.flagged == 0.75
    assert zone.flags == {"clipped": 1, "no_trace": 2, "edge": 1}
    assert zone.ke_mean == pytest.approx((5.7 * 0.5 + 5.0 * 0.7) / 10.7, abs=1e-4)


@pytest.mark.parametrize(
    ("ke", "mean"),
    [([None, 0.4, None], 0.4), ([None, 0.2, 0.8, None], 0.5), ([0.2, None, 0.8], 0.5)],
)
def test_windows_upon_one_another_have_a_mean_however_their_place_is_shared(ke, mean):
    """By hand: branches of one zone begin at one place, and 6.4 km of ground are theirs in all."""
    zone = summarize_zone(hand_made(along_km=[3.2] * len(ke), ke=ke))
    assert zone.ke_mean == pytest.approx(mean)
    assert zone.ofd_mean == pytest.approx(1 - mean)
    assert zone.length_km == pytest.approx(6.4, abs=1e-3)


def test_a_zone_of_unknown_windows_has_no_ke():
    zone = summarize_zone(hand_made(along_km=[0, 5], ke=[None, None]))
    assert (zone.ke_mean, zone.ke_median, zone.ofd_mean, zone.ofd_median) == (None,) * 4
    assert zone.length_km == pytest.approx(11.4, abs=1e-3)


@pytest.mark.parametrize("ke", [[0.3], [0.3, 0.8], [0.3, None, 0.8]])
def test_the_order_and_the_parcels_in_which_windows_come_do_not_matter(ke):
    windows = hand_made(along_km=[5 * n for n in range(len(ke))], ke=ke)
    turned, whole = Summary(), Summary()
    whole.add(windows)
    for window in reversed(windows):
        turned.add([window])
    for name in ("ke_mean", "ke_median", "length_km"):
        expected = getattr(whole.zones()[0], name)
        assert getattr(turned.zones()[0], name) == pytest.approx(expected)


def test_a_profile_goes_along_the_strike_of_one_zone_after_the_other():
    first = hand_made(zone="b", along_km=[10, 0, 5], ke=[0.3, 0.1, 0.2])
    second = hand_made(zone="a", along_km=[0], ke=[0.4])
    ordered = along_strike([first[0], second[0], *first[1:]])
    assert [(window.zone, window.along_km) for window in ordered] == [
        ("b", 0),
        ("b", 5),
        ("b", 10),
        ("a", 0),
    ]


@pytest.mark.parametrize(("lon", "lat"), [(-116.5, 34.2), (180.0, -17.0), (12.0, 71.0)])
def test_the_middle_of_a_window_is_where_it_was_laid(lon, lat):
    (window,) = hand_made(along_km=[0], ke=[0.5], lon=lon, lat=lat)
    found = window_middle(window)
    assert (found[0] - lon + 180) % 360 - 180 == pytest.approx(0, abs=1e-4)
    assert found[1] == pytest.approx(lat, abs=1e-4)
    assert window_length_km(window) == pytest.approx(6.4, abs=1e-4)


def test_the_csv_has_a_header_and_empty_cells_for_null():
    windows = hand_made(
        zone='San "Jacinto", north', along_km=[3.2], ke=[None], flags=[("no_trace", "edge")]
    )
    head, row, end = to_csv(PROFILE_FIELDS, map(profile_values, windows)).split("\n")
    assert head == "zone,along_km,lon,lat,ke,ofd,ke_low,ke_high,ke_p05,ke_p95,flags"
    assert row.startswith('"San ""Jacinto"", north",3.2,')
    assert row.endswith(',,,,,,,"no_trace,edge"')
    assert end == ""


def test_every_column_of_the_zones_has_a_value():
    zone = summarize_zone(hand_made(along_km=[0], ke=[0.25], flags=[("clipped", "edge")]))
    row = dict(zip((field.name for field in ZONE_FIELDS), zone_values(zone)))
    assert len(row) == len(zone_values(zone)) == len(ZONE_FIELDS)
    assert row["ofd_mean"] == row["ofd_median"] == 0.75
    assert row["flags"] == "clipped:1,edge:1"
    for field in ZONE_FIELDS:
        kinds = {"int": int, "float": float, "str": str}
        assert isinstance(row[field.name], kinds[field.kind]), field.name
