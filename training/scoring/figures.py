"""Figures of an evaluation: agreement, course of experiments, errors by group."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from training.fitting.losses import ACCURACY_SDS
from training.plot_style import STYLE
from training.scoring.scores import score_line
from training.windows.dataset import Windows
from training.windows.labelled import OF_LINES, OF_VARIED, pen_of

LABEL, NETWORK, OTHER = "#3b3b3b", "#0b6e8c", "#c8622d"  # told apart by the colour-blind, too
CELLS = 60  # of a density map, each way
KE_LIMITS = (-0.02, 1.12)  # answers above 1 happen
KE_TICKS = (0, 0.2, 0.4, 0.6, 0.8, 1)
SD_BINS = 12
DOTS_PER_INCH = 150


def draw_agreement(
    predicted: Mapping[str, np.ndarray], windows: Windows, sets: Mapping[str, np.ndarray]
) -> Figure:
    """Draw predicted against true KE, a panel a set, coloured by how many windows fall there.

    Dashed lines stand two standard deviations of the label off the diagonal: the median over
    labels of about that KE, since each has its own. What lies beyond the panel is drawn on its
    edge.
    """
    with mpl.rc_context(STYLE):
        figure, panels = _panels(len(sets), width=2.9, height=3.1)
        edges = np.linspace(*KE_LIMITS, CELLS + 1)
        counts = {
            name: np.histogram2d(
                *(np.clip(ke, *KE_LIMITS) for ke in (windows.ke[rows], predicted[name])),
                (edges, edges),
            )[0].T
            for name, rows in sets.items()
        }
        most = max(2.0, *(count.max() for count in counts.values()))
        for panel, (name, rows) in zip(panels, sets.items()):
            count = np.ma.masked_equal(counts[name], 0)
            colours = panel.pcolormesh(
                edges, edges, count, norm=mpl.colors.LogNorm(1, most), cmap="YlGnBu",
                rasterized=True,
            )  # fmt: skip
            panel.plot([0, 1], [0, 1], color=LABEL, linewidth=0.8)
            middle, twice = _two_sd(windows.ke[rows], windows.ke_sd[rows])
            for side in (-1, 1):
                panel.plot(middle, middle + side * twice, color=LABEL, linewidth=0.8, ls="--")
            title = score_line(windows.ke[rows], predicted[name], windows.ke_sd[rows])
            panel.set(xlim=KE_LIMITS, ylim=KE_LIMITS, aspect="equal", title=f"{name}\n{title}")
            panel.set(xticks=KE_TICKS, yticks=KE_TICKS)
            panel.set(xlabel="KE of the experiment", ylabel="KE predicted")
        figure.colorbar(colours, ax=panels, label="windows", shrink=0.7)
    return figure


def _two_sd(ke: np.ndarray, ke_sd: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Middles of bins of KE that hold labels, and twice the median SD in them."""
    edges = np.linspace(0, 1, SD_BINS + 1)
    number = np.clip(np.digitize(ke, edges) - 1, 0, SD_BINS - 1)
    held = np.unique(number)
    median = [np.median(ke_sd[number == place]) for place in held]
    return (edges[held] + edges[held + 1]) / 2, ACCURACY_SDS * np.array(median)


def draw_courses(
    predicted: np.ndarray, windows: Windows, rows: np.ndarray, experiments: Sequence[str]
) -> Figure:
    """Draw KE over the frames of one window position, a panel an experiment.

    The band is one standard deviation of the label. Windows drawn again as lines have a mark of
    their own; frames observed again, which have labels of their own, are left out where there
    are others.
    """
    with mpl.rc_context(STYLE):
        figure, panels = _panels(len(experiments), width=2.9, height=2.1)
        pen = pen_of(windows.source[rows])
        drawn, varied = np.isin(pen, OF_LINES), np.isin(pen, OF_VARIED)
        for panel, name in zip(panels, experiments):
            own = windows.experiment[rows] == name
            places = np.unique(windows.window[rows][own])
            place = places[len(places) // 2]
            own &= (windows.window[rows] == place) & (~varied | varied.all())
            frame, first = np.unique(windows.frame[rows][own], return_index=True)
            ke = windows.ke[rows][own][first]
            sd = windows.ke_sd[rows][own][first]
            panel.fill_between(frame, ke - sd, ke + sd, color=LABEL, alpha=0.18, linewidth=0)
            panel.plot(frame, ke, color=LABEL, linewidth=1.0, label="experiment")
            for title, colour, chosen in (
                ("predicted", NETWORK, own & ~drawn),
                ("predicted, drawn again", OTHER, own & drawn),
            ):
                if chosen.any():
                    panel.plot(
                        windows.frame[rows][chosen], predicted[chosen], ".", color=colour,
                        markersize=3, label=title,
                    )  # fmt: skip
            panel.set(ylim=KE_LIMITS, title=f"{name}, window {place}", xlabel="frame", ylabel="KE")
        entries = {
            title: line
            for panel in panels
            for line, title in zip(*panel.get_legend_handles_labels())
        }
        figure.legend(entries.values(), entries, loc="outside lower center", ncols=len(entries))
    return figure


def draw_errors(groups: Mapping[str, Mapping[str, Mapping[str, Mapping[str, float]]]]) -> Figure:
    """Draw the mean absolute error by KE and by maturity, with 95 % intervals.

    Parameters
    ----------
    groups : mapping
        From who predicts, two at most, to `training.scoring.groups.grouped_scores` of the same
        windows.
    """
    with mpl.rc_context(STYLE):
        figure, panels = _panels(2, width=3.9, height=2.7)
        for panel, kind, title in zip(panels, ("ke", "maturity"), ("by KE", "by displacement")):
            names = list(next(iter(groups.values()))[kind])
            for number, (who, colour) in enumerate(zip(groups, (NETWORK, OTHER))):
                scores = [groups[who][kind][name] for name in names]
                place = np.arange(len(names)) + 0.16 * (2 * number - 1) * (len(groups) > 1)
                _points_with_intervals(panel, place, scores, colour, who)
            panel.set_xticks(np.arange(len(names)), [name.replace(" ", "\n", 1) for name in names])
            panel.set_ylim(bottom=0)
            panel.set(title=title, ylabel="mean absolute error of KE")
        panels[0].legend(loc="best", fontsize=8)
    return figure


def _points_with_intervals(
    panel: Axes, place: np.ndarray, scores: Sequence[Mapping[str, float]], colour: str, label: str
) -> None:
    """A point for each mean absolute error, and a line for its interval where there is one."""
    mae = np.array([score["mae"] for score in scores])
    low = np.array([score.get("mae_low", score["mae"]) for score in scores])
    high = np.array([score.get("mae_high", score["mae"]) for score in scores])
    panel.vlines(place, low, high, color=colour, linewidth=2)
    panel.plot(place, mae, "o", color=colour, markersize=5, label=label)


def _panels(count: int, *, width: float, height: float) -> tuple[Figure, list[Axes]]:
    """A figure with that many panels, of a size in inches each, three a row at most."""
    cols = min(count, 2 if count in (2, 4) else 3)
    lines = math.ceil(count / cols)
    figure = Figure(figsize=(width * cols + 0.6, height * lines), layout="constrained")
    grid = figure.subplots(lines, cols, squeeze=False).ravel()
    for spare in grid[count:]:
        spare.set_axis_off()
    return figure, list(grid[:count])


def save_figure(figure: Figure, path: Path) -> None:
    """Write a figure in the format that the path's suffix names."""
    metadata = {"Date": None} if path.suffix == ".svg" else None
    with mpl.rc_context(STYLE):
        figure.savefig(path, dpi=DOTS_PER_INCH, metadata=metadata)
