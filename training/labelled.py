"""From an experiment to its labelled windows, as measured and drawn again as traces are in use."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ssf_model.errors import InputError
from ssf_model.scale import DRAWN_THICKNESS_PX, ExperimentScale
from ssf_model.windows import cut_windows
from training.pen import redraw

if TYPE_CHECKING:  # scipy is not imported for `--help`
    from training.experiments import Experiment

COLUMNS = ("experiment", "window", "frame", "ke", "ke_sd", "trace_px", "source")
RAW, DRAWN = "raw", "drawn"
PENS = (RAW, DRAWN)


@dataclass(frozen=True)
class LabelledExperiment:
    """What an experiment gives to a folder of windows."""

    name: str
    material: str
    scale: ExperimentScale
    pens: tuple[str, ...]
    maps: np.ndarray  # (n, window_rows, window_cols) uint8
    rows: list[tuple]  # of the table, in the order of `COLUMNS`
    padded_rows: tuple[int, int] = (0, 0)  # without a fault, added above and below the file's map


def labelled_windows(experiment: Experiment, *, pens: Sequence[str] = (RAW,)) -> LabelledExperiment:
    """Cut an experiment into windows and keep those that show a fault.

    Parameters
    ----------
    experiment : Experiment
        Maps and labels.
    pens : sequence of str, optional
        Of `PENS`. `raw` gives the windows as they are. `drawn` gives each of those once more
        from its frame drawn again, with the same label: thickness and a shift of up to half a
        pixel are drawn for each frame by `pen_seed`.

    Returns
    -------
    labelled : LabelledExperiment
        Maps and rows, pen by pen, ordered by position and then by frame. A window that is
        blank when drawn is left out among the drawn ones.

    Raises
    ------
    InputError
        If there is no such pen, none, or one is named twice.
    """
    check_pens(pens)
    as_measured = _cut_frames(experiment.fault_map, experiment.scale)
    shows_fault = as_measured.any(axis=(2, 3))
    frames = experiment.fault_map.shape[2]
    maps, rows = [], []
    for pen in pens:
        cut, sources = as_measured, [experiment.material] * frames
        if pen == DRAWN:
            drawn, thickness_px = _draw_frames(experiment)
            cut = _cut_frames(drawn, experiment.scale)
            sources = [f"{experiment.material}, drawn {t:g} px" for t in thickness_px]
        trace_px = cut.sum(axis=(2, 3), dtype=np.int64)
        kept = shows_fault & (trace_px > 0)
        maps.append(cut[kept])
        rows += [
            (
                experiment.name,
                int(window),
                int(frame),
                float(experiment.ke[window, frame]),
                float(experiment.ke_sd[window, frame]),
                int(trace_px[window, frame]),
                sources[frame],
            )
            for window, frame in np.argwhere(kept)
        ]
    return LabelledExperiment(
        name=experiment.name,
        material=experiment.material,
        scale=experiment.scale,
        pens=tuple(pens),
        maps=np.concatenate(maps),
        rows=rows,
        padded_rows=experiment.padded_rows,
    )


def check_pens(pens: Sequence[str]) -> None:
    """Refuse pens that are unknown, named twice, or none.

    Raises
    ------
    InputError
        With the pens there are.
    """
    if not pens or len(set(pens)) != len(pens) or not set(pens) <= set(PENS):
        message = f"Pens are {' and '.join(PENS)}, each at most once, not {','.join(pens)!r}."
        raise InputError(message)


def pen_seed(name: str) -> int:
    """Seed of an experiment's drawing: its name's CRC-32, so that no other experiment counts."""
    return zlib.crc32(name.encode())


def _draw_frames(experiment: Experiment) -> tuple[np.ndarray, np.ndarray]:
    """The experiment's maps drawn again, and each frame's thickness."""
    frames = experiment.fault_map.shape[2]
    rng = np.random.default_rng(pen_seed(experiment.name))
    thickness_px = rng.choice(DRAWN_THICKNESS_PX, size=frames)
    shift_px = rng.uniform(-0.5, 0.5, size=(frames, 2))
    drawn = [
        redraw(experiment.fault_map[:, :, f], thickness_px=thickness_px[f], shift_px=shift_px[f])
        for f in range(frames)
    ]
    return np.stack(drawn, axis=2), thickness_px


def _cut_frames(fault_map: np.ndarray, scale: ExperimentScale) -> np.ndarray:
    """Windows (positions, frames, rows, cols) of all frames."""
    frames = range(fault_map.shape[2])
    return np.stack([cut_windows(fault_map[:, :, f], scale=scale) for f in frames], axis=1)
