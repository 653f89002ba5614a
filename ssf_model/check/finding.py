"""One finding about a map, and what kinds there are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

DUPLICATE = "duplicate"
NEAR_MISS = "near_miss"
GAP = "gap"
EMPTY_STRETCH = "empty_stretch"
STRAY = "stray"
COARSE = "coarse"
NOT_STRIKE_SLIP = "not_strike_slip"
OTHER_ZONE = "other_zone"

KINDS = {
    DUPLICATE: "The line is drawn twice. It shapes no guide line twice, but remove one of the two.",
    NEAR_MISS: "The line, a kilometre long or longer, ends within 100 m of another one without "
    "meeting it. Drawn, they touch; snap them if they are one fault.",
    GAP: "Two lines end within 2 km of each other and run towards each other. If the fault goes "
    "on between them, draw it: the network reads a gap as a step.",
    EMPTY_STRETCH: "A zone has no trace for more than 2 km along its guide line, as where a name "
    "stands for two faults. Windows that reach into the gap see a fault that ends: KE falls "
    "towards 0 there and counts in means. Draw the fault if it goes on; else give each side a zone "
    "of its own.",
    STRAY: "A zone with less than 1 km of trace, more than 2 km from all others (or named so). It "
    "gets a window that it cannot fill; join it to a zone or leave it out.",
    COARSE: "Half of the line or more is drawn in straight stretches longer than 1 km: bends and "
    "steps that KE depends on may be missing.",
    NOT_STRIKE_SLIP: "By its rake, slip type or dip the fault is not mainly strike-slip; KE is "
    "about slip along strike alone.",
    OTHER_ZONE: "A window holds a kilometre or more of another zone's traces, which are not read "
    "with it. If they belong together, give both the same zone.",
}


@dataclass(frozen=True)
class Finding:
    """Something to look at.

    Attributes
    ----------
    kind : str
        A key of `KINDS`.
    name : str
        What messages call the feature, or the window.
    other : str or None
        The other feature or zone, where two are concerned.
    value_m : float
        A length in metres: of the gap, the line, the stretch.
    lines : list of (n, 2) float arrays
        Longitude and latitude of what is concerned; one place alone is a line of one vertex.
    """

    kind: str
    name: str
    other: str | None
    value_m: float
    lines: list[np.ndarray]

    @property
    def is_place(self) -> bool:
        """Whether it concerns a place, not a line."""
        return len(self.lines) == 1 and len(self.lines[0]) == 1
