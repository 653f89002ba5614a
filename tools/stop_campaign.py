"""Run verbs on small disks, stop them, lead them nowhere, run them twice at once; print what came.

    python tools/stop_campaign.py train search    # all verbs of training where none is named

On disks of 0, half, .9 and 1.5 times what the outputs hold, and again with room; SIGTERM and SIGINT
to all processes at so many moments, and then the same command again; each output where no file can
be made; two runs into one output at the same time, over nothing and over an earlier run's. The exit
code is 1 where something was neither refused in one line nor whole.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[1] / name) for name in ("", "tests")]

from makers.filling import fill  # noqa: E402
from makers.kill_roads import ROADS  # noqa: E402
from makers.killing import bench  # noqa: E402
from makers.stopping import find_no_place, meet, stop  # noqa: E402

SHARES = (0.0, 0.5, 0.9, 1.5)
HEAD = (
    "| verb | disks | refused | worked | went on | signals | ended before | no place | "
    "two at once | both worked | faults |"
)


def main() -> int:
    """Run the campaign."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("verbs", nargs="*", metavar="VERB")
    parser.add_argument("--moments", type=int, default=4, help="of each signal (default 4)")
    parser.add_argument("--times", type=int, default=2, help="two at once (default 2 times 2)")
    args = parser.parse_args()
    roads = [each for each in ROADS if each.module == "training"]
    print(f"{HEAD}\n|{' --- |' * HEAD.count(' | ')} --- |", flush=True)
    faults: list[str] = []
    shares = [(place + 0.5) / args.moments for place in range(args.moments)]
    with tempfile.TemporaryDirectory() as folder, bench("training", Path(folder)) as at:
        for road in roads:
            if args.verbs and road.verb not in args.verbs:
                continue
            cells: list[object] = [road.verb]
            stopped = stop(road, shares, at=at)
            nowhere = find_no_place(road, at=at)
            met = meet(road, at=at, times=args.times)
            filled = fill(road, SHARES, at=at)  # last: a disk stays mounted
            at.run(road, "--version")  # which leaves it
            found = [*filled.faults, *stopped.faults, *nowhere.faults, *met.faults]
            cells += [filled.tried, filled.refused, filled.worked, filled.went_on, stopped.tried]
            cells += [stopped.ended, nowhere.tried, met.tried, met.ended, len(found)]
            print(f"| {' | '.join(map(str, cells))} |", flush=True)
            print("\n".join(found), end="\n" * bool(found), file=sys.stderr, flush=True)
            faults += found
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
