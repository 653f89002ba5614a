"""The verb `verify`: whether an ONNX file scores on its data as its card says."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ssf_model.errors import ModelError
from ssf_model.network.model import Model, open_model
from ssf_model.network.model_card import ModelCard
from training.dataset import Windows, load_windows
from training.evaluate import score_set
from training.losses import ACCURACY_SDS
from training.split import VALIDATION, load_split
from training.spread import SETS, card_spread, spread_of

TOLERANCE = 1e-4  # of a score
# How far two machines' predictions may be apart (`training.export.TOLERANCE`). A window that
# lies so close to two SD may count as within on one and not on the other.
SAME_KE = 1e-5
SHARE_TOLERANCE = 0.01  # of a share held: a window of an experiment's hundred on the border
MADE_BY = {"level", "shift_px", "frames", "seed"}  # what a spread must state to be measured again
WITHIN = "within_2sd"
ENGINES = ("onnxruntime", "numpy")


def score_differences(
    stated: Mapping[str, Mapping[str, float]],
    predicted: Mapping[str, np.ndarray],
    windows: Windows,
    sets: Mapping[str, np.ndarray],
) -> dict[tuple[str, str], float]:
    """Compare a card's scores with those of predictions.

    Parameters
    ----------
    stated : mapping of str to mapping
        Set -> the scores that a card states, as `training.scores.score` names them.
    predicted : mapping of str to (m,) float array
        Raw KE of each of these sets' windows.
    windows : Windows
        The data.
    sets : mapping of str to int array
        Row numbers of each set's windows.

    Returns
    -------
    differences : dict
        From (set, score) to the absolute difference; for shares within two standard
        deviations it is what is left once windows within `SAME_KE` of that border are counted
        either way.

    Raises
    ------
    ModelError
        If a card states a score that is not known here.
    """
    differences = {}
    for name, scores in stated.items():
        rows = sets[name]
        found = score_set(windows.ke[rows], predicted[name], windows, rows)
        distance = np.abs(predicted[name] - windows.ke[rows]) - ACCURACY_SDS * windows.ke_sd[rows]
        doubtful = float((np.abs(distance) <= SAME_KE).mean())
        for key, value in scores.items():
            if key not in found:
                message = f"The card states '{key}' of set '{name}', which cannot be recomputed."
                raise ModelError(message)
            difference = abs(found[key] - value)
            if key.startswith(WITHIN):
                # A resample may hold one experiment as often as there are experiments.
                most = 1 if key == WITHIN else found["n_experiments"]
                difference = max(0.0, difference - most * doubtful)
            differences[name, key] = difference
    return differences


def spread_differences(
    stated: Mapping[str, float],
    model: Model,
    windows: Windows,
    sets: Mapping[str, np.ndarray],
) -> dict[str, float]:
    """Compare what a card says of its spread with what is measured again.

    Parameters
    ----------
    stated : mapping of str to float
        `spread` of a card, as `training.spread.card_spread` makes it.
    model : Model
        The network.
    windows : Windows
        The data.
    sets : mapping of str to int array
        Row numbers of each set's windows, `validation` among them.

    Returns
    -------
    differences : dict of str to float
        The absolute difference of each figure.

    Raises
    ------
    ModelError
        If a card states a figure that is not known here.
    """
    used = {name: sets[name] for name in SETS if len(sets.get(name, ()))}
    found = card_spread(
        spread_of(
            windows, used, model,
            shift_px=stated["shift_px"], level=stated["level"],
            frames=int(stated["frames"]), seed=int(stated["seed"]),
        )
    )  # fmt: skip
    unknown = sorted(set(stated) - set(found))
    if unknown:
        message = f"The card states '{unknown[0]}' of its spread, which cannot be recomputed."
        raise ModelError(message)
    return {key: abs(found[key] - value) for key, value in stated.items()}


def verify(args: argparse.Namespace) -> None:
    """Run the verb `verify`."""
    card = open_model(args.model, engine="numpy").card
    if not card.scores:
        message = f"{args.model}: its card states no scores to verify."
        raise ModelError(message)
    windows = load_windows(args.windows)
    if card.training_data_sha256 != windows.sha256:
        message = (
            f"{args.model}: its card is of other data (sha256 "
            f"{card.training_data_sha256[:12] or 'none'}) than {args.windows} holds "
            f"({windows.sha256[:12]})."
        )
        raise ModelError(message)
    sets = load_split(args.split, windows, wanted=tuple(card.scores))
    _verify_scores(args, card, windows, sets)
    if MADE_BY.issubset(card.spread):
        _verify_spread(args, card, windows)
    elif card.spread:
        print("spread: not measured again, since the card does not say on which frames")  # noqa: T201


def _verify_scores(
    args: argparse.Namespace, card: ModelCard, windows: Windows, sets: Mapping[str, np.ndarray]
) -> None:
    """Recompute the card's scores on each engine."""
    for engine in args.engines:
        model = open_model(args.model, engine=engine)
        predicted = {name: model.predict(windows.maps[sets[name]]) for name in card.scores}
        differences = score_differences(card.scores, predicted, windows, sets)
        (name, key), worst = max(differences.items(), key=lambda item: item[1])
        if not worst <= TOLERANCE:
            message = (
                f"{args.model}: '{key}' of set '{name}' is {worst:.2g} off what its card says "
                f"({card.scores[name][key]:.6g}) on {model.engine}; {TOLERANCE:g} is allowed."
            )
            raise ModelError(message)
        count = sum(len(answer) for answer in predicted.values())
        print(  # noqa: T201
            f"{model.engine}: {len(differences)} scores of {len(card.scores)} sets hold on "
            f"{count} windows (largest difference {worst:.1e}, '{key}' of '{name}')"
        )


def _verify_spread(args: argparse.Namespace, card: ModelCard, windows: Windows) -> None:
    """Measure the spread again, on the first engine."""
    model = open_model(args.model, engine=args.engines[0])
    sets = load_split(args.split, windows, wanted=(VALIDATION,))
    differences = spread_differences(card.spread, model, windows, sets)
    for key, difference in differences.items():
        allowed = SHARE_TOLERANCE if key.startswith("held") else TOLERANCE
        if not difference <= allowed:
            message = (
                f"{args.model}: '{key}' of its spread is {difference:.2g} off what its card says "
                f"({card.spread[key]:.6g}) on {model.engine}; {allowed:g} is allowed."
            )
            raise ModelError(message)
    print(f"{model.engine}: {len(differences)} figures of the spread hold")  # noqa: T201


def add_command(subparsers: Any) -> None:
    """Add `verify` to the command line."""
    parser = subparsers.add_parser(
        "verify",
        help="recompute the scores that an ONNX file's card states",
        description="Recompute the scores that an ONNX file's card states from its data, on "
        "each engine, and its spread on the first one; fails where the data are others or a "
        "figure differs.",
    )
    parser.add_argument("model", type=Path, metavar="MODEL.onnx", help="file made by `export`")
    parser.add_argument(
        "--windows", type=Path, required=True, metavar="DIR", help="folder it was trained on"
    )
    parser.add_argument(
        "--split", type=Path, required=True, metavar="FILE", help="split it was scored on"
    )
    parser.add_argument(
        "--engines",
        nargs="+",
        choices=ENGINES,
        default=ENGINES,
        metavar="ENGINE",
        help=f"of {', '.join(ENGINES)} (default: both)",
    )
    parser.set_defaults(run=verify)
