"""Tables of a check: findings at places and along lines, windows with flags to come, summary."""

from __future__ import annotations

from ssf_model.check.checking import MapCheck
from ssf_model.check.finding import KINDS, Finding
from ssf_model.check.foreseen import ForeseenWindow
from ssf_model.errors import counted
from ssf_model.tables.fields import FLAG_SEPARATOR, Field, lined_up

FINDING_FIELDS = (
    Field("kind", "str", "What was found"),
    Field("name", "str", "The feature or window that is concerned"),
    Field("other", "str", "The other feature or zone, where two are concerned"),
    Field("value_m", "float", "A length: of the gap, the line, its straight stretches, in metres"),
    Field("reason", "str", "What it means and what to do"),
)
FORESEEN_FIELDS = (
    Field("zone", "str", "Fault zone of the window"),
    Field("strip", "int", "Its strip"),
    Field("window", "int", "Its number in the strip"),
    Field("along_km", "float", "Place of the window's middle along the zone, from its beginning"),
    Field("knowable", "int", "1 where there will be a KE, else 0"),
    Field("flags", "str", "Flags to come, separated by commas; clipped is known only afterwards"),
    Field("trace_px", "int", "Fault pixels in the window at the middle thickness"),
    Field("trend_deg", "float", "Azimuth of the window's length, 0 to 180 degrees"),
)


def finding_values(finding: Finding) -> tuple[str | float | None, ...]:
    """Give a finding's row, one value for each of `FINDING_FIELDS`."""
    return finding.kind, finding.name, finding.other, finding.value_m, KINDS[finding.kind]


def foreseen_values(window: ForeseenWindow) -> tuple[str | int | float, ...]:
    """Give a window's row, one value for each of `FORESEEN_FIELDS`."""
    strip = window.strip
    return (
        strip.zone,
        strip.number,
        window.number + 1,
        (strip.along_m + window.number * strip.stride_m) / 1000,
        int(window.known),
        FLAG_SEPARATOR.join(window.flags),
        window.trace_px,
        strip.trend_deg,
    )


def check_in_words(check: MapCheck) -> str:
    """Sum up a check for the terminal and the log."""
    n_windows = len(check.windows)
    lines = [
        f"{check.length_km:.0f} km of trace, a vertex every {check.spacing_m:.0f} m; "
        f"{counted(check.guides, 'guide line')}, {counted(n_windows, 'window')}, "
        f"{check.n_unknown} without KE to come.",
    ]
    if check.counts:
        rows = [(kind, str(count), KINDS[kind]) for kind, count in sorted(check.counts.items())]
        lines += ["Found:", lined_up(rows)]
    else:
        lines.append("Nothing found to look at.")
    flags = check.flag_counts
    if flags:
        told = [
            (flag, f"{flags[flag]} of {counted(n_windows, 'window')}") for flag in sorted(flags)
        ]
        lines += ["Flags to come:", lined_up(told)]
    return "\n".join(lines)
