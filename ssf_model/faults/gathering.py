"""From features as a file holds them to a fault map: the same steps for every reader of files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ssf_model.errors import InputError, counted
from ssf_model.faults.attributes import text_of, told_counts
from ssf_model.faults.slip_fields import slip_of_features
from ssf_model.faults.strays import without_strays
from ssf_model.faults.traces import Traces, make_traces

# Texts that stand for no name: as one they would make one zone of faults all over a map.
NO_NAMES = frozenset(
    ("null", "<null>", "(null)", "n/a", "nan", "none", "nil", "-", "--", "?", "unnamed", "no name")
) | {"unknown", "not named", "noname", "untitled"}

SMALLEST_MAP_M = 200.0  # two pixels of the experiments


@dataclass(frozen=True)
class MapFields:
    """Names of the fields that tell something of each feature; None where none does.

    Attributes
    ----------
    zone_field, zone_label : str, optional
        Field that makes the fault zones, and one that only names zones that are found.
    rake_field, slip_type_field, dip_field : str, optional
        Fields that tell how features slip; see `ssf_model.faults.slip_fields`.
    """

    zone_field: str | None = None
    zone_label: str | None = None
    rake_field: str | None = None
    slip_type_field: str | None = None
    dip_field: str | None = None

    def given(self) -> dict[str, str]:
        """What the fields tell that are given -> their names."""
        return {what: field for what, field in vars(self).items() if field is not None}


def gather_traces(
    parts: Sequence[Sequence[np.ndarray]],
    names: Sequence[str],
    columns: Mapping[str, Iterable[object]],
    *,
    fields: MapFields,
    kinds: Mapping[int, str] | None = None,
    label: str = "The map",
    own_words: Mapping[str, tuple[int, int]] | None = None,
    strict: bool = False,
) -> tuple[Traces, list[str]]:
    """Make a fault map of features, and say what of them could not be used.

    Parameters
    ----------
    parts : sequence of sequences of (n, 2) float arrays
        The lines of each feature in WGS 84 degrees.
    names : sequence of str
        What messages call each feature.
    columns : mapping of str to sequence
        Values of the given fields for each feature.
    fields : MapFields
        What the fields are for.
    kinds : mapping of int to str, optional
        Number of a feature that is no line -> what it is, such as "point".
    label : str
        What messages call the map.
    own_words : mapping, optional
        A user's own words of slip types, from `parse_slip_words`.
    strict : bool
        Whether to refuse what would be skipped, found or unknown otherwise.

    Returns
    -------
    traces : Traces
        A feature that holds no trace has no line there.
    remarks : list of str
        Sentences for the user, with counts.

    Raises
    ------
    InputError
        If there is no trace, one cannot be used, or `strict` refuses.
    """
    lines, remarks = without_strays(parts, names, kinds or {}, label=label, strict=strict)
    zone_names = _texts(columns, fields.zone_field)
    if fields.zone_field is not None and zone_names is not None:
        written = [text_of(value) for value in columns[fields.zone_field]]
        remarks += _nameless(lines, names, zone_names, written, fields.zone_field, strict)
    slip, told = slip_of_features(
        names,
        columns,
        rake_field=fields.rake_field,
        dip_field=fields.dip_field,
        slip_type_field=fields.slip_type_field,
        own_words=own_words,
        strict=strict,
    )
    traces = make_traces(
        lines,
        names=names,
        zone_names=zone_names,
        slip=slip,
        zone_labels=_texts(columns, fields.zone_label),
    )
    return traces, [*remarks, *told, *_extent(traces)]


def _extent(traces: Traces) -> list[str]:
    """A hint where a map is too small to be one: most often its CRS is not the one it says."""
    points = np.concatenate(traces.points)
    span_m = float(np.linalg.norm(points.max(axis=0) - points.min(axis=0)))
    if span_m >= SMALLEST_MAP_M:
        return []
    return [
        f"All lines together span {span_m:.2g} m, which no fault map does. Check the coordinate "
        "reference system: degrees that are taken for metres look so."
    ]


def _texts(columns: Mapping[str, Iterable[object]], field: str | None) -> list[str | None] | None:
    """A field's values as names, None for those that say there is none; None without a field."""
    if field is None:
        return None
    texts = [text_of(value) for value in columns[field]]
    return [None if text is None or text.casefold() in NO_NAMES else text for text in texts]


def _nameless(
    lines: Sequence[Sequence[np.ndarray]],
    names: Sequence[str],
    zone_names: Sequence[str | None],
    written: Sequence[str | None],
    field: str,
    strict: bool,
) -> list[str]:
    """How many features have a zone's name, where not all have; refused where that is asked for."""
    mapped = [number for number, parts in enumerate(lines) if len(parts)]
    nameless = [number for number in mapped if zone_names[number] is None]
    if not nameless:
        return []
    if strict:
        message = (
            f"{_without(nameless, names)} no value in the zone field, the "
            f"first is {names[nameless[0]]}. Fill it, or use a selection."
        )
        raise InputError(message)
    zones = len({zone_names[number] for number in mapped} - {None})
    said = [text for text in (written[number] for number in nameless) if text is not None]
    or_say = f" (or say so: {told_counts(said)})" if said else ""
    return [
        f"Field '{field}' names {counted(zones, 'zone')} of "
        f"{counted(len(mapped) - len(nameless), 'feature')}; {_without(nameless, names)} "
        f"no value there{or_say}, their zones are found by gap and trend."
    ]


def _without(nameless: Sequence[int], names: Sequence[str]) -> str:
    """How many of how many features have, or has, what follows."""
    have = "has" if len(nameless) == 1 else "have"
    return f"{len(nameless)} of {counted(len(names), 'feature')} {have}"
