"""Time of finding zones and laying strips against the number of traces.

    python benchmarks/zones.py [FAULTS.gpkg ...] [--faults 200] [--copies 1,2,4,8] [--seed 1]

Draws a database by seed, lays 1, 2, 4 and 8 copies of it beside each other on the Earth and plans
each; time a trace should stay the same. Files named on the command line are planned once each.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

import numpy as np

REPOSITORY = Path(__file__).resolve().parents[1]
if str(REPOSITORY) not in sys.path:  # so that a plain `python benchmarks/...` works
    sys.path.insert(0, str(REPOSITORY))

from ssf_model.faults.traces import Traces, make_traces  # noqa: E402
from ssf_model.geometry.frames import LocalFrame  # noqa: E402
from ssf_model.scale import ExperimentScale  # noqa: E402
from ssf_model.zones.grouping import find_zones  # noqa: E402
from ssf_model.zones.planning import plan_strips  # noqa: E402

SPREAD_M = 500_000.0  # half the side of the square that a copy's faults lie in


def main() -> None:
    """Plan every size, then every file, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", type=Path, nargs="*", help="fault maps to plan, too")
    parser.add_argument("--faults", type=int, default=200, help="faults a copy (200)")
    parser.add_argument("--copies", default="1,2,4,8", help="sizes (1,2,4,8)")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    print(f"{os.cpu_count()} cores{load}; CPU seconds of one process")
    print(
        f"{'map':28} {'traces':>7} {'zones':>6} {'windows':>7} {'find s':>7} {'lay s':>7} "
        f"{'ms/trace':>8} {'ratio':>6}"
    )
    lines = database(args.faults, seed=args.seed)
    plan(copied(lines, 1))  # the first run pays for imports and caches
    first = None
    for copies in (int(entry) for entry in args.copies.split(",")):
        first = report(f"{copies} x {len(lines)} traces", copied(lines, copies), first)
    for path in args.files:
        from ssf_model.headless.reading import read_traces

        report(path.name, read_traces(path).traces, None)


def database(n_faults: int, *, seed: int) -> list[np.ndarray]:
    """Faults of 10-300 km in metres, half in one piece, half in pieces with gaps and splays."""
    rng = np.random.default_rng(seed)
    lines = []
    for number in range(n_faults):
        length = np.exp(rng.uniform(np.log(10_000), np.log(300_000)))
        along = np.arange(0.0, length, 1_000.0)
        heading = rng.uniform(0, 2 * np.pi) + along * rng.normal(0, 2e-6)
        heading += rng.normal(0, 0.05, len(along))
        steps = 1_000 * np.column_stack([np.cos(heading), np.sin(heading)])
        path = np.cumsum(steps, axis=0) + rng.uniform(-SPREAD_M, SPREAD_M, 2)
        if number % 2:
            lines.append(path)
        else:
            lines += [path[k : k + 8] for k in range(0, len(path) - 1, 9)]
            lines += [path[k : k + 3] + [0, 900] for k in range(0, len(path) - 3, 20)]
    return lines


def copied(lines: list[np.ndarray], copies: int) -> Traces:
    """Copies of a map side by side, 13 degrees apart along a parallel."""
    frames = [LocalFrame(-170 + 13.0 * number, 35.0) for number in range(copies)]
    return make_traces([[frame.to_lonlat(line)] for frame in frames for line in lines])


def report(name: str, traces: Traces, first: float | None) -> float:
    """Print the row of one map; its time a trace."""
    zones, windows, find_s, lay_s = plan(traces)
    each = 1_000 * (find_s + lay_s) / len(traces.lines)
    ratio = "" if first is None else f"{each / first:6.2f}"
    print(
        f"{name:28} {len(traces.lines):7} {zones:6} {windows:7} {find_s:7.2f} {lay_s:7.2f} "
        f"{each:8.2f} {ratio:>6}"
    )
    return each if first is None else first


def plan(traces: Traces) -> tuple[int, int, float, float]:
    """Zones, windows, and the CPU seconds of finding the ones and of laying the others."""
    _ = traces.points, traces.balls  # made once and kept
    begin = time.process_time()
    zones = find_zones(traces)
    find_s = time.process_time() - begin
    begin = time.process_time()
    strips = plan_strips(traces, scale=ExperimentScale())
    lay_s = max(time.process_time() - begin - find_s, 0.0)  # it finds zones, too
    return len(zones), sum(strip.n_windows for strip in strips), find_s, lay_s


if __name__ == "__main__":
    main()
