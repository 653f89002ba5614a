"""The verb `split`: labelled windows in, a file that says which train, validate and test."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from ssf_model.errors import counted
from ssf_model.whole_files import check_output, whole_file
from training.windows.dataset import load_windows
from training.windows.leakage import describe_pair
from training.windows.split import DEFAULT_FOLDS, K_FOLD, SPLITS, load_split, make_split


def split(args: argparse.Namespace) -> None:
    """Run the verb `split`."""
    check_output(args.out, overwrite=args.overwrite)
    windows = load_windows(args.windows)
    made = make_split(
        windows,
        by=args.by,
        seed=args.seed,
        folds=args.folds,
        fold=args.fold,
        hold_out=args.hold_out,
        calibrate=args.calibrate,
    )
    with whole_file(args.out, overwrite=args.overwrite) as aside:
        aside.write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")
    for name, rows in load_split(args.out, windows).items():
        experiments = counted(len(made["sets"][name]), "experiment")
        print(f"{name}\t{experiments}\t{counted(len(rows), 'window')}")
    for pair in made["leakage"]["pairs"]:
        print(describe_pair(pair))
    print(made["leakage"]["in_words"])


def add_command(subparsers: Any) -> None:
    """Add `split` to the command line."""
    parser = subparsers.add_parser(
        "split",
        help="deal windows to training, validation and test",
        description="Deal labelled windows to the sets train, validation, test and never_seen, "
        "and tell what the sets have in common.",
    )
    parser.add_argument("windows", type=Path, metavar="WINDOWS_DIR", help="made by `ingest`")
    parser.add_argument("--by", choices=tuple(SPLITS), required=True, help="unit that is dealt")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="default 1")
    parser.add_argument(
        "--folds", type=int, metavar="K", help=f"of {K_FOLD}: how many, default {DEFAULT_FOLDS}"
    )
    parser.add_argument(
        "--fold", type=int, metavar="N", help=f"of {K_FOLD}: the one that tests, 1 to K"
    )
    parser.add_argument(
        "--hold-out", nargs="+", default=(), metavar="FAMILY",
        help="families of virtual experiments that all go to never_seen; a+b: those of both",
    )  # fmt: skip
    parser.add_argument(
        "--calibrate", nargs="+", default=(), metavar="FAMILY",
        help="families that all go to calibration, to make the interval of KE honest by",
    )  # fmt: skip
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="JSON to be made")
    parser.add_argument("--overwrite", action="store_true", help="replace a file that exists")
    parser.set_defaults(run=split)
