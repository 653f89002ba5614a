"""Draw a made-up fault with one of everything that costs kinematic efficiency.

From west to east: a step with an overlap, a gap, a bend, a splay, and echelon shears.
`python examples/draw_steps.py` makes `steps.geojson` again; `python -m ssf_model explain` of it
with `--trend 90`, drawn by `render_explained.py`, is the picture in docs/method.md.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyogrio
import shapely

from ssf_model.geometry.frames import LocalFrame

HERE = Path(__file__).resolve().parent
SEED = 3
MIDDLE = LocalFrame(-116.5, 34.5)
VERTEX_M = 300.0
ROUGHNESS_M = 18.0  # by which a vertex leaves the course of the one before, one sigma
# Name, and beginning and end in metres east and north of the middle.
STRANDS = [
    ("west", (-26_000, 0), (-15_500, 200)),
    ("after the step", (-16_500, -900), (-5_500, -700)),
    ("after the gap", (-4_200, -650), (3_000, -600)),
    ("bend", (3_000, -600), (6_000, 700)),
    ("after the bend", (6_000, 700), (12_000, 750)),
    ("splay", (9_000, 750), (10_500, 2_200)),
    *[
        ("echelon", (x - 900, 550), (x + 1_100, 1_000))
        for x in range(12_000, 12_000 + 8 * 1_500, 1_500)
    ],
]


def main() -> None:
    """Write the GeoJSON beside this file."""
    rng = np.random.default_rng(SEED)
    lines = [rough(np.array(start), np.array(end), rng) for _, start, end in STRANDS]
    shapes = [shapely.linestrings(MIDDLE.to_lonlat(line).round(6)) for line in lines]
    path = HERE / "steps.geojson"
    path.unlink(missing_ok=True)
    pyogrio.raw.write(
        path,
        shapely.to_wkb(np.array(shapes, dtype=object)),
        [np.array([name for name, _, _ in STRANDS], dtype=object)],
        ["name"],
        driver="GeoJSON",
        geometry_type="LineString",
        crs="EPSG:4326",
    )


def rough(start: np.ndarray, end: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A line from one place to another, (n, 2), that wanders a little on its way."""
    count = max(2, round(np.hypot(*(end - start)) / VERTEX_M) + 1)
    line = start + np.linspace(0, 1, count)[:, None] * (end - start)
    aside = np.cumsum(rng.normal(0, ROUGHNESS_M, count))
    line[:, 1] += aside - np.linspace(aside[0], aside[-1], count)
    return line


if __name__ == "__main__":
    main()
