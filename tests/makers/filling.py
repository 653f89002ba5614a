"""Runs on disks that are too small: a refusal in one line and no half output, never a success."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from makers.killing import Bench, contents, undisturbed
from makers.road import Road
from ssf_model.asides import is_remnant

ENOUGH_KIB = 400_000
TELLS_OF_FAILURES = "out/summary.csv"


@dataclass
class Filled:
    """What came of a verb's runs on small disks."""

    verb: str
    tried: int = 0
    refused: int = 0  # in one line
    worked: int = 0  # with the result of a run on a large disk
    went_on: int = 0  # once there was room, to that result
    faults: list[str] = field(default_factory=list)


def fill(road: Road, shares: Sequence[float], *, at: Bench) -> Filled:
    """Run a verb on disks of so many shares of what its outputs hold."""
    tally = Filled(road.verb)
    expected = undisturbed(road, road.words, at)[0]
    held = sum(path.stat().st_size for path in at.work.rglob("*") if path.is_file())
    for share in shares:
        room_kib = max(4, int(share * held / 1024))
        done = at.run(road, road.words, room_kib=room_kib)
        for fault in _looked_at(road, done, expected, tally, at):
            tally.faults.append(f"{road.verb} on {room_kib} KiB: {fault}")
        tally.tried += 1
        again = f"{road.words} {road.again}"
        done = at.run(road, again, room_kib=ENOUGH_KIB, refill=True)
        if done.code == 0 and contents(at.server.seen(at.work)) == expected:
            tally.went_on += 1
        else:
            tally.faults.append(f"{road.verb} on {room_kib} KiB, then more: {done.said[-300:]}")
    return tally


def _looked_at(road: Road, done, expected: dict, tally: Filled, at: Bench) -> Iterator[str]:
    """What was wrong with a run on a small disk."""
    work = at.server.seen(at.work)
    found = contents(work, remnants=False)
    if done.code == 0:
        tally.worked += 1
        if found != expected:
            yield "a success without all outputs"
        return
    lines = [line for line in done.said.splitlines() if line.startswith("error: ")]
    if done.code != 1 or not lines or "Traceback" in done.said:
        yield f"exit code {done.code}: {done.said[-600:]}"
    else:
        tally.refused += 1
    left = [path.name for path in work.rglob(".ssf-*") if is_remnant(path.name)]
    if left:
        yield f"left behind: {left}"
    found.pop(TELLS_OF_FAILURES, None)
    for name in {name for name in found if not road.is_growing(name)}:
        if found[name] != expected.get(name):
            yield f"{name} is neither whole nor absent"
