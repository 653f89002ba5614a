"""A model on real clay: maps of the study's Figure 1 as they are, and drawn as people draw.

    SSF_REFERENCE_DATA=FOLDER python benchmarks/clay_maps.py [MODEL.onnx] [--styles 20]

FOLDER/lab/clay_maps.npz holds four fault maps of one laboratory experiment, digitized from the
figure; they may not be distributed, and nothing is trained on them. Four of their twenty windows
have a printed label; for all twenty there is what the network answers that the study published,
which learned from that laboratory's experiments. Prints Markdown: the labelled windows one by one,
errors, the agreement with that network, and how many labels the interval holds.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

REPOSITORY = Path(__file__).resolve().parents[1]
if str(REPOSITORY) not in sys.path:  # so that a plain `python benchmarks/...` works
    sys.path.insert(0, str(REPOSITORY))

from ssf_model.drawing.windows import cut_windows, window_starts  # noqa: E402
from ssf_model.estimate.ensemble import with_flips  # noqa: E402
from ssf_model.estimate.interval import calibrated_interval, is_calibrated  # noqa: E402
from ssf_model.estimate.reading import WindowReading, read_strip  # noqa: E402
from ssf_model.network.model import Model, default_model_path, open_model  # noqa: E402
from ssf_model.options import Options  # noqa: E402
from training.windows.mapper import MapperStyle, draw_style, mapped_lines  # noqa: E402
from training.windows.pen import centre_lines  # noqa: E402

DETAILS_PX = (0.0, 2.0, 6.0, 20.0, 60.0)  # a mapper's stretches; 0: the centre lines themselves
HEAD = (
    "| map | labelled windows | mean error | bias | in the interval | width "
    "| beside the published network: r | bias |"
)

Lines = Callable[[np.ndarray], list[np.ndarray]]


def as_they_are(maps: np.ndarray, model: Model) -> np.ndarray:
    """Answers to the pixels themselves, (n_maps, n_windows)."""
    windows = np.concatenate([cut_windows(each, scale=model.card.scale) for each in maps])
    told = {"stretch_px": np.ones(len(windows), np.float32)} if model.wants_detail else {}
    return np.minimum(model.predict(windows, **told), 1.0).reshape(len(maps), -1)


def as_drawn(maps: np.ndarray, model: Model, lines_of: Lines) -> list[list[WindowReading]]:
    """The windows of each map, read by the default ensemble from lines as a user's map is."""
    scale = model.card.scale
    options = with_flips([model], Options())
    count = len(window_starts(maps.shape[2], scale=scale))
    readings = []
    for each in maps:
        paths = [line * scale.pixel_size_m for line in lines_of(each)]
        strip = read_strip(paths, count, [model], scale=scale, options=options)
        readings.append(list(strip.windows))
    return readings


def mapper(spacing_px: float, seed: int) -> Lines:
    """A mapper of some detail; all else of the style is drawn by seed."""
    rng = np.random.default_rng(seed)
    drawn = draw_style(rng)
    style = MapperStyle(
        spacing_px=spacing_px,
        tolerance_px=drawn.tolerance_px * spacing_px / drawn.spacing_px,
        shortest_px=drawn.shortest_px,
        bridge_px=drawn.bridge_px,
        shake_px=drawn.shake_px,
        shake_over_px=drawn.shake_over_px,
    )
    return lambda fault_map: mapped_lines(centre_lines(fault_map), style, rng=rng)


def row(title: str, ke: np.ndarray, ends: np.ndarray | None, lab: dict[str, np.ndarray]) -> str:
    """A line of the table.

    `ke` is (n_drawings, n_maps, n_windows) with NaN where it is not known, `ends` (2, n_drawings,
    n_maps) of the labelled windows.
    """
    label, first = lab["ke_first_window"], ke[:, :, 0]
    error = first - label
    held = width = "-"
    if ends is not None and np.isfinite(ends).any():
        inside = (ends[0] <= label) & (label <= ends[1])
        told = np.isfinite(ends[0])
        held = f"{(inside & told).sum()} of {told.sum()}"
        width = f"{np.nanmean(ends[1] - ends[0]):.2f}"
    shown = np.nanmean(ke, axis=0)
    both = np.isfinite(shown)
    published = lab["published_ke"]
    answers = " ".join(f"{value:.2f}" for value in np.nanmean(first, axis=0))
    r = np.corrcoef(shown[both], published[both])[0, 1]
    return (
        f"| {title} | {answers} | {np.nanmean(np.abs(error)):.3f} | {np.nanmean(error):+.3f} "
        f"| {held} | {width} | {r:.2f} | {np.mean(shown[both] - published[both]):+.3f} |"
    )


def known_ke(readings: Sequence[Sequence[WindowReading]]) -> np.ndarray:
    """KE of every window, NaN where it cannot be known."""
    return np.array(
        [[min(one.median, 1.0) if one.known else np.nan for one in strip] for strip in readings]
    )


def ends_of(readings: Sequence[Sequence[WindowReading]], model: Model) -> np.ndarray:
    """Interval of each map's first window, (2, n_maps), NaN where there is none."""
    if not is_calibrated([model], scale=model.card.scale, options=Options()):
        return np.full((2, len(readings)), np.nan)
    pairs = [
        calibrated_interval(strip[0], model.card) if strip[0].as_calibrated else (np.nan, np.nan)
        for strip in readings
    ]
    return np.array(pairs).T


def main() -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", nargs="?", default=default_model_path(), help="an ONNX file")
    parser.add_argument("--styles", type=int, default=20, metavar="N", help="mappers a detail (20)")
    args = parser.parse_args()
    path = Path(os.environ.get("SSF_REFERENCE_DATA", "")) / "lab" / "clay_maps.npz"
    if not path.is_file():
        print("SSF_REFERENCE_DATA names no folder with lab/clay_maps.npz.", file=sys.stderr)
        return 1
    with np.load(path, allow_pickle=False) as file:
        lab = {name: file[name] for name in file.files}
    model, maps = open_model(args.model), lab["fault_map"]
    labels = " ".join(f"{value:.2f}" for value in lab["ke_first_window"])
    published = np.abs(lab["published_ke"][:, 0] - lab["ke_first_window"]).mean()
    print(f"{model.card.label}; labels {labels}; the published network errs by {published:.3f}\n")
    print(HEAD)
    print("|" + "---|" * 8)
    print(row("as they are", as_they_are(maps, model)[None], None, lab))
    for spacing_px in DETAILS_PX:
        hands = (
            [mapper(spacing_px, seed) for seed in range(args.styles)]
            if spacing_px
            else [centre_lines]
        )
        read = [as_drawn(maps, model, lines_of) for lines_of in hands]
        ke = np.array([known_ke(each) for each in read])
        ends = np.stack([ends_of(each, model) for each in read], axis=1)
        title = f"a vertex every {spacing_px:g} px" if spacing_px else "centre lines"
        print(row(title, ke, ends, lab))
    return 0


if __name__ == "__main__":
    sys.exit(main())
