"""Features of a map that hold no trace: left out with a count, or refused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from ssf_model.errors import InputError, counted
from ssf_model.faults.repeats import is_one_place

NO_GEOMETRY = "without geometry"
ONE_VERTEX = "of one vertex"
NO_LENGTH = "without length"
# Why a feature has no line -> what is said of one that is refused.
REFUSALS = {
    NO_GEOMETRY: "has no geometry. Draw or remove it.",
    ONE_VERTEX: "has a broken geometry, a line of one vertex. Mend or remove it.",
    NO_LENGTH: "has no length: all its vertices are the same. Remove it.",
}


def without_strays(
    parts: Sequence[Sequence[np.ndarray]],
    names: Sequence[str],
    kinds: Mapping[int, str],
    *,
    label: str,
    strict: bool = False,
) -> tuple[list[list[np.ndarray]], list[str]]:
    """Take out what is no trace: features of another kind, and lines without length.

    Parameters
    ----------
    parts : sequence of sequences of (n, 2) float arrays
        The lines of each feature.
    names : sequence of str
        What messages call each feature.
    kinds : mapping of int to str
        Number of a feature that is no line -> what it is, such as "point".
    label : str
        What messages call the map.
    strict : bool
        Whether such a feature is refused.

    Returns
    -------
    parts : list of lists of (n, 2) float arrays
        As given, less what was taken out.
    remarks : list of str
        What was left out, with counts.

    Raises
    ------
    InputError
        If nothing is left, or something is to be left out and `strict` is set.
    """
    reasons: dict[int, str] = {}
    kept: list[list[np.ndarray]] = []
    clipped: dict[int, str] = {}
    left_out = 0
    for number, lines in enumerate(parts):
        faults = [_fault(line) for line in lines]
        kept.append([line for line, fault in zip(lines, faults) if fault is None])
        if number in kinds:
            reasons[number] = kinds[number]
            kept[-1] = []
        elif not kept[-1]:
            reasons[number] = next((fault for fault in faults if fault), NO_GEOMETRY)
        elif len(kept[-1]) < len(lines):
            clipped[number] = next(fault for fault in faults if fault)
            left_out += len(lines) - len(kept[-1])
    if strict and (reasons or clipped):
        first = min([*reasons, *clipped])
        reason = reasons.get(first, clipped.get(first, NO_LENGTH))
        rule = REFUSALS.get(reason, f"is a {reason}; fault traces are lines.")
        message = f"{names[first]} {rule}"
        raise InputError(message)
    if not any(kept):
        counts = _counted(reasons.values())
        message = f"{label} is empty: it holds no fault trace" + (
            f" ({counts})." if counts else "."
        )
        raise InputError(message)
    return kept, _remarks(reasons, left_out, names)


def _fault(line: np.ndarray) -> str | None:
    """What keeps a line from being a trace."""
    if len(line) < 2:
        return ONE_VERTEX
    return NO_LENGTH if is_one_place(line) else None


def _remarks(reasons: Mapping[int, str], left_out: int, names: Sequence[str]) -> list[str]:
    """What was left out, in sentences."""
    told = []
    if reasons:
        were = "holds no trace and is" if len(reasons) == 1 else "hold no trace and are"
        told.append(
            f"{len(reasons)} of {counted(len(names), 'feature')} {were} skipped: "
            f"{_counted(reasons.values())}; the first is {names[min(reasons)]}."
        )
    if left_out:
        have = "has no length and is" if left_out == 1 else "have no length and are"
        told.append(f"{counted(left_out, 'part')} of other features {have} skipped.")
    return told


def _counted(reasons: Iterable[str]) -> str:
    """Reasons with their counts."""
    kinds = list(reasons)
    return ", ".join(f"{kinds.count(kind)} {kind}" for kind in dict.fromkeys(kinds))
