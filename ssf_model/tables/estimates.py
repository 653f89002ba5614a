"""Names, types and meaning of every output field, the same in QGIS and on the command line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from ssf_model.estimate.along_strike import window_middle
from ssf_model.estimate.effects import FACTORS
from ssf_model.estimate.estimating import StripEstimate, WindowEstimate
from ssf_model.tables.fields import FLAG_SEPARATOR, Field
from ssf_model.tables.trace_tally import TraceEstimate
from ssf_model.tables.zone_summary import ZoneSummary

WINDOW_FIELDS = (
    Field("zone", "str", "Fault zone: value of the zone field, or its number on the map"),
    Field("strip", "int", "Straight frame of up to five windows, counted along the zone"),
    Field("window", "int", "Window within the strip, from 1"),
    Field("along_km", "float", "Place of the window's middle along the zone, from its beginning"),
    Field("ke", "float", "Kinematic efficiency, 0 to 1: median of the ensemble; NULL if unknown"),
    Field("ofd", "float", "Off-fault deformation, 1 - ke"),
    Field("ke_low", "float", "Lower end of the interval that the model's card calibrated, or NULL"),
    Field("ke_high", "float", "Upper end of that interval"),
    Field("ke_p05", "float", "5th percentile of the ensemble: how drawing moves KE, no error bar"),
    Field("ke_p95", "float", "95th percentile of the ensemble"),
    Field("ke_raw", "float", "Median of the ensemble before it was clipped to 0 to 1"),
    Field("by_thickness", "float", "How far line thickness moves KE: range of its members' means"),
    Field("by_flip", "float", "How far mirroring moves KE"),
    Field("by_shift", "float", "How far moving the window by some pixels moves KE"),
    Field("by_scale", "float", "How far the size of a pixel on the ground moves KE"),
    Field("by_model", "float", "How far the models disagree"),
    Field("n_members", "int", "Members of the ensemble: models x scales x shifts x drawings"),
    Field("flags", "str", "What makes KE doubtful, separated by commas; empty if nothing does"),
    Field("trace_px", "int", "Fault pixels in the window at the middle thickness"),
    Field(
        "generalized", "int", "1 where the lines were generalized before they were drawn, else 0"
    ),
    Field("others", "float", "Share of the trace in the window that other zones have, 0 to 1"),
    Field("trend_deg", "float", "Azimuth of the window's length, 0 to 180 degrees"),
    Field("sense", "str", "Sense of slip in which the map was read: dextral or sinistral"),
    Field("model", "str", "Name and version of the model"),
)

GENERALIZED_FIELDS = (
    Field("zone", "str", "Fault zone of the strip"),
    Field("strip", "int", "The strip whose windows were drawn with the line"),
    Field("line", "int", "Number of the line in the strip, from 1"),
    Field("length_m", "float", "Its length in metres; 0 for a patch as wide as long"),
)

TRACE_FIELDS = (
    Field("ke", "float", "Kinematic efficiency along the trace, weighted by length in windows"),
    Field("ofd", "float", "Off-fault deformation, 1 - ke"),
    Field("ke_min", "float", "Least KE of a window on the trace"),
    Field("ke_max", "float", "Greatest KE of a window on the trace"),
    Field("covered", "float", "Share of the trace's length inside windows, 0 to 1"),
)

MEMBER_FIELDS = (
    Field("zone", "str", "Fault zone of the window"),
    Field("strip", "int", "Its strip"),
    Field("window", "int", "Its number in the strip"),
    Field("model", "str", "Name and version of the model that answered"),
    Field("pixel_size_m", "float", "Size of a pixel on the ground in metres"),
    Field("along_px", "float", "How far the window was moved along strike, in pixels"),
    Field("across_px", "float", "How far it was moved across strike, to the left, in pixels"),
    Field("thickness_px", "float", "Line thickness in pixels"),
    Field("flip", "str", "Mirror image: none, across, along or both"),
    Field("ke_raw", "float", "The answer, not clipped; NULL where the window's KE is unknown"),
)

ZONE_FIELDS = (
    Field("zone", "str", "Fault zone"),
    Field("n_windows", "int", "Windows of the zone"),
    Field("n_known", "int", "Windows that have a KE"),
    Field("length_km", "float", "Length of the zone inside its windows"),
    Field("ke_mean", "float", "Mean KE, weighted by the length that each window stands for"),
    Field("ofd_mean", "float", "Off-fault deformation, 1 - ke_mean"),
    Field("ke_median", "float", "Median KE of the windows"),
    Field("ofd_median", "float", "Off-fault deformation, 1 - ke_median"),
    Field("ke_min", "float", "Least KE of a window"),
    Field("ke_max", "float", "Greatest KE of a window"),
    Field("flagged", "float", "Share of the windows that have a flag, 0 to 1"),
    Field("flags", "str", "Flags, each with the number of its windows"),
)

PROFILE_FIELDS = (
    Field("zone", "str", "Fault zone"),
    Field("along_km", "float", "Place of the window's middle along the zone, from its beginning"),
    Field("lon", "float", "Longitude of the window's middle in degrees (WGS 84)"),
    Field("lat", "float", "Latitude of the window's middle in degrees (WGS 84)"),
    Field("ke", "float", "Kinematic efficiency; NULL if unknown"),
    Field("ofd", "float", "Off-fault deformation, 1 - ke"),
    Field("ke_low", "float", "Lower end of the calibrated interval, or NULL"),
    Field("ke_high", "float", "Upper end of that interval"),
    Field("ke_p05", "float", "5th percentile of the ensemble: how drawing moves KE, no error bar"),
    Field("ke_p95", "float", "95th percentile of the ensemble"),
    Field("flags", "str", "What makes KE doubtful, separated by commas"),
)


def window_values(window: WindowEstimate) -> tuple[int | float | str | None, ...]:
    """Give a window's row of the table, one value for each of `WINDOW_FIELDS`."""
    return (
        window.zone,
        window.strip,
        window.window,
        window.along_km,
        window.ke,
        window.ofd,
        window.ke_low,
        window.ke_high,
        window.ke_p05,
        window.ke_p95,
        window.ke_raw,
        *(window.moved_by.get(name) for name in FACTORS),
        window.n_members,
        FLAG_SEPARATOR.join(window.flags),
        window.trace_px,
        int(window.generalized),
        window.others,
        window.trend_deg,
        window.sense,
        window.model,
    )


def member_rows(estimate: StripEstimate) -> Iterator[tuple[int | float | str | None, ...]]:
    """Give a row for each member of each window of a strip, a value for each `MEMBER_FIELDS`."""
    for window, answers in zip(estimate.windows, estimate.raw.tolist()):
        for member, answer in zip(estimate.members, answers):
            yield (
                window.zone,
                window.strip,
                window.window,
                member.model,
                member.pixel_size_m,
                member.along_px,
                member.across_px,
                member.thickness_px,
                member.flip,
                None if window.ke is None else answer,
            )


def generalized_rows(
    estimate: StripEstimate,
) -> Iterator[tuple[tuple[int | float | str, ...], list[np.ndarray]]]:
    """Give a row of `GENERALIZED_FIELDS` and lines (k, 2) in degrees for every generalized line.

    None where the strip was drawn as mapped.
    """
    if not estimate.generalized:
        return
    strip = estimate.strip
    for number, line in enumerate(estimate.drawn, start=1):
        length_m = float(np.hypot(*np.diff(line, axis=0).T).sum())
        yield (strip.zone, strip.number, number, length_m), [strip.to_lonlat(line)]


def trace_values(trace: TraceEstimate) -> tuple[float | None, ...]:
    """Give a feature's added columns, one value for each of `TRACE_FIELDS`."""
    return trace.ke, trace.ofd, trace.ke_min, trace.ke_max, trace.covered


def zone_values(zone: ZoneSummary) -> tuple[int | float | str | None, ...]:
    """Give a zone's row of the table, one value for each of `ZONE_FIELDS`."""
    return (
        zone.zone,
        zone.n_windows,
        zone.n_known,
        zone.length_km,
        zone.ke_mean,
        zone.ofd_mean,
        zone.ke_median,
        zone.ofd_median,
        zone.ke_min,
        zone.ke_max,
        zone.flagged,
        counted_flags(zone.flags),
    )


def counted_flags(counts: Mapping[str, int]) -> str:
    """Name flags with the number of their windows, such as "clipped:2,coarse_trace:14"."""
    return FLAG_SEPARATOR.join(f"{flag}:{count}" for flag, count in sorted(counts.items()))


def profile_values(window: WindowEstimate) -> tuple[float | str | None, ...]:
    """Give a window's row of the profile, one value for each of `PROFILE_FIELDS`."""
    return (
        window.zone,
        window.along_km,
        *window_middle(window),
        window.ke,
        window.ofd,
        window.ke_low,
        window.ke_high,
        window.ke_p05,
        window.ke_p95,
        FLAG_SEPARATOR.join(window.flags),
    )
