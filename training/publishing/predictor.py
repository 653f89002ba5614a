"""A network to be asked, whether it is an ONNX file or a run folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from ssf_model.network.model import Model, open_model
from training.fitting.architectures import ARCHITECTURES
from training.fitting.fit import answer_windows
from training.fitting.run_folder import WEIGHTS, load_run, set_up_tensorflow
from training.publishing.model_card import card_of_run
from training.windows.dataset import Windows


def open_network(network: Path, windows: Windows, train_rows: np.ndarray) -> Model:
    """Open an ONNX file, or what a run folder would be as one.

    Parameters
    ----------
    network : Path
        An ONNX file, or a folder made by `train`.
    windows : Windows
        What the run was trained on; only their size and the rows below are read.
    train_rows : (n,) int array
        Rows of `windows` in the training set, for the ranges in the card.

    Raises
    ------
    InputError
        If the folder holds no run.
    ModelError
        If there is no such file or folder, or it does not fit.
    """
    if not network.is_dir():
        return open_model(network)
    from training.publishing.onnx_file import exported_model

    set_up_tensorflow()
    run, config = load_run(network, windows.maps.shape[1:])
    card = card_of_run(
        windows, train_rows,
        name=network.name, version="0", seed=config.seed, scores={}, made_with={},
        equivariant=ARCHITECTURES[config.architecture].equivariant,
    )  # fmt: skip
    _, model, _ = exported_model(run, card, Path("run.onnx"))
    return model


def open_predictor(
    network: Path, shape: tuple[int, int]
) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
    """A network as a function from maps, and how finely they were drawn, to raw KE.

    Maps are (n, rows, cols) uint8, `stretch_px` is (n,), KE is (n,). As `open_answerer` otherwise.
    """
    answer = open_answerer(network, shape)
    return lambda maps, stretch_px: answer(maps, stretch_px)[:, 0]


def open_answerer(
    network: Path, shape: tuple[int, int]
) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
    """A network as a function from maps, and how finely they were drawn, to all its answers.

    Parameters
    ----------
    network : Path
        An ONNX file, or a folder made by `train`.
    shape : (rows, cols)
        Size of the windows in pixels.

    Returns
    -------
    answer : function
        From (n, rows, cols) uint8 maps and (n,) `stretch_px` to (n, 3): raw KE and its lower and
        upper bound; (n, 1) of a network that does not tell them.

    Raises
    ------
    InputError
        If the folder holds no run.
    ModelError
        If there is no such file or folder, or it does not fit.
    """
    if not network.is_dir():
        return open_model(network).answer
    set_up_tensorflow()
    model, _ = load_run(network, shape)
    return lambda maps, stretch_px: answer_windows(model, maps, stretch_px)


def network_file(network: Path) -> Path:
    """The file that holds the weights: of a run folder, or the ONNX file itself."""
    return network / WEIGHTS if network.is_dir() else network
