"""Draw good and bad windows for docs/ and for the plugin's help: python tools/draw_windows.py.

Every fault map here is made up. Each window is estimated as any other, and its title says what
came out; the table that is printed is that of docs/good-and-bad-windows.md.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from textwrap import fill

import matplotlib as mpl
import numpy as np

mpl.use("Agg")
import matplotlib.pyplot as plt
from matplotlib.colors import ListedColormap
from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import ssf_model  # noqa: E402
from examples.draw_sample import (  # noqa: E402
    VERTEX_M,
    echelon_zone,
    linking_zone,
    mature_zone,
    roughness,
    segment,
)
from ssf_model.faults.slip import DEXTRAL, DIP_SLIP, STRIKE_SLIP, Slip  # noqa: E402
from ssf_model.geometry.frames import LocalFrame  # noqa: E402

HERE = LocalFrame(-116.5, 34.5)
LINE, OTHER_LINE, PIXELS = "#1a1a1a", "#b0781e", ["#ffffff", "#bcd2e8"]
SEED = 7


@dataclass(frozen=True)
class Case:
    """A window to show: lines in metres along and across a zone that runs to the east.

    `window` counts along the zone, from 0; `zones` names the zone of each line, `guides` are
    lines of the same kind, `told` other settings of an estimate.
    """

    title: str
    lines: list[np.ndarray]
    window: int = 2
    zones: list[str] | None = None
    guides: list[np.ndarray] | None = None
    trend_deg: float | None = None
    slip: Slip | None = None
    options: ssf_model.Options = field(default_factory=ssf_model.Options)


@dataclass(frozen=True)
class Seen:
    """What there is to show of a case: the drawn pixels, lines in pixels, and the estimate."""

    title: str
    pixels: np.ndarray
    paths: list[np.ndarray]
    others: list[np.ndarray]
    window: ssf_model.WindowEstimate


def rough_line(begin: float, end: float, across: float = 0.0, *, seed: int = SEED) -> np.ndarray:
    """A natural-looking trace along the zone, (n, 2) metres."""
    rng = np.random.default_rng(seed)
    along = np.linspace(begin, end, max(3, round((end - begin) / VERTEX_M)))
    return np.column_stack([along, across + roughness(rng, len(along), 60.0)])


def parts_of(features: list[list[np.ndarray]]) -> list[np.ndarray]:
    """All lines of the features of a zone."""
    return [part for feature in features for part in feature]


def good() -> list[Case]:
    """Windows that can be read."""
    rng = np.random.default_rng(SEED)
    return [
        Case("echelon faults", parts_of(echelon_zone(rng))),
        Case("strands that begin to link", parts_of(linking_zone(rng))),
        Case("one fault goes through", parts_of(mature_zone(rng)), window=1),
    ]


def unknown() -> list[Case]:
    """Windows without a KE."""
    through, mesh = rough_line(-20_000, 20_000), dense_mesh()
    return [
        Case("a zone 5 km long", [rough_line(-2_500, 2_500)], window=0),
        Case(
            "a guide line 2.5 km aside",
            [through],
            guides=[np.array([[-20_000, 2_500.0], [20_000, 2_500]])],
        ),
        Case("a trend 25 degrees wrong", [through], trend_deg=115.0),
        Case(
            "denser than any experiment",
            mesh,
            zones=["mesh"] * len(mesh),
            options=ssf_model.Options(generalize="never"),
        ),
    ]


def doubtful() -> list[Case]:
    """Windows whose KE is to be looked at twice."""
    linking = parts_of(linking_zone(np.random.default_rng(SEED)))
    coarse = [line[[0, -1]] for line in linking]
    through = rough_line(-20_000, 20_000)
    strand = rough_line(-20_000, 20_000, 1_400.0, seed=SEED + 1)
    across = np.array([[0.0, -1_000.0], [0.0, 1_000.0]])
    return [
        Case("the linking strands, each by its two ends", coarse),
        Case("a strand under another name", [through, strand], zones=["A", "B"]),
        Case("one fault", [through], window=3),
        Case("the same with a cross fault of 2 km", [through, across], window=3),
    ]


def more() -> list[Case]:
    """Other flags."""
    through = rough_line(-20_000, 20_000)
    pieces = [rough_line(*ends) for ends in ((-20_000, -8_000), (-2_000, 2_000), (8_000, 20_000))]
    beside = rough_line(-20_000, 20_000, -2_000.0, seed=SEED + 1)
    kinds = np.array([STRIKE_SLIP, DIP_SLIP], dtype=np.int8)
    return [
        Case("one piece in a gap", pieces, window=3, zones=["A"] * 3),
        Case("one fault from two sources", [through, through + [0, 100]], zones=["A", "B"]),
        Case(
            "a normal fault beside it, by its slip type",
            [through, beside],
            zones=["A"] * 2,
            slip=Slip(kinds, np.array([DEXTRAL, 0], dtype=np.int8)),
        ),
        Case("a rupture mapped to the metre", rupture(), zones=["A"] * 300),
    ]


def dense_mesh() -> list[np.ndarray]:
    """Sixteen strands beside each other."""
    return [
        rough_line(-20_000, 20_000, across, seed=seed)
        for seed, across in enumerate(np.arange(-4_500.0, 4_501.0, 600.0))
    ]


def rupture() -> list[np.ndarray]:
    """Three hundred short breaks in a belt of two kilometres."""
    rng = np.random.default_rng(SEED)
    return [
        segment(rng, rng.uniform(-19_000, 19_000), rng.normal(0, 450), 900, rng.normal(-8, 6))
        for _ in range(300)
    ]


def seen(case: Case) -> Seen:
    """Estimate a case."""
    on_earth = [HERE.to_lonlat(line) for line in case.lines]
    parts = [[line] for line in on_earth]
    traces = ssf_model.make_traces(parts, zone_names=case.zones, slip=case.slip)
    models, scale = ssf_model.open_models()
    guides = None if case.guides is None else [HERE.to_lonlat(line) for line in case.guides]
    strips = ssf_model.plan_strips(traces, scale=scale, guides=guides, trend_deg=case.trend_deg)
    number = 0
    for estimate in ssf_model.estimate_strips(traces, strips, models, options=case.options):
        for place, window in enumerate(estimate.windows):
            if number == case.window:
                return _seen(case, traces, estimate, place, window)
            number += 1
    message = f"{case.title}: there are {number} windows only."
    raise ValueError(message)


def _seen(case, traces, estimate, place, window) -> Seen:
    """What there is to show of one window of a strip."""
    strip = estimate.strip
    first = place * strip.scale.stride_px
    cols, size_m = strip.scale.window_cols, strip.scale.pixel_size_m
    moved = np.array([first, 0.0])
    others = [
        strip.earth_centred_to_strip(traces.points[line]) / size_m - moved
        for line in range(len(traces.lines))
        if line not in strip.lines.tolist()
    ]
    return Seen(
        case.title,
        estimate.maps[1][:, first : first + cols],
        [path / size_m - moved for path in estimate.paths],
        others,
        window,
    )


def row_of(one: Seen) -> str:
    """A window's row in the page's table."""
    ke = "NULL" if one.window.ke is None else f"{one.window.ke:.2f}"
    ends = [one.window.ke_low, one.window.ke_high]
    interval = "none" if None in ends else " to ".join(f"{end:.2f}" for end in ends)
    flags = ", ".join(f"`{flag}`" for flag in one.window.flags) or "none"
    return f"| {one.title} | {ke} | {interval} | {flags} |"


def draw(shown: list[Seen], path: Path) -> None:
    """Draw windows side by side, along strike to the right."""
    figure, axes = plt.subplots(1, len(shown), figsize=(2.2 * len(shown), 4.5))
    for one, axis in zip(shown, axes):
        draw_window(axis, one)
        ke = "no KE" if one.window.ke is None else f"KE {one.window.ke:.2f}"
        flags = "\n".join(one.window.flags)
        axis.set_title(f"{ke}\n{flags}", fontsize=9)
        axis.set_xlabel(fill(one.title, 24), fontsize=9)
    figure.subplots_adjust(left=0.01, right=0.99, wspace=0.08, top=0.88, bottom=0.1)
    save(figure, path, dpi=110)


def draw_for_help(shown: list[Seen], path: Path) -> None:
    """Draw the middle of two windows, as small as QGIS's help needs them."""
    figure, axes = plt.subplots(1, 2, figsize=(2.2, 1.35))
    for one, axis in zip(shown, axes):
        draw_window(axis, one)
        rows = one.pixels.shape[0]
        axis.set_ylim(rows * 0.3, rows * 0.7)
        axis.set_title("no KE" if one.window.ke is None else f"KE {one.window.ke:.1f}", fontsize=8)
    figure.subplots_adjust(left=0.01, right=0.99, wspace=0.06, top=0.87, bottom=0.01)
    save(figure, path, dpi=100)


def draw_window(axis: plt.Axes, one: Seen) -> None:
    """Draw the pixels and the lines of a window, strike to the right."""
    rows, cols = one.pixels.shape
    axis.imshow(
        one.pixels[::-1], cmap=ListedColormap(PIXELS), origin="lower", extent=(0, cols, 0, rows)
    )
    for lines, colour in ((one.paths, LINE), (one.others, OTHER_LINE)):
        for line in lines:
            axis.plot(*line.T, color=colour, linewidth=1.2)
    axis.set(xlim=(0, cols), ylim=(0, rows), xticks=[], yticks=[])


def save(figure: plt.Figure, path: Path, *, dpi: int) -> None:
    """Write a picture of few colours, so that it is small."""
    with BytesIO() as drawn:
        figure.savefig(drawn, dpi=dpi, format="png")
        plt.close(figure)
        picture = Image.open(drawn).convert("RGB").quantize(64, dither=Image.Dither.NONE)
    picture.save(path, optimize=True)


def main() -> int:
    """Draw all, and print the table."""
    drawn = {}
    for group in (good, unknown, doubtful, more):
        name = group.__name__
        drawn[name] = [seen(case) for case in group()]
        draw(drawn[name], ROOT / "docs" / f"windows_{name}.png")
        print(*map(row_of, drawn[name]), sep="\n")
    low, _, high = drawn["good"]
    pictures = ROOT / "qgis_ssf_plugin" / "pictures"
    pictures.mkdir(exist_ok=True)
    draw_for_help([low, high], pictures / "low_and_high.png")
    draw_for_help([high, drawn["unknown"][0]], pictures / "good_and_bad.png")
    return 0


if __name__ == "__main__":
    sys.exit(main())
