"""By how much a network's own interval is widened, class by class of how finely maps are drawn.

A network that learned quantiles holds about the share of labels that they stand for where it
learned, and less on experiments that are new to it. One number a class, found on labels that no
weight was fitted to, mends that; where the interval is wider than it needs to be, the number is
below 0.

Source: Romano, Patterson & Candes (2019), Conformalized quantile regression, NeurIPS 32; within
classes as in Vovk (2012), Conditional validity of inductive conformal predictors, ACML 25.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ssf_model.network.interval_entry import stretch_class
from training.markdown import markdown_table
from training.scoring.conformal import LEVEL, conformal_widening, needed_labels
from training.scoring.evaluation import BOOTSTRAP_SEED
from training.scoring.scores import share_with_interval, with_interval

# Of a class: the share that so many labels make it hold varies by 3 % from draw to draw.
LEAST_LABELS = 100

Groups = Mapping[str, tuple[Sequence[str], np.ndarray]]


def widen_by_class(
    ke: np.ndarray,
    low: np.ndarray,
    high: np.ndarray,
    stretch_px: np.ndarray,
    *,
    edges: Sequence[float],
    level: float = LEVEL,
    least: int = LEAST_LABELS,
) -> tuple[list[float], list[float]]:
    """Find what each class of `stretch_px` must be widened by to hold a share of labels to come.

    Parameters
    ----------
    ke, low, high : (n,) float arrays
        Labels that no weight was fitted to, and the bounds that the network gives.
    stretch_px : (n,) float array
        How finely each map was drawn.
    edges : sequence of float
        Between classes, rising; an edge belongs to the class above it.
    level : float, optional
        Share of labels to hold.
    least : int, optional
        Labels that a class needs, `needed_labels` at the least. One with fewer is joined with
        its neighbour of fewer labels, the finer one of two alike.

    Returns
    -------
    edges : list of float
        Between the classes that are left.
    widen_by : list of float
        For each, what its intervals grow by on both sides, or shrink by below 0. Labels
        exchangeable with those of its class then lie within with a chance of at least `level`.

    Raises
    ------
    InputError
        As `training.scoring.conformal.conformal_widening`, of all labels together.
    """
    edges = joined_edges(stretch_px, edges, least=max(least, needed_labels(level)))
    number = stretch_class(stretch_px, edges)
    widen_by = [
        conformal_widening(ke[own], low[own], high[own], level=level)
        for own in (number == place for place in range(len(edges) + 1))
    ]
    return edges, widen_by


def joined_edges(stretch_px: np.ndarray, edges: Sequence[float], *, least: int) -> list[float]:
    """The edges that are left when classes of too few are joined; as `widen_by_class` does it."""
    edges = [float(edge) for edge in edges]
    counts = np.bincount(stretch_class(stretch_px, edges), minlength=len(edges) + 1).tolist()
    while edges and min(counts) < least:
        place = counts.index(min(counts))
        beside = [other for other in (place - 1, place + 1) if 0 <= other < len(counts)]
        lower = min(place, min(beside, key=counts.__getitem__))
        counts[lower : lower + 2] = [sum(counts[lower : lower + 2])]
        del edges[lower]
    return edges


def class_names(edges: Sequence[float]) -> list[str]:
    """Classes between edges in words, `2 to 8 px`."""
    if not len(edges):
        return ["all"]
    between = [f"{low:g} to {high:g} px" for low, high in zip(edges, edges[1:])]
    return [f"below {edges[0]:g} px", *between, f"{edges[-1]:g} px and above"]


def coverage(
    ke: np.ndarray, low: np.ndarray, high: np.ndarray, experiment: np.ndarray, groups: Groups
) -> dict[str, dict[str, dict[str, float]]]:
    """What share of labels intervals hold, group by group.

    Parameters
    ----------
    ke, low, high : (n,) float arrays
        Labels and intervals, as they are in use: widened and cut off at 0 and 1.
    experiment : (n,) str array
        Where each is from.
    groups : mapping of str to (names, (n,) int array)
        For each kind of group, `stretch_px`, `family`, `ke` or `maturity` say, the groups' names
        and the place of each label's among them.

    Returns
    -------
    shares : dict of str to dict
        For `all` and each kind a dict from the group's name to `n_windows`, `n_experiments`,
        `held` (with `_low` and `_high`, 95 % intervals over experiments, where there are several)
        and `width`, the mean. Groups without labels are left out.
    """
    held, width = (low <= ke) & (ke <= high), high - low
    everything = {"all": (["all"], np.zeros(len(ke), dtype=int))}
    shares: dict[str, dict[str, dict[str, float]]] = {}
    for kind, (names, number) in (everything | dict(groups)).items():
        shares[kind] = {}
        for place, name in enumerate(names):
            own = number == place
            if not own.any():
                continue
            rng = np.random.default_rng(BOOTSTRAP_SEED)
            share = share_with_interval(held[own], experiment[own], rng=rng)
            shares[kind][str(name)] = {
                "n_windows": int(own.sum()),
                "n_experiments": len(np.unique(experiment[own])),
                **{f"held{bound}": value for bound, value in share.items()},
                "width": float(width[own].mean()),
            }
    return shares


def coverage_table(shares: Mapping[str, Mapping[str, Mapping[str, float]]]) -> str:
    """What `coverage` found as a table in Markdown."""
    lines = [
        (
            "" if kind == name else kind,
            name,
            f"{of['n_windows']:,}",
            str(of["n_experiments"]),
            with_interval(of, "held", ".1%"),
            f"{of['width']:.3f}",
        )
        for kind, groups in shares.items()
        for name, of in groups.items()
    ]
    return markdown_table(("", "group", "windows", "experiments", "held", "width"), lines)
