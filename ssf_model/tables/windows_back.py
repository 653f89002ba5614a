"""Windows out of a table of theirs, as QGIS and files give it back."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np

from ssf_model.errors import InputError
from ssf_model.estimate.estimating import WindowEstimate
from ssf_model.geometry.frames import middle_of
from ssf_model.tables.fields import FLAG_SEPARATOR

NEEDED = ("zone", "along_km", "ke")


def check_columns(names: Collection[str], label: str) -> None:
    """Refuse a layer that lacks what windows have; `label` is what messages call it.

    Raises
    ------
    InputError
        If one of `NEEDED` is not among the names.
    """
    for name in NEEDED:
        if name not in names:
            message = (
                f"{label} has no column '{name}', so it holds no windows with a KE; take the "
                "layer of windows that an estimate wrote."
            )
            raise InputError(message)


def window_from_row(row: Mapping[str, Any], ring: np.ndarray) -> WindowEstimate:
    """Make a window of a row of `WINDOW_FIELDS`; what other columns would say is not known.

    Parameters
    ----------
    row : mapping
        Values by the fields' names, None for NULL; those are there that `check_columns` asks for.
    ring : (5, 2) float array
        Its outline in degrees, closed, from any corner and either way round.

    Returns
    -------
    window : WindowEstimate
        Its footprint begins with a side along strike, as `trend_deg` says.

    Raises
    ------
    InputError
        If the outline has no four corners.
    """
    if len(ring) != 5:
        message = f"A window has four corners; this polygon has {len(ring) - 1}."
        raise InputError(message)
    trend = row.get("trend_deg")
    return WindowEstimate(
        zone=str(row["zone"]),
        strip=int(row.get("strip") or 0),
        window=int(row.get("window") or 0),
        along_km=float(row["along_km"]),
        footprint=_along_first(np.asarray(ring, dtype=float), trend),
        trend_deg=float("nan") if trend is None else float(trend),
        sense=str(row.get("sense") or ""),
        ke=_number(row, "ke"),
        ke_low=_number(row, "ke_low"),
        ke_high=_number(row, "ke_high"),
        ke_p05=_number(row, "ke_p05"),
        ke_p95=_number(row, "ke_p95"),
        ke_raw=_number(row, "ke_raw"),
        moved_by={},
        n_members=int(row.get("n_members") or 0),
        flags=tuple(filter(None, str(row.get("flags") or "").split(FLAG_SEPARATOR))),
        trace_px=int(row.get("trace_px") or 0),
        stretch_px=None,
        generalized=bool(row.get("generalized") or 0),
        model=str(row.get("model") or ""),
        others=_number(row, "others"),
    )


def _along_first(ring: np.ndarray, trend_deg: float | None) -> np.ndarray:
    """The ring from where a side along strike begins: the shorter one where no trend is told."""
    metres = middle_of(ring[:4]).to_metres(ring[:4])
    side, next_side = metres[1] - metres[0], metres[2] - metres[1]
    if trend_deg is None:
        turned = np.hypot(*side) > np.hypot(*next_side)
    else:
        azimuth = np.radians(trend_deg)
        along = np.array([np.sin(azimuth), np.cos(azimuth)])
        turned = abs(side @ along) * np.hypot(*next_side) < abs(next_side @ along) * np.hypot(*side)
    if not turned:
        return ring
    return np.concatenate([ring[1:4], ring[:2]])


def _number(row: Mapping[str, Any], name: str) -> float | None:
    """A number of a row; None where there is none."""
    value = row.get(name)
    return None if value is None else float(value)
