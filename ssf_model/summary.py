"""What an estimate says zone by zone, as a table and as numbers for other programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from ssf_model.estimate import WindowEstimate


@dataclass
class _ZoneSummary:
    """Windows of one zone so far."""

    ke: list[float] = field(default_factory=list)
    n_windows: int = 0
    flags: Counter = field(default_factory=Counter)


class Summary:
    """Counts over windows, filled as they come."""

    def __init__(self) -> None:
        self._zones: dict[str, _ZoneSummary] = {}

    def add(self, windows: Iterable[WindowEstimate]) -> None:
        """Add some windows."""
        for window in windows:
            zone = self._zones.setdefault(window.zone, _ZoneSummary())
            zone.n_windows += 1
            zone.flags.update(window.flags)
            if window.ke is not None:
                zone.ke.append(window.ke)

    def as_dict(self) -> dict:
        """Give all counts; KE is None where no window has one."""
        every = [ke for zone in self._zones.values() for ke in zone.ke]
        flags: Counter = sum((zone.flags for zone in self._zones.values()), Counter())
        return {
            "n_windows": sum(zone.n_windows for zone in self._zones.values()),
            "n_windows_with_ke": len(every),
            "mean_ke": float(np.mean(every)) if every else None,
            "flags": dict(flags),
            "zones": [
                {
                    "zone": name,
                    "n_windows": zone.n_windows,
                    "n_windows_with_ke": len(zone.ke),
                    "ke_median": float(np.median(zone.ke)) if zone.ke else None,
                    "ke_min": min(zone.ke) if zone.ke else None,
                    "ke_max": max(zone.ke) if zone.ke else None,
                    "flags": dict(zone.flags),
                }
                for name, zone in self._zones.items()
            ],
        }

    def as_table(self) -> str:
        """Give a table for the terminal, a line a zone."""
        head = ("zone", "windows", "KE median", "KE range", "OFD median", "flags")
        rows = [head]
        for zone in self.as_dict()["zones"]:
            known = zone["ke_median"] is not None
            rows.append(
                (
                    zone["zone"],
                    str(zone["n_windows"]),
                    f"{zone['ke_median']:.2f}" if known else "NULL",
                    f"{zone['ke_min']:.2f}-{zone['ke_max']:.2f}" if known else "",
                    f"{1 - zone['ke_median']:.2f}" if known else "NULL",
                    " ".join(f"{flag}:{count}" for flag, count in sorted(zone["flags"].items())),
                )
            )
        widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
        return "\n".join(
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip()
            for row in rows
        )
