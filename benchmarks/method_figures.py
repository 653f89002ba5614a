"""Figures of docs/method.md, sections 5, 7 and 9, with any model.

    SSF_REFERENCE_DATA=FOLDER python benchmarks/method_figures.py [MODEL.onnx]
        [--part drawing flags explaining cost] [--windows DIR --split FILE]

Prints what each part's sentences say, in their order. FOLDER/faults holds maps that may not be
distributed; DIR and FILE, made by `ingest` and `split`, tell of windows unlike the training's.
Section 10 is `benchmarks/what_if.py`. Linux and macOS only.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from unittest import mock

import numpy as np
from scipy.stats import spearmanr

REPOSITORY = Path(__file__).resolve().parents[1]
if str(REPOSITORY) not in sys.path:  # so that a plain `python benchmarks/...` works
    sys.path.insert(0, str(REPOSITORY))

from published_values import CALIFORNIA, HECTOR_MINE, LANDERS  # noqa: E402
from what_if import HALF_LENGTH_M, MIDDLE, strands  # noqa: E402

from ssf_model.drawing import generalizing  # noqa: E402
from ssf_model.drawing.map_statistics import SPREAD_PX, TRACE_PX, map_statistics  # noqa: E402
from ssf_model.drawing.windows import window_starts  # noqa: E402
from ssf_model.estimate.estimating import (  # noqa: E402
    StripEstimate,
    WindowEstimate,
    estimate_strips,
)
from ssf_model.estimate.flags import BEYOND_RANGE, OUTSIDE_TRAINING  # noqa: E402
from ssf_model.explain.attribution import Attribution  # noqa: E402
from ssf_model.explain.explaining import StripExplanation, explain_strips  # noqa: E402
from ssf_model.faults.traces import Traces, make_traces  # noqa: E402
from ssf_model.headless.reading import read_traces  # noqa: E402
from ssf_model.network.model import Model, default_model_path, open_model  # noqa: E402
from ssf_model.options import Options  # noqa: E402
from ssf_model.tables.zone_summary import Summary, ZoneSummary  # noqa: E402
from ssf_model.zones.planning import plan_strips  # noqa: E402
from training.windows.dataset import Windows, load_windows  # noqa: E402
from training.windows.labelled import OF_MAPPED, pen_of  # noqa: E402
from training.windows.split import load_split  # noqa: E402

SAMPLE = REPOSITORY / "examples" / "sample_faults.gpkg"
HELD_OUT = ("validation", "calibration", "test", "never_seen")
EDGE_KM = (5.3, 6.0, 6.4)  # lengths of straight faults in a window of 6.4 km
SHARES = (0.0, 0.30)  # of a lone line's height a strand, instead of 0.22: no rule, a stricter one
STEP_M, STEP_SEEDS = 1100.0, range(6)  # of faults that step in their middle
AROUND_KM = 6.4  # of it lie the windows that are asked
PARTS = ("drawing", "flags", "explaining", "cost")


def main() -> None:
    """Print the parts that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", nargs="?", type=Path, default=default_model_path())
    parser.add_argument("--part", nargs="+", default=PARTS, choices=PARTS)
    parser.add_argument("--windows", type=Path, metavar="DIR")
    parser.add_argument("--split", type=Path, metavar="FILE")
    args = parser.parse_args()
    folder = Path(os.environ.get("SSF_REFERENCE_DATA", "")) / "faults"
    if not folder.is_dir():
        parser.error("SSF_REFERENCE_DATA names no folder with faults/.")
    model = open_model(args.model)
    print(f"{model.card.label}\n")
    if "drawing" in args.part:
        drawing(folder, model)
    if "flags" in args.part:
        flags(model, args.windows, args.split)
    if "explaining" in args.part:
        explaining(model)
    if "cost" in args.part:
        cost(folder, args.model)


def drawing(folder: Path, model: Model) -> None:
    """Section 5: what generalizing does."""
    print("5. Where maps need none of it (always against never):")
    for title, path, fields in (
        ("sample", SAMPLE, {"zone_field": "zone_name"}),
        (
            CALIFORNIA.title,
            folder / CALIFORNIA.file,
            {"zone_field": "FaultName", "rake_field": "Rake"},
        ),
    ):
        traces = read_traces(path, layer=None, **fields).traces
        never, always = (windows_of(traces, model, how) for how in ("never", "always"))
        moved = changes(never, always)
        print(f"   {title}: mean {moved.mean():.3f}, most {moved.max():.3f}, {len(moved)} windows")
    maps = {
        each.title: read_traces(folder / each.file, layer=None).traces
        for each in (LANDERS, HECTOR_MINE)
    }
    for title, traces in maps.items():
        never, auto, always = (
            windows_of(traces, model, how) for how in ("never", "auto", "always")
        )
        main_zone = zones_of(auto)[0].zone
        found = [[each for each in own if each.zone == main_zone] for own in (never, auto, always)]
        print(f"   {title}, main zone:")
        for how, own in zip(("never", "auto", "always"), found):
            general = [window for window in own if window.generalized and window.ke is not None]
            like = sum(OUTSIDE_TRAINING not in window.flags for window in general)
            zone = zones_of(own)[0]
            print(
                f"      {how}: {zone.n_known} of {zone.n_windows} windows have a KE, mean OFD "
                f"{_told(zone.ofd_mean)}; {len(general)} generalized, {like} of them like training"
            )
        densest = sorted(range(len(found[0])), key=lambda at: -found[0][at].trace_px)[:5]
        mapped, general = ([own[at].stretch_px for at in densest] for own in found[::2])
        print("      stretches of its five densest windows in px, as mapped: " + _range(mapped))
        print("      and generalized: " + _range(general))
        for share in SHARES:
            with mock.patch.object(generalizing, "STRAND_SHARE", share):
                found_so = zones_of(windows_of(traces, model, "auto"))
            zone = next(each for each in found_so if each.zone == main_zone)
            print(
                f"      {share:.2f} n instead of {generalizing.STRAND_SHARE:.2f} n: mean OFD "
                f"{_told(zone.ofd_mean)}, {zone.n_windows - zone.n_known} windows NULL"
            )


def flags(model: Model, folder: Path | None, split: Path | None) -> None:
    """Section 7: short faults, and windows unlike the training's."""
    print("\n7. Straight faults, by length:")
    for length_km in EDGE_KM:
        half_m = 500 * length_km
        line = MIDDLE.to_lonlat(np.array([[-half_m, 0.0], [half_m, 0.0]]))
        (window,) = windows_of(make_traces([[line]]), model, "never")
        print(f"   {length_km:g} km: KE {_told(window.ke)} ({', '.join(window.flags)})")
    if folder is None or split is None:
        return
    windows = load_windows(folder)
    sets = load_split(split, windows)
    print("   Windows unlike the training's, set by set:")
    for name in HELD_OUT:
        if len(sets.get(name, ())):
            print(f"   {name}: {unlike(windows, sets[name], model, model.card.input_ranges)}")


def unlike(
    windows: Windows, rows: np.ndarray, model: Model, ranges: Mapping[str, tuple[float, float]]
) -> str:
    """How many of some windows are flagged as unlike the training's, and how far KE is off."""
    found = map_statistics(windows.maps[rows])
    outside, wide = np.zeros(len(rows), bool), np.zeros(len(rows), bool)
    for name, (low, high) in ranges.items():
        margin = BEYOND_RANGE * (high - low)
        above = found[name] > high + margin
        # Too few fault pixels have a flag of their own.
        outside |= above if name == TRACE_PX else above | (found[name] < low - margin)
        if name == SPREAD_PX:
            wide = above & np.isin(pen_of(windows.source[rows]), OF_MAPPED)
    answers = np.minimum(model.predict(windows.maps[rows], windows.stretch_px[rows]), 1)
    error = np.abs(answers - windows.ke[rows])
    return (
        f"{outside.mean():.1%} of {len(rows):,}; mean absolute error {_mean(error[outside])}, "
        f"elsewhere {_mean(error[~outside])}; drawn maps that spread wide {_mean(error[wide])} "
        f"({wide.sum()})"
    )


def explaining(model: Model) -> None:
    """Section 9: how far contributions foretell what is lost without a stretch."""
    print("\n9. What its cells hear of, and how contributions and stretches agree:")
    attribution = Attribution(model)
    print(f"   pixels up to {attribution.rows.reach_px:g} px outside of a cell")
    guides = [MIDDLE.to_lonlat(np.array([[-HALF_LENGTH_M, 0.0], [HALF_LENGTH_M, 0.0]]))]
    stepping = []
    for seed in STEP_SEEDS:
        lines = [[MIDDLE.to_lonlat(line)] for line in strands(STEP_M, 0.0, seed)]
        for explained in explanations(make_traces(lines), model, guides=guides):
            stepping += [
                pair
                for along_km, *pair in stretch_pairs(explained)
                if abs(along_km - HALF_LENGTH_M / 1000) <= AROUND_KM
            ]
    sample = read_traces(SAMPLE, layer=None, zone_field="zone_name").traces
    echelon = [
        pair
        for explained in explanations(sample, model, zone="echelon")
        for _, *pair in stretch_pairs(explained)
    ]
    for title, pairs in ((f"a step of {STEP_M / 1000:g} km", stepping), ("echelon", echelon)):
        rank = spearmanr(*np.array(pairs).T).statistic
        print(f"   {title}: Spearman's rank correlation {rank:.2f} ({len(pairs)} pairs)")


def stretch_pairs(explained: StripExplanation) -> Iterator[tuple[float, float, float]]:
    """Of every stretch and window that holds it: the window's place, and two figures.

    The sum of the contributions of all cells that hear of the stretch, and the KE that is lost
    without it.
    """
    strip, cells = explained.estimate.strip, explained.contributions
    px, rows = strip.scale.pixel_size_m, strip.shape[0]
    starts = window_starts(strip.shape[1], scale=strip.scale)
    pen_px = 2.0  # half of the thickest line
    for removal in explained.removals:
        points = np.concatenate(removal.stretch.pieces) / px
        (left, low), (right, high) = points.min(axis=0) - pen_px, points.max(axis=0) + pen_px
        for window, change in zip(removal.windows, removal.ke_change.tolist()):
            if np.isnan(change):
                continue
            hear_rows = cells.rows.hearing(rows - high, rows - low)
            hear_cols = cells.cols.hearing(left - starts[window], right - starts[window])
            held = cells.cells[window][np.ix_(hear_rows, hear_cols)].sum()
            yield explained.estimate.windows[window].along_km, float(held), -change


def cost(folder: Path, path: Path) -> None:
    """Section 9: processor time and size of `explain` beside `estimate`."""
    print("\n9. What explaining costs:")
    for fault_map in (HECTOR_MINE, CALIFORNIA):
        for verb in ("estimate", "explain"):
            with tempfile.TemporaryDirectory() as out:
                result = Path(out) / "result.gpkg"
                command = [sys.executable, "-m", "ssf_model", verb, str(folder / fault_map.file)]
                command += ["--out", str(result), "--model", str(path.resolve())]
                before = resource.getrusage(resource.RUSAGE_CHILDREN)
                subprocess.run(command, cwd=REPOSITORY, check=True, capture_output=True)
                after = resource.getrusage(resource.RUSAGE_CHILDREN)
                seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
                size = result.stat().st_size / 1e6
            print(f"   {fault_map.title}, {verb}: {seconds:.0f} CPU-seconds, {size:.1f} MB written")


def estimates(
    traces: Traces, model: Model, options: Options, guides: Sequence[np.ndarray] | None = None
) -> Iterator[StripEstimate]:
    """Strips of a map as the command line lays and reads them."""
    strips = plan_strips(traces, scale=model.card.scale, guides=guides)
    return estimate_strips(traces, strips, [model], options=options)


def windows_of(traces: Traces, model: Model, how: str) -> list[WindowEstimate]:
    """All windows of a map, generalized `never`, `always` or `auto`."""
    found = estimates(traces, model, Options(generalize=how))
    return [window for strip in found for window in strip.windows]


def explanations(
    traces: Traces,
    model: Model,
    *,
    guides: Sequence[np.ndarray] | None = None,
    zone: str | None = None,
) -> Iterator[StripExplanation]:
    """Explained strips of a map, of one zone or of all."""
    found = estimates(traces, model, Options(), guides)
    chosen = (strip for strip in found if zone is None or strip.strip.zone == zone)
    return explain_strips(chosen, [model], scale=model.card.scale)


def changes(one: Sequence[WindowEstimate], other: Sequence[WindowEstimate]) -> np.ndarray:
    """By how much KE differs, window by window, where both know it."""
    return np.array([abs(a.ke - b.ke) for a, b in zip(one, other) if None not in (a.ke, b.ke)])


def zones_of(windows: Sequence[WindowEstimate]) -> list[ZoneSummary]:
    """Zones, the one with most windows first."""
    summary = Summary()
    summary.add(windows)
    return sorted(summary.zones(), key=lambda zone: -zone.n_windows)


def _told(value: float | None) -> str:
    """Two digits, or NULL."""
    return "NULL" if value is None else f"{value:.2f}"


def _mean(values: np.ndarray) -> str:
    """A mean with three digits, if there are values."""
    return f"{values.mean():.3f}" if len(values) else "-"


def _range(values: Sequence[float | None]) -> str:
    """Least and greatest of what is known."""
    known = [value for value in values if value is not None]
    return f"{min(known):.2f} to {max(known):.2f}" if known else "-"


if __name__ == "__main__":
    main()
