"""Effects: how far each choice that members of an ensemble differ in moves KE."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence

import numpy as np

from ssf_model.estimate.ensemble import Member

# What members differ in, by the output column that says how far it moves KE.
FACTORS: dict[str, Callable[[Member], Hashable]] = {
    "by_thickness": lambda member: member.thickness_px,
    "by_flip": lambda member: member.flip,
    "by_shift": lambda member: (member.along_px, member.across_px),
    "by_scale": lambda member: member.pixel_size_m,
    "by_model": lambda member: member.model,
}


def effects(members: Sequence[Member], raw: np.ndarray) -> list[dict[str, float | None]]:
    """Say how far each choice moves KE of each window.

    Parameters
    ----------
    members : sequence of Member
        The ensemble.
    raw : (n_windows, n_members) float array
        Their raw KE.

    Returns
    -------
    moved : list of dict of str to float or None
        One a window: for each of `FACTORS` the greatest less the least mean of the members that
        share a level of it (a main effect's range); None where all members share one.
    """
    ranges: dict[str, list[float] | list[None]] = {}
    columns = np.asarray(raw, dtype=float).T
    for name, level_of in FACTORS.items():
        levels: dict[Hashable, list[int]] = {}
        for number, member in enumerate(members):
            levels.setdefault(level_of(member), []).append(number)
        # Added up one by one, so that no sum hangs on how many windows there are.
        means = np.array([sum(columns[n] for n in its) / len(its) for its in levels.values()])
        one = len(levels) == 1
        ranges[name] = [None] * len(raw) if one else (means.max(0) - means.min(0)).tolist()
    return [dict(zip(ranges, values)) for values in zip(*ranges.values())]
