"""Windows of like KE side by side: real clay where it is given, then virtual ones."""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from training.plot_style import STYLE
from training.scoring.patterns import KE_CLASSES, ke_class

SHOWN = 6  # virtual windows of a class
CLAY_SHOWN = 2
MARGIN_ROWS = 24  # of a window, not shown above and below
PANEL_WIDTH, PANEL_HEIGHT = 1.1, 1.45  # inches
DOTS_PER_INCH = 100


def draw_patterns(
    maps: np.ndarray,
    ke: np.ndarray,
    *,
    rng: np.random.Generator,
    clay: tuple[np.ndarray, np.ndarray] | None = None,
) -> Figure:
    """Draw windows by their KE, a line for each of `KE_CLASSES` with windows.

    Parameters
    ----------
    maps, ke : (n, rows, cols) and (n,) arrays
        Virtual windows and their labels; which of a class are shown is drawn.
    rng : numpy.random.Generator
        Draws them.
    clay : pair of arrays, optional
        The same of real clay, shown on the left.

    Returns
    -------
    figure : Figure
        Each window's middle rows with its KE, and on the left what it is.
    """
    parts = [("virtual", maps, np.asarray(ke), SHOWN)]
    if clay is not None:
        parts.insert(0, ("clay", *clay, CLAY_SHOWN))
    shown = np.unique(ke_class(parts[-1][2]))
    columns = sum(part[-1] for part in parts)
    with mpl.rc_context(STYLE):
        figure = Figure(
            figsize=(PANEL_WIDTH * columns, PANEL_HEIGHT * len(shown)), layout="constrained"
        )
        panels = figure.subplots(len(shown), columns, squeeze=False)
        for panel in panels.flat:
            panel.axis("off")
        for line, number in zip(panels, shown):
            column = 0
            for title, windows, labels, count in parts:
                rows = np.flatnonzero(ke_class(labels) == number)
                for place, row in enumerate(np.sort(rng.permutation(rows)[:count])):
                    _draw_window(line[column + place], windows[row])
                    line[column + place].set_title(f"{title} {labels[row]:.2f}", fontsize=7)
                column += count
            line[0].text(
                -0.1, 0.5, KE_CLASSES[number], rotation=90, va="center", ha="right",
                transform=line[0].transAxes,
            )  # fmt: skip
    return figure


def _draw_window(panel: Axes, window: np.ndarray) -> None:
    """The middle rows of a window, faults black, in a thin frame."""
    panel.imshow(
        window[MARGIN_ROWS:-MARGIN_ROWS], cmap="gray_r", interpolation="nearest", vmin=0, vmax=1
    )
    panel.axis("on")
    panel.set(xticks=[], yticks=[])
    panel.spines[:].set(visible=True, linewidth=0.4)


def save_figure(figure: Figure, path: Path) -> None:
    """Write a figure as PNG, the same bytes for the same windows."""
    figure.savefig(path, format="png", dpi=DOTS_PER_INCH, metadata={"Software": None})
