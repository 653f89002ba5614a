"""Tables of a comparison of two maps: window by window, and zone by zone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from ssf_model.compare.comparing import WindowComparison
from ssf_model.tables.fields import FLAG_SEPARATOR, Field, lined_up

SAME_EVERYWHERE = (
    "The maps do not differ in any window. Windows lie inside the zones of map A: to see what "
    "lies between two zones or past their ends, draw guide lines or use a zone field."
)

COMPARISON_FIELDS = (
    Field("zone", "str", "Fault zone of map A: value of the zone field, or its number"),
    Field("strip", "int", "Straight frame of up to five windows, counted along the zone"),
    Field("window", "int", "Window within the strip, from 1"),
    Field("along_km", "float", "Place of the window's middle along the zone, from its beginning"),
    Field("ke_a", "float", "Kinematic efficiency on map A; NULL if unknown"),
    Field("ke_b", "float", "Kinematic efficiency on map B; NULL if unknown"),
    Field("ke_change", "float", "Median over the members of KE on B less KE on A; OFD: minus that"),
    Field("change_p05", "float", "5th percentile of the members' changes"),
    Field("change_p95", "float", "95th percentile of the members' changes"),
    Field(
        "sign_agrees", "float", "Share of members whose change has the sign of ke_change, 0 to 1"
    ),
    Field("changed_px", "int", "Pixels that are fault on one map alone, at the middle thickness"),
    Field("flags_a", "str", "What makes KE on map A doubtful, separated by commas"),
    Field("flags_b", "str", "What makes KE on map B doubtful"),
    Field("trace_px_a", "int", "Fault pixels on map A at the middle thickness"),
    Field("trace_px_b", "int", "Fault pixels on map B"),
    Field("n_members", "int", "Members of the ensemble, each of which read both maps"),
    Field("trend_deg", "float", "Azimuth of the window's length, 0 to 180 degrees"),
    Field("sense_a", "str", "Sense of slip in which map A was read: dextral or sinistral"),
    Field("sense_b", "str", "Sense of slip in which map B was read"),
    Field("model", "str", "Name and version of the model"),
)


def comparison_values(window: WindowComparison) -> tuple[int | float | str | None, ...]:
    """Give a window's row of the table, one value for each of `COMPARISON_FIELDS`."""
    a, b = window.a, window.b
    return (
        a.zone,
        a.strip,
        a.window,
        a.along_km,
        a.ke,
        b.ke,
        window.ke_change,
        window.change_p05,
        window.change_p95,
        window.sign_agrees,
        window.changed_px,
        FLAG_SEPARATOR.join(a.flags),
        FLAG_SEPARATOR.join(b.flags),
        a.trace_px,
        b.trace_px,
        a.n_members,
        a.trend_deg,
        a.sense,
        b.sense,
        a.model,
    )


@dataclass
class _ZoneChanges:
    """Compared windows of one zone so far; KE and changes where both maps have a KE."""

    ke_a: list[float] = field(default_factory=list)
    ke_b: list[float] = field(default_factory=list)
    change: list[float] = field(default_factory=list)
    n_windows: int = 0
    n_redrawn: int = 0
    n_agreed: int = 0


class ComparisonSummary:
    """Counts over compared windows, filled as they come."""

    def __init__(self) -> None:
        self._zones: dict[str, _ZoneChanges] = {}

    def add(self, windows: Iterable[WindowComparison]) -> None:
        """Add some windows."""
        for window in windows:
            zone = self._zones.setdefault(window.a.zone, _ZoneChanges())
            zone.n_windows += 1
            zone.n_redrawn += window.changed_px > 0
            ke_a, ke_b, change = window.a.ke, window.b.ke, window.ke_change
            if ke_a is not None and ke_b is not None and change is not None:
                zone.ke_a.append(ke_a)
                zone.ke_b.append(ke_b)
                zone.change.append(change)
                zone.n_agreed += change != 0 and window.sign_agrees == 1

    def as_dict(self) -> dict:
        """Give all counts; medians and extremes are None where no window was compared.

        `n_compared` windows have a KE on both maps, `n_redrawn` differ on the maps, and of
        `n_agreed` all members see KE change to the same side. KE is that of compared windows.
        """
        every = [change for zone in self._zones.values() for change in zone.change]
        return {
            "n_windows": sum(zone.n_windows for zone in self._zones.values()),
            "n_compared": len(every),
            "n_redrawn": sum(zone.n_redrawn for zone in self._zones.values()),
            "n_agreed": sum(zone.n_agreed for zone in self._zones.values()),
            "mean_ke_change": float(np.mean(every)) if every else None,
            "zones": [
                {
                    "zone": name,
                    "n_windows": zone.n_windows,
                    "n_compared": len(zone.change),
                    "n_redrawn": zone.n_redrawn,
                    "n_agreed": zone.n_agreed,
                    "ke_a_median": float(np.median(zone.ke_a)) if zone.change else None,
                    "ke_b_median": float(np.median(zone.ke_b)) if zone.change else None,
                    "ke_change_median": float(np.median(zone.change)) if zone.change else None,
                    "ke_change_min": min(zone.change, default=None),
                    "ke_change_max": max(zone.change, default=None),
                }
                for name, zone in self._zones.items()
            ],
        }

    def as_table(self) -> str:
        """Give a table for the terminal, a line a zone."""
        head = ("zone", "windows", "compared", "redrawn", "KE of A", "KE of B", "KE change")
        rows = [(*head, "least", "greatest", "all agree")]
        for zone in self.as_dict()["zones"]:
            numbers = ["-"] * 5  # not NULL: either map may have a KE where the other has none
            if zone["n_compared"]:
                numbers = [
                    f"{zone['ke_a_median']:.2f}",
                    f"{zone['ke_b_median']:.2f}",
                    f"{zone['ke_change_median']:+.3f}",
                    f"{zone['ke_change_min']:+.3f}",
                    f"{zone['ke_change_max']:+.3f}",
                ]
            counts = [str(zone[key]) for key in ("n_windows", "n_compared", "n_redrawn")]
            rows.append((zone["zone"], *counts, *numbers, str(zone["n_agreed"])))
        return lined_up(rows)
