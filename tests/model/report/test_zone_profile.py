"""The profile of a zone: what stands at its ends."""

import dataclasses

import numpy as np
import pytest
from rasterio.warp import transform

from makers.hand_made_windows import CORNERS, hand_made
from ssf_model.report.shown_zones import ShownZone
from ssf_model.report.zone_profile import draw_profile

COMPASS = ("N", "NE", "E", "SE", "S", "SW", "W", "NW")


def ends_of(zone):
    """What is written at the beginning and at the end of the strike."""
    words = [item for item in draw_profile(zone).items if getattr(item, "text", "") in COMPASS]
    return {item.anchor: item.text for item in words}


@pytest.mark.parametrize("lat", [0.0, 34.0, 60.0, 80.0, -75.0])
@pytest.mark.parametrize("lon", [12.0, 180.0])
@pytest.mark.parametrize("azimuth_deg", [3.0, 20.0, 25.0, 65.0, 70.0, 110.0, 115.0, 155.0, 160.0])
def test_the_ends_of_a_profile_name_the_direction_on_the_ground(azimuth_deg, lon, lat):
    """Oracle: PROJ lays three windows, 10 km apart, in a plane around the place.

    A sector of the compass is 45 degrees wide, so that north-east begins at 22.5 degrees.
    """
    plane = f"+proj=aeqd +lat_0={lat} +lon_0={lon} +datum=WGS84"
    azimuth = np.radians(azimuth_deg)
    along = np.array([np.sin(azimuth), np.cos(azimuth)])
    windows = []
    for window in hand_made(along_km=[-10, 0, 10], ke=[0.4, 0.5, 0.6]):
        metres = CORNERS + along * window.along_km * 1000
        ring = np.column_stack(transform(plane, "EPSG:4326", *metres.T)[:2])
        windows.append(dataclasses.replace(window, footprint=ring))
    sector = int((azimuth_deg + 22.5) // 45)
    expected = {"start": COMPASS[(sector + 4) % 8], "end": COMPASS[sector]}
    assert ends_of(ShownZone("zone", tuple(windows), (), ())) == expected


@pytest.mark.parametrize(("trend_deg", "ends"), [(90.0, "W E"), (20.0, "S N"), (130.0, "NW SE")])
def test_the_profile_of_a_lone_window_goes_by_its_trend(trend_deg, ends):
    (window,) = hand_made(along_km=[3.2], ke=[0.5], lat=70.0, trend_deg=trend_deg)
    start, end = ends.split()
    assert ends_of(ShownZone("zone", (window,), (), ())) == {"start": start, "end": end}
