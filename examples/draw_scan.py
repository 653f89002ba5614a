"""Draw what the tutorial begins with: a made-up fault map on paper, scanned.

`python examples/draw_scan.py` writes, into `examples/tutorial/`, the scan, the places of four
crosses of its grid (as QGIS's georeferencer keeps them), and the faults as somebody may have
digitized them: with two slips that a check finds, and mended.
"""

from __future__ import annotations

import sys
from io import BytesIO
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pyogrio
import shapely

mpl.use("Agg")
import matplotlib.pyplot as plt
from PIL import Image
from shapely.ops import substring

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from examples.draw_sample import CRS, placed, roughness, segment

OUT = Path(__file__).resolve().parent / "tutorial"
SEED = 1912
WEST, EAST, SOUTH, NORTH = 500_000.0, 536_000.0, 3_830_000.0, 3_856_000.0
GRID_M = 4_000.0
MIDDLE, AZIMUTH_DEG = (518_000.0, 3_843_000.0), 118.0
DPI, MM_A_KM = 100, 10.0  # a sheet at 1 : 100,000
TURNED_DEG = 1.3  # how the sheet lay on the scanner
MARGIN_MM = 18.0
VERTEX_M = 300.0
# Lines that are digitized with a slip: the stretch that one lacks, and by how much one is short.
WEST_FAULT, GAP_M = 0, (8_900.0, 10_300.0)
SPLAY, SHORT_M = 3, 70.0
CROSSES = ((504_000.0, 3_852_000.0), (532_000.0, 3_852_000.0), (532_000.0, 3_836_000.0),
           (504_000.0, 3_836_000.0))  # fmt: skip


def fault_zone(rng: np.random.Generator) -> list[np.ndarray]:
    """The traces of a zone that matures to the west, (n, 2) metres along and across it."""
    through = np.arange(-15_000.0, -900.0, 200.0)
    west = np.column_stack(
        [through, 220 * np.sin(through / 3_900) + roughness(rng, len(through), 60.0)]
    )
    strand = segment(rng, 3_600, 650, 8_600, -4.0)
    link = np.array([west[-1], [-700.0, 330.0], strand[0]])
    leaves = strand[len(strand) // 4]
    splay = leaves + segment(rng, 1_500, 0, 3_000, 0.0) @ turned(-16.0)
    splay[0] = leaves
    shears = [
        segment(rng, along, across, 2_300, -15.0)
        for along, across in ((8_800, 250), (11_000, 120), (13_300, -60))
    ]
    return [west, link, strand, splay, *shears]


def turned(degrees: float) -> np.ndarray:
    """What turns rows of places to the left."""
    turn = np.radians(degrees)
    return np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])


def thrust(rng: np.random.Generator) -> np.ndarray:
    """A fault of another kind, which has no place in the layer, easting and northing."""
    along = np.arange(-6_000.0, 6_001.0, 200.0)
    line = np.column_stack([along, 900 * np.cos(along / 4_500) + roughness(rng, len(along), 70.0)])
    return placed(line, (511_000.0, 3_835_500.0), 80.0)


def sheet(lines: list[np.ndarray], other: np.ndarray) -> Image.Image:
    """The map as it was printed."""
    size_mm = [(span / 1000) * MM_A_KM + 2 * MARGIN_MM for span in (EAST - WEST, NORTH - SOUTH)]
    figure = plt.figure(figsize=[side / 25.4 for side in size_mm], dpi=DPI)
    left, low = (MARGIN_MM / side for side in size_mm)
    axis = figure.add_axes((left, low, 1 - 2 * left, 1 - 2 * low))
    for line in lines:
        axis.plot(*line.T, color="#202020", linewidth=1.8)
    axis.plot(*other.T, color="#606060", linewidth=1.6)
    for place, step in zip(other[2:-2:4], np.diff(other, axis=0)[2:-2:4]):
        tick = np.array([-step[1], step[0]]) / np.hypot(*step) * 450
        axis.plot(*np.array([place, place + tick]).T, color="#606060", linewidth=1.6)
    for east in np.arange(WEST + GRID_M, EAST, GRID_M):
        for north in np.arange(SOUTH + 2_000, NORTH, GRID_M):
            axis.plot(east, north, marker="+", markersize=9, color="#808080", markeredgewidth=0.8)
    axis.set(xlim=(WEST, EAST), ylim=(SOUTH, NORTH))
    axis.set_xticks(np.arange(WEST + GRID_M, EAST, GRID_M))
    axis.set_yticks(np.arange(SOUTH + 2_000, NORTH, GRID_M))
    axis.xaxis.set_major_formatter(lambda value, _: f"{value / 1000:g}")
    axis.yaxis.set_major_formatter(lambda value, _: f"{value / 1000:g}")
    axis.set_title("Faults of the Made-up Hills, 1 : 100,000, UTM 11 (km)", family="serif")
    for text, east, north in (
        ("Long Valley", 507_500, 3_850_800),
        ("Dry Lake", 521_500, 3_846_800),
        ("thrust", 511_800, 3_834_700),
        ("Old Camp", 529_500, 3_834_000),
    ):
        axis.text(east, north, text, family="serif", style="italic", fontsize=11, color="#505050")
    with BytesIO() as drawn:
        figure.savefig(drawn, format="png", dpi=DPI)
        plt.close(figure)
        return Image.open(drawn).convert("L")


def scanned(paper: Image.Image, rng: np.random.Generator) -> Image.Image:
    """The sheet as it lay on the scanner: turned, yellowed, uneven."""
    turned = paper.rotate(TURNED_DEG, resample=Image.Resampling.BICUBIC, fillcolor=235)
    grey = np.asarray(turned, dtype=float)
    rows, cols = grey.shape
    stain = Image.fromarray(rng.uniform(0, 255, (6, 8)).astype(np.uint8)).resize((cols, rows))
    grey = grey * 0.9 - np.asarray(stain, dtype=float) / 255 * 14
    tint = np.stack([grey + 10, grey + 3, grey - 14], axis=-1).clip(0, 255).astype(np.uint8)
    return Image.fromarray(tint).quantize(24, dither=Image.Dither.NONE)


def pixel_of(place: tuple[float, float], size: tuple[int, int]) -> tuple[float, float]:
    """Column and row of a place on the scan."""
    a_metre = MM_A_KM / 1000 / 25.4 * DPI
    margin = MARGIN_MM / 25.4 * DPI
    flat = np.array([(place[0] - WEST) * a_metre + margin, (NORTH - place[1]) * a_metre + margin])
    middle, turn = np.array(size) / 2, np.radians(TURNED_DEG)
    off = flat - middle
    back = [off[0] * np.cos(turn) + off[1] * np.sin(turn),
            off[1] * np.cos(turn) - off[0] * np.sin(turn)]  # fmt: skip
    return tuple(middle + back)


def digitized(
    lines: list[np.ndarray], rng: np.random.Generator, *, mended: bool
) -> list[np.ndarray]:
    """The faults as somebody digitizes them, a vertex every 300 m: with two slips, or mended.

    A stretch of the western fault is forgotten, and the splay stops short of its fault.
    """
    drawn = []
    for number, line in enumerate(lines):
        whole = shapely.linestrings(line)
        parts = [whole]
        if number == WEST_FAULT and not mended:
            parts = [substring(whole, 0, GAP_M[0]), substring(whole, GAP_M[1], whole.length)]
        if number == SPLAY and not mended:
            parts = [substring(whole, SHORT_M, whole.length)]
        for part in parts:
            count = max(2, round(shapely.length(part) / VERTEX_M))
            shares = np.linspace(0, 1, count)
            points = shapely.line_interpolate_point(part, shares, normalized=True)
            places = shapely.get_coordinates(points)
            places[1:-1] += rng.normal(0, 12, places[1:-1].shape)
            if number == SPLAY and mended:  # snapped to a vertex of the fault that it leaves
                apart = np.hypot(*(drawn[-1] - places[0]).T)
                places[0] = drawn[-1][apart.argmin()]
            drawn.append(np.round(places, 1))
    return drawn


def write_lines(path: Path, lines: list[np.ndarray]) -> None:
    """Write traces of one zone as a GeoPackage."""
    path.unlink(missing_ok=True)
    pyogrio.raw.write(
        path,
        shapely.to_wkb([shapely.linestrings(line) for line in lines]),
        [np.array(["Made-up Hills"] * len(lines), dtype=object)],
        ["zone"],
        layer="faults",
        driver="GPKG",
        geometry_type="LineString",
        crs=CRS,
        dataset_options={"VERSION": "1.2"},  # older GDAL, as in Debian 12, warns of newer ones
    )


def main() -> None:
    """Write all files."""
    rng = np.random.default_rng(SEED)
    lines = [placed(line, MIDDLE, AZIMUTH_DEG) for line in fault_zone(rng)]
    OUT.mkdir(exist_ok=True)
    scan = scanned(sheet(lines, thrust(rng)), rng)
    scan.save(OUT / "scan.png", optimize=True)
    rows = ["mapX,mapY,pixelX,pixelY,enable,dX,dY,residual"]
    for place in CROSSES:
        col, row = pixel_of(place, scan.size)
        rows.append(f"{place[0]:.0f},{place[1]:.0f},{col:.2f},{-row:.2f},1,0,0,0")
    (OUT / "scan.png.points").write_text("\n".join(rows) + "\n", encoding="utf-8")
    for name, mended in (("digitized", False), ("mended", True)):
        hand = np.random.default_rng(SEED)
        write_lines(OUT / f"{name}.gpkg", digitized(lines, hand, mended=mended))


if __name__ == "__main__":
    main()
