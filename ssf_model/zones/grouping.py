"""Fault zones: which traces belong together.

Where a field names the zones, that is what counts; features without a name, and all where no
field does, are sorted by gap and trend, among themselves alone:

1. Lines that meet end to end are one path: a fault does not change where its line was split.
2. Paths longer than a laboratory box continue each other across gaps and steps of up to `GAP_M`
   where they keep their direction: such a chain is a zone. A branch is therefore a zone of its
   own; a chain that runs along a longer one, within `GAP_M` for three quarters of its length or
   more, is a strand of that one's zone.
3. Shorter paths within `GAP_M` of each other form a cluster. A cluster that touches chains
   joins the one that it touches most; another is a zone by itself.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ssf_model.faults.repeats import first_drawn
from ssf_model.faults.traces import Traces
from ssf_model.zones.clusters import join_clusters
from ssf_model.zones.paths import Chain, along_chain, join_lines, join_paths, without_overlaps
from ssf_model.zones.strands import along_longer

GAP_M = 2_000.0  # our choice: strands of one zone are mapped closer than this
# Our choice: what a name reaches from its middle; one that reaches farther is that of several
# faults. No guide is fitted beyond 2,500 km.
ONE_FAULT_M = 2_000_000.0
LONG_M = 26_400.0  # five windows, one laboratory box (ExperimentScale.strip_cols(5) at 100 m)

_LOGGER = logging.getLogger("ssf_model")


@dataclass(frozen=True)
class Zone:
    """Traces that belong together.

    Attributes
    ----------
    name : str
        The zone field's value; else the label of most of its length, where labels are given;
        else "zone 1" onward in the order of the map's features.
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
    zone_names = traces.zone_names or (None,) * traces.n_features
    named = _named_zones(traces, zone_names)
    nameless = np.array(
        [n for n, feature in enumerate(traces.features) if zone_names[feature] is None],
        dtype=np.int64,
    )
    if not len(nameless):
        return named
    groups = group_lines([traces.points[line] for line in nameless], cancelled=cancelled)
    found = _called(traces, [(nameless[lines], spine) for lines, spine in groups], named)
    return sorted([*named, *found], key=lambda zone: int(zone.lines[0]))


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
    strand_of = along_longer([along_chain(chain, shapes) for chain in chains], gap_m=GAP_M)
    own = sorted(set(strand_of))
    group = np.full(len(paths), -1)
    for chain, longer in zip(chains, strand_of):
        group[[path for path, _ in chain]] = own.index(longer)
    chains = [chains[number] for number in own]
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
    """One zone for each value of the zone field, several where that is the name of several faults.

    Faults a world apart that have a name in common would else make a zone that nobody can lay a
    frame on, and so refuse the whole map.
    """
    members: dict[str, list[int]] = {}
    for number, feature in enumerate(traces.features):
        name = zone_names[feature]
        if name is not None:
            members.setdefault(name, []).append(number)
    given = set(members)
    zones = []
    for name, numbers in members.items():
        lines = np.array(numbers)
        points = [traces.points[line] for line in numbers]
        if _reach_m(points) <= ONE_FAULT_M:
            zones.append(Zone(name, lines))
            continue
        groups = group_lines(points)
        _LOGGER.warning(
            "Zone '%s' stands for lines up to %.0f km apart: they are read as %d zones of that "
            "name, sorted by gap and trend.",
            name, 2 * _reach_m(points) / 1000, len(groups),
        )  # fmt: skip
        for place, (found, spine) in enumerate(groups):
            called = name
            count = place + 1
            while place and called in given:
                called = f"{name} ({count})"
                count += 1
            given.add(called)
            zones.append(Zone(called, lines[found], spine))
    return zones


def _reach_m(points: Sequence[np.ndarray]) -> float:
    """How far lines reach from their middle, in metres through the Earth."""
    starts = np.concatenate([line[:-1] for line in points])
    steps = np.concatenate([np.diff(line, axis=0) for line in points])
    lengths = np.linalg.norm(steps, axis=1)
    middle = np.average(starts + steps / 2, axis=0, weights=np.maximum(lengths, 1e-9))
    return float(np.linalg.norm(np.concatenate(points) - middle, axis=1).max())


def _called(
    traces: Traces, groups: Sequence[tuple[np.ndarray, np.ndarray | None]], named: Sequence[Zone]
) -> list[Zone]:
    """Zones that were found, by their label or number; no name is given twice."""
    taken = {zone.name for zone in named}
    taken.update(label for label in traces.zone_labels or () if label is not None)
    given = {zone.name for zone in named}
    zones = []
    number = 0
    for lines, spine in groups:
        label = _label(traces, lines)
        name = label
        count = 1
        while name is None or name in given:
            if label is not None:
                count += 1
                name = f"{label} ({count})"
            else:
                number += 1
                name = f"zone {number}"
                name = None if name in taken else name
        given.add(name)
        zones.append(Zone(name, lines, spine))
    return zones


def _label(traces: Traces, lines: np.ndarray) -> str | None:
    """The label of most of the labelled length of some lines; None where there is none."""
    if traces.zone_labels is None:
        return None
    lengths: dict[str, float] = {}
    for line in lines:
        label = traces.zone_labels[traces.features[line]]
        if label is not None:
            lengths[label] = lengths.get(label, 0.0) + traces.length_m(np.array([line]))
    # Rounded, so that a tie is decided by the label and not by the last bit of a sum.
    return min(lengths, key=lambda label: (-round(lengths[label]), label)) if lengths else None
