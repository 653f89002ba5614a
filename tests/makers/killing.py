"""Campaigns of kills: a verb is killed at drawn moments, and what is there then is looked at."""

from __future__ import annotations

import csv
import hashlib
import json
import re
import shutil
import sqlite3
import tempfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from makers.batch_maps import tables
from makers.fork_server import Run, Server
from makers.kill_roads import MODULES, make_inputs
from makers.road import Road
from ssf_model.asides import is_remnant
from ssf_model.headless.batch.folder import RESULT as UNFINISHED
from ssf_model.headless.batch.records import CHECKSUM_BYTES

KILLED = -9
IN_A_ROW = 3  # kills of every fifth try before the run that is left alone
# One file of 51 bytes that onnxruntime keeps, and what TensorFlow removes at its end alone.
OF_OTHERS = re.compile(r"\.ses|__autograph_generated_file\w+\.py")
CLOCK = {"seconds", "wall_s"}  # columns and entries that no two runs share
OF_STUDY = (
    "SELECT key, value_json FROM study_user_attributes ORDER BY key",
    "SELECT state, value, group_concat(param_name || param_value) FROM trials NATURAL JOIN "
    "trial_values NATURAL JOIN (SELECT * FROM trial_params ORDER BY param_name) "
    "GROUP BY trial_id ORDER BY trial_id",
)


@dataclass
class Tally:
    """What came of a verb's kills."""

    verb: str
    tried: int = 0
    too_late: int = 0  # the run had ended
    whole: int = 0  # outputs that were there, whole: new ones or an earlier run's
    absent: int = 0
    same: int = 0  # runs after a kill that ended as one that was never killed
    bytes_alike: bool = True  # else tables and columns, but for the time
    faults: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Bench:
    """Where kills are made: inputs, outputs, the system's temporary files, the verbs' process."""

    folder: Path
    server: Server

    @property
    def inputs(self) -> Path:
        """What verbs read."""
        return self.folder / "inputs"

    @property
    def work(self) -> Path:
        """Where they write."""
        return self.folder / "work"

    def run(self, road: Road, words: str, **options: object) -> Run:
        """Run a road's verb, with its inputs in place."""
        told = words.format(self.inputs).split()
        return self.server.run(road.module, told, self.work, before=road.before, **options)


@contextmanager
def bench(module: str, folder: Path) -> Iterator[Bench]:
    """A bench for the verbs of a command line."""
    for name in ("inputs", "work", "tmp"):
        (folder / name).mkdir(parents=True)
    server = Server(MODULES[module], {"TMPDIR": str(folder / "tmp")})
    try:
        make_inputs(module, folder / "inputs", server)
        yield Bench(folder, server)
    finally:
        server.close()


def campaign(road: Road, count: int, *, seed: int, at: Bench) -> Tally:
    """Kill a verb at so many moments: of the time it takes, and of what it does to files."""
    rng = np.random.default_rng([seed, zlib.crc32(road.verb.encode())])
    tally = Tally(road.verb)
    before = _bytes_of(at.inputs)
    former = undisturbed(road, road.former, at)[0]
    shutil.copytree(at.work, at.folder / "former", dirs_exist_ok=True)
    expected, first, exact = undisturbed(road, road.words, at)
    again, second, exact_again = undisturbed(road, road.words, at)
    assert again == expected
    assert former != expected
    seconds = min(first.seconds, second.seconds)
    tally.bytes_alike = exact == exact_again
    for place in rng.permutation(count):
        shares = (place + rng.random(IN_A_ROW)) / count
        if tally.tried % 4 < 2:
            moments = [{"kill_after_s": share * seconds} for share in shares]
        else:
            moments = [{"kill_at": 1 + int(share * first.touched)} for share in shares]
        for fault in _tried(road, tally.tried, moments, former, expected, tally, at):
            tally.faults.append(f"{road.verb} {tally.tried}, {moments[0]}: {fault}")
        tally.tried += 1
    if _bytes_of(at.inputs) != before:
        tally.faults.append(f"{road.verb}: inputs were changed")
    shutil.rmtree(at.folder / "former")
    return tally


def undisturbed(road: Road, words: str, at: Bench) -> tuple[dict, Run, dict]:
    """What a run makes that nobody kills: contents, how it went, and all bytes."""
    _empty(at.work)
    done = at.run(road, words)
    assert done.code == 0, done.said
    exact = _bytes_of(at.work)
    return contents(at.work), done, exact


def _tried(
    road: Road,
    number: int,
    moments: Sequence[dict],
    former: dict,
    expected: dict,
    tally: Tally,
    at: Bench,
) -> Iterator[str]:
    """One try: a kill or several, then a run that is left alone; what was wrong."""
    _empty(at.work)
    _empty(at.folder / "tmp")
    words, again = road.words, f"{road.words} {road.again}"
    known = [expected]
    if number % 2:  # over what an earlier run made
        shutil.copytree(at.folder / "former", at.work, dirs_exist_ok=True)
        words = again = f"{road.words} --overwrite"
        known.append(former)
    for kill, moment in enumerate(moments if number % 5 == 4 else moments[:1]):
        once = words if kill == 0 else again
        done = at.run(road, once, whole_group=number % 3 == 2, **moment)
        if done.code == 0:
            tally.too_late += kill == 0
        elif done.code != KILLED:
            yield f"exit code {done.code}: {done.said[-300:]}"
        if done.stayed:
            yield "workers went on"
        left = [path for path in at.work.rglob(".ssf-*") if is_remnant(path.name)]
        if len(left) > road.most_left:
            yield f"{len(left)} hidden folders"
        yield from _looked_at(road, known, expected, tally, at)
    done = at.run(road, again)
    if done.code != 0:
        yield f"the run after it: exit code {done.code}: {done.said[-300:]}"
    elif (found := contents(at.work)) != expected:
        other = [name for name in {*found, *expected} if found.get(name) != expected.get(name)]
        yield f"the run after it gave other {sorted(other)}"
    else:
        tally.same += 1
    left = {path.name for path in (at.folder / "tmp").iterdir()}
    if strangers := {name for name in left if not OF_OTHERS.fullmatch(name)}:
        yield f"temporary files stay: {sorted(strangers)[:5]}"


def _looked_at(
    road: Road, known: list[dict], expected: dict, tally: Tally, at: Bench
) -> Iterator[str]:
    """Whether each output is absent or whole after a kill."""
    try:
        found = contents(at.work, remnants=False)
    except Exception as error:  # whatever a half file makes its reader say
        yield f"an output is broken: {error!r}"
        return
    for name in {name for name in found if not road.is_growing(name)}:
        if not any(one.get(name) == found[name] for one in known):
            yield f"{name} is neither whole nor absent"
    for folder in road.whole_folders:
        inside = _inside(folder, found)
        if inside and inside not in [_inside(folder, one) for one in known]:
            yield f"{folder} is neither whole nor absent"
    tally.whole += len(set(expected) & set(found))
    tally.absent += len(set(expected) - set(found))


def _inside(folder: str, files: dict) -> dict:
    """What lies in a folder."""
    return {name: content for name, content in files.items() if name.startswith(f"{folder}/")}


def contents(folder: Path, *, remnants: bool = True) -> dict[str, object]:
    """What all files of a folder hold, by name: bytes, but for what tells the time.

    Parameters
    ----------
    folder : Path
        It and all below it.
    remnants : bool
        Whether hidden folders of runs count, which only a kill leaves.
    """
    found = {}
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        unfinished = parts[-1].startswith(UNFINISHED) and "maps" in parts  # of a batch
        hidden = any(map(is_remnant, parts)) or unfinished
        if path.is_file() and (remnants or not hidden):
            found["/".join(parts)] = _content(path)
    return found


def _content(path: Path) -> object:
    """What a file holds; raises where it is broken."""
    if path.suffix == ".gpkg":
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as database:
            assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)], path.name
        return tables(path)
    if path.suffix == ".json":
        return _timeless(json.loads(path.read_text()))
    if re.fullmatch(
        r"\d{6}\.npz", path.name
    ):  # a record of a batch, which begins with its checksum
        content = path.read_bytes()
        assert hashlib.sha256(content[CHECKSUM_BYTES:]).digest() == content[:CHECKSUM_BYTES]
        return content
    if path.suffix == ".db":
        return _trials(path)
    if path.suffix == ".h5":
        return _datasets(path)
    if path.suffix == ".csv":
        with path.open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        assert all(None not in row.values() for row in rows), f"{path.name} has half a row"
        return [_timeless(row) for row in rows]
    return path.read_bytes()


def _timeless(entries: object) -> object:
    """JSON or a row without what tells the time."""
    if not isinstance(entries, dict):
        return entries
    return {name: _timeless(value) for name, value in entries.items() if name not in CLOCK}


def _datasets(path: Path) -> dict[str, bytes]:
    """All arrays of an HDF5 file."""
    import h5py

    found = {}

    def visit(name: str, item: object) -> None:
        if isinstance(item, h5py.Dataset):
            found[name] = np.asarray(item[()]).tobytes()

    with h5py.File(path, "r") as file:
        file.visititems(visit)
    return found


def _trials(path: Path) -> list[object]:
    """What a study says of its windows and of each trial that came through, in their order."""
    with tempfile.TemporaryDirectory() as place:  # a study that was killed is mended when opened
        for each in path.parent.glob(f"{path.name}*"):
            shutil.copy(each, place)
        with closing(sqlite3.connect(Path(place) / path.name)) as database:
            assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)], path.name
            there = database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
            return [database.execute(words).fetchall() for words in OF_STUDY] if there else []


def _bytes_of(folder: Path) -> dict[str, bytes]:
    """All files of a folder, byte by byte."""
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _empty(folder: Path) -> None:
    """Remove what lies in a folder."""
    for path in folder.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
