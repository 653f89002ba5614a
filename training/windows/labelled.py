"""From an experiment to its labelled windows, as measured and drawn again as traces are in use.

The same of its frames observed once more, with another threshold and smoothing in each.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ssf_model.drawing.windows import cut_windows
from ssf_model.errors import InputError
from ssf_model.scale import DRAWN_THICKNESS_PX, ExperimentScale
from training.virtual.variants import vary_experiment
from training.windows.pen import redraw

if TYPE_CHECKING:  # scipy is not imported for `--help`
    from training.experiments.experiment import Experiment


COLUMNS = ("experiment", "window", "frame", "ke", "ke_sd", "trace_px", "source")
RAW, DRAWN, VARIED, VARIED_DRAWN = "raw", "drawn", "varied", "varied-drawn"
PENS = (RAW, DRAWN, VARIED, VARIED_DRAWN)
OF_VARIED = (VARIED, VARIED_DRAWN)
OF_DRAWN = (DRAWN, VARIED_DRAWN)
# Second seeds, after the experiment's; the first drawing has none.
VARIANT_STREAM, VARIANT_PEN_STREAM = 1, 2


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
        pixel are drawn for each frame by `pen_seed`. `varied` gives the windows of each frame
        observed again (`training.virtual.variants`), with labels of their own; `varied-drawn` those
        drawn again.

    Returns
    -------
    labelled : LabelledExperiment
        Maps and rows, pen by pen, ordered by position and then by frame. A window that is
        blank when drawn is left out among the drawn ones.

    Raises
    ------
    InputError
        If there is no such pen, none, or one is named twice; if the experiment has no true
        displacement to be observed again.
    """
    check_pens(pens)
    seed = pen_seed(experiment.name)
    varied = None
    if needs_truth(pens):
        varied = vary_experiment(experiment, rng=np.random.default_rng([seed, VARIANT_STREAM]))
    maps, rows = [], []
    for pen in pens:
        shown = varied if pen in OF_VARIED else experiment
        source = f"{shown.material}, {VARIED}" if pen in OF_VARIED else shown.material
        sources = [source] * shown.fault_map.shape[2]
        cut = _cut_frames(shown.fault_map, shown.scale)
        kept = cut.any(axis=(2, 3))
        if pen in OF_DRAWN:
            rng = np.random.default_rng([seed, VARIANT_PEN_STREAM] if pen in OF_VARIED else seed)
            drawn, thickness_px = _draw_frames(shown.fault_map, rng)
            cut = _cut_frames(drawn, shown.scale)
            kept &= cut.any(axis=(2, 3))
            sources = [f"{source}, {DRAWN} {t:g} px" for t in thickness_px]
        maps.append(cut[kept])
        rows += [
            (
                shown.name,
                int(window),
                int(frame),
                float(shown.ke[window, frame]),
                float(shown.ke_sd[window, frame]),
                int(cut[window, frame].sum()),
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
        known = f"{', '.join(PENS[:-1])} and {PENS[-1]}"
        message = f"Pens are {known}, each at most once, not {','.join(pens)!r}."
        raise InputError(message)


def needs_truth(pens: Sequence[str]) -> bool:
    """Whether one of the pens observes frames again, which takes their true displacement."""
    return not set(OF_VARIED).isdisjoint(pens)


def pen_of(source: np.ndarray) -> np.ndarray:
    """Which of `PENS` made each window, (n,) str, from the table's column `source`."""
    varied = np.char.find(source, f", {VARIED}") >= 0
    drawn = np.char.find(source, f", {DRAWN}") >= 0
    return np.select([varied & drawn, varied, drawn], [VARIED_DRAWN, VARIED, DRAWN], default=RAW)


def pen_seed(name: str) -> int:
    """Seed of an experiment's drawing: its name's CRC-32, so that no other experiment counts."""
    return zlib.crc32(name.encode())


def _draw_frames(fault_map: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """The maps of all frames drawn again, and each frame's thickness."""
    frames = fault_map.shape[2]
    thickness_px = rng.choice(DRAWN_THICKNESS_PX, size=frames)
    shift_px = rng.uniform(-0.5, 0.5, size=(frames, 2))
    drawn = [
        redraw(fault_map[:, :, f], thickness_px=thickness_px[f], shift_px=shift_px[f])
        for f in range(frames)
    ]
    return np.stack(drawn, axis=2), thickness_px


def _cut_frames(fault_map: np.ndarray, scale: ExperimentScale) -> np.ndarray:
    """Windows (positions, frames, rows, cols) of all frames."""
    frames = range(fault_map.shape[2])
    return np.stack([cut_windows(fault_map[:, :, f], scale=scale) for f in frames], axis=1)
