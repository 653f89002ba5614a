"""Members of the ensemble: the same window drawn, moved, mirrored and judged in several ways."""

from __future__ import annotations

import dataclasses
import itertools
import os
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

import numpy as np

from ssf_model.drawing.raster import burn_traces
from ssf_model.drawing.windows import cut_windows, window_starts
from ssf_model.errors import InputError
from ssf_model.network.model import Model, carries_card, default_model_path, open_model
from ssf_model.options import AUTO_SENSE, FLIP_AXES, FLIPS, Options
from ssf_model.scale import ExperimentScale


@dataclass(frozen=True)
class Member:
    """One way to read a window: by which model, at what scale, moved, drawn and mirrored how.

    `along_px` and `across_px` say how far the window was moved, `flip` which mirror image was
    read: "none", "across", "along" or "both".
    """

    model: str
    pixel_size_m: float
    along_px: float
    across_px: float
    thickness_px: float
    flip: str


@dataclass(frozen=True)
class Canvas:
    """A piece of ground on which lines are drawn, for so many windows side by side.

    `corner_m` is its lower-left corner, (2,), in metres along and across in the strip.
    """

    corner_m: np.ndarray
    grid: ExperimentScale
    n_windows: int

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns in pixels."""
        return self.grid.window_rows, self.grid.strip_cols(self.n_windows)

    def draw(self, paths: Sequence[np.ndarray], thickness_px: Sequence[float]) -> np.ndarray:
        """Draw paths, in metres along and across in the strip: (n_thickness, rows, cols) uint8."""
        return burn_traces(
            [path - self.corner_m for path in paths],
            self.shape,
            pixel_size_m=self.grid.pixel_size_m,
            thickness_px=thickness_px,
        )

    def cut(self, maps: np.ndarray) -> np.ndarray:
        """Cut maps of the canvas into windows, (n_windows, n_maps, rows, cols)."""
        return np.stack([cut_windows(one, scale=self.grid) for one in maps], axis=1)


# What members differ in, by the output column that says how far it moves KE.
FACTORS: dict[str, Callable[[Member], Hashable]] = {
    "by_thickness": lambda member: member.thickness_px,
    "by_flip": lambda member: member.flip,
    "by_shift": lambda member: (member.along_px, member.across_px),
    "by_scale": lambda member: member.pixel_size_m,
    "by_model": lambda member: member.model,
}


def open_models(
    paths: Sequence[str | os.PathLike[str]] = (),
    *,
    pixel_size_m: float | None = None,
    engine: str = "auto",
) -> tuple[list[Model], ExperimentScale]:
    """Open the models of an ensemble and find the grid that they share.

    Parameters
    ----------
    paths : sequence of path
        ONNX files; the shipped model where there is none.
    pixel_size_m : float, optional
        Crustal metres per pixel, instead of the models' own. A model without a card needs it;
        such a model is taken to read windows of the study's size.
    engine : {"auto", "onnxruntime", "numpy"}
        See `ssf_model.network.model.open_model`.

    Returns
    -------
    models : list of Model
        In the order given.
    scale : ExperimentScale
        Their grid, with the pixel size asked for.

    Raises
    ------
    ModelError
        If a file cannot be used.
    InputError
        If the models' grids differ.
    """
    if pixel_size_m is not None:
        ExperimentScale(pixel_size_m)  # refuses a size that is none
    models = []
    for path in paths or [default_model_path()]:
        given = None
        if pixel_size_m is not None and not carries_card(path):
            given = ExperimentScale(pixel_size_m)
        models.append(open_model(path, engine=engine, scale=given))
    scale = models[0].card.scale
    for model in models[1:]:
        if model.card.scale != scale:
            message = (
                f"{model.path.name} was trained on another grid ({model.card.scale}) than "
                f"{models[0].path.name} ({scale}). Estimate with each on its own."
            )
            raise InputError(message)
    if pixel_size_m is None:
        return models, scale
    return models, dataclasses.replace(scale, pixel_size_m=pixel_size_m)


def list_members(
    models: Sequence[Model], *, scale: ExperimentScale, options: Options
) -> tuple[Member, ...]:
    """List the members of an ensemble, in the order of their predictions."""
    return tuple(
        Member(model.card.label, size, along, across, thickness, flip)
        for model, size, (along, across), thickness, flip in itertools.product(
            models,
            (scale.pixel_size_m, *options.other_pixel_sizes_m),
            options.shifts_px,
            drawn_thickness_px(models, options),
            FLIPS[options.flips],
        )
    )


def drawn_thickness_px(models: Sequence[Model], options: Options) -> tuple[float, ...]:
    """Line widths at which windows are drawn: those asked for, else the first model's."""
    return options.thickness_px or models[0].card.thickness_px


def member_predictions(
    paths: Sequence[np.ndarray],
    n_windows: int,
    models: Sequence[Model],
    *,
    scale: ExperimentScale,
    options: Options,
) -> np.ndarray:
    """Predict raw KE of every window of a strip by every member.

    Parameters
    ----------
    paths : sequence of (n, 2) float arrays
        Traces in metres along and across from the strip's lower-left corner. They run on beyond
        the strip where the faults do, so that a window can be moved.
    n_windows : int
        Windows of the strip.
    models : sequence of Model
        One or more, all trained at the same window size.
    scale : ExperimentScale
        The strip's grid.
    options : Options
        What the members are. With the sense "sinistral" each drawn window is mirrored across
        before anything else: the networks know dextral maps.

    Returns
    -------
    raw : (n_windows, n_members) float32 array
        Members in the order of `list_members`. A window without a fault pixel is predicted like
        any other; what becomes of it is decided by the flags.
    """
    thickness_px = drawn_thickness_px(models, options)
    drawn = draw_windows(paths, n_windows, scale=scale, options=options, thickness_px=thickness_px)
    return read_windows(drawn, models, options=options)


def canvases(
    n_windows: int, *, scale: ExperimentScale, options: Options
) -> tuple[tuple[Canvas, ...], ...]:
    """Lay out the canvases of a strip's windows.

    Returns
    -------
    canvases : tuple of tuples of Canvas
        For each drawing of the ensemble, sizes of a pixel first and shifts within them, the
        canvases that hold all windows of the strip in order: one where its own grid is moved,
        one a window where pixels are of another size.
    """
    starts = np.array(window_starts(scale.strip_cols(n_windows), scale=scale))
    middles = (starts + scale.window_cols / 2) * scale.pixel_size_m
    drawings = []
    for size in (scale.pixel_size_m, *options.other_pixel_sizes_m):
        grid = dataclasses.replace(scale, pixel_size_m=size)
        if grid == scale:
            corners, count = np.zeros((1, 2)), n_windows
        else:
            left = middles - grid.window_length_m / 2
            low = (scale.window_width_m - grid.window_width_m) / 2
            corners, count = np.column_stack([left, np.full(n_windows, low)]), 1
        for shift_px in options.shifts_px:
            moved = corners + np.array(shift_px) * size
            drawings.append(tuple(Canvas(corner, grid, count) for corner in moved))
    return tuple(drawings)


def draw_windows(
    paths: Sequence[np.ndarray],
    n_windows: int,
    *,
    scale: ExperimentScale,
    options: Options,
    thickness_px: Sequence[float],
) -> np.ndarray:
    """Draw the windows of a strip on all its canvases.

    Returns
    -------
    drawn : (n_windows, n_drawings, n_thickness, rows, cols) uint8 array
        Drawings in the order of `canvases`, on the ground: neither mirrored nor turned.
    """
    drawings = []
    for laid in canvases(n_windows, scale=scale, options=options):
        windows = [canvas.cut(canvas.draw(paths, thickness_px)) for canvas in laid]
        drawings.append(np.concatenate(windows))
    return np.stack(drawings, axis=1)


def mirror_windows(drawn: np.ndarray, *, options: Options) -> np.ndarray:
    """Turn drawn windows into what networks read.

    Parameters
    ----------
    drawn : (..., rows, cols) array
        As drawn on the ground.
    options : Options
        With the sense "sinistral" they are mirrored across first.

    Returns
    -------
    seen : (..., n_flips, rows, cols) array
        Their mirror images, in the order of `FLIPS`.

    Raises
    ------
    InputError
        If the sense is still to be found; see `ssf_model.estimate.estimating.with_sense`.
    """
    if options.sense == AUTO_SENSE:
        message = "The sense 'auto' must be settled strip by strip before windows are mirrored."
        raise InputError(message)
    if options.sense == "sinistral":
        drawn = drawn[..., ::-1, :]
    return np.stack([np.flip(drawn, FLIP_AXES[flip]) for flip in FLIPS[options.flips]], axis=-3)


def read_windows(drawn: np.ndarray, models: Sequence[Model], *, options: Options) -> np.ndarray:
    """Predict raw KE of drawn windows by every member, (n_windows, n_members) float32.

    `drawn` is as from `draw_windows`.
    """
    seen = mirror_windows(drawn, options=options)
    batch = np.ascontiguousarray(seen.reshape(-1, *seen.shape[-2:]))
    raw = [model.predict(batch).reshape(len(drawn), -1) for model in models]
    return np.concatenate(raw, axis=1)


def effects(members: Sequence[Member], raw: np.ndarray) -> dict[str, float | None]:
    """Say how far each choice moves KE of one window.

    Parameters
    ----------
    members : sequence of Member
        The ensemble.
    raw : (n_members,) float array
        Their raw KE.

    Returns
    -------
    moved : dict of str to float or None
        For each of `FACTORS` the greatest less the least mean of the members that share a
        level of it (a main effect's range); None where all members share one.
    """
    moved: dict[str, float | None] = {}
    for name, level_of in FACTORS.items():
        levels: dict = {}
        for member, value in zip(members, raw.tolist()):
            levels.setdefault(level_of(member), []).append(value)
        means = [sum(values) / len(values) for values in levels.values()]
        moved[name] = max(means) - min(means) if len(means) > 1 else None
    return moved
