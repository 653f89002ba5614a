"""Windows a second: our two engines and Keras `predict`, on one network in one run.

    python benchmarks/windows_per_second.py [--windows 2048] [--repeats 7] [--architecture NAME]

The network is that of the shipped model, or another one of ours, with random weights, exported
by our own export; the windows are broken lines along strike. All roads take turns in each
repeat, so that a busy machine slows them alike, and all must agree to 1e-5 before anything is
timed. For the engines as on an older processor: `python tools/second_kernel.py python
benchmarks/windows_per_second.py` (onnxruntime stays as it is).
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

REPOSITORY = Path(__file__).resolve().parents[1]
if str(REPOSITORY) not in sys.path:  # so that a plain `python benchmarks/...` works
    sys.path.insert(0, str(REPOSITORY))

from ssf_model.network.model import open_model  # noqa: E402
from ssf_model.network.model_card import ModelCard  # noqa: E402
from tools.second_kernel import in_words, kernels_here  # noqa: E402

ROWS, COLS = 128, 64
A_STRIP = 60  # windows of one strip: 5 x 3 thicknesses x 4 flips, as `estimate` asks for them
KERAS_BATCH = 32  # of Keras `predict` itself where nothing is said, as in the study's code
TOLERANCE = 1e-5


def main() -> None:
    """Time every road and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--windows", type=int, default=2048, help="windows a road (2048)")
    parser.add_argument("--repeats", type=int, default=7, help="turns of each road (7)")
    parser.add_argument("--architecture", default="three_scales", help="(three_scales)")
    args = parser.parse_args()
    windows = fault_windows(args.windows)
    with tempfile.TemporaryDirectory() as folder:
        roads = all_roads(Path(folder) / "benchmark.onnx", args.architecture)
    answers = {name: road(windows) for name, road in roads.items()}  # also warms every road up
    reference = next(iter(answers.values()))
    for name, answer in answers.items():
        difference = np.abs(answer - reference).max()
        if not difference <= TOLERANCE:
            sys.exit(f"{name} differs from Keras by {difference:.1e}")
    rates: dict[str, list[float]] = {name: [] for name in roads}
    for _ in range(args.repeats):
        for name, road in roads.items():
            start = time.perf_counter()
            road(windows)
            rates[name].append(len(windows) / (time.perf_counter() - start))
    report(rates, len(windows), against="Keras")


def fault_windows(count: int) -> np.ndarray:
    """Windows of broken lines along strike, (count, 128, 64) uint8."""
    from training.publishing.onnx_file import probe_maps

    rng = np.random.default_rng(1)
    lines = [probe_maps(ROWS, COLS, rng=rng)[33:] for _ in range(-(-count // 223))]
    return np.concatenate(lines)[:count]


def all_roads(path: Path, architecture: str) -> dict[str, Callable[[np.ndarray], np.ndarray]]:
    """Every way from windows to KE, by name; Keras first."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    import keras

    from training.fitting.architectures import build
    from training.publishing.onnx_file import export_model

    keras.utils.set_random_seed(0)
    network = build(architecture, ROWS, COLS)
    export_model(network, ModelCard(name="benchmark", version="0"), path)

    def by_keras(batch: int) -> Callable[[np.ndarray], np.ndarray]:
        return lambda windows: network.predict(
            windows[..., None].astype(np.float32), batch_size=batch, verbose=0
        )[:, 0]

    roads = {f"Keras predict, batch {batch}": by_keras(batch) for batch in (KERAS_BATCH, 256)}
    for engine in ("onnxruntime", "numpy"):
        model = open_model(path, engine=engine)
        roads[f"ssf, {model.engine}"] = model.predict
        roads[f"ssf, {model.engine}, {A_STRIP} a call"] = in_strips(model.predict)
    return roads


def in_strips(predict: Callable[[np.ndarray], np.ndarray]) -> Callable[[np.ndarray], np.ndarray]:
    """The same road, a strip's windows at a time."""
    return lambda windows: np.concatenate(
        [predict(windows[at : at + A_STRIP]) for at in range(0, len(windows), A_STRIP)]
    )


def report(rates: dict[str, list[float]], count: int, *, against: str) -> None:
    """Print what was measured, on what, and each road's ratio to the first one, turn by turn."""
    first = np.array(next(iter(rates.values())))
    print(f"{count} windows of {ROWS} x {COLS}, {len(first)} repeats in turn")
    print(f"{machine()}\n{'windows/s':34} {'median':>7} {'min':>7} {'max':>7}", end="")
    print(f"   times {against}: median, min, max")
    for name, values in rates.items():
        ratios = np.array(values) / first
        print(f"{name:34} {np.median(values):7.0f} {min(values):7.0f} {max(values):7.0f}", end="")
        print(f"   {np.median(ratios):6.2f} {ratios.min():6.2f} {ratios.max():6.2f}")


def machine() -> str:
    """What figures hang on: the processor's vectors, kernels, cores and load."""
    load = ""
    if hasattr(os, "getloadavg"):
        load = f", load {os.getloadavg()[0]:.1f} (above the cores: the machine is busy)"
    kernels = in_words(kernels_here())
    return f"{platform.machine()}, NumPy {np.__version__}, {kernels}, {os.cpu_count()} cores{load}"


if __name__ == "__main__":
    main()
