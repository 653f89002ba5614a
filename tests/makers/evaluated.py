"""Made-up windows and predictions whose scores are known beforehand."""

import numpy as np

from training.windows.dataset import Windows


def windows_of(experiment, window, frame, ke, *, source=None, maps=None, ke_sd=0.1):
    """Windows with these columns; blank maps of 4 x 4 where none are given."""
    n = len(ke)
    maps = np.zeros((n, 4, 4), np.uint8) if maps is None else maps
    return Windows(
        maps=maps,
        experiment=np.asarray(experiment),
        window=np.asarray(window, dtype=np.int64),
        frame=np.asarray(frame, dtype=np.int64),
        ke=np.asarray(ke, dtype=float),
        ke_sd=np.full(n, ke_sd),
        trace_px=maps.sum(axis=(1, 2), dtype=np.int64),
        source=np.asarray(["virtual"] * n if source is None else source),
        stretch_px=np.ones(n, np.float32),
        manifest={"data_sha256": "made-up"},
    )


def two_pens(experiments=3, frames=12, seed=0):
    """Experiments of two window positions, each window as measured and drawn again."""
    rng = np.random.default_rng(seed)
    columns = [
        (f"E{e}", w, f, (f + 1) / frames, source)
        for source in ("virtual", "virtual, drawn 3 px")
        for e in range(experiments)
        for w in range(2)
        for f in range(frames)
    ]
    experiment, window, frame, ke, source = zip(*columns)
    maps = (rng.random((len(ke), 4, 4)) < np.array(ke)[:, None, None]).astype(np.uint8)
    return windows_of(experiment, window, frame, ke, source=source, maps=maps)
