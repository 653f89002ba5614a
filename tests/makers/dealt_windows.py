"""Windows without maps, to be dealt to sets."""

import numpy as np

from training.windows.dataset import Windows

# Windows with a fault in each experiment, and windows in each set (Chaipornkaew et al. 2022).
PUBLISHED_COUNTS = {
    "EB_025_1": 910, "EB_025_2": 1021, "EB_025_3": 949, "EB_050_1": 902, "EB_050_2": 893,
    "EB_050_3": 968, "EB_150_1": 659, "EB_150_2": 675, "EB_150_3": 644, "PP_025_1": 923,
    "PP_025_2": 908, "PP_050_1": 824, "PP_050_2": 843, "PP_100_1": 717, "PP_100_2": 758,
    "PP_150_1": 770,
}  # fmt: skip


def windows_of(counts, *, sha256="c0ffee", **manifest):
    """Windows without maps: `counts[name]` rows dealt to five positions in turn."""
    experiment = np.repeat(list(counts), list(counts.values()))
    order = np.concatenate([np.arange(count) for count in counts.values()])
    nothing = np.zeros(len(order))
    return Windows(
        maps=np.zeros((len(order), 1, 1), np.uint8),
        experiment=experiment,
        window=order % 5,
        frame=order // 5,
        ke=nothing,
        ke_sd=nothing,
        trace_px=nothing,
        source=experiment,
        stretch_px=nothing + 1,
        manifest={"data_sha256": sha256, "window_cols": 64, "stride_px": 50, **manifest},
    )
