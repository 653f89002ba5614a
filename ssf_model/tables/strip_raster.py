"""The GeoTIFF of a strip: its name, its tags and its bands, for QGIS and command line alike."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ssf_model import __version__
from ssf_model.tables.fields import Field
from ssf_model.zones.strips import Strip

RASTER_PATTERN = "*_strip_*.tif"  # every name that `raster_names` gives
NO_TRACE = 0  # the value of a pixel without a trace, which maps leave clear
ZONE_LETTERS = 40  # of a zone's name: file systems take 255 bytes, a letter is up to four

STRIP_FIELDS = (
    Field("zone", "str", "Fault zone of the strip"),
    Field("strip", "int", "Its number along the zone"),
    Field("n_windows", "int", "Windows that it holds, one to five"),
    Field("along_km", "float", "Place of its first window's middle along the zone"),
    Field("trend_deg", "float", "Azimuth of its length, 0 to 180 degrees"),
    Field("n_lines", "int", "Trace lines that may reach into it"),
    Field("file", "str", "Name of its GeoTIFF, where there is one"),
)


def strip_values(strip: Strip, file: str | None = None) -> tuple[int | float | str | None, ...]:
    """Give a strip's row, one value for each of `STRIP_FIELDS`."""
    return (
        strip.zone,
        strip.number,
        strip.n_windows,
        strip.along_m / 1000,
        strip.trend_deg,
        len(strip.lines),
        file,
    )


def raster_names(strips: Sequence[Strip]) -> list[str]:
    """Name a file for each strip by its zone and its number there, as the windows' table does.

    Parameters
    ----------
    strips : sequence of Strip
        All strips of a map.

    Returns
    -------
    names : list of str
        No two are one file, not even where upper and lower case are the same.
    """
    names, taken = [], set()
    for strip in strips:
        zone = re.sub(r"[^\w-]+", "_", strip.zone)[:ZONE_LETTERS].strip("_-") or "zone"
        stem = base = f"{zone}_strip_{strip.number}"
        copy = 2
        while stem.lower() in taken:  # zones' names may differ in signs or in their ends only
            stem, copy = f"{base}_{copy}", copy + 1
        taken.add(stem.lower())
        names.append(f"{stem}.tif")
    return names


def raster_tags(strip: Strip, thickness_px: Sequence[float]) -> dict[str, str]:
    """What the file says of itself, as GDAL's metadata."""
    return {
        "SSF_VERSION": __version__,
        "SSF_ZONE": strip.zone,
        "SSF_STRIP": str(strip.number),
        "SSF_TREND_DEG": f"{strip.trend_deg:.2f}",
        "SSF_THICKNESS_PX": ",".join(f"{thickness:g}" for thickness in thickness_px),
    }


def band_names(thickness_px: Sequence[float]) -> list[str]:
    """Describe the bands: one a thickness, in order, 1 on a trace and 0 elsewhere."""
    return [f"{thickness:g} px" for thickness in thickness_px]
