"""The summary of a batch as a table: a row a map and zone, and one a map that failed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from ssf_model.estimate.flags import LEGEND
from ssf_model.tables.estimates import ZONE_FIELDS, zone_values
from ssf_model.tables.fields import Field, to_csv
from ssf_model.tables.zone_summary import ZoneSummary
from ssf_model.whole_files import write_text

MAP = Field("map", "str", "Name of the map's file, without its ending")
ERROR = Field("error", "str", "Why the map could not be estimated")
# A column for every flag instead of one that names them.
OF_ZONES = tuple(field for field in ZONE_FIELDS if field.name != "flags")
OF_FLAGS = tuple(Field(flag, "int", f"Windows: {meaning}") for flag, meaning in LEGEND.items())
BATCH_FIELDS = (MAP, *OF_ZONES, *OF_FLAGS, ERROR)


def write_summary(
    path: Path,
    finished: Iterable[tuple[str, Sequence[ZoneSummary]]],
    failed: Mapping[str, str],
) -> None:
    """Write the summary whole, in the place of an older one.

    Parameters
    ----------
    path : Path
        A CSV file.
    finished : iterable of (str, sequence of ZoneSummary)
        Name of each map that was estimated, and its zones. They are written as they come.
    failed : mapping of str to str
        Name of each map that failed, and why.
    """
    write_text(path, _parts(finished, failed), overwrite=True)


def _parts(
    finished: Iterable[tuple[str, Sequence[ZoneSummary]]], failed: Mapping[str, str]
) -> Iterator[str]:
    """The text of the table, map by map."""
    yield to_csv(BATCH_FIELDS, [])
    for name, zones in finished:
        if name not in failed:  # of an older map of that name
            yield to_csv(BATCH_FIELDS, _rows(name, zones), head=False)
    rows = [(name, *[None] * (len(BATCH_FIELDS) - 2), why) for name, why in failed.items()]
    yield to_csv(BATCH_FIELDS, rows, head=False)


def _rows(name: str, zones: Sequence[ZoneSummary]) -> Iterator[tuple]:
    """The rows of a map."""
    for zone in zones:
        entries = dict(zip((field.name for field in ZONE_FIELDS), zone_values(zone)))
        counts = [zone.flags.get(flag, 0) for flag in LEGEND]
        yield (name, *(entries[field.name] for field in OF_ZONES), *counts, None)
