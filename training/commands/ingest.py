"""The verb `ingest`: a folder of experiment files in, a folder of labelled windows out."""

from __future__ import annotations

import argparse
import sys
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

from ssf_model.errors import InputError, counted
from ssf_model.scale import ExperimentScale
from ssf_model.whole_files import check_output_folder
from training.windows.dataset import CONTENTS, MANIFEST, write_windows
from training.windows.ingestion import experiment_files, label_files, that_fit
from training.windows.labelled import (
    DRAWN,
    MAPPED,
    RAW,
    VARIED,
    VARIED_DRAWN,
    VARIED_MAPPED,
    check_pens,
)


def ingest(args: argparse.Namespace) -> None:
    """Run the verb `ingest`."""
    from tqdm import tqdm

    check_output_folder(args.out, CONTENTS, overwrite=args.overwrite)
    check_pens(args.pens)
    ExperimentScale(pixel_size_m=args.pixel_size)  # refuses here what is no size
    if args.workers < 1:
        message = f"The number of workers is 1 or more, not {args.workers}."
        raise InputError(message)
    paths = experiment_files(args.raw)
    left_out: dict[str, str] = {}
    # Closed before an error is told, or the error would stand behind the bar, on its line.
    with (
        closing(
            label_files(paths, pens=args.pens, pixel_size_m=args.pixel_size, workers=args.workers)
        ) as results,
        tqdm(results, desc="ingest", unit="experiment", total=len(paths)) as bar,
    ):
        manifest = write_windows(
            that_fit(
                zip(paths, bar),
                left_out=left_out,
                keep_going=args.keep_going,
                tell=partial(tqdm.write, file=sys.stderr),
            ),
            args.out,
            pens=args.pens,
            left_out=left_out,
            overwrite=args.overwrite,
        )
    for name, count in manifest["experiments"].items():
        print(f"{name}\t{count}")
    print(f"{counted(manifest['n_windows'], 'window')}, sha256 {manifest['data_sha256']}")
    if left_out:
        were = "was" if len(left_out) == 1 else "were"
        message = (
            f"{len(left_out)} of {counted(len(paths), 'file')} {were} left out, see "
            f"{args.out / MANIFEST}; the others are in."
        )
        raise InputError(message)


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
        f"of 2, 3 or 4 px; {MAPPED}: as a mapper draws them, more or less finely; {VARIED}, "
        f"{VARIED_DRAWN} and {VARIED_MAPPED}: the same of each frame observed again, with another "
        f"threshold and smoothing (virtual experiments only); default {RAW}",
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
