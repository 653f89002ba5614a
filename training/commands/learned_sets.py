"""What `train` and `search` fit to and judge by: rows of a folder of windows."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from training.fitting.batches import LabelledMaps
from training.windows.dataset import Windows
from training.windows.deal import TRAIN, VALIDATION
from training.windows.labelled import RAW, VARIED, pen_of


def learned_sets(
    windows: Windows, rows: Mapping[str, np.ndarray]
) -> tuple[LabelledMaps, LabelledMaps]:
    """Take training and validation set of a split, as `training.windows.split.load_split` reads it.

    Returns
    -------
    training, validation : LabelledMaps
    """
    training, validation = (
        LabelledMaps(
            windows.maps[part],
            windows.ke[part],
            windows.ke_sd[part],
            windows.stretch_px[part],
            np.isin(pen_of(windows.source[part]), (RAW, VARIED)),
        )
        for part in (rows[TRAIN], rows[VALIDATION])
    )
    return training, validation
