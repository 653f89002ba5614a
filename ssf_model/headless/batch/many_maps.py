"""The maps of a batch on their way: planned, cut, estimated by workers, written, resumed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from tqdm import tqdm

from ssf_model.errors import InputError, SsfError, WorkersError
from ssf_model.headless.batch.chunks import Chunk, StripAnswer, cut_chunks, fingerprint
from ssf_model.headless.batch.folder import BatchFolder
from ssf_model.headless.batch.one_map import whole
from ssf_model.headless.batch.recipe import Recipe
from ssf_model.headless.batch.records import read_record, write_record
from ssf_model.headless.batch.workers import Answer, Later, Workers, in_order
from ssf_model.headless.job import Job
from ssf_model.headless.result import ResultWriter
from ssf_model.zones.planning import plan_zones
from ssf_model.zones.strips import Strip

WORDS_SHOWN = 200  # of an error that nobody foresaw


class MapRun:
    """One map on its way: its plan as far as it is laid, its result as far as it is written."""

    def __init__(self, name: str, job: Job, sha256: str) -> None:
        self.name, self.job, self.sha256 = name, job, sha256
        self.strips: list[Strip] = []
        self.failed = False
        self._writer: ResultWriter | None = None
        self._n_written = 0

    def chunks(self, laid: Callable[[int], object]) -> Iterator[tuple[Chunk, bool]]:
        """Lay strips zone by zone and cut them; whether a chunk is the last comes with it.

        `laid` is told how many windows more there are.
        """

        def strips() -> Iterator[Strip]:
            job = self.job
            for zone in plan_zones(
                job.file.traces, scale=job.scale, guides=job.guides, trend_deg=job.trend_deg
            ):
                self.strips += zone
                laid(sum(strip.n_windows for strip in zone))
                yield from zone

        cut = cut_chunks(self.job.file.traces, strips())
        following = next(cut, None)
        if following is None:
            message = "No window can be laid along its traces."
            raise InputError(message)
        while following is not None:
            chunk, following = following, next(cut, None)
            yield chunk, following is None

    def add(self, answers: tuple[StripAnswer, ...], folder: BatchFolder, *, members: bool) -> None:
        """Write the answers of its next chunk."""
        if self._writer is None:
            path = folder.unfinished_result(self.name)
            self._writer = ResultWriter(path, self.job.file, members=members)
        for answer in answers:
            strip = self.strips[self._n_written]
            self._writer.add(whole(self.job, strip, answer, draw=False))
            self._n_written += 1

    def finish(self, folder: BatchFolder) -> None:
        """Finish its result, once all chunks are added."""
        if self._writer is not None:
            self._writer.finish()
            folder.finish(self.name, self._writer.summary.zones(), sha256=self.sha256)


class Piece(NamedTuple):
    """A chunk of a map: which one, and whether it is the last."""

    run: MapRun
    number: int
    chunk: Chunk
    is_last: bool


@dataclass(frozen=True)
class Recording:
    """An answer that is written to a file as soon as it is there."""

    answer: Answer
    path: Path
    fingerprint: str

    def result(self) -> tuple[StripAnswer, ...]:
        """Wait for it and write it."""
        answers = self.answer.result()
        write_record(self.path, answers, fingerprint=self.fingerprint)
        return answers


@dataclass(frozen=True)
class Failing:
    """What went wrong before anybody could be asked."""

    error: Exception

    def result(self) -> tuple[StripAnswer, ...]:
        """Raise it."""
        raise self.error


def estimate_maps(
    paths: Mapping[str, str],
    *,
    read: Callable[[str], Job],
    recipe: Recipe,
    workers: Workers,
    folder: BatchFolder,
    members: bool,
) -> Iterator[tuple[str, str]]:
    """Estimate maps in their order, several at a time where they are small.

    Parameters
    ----------
    paths : mapping of str to str
        Name of each result, and its map.
    read : callable
        Name of a map to `Job`.
    recipe : Recipe
        What the workers work by.
    workers : Workers
        Who does it.
    folder : BatchFolder
        Where results go. What is there already is not made again.
    members : bool
        Whether results hold every member's answer.

    Yields
    ------
    name, reason : str
        A map that failed, whatever the error, and why; the folder holds the full story.

    Raises
    ------
    WorkersError
        If the workers are lost: no map is to blame.
    """
    failures: list[tuple[str, str]] = []

    def fail(name: str, error: Exception) -> None:
        if isinstance(error, WorkersError):
            raise error
        failures.append((name, _reason(error, folder.fail(name, error))))

    def begun(name: str, path: str) -> MapRun | None:
        try:
            job = read(path)
            sha256 = fingerprint(job.file)  # of what was read, in whichever files that lies
            return None if folder.is_finished(name, sha256) else MapRun(name, job, sha256)
        except Exception as error:
            fail(name, error)
            return None

    def laid(n_windows: int) -> None:
        bar.total += n_windows

    def pieces(run: MapRun) -> Iterator[Piece]:
        try:
            for number, (chunk, is_last) in enumerate(run.chunks(laid), start=1):
                if run.failed:
                    return
                yield Piece(run, number, chunk, is_last)
        except Exception as error:
            run.failed = True
            fail(run.name, error)

    def all_pieces() -> Iterator[Piece]:
        for name, path in paths.items():
            bar.set_postfix_str(name)
            run = begun(name, path)
            if run is not None:
                yield from pieces(run)

    def ask(piece: Piece) -> Answer:
        try:
            path = folder.record(piece.run.name, piece.number)
            key = fingerprint(piece.chunk, recipe)
            known = read_record(path, fingerprint=key)
            if known is not None:
                return Later(lambda: known)
            return Recording(workers.submit(piece.chunk), path, key)
        except Exception as error:
            return Failing(error)

    with tqdm(unit="window", total=0, desc="estimating", file=sys.stderr) as bar:
        for (run, _, chunk, is_last), answer in in_order(all_pieces(), ask, workers.slots):
            if not run.failed:
                try:
                    run.add(answer.result(), folder, members=members)
                    if is_last:
                        run.finish(folder)
                except Exception as error:
                    run.failed = True
                    fail(run.name, error)
            bar.update(chunk.n_windows)
            while failures:
                yield failures.pop(0)
    yield from failures


def _reason(error: Exception, log: Path) -> str:
    """Why a map failed, in one line; what nobody foresaw is told by its kind and its log."""
    if isinstance(error, SsfError):
        return str(error)
    words = " ".join(str(error).split())[:WORDS_SHOWN]
    told = f"{type(error).__name__}: {words}" if words else type(error).__name__
    if isinstance(error, OSError):
        return f"A file cannot be read or written ({told}); {log} says where."
    return f"ssf failed at this map ({told}), which is a fault of ssf; {log} says where."
