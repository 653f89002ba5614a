"""Strips of one fault map on another: which lines of map B belong where those of map A do.

A strip shows the lines of its zone alone, so comparing two maps in one frame is fair only if
the other map's lines are sorted into the same zones:

1. Where guide lines were drawn, they sort the lines of B as they sorted those of A.
2. Else a line that is the same on both maps stays where it is.
3. Any other line goes where those traces of A go that are nearest to most of it, and where those
   go that are nearest to a third of it or to a window's length: a line that links two zones is
   drawn in both. Farther than `GAP_M` from every trace it belongs to no zone, as it would on
   map A, unless others lead to it from line to line.

Where both maps name their zones, 2 and 3 look at zones of the same name alone, and a line far
from all others of its zone still belongs to it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np

from ssf_model.errors import InputError
from ssf_model.faults.traces import Traces
from ssf_model.geometry.neighbours import close_pairs
from ssf_model.geometry.segments import sampled
from ssf_model.zones.grouping import GAP_M
from ssf_model.zones.guides import zones_of_guides
from ssf_model.zones.paths import MEET_M
from ssf_model.zones.strips import Strip, lines_around, trace_of_others

Home = frozenset  # of the zones' numbers in whose strips a line is drawn

PLACE_M = 250.0  # a line's nearness is asked once in every such piece of it
LINK_SHARE = 1 / 3  # our choice: a straight link is half one zone's, half the other's
FOLLOW_M = 6_400.0  # a window's length (ExperimentScale.window_length_m at 100 m)
REACHES_M = (125.0, 500.0, GAP_M)  # traces are looked for ever farther; most lie close
RUN_PLACES = 32  # pieces that are compared together with the traces around them


def counterpart_strips(
    strips: Sequence[Strip],
    traces_a: Traces,
    traces_b: Traces,
    *,
    guides: Sequence[np.ndarray] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> list[Strip]:
    """Give the same frames with the lines of another map.

    Parameters
    ----------
    strips : sequence of Strip
        Of map A, from `plan_strips`.
    traces_a : Traces
        Map A.
    traces_b : Traces
        Map B. Where it has zone names they are taken for those of A's zones.
    guides : sequence of (n, 2) float arrays, optional
        The guide lines along which A's strips were laid, longitude and latitude in degrees.
    cancelled : callable, optional
        Asked now and then; where it answers True an empty list comes back.

    Returns
    -------
    strips : list of Strip
        One for each of A's, equal but for `lines` and `others`. For B equal to A they are the same.

    Raises
    ------
    InputError
        If no line of B lies in a strip; see also `check_zones`.
    """
    check_zones(traces_a, traces_b, guides=guides)
    cancelled = cancelled or (lambda: False)
    zones = {name: number for number, name in enumerate(dict.fromkeys(s.zone for s in strips))}
    if guides is not None:
        members = _by_guides(traces_b, guides, strips)
    else:
        members = _by_nearness(strips, traces_a, traces_b, zones, cancelled)
    if cancelled():
        return []
    found = []
    for strip in strips:
        lines = lines_around(
            traces_b,
            members[zones[strip.zone]],
            frame=strip.frame,
            n_windows=strip.n_windows,
            scale=strip.scale,
        )
        there = dataclasses.replace(strip, lines=lines)
        found.append(dataclasses.replace(there, others=trace_of_others(traces_b, there)))
    if not any(len(strip.lines) for strip in found):
        message = (
            "No line of the second map lies in a window of the first one. Check that both show "
            "the same faults, in the right coordinate reference systems."
        )
        raise InputError(message)
    return found


def check_zones(
    traces_a: Traces, traces_b: Traces, *, guides: Sequence[np.ndarray] | None = None
) -> None:
    """Refuse zone names that cannot tell which zones of two maps are the same.

    Raises
    ------
    InputError
        If B's zones are named but A's are not, or guide lines are the zones, or no name is on
        both maps.
    """
    if traces_b.zone_names is None:
        return
    if guides is not None:
        message = "Give guide lines or a zone field, not both: each guide line is a zone."
        raise InputError(message)
    if traces_a.zone_names is None:
        message = (
            "The second map's zones are named and the first one's are not. Name the zone field "
            "of the first map, too, or of neither."
        )
        raise InputError(message)
    names_a = [name for name in _names(traces_a) if name]
    names_b = [name for name in _names(traces_b) if name]
    if names_a and names_b and not set(names_a) & set(names_b):
        message = (
            f"No zone has the same name on both maps: the first one has '{names_a[0]}', the "
            f"second one '{names_b[0]}'. Choose other zone fields, or none for the second map."
        )
        raise InputError(message)


def count_left_out(strips: Sequence[Strip], traces: Traces) -> int:
    """Count the lines of a map that none of its strips may draw."""
    drawn = np.zeros(len(traces.lines), dtype=bool)
    for strip in strips:
        drawn[strip.lines] = True
    return int((~drawn).sum())


def _by_guides(
    traces: Traces, guides: Sequence[np.ndarray], strips: Sequence[Strip]
) -> list[np.ndarray]:
    """The lines of each guide, in the order of the guides, which is that of the strips' zones."""
    reach_m = strips[0].scale.window_width_m / 2 if strips else 0.0
    return [guide.zone.lines for guide in zones_of_guides(traces, tuple(guides), reach_m=reach_m)]


def _by_nearness(
    strips: Sequence[Strip],
    traces_a: Traces,
    traces_b: Traces,
    zones: dict[str, int],
    cancelled: Callable[[], bool],
) -> list[np.ndarray]:
    """The lines of each zone by rules 2 and 3."""
    name_a, name_b = [""] * len(traces_a.lines), [""] * len(traces_b.lines)
    if traces_b.zone_names is not None:
        name_a, name_b = _names(traces_a), _names(traces_b)
    homes = _homes(strips, traces_a, zones)
    found: list[Home | None] = [None] * len(traces_b.lines)
    for line_a, line_b in _same_lines(traces_a, traces_b, name_a, name_b):
        found[line_b] = homes[line_a]
    around_homes: Sequence[Home | None] = homes
    around, leaders = traces_a, _by_name(name_a, range(len(name_a)))
    while leaders and not cancelled():
        reached = []
        for line in [line for line, home in enumerate(found) if home is None]:
            if cancelled():
                break
            near = None
            if name_b[line] in leaders:
                lines = leaders[name_b[line]]
                near = _nearest_homes(traces_b, line, around, lines, around_homes)
            if near is not None:
                found[line] = near
                reached.append(line)
        # From now on the lines just reached lead to others.
        around, around_homes, leaders = traces_b, found, _by_name(name_b, reached)
    members: list[list[int]] = [[] for _ in zones]
    for line, home in enumerate(found):
        named = {zones[name_b[line]]} if name_b[line] in zones else ()
        for zone in named if home is None else home:
            members[zone].append(line)
    return [np.array(lines, dtype=np.int64) for lines in members]


def _names(traces: Traces) -> list[str]:
    """Name of each line's zone, empty for a line without; none where zones are not named."""
    names = traces.zone_names
    if names is None:
        return []
    return [names[feature] or "" for feature in traces.features]


def _by_name(names: Sequence[str], lines: Iterable[int]) -> dict[str, np.ndarray]:
    """Numbers of lines by the name of their zone."""
    groups: dict[str, list[int]] = {}
    for line in lines:
        groups.setdefault(names[line], []).append(line)
    return {name: np.array(group) for name, group in groups.items()}


def _homes(strips: Sequence[Strip], traces: Traces, zones: dict[str, int]) -> list[Home]:
    """For each line the zones in whose strips it may be drawn; none for a line far from all."""
    homes: list[set[int]] = [set() for _ in traces.lines]
    for strip in strips:
        for line in strip.lines.tolist():
            homes[line].add(zones[strip.zone])
    return [frozenset(home) for home in homes]


def _same_lines(
    traces_a: Traces, traces_b: Traces, name_a: Sequence[str], name_b: Sequence[str]
) -> Iterator[tuple[int, int]]:
    """Pairs of lines of A and of B with one name and the same vertices, in any order.

    Each line is in one pair at most: a line drawn twice on A answers to two lines of B.
    """
    n_a = len(traces_a.lines)
    centres = np.concatenate([traces_a.balls[0], traces_b.balls[0]])
    near = np.concatenate(list(close_pairs(centres, 2 * MEET_M)))
    near = near[(near[:, 0] < n_a) & (near[:, 1] >= n_a)]
    taken_a, taken_b = set(), set()
    for line_a, second in sorted(map(tuple, near.tolist())):
        line_b = second - n_a
        one, other = traces_a.points[line_a], traces_b.points[line_b]
        if line_a in taken_a or line_b in taken_b or name_a[line_a] != name_b[line_b]:
            continue
        if len(one) != len(other):
            continue
        apart = min(np.abs(one - there).max() for there in (other, other[::-1]))
        if apart <= MEET_M:
            taken_a.add(line_a)
            taken_b.add(line_b)
            yield line_a, line_b


def _nearest_homes(
    traces: Traces, line: int, around: Traces, lines: np.ndarray, homes: Sequence[Home | None]
) -> Home | None:
    """Where a line goes: to the zones of those lines of another map that it is nearest to.

    `lines` are the numbers of the lines of `around` that count, `homes` tells the zones of each
    line of `around`. None where no line is near.
    """
    steps = sampled(traces.points[line], PLACE_M)
    places = (steps[1:] + steps[:-1]) / 2
    nearest = np.full(len(places), -1)
    centres, radii = around.balls
    away = np.linalg.norm(centres[lines] - traces.balls[0][line], axis=1)
    gap = away - radii[lines] - traces.balls[1][line]
    for reach_m in REACHES_M:
        near, missing = lines[gap <= reach_m], np.flatnonzero(nearest < 0)
        if not len(near):
            continue
        for start in range(0, len(missing), RUN_PLACES):
            run = missing[start : start + RUN_PLACES]
            nearest[run] = _nearest_lines(places[run], around, near, reach_m)
    nearest_m: dict[Home, float] = {}  # zones -> length of the line that is nearest to theirs
    weights = np.linalg.norm(np.diff(steps, axis=0), axis=1)
    for number, weight in zip(nearest.tolist(), weights.tolist()):
        home = homes[number] if number >= 0 else None
        if home is not None:
            nearest_m[home] = nearest_m.get(home, 0.0) + weight
    if not nearest_m:
        return None
    most = max(nearest_m.values())
    enough = min(LINK_SHARE * sum(nearest_m.values()), FOLLOW_M, most)
    return frozenset().union(*(home for home, m in nearest_m.items() if m >= enough))


def _nearest_lines(
    places: np.ndarray, traces: Traces, lines: np.ndarray, reach_m: float
) -> np.ndarray:
    """For each place the number of that of the lines that is nearest; -1 beyond the reach."""
    first = np.concatenate([traces.points[line][:-1] for line in lines])
    last = np.concatenate([traces.points[line][1:] for line in lines])
    owner = np.repeat(lines, [len(traces.points[line]) - 1 for line in lines])
    middle = (places.min(axis=0) + places.max(axis=0)) / 2
    reach = np.linalg.norm(places - middle, axis=1).max() + reach_m
    half = np.linalg.norm(last - first, axis=1) / 2
    near = np.flatnonzero(np.linalg.norm((first + last) / 2 - middle, axis=1) <= half + reach)
    if not len(near):
        return np.full(len(places), -1)
    along = last[near] - first[near]
    length2 = np.maximum((along**2).sum(axis=1), 1e-9)
    offset = places[:, None] - first[near]
    share = np.clip((offset * along).sum(axis=2) / length2, 0, 1)
    distance = np.linalg.norm(offset - share[..., None] * along, axis=2)
    best = distance.argmin(axis=1)
    close = distance[np.arange(len(places)), best] <= reach_m
    return np.where(close, owner[near[best]], -1)
