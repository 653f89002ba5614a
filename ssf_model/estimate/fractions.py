"""KE as a fraction: within 0 to 1 and between its ends, whatever a network or its card says."""

from __future__ import annotations

from typing import TypeVar

import numpy as np

# An answer above this is no KE: faults cannot slip more than the plates move, and of the 223,877
# labels of virtual experiments, each some 0.1 uncertain, none is above 1.013. Asked for a fifth of
# their windows, virtual-kaolin-5 answered 363 with more than this; their KE was 0.68 to 0.89
# (5-95 %), however high the answer.
BEYOND_ONE = 1.05

Fraction = TypeVar("Fraction", float, np.ndarray)


def as_fraction(raw: Fraction) -> Fraction:
    """Give an answer, or an array of them, clipped to 0 to 1."""
    if isinstance(raw, np.ndarray):
        return np.clip(raw, 0.0, 1.0)
    return min(max(raw, 0.0), 1.0)


def ends_around(ke: float, low: float, high: float) -> tuple[float, float]:
    """Give the ends of an interval around KE, from 0 to 1, lower before upper."""
    return min(as_fraction(low), ke), max(as_fraction(high), ke)
