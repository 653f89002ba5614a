"""The verb `verify`: whether an ONNX file scores on its data as its card says."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ssf_model.errors import ModelError, counted
from ssf_model.network.model import Model, open_model
from ssf_model.network.model_card import ModelCard
from training.publishing.verification import (
    MADE_BY,
    SHARE_TOLERANCE,
    TOLERANCE,
    interval_differences,
    score_differences,
    spread_differences,
)
from training.windows.dataset import Windows, load_windows
from training.windows.deal import CALIBRATION, VALIDATION
from training.windows.split import load_split

ENGINES = ("onnxruntime", "numpy")


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
        print("spread: not measured again, since the card does not say on which frames")
    if "held" in card.interval:
        _verify_interval(args, card, windows)


def _verify_scores(
    args: argparse.Namespace, card: ModelCard, windows: Windows, sets: Mapping[str, np.ndarray]
) -> None:
    """Recompute the card's scores on each engine."""
    for engine in args.engines:
        model = open_model(args.model, engine=engine)
        predicted = {
            name: model.predict(windows.maps[sets[name]], windows.stretch_px[sets[name]])
            for name in card.scores
        }
        differences = score_differences(card.scores, predicted, windows, sets)
        (name, key), worst = max(differences.items(), key=lambda item: item[1])
        if not worst <= TOLERANCE:
            message = (
                f"{args.model}: '{key}' of set '{name}' is {worst:.2g} off what its card says "
                f"({card.scores[name][key]:.6g}) on {model.engine}; {TOLERANCE:g} is allowed."
            )
            raise ModelError(message)
        count = sum(len(answer) for answer in predicted.values())
        print(
            f"{model.engine}: {counted(len(differences), 'score')} of "
            f"{counted(len(card.scores), 'set')} {'holds' if len(differences) == 1 else 'hold'} on "
            f"{counted(count, 'window')} (largest difference {worst:.1e}, '{key}' of '{name}')"
        )


def _verify_spread(args: argparse.Namespace, card: ModelCard, windows: Windows) -> None:
    """Measure the spread again, on the first engine."""
    model = open_model(args.model, engine=args.engines[0])
    sets = load_split(args.split, windows, wanted=(VALIDATION,))
    _require_same("spread", spread_differences(card.spread, model, windows, sets), model)


def _verify_interval(args: argparse.Namespace, card: ModelCard, windows: Windows) -> None:
    """Measure the network's own interval again, on the first engine."""
    model = open_model(args.model, engine=args.engines[0])
    sets = load_split(args.split, windows, wanted=(CALIBRATION,))
    _require_same("interval", interval_differences(card.interval, model, windows, sets), model)


def _require_same(what: str, differences: Mapping[str, float], model: Model) -> None:
    """Refuse a card of which a figure is not found again."""
    for key, difference in differences.items():
        allowed = SHARE_TOLERANCE if key.startswith("held") else TOLERANCE
        if not difference <= allowed:
            message = (
                f"{model.path}: '{key}' of its {what} is {difference:.2g} off what its card says "
                f"on {model.engine}; {allowed:g} is allowed."
            )
            raise ModelError(message)
    print(f"{model.engine}: {len(differences)} figures of the {what} hold")


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
