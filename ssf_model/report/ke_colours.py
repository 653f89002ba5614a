"""The colours of KE, the same on QGIS's maps (`looks` of the plugin) and in pictures.

Source: ColorBrewer's RdYlBu in five classes (Brewer 2003), which the colour-blind can read.
"""

from __future__ import annotations

KE_EDGES = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
KE_COLOURS = ("#d7191c", "#fdae61", "#ffffbf", "#abd9e9", "#2c7bb6")
UNKNOWN_COLOUR, UNKNOWN_LINE = "#f0f0f0", "#828282"
UNKNOWN_LABEL = "no KE"


def ke_colour(ke: float | None) -> str:
    """Give the colour of a KE from 0 to 1, or of none; a class holds its lower edge."""
    if ke is None:
        return UNKNOWN_COLOUR
    return KE_COLOURS[sum(ke >= edge for edge in KE_EDGES[1:-1])]
