"""Names, types and meaning of every output field, the same in QGIS and on the command line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ssf_model.estimate import WindowEstimate
from ssf_model.tally import TraceEstimate

FLAG_SEPARATOR = ","
RENAMED = "ssf_"
STATEMENT = (
    "Kinematic efficiency (KE) and off-fault deformation (OFD = 1 - KE) estimated from the map "
    "pattern of fault traces by a network trained on one analogue material. A screening "
    "estimate, not an input to hazard analysis."
)


@dataclass(frozen=True)
class Field:
    """A column of an output table; `kind` is "int", "float" or "str", `meaning` one sentence."""

    name: str
    kind: str
    meaning: str


WINDOW_FIELDS = (
    Field("zone", "str", "Fault zone: value of the zone field, or its number on the map"),
    Field("strip", "int", "Straight frame of up to five windows, counted along the zone"),
    Field("window", "int", "Window within the strip, from 1"),
    Field("ke", "float", "Kinematic efficiency, 0 to 1: median of the ensemble; NULL if unknown"),
    Field("ofd", "float", "Off-fault deformation, 1 - ke"),
    Field("ke_p05", "float", "5th percentile of the ensemble: how drawing moves KE, no error bar"),
    Field("ke_p95", "float", "95th percentile of the ensemble"),
    Field("ke_raw", "float", "Median of the ensemble before it was clipped to 1"),
    Field("n_members", "int", "Members of the ensemble: models x thicknesses x flips"),
    Field("flags", "str", "What makes KE doubtful, separated by commas; empty if nothing does"),
    Field("trace_px", "int", "Fault pixels in the window at the middle thickness"),
    Field("trend_deg", "float", "Azimuth of the window's length, 0 to 180 degrees"),
    Field("sense", "str", "Sense of slip that was assumed: dextral or sinistral"),
    Field("model", "str", "Name and version of the model"),
)

TRACE_FIELDS = (
    Field("ke", "float", "Kinematic efficiency along the trace, weighted by length in windows"),
    Field("ofd", "float", "Off-fault deformation, 1 - ke"),
    Field("ke_min", "float", "Least KE of a window on the trace"),
    Field("ke_max", "float", "Greatest KE of a window on the trace"),
    Field("covered", "float", "Share of the trace's length inside windows, 0 to 1"),
)


def free_names(fields: Sequence[Field], taken: Iterable[str]) -> list[str]:
    """Name our columns in a table that has columns already.

    Parameters
    ----------
    fields : sequence of Field
        Columns to add.
    taken : iterable of str
        Names that the table has. Case does not tell columns apart, as in GeoPackages.

    Returns
    -------
    names : list of str
        Each field's own name, with "ssf_" before it, as often as needed, where that is taken.
    """
    lower = {name.lower() for name in taken}
    names = []
    for field in fields:
        name = field.name
        while name.lower() in lower:
            name = RENAMED + name
        lower.add(name.lower())
        names.append(name)
    return names


def window_values(window: WindowEstimate) -> tuple[int | float | str | None, ...]:
    """Give a window's row of the table, one value for each of `WINDOW_FIELDS`."""
    return (
        window.zone,
        window.strip,
        window.window,
        window.ke,
        window.ofd,
        window.ke_p05,
        window.ke_p95,
        window.ke_raw,
        window.n_members,
        FLAG_SEPARATOR.join(window.flags),
        window.trace_px,
        window.trend_deg,
        window.sense,
        window.model,
    )


def trace_values(trace: TraceEstimate) -> tuple[float | None, ...]:
    """Give a feature's added columns, one value for each of `TRACE_FIELDS`."""
    return trace.ke, trace.ofd, trace.ke_min, trace.ke_max, trace.covered
