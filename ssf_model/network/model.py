"""Open an ONNX file and turn windows into raw kinematic efficiency.

Whichever engine runs it, a file and its card come through the same checks, and so do answers.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Union

import numpy as np

from ssf_model.errors import InputError, ModelError, counted
from ssf_model.network.allowed import require_allowed
from ssf_model.network.distinct import ByDistinctMaps, Run
from ssf_model.network.engines import engine_for
from ssf_model.network.model_card import CARD_KEY, ModelCard, card_from_metadata
from ssf_model.network.onnx_file import OnnxGraph, parse_onnx, read_onnx_bytes
from ssf_model.network.ports import OUTPUTS, in_order, input_form
from ssf_model.options import ENGINES
from ssf_model.scale import ExperimentScale

Lengths = Union[Sequence[float], np.ndarray]  # one a window

NO_CARD_VERSION = "no-card"  # stands as the version of a model that says nothing of itself

_LOGGER = logging.getLogger("ssf_model")


class Model:
    """An opened model.

    Attributes
    ----------
    path : Path
        The ONNX file.
    card : ModelCard
        What the file says of itself; its version is "no-card" where it says nothing.
    engine : str
        What runs it: "onnxruntime" with its version, or "numpy".
    engine_note : str or None
        Why onnxruntime does not run it though it is installed, in a sentence or two; None where it
        does, or is not installed, or was not asked for.
    graph : OnnxGraph or None
        What the file holds; None for a model that was not opened from one.
    wants_detail : bool
        Whether it must be told how finely each map was drawn.
    tells_interval : bool
        Whether it answers with the ends of an interval, too.
    """

    def __init__(
        self,
        path: Path,
        card: ModelCard,
        engine: str,
        run: Run,
        graph: OnnxGraph | None = None,
        *,
        wants_detail: bool = False,
        tells_interval: bool = False,
        engine_note: str | None = None,
    ) -> None:
        self.path = path
        self.card = card
        self.engine = engine
        self.engine_note = engine_note
        self.graph = graph
        self.wants_detail = wants_detail
        self.tells_interval = tells_interval
        self._run = run

    @property
    def reads_apart(self) -> bool:
        """Whether an answer is the same to the bit whatever other windows come with a window."""
        return isinstance(self._run, ByDistinctMaps)

    def __repr__(self) -> str:
        return f"<Model {self.card.label} from {self.path.name} on {self.engine}>"

    def predict(self, windows: np.ndarray, stretch_px: Lengths | None = None) -> np.ndarray:
        """Raw kinematic efficiency of each window, (n,) float32: the first column of `answer`."""
        return self.answer(windows, stretch_px)[:, 0]

    def answer(self, windows: np.ndarray, stretch_px: Lengths | None = None) -> np.ndarray:
        """All that the network says of each window.

        Parameters
        ----------
        windows : (n, window_rows, window_cols) uint8 or bool array
            0 off a fault and 1 on it, cut by `ssf_model.drawing.windows.cut_windows`.
        stretch_px : (n,) float array, optional
            How finely each map was drawn, as `DrawnLines.stretch_px` measures it; 1 where no line
            runs. A network that does not want it is not told.

        Returns
        -------
        answers : (n, 1) or (n, 3) float32 array
            KE as it comes: not clipped to 0..1, and a number even where a window is blank; then
            the lower and the upper end of its interval, where it tells one.

        Raises
        ------
        InputError
            If the windows are of another shape or type, or hold other values than 0 and 1; or if
            `stretch_px` is missing where it is wanted, or holds no lengths.
        ModelError
            If an answer is not a finite number, or the engine fails.
        """
        windows = self.checked(windows)
        inputs = [windows]
        if self.wants_detail:
            inputs.append(self.checked_detail(stretch_px, len(windows)))
        if not len(windows):
            return np.empty((0, len(OUTPUTS) if self.tells_interval else 1), dtype=np.float32)
        found = self._run(*inputs)
        columns = found if isinstance(found, tuple) else (found,)
        for column in columns:
            if column.shape not in ((len(windows),), (len(windows), 1)):
                message = (
                    f"{self.path.name} answers {counted(len(windows), 'window')} with an array of "
                    f"shape {column.shape}, not with one number each."
                )
                raise ModelError(message)
        answers = np.stack(
            [np.asarray(column, dtype=np.float32).reshape(len(windows)) for column in columns],
            axis=1,
        )
        wrong = int(np.count_nonzero(~np.isfinite(answers).all(axis=1)))
        if wrong:
            message = (
                f"{self.path.name} answers {wrong} of {counted(len(windows), 'window')} with no "
                "finite number."
            )
            raise ModelError(message)
        return answers

    def checked(self, windows: np.ndarray) -> np.ndarray:
        """The windows as uint8; InputError where they are none that this model reads."""
        windows = np.asarray(windows)
        expected = (self.card.window_rows, self.card.window_cols)
        if windows.ndim != 3 or windows.shape[1:] != expected:
            message = (
                f"{self.card.label} reads windows of {expected[0]} x {expected[1]} pixels; "
                f"these have the shape {windows.shape}."
            )
            raise InputError(message)
        if windows.dtype not in (np.uint8, np.bool_):
            message = f"Windows are uint8 or bool, not {windows.dtype}."
            raise InputError(message)
        windows = windows.view(np.uint8)
        if len(windows) and windows.max() > 1:
            message = f"Windows hold 0 and 1 only; these hold up to {windows.max()}."
            raise InputError(message)
        return windows

    def checked_detail(self, stretch_px: Lengths | None, count: int) -> np.ndarray:
        """How finely so many maps were drawn, float32; InputError where that cannot be."""
        if stretch_px is None:
            message = (
                f"{self.card.label} must be told how finely each map was drawn: stretch_px, the "
                "median length of its straight stretches in pixels."
            )
            raise InputError(message)
        stretch_px = np.asarray(stretch_px, dtype=np.float32)
        if stretch_px.shape != (count,):
            message = f"{count} windows have {count} stretch_px, not {stretch_px.shape}."
            raise InputError(message)
        if not (np.isfinite(stretch_px) & (stretch_px > 0)).all():
            message = "stretch_px are lengths in pixels: finite and above 0."
            raise InputError(message)
        return stretch_px


def default_model_path() -> Path:
    """Where the model lies that ssf is shipped with."""
    return Path(__file__).resolve().parent / "weights" / "ssf-virtual-kaolin.onnx"


def carries_card(path: str | os.PathLike[str]) -> bool:
    """Whether an ONNX file says of itself what it was trained on; ModelError if it is none."""
    path = Path(path)
    return CARD_KEY in parse_onnx(read_onnx_bytes(path), source=path.name).metadata


def open_model(
    path: str | os.PathLike[str] | None = None,
    *,
    engine: str = "auto",
    scale: ExperimentScale | None = None,
    threads: int | None = None,
    content: bytes | None = None,
) -> Model:
    """Open an ONNX file, check it against its card, and try it on a blank window.

    Parameters
    ----------
    path : path, optional
        The ONNX file, else the shipped one. Its graph reads maps, uint8 or float32,
        (n, 1, rows, cols) or (n, rows, cols, 1), and answers with one output, (n, 1) or (n,). It
        may have two inputs, `fault_map` and `stretch_px`, float32 (n,), and three outputs, `ke`,
        `ke_low` and `ke_high`.
    engine : {"auto", "onnxruntime", "numpy"}
        "auto" is NumPy where the model lets it leave out rows that no fault reaches, as all do
        that ssf exports; else onnxruntime where that is installed and runs the model.
    scale : ExperimentScale, optional
        For a model without a card, which opens only so. Where there is a card it must
        agree with it.
    threads : int, optional
        Windows are shared among so many threads; as many as the process may use cores where
        not given.
    content : bytes, optional
        What the file holds, where that is at hand; then nothing needs to be at `path`.

    Returns
    -------
    model : Model

    Raises
    ------
    ModelError
        If there is no such file, it is no ONNX model or not one of this kind, has an operator that
        is not in `ssf_model.network.allowed` or asks for too much, disagrees with its card, has no
        card while no scale is given, or the engine cannot run it.
    InputError
        If `engine` or `threads` is none of those above.
    """
    if engine not in ENGINES:
        message = f"The engine is one of {', '.join(ENGINES)}, not {engine!r}."
        raise InputError(message)
    if threads is not None and threads < 1:
        message = f"The number of threads must be at least 1, not {threads}."
        raise InputError(message)
    path = default_model_path() if path is None else Path(path)
    content = read_onnx_bytes(path) if content is None else content
    graph = in_order(parse_onnx(content, source=path.name))
    card = _card(graph, scale, stem=path.stem)
    prepare = input_form(graph, card.scale)
    blank = np.zeros((1, card.window_rows, card.window_cols), dtype=np.uint8)
    require_allowed(graph, window=prepare(blank).shape[1:])
    wants_detail = len(graph.inputs) > 1
    name, run, note = engine_for(
        graph,
        prepare,
        engine=engine,
        threads=threads,
        blank=(blank, np.ones(1, dtype=np.float32)) if wants_detail else (blank,),
    )
    model = Model(
        path,
        card,
        name,
        run,
        graph,
        wants_detail=wants_detail,
        tells_interval=len(graph.outputs) > 1,
        engine_note=note,
    )
    model.answer(blank, np.ones(1))
    _LOGGER.info("%s (%s) runs on %s", path.name, card.label, name)
    return model


def _card(graph: OnnxGraph, scale: ExperimentScale | None, *, stem: str) -> ModelCard:
    """The file's card, or a minimal one from the given scale."""
    card = card_from_metadata(graph.metadata, source=graph.source)
    if card is None:
        if scale is None:
            message = (
                f"{graph.source} carries no model card, so its scale is unknown: give the pixel "
                "size and window that it was trained on."
            )
            raise ModelError(message)
        return ModelCard(
            name=stem,
            version=NO_CARD_VERSION,
            pixel_size_m=scale.pixel_size_m,
            window_rows=scale.window_rows,
            window_cols=scale.window_cols,
            stride_px=scale.stride_px,
        )
    if scale is not None and scale != card.scale:
        message = (
            f"{graph.source}: its card says {card.scale}, but {scale} was given. Leave the "
            "scale to the card."
        )
        raise ModelError(message)
    return card
