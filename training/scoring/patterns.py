"""The pattern of faults on a map: how many, how near, how steep, how wide; beside real clay's.

Two maps of one kinematic efficiency must look alike to whoever learns from the one and reads the
other. These statistics say in numbers how alike virtual and real maps look, KE by KE.
"""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
from scipy.ndimage import label

from ssf_model.drawing.windows import cut_windows
from ssf_model.errors import InputError, counted
from ssf_model.scale import ExperimentScale
from training.markdown import markdown_table
from training.windows.folder_files import NOT_AS_WRITTEN

SEGMENT_COLS = 12  # a patch of faults spans so many columns before it has a direction
KE_EDGES = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
KE_CLASSES = (
    "below .2", ".2 to .3", ".3 to .4", ".4 to .5", ".5 to .6", ".6 to .7", ".7 to .8",
    ".8 to .9", ".9 and above",
)  # fmt: skip
PATTERNS = {
    "covered": "columns covered",
    "strands": "strands a covered column",
    "range_rows": "range of rows",
    "angle_deg": "angle of segments (degrees)",
    "width_px": "width of a strand (px)",
}
SHOWN_QUANTILES = (0.1, 0.5, 0.9)
# Windows of wet kaolin by their KE: least and largest. Source: twenty windows of four fault maps
# of one experiment, digitized from Chaipornkaew et al. 2022 (doi 10.1029/2021GL096854), Figure
# 1d, and a few more labelled windows of that study's figures. KE is the printed label where a
# window has one, elsewhere the answer of the study's network, which errs by .06 on labelled ones.
# Widths, and the classes .3 to .4, .6 to .7 and .8 to .9, are of the four maps alone.
CLAY = {
    ".2 to .3": {
        "covered": (0.70, 0.97), "strands": (1.0, 1.5), "range_rows": (5, 9),
        "angle_deg": (4, 10), "width_px": (2.3, 2.3),
    },
    ".3 to .4": {
        "covered": (0.92, 0.92), "strands": (1.3, 1.3), "range_rows": (7, 7),
        "angle_deg": (6.6, 6.6), "width_px": (2.0, 2.0),
    },
    ".4 to .5": {
        "covered": (0.98, 1.0), "strands": (1.2, 1.6), "range_rows": (5, 7.5),
        "angle_deg": (1, 10), "width_px": (2.0, 2.7),
    },
    ".5 to .6": {
        "covered": (0.97, 1.0), "strands": (1.2, 1.7), "range_rows": (3, 5),
        "angle_deg": (5, 8), "width_px": (2.2, 3.1),
    },
    ".6 to .7": {
        "covered": (1.0, 1.0), "strands": (1.4, 1.4), "range_rows": (5, 5),
        "angle_deg": (1.2, 1.2), "width_px": (2.6, 2.6),
    },
    ".7 to .8": {
        "covered": (0.95, 1.0), "strands": (1.0, 2.15), "range_rows": (1.5, 5),
        "angle_deg": (0, 4), "width_px": (2.8, 4.3),
    },
    ".8 to .9": {
        "covered": (1.0, 1.0), "strands": (1.1, 2.0), "range_rows": (3.7, 4),
        "angle_deg": (1, 3), "width_px": (2.4, 2.9),
    },
    ".9 and above": {
        "covered": (1.0, 1.0), "strands": (1.0, 1.0), "range_rows": (1, 2), "angle_deg": (1, 1),
    },
}  # fmt: skip

Table = dict[str, dict[str, list[float]]]


def patterns_of(maps: np.ndarray) -> dict[str, np.ndarray]:
    """Measure the pattern of faults on each map.

    Parameters
    ----------
    maps : (n, rows, cols) array
        1 on a fault, 0 elsewhere.

    Returns
    -------
    patterns : dict of str to (n,) float64 array
        `covered`: share of columns with a fault. `strands`: how many faults lie one above the
        other in a covered column, its runs of fault pixels, mean. `range_rows`: between the
        highest and the lowest of the covered columns' mean rows. `angle_deg`: direction of the
        faults, positive where they run downward to the right (the way of Riedel shears of
        dextral slip); the long axis of each patch, joined by sides or corners, of at least
        `SEGMENT_COLS` columns, mean over their pixels. `width_px`: pixels of a run, mean. NaN
        where a map has no fault, or none that is long enough.
    """
    measured = np.array([_pattern(one) for one in maps], dtype=float).reshape(-1, len(PATTERNS))
    return dict(zip(PATTERNS, measured.T))


def _pattern(fault_map: np.ndarray) -> tuple[float, float, float, float, float]:
    """One map's statistics in the order of `PATTERNS`."""
    faults = fault_map > 0
    pixels = faults.sum(axis=0)
    shown = pixels > 0
    if not shown.any():
        return 0.0, math.nan, math.nan, math.nan, math.nan
    runs = faults[0].astype(int) + (faults[1:] & ~faults[:-1]).sum(axis=0)
    rows = np.arange(len(faults))[:, None]
    middle = (rows * faults).sum(axis=0)[shown] / pixels[shown]
    return (
        float(shown.mean()),
        float(runs[shown].mean()),
        float(np.ptp(middle)),
        _angle_deg(faults),
        float(pixels.sum() / runs.sum()),
    )


def _angle_deg(faults: np.ndarray) -> float:
    """Direction of the long patches of a map, mean over their pixels; NaN without any."""
    patches, count = label(faults, np.ones((3, 3)))
    angles, pixels = [], []
    for patch in range(1, count + 1):
        rows, cols = np.nonzero(patches == patch)
        if np.ptp(cols) + 1 >= SEGMENT_COLS:
            _, axes = np.linalg.eigh(np.cov(cols, rows))
            along = axes[:, -1] * np.sign(axes[0, -1])
            angles.append(math.degrees(math.atan2(along[1], along[0])))
            pixels.append(len(rows))
    return float(np.average(angles, weights=pixels)) if angles else math.nan


def ke_class(ke: np.ndarray) -> np.ndarray:
    """Which row of `KE_CLASSES` each of (n,) labels falls into; an edge belongs to the upper."""
    return np.digitize(ke, KE_EDGES)


def pattern_table(maps: np.ndarray, ke: np.ndarray, *, quantiles: tuple[float, ...]) -> Table:
    """Statistics of windows by their KE.

    Parameters
    ----------
    maps : (n, rows, cols) array
        1 on a fault, 0 elsewhere.
    ke : (n,) array
        Their labels.
    quantiles : tuple of float
        Which ones of each statistic.

    Returns
    -------
    table : dict of str to dict
        For each of `KE_CLASSES` with windows: `windows`, how many (a list of one), and for each
        key of `PATTERNS` its quantiles, where a window has it.
    """
    patterns, number = patterns_of(maps), ke_class(np.asarray(ke))
    table: Table = {}
    for place in np.unique(number).tolist():
        row = {"windows": [float((number == place).sum())]}
        for name, values in patterns.items():
            own = values[(number == place) & np.isfinite(values)]
            if len(own):
                row[name] = np.quantile(own, quantiles).tolist()
        table[KE_CLASSES[place]] = row
    return table


def read_clay_maps(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Read digitized maps of real clay, to be measured and shown, never to be learnt from.

    Parameters
    ----------
    path : Path
        `clay_maps.npz`: `fault_map` (maps, rows, cols), whole windows side by side;
        `published_ke` (maps, windows), the study's answers; `ke_first_window` (maps,), printed
        labels.

    Returns
    -------
    windows : (n, rows, cols) uint8 array
    ke : (n,) float64 array
        The label of a map's first window, the study's answer to the others.

    Raises
    ------
    InputError
        If the file cannot be read, lacks an array, or they do not fit.
    """
    try:
        with np.load(path, allow_pickle=False) as archive:
            maps, ke = archive["fault_map"], archive["published_ke"].astype(float)
            ke[:, 0] = archive["ke_first_window"]
        windows = np.concatenate([cut_windows(one, scale=ExperimentScale()) for one in maps])
    except NOT_AS_WRITTEN as error:
        message = f"{path}: not a readable file of clay maps ({error})."
        raise InputError(message) from error
    if len(windows) != ke.size:
        message = f"{path}: has {counted(len(windows), 'window')}, but KE of {ke.size}."
        raise InputError(message)
    return windows.astype(np.uint8), ke.ravel()


def table_text(here: Table, clay: Table | None = None) -> str:
    """Both as a table in Markdown: quantiles here, ranges of real clay in brackets.

    Parameters
    ----------
    here : dict
        Of `pattern_table` with three quantiles.
    clay : dict, optional
        Of `pattern_table` of clay maps, least and largest; the ranges read off the study's
        figures, `CLAY`, where not given.
    """
    beside = CLAY if clay is None else clay
    lines = []
    for name in KE_CLASSES:
        if name in here:
            cells = [_cell(here[name].get(key), beside.get(name, {}).get(key)) for key in PATTERNS]
            lines.append([name, f"{here[name]['windows'][0]:.0f}", *cells])
    return markdown_table(("KE", "windows", *PATTERNS.values()), lines)


def _cell(here: list[float] | None, clay: tuple[float, ...] | list[float] | None) -> str:
    """Three quantiles, the middle one set off, and a range in brackets."""
    words = "-"
    if here is not None:
        low, middle, high = (_short(value) for value in here)
        words = f"{low} **{middle}** {high}"
    if clay is None:
        return words
    ends = list(dict.fromkeys(_short(value) for value in clay))
    return f"{words} ({' to '.join(ends)})"


def _short(value: float) -> str:
    """Two digits that count, at most two behind the point."""
    return f"{value:.2f}" if abs(value) < 3 else f"{value:.1f}"
