"""What a result depends on besides the map, for a record of the run."""

from __future__ import annotations

from collections.abc import Sequence

from ssf_model import __version__
from ssf_model.estimate.ensemble import drawn_thickness_px, with_flips
from ssf_model.network.model import Model
from ssf_model.options import Options
from ssf_model.scale import ExperimentScale


def run_settings(models: Sequence[Model], *, scale: ExperimentScale, options: Options) -> dict:
    """Give models, options and version by name."""
    return {
        "models": [f"{model.card.label} ({model.engine})" for model in models],
        "pixel_size_m": scale.pixel_size_m,
        "other_pixel_sizes_m": list(options.other_pixel_sizes_m),
        "thickness_px": list(drawn_thickness_px(models, options)),
        "shift_px": options.shift_px,
        "flips": with_flips(models, options).flips,
        "sense": options.sense,
        "generalize": options.generalize,
        "version": __version__,
    }
