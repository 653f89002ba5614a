"""Boxes: which neighbouring windows along a guide share one straight strip.

The laboratory's box is straight and holds five windows side by side. Along a curved guide
fewer fit. Of all ways to share windows out, the one with the fewest strips is taken, among
those the one that leaves the guide least; so it does not matter from which end one counts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ssf_model.geometry.curves import places_along
from ssf_model.scale import STRIP_WINDOWS, ExperimentScale

# A guide may leave its strip's axis by this much. Rows within -13..+10 px of the middle change
# the published network's KE by at most .12 (measured); half of that is left to the traces.
MAX_BOW_PX = 6.0
# ... and turn from it by this much: half of what makes a window count as misaligned.
MAX_SWING_DEG = 5.0
PLACES_A_WINDOW = 4  # where a strip is held against its guide; a few more for its ends
SAME_PX2 = 0.1  # ways that differ by less (a third of a pixel) are equally good


@dataclass(frozen=True)
class Box:
    """Windows that share a straight strip.

    `first` and `n_windows` tell which windows of the guide, counted from 0; `middle` (2,) is
    the strip's place and `direction` (2,) the unit vector along it, in the guide's plane.
    """

    first: int
    n_windows: int
    middle: np.ndarray
    direction: np.ndarray


def share_windows(
    vertices: np.ndarray, begin_m: float, total: int, *, scale: ExperimentScale
) -> list[Box]:
    """Share the windows along a guide out among straight strips.

    Parameters
    ----------
    vertices : (n, 2) float array
        The guide in metres.
    begin_m : float
        Distance along it at which the first window begins; below 0 where it begins before the
        guide, which goes on straight.
    total : int
        How many windows, one a stride.
    scale : ExperimentScale
        Size of windows and stride.

    Returns
    -------
    boxes : list of Box
        In order along the guide; every window is in one. A box holds up to five, and several
        only where the guide stays within `MAX_BOW_PX` and `MAX_SWING_DEG` of it.
    """
    fits = [
        _straight_fits(vertices, begin_m, total, n_windows, scale)
        for n_windows in range(1, min(STRIP_WINDOWS, total) + 1)
    ]
    # best[k]: the cost of the windows from k on, and how many of them the first box holds.
    best: list[tuple[tuple[int, float], int]] = [((0, 0.0), 0)]
    for first in range(total - 1, -1, -1):
        ways = []
        for n_windows, (misfit, _, _) in enumerate(fits, start=1):
            if n_windows <= total - first and np.isfinite(misfit[first]):
                strips, leaving = best[total - first - n_windows][0]
                # Where ways are equally good, the first box is the fullest.
                ways.append(((strips + 1, leaving + misfit[first]), -n_windows))
        cost, most = min(ways)
        best.append((cost, -most))
    boxes, first = [], 0
    while first < total:
        n_windows = best[total - first][1]
        _, middles, directions = fits[n_windows - 1]
        boxes.append(Box(first, n_windows, middles[first], directions[first]))
        first += n_windows
    return boxes


def _straight_fits(
    vertices: np.ndarray, begin_m: float, total: int, n_windows: int, scale: ExperimentScale
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Straight frames of `n_windows` from every window on: misfit, middle and direction.

    The misfit is the windows' number times the mean square of the guide's distance in pixels;
    infinite where the guide leaves the frame too far, but never for one window alone.
    """
    begins = begin_m + np.arange(total - n_windows + 1) * scale.stride_px * scale.pixel_size_m
    length = scale.strip_cols(n_windows) * scale.pixel_size_m
    steps = begins[:, None] + np.linspace(0, length, PLACES_A_WINDOW * n_windows + 3)
    places = places_along(vertices, steps.ravel()).reshape(*steps.shape, 2)
    middles = places.mean(axis=1)
    chords = places[:, -1] - places[:, 0]
    directions = chords / np.maximum(np.hypot(*chords.T), 1e-9)[:, None]
    across = np.column_stack([-directions[:, 1], directions[:, 0]])
    bow_px = ((places - middles[:, None]) * across[:, None]).sum(axis=2) / scale.pixel_size_m
    misfit = np.round(n_windows * (bow_px**2).mean(axis=1) / SAME_PX2)
    if n_windows > 1:
        ahead = np.diff(places, axis=1)
        swing = np.arctan2(
            (ahead * across[:, None]).sum(axis=2), (ahead * directions[:, None]).sum(axis=2)
        )
        leaves = np.abs(bow_px).max(axis=1) > MAX_BOW_PX
        leaves |= np.degrees(np.abs(swing).max(axis=1)) > MAX_SWING_DEG
        misfit[leaves] = np.inf
    return misfit, middles, directions
