"""How all figures of the training package look."""

from __future__ import annotations

STYLE = {
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 9,
    "axes.titlelocation": "left",
    "legend.frameon": False,
    "svg.hashsalt": "ssf",  # the same numbers give the same file
}
