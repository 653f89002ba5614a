"""Generalizing: dense traces as an experiment's camera would see them, drawn again as lines.

A rupture mapped to the metre has more lines than any experiment's map. That one is measured by
image correlation: displacement blurred by the camera's resolution, cut off where slip is less
than some share of the plates' displacement, and cleared of patches of a few cells. Here lines go
the same way, on a grid finer than the pixels, and what remains of them is reduced to centre
lines. Slip is not known, so strands beside each other are taken to share it equally.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ssf_model.drawing.parts import label_parts, patch_axis
from ssf_model.drawing.raster import burn_traces
from ssf_model.drawing.skeleton import link_pixels, smoothed, without_spurs
from ssf_model.drawing.thinning import thin

FINE = 4  # cells of the fine grid along a pixel's side
PEN_CELLS = 2.0  # width of the burned lines: lines that near to each other count once
# Standard deviation in pixels of what the experiments' maps resolve. Displacements are smoothed
# by 0.8 cells (`training.virtual.observation`); slip is their difference over two cells, whose
# variance is 1 / 3: together the root of 0.64 + 0.33.
BLUR_PX = 1.0
BLUR_ENDS = 3.0  # standard deviations at which the Gaussian is cut off
# Heights below are in that of a long lone line after blurring. At half of it such a line ends
# where it did, and is 2.35 pixels wide; faults of the experiments are 2 to 4. Lines up to 3.3
# pixels apart become one.
LONE_SHARE = 0.5
LONE_WIDTH_PX = 2 * BLUR_PX * float(np.sqrt(2 * np.log(1 / LONE_SHARE)))
# In the experiments a cell is fault from 0.09 of the plates' displacement on (the same module);
# a fault that takes it all reaches 1 / (sqrt(2 pi) BLUR_PX) = 0.40, one of n strands that share
# it an n-th of that. So beside 2.2 strands and more, half a lone line's height does not do.
STRAND_SHARE = 0.09 * float(np.sqrt(2 * np.pi)) * BLUR_PX
SMALLEST_PX = 12  # cells of the smallest fault, as there; a smaller gap is none, either
SPUR_PX = SMALLEST_PX / LONE_WIDTH_PX  # as long as the smallest fault
SMOOTHING_PASSES = 8  # a Gaussian of half a pixel, half of what the blur took already
DIRECTION_CELLS = 16  # of a line's end that tell where it points
STEP_CELLS = 0.25  # in which the rim before an end is looked for
DETAIL_PX = 0.1  # vertices that move the line by less are left out


def generalize_paths(
    paths: Sequence[np.ndarray],
    shape: tuple[int, int],
    *,
    pixel_size_m: float,
    beyond_px: int,
) -> list[np.ndarray]:
    """Give the centre lines of what a camera of the experiments' resolution would see.

    Parameters
    ----------
    paths : sequence of (n, 2) float arrays
        Traces in metres along and across from the strip's lower-left corner.
    shape : (rows, cols)
        Size of the strip in pixels. Strands beside each other within its rows share slip.
    pixel_size_m : float
        Side of a pixel in metres.
    beyond_px : int
        How far beyond the strip, to all sides, lines are generalized; farther out are none.

    Returns
    -------
    lines : list of (k, 2) float arrays
        In metres like the paths, from end or junction to end or junction. A loop ends where it
        starts; a patch as wide as long is a line of no length. What is smaller than the smallest
        fault of an experiment is not there.

    Raises
    ------
    InputError
        As `burn_traces`.
    """
    rows, cols = ((size + 2 * beyond_px) * FINE for size in shape)
    burned = burn_traces(
        [path + beyond_px * pixel_size_m for path in paths],
        (rows, cols),
        pixel_size_m=pixel_size_m / FINE,
        thickness_px=[PEN_CELLS],
    )[0]
    bands = _seen(burned, slice(beyond_px * FINE, rows - beyond_px * FINE))
    lines = []
    for line in _centre_lines(bands):
        up = np.column_stack([line[:, 1] + 0.5, rows - 0.5 - line[:, 0]]) / FINE
        lines.append((up - beyond_px) * pixel_size_m)
    return lines


def _seen(burned: np.ndarray, box: slice) -> np.ndarray:
    """Where a camera sees a fault, (rows, cols) bool; strands in the box's rows share slip."""
    sigma = BLUR_PX * FINE
    kernel = _gaussian(sigma)
    height = _blurred(_blurred(burned.astype(np.float32), kernel).T, kernel).T
    height /= PEN_CELLS / (np.sqrt(2 * np.pi) * sigma)
    strands = (height[box] > LONE_SHARE).sum(axis=0) / (LONE_WIDTH_PX * FINE)
    strands = _blurred(strands.astype(np.float32)[:, None], kernel)[:, 0]
    seen = height > np.maximum(LONE_SHARE, STRAND_SHARE * strands)
    parts = label_parts(seen)
    seen = seen & ~_small(parts)[parts]
    gaps = label_parts(~seen, by_corners=False)
    return seen | _small(gaps)[gaps]


def _small(parts: np.ndarray) -> np.ndarray:
    """Which numbered parts are smaller than the smallest fault; what has number 0 is not."""
    small = np.bincount(parts.reshape(-1)) < SMALLEST_PX * FINE**2
    small[0] = False
    return small


def _gaussian(sigma: float) -> np.ndarray:
    """Weights of a Gaussian over so many cells, with a sum of 1."""
    reach = int(np.ceil(BLUR_ENDS * sigma))
    weights = np.exp(-((np.arange(-reach, reach + 1) / sigma) ** 2) / 2)
    return (weights / weights.sum()).astype(np.float32)


def _blurred(image: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """The image filtered along its first axis, with nothing beyond its edges."""
    reach = len(kernel) // 2
    out = kernel[reach] * image
    for step in range(1, min(reach, len(image) - 1) + 1):  # the kernel is even
        out[step:] += kernel[reach + step] * image[:-step]
        out[:-step] += kernel[reach - step] * image[step:]
    return out


def _centre_lines(bands: np.ndarray) -> list[np.ndarray]:
    """The lines of bands, each (k, 2) rows and columns of cells."""
    skeleton = link_pixels(thin(bands))
    if not len(skeleton.pixels):
        return []
    junctions = np.flatnonzero(skeleton.degree > 2)
    longest = np.zeros(len(skeleton.pixels))
    longest[junctions] = _depths(skeleton.pixels[junctions], bands) + SPUR_PX * FINE
    skeleton = without_spurs(skeleton, longest_px=longest)
    places = smoothed(skeleton.pixels.astype(float), skeleton, passes=SMOOTHING_PASSES)
    degree, parts, lines = skeleton.degree, None, []
    for path in skeleton.paths():
        free = degree[path[[0, -1]]] <= 1
        if len(path) <= FINE and free.all():
            parts = label_parts(bands) if parts is None else parts
            row, col = skeleton.pixels[path[0]]
            lines.append(patch_axis(np.argwhere(parts == parts[row, col])))
            continue
        line = places[path]
        for end in np.flatnonzero(free).tolist():
            forth = slice(None, None, -1 if end == 0 else 1)
            line = _to_rim(line[forth], bands)[forth]
        lines.append(_simplified(line))
    return lines


def _depths(cells: np.ndarray, bands: np.ndarray) -> np.ndarray:
    """How far each of some cells in bands, (n, 2), lies from the nearest cell outside, (n,)."""
    depths = np.full(len(cells), np.inf)
    reach = FINE
    while not np.isfinite(depths).all():
        reach *= 2
        around = np.mgrid[-reach : reach + 1, -reach : reach + 1].reshape(2, -1).T
        around = around[np.hypot(*around.T) <= reach]
        framed = np.pad(bands, reach)
        for number in np.flatnonzero(np.isinf(depths)):
            rows, cols = (cells[number] + reach + around).T
            outside = ~framed[rows, cols]
            if outside.any():
                depths[number] = np.hypot(*around[outside].T).min()
    return depths


def _to_rim(line: np.ndarray, bands: np.ndarray) -> np.ndarray:
    """The line with its last place led on to its band's end, less the burned line's own cap."""
    back = line[-min(DIRECTION_CELLS, len(line))]
    ahead = (line[-1] - back) / np.linalg.norm(line[-1] - back)
    place = line[-1]
    while True:
        row, col = np.floor(place + 0.5).astype(int).tolist()
        if not (0 <= row < bands.shape[0] and 0 <= col < bands.shape[1] and bands[row, col]):
            return np.concatenate([line, place[None] - PEN_CELLS / 2 * ahead])
        place = place + STEP_CELLS * ahead


def _simplified(line: np.ndarray) -> np.ndarray:
    """The line without vertices that move it by less than `DETAIL_PX` (Douglas & Peucker 1973)."""
    kept = np.zeros(len(line), dtype=bool)
    kept[[0, -1]] = True
    spans = [(0, len(line) - 1)]
    while spans:
        first, last = spans.pop()
        away = _away(line[first + 1 : last], line[first], line[last])
        if len(away) and away.max() > DETAIL_PX * FINE:
            middle = first + 1 + int(away.argmax())
            kept[middle] = True
            spans += [(first, middle), (middle, last)]
    return line[kept]


def _away(points: np.ndarray, start: np.ndarray, stop: np.ndarray) -> np.ndarray:
    """Distance of points from the straight piece between two others."""
    along = stop - start
    length2 = max(float(along @ along), np.finfo(float).tiny)
    share = np.clip((points - start) @ along / length2, 0, 1)
    return np.hypot(*(points - start - share[:, None] * along).T)
