"""Windows with their answers as given, laid side by side on the ground."""

import numpy as np

from ssf_model.estimate.estimating import WindowEstimate
from ssf_model.geometry.frames import LocalFrame

HALF_LENGTH_M, HALF_WIDTH_M = 3_200.0, 6_400.0
CORNERS = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1], [-1, -1]]) * [HALF_LENGTH_M, HALF_WIDTH_M]


def hand_made(*, along_km, ke, flags=None, zone="zone", lon=-116.0, lat=34.0, **common):
    """Windows eastward from a place, each where `along_km` says."""
    frame = LocalFrame(lon, lat)
    flags = flags or [()] * len(ke)
    made = []
    for number, (along, value, flagged) in enumerate(zip(along_km, ke, flags), start=1):
        known = value is not None
        ring = frame.to_lonlat(CORNERS + [along * 1000, 0])
        ring[:, 0] = ring[0, 0] + (ring[:, 0] - ring[0, 0] + 180) % 360 - 180
        entries = {
            "zone": zone,
            "strip": 1,
            "window": number,
            "along_km": along,
            "footprint": ring,
            "trend_deg": 90.0,
            "sense": "dextral",
            "ke": value,
            "ke_low": max(value - 0.2, 0.0) if known and not flagged else None,
            "ke_high": min(value + 0.2, 1.0) if known and not flagged else None,
            "ke_p05": max(value - 0.1, 0.0) if known else None,
            "ke_p95": min(value + 0.1, 1.0) if known else None,
            "ke_raw": value,
            "moved_by": {},
            "n_members": 60,
            "flags": tuple(flagged),
            "trace_px": 100,
            "stretch_px": 2.0,
            "generalized": False,
            "model": "probe-1",
        }
        made.append(WindowEstimate(**{**entries, **common}))
    return made
