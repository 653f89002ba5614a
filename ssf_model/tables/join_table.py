"""What a feature of somebody else's layer is told of the windows in which it lies."""

from __future__ import annotations

from ssf_model.estimate.by_place import PlaceEstimate
from ssf_model.tables.fields import FLAG_SEPARATOR, Field

JOIN_FIELDS = (
    Field("zone", "str", "Fault zone in whose windows the feature lies; NULL where in none"),
    Field("along_km", "float", "Place of the feature's middle along the zone"),
    Field("across_km", "float", "How far it lies from the window's middle line, to the left"),
    Field("ke", "float", "Kinematic efficiency there; along a line the mean by length; or NULL"),
    Field("ofd", "float", "Off-fault deformation, 1 - ke"),
    Field("ke_low", "float", "Lower end of the calibrated interval, mean by length, or NULL"),
    Field("ke_high", "float", "Upper end of that interval"),
    Field("ke_min", "float", "Least KE of a window that the feature passes"),
    Field("ke_max", "float", "Greatest KE of such a window"),
    Field("covered", "float", "Share of the feature inside windows, 0 to 1"),
    Field("n_windows", "int", "Windows that were asked"),
    Field("flags", "str", "Flags of these windows, separated by commas"),
)


def join_values(place: PlaceEstimate) -> tuple[str | float | int | None, ...]:
    """Give a feature's row, one value for each of `JOIN_FIELDS`."""
    return (
        place.zone,
        place.along_km,
        place.across_km,
        place.ke,
        place.ofd,
        place.ke_low,
        place.ke_high,
        place.ke_min,
        place.ke_max,
        place.covered,
        place.n_windows,
        FLAG_SEPARATOR.join(place.flags),
    )
