import numpy as np
import pytest
from rasterio.warp import transform

from makers.drawn_maps import on_earth
from ssf_model.errors import InputError
from ssf_model.geometry.frames import LocalFrame, middle_of, to_earth_centred, to_lonlat

pytestmark = pytest.mark.numerical

PLACES = [(0, 0), (30, 45), (-120, 35), (179.95, -37), (-179.9, 60), (10, 89.9), (0, -90)]


@pytest.mark.parametrize(("lon", "lat"), PLACES)
@pytest.mark.parametrize(("reach_m", "tolerance_m"), [(2e4, 1e-3), (5e5, 1.5), (1e6, 10)])
def test_metres_are_those_of_proj(lon, lat, reach_m, tolerance_m):
    """Oracle: PROJ's ellipsoidal azimuthal equidistant projection, which solves geodesics."""
    frame = LocalFrame(lon, lat)
    metres = np.random.default_rng(1).uniform(-reach_m, reach_m, size=(200, 2)) / np.sqrt(2)
    lonlat = frame.to_lonlat(metres)
    x, y = transform("EPSG:4326", frame.crs, lonlat[:, 0], lonlat[:, 1])
    np.testing.assert_allclose(np.column_stack([x, y]), metres, atol=tolerance_m)


@pytest.mark.parametrize(("lon", "lat"), PLACES)
def test_there_and_back_again(lon, lat):
    frame = LocalFrame(lon, lat)
    metres = np.random.default_rng(2).uniform(-1e6, 1e6, size=(200, 2))
    np.testing.assert_allclose(frame.to_metres(frame.to_lonlat(metres)), metres, atol=1e-3)


@pytest.mark.parametrize(("lon", "lat"), PLACES)
def test_a_place_asked_for_alone_is_as_good_as_among_others(lon, lat):
    """In each quadrant: the search may not end for a place because its error is below zero."""
    frame = LocalFrame(lon, lat)
    for metres in np.array([[x, y] for x in (-2e6, 1e6) for y in (-1e6, 2e6)]):
        found = frame.to_metres(frame.to_lonlat(metres[None]))
        np.testing.assert_allclose(found, metres[None], atol=1e-3)


def test_earth_centred_points_are_those_of_proj():
    lonlat = np.random.default_rng(3).uniform([-180, -90], [180, 90], size=(100, 2))
    expected = transform("EPSG:4979", "EPSG:4978", *lonlat.T, np.zeros(100))
    np.testing.assert_allclose(to_earth_centred(lonlat), np.column_stack(expected), atol=1e-6)
    np.testing.assert_allclose(to_lonlat(to_earth_centred(lonlat)), lonlat, atol=1e-9)


def test_the_middle_of_places_on_both_sides_of_the_antimeridian_is_between_them():
    frame = middle_of(np.array([[179.0, -40.0], [-179.0, -40.0]]))
    assert abs(frame.lon) == pytest.approx(180.0)
    assert frame.lat == pytest.approx(-40.0, abs=0.02)


def test_places_around_the_whole_earth_have_no_middle():
    with pytest.raises(InputError, match="opposite sides"):
        middle_of(np.array([[0.0, 0.0], [180.0, 0.0]]))


def test_a_point_too_far_for_a_frame_is_refused():
    with pytest.raises(InputError, match="5000 km"):
        on_earth([[6e6, 0.0]])


@pytest.mark.parametrize(("lon", "lat"), [(np.nan, 0), (0, 91), (0, np.nan)])
def test_a_frame_that_is_nowhere_is_refused(lon, lat):
    with pytest.raises(InputError, match="cannot be centred"):
        LocalFrame(lon, lat)
