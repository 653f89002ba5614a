"""What the map would be without one stretch of trace: KE read again, stretch by stretch.

A stretch is taken away from every drawing of the ensemble, and the windows that hold it are
read again by all members. What remains is drawn as before: only pixels that no other line
covers go, and a network that is told how finely the map was drawn is told the same. In a strip
that was generalized stretches are of the lines as mapped, and what remains is generalized again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from ssf_model.drawing.windows import window_starts
from ssf_model.estimate.canvases import Canvas, canvases, draw_windows
from ssf_model.estimate.ensemble import drawn_thickness_px, read_windows
from ssf_model.estimate.estimating import StripEstimate
from ssf_model.estimate.flags import LOST_PX
from ssf_model.estimate.fractions import BEYOND_ONE, as_fraction
from ssf_model.estimate.generalized import generalized_paths
from ssf_model.explain.stretches import Stretch, cut_stretches
from ssf_model.network.model import Model
from ssf_model.options import STRETCH_M, Options
from ssf_model.zones.strips import Strip

BATCH = 32  # windows read at once, each by the whole ensemble; bounds memory
HELD = 0.5  # our choice: a window that holds less of a stretch says little of it

Place = tuple[slice, slice, slice]  # part of a canvas: all thicknesses, some rows, some columns


@dataclass(frozen=True)
class Removal:
    """KE of the windows that hold a stretch, with it and without it.

    Attributes
    ----------
    stretch : Stretch
        What was taken away.
    windows : tuple of int
        Windows of the strip, from 0, that hold at least half of its pixels and whose KE is
        known with it.
    ke : (n_windows,) float array
        Their KE as estimated.
    ke_without : (n_windows,) float array
        Their KE without the stretch; NaN where it cannot be known, since nothing remains or
        what remains lies too far from the middle of the window.
    """

    stretch: Stretch
    windows: tuple[int, ...]
    ke: np.ndarray
    ke_without: np.ndarray

    @property
    def ke_change(self) -> np.ndarray:
        """By how much KE changes, (n_windows,): below 0 where the stretch carries slip."""
        return self.ke_without - self.ke


def remove_stretches(
    estimate: StripEstimate,
    models: Sequence[Model],
    *,
    options: Options,
    stretch_m: float = STRETCH_M,
    cancelled: Callable[[], bool] | None = None,
) -> Iterator[Removal]:
    """Take every stretch of a strip away, one at a time.

    Parameters
    ----------
    estimate : StripEstimate
        The strip with all its traces, from `estimate_strips`.
    models : sequence of Model
        Those that estimated it.
    options : Options
        Those that it was estimated with.
    stretch_m : float
        See `cut_stretches`.
    cancelled : callable, optional
        Asked now and then; where it answers True the iteration ends.

    Yields
    ------
    removal : Removal
        In the order of `cut_stretches`. A stretch that no window with a KE holds has none.

    Raises
    ------
    InputError, ModelError
        If a setting, or what a model answers, does not fit.
    """
    strip = estimate.strip
    thickness_px = drawn_thickness_px(models, options)
    middle = len(thickness_px) // 2
    stretches, outside = cut_stretches(
        estimate.paths,
        strip.shape,
        scale=strip.scale,
        stretch_m=stretch_m,
        thickness_px=thickness_px[middle],
    )
    drawings = [
        [_Drawing(canvas, estimate.paths, stretches, outside, thickness_px) for canvas in laid]
        for laid in canvases(strip.n_windows, scale=strip.scale, options=options)
    ]
    home = drawings[0][0]  # neither moved nor at another scale
    without_stretch: Callable[[int, int], np.ndarray] = partial(_drawn_without, drawings)
    if estimate.generalized:
        without_stretch = _Generalized(strip, stretches, outside, options, thickness_px).without
    known = [window.ke is not None for window in estimate.windows]
    held = [
        [window for window in home.windows_that_hold(number, middle) if known[window]]
        for number in range(len(stretches))
    ]
    pairs = [(number, window) for number, windows in enumerate(held) for window in windows]
    without = np.full((len(stretches), strip.n_windows), np.nan)
    done = 0
    for number, stretch in enumerate(stretches):
        while done < len(pairs) and pairs[done][0] <= number:
            if cancelled is not None and cancelled():
                return
            batch = pairs[done : done + BATCH]
            drawn = np.stack([without_stretch(*pair) for pair in batch])
            stretch_px = [estimate.stretch_px[window] for _, window in batch]
            answers = read_windows(drawn, models, stretch_px, scale=strip.scale, options=options)
            raw = np.median(answers.raw.astype(float), axis=1)
            for pair, maps, ke in zip(batch, drawn, raw.tolist()):
                if _is_on_centre(maps[0, middle]) and ke <= BEYOND_ONE:
                    without[pair] = as_fraction(ke)
            done += len(batch)
        windows = held[number]
        ke = np.array([estimate.windows[window].ke for window in windows], dtype=float)
        yield Removal(stretch, tuple(windows), ke, without[number, windows])


class _Drawing:
    """A canvas with all lines drawn, and what each stretch alone draws on it."""

    def __init__(
        self,
        canvas: Canvas,
        paths: Sequence[np.ndarray],
        stretches: Sequence[Stretch],
        outside: Sequence[np.ndarray],
        thickness_px: Sequence[float],
    ) -> None:
        self.canvas = canvas
        self.maps = canvas.draw(paths, thickness_px)
        self.starts = window_starts(canvas.shape[1], scale=canvas.grid)
        self._drawn: list[tuple[Place, np.ndarray]] = []
        times = canvas.draw(outside, thickness_px).astype(np.int32)  # how often a pixel is drawn
        for stretch in stretches:
            place = self._place(stretch, max(thickness_px))
            drawn = canvas.draw(stretch.pieces, thickness_px)[place].astype(bool)
            times[place] += drawn
            self._drawn.append((place, drawn))
        self._once = times == 1

    def windows_that_hold(self, number: int, thickness: int) -> list[int]:
        """Windows with at least half of a stretch's pixels at one of the thicknesses."""
        place, drawn = self._drawn[number]
        cols = place[2].start + np.nonzero(drawn[thickness])[1]
        inside = [
            np.count_nonzero((cols >= start) & (cols < start + self.canvas.grid.window_cols))
            for start in self.starts
        ]
        return [at for at, count in enumerate(inside) if count and count >= HELD * len(cols)]

    def without(self, number: int, window: int) -> np.ndarray:
        """A window, (n_thickness, rows, cols), without what a stretch alone draws."""
        place, drawn = self._drawn[number]
        maps = self.maps.copy()
        maps[place][drawn & self._once[place]] = 0
        start = self.starts[window]
        return maps[:, :, start : start + self.canvas.grid.window_cols]

    def _place(self, stretch: Stretch, pen_px: float) -> Place:
        """The part of the canvas outside of which a stretch draws nothing."""
        rows, cols = self.canvas.shape
        points = np.concatenate(stretch.pieces) - self.canvas.corner_m
        points = points / self.canvas.grid.pixel_size_m
        low = np.floor(points.min(axis=0) - pen_px).astype(int)
        high = np.ceil(points.max(axis=0) + pen_px).astype(int)
        left, right = np.clip([low[0], high[0]], 0, cols).tolist()
        top, bottom = np.clip([rows - high[1], rows - low[1]], 0, rows).tolist()
        return slice(None), slice(top, bottom), slice(left, right)


def _drawn_without(drawings: list[list[_Drawing]], number: int, window: int) -> np.ndarray:
    """A window in all drawings without a stretch, (n_drawings, n_thickness, rows, cols)."""
    return np.stack(
        [
            laid[0].without(number, window) if len(laid) == 1 else laid[window].without(number, 0)
            for laid in drawings
        ]
    )


class _Generalized:
    """A generalized strip, drawn anew without this stretch or that; the last one is kept."""

    def __init__(
        self,
        strip: Strip,
        stretches: Sequence[Stretch],
        outside: Sequence[np.ndarray],
        options: Options,
        thickness_px: Sequence[float],
    ) -> None:
        self._strip, self._stretches, self._outside = strip, stretches, outside
        self._options, self._thickness_px = options, thickness_px
        self._number, self._windows = -1, np.empty(0)

    def without(self, number: int, window: int) -> np.ndarray:
        """A window in all drawings without a stretch, as `_drawn_without` gives it."""
        if number != self._number:
            rest = [
                piece
                for other, stretch in enumerate(self._stretches)
                for piece in stretch.pieces
                if other != number
            ]
            self._windows = draw_windows(
                generalized_paths([*rest, *self._outside], self._strip, self._options),
                self._strip.n_windows,
                scale=self._strip.scale,
                options=self._options,
                thickness_px=self._thickness_px,
            )
            self._number = number
        return self._windows[window]


def _is_on_centre(window: np.ndarray) -> bool:
    """Whether fault pixels remain, near enough to the middle row for KE to be known."""
    rows = np.nonzero(window)[0]
    return len(rows) > 0 and abs((window.shape[0] - 1) / 2 - rows.mean()) <= LOST_PX
