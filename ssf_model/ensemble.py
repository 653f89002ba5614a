"""Members of the ensemble: the same window drawn, moved, mirrored and judged in several ways."""

from __future__ import annotations

import dataclasses
import itertools
import os
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ssf_model.errors import InputError
from ssf_model.inference import Model, carries_card, default_model_path, open_model
from ssf_model.options import FLIP_AXES, FLIPS, Options
from ssf_model.raster import burn_traces
from ssf_model.scale import ExperimentScale
from ssf_model.windows import cut_windows, window_starts


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


# What members differ in, by the output column that says how far it moves KE.
FACTORS = {
    "by_thickness": lambda member: member.thickness_px,
    "by_flip": lambda member: member.flip,
    "by_shift": lambda member: (member.along_px, member.across_px),
    "by_scale": lambda member: member.pixel_size_m,
    "by_model": lambda member: member.model,
}


def open_models(
    paths: Sequence[str | os.PathLike[str]],
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
        See `ssf_model.inference.open_model`.

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
    drawings = []
    for size in (scale.pixel_size_m, *options.other_pixel_sizes_m):
        grid = dataclasses.replace(scale, pixel_size_m=size)
        for shift in options.shifts_px:
            drawn = _draw(paths, n_windows, scale, grid, shift, thickness_px)
            drawings.append(drawn)
    drawn = np.stack(drawings, axis=1)  # windows, sizes and shifts, thicknesses, rows, columns
    if options.sense == "sinistral":
        drawn = drawn[..., ::-1, :]
    flips = [np.flip(drawn, FLIP_AXES[flip]) for flip in FLIPS[options.flips]]
    batch = np.stack(flips, axis=3).reshape(-1, scale.window_rows, scale.window_cols)
    batch = np.ascontiguousarray(batch)
    return np.concatenate([model.predict(batch).reshape(n_windows, -1) for model in models], axis=1)


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


def _draw(
    paths: Sequence[np.ndarray],
    n_windows: int,
    scale: ExperimentScale,
    grid: ExperimentScale,
    shift_px: tuple[float, float],
    thickness_px: Sequence[float],
) -> np.ndarray:
    """Windows (n_windows, n_thickness, rows, cols) of a grid, around the middles of a strip's."""
    shift_m = np.array(shift_px) * grid.pixel_size_m
    if grid == scale:  # one drawing for all windows
        shape = scale.window_rows, scale.strip_cols(n_windows)
        corners = np.zeros((1, 2))
    else:
        shape = grid.window_rows, grid.window_cols
        starts = np.array(window_starts(scale.strip_cols(n_windows), scale=scale))
        middles = (starts + scale.window_cols / 2) * scale.pixel_size_m
        left = middles - grid.window_length_m / 2
        low = (scale.window_width_m - grid.window_width_m) / 2
        corners = np.column_stack([left, np.full(n_windows, low)])
    drawn = []
    for corner in corners + shift_m:
        maps = burn_traces(
            [path - corner for path in paths],
            shape,
            pixel_size_m=grid.pixel_size_m,
            thickness_px=thickness_px,
        )
        drawn.append(np.stack([cut_windows(one, scale=grid) for one in maps], axis=1))
    return np.concatenate(drawn)
