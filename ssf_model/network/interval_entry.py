"""The card's entry on a network's own interval: how it was made to hold its share of labels.

    {"level": 0.9,              share of labels
     "stretch_px": [4, 16],     edges between classes of how finely a map was drawn
     "widen_by": [.01, .02, .1] by how much each class is widened on both sides; below 0: narrowed
     "shift_px": 2.5}           how far windows were moved; drawn at all of the card's thicknesses

All else in it is numbers, lists and tables of them, for the record: shares that were measured.
"""

from __future__ import annotations

import math
import reprlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

NUMBERS, LISTS = ("level", "shift_px"), ("stretch_px", "widen_by")
LARGEST_NUMBER = 1e100  # no fact of a card comes near it
MAX_DEPTH = 4  # of tables in tables


def interval_entry(name: str, value: Mapping[str, Any]) -> Mapping[str, Any]:
    """Give the entry back as it is.

    Parameters
    ----------
    name : str
        Of the entry, for messages.
    value : mapping
        As JSON gave it; empty where nothing was calibrated.

    Raises
    ------
    ValueError
        If one of its four facts is missing or cannot be, or something else in it is no number.
    """
    if not value:
        return value
    for key, item in value.items():
        if not _are_numbers(item):
            message = (
                f"'{name}' of its model card has {reprlib.repr(item)} as {reprlib.repr(key)}, not "
                "finite numbers."
            )
            raise ValueError(message)
    facts: dict[str, Any] = {key: value.get(key) for key in (*NUMBERS, *LISTS)}
    of_kind = all(isinstance(facts[key], (int, float)) for key in NUMBERS)
    of_kind = of_kind and all(
        isinstance(facts[key], list) and all(isinstance(item, (int, float)) for item in facts[key])
        for key in LISTS
    )
    edges, widths = facts["stretch_px"], facts["widen_by"]
    fits = of_kind and 0 < facts["level"] < 1 and facts["shift_px"] >= 0
    fits = fits and len(widths) == len(edges) + 1
    if not (fits and all(low < high for low, high in zip([0, *edges], edges))):
        message = (
            f"'{name}' of its model card is {reprlib.repr(facts)}: it needs a level, shift_px, "
            "rising edges of stretch_px, and one more widen_by than edges."
        )
        raise ValueError(message)
    return value


def stretch_class(stretch_px: np.ndarray | float, edges: Sequence[float]) -> np.ndarray:
    """Say in which class of `stretch_px` each number lies, from 0.

    An edge belongs to the class above it. NaN, where no line runs, counts as 1.
    """
    stretch_px = np.nan_to_num(np.asarray(stretch_px, dtype=float), nan=1.0)
    return np.searchsorted(np.asarray(edges, dtype=float), stretch_px, side="right")


def _are_numbers(value: Any, depth: int = 0) -> bool:
    """Whether a value is a finite number, or a list or table of such values."""
    if isinstance(value, (list, dict)) and depth < MAX_DEPTH:
        items = value.values() if isinstance(value, dict) else value
        return all(_are_numbers(item, depth + 1) for item in items)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return abs(value) < LARGEST_NUMBER and not math.isnan(value)
