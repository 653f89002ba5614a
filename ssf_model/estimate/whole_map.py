"""A whole map in one call: fault lines in, windows with KE out."""

from __future__ import annotations

import os
from collections.abc import Sequence

import numpy as np

from ssf_model.estimate.ensemble import open_models
from ssf_model.estimate.estimating import WindowEstimate, estimate_strips
from ssf_model.faults.traces import Traces, make_traces
from ssf_model.options import Options, check_sense
from ssf_model.zones.planning import plan_strips


def estimate_ke(
    traces: Traces | Sequence[np.ndarray],
    *,
    guides: Sequence[np.ndarray] | None = None,
    trend_deg: float | None = None,
    models: Sequence[str | os.PathLike[str]] = (),
    pixel_size_m: float | None = None,
    engine: str = "auto",
    options: Options | None = None,
) -> list[WindowEstimate]:
    """Estimate KE of every window along the fault zones of a map.

    Parameters
    ----------
    traces : Traces, or sequence of (n, 2) float arrays
        The fault map; arrays are lines of longitude and latitude in WGS 84 degrees, each a
        feature. `Traces` may also hold names of zones and how features slip.
    guides : sequence of (n, 2) float arrays, optional
        Guide lines drawn by the user, longitude and latitude in degrees; each is a zone.
    trend_deg : float, optional
        Azimuth of all zones in degrees clockwise from north. Not together with `guides`.
    models : sequence of path, optional
        ONNX files of one grid, the ensemble's; the shipped model where there is none.
    pixel_size_m : float, optional
        Crustal metres per pixel, instead of the models' own.
    engine : {"auto", "onnxruntime", "numpy"}
        What runs the models.
    options : Options, optional
        How windows are drawn and read.

    Returns
    -------
    windows : list of WindowEstimate
        Zone by zone, along the strike of each: those of `estimate_strips`. They are all kept,
        each without the map that it was read from.

    Raises
    ------
    InputError
        If a line is no trace, or a setting does not fit the map or another setting.
    ModelError
        If a model cannot be used.

    Examples
    --------
    A straight fault of 36 km. No real fault is mapped so straight, which the flag says:

    >>> import numpy as np
    >>> from ssf_model import estimate_ke
    >>> lat = np.linspace(34.0, 34.3, 121)
    >>> fault = np.column_stack([-116.0 + 0.5 * (lat - 34.0), lat])
    >>> windows = estimate_ke([fault])
    >>> [round(window.ke, 1) for window in windows]
    [0.9, 0.9, 0.9, 0.9, 0.9, 0.9]
    >>> windows[0].flags
    ('coarse_trace',)
    """
    if not isinstance(traces, Traces):
        traces = make_traces([[line] for line in traces])
    options = options or Options()
    check_sense(options.sense, told=traces.slip is not None)
    opened, scale = open_models(models, pixel_size_m=pixel_size_m, engine=engine)
    strips = plan_strips(traces, scale=scale, guides=guides, trend_deg=trend_deg)
    estimates = estimate_strips(traces, strips, opened, options=options)
    return [window for estimate in estimates for window in estimate.windows]
