"""The model card of a network that was trained here."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ssf_model.drawing.map_statistics import STATISTICS, map_statistics
from ssf_model.errors import InputError, counted
from ssf_model.network.card_entries import CHECK, INTERVAL, SPREAD, is_table_of_numbers
from ssf_model.network.model_card import ModelCard
from training.json_files import not_readable, read_table
from training.publishing.hashes import file_sha256
from training.scoring.interval import card_spread
from training.scoring.own_interval import card_interval
from training.windows.dataset import Windows

RANGE_QUANTILES = (0.01, 0.99)
WINDOWS_AT_ONCE = 8_192  # copied out of all windows, so that a large set is never held twice
LICENCE = "GPL-2.0-or-later"
CITATION = (
    "Network, loss and laboratory labels after Chaipornkaew, Elston, Cooke, Mukerji & Graham "
    "(2022), Geophys. Res. Lett. 49(12), doi 10.1029/2021GL096854."
)


def card_of_run(
    windows: Windows,
    train_rows: np.ndarray,
    *,
    name: str,
    version: str,
    seed: int,
    scores: dict[str, dict[str, float]],
    made_with: dict[str, str],
    training_data: str = "",
    material: str = "",
    spread: Mapping[str, float] | None = None,
    interval: Mapping[str, Any] | None = None,
    equivariant: bool = False,
) -> ModelCard:
    """Make the card of a network that was trained here.

    Parameters
    ----------
    windows : Windows
        The data, which give scale, material and hash.
    train_rows : int array
        Rows of its training set.
    name, version : str
        What the model is called.
    seed : int
        The training's seed.
    scores : dict of str to dict
        The `sets` of an evaluation.
    made_with : dict of str to str
        Versions of the packages that trained it.
    training_data : str, optional
        What the data are; made from the manifest where empty.
    material : str, optional
        What deformed; the manifest's word where empty.
    spread : mapping of str to float, optional
        `training.scoring.interval.card_spread`; without it, and without `interval`, estimates have
        no interval.
    interval : mapping, optional
        `training.scoring.own_interval.card_interval`, of a network that tells its interval.
    equivariant : bool, optional
        Whether it answers mirror images of a map alike.

    Returns
    -------
    card : ModelCard
    """
    manifest = windows.manifest
    experiments = len(np.unique(windows.experiment[train_rows]))
    described = training_data or (
        f"{len(train_rows)} of {counted(len(windows), 'window')}, from {experiments} of "
        f"{counted(len(manifest['experiments']), 'experiment')} ({manifest['material']})"
    )
    return ModelCard(
        name=name,
        version=version,
        pixel_size_m=float(manifest["pixel_size_m"]),
        window_rows=manifest["window_rows"],
        window_cols=manifest["window_cols"],
        stride_px=manifest["stride_px"],
        material=material or manifest["material"],
        training_data=described,
        training_data_sha256=windows.sha256,
        seed=seed,
        scores=scores,
        input_ranges=input_ranges(windows.maps, train_rows),
        spread=dict(spread or {}),
        interval=dict(interval or {}),
        equivariant=equivariant,
        licence=LICENCE,
        citation=CITATION,
        made_with=made_with,
    )


def input_ranges(maps: np.ndarray, rows: np.ndarray) -> dict[str, tuple[float, float]]:
    """Tell what maps a network has learned from, by the statistics that windows in use have too.

    Parameters
    ----------
    maps : (n, rows, cols) uint8 array
        Windows, 1 on a fault.
    rows : int array
        Those of the training set, each with a fault pixel.

    Returns
    -------
    ranges : dict of str to (low, high)
        For each of `ssf_model.drawing.map_statistics.STATISTICS` its 1st and 99th percentile.
    """
    parts = [
        map_statistics(maps[rows[first : first + WINDOWS_AT_ONCE]])
        for first in range(0, len(rows), WINDOWS_AT_ONCE)
    ]
    ranges = {}
    for name in STATISTICS:
        values = np.concatenate([part[name] for part in parts])
        low, high = np.quantile(values, RANGE_QUANTILES)
        ranges[name] = (float(low), float(high))
    return ranges


def scores_in(path: Path, windows: Windows, network: Path) -> dict[str, dict[str, float]]:
    """Read the scores that `evaluate` wrote for these windows and this network.

    Parameters
    ----------
    path : Path
        JSON file of `evaluate`.
    windows : Windows
        The data.
    network : Path
        The network's file: weights of a run, or ONNX.

    Returns
    -------
    scores : dict of str to dict
        Set -> `training.scoring.scores.score`.

    Raises
    ------
    InputError
        If the file is unreadable, or was made on other windows or with another network.
    """
    evaluation = made_for(path, windows, network, what="scores", verb="evaluate", part="sets")
    scores = dict(evaluation["sets"])
    odd = [name for name, of_set in scores.items() if not is_table_of_numbers(of_set)]
    if odd:
        message = f"{path}: the scores of set '{odd[0]}' are no table of finite numbers."
        raise InputError(message)
    return scores


def made_for(
    path: Path, windows: Windows, network: Path, *, what: str, verb: str, part: str
) -> dict[str, Any]:
    """Read a file of figures that a verb wrote for these windows and this network.

    Parameters
    ----------
    path : Path
        JSON file.
    windows : Windows
        The data.
    network : Path
        The network's file: weights of a run, or ONNX.
    what, verb : str
        What the figures are and which verb makes them, for messages.
    part : str
        A table that the file must hold.

    Returns
    -------
    figures : dict

    Raises
    ------
    InputError
        If the file is unreadable, or was made on other windows or with another network.
    """
    remedy = f"`{verb} --out` writes them."
    figures = read_table(path, what=what, remedy=remedy)
    try:
        made_on = (figures["data_sha256"], figures["network_sha256"])
        dict(figures[part])
    except (ValueError, KeyError, TypeError) as error:
        raise not_readable(path, error, what=what, remedy=remedy) from error
    for made_of, found, wanted in zip(
        ("set of windows", "network"), made_on, (windows.sha256, file_sha256(network))
    ):
        if found != wanted:
            message = f"{path}: these {what} are of another {made_of} than given."
            raise InputError(message)
    return figures


def spread_in(path: Path, windows: Windows, network: Path) -> dict[str, dict[str, Any]]:
    """Read what `spread` wrote for these windows and this network, as a card says it.

    Parameters
    ----------
    path : Path
        JSON file of `spread`.
    windows : Windows
        The data.
    network : Path
        The network's file: weights of a run, or ONNX.

    Returns
    -------
    entry : dict of str to dict
        `spread` as `card_spread`, or, of a network that tells its interval, `interval` as
        `card_interval`; what `card_of_run` takes.

    Raises
    ------
    InputError
        If the file is unreadable, or was made on other windows or with another network.
    """
    found = made_for(path, windows, network, what="figures", verb="spread", part="sets")
    try:
        if "widen_by" in found:
            return {"interval": INTERVAL[CHECK]("interval", card_interval(found))}
        return {"spread": SPREAD[CHECK]("spread", card_spread(found))}
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        remedy = "`spread --out` writes them."
        raise not_readable(path, error, what="figures", remedy=remedy) from error
