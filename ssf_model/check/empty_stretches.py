"""Stretches of a zone without any trace, as where one name stands for two faults."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from ssf_model.check.finding import EMPTY_STRETCH, Finding
from ssf_model.faults.traces import Traces
from ssf_model.geometry.curves import evenly_spaced, places_along, project
from ssf_model.geometry.segments import sampled
from ssf_model.zones.grouping import GAP_M
from ssf_model.zones.guides import Guide
from ssf_model.zones.strips import Strip

SAMPLE_M = 500.0  # traces are followed in pieces of at most this length


def empty_stretches(traces: Traces, strips: Sequence[Strip]) -> Iterator[Finding]:
    """Find where a zone has no trace for more than `GAP_M` along its guide line.

    Zones that were found have none: what lies farther apart is not put together. Traces beyond
    the windows, half a window's width from the guide line, do not count.
    """
    widths = {id(s.guide): (s.guide, s.scale.window_width_m) for s in strips if s.guide is not None}
    for guide, width_m in widths.values():
        path = evenly_spaced(guide.vertices, GAP_M)
        for first_m, last_m in _between(*_covered(traces, guide, path, width_m / 2)):
            middle = places_along(path, np.array([(first_m + last_m) / 2]))
            lonlat = guide.frame.to_lonlat(middle)
            yield Finding(EMPTY_STRETCH, guide.zone.name, None, last_m - first_m, [lonlat])


def _covered(
    traces: Traces, guide: Guide, path: np.ndarray, reach_m: float
) -> tuple[np.ndarray, np.ndarray]:
    """Where pieces of trace begin and end along a guide line, each (n,) in metres."""
    lines = [sampled(traces.points[line], SAMPLE_M) for line in guide.zone.lines]
    if not lines:
        return np.empty(0), np.empty(0)
    metres = guide.frame.earth_centred_to_metres(np.concatenate(lines))
    along, distance = project(metres, path, open_ended=False)
    owner = np.repeat(np.arange(len(lines)), [len(line) for line in lines])
    near = distance <= reach_m
    piece = (owner[1:] == owner[:-1]) & near[1:] & near[:-1]
    ends = np.sort(np.stack([along[:-1][piece], along[1:][piece]]), axis=0)
    return ends[0], ends[1]


def _between(first: np.ndarray, last: np.ndarray) -> list[tuple[float, float]]:
    """Beginnings and ends of what lies between pieces and is longer than a zone's gap."""
    order = np.argsort(first, kind="stable")
    begun, ended = first[order][1:], np.maximum.accumulate(last[order])[:-1]
    wide = begun - ended > GAP_M
    return list(zip(ended[wide].tolist(), begun[wide].tolist()))
