"""Why a window's KE is what it is: its cells' contributions, and KE without each stretch."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from ssf_model.estimate.estimating import StripEstimate
from ssf_model.explain.attribution import Attribution
from ssf_model.explain.contributions import StripContributions, strip_contributions
from ssf_model.explain.removal import Removal, remove_stretches
from ssf_model.explain.stretches import check_stretch
from ssf_model.network.model import Model
from ssf_model.options import STRETCH_M, Options
from ssf_model.scale import ExperimentScale


@dataclass(frozen=True)
class StripExplanation:
    """A strip with what explains its windows' KE.

    `contributions` is None and `removals` empty where they were not asked for.
    """

    estimate: StripEstimate
    contributions: StripContributions | None
    removals: tuple[Removal, ...]


def explain_strips(
    estimates: Iterable[StripEstimate],
    models: Sequence[Model],
    *,
    scale: ExperimentScale,
    options: Options | None = None,
    stretch_m: float | None = STRETCH_M,
    contributions: bool = True,
    cancelled: Callable[[], bool] | None = None,
) -> Iterator[StripExplanation]:
    """Explain estimates, one strip at a time.

    Parameters
    ----------
    estimates : iterable of StripEstimate
        From `estimate_strips`; they are asked for one by one.
    models : sequence of Model
        Those that estimated.
    scale : ExperimentScale
        Their grid, from `open_models`.
    options : Options, optional
        Those of the estimates.
    stretch_m : float or None
        Length of the stretches of trace that are taken away; None for no such trial.
    contributions : bool
        Whether the cells' contributions are worked out. Not every network has them.
    cancelled : callable, optional
        Asked now and then; where it answers True the iteration ends without the strip at hand.

    Yields
    ------
    explanation : StripExplanation
        In the order of `estimates`. Nothing is kept.

    Raises
    ------
    InputError
        If `stretch_m` does not suit the grid.
    ModelError
        If contributions are asked for that are not defined for a model, before any work; or if
        a model fails.
    """
    options = options or Options()
    if stretch_m is not None:
        check_stretch(stretch_m, scale)
    taken_apart = [Attribution(model) for model in models] if contributions else []
    return _explain(estimates, models, taken_apart, options, stretch_m, cancelled)


def _explain(
    estimates: Iterable[StripEstimate],
    models: Sequence[Model],
    taken_apart: Sequence[Attribution],
    options: Options,
    stretch_m: float | None,
    cancelled: Callable[[], bool] | None,
) -> Iterator[StripExplanation]:
    """The strips one by one."""
    for estimate in estimates:
        # The sense of slip may have been found strip by strip.
        sensed = dataclasses.replace(options, sense=estimate.windows[0].sense)
        cells = strip_contributions(estimate, taken_apart, options=sensed) if taken_apart else None
        removals: tuple[Removal, ...] = ()
        if stretch_m is not None:
            tried = remove_stretches(
                estimate, models, options=sensed, stretch_m=stretch_m, cancelled=cancelled
            )
            removals = tuple(tried)
        if cancelled is not None and cancelled():
            return
        yield StripExplanation(estimate, cells, removals)
