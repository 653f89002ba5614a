"""Runs that are stopped, that find no place, or that meet another run into the same outputs."""

from __future__ import annotations

import re
import shutil
import signal
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from makers.killing import Bench, contents, undisturbed
from makers.road import OVER, Road

SIGNALS = {signal.SIGTERM: 143, signal.SIGINT: 130}
WRITTEN = ("--out", "--run", "--study", "--report", "--markdown")
SAID_AMISS = ("Traceback", "Exception ignored", "leaked")


@dataclass
class Tried:
    """What came of a verb's runs."""

    verb: str
    tried: int = 0
    ended: int = 0  # had ended, or worked beside the other
    faults: list[str] = field(default_factory=list)


def stop(road: Road, shares: Sequence[float], *, at: Bench) -> Tried:
    """Stop a verb, as Ctrl-C does, at shares of the time that it takes; then run it again."""
    tally = Tried(road.verb)
    expected, whole, _ = undisturbed(road, road.words, at)
    for number, code in SIGNALS.items():
        for share in shares:
            emptied(at)
            done = at.run(
                road, road.words, kill_after_s=share * whole.seconds, number=number,
                whole_group=True,
            )  # fmt: skip
            tally.tried += 1
            tally.ended += done.code == 0
            for fault in _stopped_amiss(road, done, code, expected, at):
                tally.faults.append(f"{road.verb}, {number.name} at {share:.2f}: {fault}")
            done = at.run(road, f"{road.words} {road.again}")
            if done.code != 0 or contents(at.work) != expected:
                tally.faults.append(f"{road.verb}, {number.name}, again: {done.said[-300:]}")
    return tally


def _stopped_amiss(road: Road, done, code: int, expected: dict, at: Bench) -> Iterator[str]:
    """What was wrong with a run that was stopped."""
    if done.code not in (0, code):
        yield f"exit code {done.code}: {done.said[-600:]}"
    if done.stayed:
        yield "workers went on"
    if any(word in done.said for word in SAID_AMISS):
        yield done.said[-1500:]
    found = contents(at.work, remnants=False)
    if done.code == 0:
        if found != expected:
            yield "a success without all outputs"
        return
    lines = done.said.splitlines()
    if not lines or not lines[-1].startswith("Stopped; "):
        yield f"said {done.said[-300:]!r}"
    for name in found:
        if not road.is_growing(name) and found[name] != expected[name]:
            yield f"{name} is neither whole nor absent"


def find_no_place(road: Road, *, at: Bench) -> Tried:
    """Lead each of a verb's outputs to where not even root can write, which is /sys."""
    tally = Tried(road.verb)
    for option in WRITTEN:
        words = re.sub(rf" {option} (?![{{]0)", f" {option} /sys/", road.words)  # not what is read
        if words == road.words:
            continue
        emptied(at)
        done = at.run(road, words)
        tally.tried += 1
        lines = done.said.splitlines()
        if done.code != 1 or len(lines) != 1 or not lines[0].startswith("error: /sys/"):
            tally.faults.append(f"{road.verb} {option}: {done.code} {done.said[-600:]}")
        if list(at.work.iterdir()):
            tally.faults.append(f"{road.verb} {option}: something was written")
    return tally


def meet(road: Road, *, at: Bench, times: int = 1) -> Tried:
    """Run a verb twice at the same time, into nothing and over an earlier run's outputs."""
    tally = Tried(road.verb)
    emptied(at)
    assert at.run(road, road.former).code == 0
    kept = at.folder / "kept"
    shutil.copytree(at.work, kept)
    expected = undisturbed(road, road.words, at)[0]
    for number in range(2 * times):
        emptied(at)
        if number % 2:
            shutil.copytree(kept, at.work, dirs_exist_ok=True)
        done = at.run(road, f"{road.words} {OVER if number % 2 else ''}", twice=True)
        tally.tried += 1
        tally.ended += done.code == done.second == 0
        codes = sorted([done.code, done.second])
        if codes not in ([0, 0], [0, 1]) or any(word in done.said for word in SAID_AMISS):
            tally.faults.append(f"{road.verb}: {codes} {done.said[-1500:]}")
        elif (found := contents(at.work)) != expected and not road.shares:
            other = [name for name in {*found, *expected} if found.get(name) != expected.get(name)]
            tally.faults.append(f"{road.verb}: other {other}: {done.said[-600:]}")
    shutil.rmtree(kept)
    return tally


def emptied(at: Bench) -> None:
    """Remove what lies where verbs write."""
    for path in at.work.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
