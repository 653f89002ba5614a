"""Set estimates for real faults beside published off-fault deformation, by rank.

    SSF_REFERENCE_DATA=FOLDER python benchmarks/published_values.py [--out TABLE.md]

Runs the command line on fault maps that may not be distributed (see the README), one process a
map, and prints Markdown: KE by fault, flags by count, and how our order of faults compares with
the published one. Values themselves are not comparable: published figures hold for one
earthquake, or for one aperture and depth; ours for a pattern. `benchmarks/study.py` makes these
tables as well and puts them into docs/real-faults.md.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyogrio.raw
from scipy.stats import rankdata


@dataclass(frozen=True)
class FaultMap:
    """A map to estimate: its title, file, and how its zones are told apart."""

    title: str
    file: str
    options: tuple[str, ...] = ()


CALIFORNIA = FaultMap(
    "California sections (NSHM23)",
    "named_california_sections_nshm23.geojson",
    ("--zone-field", "FaultName", "--rake-field", "Rake"),
)
RUPTURE_LINES = FaultMap(
    "Rupture lines (FDHI)",
    "fdhi_ecs_lines_66_events.geojson",
    ("--zone-field", "eq_name", "--slip-type-field", "style"),
)
LANDERS = FaultMap("Landers 1992, rupture map", "rupture_1992_landers_mw7_3.geojson")
HECTOR_MINE = FaultMap("Hector Mine 1999, rupture map", "rupture_1999_hector_mine_mw7_1.geojson")
CHINA = FaultMap(
    "China, active faults", "china_active_faults_blocks.geojson", ("--dip-field", "dip")
)
MAPS = (CALIFORNIA, LANDERS, HECTOR_MINE, RUPTURE_LINES, CHINA)

MAIN_ZONE = None  # the zone with most windows


@dataclass(frozen=True)
class Published:
    """A published off-fault deformation in per cent, middle of its range, and where to look."""

    fault: str
    ofd_percent: float
    range_percent: str
    source: str
    zones: tuple[tuple[FaultMap, str | None], ...]


PUBLISHED = (
    Published(
        "San Andreas, Mecca Hills",
        9.5,
        "about 9.5",
        "Gray et al. 2018, drainages",
        ((CALIFORNIA, "San Andreas (Coachella)"),),
    ),
    Published(
        "Calico",
        20,
        "12-28",
        "Shelef & Oskin 2010, deflected markers",
        ((CALIFORNIA, "Calico - Hidalgo"),),
    ),
    Published(
        "Ridgecrest 2019, main shock",
        34,
        "34",
        "Milliner et al. 2021, optical correlation",
        ((RUPTURE_LINES, "Ridgecrest2"),),
    ),
    Published(
        "Futagawa (Kumamoto 2016)",
        36,
        "7-65",
        "Scott et al. 2019, displacement field",
        ((RUPTURE_LINES, "Kumamoto"),),
    ),
    Published(
        "Hector Mine 1999",
        39,
        "39 +- 22",
        "Milliner et al. 2016, image correlation",
        ((HECTOR_MINE, MAIN_ZONE), (RUPTURE_LINES, "HectorMine")),
    ),
    Published(
        "Landers 1992",
        46,
        "46 +- 10",
        "Milliner et al. 2015, image correlation",
        ((LANDERS, MAIN_ZONE), (RUPTURE_LINES, "Landers")),
    ),
    Published(
        "Ridgecrest 2019, foreshock",
        56,
        "56",
        "Milliner et al. 2021, optical correlation",
        ((RUPTURE_LINES, "Ridgecrest1"),),
    ),
)


def estimate(fault_map: FaultMap, folder: Path, extra: list[str]) -> dict:
    """Give the command line's summary of a map."""
    with tempfile.TemporaryDirectory() as out:
        result = Path(out) / "result.gpkg"
        command = [
            *(sys.executable, "-m", "ssf_model", "estimate", str(folder / fault_map.file)),
            *("--out", str(result), "--json", *fault_map.options, *extra),
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(f"{fault_map.title}: {done.stderr.strip().splitlines()[-1]}")
        _, _, _, columns = pyogrio.raw.read(
            result, "windows", columns=["zone", "ke_low", "ke_high"], read_geometry=False
        )
    summary = json.loads(done.stdout)
    names, low, high = columns[0], columns[1].astype(float), columns[2].astype(float)
    for zone in summary["zones"]:
        own = names == zone["zone"]
        zone["interval"] = median_interval(low[own], high[own])
        zone["ofd_ends"] = median_ends(1 - high[own], 1 - low[own])
        zone["n_without"] = int(np.isnan(low[own]).sum())
    summary["interval"] = median_interval(low, high)
    return summary


def median_interval(low: np.ndarray, high: np.ndarray) -> str:
    """Medians of both ends over the windows that have an interval, and how many have none."""
    ends, n_without = median_ends(low, high), int(np.isnan(low).sum())
    if ends is None:
        return "none"
    without = f", {n_without} without" if n_without else ""
    return f"{ends[0]:.2f}-{ends[1]:.2f}{without}"


def median_ends(low: np.ndarray, high: np.ndarray) -> tuple[float, float] | None:
    """Medians of both ends over the windows that have an interval; None where none has."""
    told = np.isfinite(low)
    return (float(np.median(low[told])), float(np.median(high[told]))) if told.any() else None


def zone_of(summary: dict, name: str | None) -> dict:
    """Give the zone of that name, or the one with most windows."""
    zones = summary["zones"]
    if name is MAIN_ZONE:
        return max(zones, key=lambda zone: zone["n_windows"])
    return next(zone for zone in zones if zone["zone"] == name)


def rank_correlation(first: list[float], second: list[float]) -> tuple[float, float]:
    """Spearman's rank correlation, and how often chance alone gives as much (all orders)."""
    one, other = rankdata(first), rankdata(second)
    found = np.corrcoef(one, other)[0, 1]
    chance = [np.corrcoef(one, order)[0, 1] for order in itertools.permutations(other)]
    return float(found), float(np.mean(np.array(chance) >= found - 1e-9))


def flags_text(flags: dict) -> str:
    """Flags and their counts, most frequent first."""
    return ", ".join(f"{flag} {count}" for flag, count in sorted(flags.items(), key=_descending))


def _descending(item: tuple[str, int]) -> tuple[int, str]:
    return -item[1], item[0]


def zone_row(title: str, zone: dict) -> str:
    """A row of the table of zones."""
    if zone["ke_median"] is None:
        ke = "NULL | | |"
    else:
        spread = f"{zone['ke_min']:.2f}-{zone['ke_max']:.2f}"
        ke = (
            f"{zone['ke_median']:.2f} ({spread}) | {zone['interval']} "
            f"| {1 - zone['ke_median']:.2f} |"
        )
    known = f"{zone['n_windows']}, {zone['n_windows'] - zone['n_windows_with_ke']} NULL"
    return f"| {title} | {known} | {ke} {flags_text(zone['flags'])} |"


HEAD = "windows | KE median (range) | interval (medians) | OFD | flags |"


def map_table(summaries: dict[FaultMap, dict]) -> str:
    """A row a map: medians over its zones."""
    lines = [f"| map | {HEAD}", "|" + "---|" * 6]
    for fault_map, summary in summaries.items():
        known = [zone["ke_median"] for zone in summary["zones"] if zone["ke_median"] is not None]
        whole = {
            **summary,
            "ke_median": float(np.median(known)) if known else None,
            "ke_min": min(known, default=None),
            "ke_max": max(known, default=None),
        }
        title = f"**{fault_map.title}**, {len(summary['zones'])} zones (medians of zones)"
        lines.append(zone_row(title, whole))
    return "\n".join(lines)


def zone_table(summaries: dict[FaultMap, dict]) -> str:
    """A row a fault of California and of the two ruptures."""
    lines = [f"| fault | {HEAD}", "|" + "---|" * 6]
    for fault_map in (CALIFORNIA, LANDERS, HECTOR_MINE):
        lines += [
            zone_row(f"{fault_map.title.split(' (')[0]}: {zone['zone']}", zone)
            for zone in summaries[fault_map]["zones"]
        ]
    return "\n".join(lines)


def published_table(summaries: dict[FaultMap, dict]) -> str:
    """Our estimates beside the published ones, and how the orders agree."""
    lines = [
        "| fault | published OFD, % | map | our OFD, % | interval of KE (medians) "
        "| windows with KE |",
        "|---|---|---|---|---|---|",
    ]
    pairs: list[tuple[FaultMap, bool, float, float]] = []
    for published in PUBLISHED:
        for place, (fault_map, name) in enumerate(published.zones):
            zone = zone_of(summaries[fault_map], name)
            ours = "NULL"
            if zone["ke_median"] is not None:
                value = 100 * (1 - zone["ke_median"])
                ours = f"{value:.0f}"
                pairs.append((fault_map, place == 0, published.ofd_percent, value))
            lines.append(
                f"| {published.fault} | {published.range_percent} ({published.source}) | "
                f"{fault_map.title} | {ours} | {zone['interval']} | {zone['n_windows_with_ke']} of "
                f"{zone['n_windows']} |"
            )
    lines.append("")
    for title, chosen in (
        ("Best map of each fault", [pair for pair in pairs if pair[1]]),
        ("Rupture lines alone", [pair for pair in pairs if pair[0] == RUPTURE_LINES]),
    ):
        if len(chosen) < 3 or len({pair[3] for pair in chosen}) == 1:
            continue  # no order to compare
        rank, chance = rank_correlation([p[2] for p in chosen], [p[3] for p in chosen])
        lines.append(
            f"{title}: Spearman's rank correlation {rank:.2f} over {len(chosen)} faults; chance "
            f"alone gives as much in {chance:.0%} of all orders."
        )
    return "\n".join(lines)


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, help="write the tables there as well")
    parser.add_argument("extra", nargs="*", help="options for `estimate`, after --")
    args = parser.parse_args()
    folder = Path(os.environ.get("SSF_REFERENCE_DATA", "")) / "faults"
    if not folder.is_dir():
        print("Set SSF_REFERENCE_DATA to a folder that holds faults/.", file=sys.stderr)
        return 1
    summaries = {fault_map: estimate(fault_map, folder, args.extra) for fault_map in MAPS}
    text = "\n\n".join(table(summaries) for table in (map_table, zone_table, published_table))
    if args.out is not None:
        args.out.write_text(text + "\n", encoding="utf-8")
    print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
