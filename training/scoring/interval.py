"""The band of an ensemble's drawings: what it holds, and what it must be widened by.

In use a window is drawn at several thicknesses, moved and mirrored. That says how far drawing
moves KE, which is less than KE errs. One number, found where KE is known, widens the band so
that it holds the share wanted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from ssf_model.errors import InputError, counted
from ssf_model.estimate.effects import effects
from ssf_model.estimate.ensemble import Member, list_members
from ssf_model.estimate.interval import drawing_bands
from ssf_model.network.model import Model
from ssf_model.options import Options
from training.scoring.conformal import LEVEL, conformal_half_width, needed_labels
from training.scoring.evaluation import BOOTSTRAP_SEED
from training.scoring.groups import KE_NAMES, ke_range
from training.scoring.readings import Readings, read_set
from training.scoring.scores import share_with_interval, with_interval
from training.windows.dataset import Windows
from training.windows.deal import TEST, VALIDATION


def measure_spread(
    readings: Mapping[str, Readings], members: Sequence[Member], *, level: float = LEVEL
) -> dict[str, Any]:
    """Widen the ensemble's band on the validation set, and count what it holds.

    Parameters
    ----------
    readings : mapping of str to Readings
        Of each set, `validation` among them.
    members : sequence of Member
        The ensemble.
    level : float, optional
        Share of labels to hold.

    Returns
    -------
    spread : dict
        `level`, `half_width`, `n_members` and `sets`. KE is the members' median, its band their
        5th to 95th percentile, labels above 1 count as 1; all as estimates in use are. Shares
        and widths are of windows without a flag, since only those get an interval. For each
        set: `n_windows`, `n_plain` (without a flag), `n_experiments`, `mae` of all windows,
        `mae_plain`, `mae_unmoved` (of members in their place alone) and `moving_gains` (by how
        much that is worse); `held` and `held_widened`, with `_low` and `_high` over experiments;
        `width` and `width_widened`; `held_by_experiment` and `held_by_ke` (widened), the least
        of the former as `held_worst`; `moved_by`, mean of `ssf_model.estimate.ensemble.effects`.
        The validation set has `held_left_out`, too: each experiment's share by a half width
        from the others, all over, and the least as `held_left_out_worst`.

    Raises
    ------
    InputError
        As `conformal_half_width`, and if each window of the validation set carries a flag.
    """
    if not readings[VALIDATION].plain.any():
        message = (
            f"Each of the {len(readings[VALIDATION])} windows drawn of the set '{VALIDATION}' "
            "would carry a flag, so there is nothing like a window with an interval."
        )
        raise InputError(message)
    bands = {name: _band(part) for name, part in readings.items()}
    half_width = conformal_half_width(*_plain(readings, bands, VALIDATION), level=level)
    sets = {
        name: _set_spread(part, members, bands[name], half_width) for name, part in readings.items()
    }
    sets[VALIDATION] |= _left_out(readings[VALIDATION], bands[VALIDATION], level)
    return {"level": level, "half_width": half_width, "n_members": len(members), "sets": sets}


def _label(part: Readings) -> np.ndarray:
    """The labels, cut off where an estimate is."""
    return np.clip(part.ke, 0, 1)


def _band(part: Readings) -> np.ndarray:
    """Lower and upper bound of each window's band, (2, n)."""
    return np.transpose(drawing_bands(part.raw))


def _plain(
    readings: Mapping[str, Readings], bands: Mapping[str, np.ndarray], name: str
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Labels and bounds of a set's windows without a flag."""
    plain = readings[name].plain
    return _label(readings[name])[plain], bands[name][0, plain], bands[name][1, plain]


def _set_spread(
    part: Readings, members: Sequence[Member], band: np.ndarray, half_width: float
) -> dict[str, Any]:
    """What is counted in one set."""
    ke, plain = _label(part), part.plain
    unmoved = np.array([member.along_px == member.across_px == 0 for member in members])
    error = np.abs(np.minimum(np.median(part.raw, axis=1), 1) - ke)
    still = np.abs(np.minimum(np.median(part.raw[:, unmoved], axis=1), 1) - ke)
    over = partial(_with_interval, experiment=part.experiment)
    found = {
        "n_windows": len(part),
        "n_plain": int(plain.sum()),
        "n_experiments": len(np.unique(part.experiment)),
        **over("mae", error),
        "mae_plain": float(error[plain].mean()),
        **over("mae_unmoved", still),
        **over("moving_gains", still - error),
    }
    over = partial(_with_interval, experiment=part.experiment[plain])
    for key, added in (("", 0.0), ("_widened", half_width)):
        low, high = np.clip(band + np.array([[-added], [added]]), 0, 1)
        held = ((low <= ke) & (ke <= high))[plain]
        found |= over(f"held{key}", held)
        found[f"width{key}"] = float((high - low)[plain].mean())
    shares = _shares(part.experiment[plain], held)
    number = ke_range(ke[plain])
    by_ke = {KE_NAMES[place]: float(held[number == place].mean()) for place in np.unique(number)}
    moved = effects(members, part.raw)
    return found | {
        "held_worst": min(shares.values()),
        "held_by_experiment": shares,
        "held_by_ke": by_ke,
        "moved_by": {
            name: float(np.mean([one[name] for one in moved]))
            for name in moved[0]
            if moved[0][name] is not None
        },
    }


def _with_interval(name: str, values: np.ndarray, *, experiment: np.ndarray) -> dict[str, float]:
    """Mean of values with its interval over experiments, where there are several."""
    rng = np.random.default_rng(BOOTSTRAP_SEED)
    found = share_with_interval(values, experiment, rng=rng)
    return {f"{name}{bound}": value for bound, value in found.items()}


def _shares(experiment: np.ndarray, held: np.ndarray) -> dict[str, float]:
    """Share of each experiment's windows."""
    return {str(name): float(held[experiment == name].mean()) for name in np.unique(experiment)}


def _left_out(part: Readings, band: np.ndarray, level: float) -> dict[str, float]:
    """What each experiment's windows are held by when it is left out; {} where too few are left."""
    experiment = part.experiment[part.plain]
    ke, (low, high) = _label(part)[part.plain], band[:, part.plain]
    held, shares = [], []
    for name in np.unique(experiment):
        own, others = experiment == name, experiment != name
        if others.sum() < needed_labels(level):
            return {}
        half_width = conformal_half_width(ke[others], low[others], high[others], level=level)
        inside = (low[own] - half_width <= ke[own]) & (ke[own] <= high[own] + half_width)
        held.append(inside)
        shares.append(float(inside.mean()))
    all_held = float(np.concatenate(held).mean())
    return {"held_left_out": all_held, "held_left_out_worst": min(shares)}


def spread_text(found: Mapping[str, Any]) -> str:
    """The spread in plain text."""
    lines = [
        f"band of {found['n_members']} drawings for {found['level']:.0%} of the labels: widened "
        f"by {found['half_width']:.3f} KE on both sides, from the set {VALIDATION}"
    ]
    for name, scores in found["sets"].items():
        moved = ", ".join(f"{key} {value:.3f}" for key, value in scores["moved_by"].items())
        lines += [
            f"{name}: {counted(scores['n_windows'], 'window')} of "
            f"{counted(scores['n_experiments'], 'experiment')}, "
            f"{scores['n_plain']} without a flag",
            f"  holds {_cell(scores, 'held')}; widened {_cell(scores, 'held_widened')}, worst "
            f"experiment {scores['held_worst']:.3f}; width {scores['width']:.3f}, widened "
            f"{scores['width_widened']:.3f}",
            f"  MAE {_cell(scores, 'mae')}, without moving {_cell(scores, 'mae_unmoved')}, "
            f"gain {_cell(scores, 'moving_gains')}",
            f"  moved by: {moved}",
        ]
        if "held_left_out" in scores:
            lines.append(
                f"  calibrated on the other experiments alone: holds {scores['held_left_out']:.3f}"
                f", worst experiment {scores['held_left_out_worst']:.3f}"
            )
    return "\n".join(lines)


def _cell(scores: Mapping[str, float], key: str) -> str:
    """A number of this text, with its interval where there is one."""
    return with_interval(scores, key, ".4f")


FRAMES = 60  # of each experiment: neighbouring frames tell the same again
SETS = (VALIDATION, TEST)


def spread_of(
    windows: Windows,
    sets: Mapping[str, np.ndarray],
    model: Model,
    *,
    shift_px: float,
    level: float,
    frames: int,
    seed: int,
    show: bool = False,
) -> dict[str, Any]:
    """Read sets of windows as maps in use are read, and measure the spread.

    Parameters
    ----------
    windows : Windows
        Labelled windows.
    sets : mapping of str to int array
        Row numbers of each set's windows, `validation` among them.
    model : Model
        The network.
    shift_px : float
        By how much windows are moved; all else about the ensemble is as in use.
    level, frames, seed
        As `measure_spread` and `training.scoring.readings.read_set` take them.
    show : bool, optional
        Whether to show progress on stderr.

    Returns
    -------
    spread : dict
        That of `measure_spread` with `shift_px`, `thickness_px`, `frames` and `seed`.

    Raises
    ------
    InputError
        As those two, and if the shift is none.
    """
    options = Options(shift_px=shift_px)
    readings = {}
    for name, rows in sets.items():
        readings[name] = read_set(
            windows, rows, model,
            options=options, frames=frames, seed=seed,
            progress=partial(shown, title=name) if show else iter,
        )  # fmt: skip
    members = list_members([model], scale=model.card.scale, options=options)
    made_by = {"shift_px": shift_px, "thickness_px": list(model.card.thickness_px)}
    made_by |= {"frames": frames, "seed": seed}
    return made_by | measure_spread(readings, members, level=level)


def shown(names: list[str], title: str) -> Iterable[str]:
    """Give the names, with a bar on stderr that tells how many are done."""
    from tqdm import tqdm

    return tqdm(names, desc=title, unit="experiment")


def card_spread(found: Mapping[str, Any]) -> dict[str, float]:
    """What a model's card says of its spread.

    Parameters
    ----------
    found : mapping
        Of `spread_of`.

    Returns
    -------
    spread : dict of str to float
        `level`, `half_width` and `shift_px`, which estimates need; `frames` and `seed`, to
        measure it again; of the windows without a flag of the validation set `n_windows`,
        `n_experiments`, `held_left_out` and its `_worst`; of those of the test set, where there
        is one, the same with `_test` behind, `held_test` with `_low`, `_high` and `_worst`, and the
        same by KE.
    """
    entry = {name: found[name] for name in ("level", "half_width", "shift_px", "frames", "seed")}
    for name, ending in ((VALIDATION, ""), (TEST, "_test")):
        if name in found["sets"]:
            entry[f"n_windows{ending}"] = found["sets"][name]["n_plain"]
            entry[f"n_experiments{ending}"] = found["sets"][name]["n_experiments"]
    for name, share in found["sets"].get(TEST, {}).get("held_by_ke", {}).items():
        entry[f"held_test, KE {name}"] = share
    validated, tested = found["sets"][VALIDATION], found["sets"].get(TEST, {})
    for key in ("held_left_out", "held_left_out_worst"):
        if key in validated:
            entry[key] = validated[key]
    for key, name in (
        ("held_test", "held_widened"),
        ("held_test_low", "held_widened_low"),
        ("held_test_high", "held_widened_high"),
        ("held_test_worst", "held_worst"),
    ):
        if name in tested:
            entry[key] = tested[name]
    return entry
