"""Pictures as PNG, drawn by Matplotlib, which brings its own fonts: the command line's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ssf_model.errors import InputError
from ssf_model.report.shapes import Dot, Picture, Shape, Words
from ssf_model.report.svg import WIDTH_MM
from ssf_model.tables.cells import printable

if TYPE_CHECKING:
    from matplotlib.axes import Axes


DPI = 300
FONT = "DejaVu Sans"
UNIT_PT = WIDTH_MM / 25.4 * 72 / 720
HOW_TO = 'a PNG needs Matplotlib; run: pip install "ssf[report]", or name the figure .svg'


def check_png() -> None:
    """Refuse to begin where a PNG could not be written (InputError)."""
    try:
        import matplotlib  # noqa: F401
    except ImportError as error:
        raise InputError(HOW_TO) from error


def write_png(path: Path, picture: Picture, *, dpi: int = DPI) -> None:
    """Write a picture, 180 mm wide, as PNG.

    Raises
    ------
    InputError
        Where there is no Matplotlib.
    """
    check_png()
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    unit_inches = UNIT_PT / 72
    figure = Figure((picture.width * unit_inches, picture.height * unit_inches), facecolor="white")
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, picture.width), ylim=(picture.height, 0))
    axes.set_axis_off()
    draw: dict[type, Callable[..., None]] = {Shape: _shape, Dot: _dot, Words: _words}
    for order, item in enumerate(picture.items):
        draw[type(item)](axes, item, order)
    figure.savefig(path, dpi=dpi, format="png", metadata={"Title": _latin(picture.title)})


def _shape(axes: Axes, shape: Shape, order: int) -> None:
    """Lines and areas as one path."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path as Outline

    closed = shape.fill is not None
    parts = [np.concatenate([part, part[:1]]) if closed else part for part in shape.parts]
    codes = np.full(sum(map(len, parts)), Outline.LINETO)
    codes[np.cumsum([0] + [len(part) for part in parts[:-1]])] = Outline.MOVETO
    style = (0, tuple(length / shape.width for length in shape.dash)) if shape.dash else "solid"
    patch = PathPatch(
        Outline(np.concatenate(parts), codes),
        facecolor=(shape.fill, shape.opacity) if closed else "none",
        edgecolor=shape.stroke or "none",
        linewidth=shape.width * UNIT_PT if shape.stroke else 0.0,
        linestyle=style,
        joinstyle="round",
        capstyle="round",
        zorder=order,
    )
    axes.add_artist(patch)


def _dot(axes: Axes, dot: Dot, order: int) -> None:
    """A circle."""
    angle = np.linspace(0, 2 * np.pi, 73)
    ring = np.array([dot.x, dot.y]) + dot.radius * np.column_stack([np.cos(angle), np.sin(angle)])
    _shape(axes, Shape((ring,), dot.stroke, dot.width, fill=dot.fill), order)


def _words(axes: Axes, words: Words, order: int) -> None:
    """A line of text, never read as mathematics."""
    axes.text(
        words.x,
        words.y,
        printable(words.text),
        fontsize=words.size * UNIT_PT,
        family=FONT,
        weight="bold" if words.bold else "normal",
        color=words.colour,
        ha={"start": "left", "middle": "center", "end": "right"}[words.anchor],
        va="baseline",
        rotation=-words.angle_deg,
        rotation_mode="anchor",
        parse_math=False,
        zorder=order,
    )


def _latin(text: str) -> str:
    """Text as a PNG's plain entries hold it."""
    return text.encode("latin-1", "replace").decode("latin-1")
