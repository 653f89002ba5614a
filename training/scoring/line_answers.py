"""What a network answers to lines alone: straight, turned, moved off, cut, crossed, in pairs.

Nobody knows the KE of such a map, but everybody can see whether an answer makes sense, and where
the limits lie that the flags watch.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ssf_model.estimate.ensemble import member_predictions
from ssf_model.network.model import Model
from ssf_model.options import Options

TURNS_DEG = (0, 5, 10, 15, 20)
MOVES_PX = (0, 5, 10, 15, 20, 30)
LENGTHS_PX = (16, 32, 48, 64)
CROSSES_PX = (5, 10, 15, 20)
DISTANCES_PX = (4, 8, 16, 24, 40)


def line_answers(model: Model) -> dict[str, dict[str, float]]:
    """Read drawn lines by a network as estimates do, by the median of the whole ensemble.

    Parameters
    ----------
    model : Model
        The network; lines that do not fit into its window are left out.

    Returns
    -------
    answers : dict of str to dict
        For each kind of line the raw KE of its cases, named for a table.
    """
    scale = model.card.scale
    rows, cols = scale.window_rows, scale.window_cols
    beyond = rows + cols  # ends of lines that run on, in pixels from the middle: outside
    thick = max(model.card.thickness_px)

    def line(*, turn_deg: float = 0, up_px: float = 0, length_px: float = 2 * beyond) -> np.ndarray:
        """Both ends in pixels from the middle of the window."""
        along = np.array([np.cos(np.radians(turn_deg)), np.sin(np.radians(turn_deg))])
        return np.outer([-length_px / 2, length_px / 2], along) + np.array([0, up_px])

    def ke(lines: Sequence[np.ndarray], **changes: tuple[float, ...]) -> float:
        """The ensemble's median."""
        middle = np.array([cols, rows]) / 2
        paths = [(ends + middle) * scale.pixel_size_m for ends in lines]
        options = Options(**changes)
        return float(np.median(member_predictions(paths, 1, [model], scale=scale, options=options)))

    return {
        "a straight line through the middle, drawn so wide": {
            f"{width:g} px": ke([line()], thickness_px=(width,))
            for width in model.card.thickness_px
        },
        "turned by": {f"{turn} degrees": ke([line(turn_deg=turn)]) for turn in TURNS_DEG},
        "moved across strike by": {
            f"{move} px": ke([line(up_px=move)]) for move in MOVES_PX if move + thick < rows / 2
        },
        "one segment alone, so long": {
            f"{length} px": ke([line(length_px=length)]) for length in LENGTHS_PX if length <= cols
        },
        "crossed at a right angle by one so long": {
            f"{length} px": ke([line(), line(turn_deg=90, length_px=length)])
            for length in CROSSES_PX
            if length / 2 + thick < rows / 2
        },
        "two lines, apart by": {
            f"{apart} px": ke([line(up_px=apart / 2), line(up_px=-apart / 2)])
            for apart in DISTANCES_PX
            if apart / 2 + thick < rows / 2
        },
    }
