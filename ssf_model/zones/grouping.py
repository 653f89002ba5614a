"""Fault zones: which traces belong together.

Where a field names the zones, that is what counts. Else zones are found by gap and trend:

1. Lines that meet end to end are one path: a fault does not change where its line was split.
2. Paths longer than a laboratory box continue each other across gaps and steps of up to `GAP_M`
   where they keep their direction: such a chain is a zone. A branch is therefore a zone of its
   own.
3. Shorter paths within `GAP_M` of each other form a cluster. A cluster that touches chains
   joins the one that it touches most; another is a zone by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ssf_model.faults.repeats import first_drawn
from ssf_model.faults.traces import Traces
from ssf_model.zones.clusters import join_clusters
from ssf_model.zones.paths import Chain, along_chain, join_lines, join_paths, without_overlaps

GAP_M = 2_000.0  # our choice: strands of one zone are mapped closer than this
LONG_M = 26_400.0  # five windows, one laboratory box (ExperimentScale.strip_cols(5) at 100 m)


@dataclass(frozen=True)
class Zone:
    """Traces that belong together.

    Attributes
    ----------
    name : str
        The zone field's value, or "zone 1" onward in the order of the map's features.
    lines : (k,) int array
        Numbers of its lines in `Traces.lines`.
    backbone : (n, 3) float array or None
        Its chain of long paths, where it has one, in Earth-centred metres.
    """

    name: str
    lines: np.ndarray
    backbone: np.ndarray | None = None


def find_zones(traces: Traces, *, cancelled: Callable[[], bool] | None = None) -> list[Zone]:
    """Sort all traces into fault zones.

    Parameters
    ----------
    traces : Traces
        The fault map.
    cancelled : callable, optional
        Asked now and then; where it answers True an incomplete list comes back.

    Returns
    -------
    zones : list of Zone
        In the order of their first line; every line is in exactly one.
    """
    if traces.zone_names is not None:
        return _named_zones(traces, traces.zone_names)
    groups = group_lines(traces.points, cancelled=cancelled)
    return [Zone(f"zone {n}", lines, spine) for n, (lines, spine) in enumerate(groups, start=1)]


def group_lines(
    points: Sequence[np.ndarray], *, cancelled: Callable[[], bool] | None = None
) -> list[tuple[np.ndarray, np.ndarray | None]]:
    """Group lines into zones by gap and trend.

    Parameters
    ----------
    points : sequence of (n, 3) float arrays
        Vertices of the lines in Earth-centred metres.
    cancelled : callable, optional
        Asked now and then; where it answers True the list is empty.

    Returns
    -------
    groups : list of (lines, backbone)
        Numbers of each zone's lines, ascending, and its `Zone.backbone`; in the order of their
        first line.
    """
    cancelled = cancelled or (lambda: False)
    first = first_drawn(points)
    alone = np.unique(first)
    groups = _group_different([points[line] for line in alone], cancelled)
    return [(np.flatnonzero(np.isin(first, alone[lines])), backbone) for lines, backbone in groups]


def _group_different(
    points: Sequence[np.ndarray], cancelled: Callable[[], bool]
) -> list[tuple[np.ndarray, np.ndarray | None]]:
    """Group lines of which none is drawn twice."""
    paths = join_lines(points)
    if cancelled():
        return []
    shapes = [along_chain(path, points) for path in paths]
    lengths = np.array([np.linalg.norm(np.diff(s, axis=0), axis=1).sum() for s in shapes])
    long_ones = np.flatnonzero(lengths >= LONG_M)
    chains: list[Chain] = [
        [(int(long_ones[local]), backward) for local, backward in chain]
        for chain in join_paths([shapes[path] for path in long_ones], gap_m=GAP_M)
    ]
    # The longest chain first, so that who gets a cluster in a tie does not depend on the file.
    chains.sort(key=lambda chain: -round(sum(lengths[path] for path, _ in chain)))
    group = np.full(len(paths), -1)
    for number, chain in enumerate(chains):
        group[[path for path, _ in chain]] = number
    if cancelled():
        return []
    group = join_clusters(shapes, group, gap_m=GAP_M)
    members: dict[int, list[int]] = {}
    for path, number in zip(paths, group.tolist()):
        members.setdefault(number, []).extend(line for line, _ in path)
    return [
        (
            np.array(sorted(members[number])),
            without_overlaps(chains[number], shapes) if number < len(chains) else None,
        )
        for number in sorted(members, key=lambda key: min(members[key]))
    ]


def _named_zones(traces: Traces, zone_names: Sequence[str | None]) -> list[Zone]:
    """One zone for each value of the zone field."""
    members: dict[str, list[int]] = {}
    for number, feature in enumerate(traces.features):
        members.setdefault(str(zone_names[feature]).strip(), []).append(number)
    return [Zone(name, np.array(lines)) for name, lines in members.items()]
