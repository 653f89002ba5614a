"""From windows back to the traces: how efficient is the zone along each mapped feature."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ssf_model.drawing.windows import window_boxes, window_starts
from ssf_model.estimate.estimating import StripEstimate
from ssf_model.faults.traces import Traces
from ssf_model.geometry.segments import clip_segments


@dataclass(frozen=True)
class TraceEstimate:
    """KE along one feature; None (NULL) where no window with a KE holds any of it.

    `ke` is the mean over its windows weighted by the length of trace inside each, `ke_min` and
    `ke_max` the extremes, `covered` the share of the feature's length inside windows.
    """

    ke: float | None
    ke_min: float | None
    ke_max: float | None
    covered: float

    @property
    def ofd(self) -> float | None:
        """Off-fault deformation, 1 - KE."""
        return None if self.ke is None else 1.0 - self.ke


class TraceTally:
    """Sums over windows for every feature of a map, filled strip by strip."""

    def __init__(self, traces: Traces) -> None:
        self._traces = traces
        self._lengths = traces.segment_lengths_m()
        # Number of each line's first segment, when all segments are counted through.
        self._first_segment = np.cumsum([0] + [len(lengths) for lengths in self._lengths])
        count = traces.n_features
        self._length, self._weighted = np.zeros((2, count))
        self._min, self._max = np.full(count, np.inf), np.full(count, -np.inf)
        self._spans = [np.empty((0, 2))]

    def add(self, estimate: StripEstimate) -> None:
        """Add the windows of one strip."""
        strip = estimate.strip
        if not estimate.paths:
            return
        size = strip.scale.pixel_size_m
        first = np.concatenate([path[:-1] for path in estimate.paths]) / size
        last = np.concatenate([path[1:] for path in estimate.paths]) / size
        counts = [len(path) - 1 for path in estimate.paths]
        features = np.repeat(self._traces.features[strip.lines], counts)
        segments = np.concatenate(
            [
                self._first_segment[line] + np.arange(count)
                for line, count in zip(strip.lines, counts)
            ]
        )
        lengths = np.hypot(*(last - first).T) * size
        starts = window_starts(strip.shape[1], scale=strip.scale)
        t_in, t_out = clip_segments(first, last, *window_boxes(starts, scale=strip.scale))
        here, features = np.unique(features, return_inverse=True)
        for window, inside_m in zip(estimate.windows, np.maximum(t_out - t_in, 0) * lengths):
            if window.ke is not None:
                self._add_window(window.ke, here, np.bincount(features, inside_m))
        # The windows of a strip leave no gap, so that together they cover the whole strip.
        rows, cols = strip.shape
        t_in, t_out = clip_segments(first, last, np.zeros(2), np.array([cols, rows], dtype=float))
        inside = t_in < t_out
        self._spans.append((segments[:, None] + np.column_stack([t_in, t_out]))[inside])

    def estimates(self) -> list[TraceEstimate]:
        """Sum up every feature, in their order."""
        features = np.repeat(self._traces.features, [len(lengths) for lengths in self._lengths])
        lengths = np.concatenate(self._lengths)
        covered_m = lengths * _covered_shares(np.concatenate(self._spans), len(lengths))
        count = self._traces.n_features
        total = np.bincount(features, lengths, minlength=count)
        covered = np.bincount(features, covered_m, minlength=count)
        return [self._estimate(n, total[n], covered[n]) for n in range(count)]

    def _add_window(self, ke: float, features: np.ndarray, inside_m: np.ndarray) -> None:
        """Add the lengths of trace, feature by feature, that lie inside one window."""
        self._length[features] += inside_m
        self._weighted[features] += ke * inside_m
        touched = features[inside_m > 0]
        self._min[touched] = np.minimum(self._min[touched], ke)
        self._max[touched] = np.maximum(self._max[touched], ke)

    def _estimate(self, feature: int, total_m: float, covered_m: float) -> TraceEstimate:
        """The sums of one feature as its estimate."""
        covered = float(covered_m / total_m) if total_m > 0 else 0.0
        if not self._length[feature] > 0:
            return TraceEstimate(None, None, None, covered)
        return TraceEstimate(
            float(self._weighted[feature] / self._length[feature]),
            float(self._min[feature]),
            float(self._max[feature]),
            covered,
        )


def _covered_shares(spans: np.ndarray, n_segments: int) -> np.ndarray:
    """Share of every segment that spans cover together, (n_segments,).

    A span is where it begins and ends, each as the segment's number plus a share of it; spans
    of neighbouring strips may overlap.
    """
    if not len(spans):
        return np.zeros(n_segments)
    spans = spans[np.argsort(spans[:, 0], kind="stable")]
    reached = np.concatenate([[0.0], np.maximum.accumulate(spans[:, 1])[:-1]])
    fresh = np.maximum(spans[:, 1] - np.maximum(spans[:, 0], reached), 0)
    return np.bincount(spans[:, 0].astype(np.int64), fresh, minlength=n_segments)
