"""The interval that a network tells itself: made honest, and what it holds of labels.

Frames of experiments whose families no weight was fitted to are drawn as mappers draw, each in a
style of its own, and read as maps in use are. Within classes of how finely lines are drawn, the
interval is widened by one number that makes it hold its share of them; the other sets only check.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from ssf_model.errors import InputError
from ssf_model.estimate.fractions import as_fraction
from ssf_model.estimate.interval import drawing_bands
from ssf_model.network.interval_entry import stretch_class
from ssf_model.network.model import Model
from ssf_model.options import Options
from training.scoring.groups import KE_NAMES, MATURITY_NAMES, ke_range, maturity
from training.scoring.readings import Readings, read_set
from training.scoring.widening import Groups, class_names, coverage, coverage_table, widen_by_class
from training.windows.dataset import Windows
from training.windows.deal import CALIBRATION, NEVER_SEEN, TEST

# Median straight stretches in pixels: as an experiment shows itself, mapped in detail, mapped at
# 1:100,000 or so, and a database of a continent. A window is 64 pixels long.
EDGES_PX = (3.0, 8.0, 20.0, 50.0)
SETS = (CALIBRATION, TEST, NEVER_SEEN)


def own_interval(
    windows: Windows,
    sets: Mapping[str, np.ndarray],
    model: Model,
    *,
    shift_px: float,
    level: float,
    frames: int,
    seed: int,
    progress: Callable[[list[str], str], Iterable[str]] = lambda names, _: names,
) -> dict[str, Any]:
    """Find by how much a network's interval is widened, and what it then holds.

    Parameters
    ----------
    windows : Windows
        Labelled windows, those as measured among them.
    sets : mapping of str to int array
        Row numbers of each set's windows, `calibration` among them; `test` and `never_seen`
        check, where they are.
    model : Model
        A network that tells an interval.
    shift_px : float
        By how much windows are moved; all else about the ensemble is as in use.
    level : float
        Share of labels to hold.
    frames, seed : int
        As `training.scoring.readings.read_set` takes them.
    progress : function, optional
        Wraps the names of a set's experiments, given with its title.

    Returns
    -------
    interval : dict
        `level`, `shift_px`, `stretch_px` (edges), `widen_by`, `frames`, `seed`, and `sets`: for
        each set `n_windows` that carry an interval of `n_read`, `mae` and `bias` of those with a
        line, and `held`, what `training.scoring.widening.coverage` says by `stretch_px`,
        `family`, `ke` and `maturity`.

    Raises
    ------
    InputError
        If there is no set to calibrate by, or too few of its windows carry an interval.
    """
    if CALIBRATION not in sets:
        message = f"There is no set '{CALIBRATION}'; `split --calibrate FAMILY` makes one."
        raise InputError(message)
    read = {
        name: read_set(
            windows, sets[name], model,
            options=Options(shift_px=shift_px), frames=frames, seed=seed, mapped=True,
            progress=lambda names, title=name: progress(names, title),
        )
        for name in SETS if len(sets.get(name, ()))
    }  # fmt: skip
    part = read[CALIBRATION]
    label = np.clip(part.ke, 0.0, 1.0)[part.plain]
    edges, widen_by = widen_by_class(
        label, *part.told[part.plain].T, part.stretch_px[part.plain], edges=EDGES_PX, level=level
    )
    return {
        "level": level,
        "shift_px": shift_px,
        "stretch_px": edges,
        "widen_by": widen_by,
        "frames": frames,
        "seed": seed,
        "sets": {name: _held(each, windows, edges, widen_by) for name, each in read.items()},
    }


def widened(part: Readings, edges: list[float], widen_by: list[float]) -> np.ndarray:
    """Intervals as they are in use, (2, n): see `ssf_model.estimate.interval`."""
    ke = as_fraction(np.median(part.raw.astype(float), axis=1))
    wider = np.asarray(widen_by)[stretch_class(part.stretch_px, edges)]
    band_low, band_high = np.transpose(drawing_bands(part.raw))
    low = np.minimum(part.told[:, 0] - wider, band_low)
    high = np.maximum(part.told[:, 1] + wider, band_high)
    return np.stack([np.minimum(as_fraction(low), ke), np.maximum(as_fraction(high), ke)])


def _held(
    part: Readings, windows: Windows, edges: list[float], widen_by: list[float]
) -> dict[str, Any]:
    """What the intervals of a set hold."""
    ke = np.clip(part.ke, 0.0, 1.0)
    seen = np.isfinite(part.stretch_px)
    error = np.clip(np.median(part.raw.astype(float), axis=1), 0.0, 1.0)[seen] - ke[seen]
    plain, rows = part.plain, part.rows[part.plain]
    low, high = widened(part, edges, widen_by)[:, plain]
    groups: Groups = {
        "stretch_px": (class_names(edges), stretch_class(part.stretch_px[plain], edges)),
        "family": _families(windows, part.experiment[plain]),
        "ke": (KE_NAMES, ke_range(ke[plain])),
        "maturity": (MATURITY_NAMES, maturity(windows)[rows]),
    }
    return {
        "n_read": len(part),
        "n_windows": int(plain.sum()),
        "mae": float(np.abs(error).mean()),
        "bias": float(error.mean()),
        "held": coverage(ke[plain], low, high, part.experiment[plain], groups),
    }


def _families(windows: Windows, experiment: np.ndarray) -> tuple[list[str], np.ndarray]:
    """Families of experiments, base and clay together, and each one's place among them."""
    of = {name: "+".join(own) or "none" for name, own in windows.families.items()}
    names, number = np.unique([of[name] for name in experiment], return_inverse=True)
    return names.tolist(), number


def interval_text(found: Mapping[str, Any]) -> str:
    """What `own_interval` found, as Markdown."""
    classes = class_names(found["stretch_px"])
    widths = ", ".join(f"{name} {by:+.3f}" for name, by in zip(classes, found["widen_by"]))
    parts = [f"Interval for {found['level']:.0%} of the labels, widened on both sides by {widths}."]
    for name, each in found["sets"].items():
        parts.append(
            f"Set `{name}`: {each['n_windows']:,} of {each['n_read']:,} windows carry it; mean "
            f"error of KE {each['mae']:.3f}, bias {each['bias']:+.3f}."
        )
        parts.append(coverage_table(each["held"]))
    return "\n\n".join(parts)


def card_interval(found: Mapping[str, Any]) -> dict[str, Any]:
    """What a model's card says of its interval.

    Parameters
    ----------
    found : mapping
        Of `own_interval`.

    Returns
    -------
    entry : dict
        The facts that `ssf_model.network.interval_entry` asks for, `frames` and `seed` to measure
        them again, and `held`: set, then `all` or the class, then `held` with its bounds, `width`
        and the numbers of windows and experiments.
    """
    entry = {key: found[key] for key in ("level", "shift_px", "stretch_px", "widen_by")}
    entry |= {key: found[key] for key in ("frames", "seed")}
    entry["held"] = {
        name: {**each["held"]["all"], **each["held"]["stretch_px"]}
        for name, each in found["sets"].items()
    }
    return entry
