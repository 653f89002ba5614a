"""A figure for papers: map and profile of a few fault zones on one page."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np

from ssf_model.report.shapes import Dot, Picture, Shape, Words
from ssf_model.report.shown_zones import ShownZone
from ssf_model.report.zone_map import WIDTH, draw_map
from ssf_model.report.zone_profile import draw_profile

GAP = 14.0  # between the pictures


def draw_figure(zones: Sequence[ShownZone]) -> Picture:
    """Draw zones one below the other, each as a map with its profile under it."""
    names = ", ".join(zone.name for zone in zones)
    figure = Picture(WIDTH, 0.0, f"KE and OFD of {names}")
    for zone in zones:
        for picture in (draw_map(zone), draw_profile(zone)):
            figure.items += [_lowered(item, figure.height) for item in picture.items]
            figure.height += picture.height + GAP
    figure.height -= GAP
    return figure


def _lowered(item: Shape | Dot | Words, by: float) -> Shape | Dot | Words:
    """The same item farther down."""
    if isinstance(item, Shape):
        moved = tuple(part + np.array([0.0, by]) for part in item.parts)
        return dataclasses.replace(item, parts=moved)
    return dataclasses.replace(item, y=item.y + by)
