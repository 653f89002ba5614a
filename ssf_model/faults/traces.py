"""Mapped fault traces: the lines, the features they belong to, and their zones' names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ssf_model.errors import InputError
from ssf_model.faults.attributes import text_of
from ssf_model.faults.repeats import is_one_place
from ssf_model.faults.slip import Slip
from ssf_model.geometry.frames import to_earth_centred


@dataclass(frozen=True)
class Traces:
    """Lines of a fault map in WGS 84.

    Attributes
    ----------
    lines : tuple of (n, 2) float arrays
        Longitude and latitude of the vertices in degrees; a multipart feature is several lines.
    features : (m,) int array
        For each line the number of its feature, from 0.
    feature_names : tuple of str
        For each feature what messages call it ("feature 17"). A feature may have no line.
    zone_names : tuple of str or None, or None
        For each feature the fault zone that it belongs to; None for a feature without a name,
        and instead of the tuple, where zones are to be found.
    zone_labels : tuple of str or None, or None
        For each feature what a zone that is found around it may be called.
    slip : Slip, or None
        How each feature slips; None where no attribute is to tell.

    Raises
    ------
    InputError
        If there is no line, or one has fewer than two vertices, no length, or a vertex that is
        not finite or no place on Earth.
    """

    lines: tuple[np.ndarray, ...]
    features: np.ndarray
    feature_names: tuple[str, ...]
    zone_names: tuple[str | None, ...] | None = None
    slip: Slip | None = None
    zone_labels: tuple[str | None, ...] | None = None

    def __post_init__(self) -> None:
        if not self.lines:
            message = "There are no fault traces: the layer or selection holds no line."
            raise InputError(message)
        for line, feature in zip(self.lines, self.features):
            _check_line(line, self.feature_names[feature])

    @property
    def n_features(self) -> int:
        """How many features the map has, with or without a line."""
        return len(self.feature_names)

    @cached_property
    def points(self) -> tuple[np.ndarray, ...]:
        """Vertices of every line in Earth-centred metres, each (n, 3)."""
        stops = np.cumsum([len(line) for line in self.lines])
        return tuple(np.split(to_earth_centred(np.concatenate(self.lines)), stops[:-1]))

    @cached_property
    def balls(self) -> tuple[np.ndarray, np.ndarray]:
        """Centre (m, 3) and radius (m,) of a ball around every line, Earth-centred metres."""
        centres = np.array([(p.min(axis=0) + p.max(axis=0)) / 2 for p in self.points])
        radii = [
            np.linalg.norm(points - centre, axis=1).max()
            for points, centre in zip(self.points, centres)
        ]
        return centres, np.array(radii)

    def segment_lengths_m(self) -> list[np.ndarray]:
        """Length of every segment of every line in metres, along its chord."""
        return [np.linalg.norm(np.diff(points, axis=0), axis=1) for points in self.points]

    def length_m(self, lines: np.ndarray) -> float:
        """Give the length of some lines, (k,) numbers, together in metres."""
        steps = [np.linalg.norm(np.diff(self.points[n], axis=0), axis=1).sum() for n in lines]
        return float(sum(steps))


def make_traces(
    parts: Sequence[Sequence[np.ndarray]],
    *,
    names: Sequence[str] | None = None,
    zone_names: Sequence[str | None] | None = None,
    slip: Slip | None = None,
    zone_labels: Sequence[str | None] | None = None,
) -> Traces:
    """Gather features, each a sequence of (n, 2) lines in WGS 84 degrees, into `Traces`.

    Parameters
    ----------
    parts : sequence of sequences of (n, 2) float arrays
        The lines of each feature; an empty sequence for a feature without geometry.
    names : sequence of str, optional
        What messages call each feature; "feature 1" onward if not given.
    zone_names : sequence of str or None, optional
        The zone of each feature; those of features with None or blank text are found.
    slip : Slip, optional
        How each feature slips, from `slip_of_features`.
    zone_labels : sequence of str or None, optional
        What a zone that is found around each feature may be called.

    Returns
    -------
    traces : Traces
        With the lines in the order given.

    Raises
    ------
    InputError
        See `Traces`.

    Examples
    --------
    Two features of one zone, the second of two lines:

    >>> from ssf_model import make_traces
    >>> main = [[-116.0, 34.0], [-115.9, 34.1]]
    >>> strands = [[-115.9, 34.11], [-115.85, 34.15]], [[-115.85, 34.16], [-115.8, 34.2]]
    >>> traces = make_traces([[main], strands], zone_names=["Calico", "Calico"])
    >>> len(traces.lines), traces.n_features
    (3, 2)
    """
    lines = [np.asarray(line, dtype=float) for feature in parts for line in feature]
    owners = [number for number, feature in enumerate(parts) for _ in feature]
    if names is None:
        names = [f"feature {number + 1}" for number in range(len(parts))]
    return Traces(
        tuple(lines),
        np.array(owners, dtype=np.int64),
        tuple(names),
        None if zone_names is None else tuple(text_of(name) for name in zone_names),
        slip,
        None if zone_labels is None else tuple(text_of(label) for label in zone_labels),
    )


def _check_line(line: np.ndarray, name: str) -> None:
    """Refuse a line that cannot be a trace."""
    if line.ndim != 2 or line.shape[1] != 2:
        message = (
            f"{name}: a trace is an array of longitudes and latitudes, (n, 2); this one has the "
            f"shape {line.shape}."
        )
        raise InputError(message)
    if len(line) < 2:
        message = f"{name}: a trace needs two or more vertices; this one has {len(line)}."
        raise InputError(message)
    if not np.isfinite(line).all():
        message = f"{name}: a vertex is not finite (NaN or infinite). Mend or remove it."
        raise InputError(message)
    if (np.abs(line[:, 1]) > 90).any() or (np.abs(line[:, 0]) > 540).any():
        worst = line[np.argmax(np.maximum(np.abs(line[:, 1]) / 90, np.abs(line[:, 0]) / 540))]
        swapped = (np.abs(line[:, 0]) <= 90).all() and (np.abs(line[:, 1]) <= 180).all()
        remedy = "The axes may be swapped: a place is longitude, latitude. " if swapped else ""
        message = (
            f"{name}: longitude {worst[0]:.6g}, latitude {worst[1]:.6g} is no place on Earth. "
            f"{remedy}Check the layer's coordinate reference system."
        )
        raise InputError(message)
    if is_one_place(line):
        message = f"{name}: a trace has no length: all its vertices are the same. Remove it."
        raise InputError(message)
