"""Variables of tiny experiment files with random content; `None` leaves one out."""

import numpy as np


def windows_2022(*, width=64, overlap=14, windows=3, frames=4, seed=1, **changes):
    """The form with a label for each window: the map ends with the last window."""
    rng = np.random.default_rng(seed)
    cols = width + (windows - 1) * (width - overlap)
    return {
        "fault_map": (rng.random((2 * width, cols, frames)) < 0.05).astype(np.uint8),
        "label": rng.random((windows, frames, 2)),
        "windowWidth": np.uint8(width),
        "overlap": np.uint8(overlap),
        **changes,
    }


def columns_2022(*, rows=128, cols=376, windows=5, frames=3, seed=2, **changes):
    """The form with KE for each column; 376 columns and 5 windows are those of E280."""
    rng = np.random.default_rng(seed)
    return {
        "KE": rng.random((cols, frames)),
        "fault_map": (rng.random((rows, cols, frames)) < 0.05).astype(np.uint8),
        "numFrames": np.uint8(frames),
        "numWindows": np.uint8(windows),
        "overlap": np.uint8(14),
        "windowWidth": np.uint8(64),
        **changes,
    }
