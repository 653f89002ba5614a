"""Members of the ensemble: the same window drawn, moved, mirrored and judged in several ways."""

from __future__ import annotations

import dataclasses
import itertools
import os
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ssf_model.drawing.drawn_lines import drawn_lines
from ssf_model.drawing.windows import window_starts
from ssf_model.errors import InputError
from ssf_model.estimate.canvases import draw_windows
from ssf_model.network.model import Lengths, Model, carries_card, default_model_path, open_model
from ssf_model.options import (
    AUTO_FLIPS,
    AUTO_SENSE,
    FLIP_AXES,
    FLIPS,
    Options,
    check_pixel_size,
)
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
class Answers:
    """What all members say of some windows.

    `raw` is KE as it comes, (n_windows, n_members) float32, members in the order of
    `list_members`. `low` and `high` are the ends of each member's own interval, in the same form;
    None where a network tells none.
    """

    raw: np.ndarray
    low: np.ndarray | None = None
    high: np.ndarray | None = None


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
        check_pixel_size(pixel_size_m)
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
    options = with_flips(models, options)
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


def with_flips(models: Sequence[Model], options: Options) -> Options:
    """Settle which mirror images are read where that is left to the models."""
    if options.flips != AUTO_FLIPS:
        return options
    alike = all(model.card.equivariant for model in models)
    return dataclasses.replace(options, flips="none" if alike else "all")


def member_predictions(
    paths: Sequence[np.ndarray],
    n_windows: int,
    models: Sequence[Model],
    *,
    scale: ExperimentScale,
    options: Options,
) -> np.ndarray:
    """Predict raw KE of every window of a strip by every member, from its lines.

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
    starts = window_starts(scale.strip_cols(n_windows), scale=scale)
    stretch_px = [lines.stretch_px for lines in drawn_lines(paths, starts, scale=scale)]
    return read_windows(drawn, models, stretch_px, scale=scale, options=options).raw


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
        If the sense is still to be found, see `ssf_model.estimate.estimating.with_sense`, or the
        mirror images are still left to the models, see `with_flips`.
    """
    if options.sense == AUTO_SENSE:
        message = "The sense 'auto' must be settled strip by strip before windows are mirrored."
        raise InputError(message)
    if options.flips == AUTO_FLIPS:
        message = "The flips 'auto' must be settled by the models before windows are mirrored."
        raise InputError(message)
    if options.sense == "sinistral":
        drawn = drawn[..., ::-1, :]
    return np.stack([np.flip(drawn, FLIP_AXES[flip]) for flip in FLIPS[options.flips]], axis=-3)


def read_windows(
    drawn: np.ndarray,
    models: Sequence[Model],
    stretch_px: Lengths,
    *,
    scale: ExperimentScale,
    options: Options,
) -> Answers:
    """Ask every member for its answer to drawn windows.

    Parameters
    ----------
    drawn : (n_windows, n_drawings, n_thickness, rows, cols) uint8 array
        From `draw_windows`.
    models : sequence of Model
        One or more.
    stretch_px : (n_windows,) array or sequence of float
        How finely each window's map is drawn where it is not moved, as
        `DrawnLines.stretch_px` says; NaN where no line runs.
    scale, options
        As they were drawn with.

    Returns
    -------
    answers : Answers
    """
    return read_strips_windows([(drawn, stretch_px, options)], models, scale=scale)[0]


def read_strips_windows(
    strips: Sequence[tuple[np.ndarray, Lengths, Options]],
    models: Sequence[Model],
    *,
    scale: ExperimentScale,
) -> list[Answers]:
    """Do the work of `read_windows` for several strips: their `drawn`, `stretch_px` and options.

    Models are asked about all of them at once where that changes no bit of an answer.
    """
    batches, details, counts = [], [], []
    for drawn, stretch_px, options in strips:
        settled = with_flips(models, options)
        seen = mirror_windows(drawn, options=settled)
        told = shown_detail(stretch_px, scale=scale, options=settled)
        batches.append(seen.reshape(-1, *seen.shape[-2:]))
        details.append(np.broadcast_to(told[:, :, None, None], seen.shape[:4]).reshape(-1))
        counts.append(len(drawn))
    found: list[list[np.ndarray]] = [[] for _ in strips]
    for model in models:
        if model.reads_apart:
            whole = model.answer(np.concatenate(batches), np.concatenate(details))
            stops = np.cumsum([len(batch) for batch in batches])
            answers = np.split(whole, stops[:-1])
        else:
            answers = [model.answer(*one) for one in zip(batches, details)]
        for strip, its in zip(found, answers):
            strip.append(its)
    return [_answers(its, count) for its, count in zip(found, counts)]


def _answers(found: Sequence[np.ndarray], n_windows: int) -> Answers:
    """What each model says of some windows, put side by side."""
    return Answers(
        *(
            np.concatenate([one[:, place].reshape(n_windows, -1) for one in found], axis=1)
            for place in range(min(one.shape[1] for one in found))
        )
    )


def shown_detail(stretch_px: Lengths, *, scale: ExperimentScale, options: Options) -> np.ndarray:
    """How finely each drawing is said to be drawn, (n_windows, n_drawings), as `canvases` has them.

    Where pixels are smaller a stretch is more of them long. NaN, where no line runs, is shown as
    1: such a map lacks no detail.
    """
    finer = scale.pixel_size_m / np.array([scale.pixel_size_m, *options.other_pixel_sizes_m])
    there = np.nan_to_num(np.asarray(stretch_px, dtype=float)[:, None] * finer, nan=1.0)
    return np.repeat(there, len(options.shifts_px), axis=1)
