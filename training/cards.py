"""The model card of a network that was trained here."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np

from ssf_model.errors import InputError
from ssf_model.model_card import ModelCard
from training.dataset import Windows

RANGE_QUANTILES = (0.01, 0.99)
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

    Returns
    -------
    card : ModelCard
    """
    manifest = windows.manifest
    low, high = np.quantile(windows.trace_px[train_rows], RANGE_QUANTILES)
    experiments = len(np.unique(windows.experiment[train_rows]))
    described = training_data or (
        f"{len(train_rows)} of {len(windows)} windows, from {experiments} of "
        f"{len(manifest['experiments'])} experiments ({manifest['material']})"
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
        input_ranges={"trace_px": (float(low), float(high))},
        licence=LICENCE,
        citation=CITATION,
        made_with=made_with,
    )


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
        Set -> `training.scores.score`.

    Raises
    ------
    InputError
        If the file is unreadable, or was made on other windows or with another network.
    """
    try:
        evaluation = json.loads(path.read_text(encoding="utf-8"))
        made_on = (evaluation["data_sha256"], evaluation["network_sha256"])
        scores = dict(evaluation["sets"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        message = f"{path}: not readable as scores ({error}). `evaluate --out` writes them."
        raise InputError(message) from error
    for what, found, wanted in zip(
        ("set of windows", "network"), made_on, (windows.sha256, file_sha256(network))
    ):
        if found != wanted:
            message = f"{path}: these scores are of another {what} than given."
            raise InputError(message)
    return scores


def file_sha256(path: Path) -> str:
    """Hash of a file's content, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
