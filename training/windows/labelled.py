"""From an experiment to its labelled windows, as measured and drawn again as traces in use are.

The same of its frames observed once more, with another threshold and smoothing in each.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ssf_model.drawing.drawn_lines import drawn_lines
from ssf_model.drawing.windows import cut_windows, window_starts
from ssf_model.errors import InputError
from ssf_model.scale import DRAWN_THICKNESS_PX, ExperimentScale
from training.virtual.variants import vary_experiment
from training.windows.mapper import draw_style, mapped_lines
from training.windows.pen import centre_lines, draw_lines, moved

if TYPE_CHECKING:  # scipy is not imported for `--help`
    from training.experiments.experiment import Experiment


COLUMNS = ("experiment", "window", "frame", "ke", "ke_sd", "trace_px", "source", "stretch_px")
RAW, DRAWN, VARIED, VARIED_DRAWN = "raw", "drawn", "varied", "varied-drawn"
MAPPED, VARIED_MAPPED = "mapped", "varied-mapped"
PENS = (RAW, DRAWN, VARIED, VARIED_DRAWN, MAPPED, VARIED_MAPPED)
OF_VARIED = (VARIED, VARIED_DRAWN, VARIED_MAPPED)
OF_MAPPED = (MAPPED, VARIED_MAPPED)
OF_LINES = (DRAWN, VARIED_DRAWN, *OF_MAPPED)
# Second seeds, after the experiment's; the first drawing has none. A mapper's third is the frame.
VARIANT_STREAM, VARIANT_PEN_STREAM, MAPPER_STREAM, VARIANT_MAPPER_STREAM = 1, 2, 3, 4
PIXELS_STRETCH_PX = 1.0  # of maps that never were lines; also where lines only reach in sideways


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
    families: tuple[str, ...] = ()


def labelled_windows(experiment: Experiment, *, pens: Sequence[str] = (RAW,)) -> LabelledExperiment:
    """Cut an experiment into windows and keep those that show a fault.

    Parameters
    ----------
    experiment : Experiment
        Maps and labels.
    pens : sequence of str, optional
        Of `PENS`. `raw` gives the windows as they are. `drawn` gives each of those once more
        from its frame drawn again, with the same label: thickness and a shift of up to half a
        pixel are drawn for each frame by `pen_seed`. `mapped` gives each as a mapper draws it,
        in a style drawn for each frame (`training.windows.mapper`). `varied` gives the windows of
        each frame observed again (`training.virtual.variants`), with labels of their own;
        `varied-drawn` and `varied-mapped` those drawn again.

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
    centre: dict[bool, list[list[np.ndarray]]] = {}  # lines of the frames as measured, and varied
    maps, rows = [], []
    for pen in pens:
        of_varied = pen in OF_VARIED
        shown = varied if of_varied else experiment
        source = f"{shown.material}, {VARIED}" if of_varied else shown.material
        sources = [source] * shown.fault_map.shape[2]
        cut = _cut_frames(shown.fault_map, shown.scale)
        kept = cut.any(axis=(2, 3))
        stretch_px = np.full(kept.shape, PIXELS_STRETCH_PX)
        if pen in OF_LINES:
            if of_varied not in centre:
                centre[of_varied] = [centre_lines(frame) for frame in _frames(shown.fault_map)]
            drawings = list(_drawings(centre[of_varied], pen, seed))
            cut = _cut_frames(_draw_frames(drawings, shown.fault_map.shape), shown.scale)
            kept &= cut.any(axis=(2, 3))
            stretch_px = _stretches_px(drawings, shown.fault_map.shape, shown.scale)
            sources = [f"{source}, {drawing.words}" for drawing in drawings]
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
                float(stretch_px[window, frame]),
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
        families=experiment.families,
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
    mapped = np.char.find(source, f", {MAPPED}") >= 0
    return np.select(
        [varied & drawn, varied & mapped, varied, drawn, mapped],
        [VARIED_DRAWN, VARIED_MAPPED, VARIED, DRAWN, MAPPED],
        default=RAW,
    )


def pen_seed(name: str) -> int:
    """Seed of an experiment's drawing: its name's CRC-32, so that no other experiment counts."""
    return zlib.crc32(name.encode())


class _Drawing(NamedTuple):
    """A frame's lines in pixels, as they are to be drawn, and what the table says of them."""

    lines: list[np.ndarray]
    thickness_px: float
    words: str


def _drawings(centre: list[list[np.ndarray]], pen: str, seed: int) -> Iterator[_Drawing]:
    """The drawing of every frame by a pen, from its centre lines."""
    if pen in OF_MAPPED:
        stream = VARIANT_MAPPER_STREAM if pen in OF_VARIED else MAPPER_STREAM
        for frame, lines in enumerate(centre):
            rng = np.random.default_rng([seed, stream, frame])
            style = draw_style(rng)
            lines = moved(mapped_lines(lines, style, rng=rng), style.shift_px)
            words = f"{MAPPED} {style.thickness_px:g} px"
            yield _Drawing(lines, style.thickness_px, words)
        return
    rng = np.random.default_rng([seed, VARIANT_PEN_STREAM] if pen in OF_VARIED else seed)
    thickness_px = rng.choice(DRAWN_THICKNESS_PX, size=len(centre))
    shift_px = rng.uniform(-0.5, 0.5, size=(len(centre), 2))
    for lines, thickness, shift in zip(centre, thickness_px, shift_px):
        yield _Drawing(moved(lines, shift), thickness, f"{DRAWN} {thickness:g} px")


def _draw_frames(drawings: list[_Drawing], shape: tuple[int, int, int]) -> np.ndarray:
    """The maps (rows, cols, frames) of drawings."""
    return np.stack(
        [draw_lines(lines, shape[:2], thickness_px=thick) for lines, thick, _ in drawings], axis=2
    )


def _stretches_px(
    drawings: list[_Drawing], shape: tuple[int, int, int], scale: ExperimentScale
) -> np.ndarray:
    """Median straight stretch of the lines in every window, (positions, frames)."""
    starts = window_starts(shape[1], scale=scale)
    below = np.array([0.0, shape[0] - scale.window_rows])  # rows that are in no window
    stretch_px = np.array(
        [
            [found.stretch_px for found in drawn_lines(
                [(line - below) * scale.pixel_size_m for line in lines], starts, scale=scale
            )]
            for lines, *_ in drawings
        ]
    ).T  # fmt: skip
    return np.where(np.isnan(stretch_px), PIXELS_STRETCH_PX, np.round(stretch_px, 3))


def _cut_frames(fault_map: np.ndarray, scale: ExperimentScale) -> np.ndarray:
    """Windows (positions, frames, rows, cols) of all frames."""
    return np.stack([cut_windows(frame, scale=scale) for frame in _frames(fault_map)], axis=1)


def _frames(fault_map: np.ndarray) -> Iterator[np.ndarray]:
    """Maps (rows, cols), frame by frame."""
    return (fault_map[:, :, frame] for frame in range(fault_map.shape[2]))
