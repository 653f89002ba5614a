"""The check of a whole map: its lines, their ends, their zones, and the windows to come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ssf_model.check.empty_stretches import empty_stretches
from ssf_model.check.ends import end_findings
from ssf_model.check.finding import (
    COARSE,
    DUPLICATE,
    NOT_STRIKE_SLIP,
    OTHER_ZONE,
    STRAY,
    Finding,
)
from ssf_model.check.foreseen import ForeseenWindow, foresee
from ssf_model.drawing.drawn_lines import straight_stretch_m
from ssf_model.estimate.flags import COARSE_PX
from ssf_model.faults.repeats import first_drawn
from ssf_model.faults.slip import DIP_SLIP, OBLIQUE
from ssf_model.faults.traces import Traces
from ssf_model.network.model import Model
from ssf_model.options import Options
from ssf_model.scale import ExperimentScale
from ssf_model.zones.strips import Strip

STRAY_M = 1_000.0  # our choice: less trace than a sixth of a window's length
OTHERS_M = 1_000.0  # our choice: of another zone's trace in a window
COARSE_M = COARSE_PX * ExperimentScale().pixel_size_m


@dataclass(frozen=True)
class MapCheck:
    """What a check found.

    `spacing_m` is the median distance from a vertex to the next one, by length of trace;
    `length_km` the length of all traces; `guides` the number of guide lines.
    """

    findings: tuple[Finding, ...]
    windows: tuple[ForeseenWindow, ...]
    length_km: float
    spacing_m: float
    guides: int

    @property
    def counts(self) -> dict[str, int]:
        """Kinds of findings and how many there are of each."""
        return dict(Counter(finding.kind for finding in self.findings))

    @property
    def flag_counts(self) -> dict[str, int]:
        """Flags to come and how many windows will have each."""
        return dict(Counter(flag for window in self.windows for flag in window.flags))

    @property
    def n_unknown(self) -> int:
        """How many windows will have no KE."""
        return sum(not window.known for window in self.windows)


def check_map(
    traces: Traces,
    strips: Sequence[Strip],
    models: Sequence[Model],
    *,
    options: Options,
    zones: Sequence[str | None],
    cancelled: Callable[[], bool] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> MapCheck:
    """Check a map and foresee the flags of its windows.

    Parameters
    ----------
    traces, strips, models, options
        As for `estimate_strips`; strips know their guide lines.
    zones : sequence of str or None
        The zone of every feature, from `ssf_model.tables.plan`.
    cancelled : callable, optional
        Asked before every strip; where it answers True windows so far come back.
    progress : callable, optional
        Told after every strip how many of how many are done.

    Returns
    -------
    check : MapCheck
    """
    findings = [
        *_duplicates(traces),
        *end_findings(traces),
        *_coarse(traces),
        *_not_strike_slip(traces),
        *_stray(traces, strips),
        *empty_stretches(traces, strips),
    ]
    windows: list[ForeseenWindow] = []
    road = foresee(traces, strips, models, options=options, zones=zones)
    for done, found in enumerate(road, start=1):
        windows.extend(found)
        if progress is not None:
            progress(done, len(strips))
        if cancelled is not None and cancelled():
            break
    findings += [_other_zone(window) for window in windows if window.others_m >= OTHERS_M]
    lengths = np.concatenate(traces.segment_lengths_m())
    order = np.sort(lengths)
    half = np.searchsorted(np.cumsum(order), order.sum() / 2)
    return MapCheck(
        tuple(findings),
        tuple(windows),
        length_km=float(order.sum()) / 1000,
        spacing_m=float(order[half]),
        guides=len({id(strip.guide) for strip in strips}),
    )


def _duplicates(traces: Traces) -> Iterator[Finding]:
    """Lines that an earlier line has drawn."""
    for line, first in enumerate(first_drawn(traces.points).tolist()):
        if first != line:
            yield _of_line(DUPLICATE, traces, line, _name(traces, first), _length_m(traces, line))


def _coarse(traces: Traces) -> Iterator[Finding]:
    """Lines drawn in long straight stretches."""
    for line, lonlat in enumerate(traces.lines):
        stretch_m = straight_stretch_m(lonlat)
        if stretch_m > COARSE_M:
            yield _of_line(COARSE, traces, line, None, stretch_m)


def _not_strike_slip(traces: Traces) -> Iterator[Finding]:
    """Lines of features that do not mainly slip along strike."""
    if traces.slip is None:
        return
    odd = np.isin(traces.slip.kinds, (OBLIQUE, DIP_SLIP))
    for line in np.flatnonzero(odd[traces.features]).tolist():
        yield _of_line(NOT_STRIKE_SLIP, traces, line, None, _length_m(traces, line))


def _stray(traces: Traces, strips: Sequence[Strip]) -> Iterator[Finding]:
    """Zones with hardly any trace."""
    guides = {id(strip.guide): strip.guide for strip in strips if strip.guide is not None}
    for guide in guides.values():
        lines = guide.zone.lines
        if traces.length_m(lines) < STRAY_M:
            for line in lines.tolist():
                yield _of_line(STRAY, traces, line, guide.zone.name, _length_m(traces, line))


def _other_zone(window: ForeseenWindow) -> Finding:
    """A window with traces of another zone, at its middle."""
    strip = window.strip
    name = f"{strip.zone}, strip {strip.number}, window {window.number + 1}"
    middle = strip.footprint(window.number)[:4].mean(axis=0)[None]
    return Finding(OTHER_ZONE, name, window.other, window.others_m, [middle])


def _of_line(kind: str, traces: Traces, line: int, other: str | None, value_m: float) -> Finding:
    """A finding about one line."""
    return Finding(kind, _name(traces, line), other, value_m, [traces.lines[line]])


def _name(traces: Traces, line: int) -> str:
    """What messages call a line's feature."""
    return traces.feature_names[traces.features[line]]


def _length_m(traces: Traces, line: int) -> float:
    """Length of one line."""
    return traces.length_m(np.array([line]))
