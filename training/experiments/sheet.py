"""One experiment on one sheet, to see what a file holds before training."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ssf_model.drawing.windows import window_starts
from ssf_model.errors import InputError, counted

if TYPE_CHECKING:  # matplotlib and scipy are not imported for `--help`
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from training.experiments.experiment import Experiment


MOMENTS = 5
FIELDS = {  # variable of the clay form: what it is, colours below and above 0
    "store_u": ("displacement a frame along strike", "RdBu_r"),
    "store_v": ("displacement a frame across strike", "RdBu_r"),
    "curl_map": ("half the curl", "PuOr_r"),
}
SHOWN_SHARE = 0.998  # of a field's values within its colours; a few noisy cells are not
# Told apart by the colour-blind, too (Okabe & Ito 2008); windows in turn.
WINDOW_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#8a6d00")
PANEL_WIDTH, CURVE_HEIGHT, MARGIN = 3.6, 2.6, 0.9  # inches
LEGEND_SPACE = 1.2  # the axis of KE ends so much above the highest
FRAME = "frame"  # unit of time where a file holds no displacements
BLANK = "-"  # in place of the KE of a window without a fault


@dataclass(frozen=True)
class Sheet:
    """What a sheet shows of an experiment."""

    experiment: Experiment
    fields: Mapping[str, np.ndarray]  # keys of `FIELDS` -> (rows, cols, frames); may be empty
    displacement: np.ndarray  # (frames,) of the plates up to each frame, or the frame's number
    unit: str  # of the displacement


def read_sheet(path: Path) -> Sheet:
    """Read what a sheet shows from an experiment file of any known form.

    Parameters
    ----------
    path : Path
        The `.mat` file.

    Returns
    -------
    sheet : Sheet
        The clay form has displacements and curl; of the other forms maps and labels are shown
        against the frame's number.

    Raises
    ------
    InputError
        As `training.experiments.files.read_experiment`.
    """
    from training.experiments.experiment import VIRTUAL
    from training.experiments.files import read_experiment
    from training.experiments.labels import plate_velocity
    from training.experiments.matlab import read_variable, variable_names

    experiment = read_experiment(path)
    frames = np.arange(experiment.fault_map.shape[2])
    if not set(FIELDS) <= set(variable_names(path)):
        return Sheet(experiment, {}, frames.astype(float), FRAME)
    shape = experiment.fault_map.shape
    fields = {name: np.asarray(read_variable(path, name)).reshape(shape) for name in FIELDS}
    displacement = np.cumsum(plate_velocity(fields["store_u"], fields["store_v"]))
    # Virtual experiments are in mm; a laboratory's file does not tell its unit.
    unit = "mm" if experiment.material == VIRTUAL else "units of 'store_u'"
    return Sheet(experiment, fields, displacement, unit)


def chosen_frames(fault_map: np.ndarray, count: int) -> list[int]:
    """Frames to show: the first with a fault, the last, and others evenly between.

    Parameters
    ----------
    fault_map : (rows, cols, frames) array
        0 off a fault and 1 on it.
    count : int
        How many; fewer where there are fewer frames.

    Returns
    -------
    frames : list of int
        Ascending. Over all frames where none shows a fault.

    Raises
    ------
    InputError
        If the count is below 1.
    """
    if count < 1:
        message = f"A sheet shows 1 moment or more, not {count}."
        raise InputError(message)
    shows = fault_map.any(axis=(0, 1))
    first, last = int(np.argmax(shows)), len(shows) - 1
    return np.unique(np.linspace(last if count == 1 else first, last, count).round()).astype(
        int
    ).tolist()  # fmt: skip


def window_ke(experiment: Experiment) -> np.ndarray:
    """KE of each window and frame, (windows, frames); NaN where the window shows no fault."""
    scale = experiment.scale
    maps = experiment.fault_map[: scale.window_rows]
    shows = [
        maps[:, start : start + scale.window_cols].any(axis=(0, 1))
        for start in window_starts(maps.shape[1], scale=scale)
    ]
    return np.where(shows, experiment.ke, np.nan)


def draw_sheet(sheet: Sheet, frames: Sequence[int]) -> Figure:
    """Draw a row of maps a moment, and below them the KE of every window over time.

    Parameters
    ----------
    sheet : Sheet
        Made by `read_sheet`.
    frames : sequence of int
        Moments, as `chosen_frames` gives them.

    Returns
    -------
    figure : matplotlib.figure.Figure
        Each field has the same colours at all moments.
    """
    import matplotlib as mpl
    from matplotlib.figure import Figure

    from training.plot_style import STYLE

    experiment = sheet.experiment
    rows, cols, total = experiment.fault_map.shape
    columns = len(sheet.fields) + 1
    height = PANEL_WIDTH * rows / cols * len(frames) + CURVE_HEIGHT + MARGIN
    ke = window_ke(experiment)
    with mpl.rc_context(STYLE):
        width = max(2, columns) * PANEL_WIDTH
        figure = Figure(figsize=(width, height), layout="constrained")
        figure.suptitle(
            f"{experiment.name} ({experiment.material}): {rows} x {cols} px, "
            f"{counted(total, 'frame')}",
            x=0.01, ha="left", fontsize=11,
        )  # fmt: skip
        maps, curve = figure.subfigures(2, 1, height_ratios=(height - CURVE_HEIGHT, CURVE_HEIGHT))
        grid = maps.subplots(len(frames), columns, squeeze=False)
        for panel in grid.flat:
            panel.set(xticks=[], yticks=[])
            panel.spines[:].set_visible(True)
        for name, panels in zip(sheet.fields, grid.T):
            title, colours = FIELDS[name]
            shown = sheet.fields[name][:, :, frames]
            most = float(np.quantile(np.abs(shown), SHOWN_SHARE)) or 1.0
            for panel, frame in zip(panels, frames):
                image = panel.imshow(
                    sheet.fields[name][:, :, frame], cmap=colours, vmin=-most, vmax=most
                )
            panels[0].set_title(f"{title} ('{name}')")
            maps.colorbar(
                image, ax=list(panels), location="bottom", shrink=0.7, aspect=40, pad=0.01
            )
        for panel, frame in zip(grid[:, -1], frames):
            _draw_windows(panel, experiment, frame, ke[:, frame])
        grid[0, -1].set_title("active faults, windows and their KE")
        for panel, frame in zip(grid[:, 0], frames):
            at = "" if sheet.unit == FRAME else f"\nat {sheet.displacement[frame]:.1f}"
            at += " mm" if sheet.unit == "mm" else ""
            panel.set_ylabel(f"frame {frame}{at}")
        _draw_curves(curve.subplots(), sheet, frames, ke)
    return figure


def _draw_windows(panel: Axes, experiment: Experiment, frame: int, ke: np.ndarray) -> None:
    """A frame's fault map, with each window's outline and KE in the window's colour."""
    scale = experiment.scale
    panel.imshow(1 - experiment.fault_map[:, :, frame], cmap="gray", vmin=0, vmax=1)
    starts = window_starts(experiment.fault_map.shape[1], scale=scale)
    for place, (start, value) in enumerate(zip(starts, ke)):
        colour = WINDOW_COLOURS[place % len(WINDOW_COLOURS)]
        inset = scale.window_rows * (0.02 + 0.03 * (place % 2))  # neighbours overlap
        low, high = start, start + scale.window_cols - 1
        top, bottom = inset, scale.window_rows - 1 - inset
        panel.plot(
            [low, high, high, low, low],
            [top, top, bottom, bottom, top],
            color=colour,
            linewidth=0.9,
        )
        panel.text(
            (low + high) / 2, top + 0.02 * scale.window_rows,
            BLANK if np.isnan(value) else f"{value:.2f}",
            color=colour, ha="center", va="top", fontsize=8, fontweight="bold",
        )  # fmt: skip


def _draw_curves(panel: Axes, sheet: Sheet, frames: Sequence[int], ke: np.ndarray) -> None:
    """KE of each window over the displacement; dotted where the sheet shows the map."""
    for place, course in enumerate(ke):
        panel.plot(
            sheet.displacement, course, linewidth=1.2, label=f"window {place}",
            color=WINDOW_COLOURS[place % len(WINDOW_COLOURS)],
        )  # fmt: skip
    for frame in frames:
        panel.axvline(sheet.displacement[frame], color="#888888", linewidth=0.8, linestyle=":")
    label = FRAME if sheet.unit == FRAME else f"plate displacement ({sheet.unit})"
    panel.margins(x=0.01)
    panel.set(xlabel=label, ylabel="KE")
    panel.set_ylim(0, LEGEND_SPACE * max(1.0, np.nanmax(ke, initial=0)))
    panel.legend(loc="upper left", ncols=len(ke), fontsize=8)
