"""Kill verbs at drawn moments and print, verb by verb, what was there then and after a restart.

    python tools/kill_campaign.py --count 100 estimate explain    # all verbs where none is named

A verb runs at a tiny size in a process of its own, which is killed (SIGKILL, every third time with
its workers) at a moment drawn from the time that it takes or, half of the times, as it is about to
open, rename or remove something where its outputs go. Every other try runs over what an
earlier run with other settings left (--overwrite); every fifth is killed three times in a row. The
last run is left alone. Anything that is neither whole nor absent, left behind, changed or other
than from a run that was never killed is a fault; the exit code is 1 then.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[1] / name) for name in ("", "tests")]

from makers.kill_roads import ROADS  # noqa: E402
from makers.killing import Tally, bench, campaign  # noqa: E402

HEAD = "| verb | kills | ended before | outputs whole | absent | restarts the same | as | faults |"


def main() -> int:
    """Run the campaign."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    verbs = [road.verb for road in ROADS]
    parser.add_argument("verbs", nargs="*", metavar="VERB", help=f"of {', '.join(verbs)}")
    parser.add_argument("--count", type=int, default=10, help="tries a verb (default 10)")
    parser.add_argument("--seed", type=int, default=1, help="of the moments (default 1)")
    args = parser.parse_args()
    if unknown := set(args.verbs) - set(verbs):
        parser.error(f"no verb is called {sorted(unknown)[0]}")
    print(f"{HEAD}\n|{' --- |' * HEAD.count(' | ')} --- |", flush=True)
    faults = 0
    for module in ("ssf_model", "training"):
        roads = [each for each in ROADS if each.module == module]
        roads = [each for each in roads if not args.verbs or each.verb in args.verbs]
        if not roads:
            continue
        with tempfile.TemporaryDirectory() as folder, bench(module, Path(folder)) as at:
            for road in roads:
                tally = campaign(road, args.count, seed=args.seed, at=at)
                print(_row(tally), flush=True)
                print("\n".join(tally.faults), end="\n" * bool(tally.faults), file=sys.stderr)
                faults += len(tally.faults)
    return int(faults > 0)


def _row(tally: Tally) -> str:
    """A verb's row of the table."""
    cells = [
        tally.verb, tally.tried, tally.too_late, tally.whole, tally.absent, tally.same,
        "bytes" if tally.bytes_alike else "content", len(tally.faults),
    ]  # fmt: skip
    return f"| {' | '.join(map(str, cells))} |"


if __name__ == "__main__":
    sys.exit(main())
