"""The study's Figure 4 as a table, and what has been measured on real faults since.

`benchmarks/study.py` prints them: three faults beside the study's own estimates; ruptures as they
were drawn and generalized; and the FDHI lines by how far their faults have slipped in all, beside
Milliner et al. (2025), who find the less strain off faults the more these have slipped.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from published_values import (
    CALIFORNIA,
    HECTOR_MINE,
    LANDERS,
    MAIN_ZONE,
    PUBLISHED,
    RUPTURE_LINES,
    FaultMap,
    zone_of,
)

from ssf_model.errors import InputError
from training.markdown import markdown_table

# The study's network on its own maps: KE in per cent over all windows and line widths together.
# Source: Chaipornkaew et al. (2022), Figure 4.
STUDY_KE_PERCENT = {
    "Calico": (32, 83),
    "San Andreas, Mecca Hills": (77, 91),
    "Futagawa (Kumamoto 2016)": (47, 67),
}
# Off-fault strain in per cent of 16 strike-slip earthquakes, by cumulative slip of their faults.
# Source: Milliner et al. (2025), Nature Geoscience 18, 793-800.
YOUNG_KM, OLD_KM = 3.0, 20.0
YOUNG, BETWEEN, OLD = "below 3 km", "3 to 20 km, or on an edge", "above 20 km"
UNKNOWN = "unknown"
MILLINER_PERCENT = {YOUNG: (34, 67), OLD: (13, 19)}

CRUSTAL_MAPS = (CALIFORNIA, RUPTURE_LINES)  # of Figure 4
RUPTURE_MAPS = (LANDERS, HECTOR_MINE, RUPTURE_LINES)

Summaries = Mapping[FaultMap, dict]


@dataclass(frozen=True)
class Slip:
    """How far a fault has slipped in all, in km, as somebody found; NaN where nobody is known to.

    An end that is open is 0 or infinite.
    """

    fault: str
    low_km: float
    high_km: float
    note: str
    source: str

    @property
    def maturity(self) -> str:
        """The class of Milliner et al. (2025) that the whole range lies in."""
        if math.isnan(self.low_km):
            return UNKNOWN
        if self.high_km < YOUNG_KM:
            return YOUNG
        return OLD if self.low_km > OLD_KM else BETWEEN

    @property
    def in_words(self) -> str:
        """The range in km, or that it is unknown."""
        if math.isnan(self.low_km):
            return UNKNOWN
        if math.isinf(self.high_km):
            return f"{self.low_km:g} or more"
        if self.low_km == self.high_km:
            return f"{self.low_km:g}"
        return f"{self.low_km:g}-{self.high_km:g}"


def read_slips(path: Path) -> dict[str, Slip]:
    """Read the table of cumulative slip, by the earthquake's name in the FDHI lines.

    Raises
    ------
    InputError
        If a name is there twice, a range is none, or a row has no source.
    """
    slips: dict[str, Slip] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            name, low, high = row["eq_name"], row["low_km"], row["high_km"]
            ends = (float(low or 0), float(high or math.inf)) if low or high else (math.nan,) * 2
            if name in slips:
                message = f"{path.name}: '{name}' is there twice."
                raise InputError(message)
            if not 0 <= ends[0] <= ends[1] and not math.isnan(ends[0]):
                message = f"{path.name}: '{name}' slipped {low} to {high} km, which is no range."
                raise InputError(message)
            if not row["source"]:
                message = f"{path.name}: '{name}' has no source."
                raise InputError(message)
            slips[name] = Slip(row["fault"], *ends, row["note"], row["source"])
    return slips


def crustal_table(
    drawn: Summaries, generalized: Summaries, published: Summaries | None, *, model: str
) -> str:
    """Figure 4: published off-fault deformation, the study's estimates, and ours, in per cent."""
    lines = []
    for entry in PUBLISHED:
        if entry.fault not in STUDY_KE_PERCENT:
            continue
        low, high = (100 - end for end in reversed(STUDY_KE_PERCENT[entry.fault]))
        fault_map, name = entry.zones[0]
        ours, general = (zone_of(found[fault_map], name) for found in (drawn, generalized))
        theirs = "-" if published is None else ofd_cell(zone_of(published[fault_map], name))
        lines.append(
            [
                entry.fault,
                f"{entry.range_percent} ({entry.source})",
                f"{low}-{high}",
                theirs,
                ofd_cell(ours),
                interval_cell(ours),
                ofd_cell(general),
            ]
        )
    head = (
        "fault, OFD in %",
        "published",
        "the study: its network, its maps",
        "its network, our maps",
        f"{model}, as drawn",
        "interval",
        "generalized",
    )
    return markdown_table(head, lines)


def rupture_table(
    drawn: Summaries, generalized: Summaries, lines_of: Sequence[str], slips: Mapping[str, Slip]
) -> str:
    """The two ruptures and every strike-slip line of the FDHI: as drawn and generalized."""
    chosen: list[tuple[str, str, FaultMap, str | None]] = [
        ("Landers 1992, rupture map, main zone", "Landers", LANDERS, MAIN_ZONE),
        ("Hector Mine 1999, rupture map, main zone", "HectorMine", HECTOR_MINE, MAIN_ZONE),
    ]
    order = sorted(lines_of, key=lambda name: (_low_km(slips, name), name))
    chosen += [(name, name, RUPTURE_LINES, name) for name in order]
    rows = []
    for title, event, fault_map, zone in chosen:
        ours, general = (zone_of(found[fault_map], zone) for found in (drawn, generalized))
        slip = slips[event].in_words if event in slips else UNKNOWN
        known = [f"{each['n_windows_with_ke']} of {each['n_windows']}" for each in (ours, general)]
        rows.append(
            [
                title,
                slip,
                known[0],
                ofd_cell(ours),
                interval_cell(ours),
                known[1],
                ofd_cell(general),
                interval_cell(general),
            ]
        )
    head = (
        "rupture, OFD in %",
        "slip of the fault, km",
        "windows with KE",
        "as drawn",
        "interval",
        "windows with KE",
        "generalized",
        "interval",
    )
    return markdown_table(head, rows)


def maturity_table(
    drawn: Summaries, generalized: Summaries, lines_of: Sequence[str], slips: Mapping[str, Slip]
) -> str:
    """FDHI lines by cumulative slip: medians over lines, beside Milliner et al. (2025)."""
    rows = []
    for kind in (YOUNG, BETWEEN, OLD, UNKNOWN):
        events = [name for name in lines_of if maturity_of(slips, name) == kind]
        if not events:
            continue
        cells = []
        for found in (drawn, generalized):
            zones = [zone_of(found[RUPTURE_LINES], name) for name in events]
            ofd = [100 * (1 - z["ke_median"]) for z in zones if z["ke_median"] is not None]
            cells.append(f"{_spread(ofd)} of {len(ofd)}" if ofd else "NULL")
            if kind in MILLINER_PERCENT:
                low, high = MILLINER_PERCENT[kind]
                cells.append(f"{sum(low <= each <= high for each in ofd)}")
            else:
                cells.append("-")
        told = MILLINER_PERCENT.get(kind)
        range_told = "-" if told is None else f"{told[0]}-{told[1]}"
        named = ", ".join(sorted(events)) if kind != UNKNOWN else f"{len(events)} lines"
        rows.append([kind, named, range_told, *cells])
    head = (
        "slip of the fault",
        "lines",
        "Milliner et al. 2025, %",
        "OFD as drawn, %: median (range)",
        "in that range",
        "generalized",
        "in that range",
    )
    return markdown_table(head, rows)


def slip_table(slips: Mapping[str, Slip]) -> str:
    """What is known of the faults' cumulative slip, and from where."""
    rows = [
        [name, slip.fault, slip.in_words, slip.note or "-", slip.source]
        for name, slip in slips.items()
    ]
    return markdown_table(("line", "fault", "slip, km", "note", "source"), rows)


def maturity_of(slips: Mapping[str, Slip], name: str) -> str:
    """The class of a line's fault; unknown where the table does not have it."""
    return slips[name].maturity if name in slips else UNKNOWN


def ofd_cell(zone: Mapping) -> str:
    """Median OFD in per cent and its range over windows."""
    if zone["ke_median"] is None:
        return "NULL"
    middle, low, high = (100 * (1 - zone[key]) for key in ("ke_median", "ke_max", "ke_min"))
    return f"{middle:.0f} ({low:.0f}-{high:.0f})"


def interval_cell(zone: Mapping) -> str:
    """The interval of OFD in per cent, medians of both ends over windows that have one."""
    ends = zone["ofd_ends"]
    if ends is None:
        return "none"
    without = f", {zone['n_without']} without" if zone["n_without"] else ""
    return f"{100 * ends[0]:.0f}-{100 * ends[1]:.0f}{without}"


def _low_km(slips: Mapping[str, Slip], name: str) -> float:
    """Least slip, for sorting; faults of which it is unknown come last."""
    known = name in slips and not math.isnan(slips[name].low_km)
    return slips[name].low_km if known else math.inf


def _spread(values: Sequence[float]) -> str:
    """Median and range."""
    if len(values) == 1:
        return f"{values[0]:.0f}"
    return f"{np.median(values):.0f} ({min(values):.0f}-{max(values):.0f})"
