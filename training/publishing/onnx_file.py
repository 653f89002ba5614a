"""A trained network as an ONNX file that says what it is, held equal to Keras."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ssf_model.drawing.raster import burn_traces
from ssf_model.errors import ModelError
from ssf_model.network.model import Model, open_model
from ssf_model.network.model_card import CARD_KEY, ModelCard, card_to_json
from ssf_model.whole_files import whole_file
from training.fitting.fit import answer_windows
from training.publishing.onnx_graph import onnx_from_keras

if TYPE_CHECKING:
    import keras


TOLERANCE = 1e-5  # between Keras and ONNX
TOLERATED_KE = 2.0  # as large as maps of faults get; above it the tolerance grows in proportion
PROBE_MAPS = 256
PROBE_STRETCH_PX = (0.5, 300.0)  # beyond both ends of what counts
PROBE_SEED = 33_933


def export_model(
    model: keras.Model, card: ModelCard, out: Path, *, overwrite: bool = False
) -> float:
    """Write a network and its card as one ONNX file, once it is seen to answer as Keras does.

    Parameters
    ----------
    model, card, out
        As in `exported_model`, which this raises the errors of, too.
    overwrite : bool, optional
        Whether an existing file may be replaced.

    Returns
    -------
    difference : float
        As in `exported_model`.

    Raises
    ------
    InputError
        If the file exists and may not be replaced.
    """
    with whole_file(out, overwrite=overwrite) as aside:
        content, _, difference = exported_model(model, card, out)
        aside.write_bytes(content)
    return difference


def exported_model(model: keras.Model, card: ModelCard, out: Path) -> tuple[bytes, Model, float]:
    """A network and its card as the content of an ONNX file, seen to answer as Keras does.

    Parameters
    ----------
    model : keras.Model
        Takes windows of the card's size.
    card : ModelCard
        What the file shall say of itself.
    out : Path
        The file to be; nothing is written.

    Returns
    -------
    content : bytes
        What the file is to hold.
    exported : Model
        The model that it holds.
    difference : float
        Largest difference between Keras and ONNX on `probe_maps`, of KE and its bounds; where one
        is beyond 2, as noise can make it, in proportion to its half.

    Raises
    ------
    ModelError
        If the network cannot be written, its windows are not of the card's size, or ONNX and
        Keras differ by more than `TOLERANCE`.
    """
    shape = (card.window_rows, card.window_cols)
    rows, cols = model.inputs[0].shape[1:3]
    if (rows, cols) != shape:
        message = f"The network reads {rows} x {cols} px, its card says {shape[0]} x {shape[1]}."
        raise ModelError(message)
    text = card_to_json(card)
    try:
        text.encode()
    except UnicodeEncodeError as error:  # half a letter, of a damaged name or note
        message = f"{out}: its card would hold text that cannot be written ({error.reason})."
        raise ModelError(message) from error
    content = onnx_from_keras(model, metadata={CARD_KEY: text}).SerializeToString()
    rng = np.random.default_rng(PROBE_SEED)
    maps, stretch_px = probe_maps(*shape, rng=rng), probe_stretches_px(rng=rng)
    exported = open_model(out, engine="onnxruntime", content=content)
    answers = exported.answer(maps, stretch_px)
    expected = answer_windows(model, maps, stretch_px)
    size = np.maximum(np.abs(expected) / TOLERATED_KE, 1.0)
    difference = float((np.abs(answers - expected) / size).max())
    if not difference <= TOLERANCE:
        message = (
            f"{out}: ONNX and Keras differ by {difference:.2g} KE on {PROBE_MAPS} maps; "
            f"{TOLERANCE:.0e} is allowed. The file was not written."
        )
        raise ModelError(message)
    return content, exported, difference


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


def probe_stretches_px(*, rng: np.random.Generator) -> np.ndarray:
    """How finely each of `probe_maps` passes for drawn: (256,) float32, from .5 to 300 px."""
    low, high = np.log(PROBE_STRETCH_PX)
    return np.exp(rng.uniform(low, high, PROBE_MAPS)).astype(np.float32)
