"""The interval of a window's KE: what the card's calibration makes of the ensemble's answers.

A network that tells an interval of its own has that one, widened by how finely the map was drawn,
and never narrower than the ensemble's band: what drawing moves KE by is part of what is not known.
For any other the ensemble's band, which is how far drawing moves KE, is widened by one number.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np

from ssf_model.estimate.ensemble import drawn_thickness_px, with_flips
from ssf_model.estimate.fractions import as_fraction, ends_around
from ssf_model.estimate.reading import WindowReading
from ssf_model.network.interval_entry import stretch_class
from ssf_model.network.model import Model
from ssf_model.network.model_card import ModelCard
from ssf_model.options import AUTO_FLIPS, Options
from ssf_model.scale import ExperimentScale

LOW_PERCENTILE, HIGH_PERCENTILE = 5, 95


def is_calibrated(models: Sequence[Model], *, scale: ExperimentScale, options: Options) -> bool:
    """Whether intervals were calibrated for such an ensemble.

    That is one model alone at its own scale, drawn at all thicknesses of its card, moved as far
    as its calibration was, and mirrored as it needs; or mirrored anyhow where that is all one.
    """
    model = models[0]
    entry = model.card.interval if model.tells_interval else model.card.spread
    needed = with_flips(models, dataclasses.replace(options, flips=AUTO_FLIPS))
    return (
        len(models) == 1
        and ("half_width" in entry or model.tells_interval)
        and entry.get("shift_px") == options.shift_px
        and scale.pixel_size_m == model.card.pixel_size_m
        and not options.other_pixel_sizes_m
        and drawn_thickness_px(models, options) == model.card.thickness_px
        and (model.card.equivariant or with_flips(models, options) == needed)
    )


def calibrated_interval(
    reading: WindowReading, card: ModelCard, band: tuple[float, float] | None = None
) -> tuple[float, float]:
    """Give lower and upper end of the interval of a window's KE.

    Parameters
    ----------
    reading : WindowReading
        By an ensemble for which `is_calibrated` holds.
    card : ModelCard
        Its model's.
    band : (low, high), optional
        The reading's, from `drawing_bands`, where they are there already.

    Returns
    -------
    ke_low, ke_high : float
        Within 0 to 1, and on either side of KE.
    """
    band_low, band_high = band or drawing_bands(reading.raw[None])[0]
    if reading.interval is None:
        half_width = card.spread["half_width"]
        low, high = min(band_low, 1.0) - half_width, band_high + half_width
    else:
        number = int(stretch_class(reading.stretch_px, card.interval["stretch_px"]))
        widen_by = card.interval["widen_by"][number]
        low = min(reading.interval[0] - widen_by, band_low)
        high = max(reading.interval[1] + widen_by, band_high)
    return ends_around(as_fraction(reading.median), low, high)


def drawing_bands(raw: np.ndarray) -> list[tuple[float, float]]:
    """Give the 5th and 95th percentile of members' answers, (n_windows, n_members), by window.

    They say how far drawing moves KE.
    """
    low, high = np.percentile(raw.astype(float), [LOW_PERCENTILE, HIGH_PERCENTILE], axis=1)
    return list(zip(low.tolist(), high.tolist()))
