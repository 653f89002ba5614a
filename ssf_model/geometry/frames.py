"""Local metric frames anywhere on Earth, from longitude and latitude and back.

Every zone and every strip has a frame of its own, centred on it, so that scale is true
wherever a fault lies: no UTM zone to choose, no seam at the antimeridian or the poles, and
QGIS and the command line get the same metres.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ssf_model.errors import InputError

SEMI_MAJOR_M = 6378137.0  # WGS 84 (NIMA TR8350.2)
FLATTENING = 1 / 298.257223563  # WGS 84 (NIMA TR8350.2)
SEMI_MINOR_M = SEMI_MAJOR_M * (1 - FLATTENING)
ECCENTRICITY2 = FLATTENING * (2 - FLATTENING)
REACH_M = 5_000_000.0  # farther from its centre a frame has no use
INVERSE_ROUNDS = 12  # at most; each one shrinks the error, near the centre a millionfold
CLOSE_M = 1e-4  # good enough for the inverse


def to_earth_centred(lonlat: np.ndarray) -> np.ndarray:
    """Turn longitude and latitude into points on the WGS 84 ellipsoid.

    Parameters
    ----------
    lonlat : (n, 2) float array
        Degrees.

    Returns
    -------
    points : (n, 3) float array
        Metres from the Earth's centre: towards 0 E, towards 90 E, towards the north pole.
    """
    lon, lat = np.radians(np.asarray(lonlat, dtype=float)).T
    normal = SEMI_MAJOR_M / np.sqrt(1 - ECCENTRICITY2 * np.sin(lat) ** 2)
    return np.column_stack(
        [
            normal * np.cos(lat) * np.cos(lon),
            normal * np.cos(lat) * np.sin(lon),
            normal * (1 - ECCENTRICITY2) * np.sin(lat),
        ]
    )


def to_lonlat(points: np.ndarray) -> np.ndarray:
    """Turn points on the WGS 84 ellipsoid into longitude and latitude in degrees.

    Parameters
    ----------
    points : (n, 3) float array
        Earth-centred metres, as `to_earth_centred` gives them.

    Returns
    -------
    lonlat : (n, 2) float array
        Degrees; longitudes from -180 to 180.
    """
    x, y, z = np.asarray(points, dtype=float).T
    lat = np.arctan2(z, (1 - ECCENTRICITY2) * np.hypot(x, y))
    return np.degrees(np.column_stack([np.arctan2(y, x), lat]))


@dataclass(frozen=True)
class LocalFrame:
    """An azimuthal equidistant plane around one point.

    x points east and y north, in metres. Distances and directions from the centre are
    those of the sphere that osculates the ellipsoid there: they agree with geodesics to a
    millimetre within 20 km of the centre, and to 10 m within 1,000 km.
    """

    lon: float  # degrees
    lat: float  # degrees

    def __post_init__(self) -> None:
        if not (np.isfinite(self.lon) and -90 <= self.lat <= 90):
            message = f"A frame cannot be centred on longitude {self.lon}, latitude {self.lat}."
            raise InputError(message)

    @property
    def crs(self) -> str:
        """The frame as a PROJ string, for files and other programs."""
        return (
            f"+proj=aeqd +lat_0={self.lat:.12g} +lon_0={self.lon:.12g} +x_0=0 +y_0=0 "
            "+datum=WGS84 +units=m +no_defs"
        )

    def to_metres(self, lonlat: np.ndarray) -> np.ndarray:
        """Turn longitude and latitude in degrees, (n, 2), into x and y in metres, (n, 2)."""
        return self.earth_centred_to_metres(to_earth_centred(lonlat))

    def earth_centred_to_metres(self, points: np.ndarray) -> np.ndarray:
        """Turn Earth-centred metres, (n, 3), into x and y in metres, (n, 2)."""
        east_north_up = (points - self.centre) @ self._axes.T
        level = np.hypot(east_north_up[:, 0], east_north_up[:, 1])
        angle = np.arctan2(level, self._radius_m + east_north_up[:, 2])
        stretch = np.where(level > 0, self._radius_m * angle / np.where(level > 0, level, 1), 1)
        return east_north_up[:, :2] * stretch[:, None]

    def to_lonlat(self, metres: np.ndarray) -> np.ndarray:
        """Turn x and y in metres, (n, 2), into longitude and latitude in degrees, (n, 2).

        Raises
        ------
        InputError
            If a point lies more than `REACH_M` from the centre.
        """
        metres = np.asarray(metres, dtype=float)
        distance = np.hypot(metres[:, 0], metres[:, 1])
        if not (distance <= REACH_M).all():
            message = f"A point lies more than {REACH_M / 1000:.0f} km from the middle of its zone."
            raise InputError(message)
        level = metres.copy()
        for _ in range(INVERSE_ROUNDS):
            error = metres - self.earth_centred_to_metres(self._on_ellipsoid(level))
            level = level + error
            if (np.abs(error) < CLOSE_M).all():
                break
        return to_lonlat(self._on_ellipsoid(level))

    @cached_property
    def centre(self) -> np.ndarray:
        """Centre of the frame in Earth-centred metres, (3,)."""
        return to_earth_centred(np.array([[self.lon, self.lat]]))[0]

    @cached_property
    def _axes(self) -> np.ndarray:
        """Unit vectors east, north and up at the centre, (3, 3)."""
        lon, lat = np.radians([self.lon, self.lat])
        return np.array(
            [
                [-np.sin(lon), np.cos(lon), 0.0],
                [-np.sin(lat) * np.cos(lon), -np.sin(lat) * np.sin(lon), np.cos(lat)],
                [np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)],
            ]
        )

    @cached_property
    def _radius_m(self) -> float:
        """Gaussian radius of curvature at the centre."""
        sine2 = np.sin(np.radians(self.lat)) ** 2
        return SEMI_MINOR_M / (1 - ECCENTRICITY2 * sine2)

    def _on_ellipsoid(self, level: np.ndarray) -> np.ndarray:
        """The points of the ellipsoid straight above or below points of the tangent plane."""
        squash = 1 / np.array([SEMI_MAJOR_M, SEMI_MAJOR_M, SEMI_MINOR_M])
        plane = (self.centre + level @ self._axes[:2]) * squash
        up = self._axes[2] * squash
        a, b, c = up @ up, plane @ up, (plane * plane).sum(axis=1) - 1
        height = (-b + np.sqrt(np.maximum(b * b - a * c, 0))) / a
        return (plane + height[:, None] * up) / squash


def unbroken_longitudes(lon: np.ndarray) -> np.ndarray:
    """Let the longitudes of an outline run on past 180 degrees where they would jump.

    Parameters
    ----------
    lon : (..., n) float array
        Degrees; each outline spans less than 180 degrees.

    Returns
    -------
    lon : (..., n) float array
        The same places, each outline's within 180 degrees of its first one.
    """
    first = lon[..., :1]
    return first + (lon - first + 180) % 360 - 180


def middle_of(lonlat: np.ndarray) -> LocalFrame:
    """Make the frame centred on the middle of some places.

    Parameters
    ----------
    lonlat : (n, 2) float array
        Degrees; on either side of the antimeridian, or around a pole, all the same.

    Returns
    -------
    frame : LocalFrame
        Centred on the direction of the points' mean.

    Raises
    ------
    InputError
        If the places lie around the whole Earth, so that there is no middle.
    """
    return middle_of_earth_centred(to_earth_centred(lonlat))


def middle_of_earth_centred(points: np.ndarray, weights: np.ndarray | None = None) -> LocalFrame:
    """Make the frame centred on the middle of weighted places; see `middle_of`.

    `points` are Earth-centred metres, (n, 3), `weights` (n,), 1 each where not given.
    """
    mean = np.average(points, axis=0, weights=weights)
    if np.linalg.norm(mean) < SEMI_MINOR_M / 2:
        message = "These traces lie on opposite sides of the Earth; they are no fault zone."
        raise InputError(message)
    lon = np.degrees(np.arctan2(mean[1], mean[0]))
    lat = np.degrees(np.arctan2(mean[2], (1 - ECCENTRICITY2) * np.hypot(mean[0], mean[1])))
    return LocalFrame(float(lon), float(lat))
