"""The verb `ingest`: a folder of experiment files in, a folder of labelled windows out."""

from __future__ import annotations

import argparse
import multiprocessing
import sys
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from ssf_model.errors import InputError
from ssf_model.scale import ExperimentScale
from ssf_model.whole_files import refuse_existing
from training.dataset import MANIFEST, write_windows
from training.labelled import (
    DRAWN,
    RAW,
    VARIED,
    VARIED_DRAWN,
    LabelledExperiment,
    check_pens,
    labelled_windows,
    needs_truth,
)

ENDING = ".mat"


def ingest(args: argparse.Namespace) -> None:
    """Run the verb `ingest`."""
    from tqdm import tqdm

    refuse_existing(args.out, overwrite=args.overwrite)
    check_pens(args.pens)
    ExperimentScale(pixel_size_m=args.pixel_size)  # refuses here what is no size
    if args.workers < 1:
        message = f"The number of workers is 1 or more, not {args.workers}."
        raise InputError(message)
    paths = _experiment_files(args.raw)
    left_out: dict[str, str] = {}
    results = _label_files(
        paths, pens=args.pens, pixel_size_m=args.pixel_size, workers=args.workers
    )  # fmt: skip
    # Closed before an error is told, or the error would stand behind the bar, on its line.
    with tqdm(results, desc="ingest", unit="experiment", total=len(paths)) as bar:
        manifest = write_windows(
            _that_fit(zip(paths, bar), left_out=left_out, keep_going=args.keep_going),
            args.out,
            pens=args.pens,
            left_out=left_out,
            overwrite=args.overwrite,
        )
    for name, count in manifest["experiments"].items():
        print(f"{name}\t{count}")  # noqa: T201
    print(f"{manifest['n_windows']} windows, sha256 {manifest['data_sha256']}")  # noqa: T201
    if left_out:
        message = (
            f"{len(left_out)} of {len(paths)} files were left out, see {args.out / MANIFEST}; "
            "the others are in."
        )
        raise InputError(message)


def _experiment_files(folder: Path) -> list[Path]:
    """The experiment files of a folder, in the order of their names."""
    entries = folder.iterdir() if folder.is_dir() else []
    paths = sorted(path for path in entries if path.suffix.lower() == ENDING)
    if not paths:
        message = f"{folder} is no folder with {ENDING} files."
        raise InputError(message)
    return paths


def _label_files(
    paths: Sequence[Path], *, pens: Sequence[str], pixel_size_m: float, workers: int
) -> Iterator[LabelledExperiment | InputError]:
    """The files' windows in the files' order, however many processes read them."""
    label = partial(_label_file, pens=pens, pixel_size_m=pixel_size_m)
    if workers == 1:
        yield from map(label, paths)
        return
    with multiprocessing.get_context("spawn").Pool(min(workers, len(paths))) as pool:
        yield from pool.imap(label, paths)


def _label_file(
    path: Path, *, pens: Sequence[str], pixel_size_m: float
) -> LabelledExperiment | InputError:
    """Read and cut one file, or say what is wrong with it; runs in a worker, too."""
    from training.experiments import read_experiment

    try:
        experiment = read_experiment(path, pixel_size_m=pixel_size_m, with_truth=needs_truth(pens))
        return labelled_windows(experiment, pens=pens)
    except InputError as error:
        return error


def _that_fit(
    results: Iterable[tuple[Path, LabelledExperiment | InputError]],
    *,
    left_out: dict[str, str],
    keep_going: bool,
) -> Iterator[LabelledExperiment]:
    """The experiments that were read and have the first one's windows; fills `left_out`."""
    from tqdm import tqdm

    first, names = None, set()
    for path, result in results:
        error = result if isinstance(result, InputError) else None
        if error is None:
            first = result if first is None else first
            error = _misfit(path, result, first, names)
        if error is None:
            names.add(result.name)
            yield result
            continue
        if not keep_going:
            raise error
        left_out[path.name] = str(error).removeprefix(f"{path.name}: ")
        tqdm.write(f"left out: {error}", file=sys.stderr)
    if first is None:
        message = f"None of the {len(left_out)} files could be read."
        raise InputError(message)


def _misfit(
    path: Path, labelled: LabelledExperiment, first: LabelledExperiment, names: set[str]
) -> InputError | None:
    """What keeps an experiment out of a folder that begins with another one."""
    if labelled.name in names:
        return InputError(f"{path.name}: another file is called {labelled.name}, too.")
    if labelled.scale != first.scale:
        return InputError(
            f"{path.name}: has windows of {_size(labelled.scale)}, {first.name} of "
            f"{_size(first.scale)}. Ingest each size into a folder of its own."
        )
    return None


def _size(scale: ExperimentScale) -> str:
    """Size and stride of windows in words."""
    return f"{scale.window_rows} x {scale.window_cols} px at stride {scale.stride_px}"


def add_command(subparsers: Any) -> None:
    """Add `ingest` to the command line."""
    parser = subparsers.add_parser(
        "ingest",
        help="cut experiments into labelled windows",
        description="Cut the experiments of a folder into labelled windows. The files' content "
        "tells their form; docs/training-data.md says which forms are known.",
    )
    parser.add_argument("raw", type=Path, metavar="RAW_DIR", help="folder of .mat files")
    parser.add_argument(
        "--out", type=Path, required=True, metavar="WINDOWS_DIR", help="folder to be made"
    )
    parser.add_argument(
        "--pens",
        type=lambda text: tuple(text.split(",")),
        default=(RAW,),
        metavar="PENS",
        help=f"one or more with commas; {RAW}: windows as measured; {DRAWN}: drawn again as lines "
        f"of 2, 3 or 4 px; {VARIED} and {VARIED_DRAWN}: the same of each frame observed again, "
        f"with another threshold and smoothing (virtual experiments only); default {RAW}",
    )
    parser.add_argument(
        "--pixel-size",
        type=float,
        default=ExperimentScale.pixel_size_m,
        metavar="METRES",
        help="crustal metres that a pixel stands for, which no file tells; default "
        f"{ExperimentScale.pixel_size_m:g}, the study's for clay (1 cm for 1 km). Give your own "
        "for other materials and finer maps",
    )
    parser.add_argument(
        "--keep-going",
        action="store_true",
        help="leave out files that do not fit, one line each, and go on; windows.json lists them, "
        "and the exit code is 1 all the same",
    )
    parser.add_argument("--workers", type=int, default=1, metavar="N", help="default 1")
    parser.add_argument("--overwrite", action="store_true", help="replace a folder of windows")
    parser.set_defaults(run=ingest)
