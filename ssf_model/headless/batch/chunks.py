"""Chunks: consecutive strips of one map with all that their estimate needs, and its answer.

How a map is cut depends on the map alone, and a chunk is estimated strip by strip, so that
results are the same bits however many processes or machines share the work.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from ssf_model.drawing.raster import burn_traces
from ssf_model.estimate.ensemble import Member
from ssf_model.estimate.estimating import StripEstimate, WindowEstimate
from ssf_model.estimate.generalized import generalized_paths
from ssf_model.faults.slip import Slip
from ssf_model.faults.traces import Traces
from ssf_model.options import Options
from ssf_model.zones.strips import Strip, strip_paths

WINDOWS_A_CHUNK = 100  # some seconds of work: little is lost by a kill, less by sending it


@dataclass(frozen=True)
class Chunk:
    """Consecutive strips, and a map of the lines that they name alone."""

    traces: Traces
    strips: tuple[Strip, ...]

    @property
    def n_windows(self) -> int:
        """Windows of all its strips."""
        return sum(strip.n_windows for strip in self.strips)


class StripAnswer(NamedTuple):
    """What was estimated for a strip: its windows, and raw KE as (n_windows, n_members)."""

    windows: tuple[WindowEstimate, ...]
    raw: np.ndarray


def cut_chunks(traces: Traces, strips: Iterable[Strip]) -> Iterator[Chunk]:
    """Cut a plan into chunks of `WINDOWS_A_CHUNK` windows or a few more, one at a time.

    Parameters
    ----------
    traces : Traces
        The fault map.
    strips : iterable of Strip
        Its plan, taken as it comes.

    Yields
    ------
    chunk : Chunk
        In the order of `strips`; the last one may be smaller.
    """
    gathered: list[Strip] = []
    for strip in strips:
        gathered.append(strip)
        if sum(one.n_windows for one in gathered) >= WINDOWS_A_CHUNK:
            yield _chunk(traces, gathered)
            gathered = []
    if gathered:
        yield _chunk(traces, gathered)


def _chunk(traces: Traces, strips: Sequence[Strip]) -> Chunk:
    """Some strips with the lines that they name, numbered anew."""
    lines = np.unique(np.concatenate([strip.lines for strip in strips])).astype(np.int64)
    if not len(lines):  # guide lines may run on where nothing is mapped; a map needs a line
        lines = np.zeros(1, dtype=np.int64)
    features, owners = np.unique(traces.features[lines], return_inverse=True)
    zones, slip = traces.zone_names, traces.slip
    needed = Traces(
        tuple(traces.lines[line] for line in lines),
        owners.astype(np.int64),
        tuple(traces.feature_names[feature] for feature in features),
        None if zones is None else tuple(zones[feature] for feature in features),
        None if slip is None else Slip(slip.kinds[features], slip.senses[features]),
    )
    renumbered = [
        dataclasses.replace(strip, lines=np.searchsorted(lines, strip.lines), guide=None)
        for strip in strips
    ]
    return Chunk(needed, tuple(renumbered))


def whole_estimate(
    answer: StripAnswer,
    strip: Strip,
    traces: Traces,
    *,
    members: tuple[Member, ...],
    options: Options,
    thickness_px: Sequence[float] | None = None,
) -> StripEstimate:
    """Put a strip's answer together with the strip of the whole map's plan.

    `thickness_px` says how wide the maps' lines are drawn; without it there are no maps,
    (0, rows, cols).
    """
    drawn = paths = strip_paths(traces, strip)
    if answer.windows[0].generalized:
        drawn = generalized_paths(paths, strip, options)
    maps = np.empty((0, *strip.shape), dtype=np.uint8)
    if thickness_px is not None:
        size_m = strip.scale.pixel_size_m
        maps = burn_traces(drawn, strip.shape, pixel_size_m=size_m, thickness_px=thickness_px)
    return StripEstimate(
        strip=strip,
        maps=maps,
        paths=paths,
        drawn=drawn,
        windows=answer.windows,
        members=members,
        raw=answer.raw,
    )


def fingerprint(*values: Any) -> str:
    """SHA-256 of values: dataclasses, tables, sequences, arrays, what `repr` tells in full."""
    digest = hashlib.sha256()
    for value in values:
        for part in _told(value):
            digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


def _told(value: Any) -> Iterator[bytes]:
    """A value piece by piece, as bytes that tell it from any other."""
    if dataclasses.is_dataclass(value):
        yield type(value).__name__.encode()
        for field in dataclasses.fields(value):
            yield from _told(getattr(value, field.name))
    elif isinstance(value, np.ndarray):
        yield f"{value.dtype} {value.shape}".encode()
        if value.dtype == object:
            yield from _told(value.tolist())
        else:
            yield np.ascontiguousarray(value).tobytes()
    elif isinstance(value, Mapping):
        yield from _told(list(value.items()))
    elif isinstance(value, (tuple, list)):
        yield str(len(value)).encode()
        for entry in value:
            yield from _told(entry)
    else:
        yield value if isinstance(value, bytes) else repr(value).encode()
