"""Open an ONNX file and turn windows into raw kinematic efficiency.

onnxruntime runs the network where it can be imported; else the NumPy engine runs the same
file. Both come through the same checks of the file and its card.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType

import numpy as np

from ssf_model.errors import InputError, ModelError
from ssf_model.network.model_card import CARD_KEY, ModelCard, card_from_metadata
from ssf_model.network.numpy_engine import NumpyEngine
from ssf_model.network.onnx_file import OnnxGraph, parse_onnx, read_onnx_bytes
from ssf_model.network.ports import input_form
from ssf_model.scale import ExperimentScale

ENGINES = ("auto", "onnxruntime", "numpy")
NO_CARD_VERSION = "no-card"  # stands as the version of a model that says nothing of itself
ONNXRUNTIME_CHUNK = 16  # windows a call: small enough that a call's maps stay in the cache
NUMPY_CHUNK = 1024  # windows a call, which the engine sorts by the rows that hold faults
MISSING_ONNXRUNTIME = (
    "onnxruntime is not installed. The NumPy engine gives the same results for the models that "
    "ssf exports; to use onnxruntime, install it into the Python that runs ssf: "
    "python3 -m pip install onnxruntime"
)

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
    graph : OnnxGraph or None
        What the file holds; None for a model that was not opened from one.
    """

    def __init__(
        self,
        path: Path,
        card: ModelCard,
        engine: str,
        run: Callable[[np.ndarray], np.ndarray],
        graph: OnnxGraph | None = None,
    ) -> None:
        self.path = path
        self.card = card
        self.engine = engine
        self.graph = graph
        self._run = run

    def __repr__(self) -> str:
        return f"<Model {self.card.label} from {self.path.name} on {self.engine}>"

    def predict(self, windows: np.ndarray) -> np.ndarray:
        """Raw kinematic efficiency of each window.

        Parameters
        ----------
        windows : (n, window_rows, window_cols) uint8 or bool array
            0 off a fault and 1 on it, cut by `ssf_model.drawing.windows.cut_windows`.

        Returns
        -------
        ke_raw : (n,) float32 array
            The network's answer as it comes: not clipped to 0..1, and a number even where
            a window is blank.

        Raises
        ------
        InputError
            If the windows are of another shape or type, or hold other values than 0 and 1.
        ModelError
            If an answer is not a finite number, or the engine fails.
        """
        windows = self.checked(windows)
        if not len(windows):
            return np.empty(0, dtype=np.float32)
        ke_raw = self._run(windows)
        if ke_raw.shape not in ((len(windows),), (len(windows), 1)):
            message = (
                f"{self.path.name} answers {len(windows)} windows with an array of shape "
                f"{ke_raw.shape}, not with one number each."
            )
            raise ModelError(message)
        ke_raw = np.asarray(ke_raw, dtype=np.float32).reshape(len(windows))
        wrong = int(np.count_nonzero(~np.isfinite(ke_raw)))
        if wrong:
            message = (
                f"{self.path.name} answers {wrong} of {len(windows)} windows with no finite number."
            )
            raise ModelError(message)
        return ke_raw

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
) -> Model:
    """Open an ONNX file, check it against its card, and try it on a blank window.

    Parameters
    ----------
    path : path, optional
        The ONNX file, else the shipped one. Its graph has one input, uint8 or float32, (n, 1,
        rows, cols) or (n, rows, cols, 1), and one output, (n, 1) or (n,).
    engine : {"auto", "onnxruntime", "numpy"}
        "auto" is onnxruntime where it can be imported, else NumPy.
    scale : ExperimentScale, optional
        For a model without a card, which opens only so. Where there is a card it must
        agree with it.
    threads : int, optional
        Windows are shared among so many threads; as many as the process may use cores where
        not given.

    Returns
    -------
    model : Model

    Raises
    ------
    ModelError
        If there is no such file, it is no ONNX model or not one of this kind, disagrees with
        its card, has no card while no scale is given, or the engine cannot run it.
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
    content = read_onnx_bytes(path)
    graph = parse_onnx(content, source=path.name)
    card = _card(graph, scale, stem=path.stem)
    prepare = input_form(graph, card.scale)
    onnxruntime = None if engine == "numpy" else _import_onnxruntime()
    if onnxruntime is not None:
        name = f"onnxruntime {onnxruntime.__version__}"
        run = _onnxruntime_run(onnxruntime, content, graph, prepare, threads or usable_cores())
    elif engine == "onnxruntime":
        message = f"{path.name}: {MISSING_ONNXRUNTIME}"
        raise ModelError(message)
    else:
        name = "numpy"
        run = _numpy_run(graph, prepare, threads or usable_cores())
    model = Model(path, card, name, run, graph)
    model.predict(np.zeros((1, card.window_rows, card.window_cols), dtype=np.uint8))
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


def _import_onnxruntime() -> ModuleType | None:
    """The onnxruntime module, or None."""
    try:
        import onnxruntime
    except (ImportError, OSError):  # OSError: its libraries do not load
        _LOGGER.info(MISSING_ONNXRUNTIME)
        return None
    return onnxruntime


def _onnxruntime_run(
    onnxruntime: ModuleType, content: bytes, graph: OnnxGraph, prepare: Callable, threads: int
) -> Callable[[np.ndarray], np.ndarray]:
    """Windows to answers with onnxruntime; one call a thread is faster than threads in a call."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 4  # what goes wrong comes back as an exception
    try:
        session = onnxruntime.InferenceSession(
            content, sess_options=options, providers=["CPUExecutionProvider"]
        )
    except Exception as error:  # its errors have no common class of their own
        raise ModelError(_refusal(graph, "onnxruntime", error)) from error
    name = graph.inputs[0].name

    def run_chunk(windows: np.ndarray) -> np.ndarray:
        try:
            return session.run(None, {name: prepare(windows)})[0]
        except Exception as error:
            raise ModelError(_refusal(graph, "onnxruntime", error)) from error

    def run(windows: np.ndarray) -> np.ndarray:
        chunks = _chunks(windows, ONNXRUNTIME_CHUNK)
        if threads == 1 or len(chunks) == 1:
            return np.concatenate([run_chunk(chunk) for chunk in chunks])
        with ThreadPoolExecutor(min(threads, len(chunks))) as pool:
            return np.concatenate(list(pool.map(run_chunk, chunks)))

    return run


def _numpy_run(
    graph: OnnxGraph, prepare: Callable, threads: int
) -> Callable[[np.ndarray], np.ndarray]:
    """Windows to answers with the NumPy engine."""
    engine = NumpyEngine(graph, threads=threads)

    def run(windows: np.ndarray) -> np.ndarray:
        chunks = _chunks(windows, NUMPY_CHUNK)
        return np.concatenate([engine.run(prepare(chunk)) for chunk in chunks])

    return run


def _chunks(windows: np.ndarray, size: int) -> list[np.ndarray]:
    """The windows, so many at a time."""
    return [windows[first : first + size] for first in range(0, len(windows), size)]


def _refusal(graph: OnnxGraph, engine: str, error: Exception) -> str:
    """One line on a model that an engine cannot run."""
    reason = " ".join(str(error).split())[:300]
    return f"{graph.source} (opset {graph.opset}) cannot be run by {engine}: {reason}"


def usable_cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
