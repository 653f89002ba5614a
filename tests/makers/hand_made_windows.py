"""Windows with their answers as given, laid side by side on the ground."""

import numpy as np

from ssf_model.estimate.estimating import WindowEstimate
from ssf_model.geometry.frames import LocalFrame
from ssf_model.report.shown_zones import ShownZone

HALF_LENGTH_M, HALF_WIDTH_M = 3_200.0, 6_400.0
CORNERS = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1], [-1, -1]]) * [HALF_LENGTH_M, HALF_WIDTH_M]
ZONE_KE = [0.15, 0.35, None, 0.55, 0.75, 0.95]
ZONE_FLAGS = [(), ("clipped",), ("no_trace",), (), ("edge", "coarse_trace"), ()]
NASTY = "<script>alert(1)</script> \"A\" & 'B' \x07 $x_1$ 断層"  # a name of a zone


def hand_made_zone(name="Calico", **place):
    """A zone of six windows, one of them without KE, as drawings and pages get it."""
    along = [3.2 + 5 * number for number in range(len(ZONE_KE))]
    windows = hand_made(zone=name, along_km=along, ke=ZONE_KE, flags=ZONE_FLAGS, **place)
    frame = LocalFrame(place.get("lon", -116.0), place.get("lat", 34.0))
    line = frame.to_lonlat(np.array([[0.0, 100.0], [9_000.0, -50.0], [31_000.0, 0.0]]))
    line[:, 0] = line[0, 0] + (line[:, 0] - line[0, 0] + 180) % 360 - 180
    return ShownZone(name, tuple(windows), (line,), (line + [0, 0.01],))


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
