"""Training windows a second: what a fit reads, and the way of the study's code, in one run.

    python benchmarks/input_pipeline.py [--windows 2048] [--repeats 5]

Ours is what `training.fitting.fit.fit` iterates over: rows in a random order, mirrored, shifted
by whole pixels, with labels and weights, from maps in memory. The study's way reads a `.npy` file a
window and sends it through Keras's ImageDataGenerator with the study's zoom, shifts and flips,
which interpolate; once more with the maps in memory, so that one sees what the files cost. Both
must give the same windows, where nothing is drawn at random, before anything is timed. All roads
take turns in each repeat, so that a busy machine slows them alike. The study is not wronged:
files hold the map alone (those of its clay held four fields) and, just written, lie in the
system's cache.
"""

from __future__ import annotations

import argparse
import dataclasses
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

REPOSITORY = Path(__file__).resolve().parents[1]
for folder in (REPOSITORY, REPOSITORY / "benchmarks"):  # for a plain `python benchmarks/...`
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))

from windows_per_second import fault_windows, report  # noqa: E402

# Batch, zoom, shifts and flips: Chaipornkaew et al. 2022 and the study's code.
STUDY_BATCH = 256
STUDY_AUGMENTATION = {
    "zoom_range": 0.05,
    "width_shift_range": 0.1,
    "height_shift_range": 0.1,
    "horizontal_flip": True,
    "vertical_flip": True,
}
Batch = tuple[np.ndarray, np.ndarray]  # maps and labels


def main() -> None:
    """Time every road and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--windows", type=int, default=2048, help="windows a road (2048)")
    parser.add_argument("--repeats", type=int, default=5, help="turns of each road (5)")
    args = parser.parse_args()
    windows = fault_windows(args.windows)
    in_memory = windows.astype(np.float64)
    with tempfile.TemporaryDirectory() as folder:
        files = write_files(windows, Path(folder))
        check_roads(windows, files)
        roads = {
            "study: a .npy file a window": lambda: study_batches(files, **STUDY_AUGMENTATION),
            "study: the same, maps in memory": lambda: study_batches(
                in_memory, **STUDY_AUGMENTATION
            ),
            "ssf: what a fit reads": lambda: our_batches(windows),
        }
        for road in roads.values():  # warm
            next(road())
        rates = timed(roads, repeats=args.repeats)
        report(rates, len(windows), against="the study's")


def write_files(windows: np.ndarray, folder: Path) -> list[Path]:
    """A `.npy` file a window, in double precision as the study's."""
    files = [folder / f"{number:06d}.npy" for number in range(len(windows))]
    for file, window in zip(files, windows):
        np.save(file, window.astype(np.float64))
    return files


def study_batches(source: Sequence[Path] | np.ndarray, **augmentation: object) -> Iterator[Batch]:
    """An epoch of the study's way, from files or from maps; in their order without augmentation."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    # Keras 3 keeps the class that the study used under TensorFlow's name for it.
    from tensorflow.keras.preprocessing.image import ImageDataGenerator

    generator = ImageDataGenerator(**augmentation)
    labels = np.zeros((len(source), 2))
    order = np.arange(len(source))
    if augmentation:
        np.random.default_rng(0).shuffle(order)
    for first in range(0, len(source), STUDY_BATCH):
        chosen = order[first : first + STUDY_BATCH]
        maps = np.empty((len(chosen), *fault_map(source[0]).shape, 1))
        for place, row in enumerate(chosen):
            maps[place] = generator.random_transform(fault_map(source[row])[..., None])
        yield maps, labels[chosen]


def fault_map(source: Path | np.ndarray) -> np.ndarray:
    """The map in a file, or the map itself."""
    return np.load(source, allow_pickle=False) if isinstance(source, Path) else source


def our_batches(windows: np.ndarray, **changes: object) -> Iterator[Batch]:
    """An epoch as `fit` reads it, with the shipped settings but for `changes`."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    from training.fitting.batches import LabelledMaps, batches_ahead  # the very function of `fit`
    from training.fitting.config import TrainingConfig

    config = dataclasses.replace(TrainingConfig(), windows_per_epoch=len(windows), **changes)
    nothing = np.zeros(len(windows))
    labelled = LabelledMaps(windows, nothing, nothing + 0.1, nothing + 1, nothing == 0)
    for maps, _, ke, _ in batches_ahead(labelled, 0, config).as_numpy_iterator():
        yield maps, ke


def check_roads(windows: np.ndarray, files: Sequence[Path]) -> None:
    """Stop where a road gives other windows than it was given."""
    from training.fitting.batches import epoch_rows
    from training.fitting.config import TrainingConfig

    seed = TrainingConfig().seed
    order = epoch_rows(len(windows), 0, draws=len(windows), seed=seed)
    still = {"flips": False, "shift_px": (0, 0), "edge_loss": 0.0, "rim_change": 0.0}
    roads = {
        "study": (study_batches(files), windows),
        "ssf": (our_batches(windows, balance=0.0, **still), windows[order]),
    }
    for name, (batches, expected) in roads.items():
        given = np.concatenate([maps[..., 0] for maps, _ in batches])
        if not np.array_equal(given, expected):
            sys.exit(f"{name} changes windows though nothing is drawn at random")


def timed(
    roads: dict[str, Callable[[], Iterator[Batch]]], *, repeats: int
) -> dict[str, list[float]]:
    """Windows a second of each road in each repeat."""
    rates: dict[str, list[float]] = {name: [] for name in roads}
    for _ in range(repeats):
        for name, road in roads.items():
            start = time.perf_counter()
            count = sum(len(maps) for maps, _ in road())
            rates[name].append(count / (time.perf_counter() - start))
    return rates


if __name__ == "__main__":
    main()
