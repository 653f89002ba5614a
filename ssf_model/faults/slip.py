"""How the faults of a map slip: kinds of slip and senses, and the words that stand for them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

UNKNOWN, STRIKE_SLIP, OBLIQUE, DIP_SLIP = range(4)
DEXTRAL, SINISTRAL = 1, -1  # 0 where the sense is unknown


@dataclass(frozen=True)
class Slip:
    """How each feature of a map slips.

    Attributes
    ----------
    kinds : (n,) int8 array
        `STRIKE_SLIP`; `OBLIQUE` (both components count, or no more is known than a gentle dip);
        `DIP_SLIP`; `UNKNOWN`.
    senses : (n,) int8 array
        `DEXTRAL`, `SINISTRAL`, or 0 where that is unknown.
    """

    kinds: np.ndarray
    senses: np.ndarray
