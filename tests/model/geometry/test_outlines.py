import numpy as np
import pytest
import shapely
from rasterio.warp import transform

from makers.map_files import read
from ssf_model.faults.traces import make_traces
from ssf_model.geometry.frames import LocalFrame
from ssf_model.geometry.outlines import in_one_piece
from ssf_model.headless.writing import write_polygons
from ssf_model.scale import ExperimentScale
from ssf_model.zones.planning import plan_strips

pytestmark = pytest.mark.numerical

RADIUS_M = 6_378_137.0  # of EPSG:3857, by its definition
WINDOW = np.array([[-3.2, -6.4], [3.2, -6.4], [3.2, 6.4], [-3.2, 6.4], [-3.2, -6.4]]) * 1_000
SEAMED = {
    "web Mercator": "EPSG:3857",
    "plate carree in metres": "+proj=eqc +datum=WGS84",
    "Robinson": "+proj=robin +datum=WGS84",
    "equal area, in kilometres": "+proj=cea +datum=WGS84 +units=km",
    "cut at 60 E": "+proj=merc +lon_0=-120 +datum=WGS84",
}


def projection(crs):
    """PROJ's way from WGS 84 to a CRS."""

    def project(lonlat):
        return np.column_stack(transform("EPSG:4326", crs, lonlat[:, 0], lonlat[:, 1])[:2])

    return project


def ring_at(lon, lat, azimuth_deg=30.0):
    """A window's outline around a place, its longitudes running on past 180."""
    angle = np.radians(azimuth_deg)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    ring = LocalFrame(lon, lat).to_lonlat(WINDOW @ turn)
    ring[:, 0] = lon + (ring[:, 0] - lon + 180) % 360 - 180
    return ring


def drawn(ring, crs):
    return in_one_piece(ring, np.zeros(len(ring), dtype=int), projection(crs), geographic=False)


@pytest.mark.parametrize("crs", SEAMED.values(), ids=SEAMED)
@pytest.mark.parametrize("lat", [-40.0, 0.0, 17.0, 75.0])
@pytest.mark.parametrize("off_deg", [-0.02, 0.0, 0.01])
def test_an_outline_across_the_maps_edge_is_as_large_as_one_beside_it(crs, lat, off_deg):
    """Oracle: the same window half a degree from the edge: corner by corner the same shape.

    Within 2.5 % of its size, since shape and scale themselves change over that half degree.
    """
    edge = 60.0 if "-120" in crs else 180.0
    across, beside = (ring_at(edge + off, lat) for off in (off_deg, -0.5))
    assert across[:, 0].min() < edge < across[:, 0].max()
    found, expected = drawn(across, crs), projection(crs)(beside)
    found, expected = found - found[0], expected - expected[0]
    size = np.abs(expected).max()
    np.testing.assert_allclose(found, expected, atol=0.025 * size)


def test_an_outline_across_the_antimeridian_is_web_mercators_own_beyond_its_edge():
    """Closed form: x goes on as R times the longitude, one window's curvature off by < 30 m."""
    ring = ring_at(180.0, -17.0)
    found = drawn(ring, "EPSG:3857")
    lon, lat = np.radians(ring.T)
    expected = np.column_stack([lon, np.log(np.tan(np.pi / 4 + lat / 2))]) * RADIUS_M
    expected[:, 0] -= 2 * np.pi * RADIUS_M * np.round((expected - found)[0, 0] / 4e7)
    np.testing.assert_allclose(found, expected, atol=30)


@pytest.mark.parametrize(
    ("crs", "lon", "lat"),
    [
        ("EPSG:32611", -117, 34),
        ("EPSG:3857", 10, 84),
        ("EPSG:3413", 50, 89.99),
        ("EPSG:3413", 135, 80),
        ("EPSG:3460", 180, -17),  # Fiji: across the antimeridian without a cut
        ("EPSG:2193", 180, -40),  # New Zealand
    ],
)
def test_an_outline_on_the_map_is_what_proj_makes_of_it(crs, lon, lat):
    ring = ring_at(lon, lat)
    np.testing.assert_array_equal(drawn(ring, crs), projection(crs)(ring))


def test_degrees_run_on_past_180():
    ring = ring_at(180.0, 50.0)
    found = in_one_piece(ring, np.zeros(5, dtype=int), projection("EPSG:4269"), geographic=True)
    np.testing.assert_allclose(np.ptp(found, axis=0), np.ptp(ring, axis=0), atol=1e-6)


@pytest.mark.parametrize("crs", SEAMED.values(), ids=SEAMED)
@pytest.mark.parametrize("side", [1, -1])
def test_an_outline_that_begins_on_the_maps_edge_is_as_large_as_one_beside_it(crs, side):
    """By hand: its first two corners lie on the cut itself, the others east or west of it.

    PROJ puts the cut at the edge of the map where the window is not. Oracle: the same window
    half a degree on, within 2.5 % as above.
    """
    edge = 60.0 if "-120" in crs else side * 180.0
    ring = np.array([[0, 0], [0, 0.12], [0.06, 0.12], [0.06, 0], [0, 0]]) * [side, 1]
    across, beside = ring + [edge, 17.0], ring + [edge + side / 2, 17.0]
    found, expected = drawn(across, crs), projection(crs)(beside)
    found, expected = found - found[0], expected - expected[0]
    np.testing.assert_allclose(found, expected, atol=0.025 * np.abs(expected).max())


def test_only_the_feature_that_is_torn_changes():
    rings = [ring_at(lon, 17.0) for lon in (179.0, 180.0, -179.0)]
    feature = np.repeat(np.arange(3), 5)
    found = in_one_piece(
        np.concatenate(rings), feature, projection("EPSG:3857"), geographic=False
    ).reshape(3, 5, 2)
    for number in (0, 2):
        np.testing.assert_array_equal(found[number], projection("EPSG:3857")(rings[number]))
    assert np.ptp(found[1], axis=0).max() < 20_000


def test_nothing_gives_nothing():
    empty = np.empty((0, 2))
    found = in_one_piece(empty, np.empty(0, dtype=int), projection("EPSG:3857"), geographic=False)
    assert found.shape == (0, 2)


@pytest.mark.parametrize("crs", ["EPSG:3857", "EPSG:4326", "EPSG:3460"])
def test_no_window_of_a_fault_across_the_antimeridian_spans_the_map(tmp_path, crs):
    """Files read in the traces' CRS give windows there that are no larger than a window is."""
    line = np.column_stack([np.arange(-20_000, 20_001, 1_000.0), np.zeros(41)])
    lonlat = LocalFrame(180.0, -17.0).to_lonlat(line)
    strips = plan_strips(make_traces([[lonlat]]), scale=ExperimentScale())
    rings = [strip.footprint(n) for strip in strips for n in range(strip.n_windows)]
    assert len(rings) == 7
    write_polygons(tmp_path / "out.gpkg", "windows", [], [()] * len(rings), rings, crs=crs)
    _, shapes, _ = read(tmp_path / "out.gpkg", "windows")
    metre = 1 / 111_000 if crs == "EPSG:4326" else 1.0
    for west, south, east, north in shapely.bounds(shapes):
        assert 6_000 * metre < east - west < 8_000 * metre
        assert 12_000 * metre < north - south < 14_000 * metre
