"""Draw the sample fault map: an echelon, a linking and a mature strike-slip fault zone.

The map is made up. It imitates the three stages of the wet-kaolin experiments of Chaipornkaew
et al. (2022) at crustal scale, in UTM zone 11 N, so that the demonstration has one map with a
known order of kinematic efficiency. `python examples/draw_sample.py` makes
`sample_faults.gpkg` again.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyogrio
import shapely

HERE = Path(__file__).resolve().parent
SEED = 20260101
CRS = "EPSG:32611"  # WGS 84, UTM zone 11 N
VERTEX_M = 200.0  # spacing of vertices, as of a map drawn at about 1 : 50,000
LENGTH_M = 40_000.0  # of every zone
RIEDEL_DEG = 14.0  # of echelon shears to the zone: they appear at 10-17 degrees

# Each zone: name, middle (easting, northing), azimuth of its trend.
ZONES = {
    "echelon": ((540_000.0, 3_860_000.0), 122.0),
    "linking": ((562_000.0, 3_884_000.0), 130.0),
    "mature": ((588_000.0, 3_908_000.0), 138.0),
}


def main() -> None:
    """Write the GeoPackage beside this file."""
    rng = np.random.default_rng(SEED)
    shapes, names, zones = [], [], []
    drawn = {
        "echelon": echelon_zone(rng),
        "linking": linking_zone(rng),
        "mature": mature_zone(rng),
    }
    for zone, features in drawn.items():
        for number, parts in enumerate(features, start=1):
            lines = [placed(part, *ZONES[zone]) for part in parts]
            shapes.append(shapely.multilinestrings([shapely.linestrings(line) for line in lines]))
            names.append(f"{zone} {number}")
            zones.append(zone)
    path = HERE / "sample_faults.gpkg"
    path.unlink(missing_ok=True)
    pyogrio.raw.write(
        path,
        shapely.to_wkb(np.array(shapes)),
        [np.array(names, dtype=object), np.array(zones, dtype=object)],
        ["name", "zone_name"],
        layer="faults",
        driver="GPKG",
        geometry_type="MultiLineString",
        crs=CRS,
        layer_options={"DESCRIPTION": "Made-up strike-slip fault zones (examples/draw_sample.py)"},
        dataset_options={"VERSION": "1.2"},  # older GDAL, as in Debian 12, warns of newer ones
    )


def echelon_zone(rng: np.random.Generator) -> list[list[np.ndarray]]:
    """Short shears side by side, each turned clockwise from the zone: before linkage."""
    features = []
    for middle in np.arange(-LENGTH_M / 2 + 1_500, LENGTH_M / 2 - 1_000, 2_900.0):
        length = rng.uniform(2_600, 3_600)
        along = middle + rng.normal(0, 150)
        features.append([segment(rng, along, rng.normal(0, 150), length, -RIEDEL_DEG)])
    return features


def linking_zone(rng: np.random.Generator) -> list[list[np.ndarray]]:
    """Longer strands with steps between them, some of them bridged by a connecting fault."""
    features = []
    begin, side = -LENGTH_M / 2, 1.0
    while begin < LENGTH_M / 2 - 3_000:
        length = min(rng.uniform(6_000, 8_500), LENGTH_M / 2 - begin)
        parts = [segment(rng, begin + length / 2, side * 350, length, -3.0)]
        if rng.random() < 0.5:
            parts.append(segment(rng, begin + length * 0.6, side * 1_300, 2_400, -RIEDEL_DEG))
        features.append(parts)
        begin += length - rng.uniform(200, 900)
        side = -side
    return features


def mature_zone(rng: np.random.Generator) -> list[list[np.ndarray]]:
    """One smooth through-going fault with gentle bends, and a short splay."""
    along = np.arange(-LENGTH_M / 2, LENGTH_M / 2 + 1, VERTEX_M)
    across = 260 * np.sin(2 * np.pi * along / 31_000) + roughness(rng, len(along), 45.0)
    trace = np.column_stack([along, across])
    third = len(trace) // 3
    splay = segment(rng, 6_500, 1_150, 3_000, 8.0)
    return [[trace[: third + 1]], [trace[third : 2 * third + 1]], [trace[2 * third :]], [splay]]


def segment(
    rng: np.random.Generator, along: float, across: float, length: float, turn_deg: float
) -> np.ndarray:
    """A slightly rough trace around a place, turned left from the zone, (n, 2) metres."""
    distance = np.linspace(-length / 2, length / 2, max(3, round(length / VERTEX_M)))
    offset = roughness(rng, len(distance), 30.0)
    turn = np.radians(turn_deg)
    return np.column_stack(
        [
            along + distance * np.cos(turn) - offset * np.sin(turn),
            across + distance * np.sin(turn) + offset * np.cos(turn),
        ]
    )


def roughness(rng: np.random.Generator, count: int, size_m: float) -> np.ndarray:
    """Offsets like those of a natural trace: a smoothed random walk, (count,) metres."""
    walk = np.convolve(rng.normal(0, 1, count + 4), np.ones(5) / 5, mode="valid").cumsum()
    trend = np.linspace(walk[0], walk[-1], count)
    offsets = walk - trend
    return size_m * offsets / max(offsets.std(), 1e-9)


def placed(line: np.ndarray, middle: tuple[float, float], azimuth_deg: float) -> np.ndarray:
    """Metres along and across the zone as easting and northing, to the centimetre."""
    azimuth = np.radians(azimuth_deg)
    along = np.array([np.sin(azimuth), np.cos(azimuth)])
    across = np.array([-along[1], along[0]])
    return np.round(np.array(middle) + line[:, :1] * along + line[:, 1:] * across, 2)


if __name__ == "__main__":
    main()
