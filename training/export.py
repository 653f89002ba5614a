"""The verb `export`: a trained network as an ONNX file that says what it is."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ssf_model.drawing.raster import burn_traces
from ssf_model.errors import ModelError
from ssf_model.network.model import open_model
from ssf_model.network.model_card import CARD_KEY, ModelCard, card_to_json
from ssf_model.whole_files import refuse_existing, whole_file
from training.cards import card_of_run, scores_in
from training.dataset import load_windows
from training.fit import predict_windows
from training.graph import onnx_from_keras
from training.run_folder import SPLIT, VERSIONS, WEIGHTS, load_run, set_up_tensorflow
from training.split import TRAIN, load_split
from training.spread import spread_in

if TYPE_CHECKING:
    import keras

TOLERANCE = 1e-5  # between Keras and ONNX
TOLERATED_KE = 2.0  # as large as maps of faults get; above it the tolerance grows in proportion
PROBE_MAPS = 256
PROBE_SEED = 33_933


def export_model(
    model: keras.Model, card: ModelCard, out: Path, *, overwrite: bool = False
) -> float:
    """Write a network and its card as one ONNX file, once it is seen to answer as Keras does.

    Parameters
    ----------
    model : keras.Model
        Takes windows of the card's size.
    card : ModelCard
        What the file shall say of itself.
    out : Path
        The file to be.
    overwrite : bool, optional
        Whether an existing file may be replaced.

    Returns
    -------
    difference : float
        Largest difference between Keras and ONNX on `probe_maps`; where KE is above 2, as noise
        can make it, in proportion to KE / 2.

    Raises
    ------
    InputError
        If the file exists and may not be replaced.
    ModelError
        If the network cannot be written, its windows are not of the card's size, or ONNX and
        Keras differ by more than `TOLERANCE`.
    """
    shape = (card.window_rows, card.window_cols)
    if tuple(model.input_shape[1:3]) != shape:
        message = (
            f"The network reads {model.input_shape[1]} x {model.input_shape[2]} px, "
            f"its card says {shape[0]} x {shape[1]}."
        )
        raise ModelError(message)
    proto = onnx_from_keras(model, metadata={CARD_KEY: card_to_json(card)})
    with whole_file(out, overwrite=overwrite) as aside:
        aside.write_bytes(proto.SerializeToString())
        maps = probe_maps(*shape, rng=np.random.default_rng(PROBE_SEED))
        answers = open_model(aside, engine="onnxruntime").predict(maps)
        expected = predict_windows(model, maps)
        size = np.maximum(expected / TOLERATED_KE, 1.0)
        difference = float((np.abs(answers - expected) / size).max())
        if not difference <= TOLERANCE:
            message = (
                f"{out}: ONNX and Keras differ by {difference:.2g} KE on {PROBE_MAPS} maps; "
                f"{TOLERANCE:.0e} is allowed. The file was not written."
            )
            raise ModelError(message)
    return difference


def probe_maps(rows: int, cols: int, *, rng: np.random.Generator) -> np.ndarray:
    """Maps to compare two forms of a network on.

    Parameters
    ----------
    rows, cols : int
        Size of a map in pixels.
    rng : numpy.random.Generator
        Draws them.

    Returns
    -------
    maps : (256, rows, cols) uint8 array
        A blank and a full one, 31 of noise from sparse to dense, the others of one to six
        broken lines along strike, 2 to 4 px thick.
    """
    maps = np.zeros((PROBE_MAPS, rows, cols), dtype=np.uint8)
    maps[1] = 1
    n_noise = 31
    share = np.geomspace(0.003, 0.7, n_noise)[:, None, None]
    maps[2 : 2 + n_noise] = rng.random((n_noise, rows, cols)) < share
    for number in range(2 + n_noise, PROBE_MAPS):
        traces = []
        for _ in range(rng.integers(1, 7)):
            along = np.sort(rng.uniform(-0.2 * cols, 1.2 * cols, size=5))
            across = rows * rng.uniform(0.35, 0.65) + rng.normal(0, 0.02 * rows, size=5).cumsum()
            traces.append(np.column_stack([along, across]))
        thickness = float(rng.integers(2, 5))
        maps[number] = burn_traces(
            traces, (rows, cols), pixel_size_m=1.0, thickness_px=(thickness,)
        )[0]
    return maps


def export(args: argparse.Namespace) -> None:
    """Run the verb `export`."""
    refuse_existing(args.out, overwrite=args.overwrite)
    windows = load_windows(args.windows)
    scores = scores_in(args.scores, windows, args.run_folder / WEIGHTS)
    spread = None
    if args.spread is not None:
        spread = spread_in(args.spread, windows, args.run_folder / WEIGHTS)
    set_up_tensorflow()
    model, config = load_run(args.run_folder, windows.maps.shape[1:])
    rows = load_split(args.run_folder / SPLIT, windows, wanted=(TRAIN,))
    card = card_of_run(
        windows,
        rows[TRAIN],
        name=args.name,
        version=args.version,
        seed=config.seed,
        scores=scores,
        made_with=json.loads((args.run_folder / VERSIONS).read_text(encoding="utf-8")),
        training_data=args.training_data,
        material=args.material,
        spread=spread,
    )
    difference = export_model(model, card, args.out, overwrite=args.overwrite)
    print(f"{args.out}: {card.label}; ONNX and Keras differ by {difference:.1e} at most")  # noqa: T201


def add_command(subparsers: Any) -> None:
    """Add `export` to the command line."""
    parser = subparsers.add_parser(
        "export",
        help="write a trained network as an ONNX file with its card",
        description="Write a trained network as an ONNX file that carries its card: scale, data, "
        "scores, licence.",
    )
    parser.add_argument(
        "--run",
        type=Path,
        required=True,
        metavar="DIR",
        dest="run_folder",
        help="folder made by `train`",
    )
    parser.add_argument(
        "--windows", type=Path, required=True, metavar="DIR", help="folder it was trained on"
    )
    parser.add_argument(
        "--scores", type=Path, required=True, metavar="FILE", help="JSON made by `evaluate`"
    )
    parser.add_argument(
        "--spread",
        type=Path,
        metavar="FILE",
        help="JSON made by `spread`; without it estimates have no interval of KE",
    )
    parser.add_argument("--name", required=True, help="name of the model")
    parser.add_argument("--version", required=True, help="version of the model")
    parser.add_argument(
        "--training-data", default="", metavar="TEXT", help="what the data are, for the card"
    )
    parser.add_argument(
        "--material", default="", metavar="TEXT", help="what deformed, for the card"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="MODEL.onnx", help="new file")
    parser.add_argument("--overwrite", action="store_true", help="replace a file that is there")
    parser.set_defaults(run=export)
