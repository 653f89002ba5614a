"""A what-if: two maps of the same faults, compared window by window and member by member.

Both maps are drawn in the same strips and read by the same members of the ensemble, so that
what a member owes to its line thickness, mirror image, place or model is in both of its answers
and falls out of their difference. The change of KE is the median of these paired differences,
not the difference of the two medians: it lies within its own percentiles and has the sign that
most members see.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ssf_model.drawing.windows import cut_windows
from ssf_model.errors import InputError
from ssf_model.estimate.estimating import StripEstimate, WindowEstimate, estimate_strips
from ssf_model.estimate.fractions import as_fraction
from ssf_model.estimate.interval import HIGH_PERCENTILE, LOW_PERCENTILE
from ssf_model.faults.traces import Traces
from ssf_model.network.model import Model
from ssf_model.options import Options
from ssf_model.zones.strips import Strip

# The last bits of a matrix product hang on the processor and on what is read in the same call:
# answers that are nearer to each other than engines are held to are the same.
SAME_KE = 1e-5


@dataclass(frozen=True)
class WindowComparison:
    """One window on both maps.

    `a` and `b` are its estimates. `ke_change` is the median over the members of what B's map
    gives more than A's, each clipped to 0 to 1 first; `change_p05` and `change_p95` are percentiles
    of the same; `sign_agrees` is the share of members whose change has the sign of `ke_change`,
    0 counting as a sign. Changes below `SAME_KE` count as 0. All four are None where KE of either
    map cannot be known. `changed_px` counts the pixels that are fault on one of the maps alone,
    at the middle thickness and before the window is moved.
    """

    a: WindowEstimate
    b: WindowEstimate
    ke_change: float | None
    change_p05: float | None
    change_p95: float | None
    sign_agrees: float | None
    changed_px: int


@dataclass(frozen=True)
class StripComparison:
    """All about one strip: its estimates on both maps, and its windows."""

    a: StripEstimate
    b: StripEstimate
    windows: tuple[WindowComparison, ...]


def compare_strips(
    traces_a: Traces,
    strips_a: Sequence[Strip],
    traces_b: Traces,
    strips_b: Sequence[Strip],
    models: Sequence[Model],
    *,
    options: Options | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Iterator[StripComparison]:
    """Compare two maps window by window, one strip at a time.

    Parameters
    ----------
    traces_a, traces_b : Traces
        The maps.
    strips_a : sequence of Strip
        Of map A, from `plan_strips`.
    strips_b : sequence of Strip
        The same frames on map B, from `counterpart_strips`.
    models, options, cancelled
        As in `estimate_strips`.

    Yields
    ------
    comparison : StripComparison
        In the order of the strips; nothing is kept. A strip that is generalized on one map is
        on the other, too.

    Raises
    ------
    InputError, ModelError
        If the strips do not belong together, or a setting, or what a model answers, does not
        fit.
    """
    frames_a, frames_b = ([_frame_of(strip) for strip in strips] for strips in (strips_a, strips_b))
    if frames_a != frames_b:
        message = "The strips of the two maps differ; make those of B with counterpart_strips."
        raise InputError(message)
    alike = dataclasses.replace(options or Options(), generalize="always")
    pairs = zip(
        estimate_strips(traces_a, strips_a, models, options=options, cancelled=cancelled),
        estimate_strips(traces_b, strips_b, models, options=options, cancelled=cancelled),
    )
    for number, (a, b) in enumerate(pairs):
        if a.generalized != b.generalized:  # both alike, or the difference is one of drawing
            traces, strip = (traces_b, strips_b) if a.generalized else (traces_a, strips_a)
            (again,) = estimate_strips(traces, [strip[number]], models, options=alike)
            a, b = (a, again) if a.generalized else (again, b)
        yield StripComparison(a, b, tuple(_windows(a, b)))


def _frame_of(strip: Strip) -> tuple:
    """What two strips must share to be compared."""
    return strip.zone, strip.number, strip.frame, strip.azimuth_deg, strip.n_windows, strip.scale


def _windows(a: StripEstimate, b: StripEstimate) -> Iterator[WindowComparison]:
    """The windows of a strip on both maps."""
    differs = [
        cut_windows(one.maps[len(one.maps) // 2], scale=one.strip.scale).astype(bool)
        for one in (a, b)
    ]
    changed_px = (differs[0] != differs[1]).sum(axis=(1, 2)).tolist()
    changes = as_fraction(b.raw).astype(float) - as_fraction(a.raw).astype(float)
    changes[np.abs(changes) < SAME_KE] = 0
    for one, other, change, pixels in zip(a.windows, b.windows, changes, changed_px):
        if one.ke is None or other.ke is None:
            yield WindowComparison(one, other, None, None, None, None, pixels)
            continue
        median = float(np.median(change))
        low, high = np.percentile(change, [LOW_PERCENTILE, HIGH_PERCENTILE]).tolist()
        agrees = float((np.sign(change) == np.sign(median)).mean())
        yield WindowComparison(one, other, median, low, high, agrees, pixels)
